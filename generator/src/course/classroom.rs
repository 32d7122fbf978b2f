//! `classroom.yml`: the course as data.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// The course and the classroom it is taught in.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Classroom {
    /// The course's title.
    pub title: String,
    /// The organisation that owns all repositories on the forge.
    pub organisation: String,
    /// Where repositories live.
    pub forge: Forge,
    /// The toolchain that students build with and grades are made with.
    pub rust: String,
    /// Who signs what we publish. Fixed, so that equal source gives equal commit ids.
    pub author: Author,
    /// The action by which student repositories test themselves.
    pub action: Action,
    /// The file with everybody who takes part, relative to the root of the course; without one anybody may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<String>,
    /// Where students enrol.
    #[serde(default)]
    pub enrolment: Enrolling,
    /// The assignments by slug, in teaching order.
    pub assignments: BTreeMap<String, Schedule>,
}

/// Where repositories live.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Forge {
    /// A folder of bare repositories, relative to the root of the course.
    Local(String),
    /// GitHub, or a server of one's own with the same interface.
    Github(Github),
}

/// GitHub as a forge. Empty for github.com.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Github {
    /// Where its REST interface is, without a slash at the end [default: that of github.com].
    pub api: Option<String>,
    /// Where people and git find repositories, likewise.
    pub web: Option<String>,
    /// Whether everybody may see the template repositories. Students' own are private always.
    pub public: bool,
}

/// Two repositories of the organisation: one that students see, and one that they do not.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Enrolling {
    /// The repository whose issue forms are the assignment links.
    pub repository: String,
    /// The private repository that says who takes part.
    pub roster_repository: String,
    /// Whether everybody may see the forms. Only those who may see them can enrol.
    pub public: bool,
    /// The number of the GitHub App that answers: what the forge forbids to students it does not forbid to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<u64>,
}

impl Default for Enrolling {
    fn default() -> Enrolling {
        Enrolling {
            repository: "enrol".to_owned(),
            roster_repository: "roster".to_owned(),
            public: true,
            app: None,
        }
    }
}

/// The actions below `.github/actions` of a repository, as they stand at one commit: so what students run is a function of the
/// source, too.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The repository that has it, as `owner/name`.
    pub repository: String,
    /// The commit, all forty digits.
    pub commit: String,
}

/// The signature of published commits.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// The date of every published commit, in seconds since 1970. When a push was seen is the forge's to say.
    pub time: i64,
}

/// When an assignment is due, and who works together. Empty for a course that has no dates.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Schedule {
    /// The last moment, as RFC 3339.
    pub due: Option<String>,
    /// Percent of the points that each day of lateness costs.
    pub late_percent_per_day: u8,
    /// Whether the groups of the roster share a repository each.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub groups: bool,
}

impl Classroom {
    /// Whether the groups of the roster share a repository each of this assignment.
    pub fn is_for_groups(&self, slug: &str) -> bool {
        let schedule = self.assignments.get(slug);
        schedule.is_some_and(|schedule| schedule.groups)
    }
}

impl Schedule {
    /// Whether work that is begun at this moment can count: until the due date, and after it where lateness has a price
    /// that leaves something.
    pub fn is_open(&self, moment: Timestamp) -> bool {
        let late_work_counts = (1..100).contains(&self.late_percent_per_day);
        late_work_counts || self.due_moment().is_none_or(|due| moment <= due)
    }

    /// The due date, if there is one and it is a moment.
    pub fn due_moment(&self) -> Option<Timestamp> {
        self.due.as_deref()?.parse().ok()
    }
}

/// Whether a repository can have this name on every forge.
pub fn is_repository_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=100).contains(&name.len())
        && name.chars().all(plain)
        && !name.starts_with('.')
        && !name.ends_with(".git")
}

/// Reads `classroom.yml`.
pub fn parse(path: &str, text: &str) -> Result<Classroom, Problem> {
    serde_saphyr::from_str(text).map_err(|error| {
        let (line, message) = said(&error);
        Problem::new(
            path,
            line,
            message,
            "mend the file by the format that `assignments/README.md` describes",
        )
    })
}

/// Where a file of YAML is wrong, from 1, and what the reader says of it, in one line.
pub fn said(error: &serde_saphyr::Error) -> (usize, String) {
    let line = error
        .location()
        .map_or(1, |location| usize::try_from(location.line()).unwrap_or(1));
    let message = error.without_snippet().to_string().replace('\n', " ");
    // The line stands in front already, and the reader's options are no concern of who writes YAML.
    let message = message.split(" at line ").next().unwrap_or_default();
    let message = message
        .split(", set DuplicateKeyPolicy")
        .next()
        .unwrap_or_default();
    (line, message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_can_begin_late_only_where_lateness_leaves_something() {
        let due: Timestamp = "2026-10-01T12:00:00Z".parse().expect("a moment");
        let late = due + jiff::SignedDuration::from_secs(1);
        let schedule = |late_percent_per_day| Schedule {
            due: Some(due.to_string()),
            late_percent_per_day,
            groups: false,
        };
        for (percent, open) in [(0, false), (1, true), (99, true), (100, false)] {
            assert!(schedule(percent).is_open(due), "{percent} %");
            assert_eq!(schedule(percent).is_open(late), open, "{percent} %");
        }
        assert!(Schedule::default().is_open(late));
    }
}
