//! A repository, without its commits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::issue::{Comment, Issue, Label, Status};
use super::ruleset::Ruleset;

/// What somebody may do with a repository, from little to much.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read it, and write comments.
    Pull,
    /// And sort issues.
    Triage,
    /// And write to it.
    Push,
    /// And some of its settings.
    Maintain,
    /// Everything.
    Admin,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 5] = [
        Role::Pull,
        Role::Triage,
        Role::Push,
        Role::Maintain,
        Role::Admin,
    ];

    /// The word that requests use, as `push`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Pull => "pull",
            Role::Triage => "triage",
            Role::Push => "push",
            Role::Maintain => "maintain",
            Role::Admin => "admin",
        }
    }

    /// The word that answers use, as `write`.
    #[must_use]
    pub fn answered(self) -> &'static str {
        match self {
            Role::Pull => "read",
            Role::Push => "write",
            other => other.word(),
        }
    }

    pub(crate) fn of(word: &str) -> Option<Role> {
        Role::ALL
            .into_iter()
            .find(|role| role.word() == word || role.answered() == word)
    }
}

/// Somebody was asked to become a collaborator.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Its number.
    pub id: u64,
    /// Who was asked.
    pub invitee: String,
    /// By whom.
    pub inviter: String,
    /// What they will be able to do.
    pub role: Role,
    /// When; it can be accepted for seven days.
    pub created_at: Timestamp,
}

/// A branch that was made, moved or deleted.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Its number.
    pub id: u64,
    /// As `refs/heads/main`.
    pub r#ref: String,
    /// The commit before; zeros where there was none.
    pub before: String,
    /// The commit after; zeros where there is none.
    pub after: String,
    /// When.
    pub timestamp: Timestamp,
    /// GitHub's word: `push`, `force_push`, `branch_creation`, `branch_deletion`.
    pub activity_type: String,
    /// The login of who did it.
    pub actor: String,
}

/// Where a repository's content came from, and when it is there.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// The template repository, `owner/name`.
    pub from: String,
    /// Before that it is empty.
    pub ready_at: Timestamp,
    /// Was the content put there?
    pub done: bool,
}

/// A repository.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Repository {
    /// Its number, which is its folder's name too.
    pub id: u64,
    /// The login of a user or an organisation.
    pub owner: String,
    /// Its name below the owner.
    pub name: String,
    /// A line of text.
    pub description: Option<String>,
    /// May only those see it who were given access?
    pub private: bool,
    /// Can it be read only?
    pub archived: bool,
    /// Can others be made from it?
    pub is_template: bool,
    /// The branch that is shown.
    pub default_branch: String,
    /// Words to find it by.
    pub topics: Vec<String>,
    /// What else was set when it was made or later, as `has_wiki`.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed, its commits or its settings.
    pub updated_at: Timestamp,
    /// When its commits were changed.
    pub pushed_at: Timestamp,
    /// Who was given access, by login.
    pub collaborators: BTreeMap<String, Role>,
    /// Who was asked, and has not answered.
    pub invitations: Vec<Invitation>,
    /// When each invitation of the last day was sent.
    pub invited_at: Vec<Timestamp>,
    /// Issues and pull requests, by number from 1.
    pub issues: Vec<Issue>,
    /// Comments on them, in the order of making.
    pub comments: Vec<Comment>,
    /// The labels there are.
    pub labels: Vec<Label>,
    /// Statuses of commits, in the order of making.
    pub statuses: Vec<Status>,
    /// Its own rulesets.
    pub rulesets: Vec<Ruleset>,
    /// What happened to its branches, in that order.
    pub activity: Vec<Activity>,
    /// Was it made from a template repository?
    pub generated: Option<Generated>,
}

impl Default for Repository {
    fn default() -> Repository {
        Repository {
            id: 0,
            owner: String::new(),
            name: String::new(),
            description: None,
            private: false,
            archived: false,
            is_template: false,
            default_branch: "main".to_owned(),
            topics: Vec::new(),
            settings: Map::new(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            pushed_at: Timestamp::UNIX_EPOCH,
            collaborators: BTreeMap::new(),
            invitations: Vec::new(),
            invited_at: Vec::new(),
            issues: Vec::new(),
            comments: Vec::new(),
            labels: Vec::new(),
            statuses: Vec::new(),
            rulesets: Vec::new(),
            activity: Vec::new(),
            generated: None,
        }
    }
}

impl Repository {
    /// An empty repository.
    #[must_use]
    pub fn new(owner: &str, name: &str, now: Timestamp) -> Repository {
        Repository {
            owner: owner.to_owned(),
            name: name.to_owned(),
            created_at: now,
            updated_at: now,
            pushed_at: now,
            ..Repository::default()
        }
    }

    /// `owner/name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The issue or pull request of this number.
    #[must_use]
    pub fn issue(&self, number: u64) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.number == number)
    }

    pub(crate) fn issue_mut(&mut self, number: u64) -> Option<&mut Issue> {
        self.issues.iter_mut().find(|issue| issue.number == number)
    }
}
