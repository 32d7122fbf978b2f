//! What enrolling needs where the course's source is not there: `enrolment.json` of the enrolment repository.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classroom::{Author, Forge, Schedule, is_repository_name};
use super::format;
use crate::error::{Error, Result};

/// Where it stands.
pub const ENROLMENT: &str = "enrolment.json";

/// Raised when older programs could not read it rightly.
pub const FORMAT: u32 = 1;

/// The assignments that students can enrol in, and what each of their repositories is made with.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// Which format it has.
    pub format: u32,
    /// The course's title.
    pub course: String,
    /// The organisation that owns all repositories on the forge.
    pub organisation: String,
    /// Where repositories live. A folder is found from where the program runs.
    pub forge: Forge,
    /// Who signs the first commit of a student's repository.
    pub author: Author,
    /// The repository that this stands in, whose issues ask for an assignment.
    pub repository: String,
    /// The repository that says who takes part; without one anybody may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roster_repository: Option<String>,
    /// The assignments by slug.
    pub assignments: BTreeMap<String, Offered>,
    /// The templates of answers, by name.
    pub templates: BTreeMap<String, String>,
}

/// An assignment that students can enrol in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    /// Its title.
    pub title: String,
    /// When it is due, and who works together.
    pub schedule: Schedule,
    /// The text of the pull request that feedback goes to, as Markdown.
    pub feedback: String,
}

impl Enrolment {
    /// Reads it; `path` names it in messages.
    ///
    /// # Errors
    ///
    /// Refuses what another version of the program wrote, unknown keys, and names that could lead elsewhere.
    pub fn parse(path: &str, text: &str) -> Result<Enrolment> {
        const REMEDY: &str = "write it anew with `course enrol init --execute`";
        let enrolment: Enrolment = format::parse(path, text, FORMAT, REMEDY)?;
        match enrolment.fault() {
            None => Ok(enrolment),
            Some(fault) => Err(Error::input(format!("{path}: {fault}; {REMEDY}"))),
        }
    }

    /// What cannot be used.
    fn fault(&self) -> Option<String> {
        let slugs = self.assignments.keys();
        let wrong = slugs
            .chain([&self.organisation, &self.repository])
            .chain(&self.roster_repository)
            .find(|name| !is_repository_name(name));
        if let Some(name) = wrong {
            return Some(format!("{name:?} can name nothing on a forge"));
        }
        let undated = self.assignments.iter().find(|(_, offered)| {
            offered.schedule.due.is_some() && offered.schedule.due_moment().is_none()
        });
        undated.map(|(slug, _)| format!("the due date of `{slug}` is no moment"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(change: impl Fn(&mut serde_json::Value)) -> String {
        let mut value = serde_json::json!({
            "format": FORMAT,
            "course": "A",
            "organisation": "org",
            "forge": { "github": {} },
            "author": { "name": "A", "email": "a@b.example", "time": 0 },
            "repository": "enrol",
            "assignments": { "01-tiny": { "title": "T", "schedule": {}, "feedback": "" } },
            "templates": {},
        });
        change(&mut value);
        value.to_string()
    }

    #[test]
    fn what_is_right_is_read() {
        let enrolment = Enrolment::parse("x", &text(|_| ())).expect("an enrolment");
        assert_eq!(enrolment.assignments["01-tiny"].title, "T");
        assert_eq!(enrolment.roster_repository, None);
    }

    #[test]
    fn what_is_wrong_is_refused_with_the_reason() {
        type Change = fn(&mut serde_json::Value);
        let cases: [(Change, &str); 6] = [
            (|value| value["format"] = 9.into(), "it has format 9"),
            (|value| value["colour"] = 1.into(), "unknown field `colour`"),
            (
                |value| value["assignments"]["01-tiny"]["schedule"]["late"] = 1.into(),
                "unknown field `late`",
            ),
            (
                |value| value["assignments"]["../x"] = value["assignments"]["01-tiny"].clone(),
                "\"../x\" can name nothing",
            ),
            (
                |value| value["roster_repository"] = "a/b".into(),
                "\"a/b\" can name nothing",
            ),
            (
                |value| value["assignments"]["01-tiny"]["schedule"]["due"] = "soon".into(),
                "the due date of `01-tiny` is no moment",
            ),
        ];
        for (change, says) in cases {
            let error = Enrolment::parse("x", &text(change)).expect_err("refused");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
