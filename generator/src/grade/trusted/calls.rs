//! The calls by which cargo compiles the packages of an assignment, written down once and made again for each
//! submission.
//!
//! So nothing of a submission ever reaches cargo: no manifest, no settings, no build script. And what the packages
//! depend on is compiled once.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::grade::harness;

/// Where cargo's calls are written down: this variable makes `course` a compiler that does so.
pub const RECORDS: &str = "COURSE_RECORDS_CALLS";

/// Stands for the folder of the tree in a recorded call.
const TREE: &str = "{course:tree}";
/// Stands for the folder of the dependencies.
const DEPENDENCIES: &str = "{course:dependencies}";
/// Stands for the folder that the compiler writes to.
const OUT: &str = "{course:out}";

/// The root of every gate program.
const GATES: &str = "gates/benches/gates.rs";

/// Variables that cargo sets for the compiler and that a source may read.
const VARIABLES: [&str; 5] = [
    "CARGO_PKG_",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_DIR",
    "CARGO_BIN_EXE_",
    "CARGO_PRIMARY_PACKAGE",
];

/// A call of the compiler as it was written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Recorded {
    /// The compiler and its arguments.
    pub(super) words: Vec<String>,
    /// Its environment, as far as it is cargo's or rustup's.
    pub(super) env: Vec<(String, String)>,
}

/// Writes down the call that cargo makes of this program in place of the compiler, and becomes the compiler.
///
/// # Errors
///
/// Where the call cannot be written down or the compiler cannot be run.
#[cfg(unix)]
pub fn record(folder: &Path) -> Error {
    use std::os::unix::process::CommandExt;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let env = std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO") || name.starts_with("RUSTUP"));
    let recorded = Recorded {
        words: words.clone(),
        env: env.collect(),
    };
    let Some((compiler, args)) = words.split_first() else {
        return Error::Internal(format!("{RECORDS} is set, and this is no call of cargo's"));
    };
    let path = folder.join(std::process::id().to_string());
    let text = match serde_json::to_string(&recorded) {
        Ok(text) => text,
        Err(error) => return Error::Internal(error.to_string()),
    };
    if let Err(error) = std::fs::write(&path, text) {
        return Error::at("write", &path, error);
    }
    let failed = std::process::Command::new(compiler).args(args).exec();
    Error::at("run", Path::new(compiler), failed)
}

/// What a call compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Kind {
    /// The library of an exercise.
    Library,
    /// A program of an exercise.
    Binary,
    /// A test program of ours.
    Tests,
    /// The gate program.
    Gates,
}

/// A call that can be made in any folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Call {
    /// What it compiles.
    pub(super) kind: Kind,
    /// The package.
    pub(super) package: String,
    /// The name of the crate.
    pub(super) krate: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
}

/// The folders of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folders<'a> {
    /// The tree.
    pub(super) tree: &'a Path,
    /// What it depends on.
    pub(super) dependencies: &'a Path,
    /// Where it writes.
    pub(super) out: &'a Path,
}

impl Folders<'_> {
    fn place(&self, text: &str) -> String {
        text.replace(TREE, &self.tree.to_string_lossy())
            .replace(DEPENDENCIES, &self.dependencies.to_string_lossy())
            .replace(OUT, &self.out.to_string_lossy())
    }
}

/// The calls among those written down that compile packages of the tree at `tree`, in the order in which they can be
/// made.
pub(super) fn of_packages(recorded: &[Recorded], tree: &Path) -> Vec<Call> {
    let own: Vec<&Recorded> = recorded
        .iter()
        .filter(|call| {
            option(&call.words, "--crate-name").is_some() && source(&call.words).is_some()
        })
        .collect();
    let files: Vec<String> = own.iter().filter_map(|call| stem(&call.words)).collect();
    let mut calls: Vec<Call> = own
        .iter()
        .filter_map(|call| relocatable(call, &own, &files, tree))
        .collect();
    calls.sort_by(|a, b| (a.kind, &a.package, &a.krate).cmp(&(b.kind, &b.package, &b.krate)));
    calls.dedup();
    calls
}

impl Recorded {
    /// Whether it compiles a peer of an exercise's gates: the same for all submissions, so nobody makes it again.
    pub(super) fn is_peer(&self, gates_package: &str) -> bool {
        let named =
            |(name, value): &(String, String)| name == "CARGO_PKG_NAME" && value == gates_package;
        self.env.iter().any(named) && source(&self.words).is_some_and(|root| !root.ends_with(GATES))
    }
}

