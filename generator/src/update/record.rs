//! What updates of an assignment did to a forge, written down before it is done, so that it can be undone.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::error::{Error, Result};
use crate::file_tree;
use crate::forge::Write;
use crate::git::CommitId;
use crate::publish::MAIN;
use crate::render::Release;

/// What was done for one release of an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The release that was brought.
    pub release: Release,
    /// The branches that were moved, by repository.
    pub repositories: BTreeMap<String, Vec<Moved>>,
}

/// A branch that was moved, or was about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Its name.
    pub branch: String,
    /// Where it was; none where there was no such branch.
    pub from: Option<CommitId>,
    /// Where it went; none where it was taken away.
    pub to: Option<CommitId>,
    /// Whether a pull request was opened for it.
    pub pull_request: bool,
}

impl Moved {
    /// Whether the student's own branch was moved, and not one that proposes something.
    pub fn is_main(&self) -> bool {
        self.branch == MAIN
    }
}

impl Record {
    /// What these plans are about to do.
    pub fn of(release: &Release, plans: &[Plan]) -> Record {
        let mut repositories = BTreeMap::new();
        for plan in plans {
            let opens = |name: &str| {
                plan.writes
                    .iter()
                    .any(|write| matches!(write, Write::OpenPull { head, .. } if head == name))
            };
            let moved: Vec<Moved> = plan
                .writes
                .iter()
                .filter_map(|write| match write {
                    Write::Move {
                        branch, from, to, ..
                    } => Some(Moved {
                        branch: branch.clone(),
                        from: *from,
                        to: *to,
                        pull_request: opens(branch),
                    }),
                    _ => None,
                })
                .collect();
            if !moved.is_empty() {
                repositories.insert(plan.repository.clone(), moved);
            }
        }
        Record {
            release: release.clone(),
            repositories,
        }
    }

    /// Reads a record, if there is one.
    ///
    /// # Errors
    ///
    /// Refuses a file that is none.
    pub fn read(path: &Path) -> Result<Option<Record>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::at("read", path, error)),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Error::input(format!(
                "{}: it is no record of an update ({error}); move it away, and what it says cannot be undone",
                path.display()
            ))
        })
    }

    /// Writes it in one step, or removes the file where there is nothing to undo.
    pub fn write(&self, path: &Path) -> Result<()> {
        if !self.repositories.is_empty() {
            let text = serde_json::to_string_pretty(self)
                .map_err(|error| Error::Internal(error.to_string()))?;
            return file_tree::write_text(path, &(text + "\n"));
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::at("remove", path, error))
            }
            _ => Ok(()),
        }
    }

    /// This after what an earlier run did for the same release. What was done for another is not undone with it.
    #[must_use]
    pub fn after(mut self, earlier: Record) -> Record {
        if earlier.release != self.release {
            return self;
        }
        for (repository, before) in earlier.repositories {
            let now = self.repositories.entry(repository).or_default();
            for old in before {
                match now.iter_mut().find(|new| new.branch == old.branch) {
                    Some(new) => new.pull_request |= old.pull_request,
                    None => now.push(old),
                }
            }
        }
        self
    }
}
