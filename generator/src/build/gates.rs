//! Gate programs, compiled by cargo.

use super::cargo::Build;
use super::place::Place;
use crate::course::{Exercise, gate};
use crate::error::{Error, Result};

/// What cargo may do to a lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Nothing: what does not agree with it is an error.
    Kept,
    /// Bring it up to date.
    Mended,
}

/// Compiles the gate program of an exercise for speed, with the programs that it may start, after these paths changed.
/// Refuses one that is not built from what is laid. `lock` says what cargo may do to the lock file.
pub fn build_gates(
    place: &Place,
    exercise: &Exercise,
    lock: Lock,
    changed: &[String],
) -> Result<Build> {
    let package = exercise.gates_package();
    let mut args = vec![
        "build",
        "--profile",
        "bench",
        "--message-format=json",
        "--package",
        exercise.name(),
        "--package",
        &package,
        "--bins",
        "--bench",
        gate::PROGRAM,
    ];
    if lock == Lock::Kept {
        args.push("--locked");
    }
    let decides = |path: &&String| {
        let inside = path.strip_prefix(exercise.name());
        inside.is_some_and(|inside| inside.starts_with("/src/") || inside.starts_with("/gates/"))
    };
    let changed: Vec<&String> = changed.iter().filter(decides).collect();
    let is_stale = |build: &Build| {
        let program = build.executables.get(gate::PROGRAM);
        !changed.is_empty() && program.is_some_and(|program| program.fresh)
    };
    let build = place.build(&args)?;
    if !is_stale(&build) {
        return Ok(build);
    }
    // As for tests: a cargo that a killed run left may have been quicker with what was just laid.
    for path in changed
        .iter()
        .filter(|path| place.dir().join(path).is_file())
    {
        place.renew(path)?;
    }
    let build = place.build(&args)?;
    match is_stale(&build) {
        false => Ok(build),
        true => Err(Error::Internal(format!(
            "{}: its sources changed and cargo calls its gate program fresh; were file times set back?",
            place.dir().join(exercise.name()).display()
        ))),
    }
}