/// The value of an option of the compiler's.
fn option<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| word == name)?;
    words.get(at + 1).map(String::as_str)
}

/// The value of a codegen option, which may be written in one word or two.
fn codegen<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let set = format!("{name}=");
    words
        .iter()
        .find_map(|word| word.trim_start_matches("-C").strip_prefix(&set))
}

/// The source file that is the root of the crate.
fn source(words: &[String]) -> Option<&str> {
    words
        .iter()
        .skip(1)
        .find(|word| word.ends_with(".rs"))
        .map(String::as_str)
}

/// The name of what a call makes, but for prefix and suffix.
fn stem(words: &[String]) -> Option<String> {
    let extra = codegen(words, "extra-filename").unwrap_or_default();
    Some(format!("{}{extra}", option(words, "--crate-name")?))
}

/// A recorded call without the folders that it was made in.
fn relocatable(call: &Recorded, all: &[&Recorded], own: &[String], tree: &Path) -> Option<Call> {
    let words = &call.words;
    let root = source(words)?;
    let kind = if root.contains(harness::FOLDER) {
        Kind::Tests
    } else if words.iter().any(|word| word == "lib") {
        Kind::Library
    } else if root.ends_with(GATES) {
        Kind::Gates
    } else {
        Kind::Binary
    };
    let folder = tree.to_string_lossy();
    let variable = |name: &str| call.env.iter().find(|(known, _)| known == name);
    let mut args = Vec::new();
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            // Ours are said for each call.
            word if word.starts_with("--error-format")
                || word.starts_with("--json")
                || word.starts_with("--diagnostic-width") => {}
            "--out-dir" => {
                words.next();
                args.extend(["--out-dir", OUT].map(str::to_owned));
            }
            "-L" => {
                let path = words.next()?;
                match path.strip_prefix("dependency=") {
                    Some(_) => args.extend(["-L".to_owned(), format!("dependency={DEPENDENCIES}")]),
                    None => args.extend(["-L".to_owned(), path.clone()]),
                }
            }
            "--extern" => {
                let path = words.next()?;
                args.extend(["--extern".to_owned(), relocated(path, own)]);
            }
            word => args.push(word.replace(&*folder, TREE)),
        }
    }
    args.extend(["-L".to_owned(), format!("dependency={OUT}")]);
    let known = |name: &str| VARIABLES.iter().any(|start| name.starts_with(start));
    let env = call.env.iter().filter(|(name, _)| known(name));
    let env = env.map(|(name, value)| match name.strip_prefix("CARGO_BIN_EXE_") {
        Some(binary) => (
            name.clone(),
            binary_of(binary, all).unwrap_or_else(|| value.clone()),
        ),
        None => (name.clone(), value.replace(&*folder, TREE)),
    });
    Some(Call {
        kind,
        package: variable("CARGO_PKG_NAME")?.1.clone(),
        krate: option(&call.words, "--crate-name")?.to_owned(),
        args,
        env: env.collect(),
    })
}

/// Where a program of the exercise's own is made.
fn binary_of(name: &str, all: &[&Recorded]) -> Option<String> {
    let krate = name.replace('-', "_");
    let made = all.iter().find(|call| {
        let is_library = call.words.iter().any(|word| word == "lib");
        !is_library && option(&call.words, "--crate-name") == Some(&krate)
    })?;
    Some(format!("{OUT}/{}", stem(&made.words)?))
}

/// `name=path` of a crate that is linked: one of ours from where we write, another from the dependencies.
fn relocated(external: &str, own: &[String]) -> String {
    let Some((name, path)) = external.split_once('=') else {
        return external.to_owned();
    };
    let path = Path::new(path);
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ours = own.iter().any(|own| *stem == format!("lib{own}"));
    let folder = if ours { OUT } else { DEPENDENCIES };
    format!("{name}={folder}/{file}")
}

impl Call {
    /// The arguments in these folders.
    pub(super) fn args(&self, folders: Folders<'_>) -> Vec<String> {
        self.args.iter().map(|arg| folders.place(arg)).collect()
    }

    /// The variables in these folders.
    pub(super) fn env(&self, folders: Folders<'_>) -> Vec<(String, String)> {
        let placed = self
            .env
            .iter()
            .map(|(name, value)| (name.clone(), folders.place(value)));
        placed.collect()
    }

    /// Whether it is of the edition in which all unsafe code bears the word.
    pub(super) fn has_edition(&self, edition: &str) -> bool {
        self.args
            .iter()
            .any(|arg| *arg == format!("--edition={edition}"))
    }

