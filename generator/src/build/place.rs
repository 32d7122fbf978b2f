//! One folder in which trees are laid one after the other, with one target folder beside it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cargo::{self, Build};
use super::combined::COMBINED;
use crate::error::{Error, Result};
use crate::file_tree::{self, FileTree};
use crate::process::{Outcome, Run};

/// The longest that compiling one tree may take, dependencies included.
const BUILD_LIMIT: Duration = Duration::from_secs(900);

/// A folder and its target folder.
#[derive(Debug, Clone)]
pub struct Place {
    dir: PathBuf,
    target: PathBuf,
    env: Vec<(String, String)>,
}

impl Place {
    /// The place `name` under `root`; all places of a root share its target folder, so package names must
    /// differ between them.
    pub fn new(root: &Path, name: &str) -> Place {
        // Cargo is not run in the place, so paths must lead there from anywhere.
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        Place {
            dir: root.join(name),
            target: root.join("target"),
            env: Vec::new(),
        }
    }

    /// Sets a variable for cargo.
    pub fn env(mut self, name: &str, value: &str) -> Place {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder of the tree.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder that cargo builds in.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Makes the place hold this tree, writing only what differs. Returns the paths that changed.
    pub fn lay(&self, tree: &FileTree) -> Result<Vec<String>> {
        file_tree::update(&self.dir, tree, &["target"])
    }

    /// Compiles test targets, with cargo's arguments.
    pub fn build(&self, args: &[&str]) -> Result<Build> {
        cargo::parse(&self.cargo(args)?)
    }

    /// Compiles test targets after these paths changed, and refuses what is not built from what is laid.
    pub fn build_changed(&self, args: &[&str], changed: &[String]) -> Result<Build> {
        let build = self.build(args)?;
        if self.refuse_stale(&build, changed).is_ok() {
            return Ok(build);
        }
        // A cargo that a killed run left behind may have built what was just laid before ours got hold of the
        // folder. It is gone now; once more, and it is ours alone.
        for path in changed.iter().filter(|path| self.dir.join(path).is_file()) {
            self.renew(path)?;
        }
        let build = self.build(args)?;
        self.refuse_stale(&build, changed)?;
        Ok(build)
    }

    /// Writes a laid file again, so that it is newer than whatever was built of it before.
    pub fn renew(&self, path: &str) -> Result<()> {
        let path = self.dir.join(path);
        let renew = || std::fs::read(&path).and_then(|bytes| std::fs::write(&path, bytes));
        renew().map_err(|error| Error::at("write", &path, error))
    }

    /// Refuses a program that cargo calls fresh though one of its sources is among the `changed` paths:
    /// it is not built from what is laid.
    pub fn refuse_stale(&self, build: &Build, changed: &[String]) -> Result<()> {
        for (target, built) in build.executables.iter().filter(|(_, built)| built.fresh) {
            // Cargo names the package by its real path; ours may lead through a link.
            let Some(package) = built.package.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let stale = changed.iter().find(|path| {
                path.strip_prefix(package).is_some_and(|inside| {
                    inside.starts_with("/src/")
                        || inside == "/Cargo.toml"
                        || inside == format!("/tests/{target}.rs")
                        || (target == COMBINED && inside.starts_with("/tests/"))
                })
            });
            if let Some(path) = stale {
                return Err(Error::Internal(format!(
                    "{}/{path} changed and cargo calls `{target}` fresh; were file times set back, or is the file in no module?",
                    self.dir.display()
                )));
            }
        }
        Ok(())
    }

    /// Runs a command of cargo on the place, with its arguments. Not from the place itself: cargo reads
    /// `.cargo/config.toml` from the folder that it is run in and all above it, where somebody's settings, or
    /// what a submission wrote, would decide how others are built.
    pub fn cargo(&self, args: &[&str]) -> Result<Outcome> {
        let outside = self.dir.ancestors().last().unwrap_or(&self.dir);
        let manifest = self.dir.join("Cargo.toml");
        let (command, args) = args.split_first().unwrap_or((&"metadata", &[]));
        let mut run = Run::cargo(outside)
            .args([*command, "--manifest-path"])
            .args([manifest.to_string_lossy()])
            .args(args.iter().copied())
            .env("CARGO_TARGET_DIR", self.target.to_string_lossy())
            .env("CARGO_TERM_COLOR", "never")
            .env("RUST_BACKTRACE", "0")
            .limit(BUILD_LIMIT);
        if let (None, Some(channel)) = (std::env::var_os("RUSTUP_TOOLCHAIN"), self.channel()) {
            run = run.env("RUSTUP_TOOLCHAIN", channel);
        }
        for (name, value) in &self.env {
            run = run.env(name, value.as_str());
        }
        run.outcome()
    }

    /// The toolchain that the laid tree asks for. Rustup looks for it where cargo is run, which is elsewhere.
    fn channel(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.dir.join("rust-toolchain.toml")).ok()?;
        let file: toml::Table = text.parse().ok()?;
        Some(file.get("toolchain")?.get("channel")?.as_str()?.to_owned())
    }
}

/// What `rustc -vV` says: the part of every proof's key that is not in the source.
pub fn toolchain() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let outcome = Run::new(rustc, Path::new(".")).args(["-vV"]).outcome()?;
    Ok(outcome.stdout)
}
