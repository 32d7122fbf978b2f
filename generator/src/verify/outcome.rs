//! What building and running one variant gave, and the store of such outcomes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::build::{Build, Failure, Level, TestEnd};
use crate::error::{Error, Result};
use crate::file_tree;
use crate::gates::Measurement;

/// What a variant did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct VariantOutcome {
    /// The compiler's errors; empty where it compiled.
    pub(super) errors: Vec<String>,
    /// The compiler's warnings about our own targets.
    pub(super) warnings: Vec<String>,
    /// How each test ended, by id.
    pub(super) tests: BTreeMap<String, TestEnd>,
    /// The gates that its gate program knows.
    #[serde(default)]
    pub(super) gate_names: Vec<String>,
    /// Packages that it depends on and that its gates measure with or against.
    #[serde(default)]
    pub(super) shared_peers: Vec<String>,
    /// What was measured of each gate.
    #[serde(default)]
    pub(super) gates: BTreeMap<String, Measurement>,
}

impl VariantOutcome {
    /// Whether it may be stored: what did not compile or ran out of time is tried again.
    pub(super) fn is_settled(&self) -> bool {
        self.errors.is_empty() && !self.tests.values().any(|end| *end == TestEnd::TimedOut)
    }
}

/// Why a test failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// It reached the stub of this stage.
    Stub(usize),
    /// An assertion or another honest panic.
    Assertion,
    /// The process ended.
    Abort,
    /// It never ended.
    Timeout,
    /// It was not run.
    Missing,
}

/// Why a test failed; `None` where it passed.
pub(super) fn cause(end: &TestEnd) -> Option<Cause> {
    match end {
        TestEnd::Passed => None,
        TestEnd::Failed(failure) => Some(stub_stage(failure).map_or(Cause::Assertion, Cause::Stub)),
        TestEnd::Aborted => Some(Cause::Abort),
        TestEnd::TimedOut => Some(Cause::Timeout),
        TestEnd::Missing => Some(Cause::Missing),
    }
}

fn stub_stage(failure: &Failure) -> Option<usize> {
    let (_, rest) = failure.message.split_once("not yet implemented: stage ")?;
    let (number, _) = rest.split_once(':')?;
    number.parse().ok()
}

/// Errors and warnings of a build, each once.
pub(super) fn diagnostics(build: &Build) -> VariantOutcome {
    let at = |level| {
        let mut texts: Vec<String> = Vec::new();
        for diagnostic in build.at(level) {
            if !texts.contains(&diagnostic.text) {
                texts.push(diagnostic.text.clone());
            }
        }
        texts
    };
    VariantOutcome {
        errors: at(Level::Error),
        warnings: at(Level::Warning),
        ..VariantOutcome::default()
    }
}

/// All outcomes, by owner (exercise or assignment) and name.
#[derive(Default)]
pub(super) struct Outcomes {
    pub(super) by_name: BTreeMap<(String, String), VariantOutcome>,
    /// How many were built now.
    pub(super) proven: usize,
    /// How many came from the store.
    pub(super) reused: usize,
}

impl Outcomes {
    pub(super) fn get(&self, owner: &str, name: &str) -> Option<&VariantOutcome> {
        self.by_name.get(&(owner.to_owned(), name.to_owned()))
    }
}

/// Outcomes stored by the content they came from, one small file each.
#[derive(Debug, Clone)]
pub(super) struct Store {
    dir: PathBuf,
}

impl Store {
    /// The store in this folder.
    pub(super) fn new(dir: &Path) -> Store {
        Store {
            dir: dir.to_owned(),
        }
    }

    /// The outcome stored under a key. A file that cannot be read counts as absent: it is proven again.
    pub(super) fn get(&self, key: &str) -> Option<VariantOutcome> {
        let text = fs::read_to_string(self.path(key)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Stores an outcome.
    pub(super) fn put(&self, key: &str, outcome: &VariantOutcome) -> Result<()> {
        let text =
            serde_json::to_string(outcome).map_err(|error| Error::Internal(error.to_string()))?;
        file_tree::write_text(&self.path(key), &text)
    }

    fn path(&self, key: &str) -> PathBuf {
        self.dir.join(format!("{key}.json"))
    }
}
