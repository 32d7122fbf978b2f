//! What the machine has: each need, whether it is met, what is lost without it, and the one command that
//! mends it.

mod forge;
mod system;

pub use forge::examine_github;

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::course::Course;
use crate::error::{Error, Result};
use crate::process::Run;
use crate::sandbox;
use system::Package;

/// Less free space than this fills up while a course is proven, in bytes.
const FREE_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// How much a need matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Nothing works without it.
    Required,
    /// Something is lost without it.
    Optional,
}

/// One thing that `course` or its users need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Need {
    /// What is needed.
    pub name: &'static str,
    /// How much it matters.
    pub weight: Weight,
    /// What was found, where it is met.
    pub found: Option<String>,
    /// What is wrong, where it is not.
    pub wrong: Option<String>,
    /// What is lost without it.
    pub cost: &'static str,
    /// The command that mends it, on this system.
    pub remedy: String,
}

impl Need {
    /// Whether it is met.
    pub fn is_met(&self) -> bool {
        self.wrong.is_none()
    }
}

/// A need before it is looked for.
struct Question {
    name: &'static str,
    weight: Weight,
    cost: &'static str,
    remedy: String,
}

impl Question {
    fn answer(self, found: std::result::Result<String, String>) -> Need {
        let (found, wrong) = match found {
            Ok(found) => (Some(found), None),
            Err(wrong) => (None, Some(wrong)),
        };
        Need {
            name: self.name,
            weight: self.weight,
            found,
            wrong,
            cost: self.cost,
            remedy: self.remedy,
        }
    }
}

/// Looks for everything, in the order in which it should be mended. `course` is the one at hand, if any;
/// `work` is where builds and proofs go.
pub fn examine(course: Option<&Course>, work: &Path) -> Vec<Need> {
    let here = Path::new(".");
    let cargo = |args: &[&str]| version(Run::cargo(here), args);
    let wanted = course.map(|course| course.classroom.rust.as_str());
    let compiler = compiler(wanted);
    let rustup = "install rustup, Rust's installer: https://rust-lang.org/tools/install".to_owned();
    vec![
        Question {
            name: "cargo",
            weight: Weight::Required,
            cost: "nothing can be proven or graded",
            remedy: rustup.clone(),
        }
        .answer(cargo(&["--version"])),
        Question {
            name: "rustc",
            weight: Weight::Required,
            cost: "proofs and grades are made with another compiler than students have, or not at all",
            remedy: match (wanted, &compiler) {
                (Some(version), Err(wrong)) if wrong != NOT_FOUND => {
                    format!("rustup toolchain install {version} && rustup default {version}")
                }
                _ => rustup,
            },
        }
        .answer(compiler),
        Question {
            name: "linker",
            weight: Weight::Required,
            cost: "no program can be built",
            remedy: system::install(Package::CCompiler),
        }
        .answer(links()),
        Question {
            name: "space",
            weight: Weight::Required,
            cost: "a proof or a grade may end half-way",
            remedy: format!(
                "cargo clean, or set CARGO_TARGET_DIR to a larger disk than that of {}",
                work.display()
            ),
        }
        .answer(space(work)),
        Question {
            name: "sandbox",
            weight: Weight::Optional,
            cost: "grades are made behind a weaker wall, or with --unsandboxed behind none, and then tell nothing about code that lies",
            remedy: sandbox_remedy(),
        }
        .answer(strongest_sandbox(work)),
        Question {
            name: "git",
            weight: Weight::Optional,
            cost: "nobody can clone or push here, and the tests of `course` fail; `course` itself needs no git",
            remedy: system::install(Package::Git),
        }
        .answer(version(Run::new("git", here), &["--version"])),
        Question {
            name: "rustfmt",
            weight: Weight::Optional,
            cost: "code cannot be formatted as CI wants it",
            remedy: "rustup component add rustfmt".to_owned(),
        }
        .answer(cargo(&["fmt", "--version"])),
        Question {
            name: "clippy",
            weight: Weight::Optional,
            cost: "nobody can be graded: clippy says what a submission uses",
            remedy: "rustup component add clippy".to_owned(),
        }
        .answer(cargo(&["clippy", "--version"])),
        Question {
            name: "cargo-generate",
            weight: Weight::Optional,
            cost: "you cannot try what people who learn alone do; `course render --name` makes the same",
            remedy: "cargo install --locked cargo-generate@0.23.8".to_owned(),
        }
        .answer(cargo(&["generate", "--version"])),
    ]
}

/// What is said of a program that is not there.
const NOT_FOUND: &str = "not found";

/// What a program says of its version.
fn version(run: Run, args: &[&str]) -> std::result::Result<String, String> {
    let outcome = match run.args(args.iter().copied()).outcome() {
        Ok(outcome) => outcome,
        Err(_) => return Err(NOT_FOUND.to_owned()),
    };
    let first = outcome.stdout.lines().next().unwrap_or_default().trim();
    match outcome.succeeded() && !first.is_empty() {
        true => Ok(first.to_owned()),
        false => Err(NOT_FOUND.to_owned()),
    }
}

/// The compiler, which must be the course's.
fn compiler(wanted: Option<&str>) -> std::result::Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let found = version(Run::new(rustc, Path::new(".")), &["--version"])?;
    match wanted {
        Some(wanted) if found.split(' ').nth(1) != Some(wanted) => {
            Err(format!("{found}, and classroom.yml says {wanted}"))
        }
        _ => Ok(found),
    }
}

/// Whether a program can be linked and run: a linker that is there may still lack the C library.
fn links() -> std::result::Result<String, String> {
    let try_it = || -> Result<bool> {
        let folder = tempfile::tempdir()
            .map_err(|error| Error::at("create a folder in", &std::env::temp_dir(), error))?;
        let source = folder.path().join("empty.rs");
        std::fs::write(&source, "fn main() {}\n")
            .map_err(|error| Error::at("write", &source, error))?;
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let built = Run::new(rustc, folder.path())
            .args(["-o", "empty", "empty.rs"])
            .outcome()?;
        Ok(built.succeeded()
            && Run::new(folder.path().join("empty"), folder.path())
                .outcome()?
                .succeeded())
    };
    match try_it() {
        Ok(true) => Ok("links and runs an empty program".to_owned()),
        _ => Err("an empty program cannot be linked and run".to_owned()),
    }
}

/// The command that brings the strongest sandbox.
pub fn sandbox_remedy() -> String {
    system::install(Package::Bubblewrap)
}

/// Whether the strongest sandbox works; where it does not, what is there instead.
fn strongest_sandbox(work: &Path) -> std::result::Result<String, String> {
    let course = std::env::current_exe().unwrap_or_default();
    let mut missing = Vec::new();
    for found in sandbox::look(&work.join("grade"), &course) {
        match (found.works, missing.is_empty()) {
            (Ok(sandbox), true) => return Ok(format!("{} works", sandbox.kind())),
            (Ok(sandbox), false) => {
                return Err(format!(
                    "{}; {} works instead",
                    missing.join("; "),
                    sandbox.kind()
                ));
            }
            (Err(why), _) => missing.push(format!("{}: {why}", found.kind)),
        }
    }
    Err(missing.join("; "))
}

/// Whether builds find room.
fn space(work: &Path) -> std::result::Result<String, String> {
    let Some(bytes) = system::free_bytes(work) else {
        return Ok("not known on this system".to_owned());
    };
    let words = format!("{:.1} GiB free", bytes as f64 / f64::from(1 << 30));
    match bytes < FREE_BYTES {
        true => Err(words),
        false => Ok(words),
    }
}
