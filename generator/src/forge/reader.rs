//! What can be asked of a forge.

use std::collections::BTreeMap;

use super::rulesets::Rulesets;
use super::write::Settings;
use crate::error::Result;
use crate::git::{CommitId, Repository};

/// The branches of a repository by name (`main`, not `refs/heads/main`), each with its newest commit.
pub type Branches = BTreeMap<String, CommitId>;

/// What a forge has beside repositories with branches. A folder has none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offers {
    /// Accounts that may be let into a repository.
    pub access: bool,
    /// Pull requests.
    pub pull_requests: bool,
    /// Descriptions, topics and who may see a repository.
    pub settings: bool,
    /// Issues, and comments on them.
    pub issues: bool,
}

/// A repository in the forge's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Whether nobody may write to it any more.
    pub archived: bool,
}

/// How far an account is let into a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It may push.
    Given,
    /// It was invited and has not answered.
    Invited,
    /// It was invited, and the invitation has run out.
    Expired,
}

/// Where a pull request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullState {
    /// Neither merged nor closed.
    Open,
    /// Its commits are in the base.
    Merged,
    /// Closed, and not merged.
    Closed,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// The branch whose commits are proposed.
    pub head: String,
    /// The branch that they are proposed for.
    pub base: String,
    /// Where it stands.
    pub state: PullState,
}

/// A comment on an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Whether a program wrote it, not a person.
    pub by_app: bool,
    /// Its text, as Markdown.
    pub body: String,
}

/// When a commit was first in what was pushed, of pushes with their times and heads.
pub(super) fn earliest(
    repository: &Repository,
    pushes: &[(u64, CommitId)],
    commit: CommitId,
) -> Result<Option<u64>> {
    let heads: Vec<CommitId> = pushes.iter().map(|(_, head)| *head).collect();
    let holding = repository.holding(&heads, commit)?;
    let seen = pushes.iter().filter(|(_, head)| holding.contains(head));
    Ok(seen.map(|(seen, _)| *seen).min())
}

/// What can be asked of a forge. Repositories are named without owner or suffix, accounts in lower case.
pub trait ForgeReader: Sync {
    /// Where people reach a repository; git clones it from there, too.
    fn address(&self, repository: &str) -> String;

    /// Where all repositories are.
    fn address_of_all(&self) -> String;

    /// What this forge has beside repositories.
    fn offers(&self) -> Offers;

    /// All repositories of the organisation, by name.
    fn repositories(&self) -> Result<BTreeMap<String, Listed>>;

    /// The settings of a repository; `None` where there is no such repository. Empty where the forge keeps none.
    fn settings(&self, repository: &str) -> Result<Option<Settings>>;

    /// The branches of a repository, none in an empty one; `None` where there is no such repository.
    fn branches(&self, repository: &str) -> Result<Option<Branches>>;

    /// The objects of a repository, with its branches as they are now. They are on this machine: what is written there
    /// reaches the forge by a [`Write`](super::Write) only. `None` where there is no such repository.
    fn open(&self, repository: &str) -> Result<Option<Repository>>;

    /// The accounts that are let into a repository or invited.
    fn access(&self, repository: &str) -> Result<BTreeMap<String, Access>>;

    /// Whether there is such an account; everybody is known where the forge has none.
    fn knows(&self, account: &str) -> Result<bool>;

    /// Whether an account belongs to the organisation and so needs no invitation; everybody does where the forge invites
    /// nobody.
    fn is_member(&self, account: &str) -> Result<bool>;

    /// The pull requests of a repository, in any state, the newest first.
    fn pull_requests(&self, repository: &str) -> Result<Vec<PullRequest>>;

    /// What the forge forbids in the organisation's repositories.
    fn rulesets(&self) -> Result<Rulesets>;

    /// The comments on an issue, the oldest first.
    fn comments(&self, repository: &str, issue: u64) -> Result<Vec<Comment>>;

    /// When the forge first saw a commit on the branch `main`, in seconds since 1970: by itself or as a part of what was
    /// pushed. `None` where it bears no record of it.
    fn first_seen(&self, repository: &str, commit: CommitId) -> Result<Option<u64>>;
}
