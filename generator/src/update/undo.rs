//! What brings repositories back to where they were before an update.

use schemars::JsonSchema;
use serde::Serialize;

use super::record::{Moved, Record};
use crate::error::Result;
use crate::forge::{ForgeReader, PullRequest, PullState, Write};
use crate::git::{CommitId, Repository};
use crate::publish::MAIN;

/// What becomes of one branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Undone {
    /// `main` goes back.
    Back {
        /// To this commit.
        commit: CommitId,
    },
    /// The proposal is taken back.
    Withdrawn,
    /// Nothing of the update is there.
    Nothing,
    /// It stays as it is.
    Left {
        /// Why.
        why: String,
    },
}

/// What is done to undo an update of one branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Undo {
    /// The repository's name.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// What becomes of it.
    #[serde(flatten)]
    pub state: Undone,
    /// What is done to the forge, in order.
    pub writes: Vec<Write>,
}

/// What undoes a record, or that of some repositories. Reads only.
pub fn undo(
    reader: &dyn ForgeReader,
    record: &Record,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Undo>> {
    let mut undos = Vec::new();
    for (name, moved) in &record.repositories {
        if !wanted(name) {
            continue;
        }
        let repository = reader.open(name)?;
        // What was taken away was a proposal of an older release: it would propose what is old.
        for moved in moved.iter().filter(|moved| moved.to.is_some()) {
            let (state, writes) = match &repository {
                Some(repository) if moved.is_main() => main_back(name, repository, moved)?,
                Some(repository) => withdraw(reader, name, repository, moved)?,
                None => (Undone::Nothing, Vec::new()),
            };
            undos.push(Undo {
                repository: name.clone(),
                branch: moved.branch.clone(),
                state,
                writes,
            });
        }
    }
    Ok(undos)
}

fn main_back(name: &str, repository: &Repository, moved: &Moved) -> Result<(Undone, Vec<Write>)> {
    let now = repository.branches()?.get(MAIN).copied();
    let nothing = Ok((Undone::Nothing, Vec::new()));
    let (Some(now), Some(from), Some(to)) = (now, moved.from, moved.to) else {
        return nothing;
    };
    if now == to {
        let write = moves(name, repository, moved, Some(now), Some(from));
        return Ok((Undone::Back { commit: from }, vec![write]));
    }
    match holds(repository, now, to)? {
        true => left("it was worked on since"),
        false => nothing,
    }
}

fn withdraw(
    reader: &dyn ForgeReader,
    name: &str,
    repository: &Repository,
    moved: &Moved,
) -> Result<(Undone, Vec<Write>)> {
    let branches = repository.branches()?;
    let pull = match reader.offers().pull_requests {
        true => {
            let asks = |pull: &PullRequest| pull.head == moved.branch && pull.base == MAIN;
            reader.pull_requests(name)?.into_iter().find(asks)
        }
        false => None,
    };
    let is = |state| pull.as_ref().filter(|pull| pull.state == state);
    let is_merged = is(PullState::Merged).is_some()
        || match (branches.get(MAIN), moved.to) {
            (Some(main), Some(to)) => holds(repository, *main, to)?,
            _ => false,
        };
    if is_merged {
        return left("it was merged");
    }
    let Some(now) = branches.get(&moved.branch).copied() else {
        return Ok((Undone::Nothing, Vec::new()));
    };
    if Some(now) != moved.to && Some(now) != moved.from {
        return left("somebody works on it");
    }
    let close = is(PullState::Open).map(|pull| Write::ClosePull {
        repository: name.to_owned(),
        number: pull.number,
    });
    let remove = moves(name, repository, moved, Some(now), None);
    let writes = close.into_iter().chain([remove]).collect();
    Ok((Undone::Withdrawn, writes))
}

fn left(why: &str) -> Result<(Undone, Vec<Write>)> {
    let why = why.to_owned();
    Ok((Undone::Left { why }, Vec::new()))
}

fn holds(repository: &Repository, head: CommitId, commit: CommitId) -> Result<bool> {
    Ok(!repository.holding(&[head], commit)?.is_empty())
}

fn moves(
    name: &str,
    repository: &Repository,
    moved: &Moved,
    from: Option<CommitId>,
    to: Option<CommitId>,
) -> Write {
    Write::Move {
        repository: name.to_owned(),
        branch: moved.branch.clone(),
        from,
        to,
        objects: repository.path().to_owned(),
    }
}
