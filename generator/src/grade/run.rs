//! The tests of a submission, each in a process of its own behind the sandbox.
//!
//! Whether a test passed the harness says over a socket that only it knows the secret of; what the process prints and
//! which code it exits with say nothing.

use std::path::PathBuf;
use std::time::Instant;

use super::compile::{Compiler, next_number};
use crate::build::{Failure, TestEnd};
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::error::Result;
use crate::lanes::in_lanes;
use crate::process::End;
use crate::sandbox::{Freedom, Job};
use crate::witness::{self, Testimony};

/// A test program ready to run.
pub(super) struct Executable {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The ids of its tests, in the harness's order.
    pub(super) tests: Vec<String>,
    /// Programs of the exercise that its tests may start.
    pub(super) binaries: Vec<PathBuf>,
}

/// Runs each test of a program, `lanes` at once. How each ended, by id.
pub(super) fn run_tests(
    compiler: Compiler<'_>,
    exercise: &Exercise,
    executable: &Executable,
) -> Result<Vec<(String, TestEnd)>> {
    let bounds = compiler.grader.bounds;
    let started = Instant::now();
    in_lanes(compiler.grader.lanes, executable.tests.len(), |number| {
        // Where most of them never end, the rest is not waited for.
        let end = match started.elapsed() > bounds.tests_together {
            true => TestEnd::TimedOut,
            false => run_test(compiler, exercise, executable, number)?,
        };
        Ok((executable.tests[number].clone(), end))
    })
}

fn run_test(
    compiler: Compiler<'_>,
    exercise: &Exercise,
    executable: &Executable,
    number: usize,
) -> Result<TestEnd> {
    let number = u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let run = compiler
        .grader
        .sandbox
        .wrap(&job(compiler, exercise, executable))?;
    let Testimony { end, words, proven } = witness::ask(&run, &number)?;
    let proven = proven && words == b"passed\n";
    // Without the proof the process's word is taken for it, as others do.
    let believed =
        !compiler.grader.defences.proof && end == End::Exit(0) && !words.starts_with(b"failed\n");
    if end == End::Timeout {
        return Ok(TestEnd::TimedOut);
    }
    if proven || believed {
        return Ok(TestEnd::Passed);
    }
    match failure(&words) {
        Some(failure) => Ok(TestEnd::Failed(failure)),
        None => {
            compiler.refuse_broken_wall()?;
            Ok(TestEnd::Aborted)
        }
    }
}

/// What the harness says of a failed test: the place and the message. Its words, so in part the submission's.
fn failure(reply: &[u8]) -> Option<Failure> {
    let text = String::from_utf8_lossy(reply.strip_prefix(b"failed\n")?).into_owned();
    let (place, message) = text.split_once('\n')?;
    Some(Failure {
        message: message.trim().to_owned(),
        at: Some(place.to_owned()).filter(|place| !place.is_empty()),
    })
}

fn job(compiler: Compiler<'_>, exercise: &Exercise, executable: &Executable) -> Job {
    let may = |capability| exercise.entry.capabilities.contains(&capability);
    let folder = compiler.folder;
    let package = folder.tree().join(exercise.name());
    let env = [
        ("RUST_BACKTRACE", "0"),
        // Each arena of the C library reserves 64 MiB: with one a thread, honest threads would not find room.
        ("MALLOC_ARENA_MAX", "2"),
        // A property test must not write into the tree that it is part of.
        ("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true"),
    ];
    let mut readable = vec![executable.path.clone(), folder.tree()];
    readable.extend(executable.binaries.iter().cloned());
    Job {
        program: executable.path.clone(),
        args: Vec::new(),
        dir: package,
        env: env
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        readable,
        writable: Vec::new(),
        scratch: may(Capability::Fs).then(|| folder.scratch()),
        freedom: Freedom {
            sockets: may(Capability::Net),
            threads: may(Capability::Threads),
            programs: may(Capability::Process),
            modes: false,
        },
        limits: compiler.grader.bounds.test,
        number: next_number(),
    }
}
