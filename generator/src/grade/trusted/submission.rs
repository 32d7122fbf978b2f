//! What of a commit counts: regular files on allowed paths, read from the object database under caps.

use std::collections::{BTreeMap, BTreeSet};

use crate::course::Editable;
use crate::error::{Error, Result};
use crate::file_tree::{File, FileTree};
use crate::git::{CommitId, Entry, EntryKind, Repository};
use crate::grade::report::{Finding, FindingKind};
use crate::plan::{RELEASE, is_plain_path};
use crate::render::{Release, release_of};

/// The largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// The most entries of a commit that are looked at, folders included.
const MAX_ENTRIES: usize = 20_000;
/// The most editable files.
const MAX_FILES: usize = 1000;
/// The most bytes in all editable files together.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// The most files left out that are named one by one.
const MAX_FINDINGS: usize = 20;
/// The most releases of a history that are looked at: more than a course publishes while it is taught.
const MAX_RELEASES: usize = 50;
/// The longest path, in bytes.
const MAX_PATH_BYTES: usize = 200;

/// A student's commit, as far as it counts.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The commit.
    pub commit: String,
    /// The files that the student may change, from the root of the repository.
    pub editable: FileTree,
    /// All other files that are small enough to be compared with ours.
    pub others: FileTree,
    /// The same paths as the repository's first commit had them: the release that it was made of.
    pub first: FileTree,
    /// The same paths as each release in its history has them, the newest first: what the course brought, and how.
    pub releases: Vec<FileTree>,
    /// What was left out, and why.
    pub findings: Vec<Finding>,
}

/// Which assignment a repository says it is of, by the release in its first commit.
///
/// # Errors
///
/// Refuses a repository that does not say.
pub fn claimed_assignment(repository: &Repository, commit: CommitId, name: &str) -> Result<String> {
    let first = repository.first(commit)?;
    let release: Option<Release> = release_of(
        &List::of(repository, first)?
            .capped(repository, |path| path == RELEASE)?
            .0,
    );
    release.map(|release| release.assignment).ok_or_else(|| {
        Error::input(format!(
            "{name}: its first commit holds no {RELEASE}, so nothing says which assignment it is; name it with --assignment SLUG"
        ))
    })
}

/// Reads a submission.
pub fn read(
    repository: &Repository,
    commit: CommitId,
    editable_paths: &Editable,
) -> Result<Submission> {
    let listed = List::of(repository, commit)?;
    let (editable, mut findings) =
        listed.capped(repository, |path| editable_paths.matches(path))?;
    let (others, _) = listed.capped(repository, |path| !editable_paths.matches(path))?;
    let first = List::of(repository, repository.first(commit)?)?;
    let (first, _) = first.capped(repository, |path| !editable_paths.matches(path))?;
    findings.extend(listed.findings());
    findings.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Submission {
        commit: commit.to_string(),
        editable,
        others,
        first,
        releases: releases(repository, commit, editable_paths)?,
        findings,
    })
}

/// The releases in a history, the newest first. What a commit says of itself is compared with its files.
fn releases(
    repository: &Repository,
    commit: CommitId,
    editable_paths: &Editable,
) -> Result<Vec<FileTree>> {
    let mut releases = Vec::new();
    let brought = repository.bringing(commit, RELEASE)?;
    for commit in brought.into_iter().take(MAX_RELEASES) {
        let (mut files, _) = List::of(repository, commit)?.capped(repository, |_| true)?;
        let Some(release) = release_of(&files) else {
            continue;
        };
        let mark = files.remove(RELEASE);
        if files.digest() != release.content {
            continue;
        }
        let mut protected = FileTree::default();
        for (path, file) in files
            .iter()
            .filter(|(path, _)| !editable_paths.matches(path))
        {
            protected.insert(path, file.clone());
        }
        if let Some(mark) = mark {
            protected.insert(RELEASE, mark);
        }
        releases.push(protected);
    }
    Ok(releases)
}

/// What stands in a commit, as far as it is looked at.
struct List {
    entries: Vec<Entry>,
    more: bool,
}

impl List {
    fn of(repository: &Repository, commit: CommitId) -> Result<List> {
        let (entries, more) = repository.entries(commit, MAX_ENTRIES)?;
        Ok(List { entries, more })
    }

