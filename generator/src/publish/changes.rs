//! What publishing would change, and doing it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::publication::Publication;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::forge::{Forbids, ForgeReader, Ruleset, Settings, Write};
use crate::git::{CommitId, Repository, Signed};
use crate::render::Release;

/// The branch that is published and worked on.
pub const MAIN: &str = "main";

/// What publishing one repository changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// The repository is not there yet.
    Create {
        /// Its name.
        repository: String,
        /// The release that it gets, if it is an assignment's.
        #[serde(skip_serializing_if = "Option::is_none")]
        release: Option<Release>,
        /// How many files it gets.
        files: usize,
    },
    /// One commit is added.
    Update {
        /// Its name.
        repository: String,
        /// The release that it gets, if it is an assignment's.
        #[serde(skip_serializing_if = "Option::is_none")]
        release: Option<Release>,
        /// The commit that it is based on.
        parent: CommitId,
        /// What differs.
        files: FileChanges,
    },
    /// What the forge says of it changes.
    Set {
        /// Its name.
        repository: String,
        /// What is said now.
        from: Settings,
        /// What is said from then on.
        to: Settings,
    },
    /// A ruleset of the organisation is made or changed.
    Protect {
        /// The ruleset.
        ruleset: Ruleset,
        /// The number of the one that is changed.
        number: Option<u64>,
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

fn in_words(release: &Release) -> String {
    format!(
        "release {} (content {})",
        release.version,
        short(&release.content)
    )
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Create {
                repository,
                release,
                files,
            } => {
                write!(f, "create {repository}: ")?;
                if let Some(release) = release {
                    write!(f, "{}, ", in_words(release))?;
                }
                write!(f, "{files} files")
            }
            Change::Update {
                repository,
                release,
                parent,
                files,
            } => {
                write!(f, "update {repository}: ")?;
                if let Some(release) = release {
                    write!(f, "{} ", in_words(release))?;
                }
                write!(f, "on {}", short(&parent.to_string()))?;
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
            Change::Set {
                repository,
                from,
                to,
            } => {
                write!(f, "set what is said of {repository}:")?;
                let lines = |settings: &Settings| {
                    [
                        format!("description: {}", settings.description),
                        format!("topics: {}", settings.topics.join(", ")),
                        format!("private: {}", settings.private),
                        format!("template: {}", settings.is_template),
                    ]
                };
                for (old, new) in lines(from).iter().zip(&lines(to)) {
                    if old != new {
                        write!(f, "\n  - {old}\n  + {new}")?;
                    }
                }
                Ok(())
            }
            Change::Protect { ruleset, number } => {
                let verb = if number.is_some() { "change" } else { "make" };
                let (what, which) = match &ruleset.forbids {
                    Forbids::Rewriting(branches) => ("rewrite", branches),
                    Forbids::Changing(paths) => ("change", paths),
                };
                write!(
                    f,
                    "{verb} the ruleset `{}`: in {} nobody but owners may {what} {}",
                    ruleset.name,
                    ruleset.repositories.join(", "),
                    which.join(", ")
                )
            }
            Change::Nothing { repository } => write!(f, "nothing to do for {repository}"),
        }
    }
}

/// What publishing a repository would change, never nothing at all. Reads only.
///
/// # Errors
///
/// Refuses a repository of that name that we did not publish.
pub fn changes(forge: &dyn ForgeReader, wanted: &Publication) -> Result<Vec<Change>> {
    let repository = wanted.repository.clone();
    let release = wanted.release().cloned();
    let created = Change::Create {
        repository: repository.clone(),
        release: release.clone(),
        files: wanted.tree.len(),
    };
    let Some(opened) = forge.open(&repository)? else {
        return Ok(vec![created]);
    };
    let Some(head) = opened.head()? else {
        // A run that was killed made it, and filled it with nothing yet.
        return Ok(vec![created]);
    };
    let published = opened.tree(head)?;
    if let Some(what) = wanted.refusal(&published) {
        return Err(Error::input(format!(
            "{}: it stands on the forge and is {what}; rename or remove that repository",
            forge.address(&repository)
        )));
    }
    let mut changes = Vec::new();
    if published != wanted.tree {
        changes.push(Change::Update {
            repository: repository.clone(),
            release,
            parent: head,
            files: FileChanges::between(&published, &wanted.tree),
        });
    }
    if forge.offers().settings
        && let Some(from) = forge.settings(&repository)?
        && from != wanted.settings
    {
        changes.push(Change::Set {
            repository: repository.clone(),
            from,
            to: wanted.settings.clone(),
        });
    }
    if changes.is_empty() {
        changes.push(Change::Nothing { repository });
    }
    Ok(changes)
}

/// The writes that make changes of one repository. Commits are made at once, in `scratch` where the forge has no
/// repository yet; no branch moves.
pub fn writes(
    forge: &dyn ForgeReader,
    changes: &[Change],
    wanted: &Publication,
    signed: &Signed,
    scratch: &Repository,
) -> Result<Vec<Write>> {
    let Publication { tree, settings, .. } = wanted;
    let mut writes = Vec::new();
    for change in changes {
        match change {
            Change::Nothing { .. } => {}
            Change::Create { repository, .. } => {
                let commit = scratch.add_commit(tree, &[], signed, &wanted.message())?;
                writes.push(Write::Create {
                    repository: repository.clone(),
                    settings: settings.clone(),
                    branches: [(MAIN.to_owned(), commit)].into(),
                    objects: scratch.path().to_owned(),
                });
            }
            Change::Update {
                repository, parent, ..
            } => {
                let opened = forge
                    .open(repository)?
                    .ok_or_else(|| Error::Internal(format!("{repository} is gone")))?;
                let commit = opened.add_commit(tree, &[*parent], signed, &wanted.message())?;
                writes.push(Write::Move {
                    repository: repository.clone(),
                    branch: MAIN.to_owned(),
                    from: Some(*parent),
                    to: Some(commit),
                    objects: opened.path().to_owned(),
                });
            }
            Change::Protect { ruleset, .. } => {
                return Err(Error::Internal(format!(
                    "the ruleset `{}` is nothing that a repository lacks",
                    ruleset.name
                )));
            }
            Change::Set { repository, to, .. } => writes.push(Write::Set {
                repository: repository.clone(),
                settings: to.clone(),
            }),
        }
    }
    Ok(writes)
}
