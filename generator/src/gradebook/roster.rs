//! Whose submissions are graded, at which commits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The submissions of an assignment, each pinned to a commit before the first is graded: what is pushed meanwhile
/// changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// The assignment's slug.
    pub assignment: String,
    /// The submissions, sorted by student.
    pub pinned: Vec<Pinned>,
}

/// A submission, pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pinned {
    /// The student.
    pub student: String,
    /// The repository on the forge.
    pub repository: String,
    /// The commit.
    pub commit: Option<String>,
    /// When the forge first saw it, in seconds since 1970.
    pub pushed: Option<u64>,
    /// Why there is nothing to grade, where there is not.
    pub problem: Option<String>,
}