    /// What was not looked at.
    fn findings(&self) -> Option<Finding> {
        self.more.then(|| Finding {
            kind: FindingKind::TooLarge,
            path: None,
            line: None,
            message: format!(
                "the commit has more than {MAX_ENTRIES} files and folders, or folders that are too deep or too large; what is beyond that was not looked at"
            ),
        })
    }

    /// The wanted files, under the caps.
    fn capped(
        &self,
        repository: &Repository,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(FileTree, Vec<Finding>)> {
        let mut tree = FileTree::default();
        let mut findings = Vec::new();
        let mut bytes = 0;
        let doubles = doubles(&self.entries);
        let wanted: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| wanted(&entry.path))
            .collect();
        let twins = twins(&wanted);
        for entry in wanted {
            let mut leave_out = |kind, message: String| {
                findings.push(Finding {
                    kind,
                    path: Some(entry.path.clone()),
                    line: None,
                    message: format!("{message}; left out"),
                });
            };
            let EntryKind::File { executable, size } = entry.kind else {
                leave_out(FindingKind::Refused, "it is no regular file".to_owned());
                continue;
            };
            if !is_plain(&entry.path) || doubles.contains(entry.path.as_str()) {
                leave_out(
                    FindingKind::Refused,
                    "it is no path that git itself would make".to_owned(),
                );
            } else if twins.contains(entry.path.as_str()) {
                leave_out(
                    FindingKind::Refused,
                    "another file's name differs from its only in capital letters".to_owned(),
                );
            } else if size > MAX_FILE_BYTES {
                leave_out(
                    FindingKind::TooLarge,
                    format!("it has {size} bytes, more than {MAX_FILE_BYTES}"),
                );
            } else if tree.len() == MAX_FILES || bytes + size > MAX_BYTES {
                leave_out(
                    FindingKind::TooLarge,
                    format!("there are more than {MAX_FILES} files or {MAX_BYTES} bytes before it"),
                );
            } else {
                bytes += size;
                tree.insert(
                    entry.path.clone(),
                    File {
                        bytes: repository.content(entry)?.into(),
                        executable,
                    },
                );
            }
        }
        // A flood of them says no more than a few.
        if let Some(more) = findings
            .len()
            .checked_sub(MAX_FINDINGS)
            .filter(|more| *more > 0)
        {
            findings.truncate(MAX_FINDINGS);
            findings.push(Finding {
                kind: FindingKind::TooLarge,
                path: None,
                line: None,
                message: format!("{more} more files were left out"),
            });
        }
        Ok((tree, findings))
    }
}

/// Paths that are one path on systems that do not tell capital letters from small ones. The last of them in git's order,
/// which has the most small letters, is kept.
fn twins<'a>(entries: &[&'a Entry]) -> BTreeSet<&'a str> {
    let mut seen = BTreeMap::new();
    let pairs = entries
        .iter()
        .filter_map(|entry| seen.insert(entry.path.to_lowercase(), entry.path.as_str()));
    pairs.collect()
}

/// Whether a path is safe to write below a folder: a tree object can be made to say `..`.
fn is_plain(path: &str) -> bool {
    path.len() <= MAX_PATH_BYTES && is_plain_path(path)
}

/// Paths that stand twice in a commit, or that are a file and a folder at once: again only made by hand.
fn doubles(entries: &[Entry]) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    let mut doubles = BTreeSet::new();
    for entry in entries {
        if !seen.insert(entry.path.as_str()) {
            doubles.insert(entry.path.as_str());
        }
    }
    for entry in entries {
        let folders = entry
            .path
            .match_indices('/')
            .map(|(at, _)| &entry.path[..at]);
        doubles.extend(folders.filter(|folder| seen.contains(folder)));
    }
    doubles
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn a_path_that_leads_elsewhere_is_not_plain() {
        for path in [
            "a/../../b.rs",
            "./a.rs",
            "a//b.rs",
            ".git/config",
            "a/.GIT/hooks/x",
            "a\\..\\b.rs",
            "c:x.rs",
            "/etc/passwd",
            "",
        ] {
            assert!(!is_plain(path), "{path}");
        }
        assert!(!is_plain(&"a".repeat(201)));
    }

    #[test]
    fn an_ordinary_path_is_plain() {
        for path in ["x/src/lib.rs", "x/src/a b.rs", ".gitignore", "x/..a/b.rs"] {
            assert!(is_plain(path), "{path}");
        }
    }
}
