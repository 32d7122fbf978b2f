//! A student's commit, as far as a merge looks at it.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::file_tree::{File, FileTree};
use crate::git::{CommitId, EntryKind, Repository};

/// The most entries of a commit that are looked at, folders included.
const MAX_ENTRIES: usize = 20_000;

/// The largest file that is merged, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// What stands in a student's commit.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// Regular files at the paths that the course has something to do with.
    pub files: FileTree,
    /// All other paths: files of the student's own, links, files too large to be merged.
    pub others: BTreeSet<String>,
}

impl Work {
    /// Reads a commit, the content only of the files that are `wanted`.
    ///
    /// # Errors
    ///
    /// Refuses a commit with more in it than honest work needs.
    pub(super) fn read(
        repository: &Repository,
        commit: CommitId,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Work> {
        let (entries, more) = repository.entries(commit, MAX_ENTRIES)?;
        if more {
            return Err(Error::input(format!(
                "its newest commit has more than {MAX_ENTRIES} files and folders; were build products committed?"
            )));
        }
        let mut work = Work::default();
        for entry in entries {
            match entry.kind {
                EntryKind::File { executable, size }
                    if size <= MAX_FILE_BYTES && wanted(&entry.path) =>
                {
                    let bytes = repository.content(&entry)?.into();
                    work.files.insert(entry.path, File { bytes, executable });
                }
                _ => drop(work.others.insert(entry.path)),
            }
        }
        Ok(work)
    }
}
