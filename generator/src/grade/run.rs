//! The laid tree compiled, and each test run in a process of its own.
//!
//! This is the place of the sandbox: everything that runs a submission's code goes through here.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::build::{
    self, Build, COMBINED, Compiled, Diagnostic, Executable, Level, Place, TestEnd,
};
use crate::course::assignment::{Exercise, Test, TestTarget};
use crate::error::{Error, Result};
use crate::file_tree::FileTree;

/// The longest that one test may take.
const TEST_LIMIT: Duration = Duration::from_secs(60);

/// How many compiler errors a report shows.
const SHOWN_ERRORS: usize = 3;

/// A cargo that a killed run left behind may build what was just written before ours gets hold of the folder.
/// It is gone then, and the next attempt is ours alone.
const ATTEMPTS: usize = 2;

/// What the tests of an exercise gave.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The first compiler errors of each test target that was not built.
    pub(super) errors: BTreeMap<String, Vec<String>>,
    /// How each test ended, by id.
    pub(super) ends: BTreeMap<String, TestEnd>,
}

/// Compiles and runs the tests of one exercise; says what it begins.
///
/// The tests of all stages are compiled as one program first, which is quicker. Where that does not compile
/// and the library does, each stage's are compiled by themselves: one that does not compile costs its stage.
pub(super) fn run(
    place: &Place,
    exercise: &Exercise,
    tree: &FileTree,
    begin: &dyn Fn(String),
) -> Result<Results> {
    let targets = exercise.test_targets();
    let nothing_built = |message: String| Results {
        errors: targets
            .iter()
            .map(|target| (target.name.clone(), vec![message.clone()]))
            .collect(),
        ends: BTreeMap::new(),
    };
    let root = format!("{}/src/lib.rs", exercise.name());
    if tree.get(&root).is_none() {
        return Ok(nothing_built(format!(
            "error: {root} is missing, so there is nothing to compile"
        )));
    }
    begin(format!("compile {}", exercise.name()));
    let (together, alone) = exercise.programs();
    let own =
        |targets: &[TestTarget]| -> Vec<Program> { targets.iter().map(Program::of).collect() };
    let mut programs = own(&alone);
    programs.push(Program {
        name: COMBINED.to_owned(),
        targets: together,
    });
    let mut compiled = compile(place, exercise, &root, &programs)?;
    if let Compiled::Build(build) = &compiled
        && !build.executables.contains_key(COMBINED)
        && !build.at(Level::Error).any(|error| error.library)
    {
        programs = own(&targets);
        compiled = compile(place, exercise, &root, &programs)?;
    }
    let build = match compiled {
        Compiled::Build(build) => build,
        Compiled::TimedOut(seconds) => {
            return Ok(nothing_built(format!(
                "error: it did not compile within {seconds} seconds"
            )));
        }
        Compiled::CompilerDied(said) => {
            return Ok(nothing_built(format!(
                "error: the compiler itself did not survive it: {said}"
            )));
        }
    };
    let mut results = Results::default();
    for program in &programs {
        match build.executables.get(&program.name) {
            Some(executable) => {
                begin(format!("test {}", exercise.name()));
                let ends = program.run(executable, exercise)?;
                results.ends.extend(ends);
            }
            None => {
                for target in &program.targets {
                    let errors = first_errors(&build, &target.name);
                    results.errors.insert(target.name.clone(), errors);
                }
            }
        }
    }
    Ok(results)
}

/// A test program, and the test files in it.
struct Program {
    name: String,
    targets: Vec<TestTarget>,
}

impl Program {
    /// The program of one test file.
    fn of(target: &TestTarget) -> Program {
        Program {
            name: target.name.clone(),
            targets: vec![target.clone()],
        }
    }

    /// Runs each of its tests in a process of its own. How each ended, by id.
    fn run(
        &self,
        executable: &Executable,
        exercise: &Exercise,
    ) -> Result<BTreeMap<String, TestEnd>> {
        let ours = |test: &&Test| self.targets.iter().any(|target| target.path == test.path);
        let ids = exercise.tests().filter(ours).map(|test| test.id.as_str());
        // Among others a file is a module, and the name of a test is its id; alone it is the crate.
        let shared = self.name == COMBINED;
        let names: BTreeMap<String, &str> = ids
            .map(|id| match id.split_once("::") {
                Some((_, function)) if !shared => (function.to_owned(), id),
                _ => (id.to_owned(), id),
            })
            .collect();
        let tests: Vec<String> = names.keys().cloned().collect();
        let ends = build::run_each_alone(executable, &tests, &[], TEST_LIMIT)?;
        let by_id = ends
            .into_iter()
            .map(|(name, end)| (names[&name].to_owned(), end));
        Ok(by_id.collect())
    }
}

/// Compiles test programs of an exercise whose crate root is at `root`.
fn compile(
    place: &Place,
    exercise: &Exercise,
    root: &str,
    programs: &[Program],
) -> Result<Compiled> {
    let mut args = vec![
        "build",
        "--locked",
        "--keep-going",
        "--message-format=json",
        "-p",
        exercise.name(),
    ];
    for program in programs {
        args.extend(["--test", &program.name]);
    }
    let place = place.clone().env("CARGO_PROFILE_DEV_DEBUG", "0");
    let mut fresh = String::new();
    for _ in 0..ATTEMPTS {
        // Cargo goes by file times. Written anew, the sources are newer than whatever was built of another
        // submission before.
        place.renew(root)?;
        let compiled = place.try_build(&args)?;
        let Compiled::Build(build) = &compiled else {
            return Ok(compiled);
        };
        match build.executables.iter().find(|(_, built)| built.fresh) {
            None => return Ok(compiled),
            Some((target, _)) => fresh = target.clone(),
        }
    }
    Err(Error::Internal(format!(
        "cargo calls `{fresh}` fresh though its sources were just written"
    )))
}

/// The errors that stopped a target: the library's and its own, or else whatever there is, so that no
/// target is missing without a word.
fn first_errors(build: &Build, target: &str) -> Vec<String> {
    let near = |error: &&Diagnostic| error.library || error.target == target;
    let mut errors: Vec<&Diagnostic> = build.at(Level::Error).filter(near).collect();
    if errors.is_empty() {
        errors = build.at(Level::Error).collect();
    }
    // The library's come first: the others may follow from them.
    errors.sort_by_key(|error| !error.library);
    let texts = errors.into_iter().map(|error| error.text.clone());
    texts.take(SHOWN_ERRORS).collect()
}
