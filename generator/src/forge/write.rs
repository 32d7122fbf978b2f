//! What can be done to a forge, as data: planned, printed, journaled, then done.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rulesets::Ruleset;
use crate::error::Result;
use crate::git::CommitId;

/// What a forge says of a repository beside its content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// One line on what it is.
    pub description: String,
    /// Words that it is found by, sorted.
    pub topics: Vec<String>,
    /// Whether only those who are let in see it.
    pub private: bool,
    /// Whether the forge offers to make others from it.
    pub is_template: bool,
}

/// One write. Killed at any point it has happened or not, and done twice it is as done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "write", rename_all = "kebab-case")]
pub enum Write {
    /// Makes a repository with these branches.
    Create {
        /// Its name.
        repository: String,
        /// What the forge says of it.
        settings: Settings,
        /// Its branches by name.
        branches: BTreeMap<String, CommitId>,
        /// The repository on this machine that has their commits.
        #[serde(skip)]
        objects: PathBuf,
    },
    /// Changes what the forge says of a repository.
    Set {
        /// Its name.
        repository: String,
        /// What is said from now on.
        settings: Settings,
    },
    /// Moves a branch, if it still is where it was seen.
    Move {
        /// The repository's name.
        repository: String,
        /// The branch's.
        branch: String,
        /// Where it was seen; `None` makes it.
        from: Option<CommitId>,
        /// Where it goes; `None` takes it away.
        to: Option<CommitId>,
        /// The repository on this machine that has the commit.
        #[serde(skip)]
        objects: PathBuf,
    },
    /// Lets an account in, or invites it.
    Admit {
        /// The repository's name.
        repository: String,
        /// The account's.
        account: String,
    },
    /// Opens a pull request.
    OpenPull {
        /// The repository's name.
        repository: String,
        /// The branch whose commits are proposed.
        head: String,
        /// The branch that they are proposed for.
        base: String,
        /// Its title.
        title: String,
        /// Its text, as Markdown.
        body: String,
    },
    /// Makes a ruleset of the organisation, or changes it.
    Protect {
        /// The ruleset.
        ruleset: Ruleset,
        /// The number of the one that is changed.
        number: Option<u64>,
    },
    /// Changes what an open pull request says.
    EditPull {
        /// The repository's name.
        repository: String,
        /// Its number.
        number: u64,
        /// Its title from now on.
        title: String,
        /// Its text, likewise.
        body: String,
    },
    /// Closes a pull request that is open.
    ClosePull {
        /// The repository's name.
        repository: String,
        /// Its number.
        number: u64,
    },
    /// Comments on an issue, unless a program's comment on it holds the marker already.
    Comment {
        /// The repository's name.
        repository: String,
        /// The issue's number.
        issue: u64,
        /// What the comment is known again by, a part of its text.
        marker: String,
        /// Its text, as Markdown.
        body: String,
    },
    /// Closes an issue that is open.
    CloseIssue {
        /// The repository's name.
        repository: String,
        /// Its number.
        issue: u64,
        /// Whether what it asked for was done.
        completed: bool,
    },
}

impl Write {
    /// The repository that it changes; of a ruleset its name.
    pub fn repository(&self) -> &str {
        match self {
            Write::Protect { ruleset, .. } => &ruleset.name,
            Write::Create { repository, .. }
            | Write::Set { repository, .. }
            | Write::Move { repository, .. }
            | Write::Admit { repository, .. }
            | Write::OpenPull { repository, .. }
            | Write::EditPull { repository, .. }
            | Write::ClosePull { repository, .. }
            | Write::Comment { repository, .. }
            | Write::CloseIssue { repository, .. } => repository,
        }
    }

    /// How many requests that create content it takes on a forge that counts them. Branches travel by git, which is not
    /// counted.
    pub fn requests(&self) -> usize {
        match self {
            Write::Move { .. } => 0,
            // Topics have a request of their own.
            Write::Create { settings, .. } | Write::Set { settings, .. } => {
                1 + usize::from(!settings.topics.is_empty())
            }
            Write::Admit { .. }
            | Write::OpenPull { .. }
            | Write::EditPull { .. }
            | Write::ClosePull { .. }
            | Write::Protect { .. }
            | Write::Comment { .. }
            | Write::CloseIssue { .. } => 1,
        }
    }
}

impl fmt::Display for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Write::Create { repository, .. } => write!(f, "create {repository}"),
            Write::Set { repository, .. } => write!(f, "set what is said of {repository}"),
            Write::Move {
                repository,
                branch,
                to: Some(to),
                ..
            } => write!(f, "move {branch} of {repository} to {to}"),
            Write::Move {
                repository, branch, ..
            } => write!(f, "take {branch} of {repository} away"),
            Write::Admit {
                repository,
                account,
            } => write!(f, "let {account} into {repository}"),
            Write::OpenPull {
                repository,
                head,
                base,
                ..
            } => write!(f, "propose {head} for {base} of {repository}"),
            Write::Protect { ruleset, .. } => write!(f, "protect by the ruleset {}", ruleset.name),
            Write::EditPull {
                repository, number, ..
            } => write!(f, "change what pull request {number} of {repository} says"),
            Write::ClosePull { repository, number } => {
                write!(f, "close pull request {number} of {repository}")
            }
            Write::Comment {
                repository, issue, ..
            } => write!(f, "comment on issue {issue} of {repository}"),
            Write::CloseIssue {
                repository, issue, ..
            } => write!(f, "close issue {issue} of {repository}"),
        }
    }
}

/// What can be done to a forge. Whoever calls it has claimed the forge.
pub trait ForgeWriter {
    /// Does one write.
    ///
    /// # Errors
    ///
    /// Refuses what would overwrite somebody else's: a repository of that name that is another, a branch that moved
    /// meanwhile.
    fn write(&self, write: &Write) -> Result<()>;
}
