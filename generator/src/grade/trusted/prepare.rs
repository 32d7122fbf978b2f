//! What all submissions of an assignment share, made once: its dependencies compiled, the calls of the compiler written
//! down, the settings of the lints. Afterwards nobody writes there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::calls::{self, Call, RECORDS};
use crate::build::{self, Build, Level, Place};
use crate::capability;
use crate::course::{Assignment, Exercise, gate};
use crate::error::{Error, Result};
use crate::file_tree::{self, Claim, FileTree};
use crate::grade::harness;
use crate::process::Run;

/// Raised when the same source would be prepared in another way.
const VERSION: &str = "3";

/// The folder with the linker.
const LINKER: &str = "linker";

/// Where rustc links with its own linker unless it is told otherwise.
const OWN_LINKER: &str = "x86_64-unknown-linux-gnu";

/// The edition of all exercises.
const EDITION: &str = "2024";

/// Written last: what stands beside it is whole.
const DONE: &str = "prepared.json";

/// What was prepared for an assignment.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Everything that decides about a grade but the submission and the machine, in hexadecimal.
    pub(super) key: String,
    folder: PathBuf,
    content: Content,
    /// What the course's own solution gave at gates on this machine, by exercise and gate, once it was graded.
    pub(super) solution: BTreeMap<String, f64>,
    /// As long as it is held nobody clears it away.
    _held: Claim,
}

/// What is written down of it.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    /// Where the compiler's own libraries and programs are.
    sysroot: PathBuf,
    /// What `rustc -vV` says first.
    toolchain: String,
    /// The calls of each exercise.
    calls: BTreeMap<String, Vec<Call>>,
    /// The calls that compile an exercise for speed, with its gate program.
    gate_calls: BTreeMap<String, Vec<Call>>,
    /// The programs that are peers of an exercise's own, by name.
    peers: BTreeMap<String, Vec<(String, PathBuf)>>,
}

impl Prepared {
    /// The folder of the compiled dependencies.
    pub(super) fn dependencies(&self) -> PathBuf {
        self.folder.join("dependencies")
    }

    /// The folder with clippy's settings for an exercise.
    pub(super) fn lint_settings(&self, exercise: &Exercise) -> PathBuf {
        self.folder.join("lints").join(exercise.name())
    }

