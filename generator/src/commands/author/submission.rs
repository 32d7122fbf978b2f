//! The submission that a verb speaks of: a commit of a repository here or of the forge, and whose assignment it is.

use std::path::{Path, PathBuf};

use super::context::SourceArgs;
use super::forge::{Home, reader};
use crate::course::Classroom;
use crate::error::{Error, Result};
use crate::git::{CommitId, Repository};
use crate::grade;

/// A commit to look at.
pub(super) struct Found {
    pub(super) repository: Repository,
    /// Its folder, for messages.
    pub(super) name: String,
    pub(super) commit: CommitId,
    /// Its assignment.
    pub(super) slug: String,
    /// Whether the repository is the forge's.
    pub(super) by_forge: bool,
}

/// Finds a commit: `name` is a folder or a repository of the forge, the commit its newest and the assignment what its first
/// commit says, unless they are named.
pub(super) fn find(
    source: &SourceArgs,
    name: &str,
    commit: Option<&str>,
    assignment: Option<&str>,
) -> Result<Found> {
    let unfinished = source.load_unfinished()?;
    let (repository, path, by_forge) = open(name, &source.root()?, &unfinished.classroom)?;
    let name = path.display().to_string();
    let commit = match commit {
        Some(revision) => repository.resolve(revision)?,
        None => repository.head()?.ok_or_else(|| {
            Error::input(format!("{name}: it holds no commit yet; push one first"))
        })?,
    };
    let slug = match assignment {
        Some(slug) => slug.to_owned(),
        None => grade::claimed_assignment(&repository, commit, &name)?,
    };
    Ok(Found {
        repository,
        name,
        commit,
        slug,
        by_forge,
    })
}

/// A folder if there is one, or else a repository of the forge; and whether it is the forge's.
fn open(name: &str, root: &Path, classroom: &Classroom) -> Result<(Repository, PathBuf, bool)> {
    let path = PathBuf::from(name);
    if path.exists() {
        return Ok((Repository::open(&path)?, path, false));
    }
    let forge = reader(Home::of(root, classroom))?;
    match forge.open(name)? {
        Some(repository) => {
            let path = repository.path().to_owned();
            Ok((repository, path, true))
        }
        None => Err(Error::input(format!(
            "`{name}` is neither a folder here nor a repository of the forge ({}); name one of the two",
            forge.address(name)
        ))),
    }
}
