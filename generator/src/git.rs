//! The door to git: commits read and written as file trees, straight from and to the object database.
//!
//! No work tree is ever checked out and no hook or filter runs, so a student's repository is data here.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, FileMode, ObjectType, Oid, Signature, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::file_tree::{File, FileTree};

/// The branch that is published and graded.
pub const BRANCH: &str = "refs/heads/main";

/// How the full name of a branch begins.
pub const BRANCHES: &str = "refs/heads/";

/// The most entries of a commit that is read whole: one of ours.
const MAX_PUBLISHED: usize = 100_000;

/// The longest history of a submission, along first parents.
const MAX_COMMITS: usize = 100_000;

/// The largest commit or folder that is read, in bytes: git's own list of 100,000 files has less.
const MAX_OBJECT_BYTES: usize = 8 * 1024 * 1024;

/// The most folders below each other.
const MAX_DEPTH: usize = 64;

/// Asked before what is on disk, whose priority is lower.
const MEMORY_FIRST: i32 = 3;

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

    /// Those of these commits that are `wanted` or have it among those before them. All histories are walked once, together.
    ///
    /// # Errors
    ///
    /// Refuses histories that are longer than any honest one.
    pub fn holding(&self, heads: &[CommitId], wanted: CommitId) -> Result<BTreeSet<CommitId>> {
        let failed = |error| self.failed("walk the history of", error);
        let mut walk = self.inner.revwalk().map_err(failed)?;
        walk.set_sorting(git2::Sort::TOPOLOGICAL).map_err(failed)?;
        for head in heads {
            walk.push(head.0).map_err(failed)?;
        }
        let mut ids = Vec::new();
        for id in walk {
            ids.push(id.map_err(failed)?);
            if ids.len() > MAX_COMMITS {
                return Err(
                    self.refused(&format!("its history has more than {MAX_COMMITS} commits"))
                );
            }
        }
        // Parents first.
        let mut holding = BTreeSet::new();
        for id in ids.into_iter().rev() {
            let commit = self.inner.find_commit(id).map_err(failed)?;
            let by_parent = commit
                .parent_ids()
                .any(|parent| holding.contains(&CommitId(parent)));
            if id == wanted.0 || by_parent {
                holding.insert(CommitId(id));
            }
        }
        Ok(holding)
    }

    /// All commits from this one back to the first, the newest first.
    pub fn history(&self, from: CommitId) -> Result<Vec<CommitId>> {
        let walk = || -> std::result::Result<Vec<CommitId>, git2::Error> {
            let mut walk = self.inner.revwalk()?;
            walk.set_sorting(git2::Sort::TOPOLOGICAL)?;
            walk.push(from.0)?;
            walk.map(|id| id.map(CommitId)).collect()
        };
        walk().map_err(|error| self.failed("walk the history of", error))
    }

    /// The first commit: each one's first parent, back to one that has none.
    ///
    /// # Errors
    ///
    /// Refuses a history that nobody wrote by hand: too long, or with a commit too large.
    pub fn first(&self, from: CommitId) -> Result<CommitId> {
        let mut first = from;
        for _ in 0..MAX_COMMITS {
            let (size, _) = self
                .objects()?
                .read_header(first.0)
                .map_err(|error| self.failed("read a commit of", error))?;
            if size > MAX_OBJECT_BYTES {
                return Err(self.refused(&format!("commit {first} has {size} bytes")));
            }
            let commit = self
                .inner
                .find_commit(first.0)
                .map_err(|error| self.failed("read a commit of", error))?;
            match commit.parent_id(0) {
                Ok(parent) => first = CommitId(parent),
                Err(_) => return Ok(first),
            }
        }
        Err(self.refused(&format!("its history has more than {MAX_COMMITS} commits")))
    }

    fn objects(&self) -> Result<git2::Odb<'_>> {
        self.inner
            .odb()
            .map_err(|error| self.failed("open the objects of", error))
    }

    fn refused(&self, what: &str) -> Error {
        Error::input(format!(
            "{}: {what}, which no honest work needs; look at it with `git log` before you grade it",
            self.path.display()
        ))
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

    /// Adds a commit that holds exactly `tree` on top of `parent` and moves [`BRANCH`] to it, in one step
    /// and only if the branch still is where `parent` says.
    pub fn commit(
        &self,
        tree: &FileTree,
        parent: Option<CommitId>,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        let parents: Vec<CommitId> = parent.into_iter().collect();
        let id = self.add_commit(tree, &parents, signed, message)?;
        self.move_branch(BRANCH, parent, Some(id))?;
        Ok(id)
    }

    /// Adds a commit that holds exactly `tree`. No branch moves.
    pub fn add_commit(
        &self,
        tree: &FileTree,
        parents: &[CommitId],
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        self.write_commit(tree, parents, signed, message)
            .map(CommitId)
            .map_err(|error| self.failed("commit to", error))
    }

    /// Adds a commit with the files of `parent` and nothing new. No branch moves.
    pub fn add_empty_commit(
        &self,
        parent: CommitId,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        let write = || {
            let parent = self.inner.find_commit(parent.0)?;
            let who = signature(signed)?;
            let tree = parent.tree()?;
            self.inner
                .commit(None, &who, &who, message, &tree, &[&parent])
        };
        write()
            .map(CommitId)
            .map_err(|error| self.failed("commit to", error))
    }

    /// Which commit [`add_empty_commit`](Self::add_empty_commit) would add.
    pub fn empty_commit_id(
        &self,
        parent: CommitId,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        let hash = || {
            let parent = self.inner.find_commit(parent.0)?;
            let who = signature(signed)?;
            let tree = parent.tree()?;
            let text = self
                .inner
                .commit_create_buffer(&who, &who, message, &tree, &[&parent])?;
            Oid::hash_object(ObjectType::Commit, &text)
        };
        hash()
            .map(CommitId)
            .map_err(|error| self.failed("read a commit of", error))
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
                (Some(_), None) => self.inner.find_reference(name)?.delete()?,
            }
            Ok(())
        };
        moving().map_err(|error| self.failed("move a branch of", error))
    }

    /// Writes a commit and all that it consists of as one pack: a file instead of one, often with a folder,
    /// for each object. The objects are made in memory, since the disk would be asked for each of them.
    fn write_commit(
        &self,
        tree: &FileTree,
        parents: &[CommitId],
        signed: &Signed,
        message: &str,
    ) -> std::result::Result<Oid, git2::Error> {
        let objects = git2::Odb::new()?;
        if !parents.is_empty() {
            let disk = self.inner.path().join("objects");
            objects.add_disk_alternate(&disk.to_string_lossy())?;
        }
        let scratch = git2::Repository::from_odb(objects)?;
        let objects = scratch.odb()?;
        let memory = objects.add_new_mempack_backend(MEMORY_FIRST)?;
        let tree = scratch.find_tree(write_tree(&scratch, tree)?)?;
        let who = signature(signed)?;
        let parents = parents
            .iter()
            .map(|id| scratch.find_commit(id.0))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let id = scratch.commit(None, &who, &who, message, &tree, &parents)?;
        let mut pack = git2::Buf::new();
        memory.dump(&scratch, &mut pack)?;
        let disk = self.inner.odb()?;
        let mut writer = disk.packwriter()?;
        writer
            .write_all(&pack)
            .map_err(|error| git2::Error::from_str(&error.to_string()))?;
        writer.commit()?;
        Ok(id)
    }

    /// Takes all objects of the repository at `path` over: as the same files on the disk where it can be, since an object
    /// never changes.
    pub fn link_objects(&self, path: &Path) -> Result<()> {
        let (from, to) = (path.join("objects"), self.inner.path().join("objects"));
        let link = || -> std::io::Result<()> {
            for entry in walkdir::WalkDir::new(&from) {
                let entry = entry?;
                let place = to.join(entry.path().strip_prefix(&from).unwrap_or(entry.path()));
                if entry.file_type().is_dir() {
                    std::fs::create_dir_all(&place)?;
                } else if !place.exists() && std::fs::hard_link(entry.path(), &place).is_err() {
                    std::fs::copy(entry.path(), &place)?;
                }
            }
            Ok(())
        };
        link().map_err(|error| Error::at("copy the objects of", path, error))
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

fn signature(signed: &Signed) -> std::result::Result<Signature<'static>, git2::Error> {
    Signature::new(&signed.name, &signed.email, &Time::new(signed.time, 0))
}

/// Writes a tree and its files to the objects of a repository.
fn write_tree(
    repository: &git2::Repository,
    tree: &FileTree,
) -> std::result::Result<Oid, git2::Error> {
    let mut update = git2::build::TreeUpdateBuilder::new();
    for (path, file) in tree.iter() {
        let mode = if file.executable {
            FileMode::BlobExecutable
        } else {
            FileMode::Blob
        };
        update.upsert(path, repository.blob(&file.bytes)?, mode);
    }
    let nothing = repository.find_tree(repository.treebuilder(None)?.write()?)?;
    update.create_updated(repository, &nothing)
}