    /// The calls that compile an exercise.
    pub(super) fn calls(&self, exercise: &Exercise) -> &[Call] {
        self.content
            .calls
            .get(exercise.name())
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The calls that compile an exercise for speed, with its gate program.
    pub(super) fn gate_calls(&self, exercise: &Exercise) -> &[Call] {
        self.content
            .gate_calls
            .get(exercise.name())
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The programs that are peers of an exercise's own, by name.
    pub(super) fn peers(&self, exercise: &Exercise) -> &[(String, PathBuf)] {
        self.content
            .peers
            .get(exercise.name())
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The compiler's folder.
    pub(super) fn sysroot(&self) -> &Path {
        &self.content.sysroot
    }

    /// The compiler, as its version.
    pub(super) fn toolchain(&self) -> &str {
        &self.content.toolchain
    }

    /// The folder with the linker that comes with the compiler, where it is the usual one.
    pub(super) fn linker(&self) -> Option<PathBuf> {
        Some(self.folder.join(LINKER)).filter(|folder| folder.exists())
    }

    /// Something that was found out about it, by name.
    pub(super) fn note(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Everything that decides about a grade but the submission and the machine.
fn key(assignment: &Assignment, build_tree: &FileTree, toolchain: &str) -> String {
    let with_tests = build_tree.digest();
    let rules: Vec<String> = assignment.exercises.iter().map(rules_of).collect();
    let parts = [VERSION, env!("CARGO_PKG_VERSION"), toolchain, &with_tests];
    let parts = parts.into_iter().chain(rules.iter().map(String::as_str));
    file_tree::hash(parts.map(str::as_bytes))
}

/// What decides about an exercise's points beside its tests.
fn rules_of(exercise: &Exercise) -> String {
    let entry = serde_json::to_string(&exercise.entry).unwrap_or_default();
    entry + &capability::lint_settings(&exercise.entry.capabilities)
}

/// The solution with the test programs, as cargo compiles them once.
fn build_tree(assignment: &Assignment, rendered: &FileTree) -> FileTree {
    let mut tree = assignment.solved_on(rendered);
    harness::lay(&mut tree, assignment);
    tree
}

/// Prepares an assignment, unless that was done before. `work` is the folder of all grading, `course` this program.
///
/// # Errors
///
/// Where the course's own solution does not compile with the test programs, or the machine fails.
pub(super) fn prepare(
    assignment: &Assignment,
    rendered: &FileTree,
    work: &Path,
    course: &Path,
) -> Result<Prepared> {
    let toolchain = build::toolchain()?;
    let tree = build_tree(assignment, rendered);
    let key = key(assignment, &tree, &toolchain);
    let name = format!("{}-{}", assignment.slug, &key[..16]);
    let folder = std::path::absolute(work)
        .unwrap_or_else(|_| work.to_owned())
        .join(name);
    loop {
        let held = Claim::shared(&folder)?;
        if let Some(content) = read(&folder)? {
            return Ok(Prepared {
                key,
                folder,
                content,
                solution: BTreeMap::new(),
                _held: held,
            });
        }
        drop(held);
        let claim = Claim::of(&folder)?;
        if read(&folder)?.is_none() {
            make(assignment, &tree, &toolchain, work, course, &folder)?;
        }
        drop(claim);
        clear_others(assignment, work, &folder);
    }
}

fn read(folder: &Path) -> Result<Option<Content>> {
    let path = folder.join(DONE);
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).map_err(|error| Error::at("read", &path, error))?;
    let content = serde_json::from_str(&text).map_err(|error| Error::at("read", &path, error))?;
    Ok(Some(content))
}

/// Clears away what was prepared of an older state of the assignment and is not in use.
fn clear_others(assignment: &Assignment, work: &Path, keep: &Path) {
    let entries = std::fs::read_dir(work).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = name
            .strip_prefix(&*assignment.slug)
            .and_then(|rest| rest.strip_prefix('-'));
        let is_key =
            |rest: &str| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let other = rest.is_some_and(is_key) && path != keep && path.is_dir();
        if other && let Some(_claim) = Claim::if_free(&path) {
            // What cannot be removed is the next one's to try again.
            let _ = std::fs::remove_dir_all(&path);
        }
    }
}

fn make(
    assignment: &Assignment,
    tree: &FileTree,
    toolchain: &str,
    work: &Path,
    course: &Path,
    folder: &Path,
) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| Error::at("remove", folder, error))?;
    }
    let place = Place::new(work, &format!("{}.place", assignment.slug));
    let _claim = Claim::of(place.dir())?;
    place.lay(tree)?;
    let dependencies = make_folder(&folder.join("dependencies"))?;
    let place = place
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTC_WORKSPACE_WRAPPER", &course.to_string_lossy());
    let records = make_folder(&folder.join("calls"))?;
    let for_tests = place.clone().env(RECORDS, &records.to_string_lossy());
    let mut gate_calls = BTreeMap::new();
    let mut peers = BTreeMap::new();
    for exercise in &assignment.exercises {
        for path in tree.paths().filter(|path| is_source(path, exercise)) {
            // Cargo calls nobody for what it takes for compiled.
            place.renew(path)?;
        }
        compile(&for_tests, exercise, &dependencies)?;
        if exercise.has_gates() {
            let records = make_folder(&folder.join("gate-calls").join(exercise.name()))?;
            let for_gates = place.clone().env(RECORDS, &records.to_string_lossy());
            let programs = compile_gates(&for_gates, exercise, &dependencies)?;
            peers.insert(exercise.name().to_owned(), programs);
            let mut recorded = calls::read(&records)?;
            recorded.retain(|call| !call.is_peer(&exercise.gates_package()));
            let calls = calls::of_packages(&recorded, place.dir());
            gate_calls.insert(exercise.name().to_owned(), calls);
        }
        let settings = folder.join("lints").join(exercise.name());
        make_folder(&settings)?;
        let text = capability::lint_settings(&exercise.entry.capabilities);
        file_tree::write_text(&settings.join("clippy.toml"), &text)?;
    }
    let recorded = calls::read(&records)?;
    let all = calls::of_packages(&recorded, place.dir());
    let mut calls: BTreeMap<String, Vec<Call>> = BTreeMap::new();
    for call in all {
        if !call.has_edition(EDITION) {
            return Err(Error::input(format!(
                "assignments/{}/{}/Cargo.toml: write edition = \"{EDITION}\": the grader knows unsafe code by its words only in that edition",
                assignment.slug, call.package
            )));
        }
        calls.entry(call.package.clone()).or_default().push(call);
    }
    let sysroot = sysroot(&recorded)?;
    if !sysroot.join("bin/clippy-driver").exists() {
        return Err(Error::input(format!(
            "{}: it has no clippy, without which nobody can say what a submission uses; run `rustup component add clippy`",
            sysroot.display()
        )));
    }
    lay_linker(&sysroot, folder)?;
    let content = Content {
        sysroot,
        toolchain: toolchain.lines().next().unwrap_or_default().to_owned(),
        calls,
        gate_calls,
        peers,
    };
    let text =
        serde_json::to_string(&content).map_err(|error| Error::Internal(error.to_string()))?;
    file_tree::write_text(&folder.join(DONE), &text)
}

