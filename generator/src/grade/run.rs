//! The tests of a submission, each in a process of its own behind the sandbox.
//!
//! Whether a test passed the harness says over a socket that only it knows the secret of; what the process prints and
//! which code it exits with say nothing.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::bounds::Bounds;
use crate::build::{Failure, TestEnd};
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::error::Result;
use crate::lanes::in_lanes;
use crate::process::End;
use crate::sandbox::{self, Freedom, Job, Sandbox};
use crate::witness::{self, Testimony};

/// What runs the programs of one submission.
pub(super) struct Runner<'a> {
    /// What keeps them from the machine.
    pub(super) sandbox: &'a dyn Sandbox,
    /// What they may use up.
    pub(super) bounds: Bounds,
    /// How many tests run at once.
    pub(super) lanes: usize,
    /// What gates take their inputs from; none for a fresh number each.
    pub(super) seed: Option<u64>,
    /// Whether a pass must be proven.
    pub(super) proof: bool,
    /// The tree of the submission.
    pub(super) tree: PathBuf,
    /// Where its files go that nobody needs afterwards.
    pub(super) scratch: PathBuf,
}

/// Tells jobs that run at the same time apart.
pub(super) fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

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
    runner: &Runner<'_>,
    exercise: &Exercise,
    executable: &Executable,
) -> Result<Vec<(String, TestEnd)>> {
    let bounds = runner.bounds;
    let started = Instant::now();
    in_lanes(runner.lanes, executable.tests.len(), |number| {
        // Where most of them never end, the rest is not waited for.
        let end = match started.elapsed() > bounds.tests_together {
            true => TestEnd::TimedOut,
            false => run_test(runner, exercise, executable, number)?,
        };
        Ok((executable.tests[number].clone(), end))
    })
}

fn run_test(
    runner: &Runner<'_>,
    exercise: &Exercise,
    executable: &Executable,
    number: usize,
) -> Result<TestEnd> {
    let number = u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let run = runner.sandbox.wrap(&job(runner, exercise, executable))?;
    let Testimony { end, words, proven } = witness::ask(&run, &number)?;
    let proven = proven && words == b"passed\n";
    // Without the proof the process's word is taken for it, as others do.
    let believed = !runner.proof && end == End::Exit(0) && !words.starts_with(b"failed\n");
    if end == End::Timeout {
        return Ok(TestEnd::TimedOut);
    }
    if proven || believed {
        return Ok(TestEnd::Passed);
    }
    match failure(&words) {
        Some(failure) => Ok(TestEnd::Failed(failure)),
        None => {
            sandbox::must_start(runner.sandbox)?;
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

fn job(runner: &Runner<'_>, exercise: &Exercise, executable: &Executable) -> Job {
    let may = |capability| exercise.entry.capabilities.contains(&capability);
    let env = [
        ("RUST_BACKTRACE", "0"),
        // Each arena of the C library reserves 64 MiB: with one a thread, honest threads would not find room.
        ("MALLOC_ARENA_MAX", "2"),
        // A property test must not write into the tree that it is part of.
        ("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true"),
    ];
    let mut readable = vec![executable.path.clone(), runner.tree.clone()];
    readable.extend(executable.binaries.iter().cloned());
    Job {
        program: executable.path.clone(),
        args: Vec::new(),
        dir: runner.tree.join(exercise.name()),
        env: env
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        readable,
        writable: Vec::new(),
        scratch: may(Capability::Fs).then(|| runner.scratch.clone()),
        freedom: Freedom {
            sockets: may(Capability::Net),
            threads: may(Capability::Threads),
            programs: may(Capability::Process),
            modes: false,
        },
        limits: runner.bounds.test,
        number: next_number(),
    }
}
