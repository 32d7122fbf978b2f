//! What a student's repository says to the program that tests it there: `.course/autograding.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::assignment_file::AssignmentFile;
use super::format;
use crate::error::Result;

/// Where it stands.
pub const HANDED_OUT: &str = ".course/autograding.json";

/// Raised when older programs could not read it rightly.
pub const FORMAT: u32 = 1;

/// The assignment as a student has it, without what is in other files of the repository.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandedOut {
    /// Which [`FORMAT`] it has.
    pub format: u32,
    /// The course's title.
    pub course: String,
    /// The assignment's slug.
    pub slug: String,
    /// `assignment.toml`, as the course has it.
    pub settings: AssignmentFile,
    /// How many tests of each stage only the grader has, by exercise, from the first stage on.
    pub hidden_tests: BTreeMap<String, Vec<usize>>,
    /// The files that decide about a grade and are not the student's to change, each with the id under which git keeps its
    /// content.
    pub files: BTreeMap<String, String>,
    /// The templates of feedback, by name.
    pub templates: BTreeMap<String, String>,
}

impl HandedOut {
    /// Reads it; `path` names it in messages.
    ///
    /// # Errors
    ///
    /// Refuses what cannot be read, and what another version of the program wrote.
    pub fn parse(path: &str, text: &str) -> Result<HandedOut> {
        format::parse(
            path,
            text,
            FORMAT,
            "restore it from the repository's first commit",
        )
    }
}

/// The id under which git keeps a file of this content, in a repository of the usual kind.
pub fn blob_id(content: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", content.len()));
    hash.update(content);
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `git hash-object` says of it.
    #[test]
    fn ids_are_git_s_own() {
        assert_eq!(
            blob_id(b"hello\n"),
            "ce013625030ba8dba906f756967f9e9ca394464a"
        );
    }

    #[test]
    fn another_format_is_told_from_a_broken_file() {
        let said = |text| {
            HandedOut::parse("x", text)
                .expect_err("refused")
                .to_string()
        };
        assert!(said("{\"format\": 9}").contains("it has format 9"));
        assert!(said("{").contains("restore it"));
    }
}
