//! The door to git: commits read and written as file trees, straight from and to the object database.
//!
//! No work tree is ever checked out and no hook or filter runs, so a student's repository is data here.
//!
//! - `history`: what came before a commit
//! - `commit`: commits made

mod commit;
mod history;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, FileMode, ObjectType, Oid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use commit::Edit;

use crate::error::{Error, Result};
use crate::file_tree::{File, FileTree};

/// The branch that is published and graded.
pub const BRANCH: &str = "refs/heads/main";

/// How the full name of a branch begins.
pub const BRANCHES: &str = "refs/heads/";

/// The most entries of a commit that is read whole: one of ours.
const MAX_PUBLISHED: usize = 100_000;

/// The largest commit or folder that is read, in bytes: git's own list of 100,000 files has less.
const MAX_OBJECT_BYTES: usize = 8 * 1024 * 1024;

/// The most folders below each other.
const MAX_DEPTH: usize = 64;

/// Names a commit: 40 hexadecimal digits.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(into = "String", try_from = "String")]
#[schemars(with = "String")]
pub struct CommitId(Oid);

impl From<CommitId> for String {
    fn from(id: CommitId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for CommitId {
    type Error = git2::Error;

    fn try_from(text: String) -> std::result::Result<CommitId, git2::Error> {
        Oid::from_str(&text).map(CommitId)
    }
}

impl std::fmt::Display for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Who signs a commit, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Seconds since 1970, in UTC.
    pub time: i64,
}

/// What stands at a path of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File {
        /// Whether the owner may execute it.
        executable: bool,
        /// Its size in bytes.
        size: u64,
    },
    /// A symbolic link.
    Link,
    /// Another repository.
    Submodule,
}

/// A path of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// From the root, with `/`.
    pub path: String,
    /// What stands there.
    pub kind: EntryKind,
    id: Oid,
}

/// A repository on this machine, bare or with a work tree that is never looked at.
pub struct Repository {
    inner: git2::Repository,
    path: PathBuf,
}

impl Repository {
    /// Opens the repository at exactly this path.
    ///
    /// # Errors
    ///
    /// Refuses a path that is none.
    pub fn open(path: &Path) -> Result<Repository> {
        let inner = git2::Repository::open(path).map_err(|error| match error.code() {
            ErrorCode::NotFound => Error::input(format!(
                "{}: no git repository; name the root of one",
                path.display()
            )),
            ErrorCode::Owner => Error::input(format!(
                "{}: it belongs to another user; take it over with chown, or clone it",
                path.display()
            )),
            _ => Error::at("open the repository", path, error),
        })?;
        Ok(Repository {
            inner,
            path: path.to_owned(),
        })
    }

    /// Creates an empty bare repository whose default branch is [`BRANCH`].
    pub fn create(path: &Path) -> Result<Repository> {
        let mut options = git2::RepositoryInitOptions::new();
        // Templates of the machine's git would bring hooks that we know nothing of.
        options
            .bare(true)
            .external_template(false)
            .initial_head(BRANCH);
        let inner = git2::Repository::init_opts(path, &options)
            .map_err(|error| Error::at("create the repository", path, error))?;
        Ok(Repository {
            inner,
            path: path.to_owned(),
        })
    }

    /// The commit of [`BRANCH`], or where there is no such branch, of `HEAD`; `None` in an empty repository.
    pub fn head(&self) -> Result<Option<CommitId>> {
        for name in [BRANCH, "HEAD"] {
            match self.inner.refname_to_id(name) {
                Ok(id) => return Ok(Some(CommitId(id))),
                Err(error) if error.code() == ErrorCode::NotFound => {}
                Err(error) => return Err(self.failed("read the head of", error)),
            }
        }
        Ok(None)
    }

    /// The commit that a revision (an id, its beginning, a branch, a tag) names.
    ///
    /// # Errors
    ///
    /// Refuses a revision that is not there.
    pub fn resolve(&self, revision: &str) -> Result<CommitId> {
        let object = self
            .inner
            .revparse_single(revision)
            .and_then(|object| object.peel_to_commit());
        object.map(|commit| CommitId(commit.id())).map_err(|error| match error.code() {
            ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Peel => Error::input(format!(
                "{}: there is no commit `{revision}`; was it pushed? name one that `git log` shows",
                self.path.display()
            )),
            ErrorCode::Ambiguous => Error::input(format!(
                "{}: `{revision}` begins several commits; give more digits",
                self.path.display()
            )),
            _ => self.failed("find a commit in", error),
        })
    }

    /// The commit with this id, if it is there.
    pub fn find(&self, id: &str) -> Result<Option<CommitId>> {
        // An id of nothing but zeros is how git writes that a branch was deleted.
        let Ok(id) = Oid::from_str(id) else {
            return Ok(None);
        };
        match self.inner.find_commit(id) {
            Ok(commit) => Ok(Some(CommitId(commit.id()))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.failed("find a commit in", error)),
        }
    }