fn is_source(path: &str, exercise: &Exercise) -> bool {
    path.ends_with(".rs") && path.split('/').next() == Some(exercise.name())
}

fn make_folder(path: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(path).map_err(|error| Error::at("create the folder", path, error))?;
    Ok(path.to_owned())
}

/// Compiles the solution and its test programs by cargo, and takes the compiled dependencies over.
fn compile(place: &Place, exercise: &Exercise, dependencies: &Path) -> Result<()> {
    let programs = harness::programs(exercise);
    let mut args = vec![
        "build",
        "--locked",
        "--message-format=json",
        "-p",
        exercise.name(),
    ];
    for program in &programs {
        args.extend(["--test", &program.name]);
    }
    let build = place.build(&args)?;
    if let Some(error) = build.at(Level::Error).next() {
        return Err(Error::input(format!(
            "{}: its own solution does not compile with the programs that grade, so nobody is graded; a test may compare values of the standard library only, and name each thing that it imports. The first error: {}",
            exercise.folder(),
            error.text.trim()
        )));
    }
    take_libraries(place, &build, dependencies)
}

/// Takes over the compiled libraries of a build.
fn take_libraries(place: &Place, build: &Build, dependencies: &Path) -> Result<()> {
    let below = place.target();
    for file in build
        .libraries
        .iter()
        .filter(|file| file.starts_with(below))
    {
        take(file, dependencies)?;
    }
    Ok(())
}

/// Copies a file into a folder unless it is there.
fn take(file: &Path, folder: &Path) -> Result<PathBuf> {
    let to = folder.join(file.file_name().unwrap_or_default());
    if !to.exists() {
        std::fs::copy(file, &to).map_err(|error| Error::at("copy", file, error))?;
    }
    Ok(to)
}

/// Compiles the solution and its gate program for speed by cargo, and takes over what is the same for all submissions.
/// Returns the programs that are peers.
fn compile_gates(
    place: &Place,
    exercise: &Exercise,
    dependencies: &Path,
) -> Result<Vec<(String, PathBuf)>> {
    let build = build::build_gates(place, exercise, build::Lock::Kept, &[])?;
    if let Some(error) = build.at(Level::Error).next() {
        return Err(Error::input(format!(
            "{}: its own solution does not compile with its gate program, so nobody is graded. The first error: {}",
            exercise.folder(),
            error.text.trim()
        )));
    }
    take_libraries(place, &build, dependencies)?;
    let peers = build
        .binaries
        .iter()
        .filter(|(_, binary)| binary.package.ends_with(gate::FOLDER));
    peers
        .map(|(name, binary)| Ok((name.clone(), take(&binary.path, dependencies)?)))
        .collect()
}

/// Brings the compiler's own linker under the name by which a C compiler calls it. The program that has this name in the
/// compiler's folder looks for it by `/proc`, which no sandbox of ours has.
#[cfg(unix)]
fn lay_linker(sysroot: &Path, folder: &Path) -> Result<()> {
    let linker = sysroot.join(format!("lib/rustlib/{OWN_LINKER}/bin/rust-lld"));
    if !linker.exists() {
        return Ok(());
    }
    let link = make_folder(&folder.join(LINKER))?.join("ld.lld");
    std::os::unix::fs::symlink(&linker, &link)
        .map_err(|error| Error::at("make the link", &link, error))
}

#[cfg(not(unix))]
fn lay_linker(_: &Path, _: &Path) -> Result<()> {
    Ok(())
}

/// Where the compiler that cargo called has its libraries.
fn sysroot(recorded: &[calls::Recorded]) -> Result<PathBuf> {
    let call = recorded
        .first()
        .ok_or_else(|| Error::Internal("cargo called no compiler".to_owned()))?;
    let compiler = call.words.first().map(String::as_str).unwrap_or_default();
    let mut run = Run::new(compiler, Path::new("/")).args(["--print", "sysroot"]);
    for (name, value) in call
        .env
        .iter()
        .filter(|(name, _)| name.starts_with("RUSTUP"))
    {
        run = run.env(name, value.as_str());
    }
    let outcome = run.outcome()?;
    match outcome.succeeded() {
        true => Ok(PathBuf::from(outcome.stdout.trim())),
        false => Err(Error::Machine {
            doing: format!("ask {compiler} where its libraries are"),
            source: outcome.stderr.into(),
        }),
    }
}
