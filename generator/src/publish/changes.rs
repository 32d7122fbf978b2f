//! What publishing would change, and doing it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::forge::{ForgeReader, ForgeWriter};
use crate::course::classroom::Author;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::git::{CommitId, Signed};
use crate::render::{Release, release_of};

/// What publishing one assignment changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// The repository is not there yet.
    Create {
        /// Its name.
        repository: String,
        /// The release that it gets.
        release: Release,
        /// How many files it gets.
        files: usize,
    },
    /// One commit is added.
    Update {
        /// Its name.
        repository: String,
        /// The release that it gets.
        release: Release,
        /// The commit that it is based on.
        parent: String,
        /// What differs.
        files: FileChanges,
    },
    /// What is published is what would be.
    Nothing {
        /// Its name.
        repository: String,
    },
}

/// The paths that differ between two trees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileChanges {
    /// Only in the new one.
    pub added: Vec<String>,
    /// In both, with another content.
    pub changed: Vec<String>,
    /// Only in the old one.
    pub removed: Vec<String>,
}

impl FileChanges {
    fn between(old: &FileTree, new: &FileTree) -> FileChanges {
        let mut changes = FileChanges::default();
        for (path, file) in new.iter() {
            match old.get(path) {
                None => changes.added.push(path.to_owned()),
                Some(known) if known != file => changes.changed.push(path.to_owned()),
                Some(_) => {}
            }
        }
        let removed = old.paths().filter(|path| new.get(path).is_none());
        changes.removed.extend(removed.map(str::to_owned));
        changes
    }
}

/// A short form of a content hash or commit id.
fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Create {
                repository,
                release,
                files,
            } => {
                write!(
                    f,
                    "create {repository}: release {} (content {}), {files} files",
                    release.version,
                    short(&release.content)
                )
            }
            Change::Update {
                repository,
                release,
                parent,
                files,
            } => {
                write!(
                    f,
                    "update {repository}: release {} (content {}) on {}",
                    release.version,
                    short(&release.content),
                    short(parent)
                )?;
                for (mark, paths) in [
                    ('+', &files.added),
                    ('~', &files.changed),
                    ('-', &files.removed),
                ] {
                    for path in paths {
                        write!(f, "\n  {mark} {path}")?;
                    }
                }
                Ok(())
            }
            Change::Nothing { repository } => write!(f, "nothing to do for {repository}"),
        }
    }
}

/// What publishing `tree` as the assignment `slug` would change. Reads only.
///
/// # Errors
///
/// Refuses a repository of that name that we did not publish.
pub fn changes(forge: &dyn ForgeReader, slug: &str, tree: &FileTree) -> Result<Change> {
    let release = release_of(tree)
        .ok_or_else(|| Error::Internal(format!("{slug} was rendered without a release")))?;
    let repository = slug.to_owned();
    let Some(published) = forge.published(slug)? else {
        return Ok(Change::Create {
            repository,
            release,
            files: tree.len(),
        });
    };
    let ours = release_of(&published.tree).is_some_and(|known| known.assignment == slug);
    if !ours {
        return Err(Error::input(format!(
            "{}: it stands on the forge and is no release of `{slug}`; rename or remove that repository",
            forge.address(slug)
        )));
    }
    if published.tree == *tree {
        return Ok(Change::Nothing { repository });
    }
    Ok(Change::Update {
        repository,
        release,
        parent: published.commit.to_string(),
        files: FileChanges::between(&published.tree, tree),
    })
}

/// Makes one change. Returns the commit that the repository is at now, if it moved.
pub fn apply(
    reader: &dyn ForgeReader,
    writer: &dyn ForgeWriter,
    change: &Change,
    tree: &FileTree,
    author: &Author,
) -> Result<Option<CommitId>> {
    let signed = Signed {
        name: author.name.clone(),
        email: author.email.clone(),
        time: author.time,
    };
    match change {
        Change::Nothing { .. } => Ok(None),
        Change::Create {
            repository,
            release,
            ..
        } => writer
            .create(repository, tree, &signed, &message(release))
            .map(Some),
        Change::Update {
            repository,
            release,
            parent,
            ..
        } => {
            let published = reader
                .published(repository)?
                .filter(|published| published.commit.to_string() == *parent);
            let Some(published) = published else {
                return Err(Error::input(format!(
                    "{}: somebody else published meanwhile; run publish again",
                    reader.address(repository)
                )));
            };
            writer
                .append(
                    repository,
                    published.commit,
                    tree,
                    &signed,
                    &message(release),
                )
                .map(Some)
        }
    }
}

fn message(release: &Release) -> String {
    format!(
        "{} {}\n\nContent: {}\n",
        release.assignment, release.version, release.content
    )
}