    /// What stands in a commit, sorted by path, up to so many entries, and whether there is more. A few kilobytes of trees
    /// that hold each other can name more files than there are atoms, lie deeper than any stack, or unpack to gigabytes: what
    /// lies below too many folders or in a folder that is too large counts as more.
    pub fn entries(&self, commit: CommitId, most: usize) -> Result<(Vec<Entry>, bool)> {
        let read = || -> std::result::Result<(Vec<Entry>, bool), git2::Error> {
            let objects = self.inner.odb()?;
            let mut entries = Vec::new();
            let mut more = false;
            let mut seen = 0;
            let mut folders = vec![(
                self.inner.find_commit(commit.0)?.tree_id(),
                String::new(),
                0,
            )];
            while let Some((id, folder, depth)) = folders.pop() {
                let (size, _) = objects.read_header(id)?;
                if depth > MAX_DEPTH || size > MAX_OBJECT_BYTES {
                    more = true;
                    continue;
                }
                let mut below = Vec::new();
                for entry in &self.inner.find_tree(id)? {
                    // Folders count too: they alone can be made to go on for ever.
                    seen += 1;
                    if seen > most {
                        more = true;
                        (folders, below) = (Vec::new(), Vec::new());
                        break;
                    }
                    // A name that is not UTF-8 is shown as good as it can be; it matches no path of ours.
                    let path = format!("{folder}{}", String::from_utf8_lossy(entry.name_bytes()));
                    let kind = match (entry.kind(), entry.filemode()) {
                        (Some(ObjectType::Tree), _) => {
                            below.push((entry.id(), path + "/", depth + 1));
                            continue;
                        }
                        (Some(ObjectType::Commit), _) => EntryKind::Submodule,
                        (_, mode) if mode == i32::from(FileMode::Link) => EntryKind::Link,
                        (_, mode) => EntryKind::File {
                            executable: mode == i32::from(FileMode::BlobExecutable),
                            size: objects.read_header(entry.id())?.0 as u64,
                        },
                    };
                    let id = entry.id();
                    entries.push(Entry { path, kind, id });
                }
                // In git's own order, so that what is beyond the limit is what stands behind in it.
                folders.extend(below.into_iter().rev());
            }
            entries.sort_by(|a, b| a.path.cmp(&b.path));
            Ok((entries, more))
        };
        read().map_err(|error| self.failed("read a commit of", error))
    }

    /// The content of a file of a commit.
    pub fn content(&self, entry: &Entry) -> Result<Vec<u8>> {
        let blob = self
            .inner
            .find_blob(entry.id)
            .map_err(|error| self.failed("read a file of", error))?;
        Ok(blob.content().to_owned())
    }

    /// The regular files of a commit as a tree.
    pub fn tree(&self, commit: CommitId) -> Result<FileTree> {
        let mut tree = FileTree::default();
        let (entries, more) = self.entries(commit, MAX_PUBLISHED)?;
        if more {
            return Err(Error::input(format!(
                "{}: the commit {commit} holds more than {MAX_PUBLISHED} files; is it a release of this course?",
                self.path.display()
            )));
        }
        for entry in entries {
            if let EntryKind::File { executable, .. } = entry.kind {
                let bytes = self.content(&entry)?.into();
                tree.insert(entry.path, File { bytes, executable });
            }
        }
        Ok(tree)
    }

    /// Where this repository is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The branches by name (`main`, not `refs/heads/main`). Names that are no text are left out: none of ours is.
    pub fn branches(&self) -> Result<BTreeMap<String, CommitId>> {
        let read = || -> std::result::Result<BTreeMap<String, CommitId>, git2::Error> {
            let mut branches = BTreeMap::new();
            for reference in self.inner.references_glob(&format!("{BRANCHES}*"))? {
                let reference = reference?;
                let name = reference
                    .name()
                    .ok()
                    .and_then(|name| name.strip_prefix(BRANCHES));
                if let (Some(name), Some(id)) = (name, reference.target()) {
                    branches.insert(name.to_owned(), CommitId(id));
                }
            }
            Ok(branches)
        };
        read().map_err(|error| self.failed("read the branches of", error))
    }

    /// Moves a branch, named in full, from one commit to another, in one step and only if it still is where `from` says:
    /// compared and moved by git itself. `None` is where there is no branch.
    pub fn move_branch(
        &self,
        name: &str,
        from: Option<CommitId>,
        to: Option<CommitId>,
    ) -> Result<()> {
        let moving = || -> std::result::Result<(), git2::Error> {
            match (from, to) {
                (None, None) => {}
                (None, Some(to)) => drop(self.inner.reference(name, to.0, false, "course")?),
                (Some(from), Some(to)) => {
                    drop(
                        self.inner
                            .reference_matching(name, to.0, true, from.0, "course")?,
                    );
                }
                (Some(from), None) => {
                    let mut reference = self.inner.find_reference(name)?;
                    if reference.target() != Some(from.0) {
                        return Err(git2::Error::from_str("it moved meanwhile"));
                    }
                    reference.delete()?;
                }
            }
            Ok(())
        };
        moving().map_err(|error| self.failed("move a branch of", error))
    }

    /// Takes away the lock that a killed writer of a branch, named in full, left. The caller knows that it was killed.
    pub fn unlock(&self, name: &str) -> Result<()> {
        let lock = self.inner.path().join(format!("{name}.lock"));
        match std::fs::remove_file(&lock) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::at("remove the stale lock", &lock, error))
            }
            _ => Ok(()),
        }
    }

    /// Takes [`BRANCH`] with its whole history over from the repository at `path`.
    pub fn fetch(&self, path: &Path) -> Result<()> {
        let refspec = format!("{BRANCH}:{BRANCH}");
        let fetch = || {
            self.inner.remote_anonymous(&path.to_string_lossy())?.fetch(
                &[refspec.as_str()],
                None,
                None,
            )
        };
        fetch().map_err(|error| self.failed("fetch into", error))
    }

    /// Pushes [`BRANCH`] to the repository at `path`. Never forces.
    pub fn push(&self, path: &Path) -> Result<()> {
        let refspec = format!("{BRANCH}:{BRANCH}");
        let push = || {
            self.inner
                .remote_anonymous(&path.to_string_lossy())?
                .push(&[refspec.as_str()], None)
        };
        push().map_err(|error| self.failed("push from", error))
    }

    fn failed(&self, doing: &str, error: git2::Error) -> Error {
        Error::at(doing, &self.path, error)
    }
}