    /// The name of what it makes, but for what the kind adds.
    pub(super) fn stem(&self) -> String {
        let extra = codegen(&self.args, "extra-filename").unwrap_or_default();
        format!("{}{extra}", self.krate)
    }

    /// Whether it compiles for speed.
    pub(super) fn is_for_speed(&self) -> bool {
        codegen(&self.args, "opt-level").is_some_and(|level| level != "0")
    }

    /// Folders outside of ours that the linker looks in.
    pub(super) fn natives(&self) -> impl Iterator<Item = &Path> {
        let pairs = self.args.windows(2).filter(|pair| pair[0] == "-L");
        let paths =
            pairs.filter_map(|pair| pair[1].split_once('=').map(|(_, path)| Path::new(path)));
        paths.filter(|path| path.is_absolute())
    }

    /// The same call for another test program: another crate root beside the first.
    pub(super) fn of_program(&self, name: &str) -> Call {
        let old = format!("{}.rs", self.krate);
        let rename = |arg: &String| {
            if *arg == self.krate {
                name.to_owned()
            } else if arg.ends_with(&format!("/{old}")) {
                arg.replace(&old, &format!("{name}.rs"))
            } else {
                arg.clone()
            }
        };
        Call {
            krate: name.to_owned(),
            args: self.args.iter().map(rename).collect(),
            ..self.clone()
        }
    }

    /// The same call without a lint that its manifest forbids: only a test of what is left without it wants that.
    pub(super) fn without_forbidden_unsafe(mut self) -> Call {
        self.args.retain(|arg| arg != "--forbid=unsafe_code");
        self
    }
}

/// Reads what was written down in a folder.
pub(super) fn read(folder: &Path) -> Result<Vec<Recorded>> {
    let at = |error| Error::at("read the folder", folder, error);
    let mut recorded = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        let text =
            std::fs::read_to_string(&path).map_err(|error| Error::at("read", &path, error))?;
        recorded
            .push(serde_json::from_str(&text).map_err(|error| Error::at("read", &path, error))?);
    }
    Ok(recorded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(text: &str, package: &str) -> Recorded {
        Recorded {
            words: text.split(' ').map(str::to_owned).collect(),
            env: vec![
                ("CARGO_PKG_NAME".to_owned(), package.to_owned()),
                ("CARGO_MANIFEST_DIR".to_owned(), format!("/place/{package}")),
                ("CARGO_HOME".to_owned(), "/home".to_owned()),
            ],
        }
    }

    #[test]
    fn a_call_is_made_again_elsewhere() {
        let recorded = [
            call("rustc - --crate-name ___ --print=file-names", "stack"),
            call(
                "rustc --crate-name course_tests --edition=2024 stack/course-tests/course_tests.rs --error-format=json --crate-type bin -C extra-filename=-2 --out-dir /target/debug/deps -L dependency=/target/debug/deps --extern rand=/target/debug/deps/librand-7.rlib --extern stack=/target/debug/deps/libstack-1.rlib",
                "stack",
            ),
            call(
                "rustc --crate-name stack --edition=2024 stack/src/lib.rs --crate-type lib -C extra-filename=-1 --out-dir /target/debug/deps -L dependency=/target/debug/deps",
                "stack",
            ),
        ];
        let calls = of_packages(&recorded, Path::new("/place"));
        let kinds: Vec<Kind> = calls.iter().map(|call| call.kind).collect();
        assert_eq!(kinds, [Kind::Library, Kind::Tests]);
        let folders = Folders {
            tree: Path::new("/job/tree"),
            dependencies: Path::new("/deps"),
            out: Path::new("/job/out"),
        };
        let args = calls[1].args(folders).join(" ");
        assert_eq!(
            args,
            "--crate-name course_tests --edition=2024 stack/course-tests/course_tests.rs --crate-type bin -C extra-filename=-2 --out-dir /job/out -L dependency=/deps --extern rand=/deps/librand-7.rlib --extern stack=/job/out/libstack-1.rlib -L dependency=/job/out"
        );
        assert_eq!(calls[1].stem(), "course_tests-2");
        let env = calls[0].env(folders);
        assert!(env.contains(&(
            "CARGO_MANIFEST_DIR".to_owned(),
            "/job/tree/stack".to_owned()
        )));
        assert!(!env.iter().any(|(name, _)| name == "CARGO_HOME"));
        let other = calls[1]
            .of_program("course_tests_of_one")
            .args(folders)
            .join(" ");
        assert!(other.starts_with("--crate-name course_tests_of_one --edition=2024 stack/course-tests/course_tests_of_one.rs"), "{other}");
    }
}
