//! What is wrong with the source: where, what, and how to mend it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// One problem of the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Problem {
    /// Path from the root of the course.
    pub path: String,
    /// Line, from 1; 1 where the problem is the file itself.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// A problem at a line of a file.
    pub fn new(
        path: impl Into<String>,
        line: usize,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        Problem {
            path: path.into(),
            line,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem {
            path,
            line,
            message,
            remedy,
        } = self;
        write!(f, "{path}:{line}: {message}; {remedy}")
    }
}
