//! Issues, pull requests and what is said of them and of commits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An issue; a pull request is one that has a [`Pull`].
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Issue {
    /// Its number in all of GitHub.
    pub id: u64,
    /// Its number in the repository.
    pub number: u64,
    /// The login of who opened it.
    pub author: String,
    /// Its heading.
    pub title: String,
    /// Its text.
    pub body: Option<String>,
    /// Is it open?
    pub open: bool,
    /// Why it is closed or was opened again: `completed`, `not_planned`, `duplicate`, `reopened`.
    pub state_reason: Option<String>,
    /// May only those write comments who may write to the repository?
    pub locked: bool,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// What makes it a pull request.
    pub pull: Option<Pull>,
}

impl Default for Issue {
    fn default() -> Issue {
        Issue {
            id: 0,
            number: 0,
            author: String::new(),
            title: String::new(),
            body: None,
            open: true,
            state_reason: None,
            locked: false,
            labels: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            closed_at: None,
            pull: None,
        }
    }
}

/// Two branches of which one is to be merged into the other.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    /// The repository `owner/name` that the head is in.
    pub head_repository: String,
    /// The head's branch.
    pub head: String,
    /// The head's commit; it moves with the branch while the pull request is open.
    pub head_sha: String,
    /// The branch that it is to be merged into.
    pub base: String,
    /// That branch's commit.
    pub base_sha: String,
    /// Is it not meant to be merged yet?
    #[serde(default)]
    pub draft: bool,
    /// When it was merged.
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
}

/// A comment on an issue or a pull request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// The issue's number.
    pub issue: u64,
    /// The login of who wrote it.
    pub author: String,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// A label.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Six hexadecimal digits.
    pub color: String,
    /// A line of text.
    pub description: Option<String>,
}

/// What somebody found of a commit.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Its number.
    pub id: u64,
    /// The commit.
    pub sha: String,
    /// The login of who set it.
    pub author: String,
    /// `error`, `failure`, `pending` or `success`.
    pub state: String,
    /// A line of text.
    pub description: Option<String>,
    /// Where there is more.
    pub target_url: Option<String>,
    /// Of several the last one counts in its context.
    pub context: String,
    /// When it was set.
    pub created_at: Timestamp,
}
