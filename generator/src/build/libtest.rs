//! Test programs: which tests they hold, and how each ended.
//!
//! Libtest's text is read. That is fine for our own code; a submission's tests run in a harness of ours.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cargo::Executable;
use crate::error::Result;
use crate::process::{End, Run};

/// The longest that tests may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// All tests of a program together.
    pub together: Duration,
    /// One test alone.
    pub alone: Duration,
}

/// The longest that a program may take to list its tests.
const LIST_LIMIT: Duration = Duration::from_secs(30);

/// After so many hangs the other lost tests count as hung too: each further one would take its full limit.
const MAX_HANGS: usize = 2;

/// Why a test failed, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The panic's message.
    pub message: String,
    /// `file:line:column` of the panic, if it said so.
    pub at: Option<String>,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "end", rename_all = "kebab-case")]
pub enum TestEnd {
    /// It returned.
    Passed,
    /// It panicked.
    Failed(Failure),
    /// It took its process with it.
    Aborted,
    /// It was still running at its time limit.
    TimedOut,
    /// It is not in the program.
    Missing,
}

/// The names of the tests in a program.
pub fn list_tests(executable: &Executable) -> Result<Vec<String>> {
    let outcome = Run::new(&executable.path, &executable.package)
        .args(["--list", "--format", "terse"])
        .limit(LIST_LIMIT)
        .outcome()?;
    let names = outcome
        .stdout
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// Runs all `tests` in one process; those whose result an abort or a hang took away are run again, each
/// alone.
pub fn run_together(
    executable: &Executable,
    tests: &[String],
    env: &[(&str, &str)],
    limits: Limits,
) -> Result<BTreeMap<String, TestEnd>> {
    let outcome = test_run(executable, env)
        .args(["--test-threads", "2", "--exact"])
        .args(tests.iter().cloned())
        .limit(limits.together)
        .outcome()?;
    let mut ends = match outcome.end {
        End::Exit(0 | 101) => parse(&outcome.stdout),
        // What was printed before the abort is kept; the failures' texts are lost, so failed ones run again.
        _ => parse(&outcome.stdout)
            .into_iter()
            .filter(|(_, end)| *end == TestEnd::Passed)
            .collect(),
    };
    let lost: Vec<String> = tests
        .iter()
        .filter(|test| !ends.contains_key(*test))
        .cloned()
        .collect();
    let mut hung = 0;
    for test in lost {
        let end = match hung {
            MAX_HANGS => TestEnd::TimedOut,
            _ => run_alone(executable, &test, env, limits.alone)?,
        };
        hung += usize::from(end == TestEnd::TimedOut);
        ends.insert(test, end);
    }
    Ok(ends)
}

fn run_alone(
    executable: &Executable,
    test: &str,
    env: &[(&str, &str)],
    limit: Duration,
) -> Result<TestEnd> {
    // An earlier test may have removed what this one is in.
    if !executable.path.exists() || !executable.package.exists() {
        return Ok(TestEnd::Aborted);
    }
    let outcome = test_run(executable, env)
        .args(["--test-threads", "1", "--exact", test])
        .limit(limit)
        .outcome()?;
    let summary = |words: &str| outcome.stdout.lines().any(|line| line.starts_with(words));
    // Both the process and libtest's summary must say so. The line of the test itself is no witness: what the
    // code under test writes to standard output, past libtest, stands in the middle of it.
    Ok(match outcome.end {
        End::Timeout => TestEnd::TimedOut,
        End::Exit(0) if summary("test result: ok. 1 passed;") => TestEnd::Passed,
        End::Exit(0) if summary("running 0 tests") => TestEnd::Missing,
        End::Exit(101) if summary("test result: FAILED. 0 passed; 1 failed;") => {
            TestEnd::Failed(failure(&outcome.stdout, test))
        }
        _ => TestEnd::Aborted,
    })
}

fn test_run(executable: &Executable, env: &[(&str, &str)]) -> Run {
    let mut run = Run::new(&executable.path, &executable.package)
        .bare()
        .env("RUST_BACKTRACE", "0")
        // A property test must not write into the tree that it is part of.
        .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true");
    for (name, value) in env {
        run = run.env(name, *value);
    }
    run
}

/// Reads libtest's text.
fn parse(text: &str) -> BTreeMap<String, TestEnd> {
    let mut ends = BTreeMap::new();
    for line in text.lines() {
        let Some((name, end)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.rsplit_once(" ... "))
        else {
            continue;
        };
        let name = name.strip_suffix(" - should panic").unwrap_or(name);
        match end {
            "ok" => ends.insert(name.to_owned(), TestEnd::Passed),
            "FAILED" => ends.insert(name.to_owned(), TestEnd::Failed(failure(text, name))),
            _ => None,
        };
    }
    ends
}

/// The last panic in the captured output of a test: a property test panics often, and its last word names
/// the smallest input.
fn failure(text: &str, test: &str) -> Failure {
    let head = format!("\n---- {test} stdout ----\n");
    let section = text.split_once(&head).map_or("", |(_, rest)| {
        let end = rest
            .find("\n---- ")
            .or(rest.find("\nfailures:\n"))
            .unwrap_or(rest.len());
        &rest[..end]
    });
    let Some((_, panic)) = section.rsplit_once(" panicked at ") else {
        return Failure {
            message: section.trim().to_owned(),
            at: None,
        };
    };
    let (at, message) = panic.split_once(":\n").unwrap_or((panic, ""));
    let message: Vec<&str> = message
        .lines()
        .take_while(|line| !line.starts_with("note: run with `RUST_BACKTRACE"))
        .collect();
    Failure {
        message: message.join("\n").trim().to_owned(),
        at: Some(at.to_owned()),
    }
}
