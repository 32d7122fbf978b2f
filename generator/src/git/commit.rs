//! Commits made: objects are added, and no branch moves unless it is said.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use git2::{FileMode, ObjectType, Oid, Signature, Time};

use super::{BRANCH, CommitId, Repository, Signed};
use crate::error::{Error, Result};
use crate::file_tree::{File, FileTree};

/// Asked before what is on disk, whose priority is lower.
const MEMORY_FIRST: i32 = 3;

/// A commit to be: the files of its first parent, but for what changes. Whatever else stands there stays as it is, of
/// whatever kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its parents; the first is the one that is edited.
    pub parents: Vec<CommitId>,
    /// The files that are written, and where there is none, those that are taken away.
    pub changes: BTreeMap<String, Option<File>>,
    /// What it says of itself.
    pub message: String,
}

/// All that a commit consists of.
struct NewCommit<'a> {
    /// The commit whose files it begins with, if any.
    tree: Option<CommitId>,
    changes: BTreeMap<&'a str, Option<&'a File>>,
    parents: &'a [CommitId],
    signed: &'a Signed,
    message: &'a str,
}

impl Repository {
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
        let changes = tree.iter().map(|(path, file)| (path, Some(file)));
        let commit = NewCommit {
            tree: None,
            changes: changes.collect(),
            parents,
            signed,
            message,
        };
        self.write(None, &commit)
    }

    /// Adds a commit with the files of `parent` and nothing new. No branch moves.
    pub fn add_empty_commit(
        &self,
        parent: CommitId,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        let add = || {
            let text = self.empty_commit(parent, signed, message)?;
            self.inner.odb()?.write(ObjectType::Commit, &text)
        };
        add()
            .map(CommitId)
            .map_err(|error| self.failed("commit to", error))
    }

    /// Which commit [`add_empty_commit`](Self::add_empty_commit) would add. Nothing is written.
    pub fn empty_commit_id(
        &self,
        parent: CommitId,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        let text = self.empty_commit(parent, signed, message);
        text.and_then(|text| Oid::hash_object(ObjectType::Commit, &text))
            .map(CommitId)
            .map_err(|error| self.failed("read a commit of", error))
    }

    /// A commit without changes, as git keeps it.
    fn empty_commit(
        &self,
        parent: CommitId,
        signed: &Signed,
        message: &str,
    ) -> std::result::Result<git2::Buf, git2::Error> {
        let parent = self.inner.find_commit(parent.0)?;
        let who = signature(signed)?;
        let tree = parent.tree()?;
        self.inner
            .commit_create_buffer(&who, &who, message, &tree, &[&parent])
    }

    /// Which commit [`add_edit`](Self::add_edit) would add. Nothing is written.
    pub fn edit_id(&self, lender: &Repository, edit: &Edit, signed: &Signed) -> Result<CommitId> {
        self.in_memory(Some(lender), &NewCommit::of(edit, signed))
            .map(|(id, _)| CommitId(id))
            .map_err(|error| self.failed("read a commit of", error))
    }

    /// Adds a commit some of whose parents may be another repository's, which lends its objects. No branch moves.
    pub fn add_edit(&self, lender: &Repository, edit: &Edit, signed: &Signed) -> Result<CommitId> {
        self.link_objects(&lender.path)?;
        self.write(Some(lender), &NewCommit::of(edit, signed))
    }

    /// Writes a commit and all that it consists of as one pack: a file instead of one, often with a folder,
    /// for each object.
    fn write(&self, lender: Option<&Repository>, commit: &NewCommit<'_>) -> Result<CommitId> {
        let write = || -> std::result::Result<Oid, git2::Error> {
            let (id, pack) = self.in_memory(lender, commit)?;
            let disk = self.inner.odb()?;
            let mut writer = disk.packwriter()?;
            writer
                .write_all(&pack)
                .map_err(|error| git2::Error::from_str(&error.to_string()))?;
            writer.commit()?;
            Ok(id)
        };
        write()
            .map(CommitId)
            .map_err(|error| self.failed("commit to", error))
    }

    /// A commit and the pack of what it consists of, made in memory: the disk would be asked for each object.
    fn in_memory(
        &self,
        lender: Option<&Repository>,
        commit: &NewCommit<'_>,
    ) -> std::result::Result<(Oid, git2::Buf), git2::Error> {
        let objects = git2::Odb::new()?;
        // Where nothing came before, nothing on the disk is of use.
        let lends = lender
            .into_iter()
            .chain((!commit.parents.is_empty()).then_some(self));
        for repository in lends {
            let disk = repository.inner.path().join("objects");
            objects.add_disk_alternate(&disk.to_string_lossy())?;
        }
        let scratch = git2::Repository::from_odb(objects)?;
        let objects = scratch.odb()?;
        let memory = objects.add_new_mempack_backend(MEMORY_FIRST)?;
        let old = match commit.tree {
            Some(parent) => Some(scratch.find_commit(parent.0)?.tree()?),
            None => None,
        };
        let tree = match edited_tree(&scratch, old.as_ref(), &commit.changes)? {
            Some(tree) => tree,
            None => scratch.treebuilder(None)?.write()?,
        };
        let tree = scratch.find_tree(tree)?;
        let who = signature(commit.signed)?;
        let parents = commit
            .parents
            .iter()
            .map(|id| scratch.find_commit(id.0))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let id = scratch.commit(None, &who, &who, commit.message, &tree, &parents)?;
        let mut pack = git2::Buf::new();
        memory.dump(&scratch, &mut pack)?;
        Ok((id, pack))
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
}

