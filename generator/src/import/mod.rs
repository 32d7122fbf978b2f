//! What a class left behind in GitHub Classroom, as the beginning of an assignment: text in, values out.
//!
//! Three things can be read: the tests of `.github/classroom/autograding.json` ([`autograding_json`]), those of the later
//! `.github/workflows/classroom.yml` ([`workflow`]), and the files of the export utility, which are the answers of the
//! service's REST interface ([`export`]). [`draft`] joins what several files say, [`skeleton`] writes it.

pub mod autograding_json;
pub mod draft;
pub mod export;
pub mod skeleton;
mod value;
pub mod workflow;

use crate::course::Problem;
use crate::harmless::acts;

pub use draft::{Draft, drafts};

/// What to do about a file that cannot be read.
const REMEDY: &str = "mend that line and import again";

/// A test as the service ran it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassicTest {
    /// Its name, as students saw it.
    pub name: String,
    /// Where it stands: the file's name, and a line or its number.
    pub at: String,
    /// What ran before it.
    pub setup: Option<String>,
    /// What was run; an exit code other than 0 failed it.
    pub command: Option<String>,
    /// What the command read from standard input.
    pub input: Option<String>,
    /// What the command had to print.
    pub expected: Option<String>,
    /// How the two were compared: exact, included or regex.
    pub comparison: Option<String>,
    /// Minutes after which it was ended, as they were written.
    pub timeout_minutes: Option<String>,
    /// Its points; `None` where nobody gave it any.
    pub points: Option<u32>,
    /// What else its author should know.
    pub note: Option<String>,
}

/// An assignment as the service knew it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassicAssignment {
    /// The service's number for it.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// When it was due.
    pub deadline: Option<jiff::Timestamp>,
    /// The repository that students began with, as `owner/name`.
    pub starter: Option<String>,
    /// Points that could be had, as its grades say.
    pub points_available: Option<u32>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Contents {
    /// The tests of one assignment.
    Tests(Vec<ClassicTest>),
    /// What is known of assignments; none where the file is about classrooms only.
    Assignments(Vec<ClassicAssignment>),
}

/// Reads a file of any of the kinds; its name says whether it is YAML, CSV or JSON, and its content which of those.
///
/// # Errors
///
/// Names the line and the remedy where it is none of them.
pub fn read(path: &str, text: &str) -> Result<Contents, Problem> {
    // Editors of one system put it there, and no reader wants it.
    let text = text.trim_start_matches('\u{feff}');
    let lower = path.to_ascii_lowercase();
    if lower.ends_with(".yml") || lower.ends_with(".yaml") {
        return workflow::read(path, text).map(Contents::Tests);
    }
    if lower.ends_with(".csv") {
        return export::read_csv(path, text).map(Contents::Assignments);
    }
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| json_problem(path, &error))?;
    if value.get("tests").is_some() {
        return autograding_json::read(path, text).map(Contents::Tests);
    }
    export::read_json(path, text, &value).map(Contents::Assignments)
}

/// What the JSON reader says, with the line in front.
fn json_problem(path: &str, error: &serde_json::Error) -> Problem {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let said = error.to_string();
    let said = said.strip_suffix(&place).unwrap_or(&said);
    Problem::new(path, error.line().max(1), one_line(said), REMEDY)
}

/// The last part of a path: where a file lay on somebody's disk is of no use to others.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A text in one line that acts on no terminal and stands in a comment of TOML: control characters, and those that change
/// the direction of what is read, are spelt out.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\t' => " ".to_owned(),
            letter if acts(letter) => letter.escape_unicode().to_string(),
            letter => letter.to_string(),
        })
        .collect()
}
