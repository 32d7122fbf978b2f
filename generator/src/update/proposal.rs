//! Branches by which releases are proposed, and the pull requests that ask for them.

use crate::error::Result;
use crate::forge::{ForgeReader, PullRequest, PullState, Write};
use crate::git::{CommitId, Repository, Signed};
use crate::publish::MAIN;
use crate::render::Release;

/// How their names begin.
const PREFIX: &str = "course-update-";

/// The branch by which a release is proposed.
pub(super) fn branch_of(release: &Release) -> String {
    // A version is any text, and a branch is not.
    let parts: Vec<&str> = release
        .version
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    // Git keeps its locks under names that end so.
    let name = parts.join(".").replace(".lock", "-lock");
    format!("{PREFIX}{name}")
}

/// A branch of ours that proposes something.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    /// Its name.
    pub(super) branch: String,
    /// Its newest commit.
    pub(super) commit: CommitId,
    /// Whether that is a commit that we made. If not, somebody works there.
    pub(super) is_ours: bool,
    /// The newest pull request that asks for it.
    pub(super) pull: Option<PullRequest>,
}

impl Proposal {
    /// The proposals of a repository, by what its forge shows.
    pub(super) fn all(
        reader: &dyn ForgeReader,
        name: &str,
        repository: &Repository,
        signed: &Signed,
    ) -> Result<Vec<Proposal>> {
        let mut branches = repository.branches()?;
        branches.retain(|branch, _| branch.starts_with(PREFIX));
        // Where there is no branch, there is nothing to ask for.
        let pulls = match branches.is_empty() || !reader.offers().pull_requests {
            true => Vec::new(),
            false => reader.pull_requests(name)?,
        };
        branches
            .into_iter()
            .map(|(branch, commit)| {
                let asks = |pull: &&PullRequest| pull.head == branch && pull.base == MAIN;
                Ok(Proposal {
                    commit,
                    is_ours: repository.is_signed(commit, signed)?,
                    pull: pulls.iter().find(asks).cloned(),
                    branch,
                })
            })
            .collect()
    }

    /// The pull request, where it is open.
    pub(super) fn open_pull(&self) -> Option<&PullRequest> {
        self.pull_in(PullState::Open)
    }

    /// Whether the pull request was closed and not merged.
    pub(super) fn is_declined(&self) -> bool {
        self.pull_in(PullState::Closed).is_some()
    }

    fn pull_in(&self, state: PullState) -> Option<&PullRequest> {
        self.pull.as_ref().filter(|pull| pull.state == state)
    }

    /// What takes it back.
    pub(super) fn withdrawal(&self, name: &str, repository: &Repository) -> Vec<Write> {
        let close = self.open_pull().map(|pull| Write::ClosePull {
            repository: name.to_owned(),
            number: pull.number,
        });
        let remove = Write::Move {
            repository: name.to_owned(),
            branch: self.branch.clone(),
            from: Some(self.commit),
            to: None,
            objects: repository.path().to_owned(),
        };
        close.into_iter().chain([remove]).collect()
    }
}