impl<'a> NewCommit<'a> {
    fn of(edit: &'a Edit, signed: &'a Signed) -> NewCommit<'a> {
        let changes = edit.changes.iter();
        NewCommit {
            tree: edit.parents.first().copied(),
            changes: changes
                .map(|(path, file)| (path.as_str(), file.as_ref()))
                .collect(),
            parents: &edit.parents,
            signed,
            message: &edit.message,
        }
    }
}

fn signature(signed: &Signed) -> std::result::Result<Signature<'static>, git2::Error> {
    Signature::new(&signed.name, &signed.email, &Time::new(signed.time, 0))
}

/// Writes a folder with changes, by paths from it, to the objects of a repository; nothing where no file is left in it.
fn edited_tree(
    repository: &git2::Repository,
    old: Option<&git2::Tree<'_>>,
    changes: &BTreeMap<&str, Option<&File>>,
) -> std::result::Result<Option<Oid>, git2::Error> {
    let mut builder = repository.treebuilder(old)?;
    let mut folders: BTreeMap<&str, BTreeMap<&str, Option<&File>>> = BTreeMap::new();
    for (path, change) in changes {
        match (path.split_once('/'), change) {
            (Some((folder, rest)), change) => {
                folders.entry(folder).or_default().insert(rest, *change);
            }
            (None, Some(file)) => {
                let mode = match file.executable {
                    true => FileMode::BlobExecutable,
                    false => FileMode::Blob,
                };
                builder.insert(path, repository.blob(&file.bytes)?, mode.into())?;
            }
            (None, None) if builder.get(path)?.is_some() => builder.remove(path)?,
            (None, None) => {}
        }
    }
    for (folder, changes) in folders {
        let known = builder
            .get(folder)?
            .filter(|entry| entry.kind() == Some(ObjectType::Tree))
            .map(|entry| repository.find_tree(entry.id()))
            .transpose()?;
        match edited_tree(repository, known.as_ref(), &changes)? {
            Some(id) => drop(builder.insert(folder, id, FileMode::Tree.into())?),
            None if known.is_some() => builder.remove(folder)?,
            None => {}
        }
    }
    match builder.is_empty() {
        true => Ok(None),
        false => builder.write().map(Some),
    }
}
