//! The laid tree compiled, and each test run in a process of its own.
//!
//! This is the place of the sandbox: everything that runs a submission's code goes through here.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::build::{self, Build, Compiled, Diagnostic, Level, Place, TestEnd};
use crate::course::Exercise;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;

/// The longest that one test may take.
const TEST_LIMIT: Duration = Duration::from_secs(60);

/// How many compiler errors a report shows.
const SHOWN_ERRORS: usize = 3;

/// What the tests of an exercise gave.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The first compiler errors of each test target that was not built.
    pub(super) errors: BTreeMap<String, Vec<String>>,
    /// How each test ended, by id.
    pub(super) ends: BTreeMap<String, TestEnd>,
}

/// Compiles and runs the tests of one exercise; says what it begins.
pub(super) fn run(
    place: &Place,
    exercise: &Exercise,
    tree: &FileTree,
    begin: &dyn Fn(String),
) -> Result<Results> {
    let targets = exercise.test_targets();
    let mut results = Results::default();
    let nothing_built = |message: String| {
        let errors = targets
            .iter()
            .map(|target| (target.name.clone(), vec![message.clone()]))
            .collect();
        Results {
            errors,
            ends: BTreeMap::new(),
        }
    };
    let root = format!("{}/src/lib.rs", exercise.name());
    if tree.get(&root).is_none() {
        return Ok(nothing_built(format!(
            "error: {root} is missing, so there is nothing to compile"
        )));
    }
    // Cargo goes by file times. Written anew, the sources are newer than whatever was built of another
    // submission before.
    place.renew(&root)?;
    let mut args = vec![
        "build",
        "--locked",
        "--keep-going",
        "--message-format=json",
        "-p",
        exercise.name(),
    ];
    for target in &targets {
        args.extend(["--test", &target.name]);
    }
    begin(format!("compile {}", exercise.name()));
    let build = match place
        .clone()
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .try_build(&args)?
    {
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
    if let Some((target, _)) = build.executables.iter().find(|(_, built)| built.fresh) {
        return Err(Error::Internal(format!(
            "cargo calls `{target}` fresh though its sources were just written"
        )));
    }
    for target in &targets {
        let Some(executable) = build.executables.get(&target.name) else {
            let errors = first_errors(&build, &target.name);
            results.errors.insert(target.name.clone(), errors);
            continue;
        };
        begin(format!("{}: {}", exercise.name(), target.name));
        let functions: Vec<String> = exercise
            .tests()
            .filter(|test| test.path == target.path)
            .filter_map(|test| Some(test.id.split_once("::")?.1.to_owned()))
            .collect();
        let ends = build::run_each_alone(executable, &functions, &[], TEST_LIMIT)?;
        results.ends.extend(
            ends.into_iter()
                .map(|(name, end)| (format!("{}::{name}", target.name), end)),
        );
    }
    Ok(results)
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
