//! Reading a forge and writing to one are two things: a dry run never gets hold of a writer.

use crate::error::Result;
use crate::file_tree::FileTree;
use crate::git::{CommitId, Signed};

/// What a repository of the forge holds at its branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The newest commit.
    pub commit: CommitId,
    /// Its files.
    pub tree: FileTree,
}

/// What can be asked of a forge. Repositories are named without owner or suffix.
pub trait ForgeReader {
    /// What is published in a repository; `None` where there is no such repository.
    fn published(&self, repository: &str) -> Result<Option<Published>>;

    /// The first commit of a repository's branch; `None` where there is no such repository.
    fn first_commit(&self, repository: &str) -> Result<Option<CommitId>>;

    /// Where people reach a repository.
    fn address(&self, repository: &str) -> String;
}

/// What can be done to a forge. Each call is one step: killed at any point, it has happened or not.
pub trait ForgeWriter {
    /// Creates a repository whose history is one commit with this tree.
    fn create(
        &self,
        repository: &str,
        tree: &FileTree,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId>;

    /// Adds a commit with this tree on top of `parent`, which must still be the newest. Whoever calls it has
    /// claimed the forge.
    fn append(
        &self,
        repository: &str,
        parent: CommitId,
        tree: &FileTree,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId>;

    /// Creates a repository with the history of another.
    fn create_from(&self, repository: &str, template_repository: &str) -> Result<CommitId>;
}
