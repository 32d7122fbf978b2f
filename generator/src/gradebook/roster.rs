//! Whose submissions are graded, at which commits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

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

/// The students' names in a file: one a line, or the first column of a table. What follows `#` is a comment.
///
/// # Errors
///
/// Refuses a name that stands twice, naming its line.
pub fn names(path: &str, text: &str) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim_start_matches('\u{feff}');
        let text = text.split('#').next().unwrap_or_default();
        let name = text.split([',', ';', '\t']).next().unwrap_or_default();
        let name = name.trim().trim_matches('"').to_lowercase();
        if name.is_empty() {
            continue;
        }
        if names.contains(&name) {
            return Err(Error::input(format!(
                "{path}:{line}: `{name}` stands twice; take one of them out"
            )));
        }
        names.push(name);
    }
    match names.is_empty() {
        true => Err(Error::input(format!(
            "{path}: there is no name in it; write one student a line"
        ))),
        false => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_and_a_table_are_read() {
        let text = "# the class\nAda\n\"bob\", Bob B.\n\n";
        assert_eq!(names("roster", text).expect("names"), ["ada", "bob"]);
        let twice = names("roster.csv", "ada\nbob\nAda\n").expect_err("twice");
        assert!(
            twice
                .to_string()
                .starts_with("roster.csv:3: `ada` stands twice"),
            "{twice}"
        );
    }
}
