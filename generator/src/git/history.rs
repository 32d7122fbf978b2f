//! What came before a commit.

use std::collections::{BTreeMap, BTreeSet};

use git2::{ObjectType, Oid};

use super::{CommitId, MAX_OBJECT_BYTES, Repository, Signed};
use crate::error::{Error, Result};

/// The longest history of a submission.
const MAX_COMMITS: usize = 100_000;

impl Repository {
    /// Those of these commits that are `wanted` or have it among those before them. All histories are walked once, together.
    ///
    /// # Errors
    ///
    /// Refuses histories that are longer than any honest one.
    pub fn holding(&self, heads: &[CommitId], wanted: CommitId) -> Result<BTreeSet<CommitId>> {
        let failed = |error| self.failed("walk the history of", error);
        let ids = self.walk(heads)?;
        // Parents first.
        let mut holding = BTreeSet::new();
        for id in ids.into_iter().rev() {
            let commit = self.inner.find_commit(id.0).map_err(failed)?;
            let by_parent = commit
                .parent_ids()
                .any(|parent| holding.contains(&CommitId(parent)));
            if id == wanted || by_parent {
                holding.insert(id);
            }
        }
        Ok(holding)
    }

    /// All commits from this one back to the first, each before its parents.
    ///
    /// # Errors
    ///
    /// Refuses a history that is longer than any honest one.
    pub fn history(&self, from: CommitId) -> Result<Vec<CommitId>> {
        self.walk(&[from])
    }

    /// The commits that brought what stands at a path: of this one and all before it, each before its parents, those that
    /// have something else there than each of their parents.
    ///
    /// # Errors
    ///
    /// Refuses a history that is longer than any honest one.
    pub fn bringing(&self, from: CommitId, path: &str) -> Result<Vec<CommitId>> {
        let history = self.history(from)?;
        let mut there = BTreeMap::new();
        for commit in &history {
            there.insert(*commit, self.id_at(*commit, path)?);
        }
        let mut bringing = Vec::new();
        for commit in history {
            let own = there[&commit];
            let found = self.inner.find_commit(commit.0);
            let found = found.map_err(|error| self.failed("read a commit of", error))?;
            let mut parents = found.parent_ids();
            let by_parent = parents.any(|parent| there.get(&CommitId(parent)) == Some(&own));
            if own.is_some() && !by_parent {
                bringing.push(commit);
            }
        }
        Ok(bringing)
    }

    /// Which object stands at a path of a commit. Nothing is found in a folder that is larger than any honest one.
    fn id_at(&self, commit: CommitId, path: &str) -> Result<Option<Oid>> {
        let find = || -> std::result::Result<Option<Oid>, git2::Error> {
            let objects = self.inner.odb()?;
            let mut id = self.inner.find_commit(commit.0)?.tree_id();
            for name in path.split('/') {
                let (size, kind) = objects.read_header(id)?;
                if kind != ObjectType::Tree || size > MAX_OBJECT_BYTES {
                    return Ok(None);
                }
                match self.inner.find_tree(id)?.get_name(name) {
                    Some(entry) => id = entry.id(),
                    None => return Ok(None),
                }
            }
            Ok(Some(id))
        };
        find().map_err(|error| self.failed("read a commit of", error))
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

    /// All commits from these back to the first, each before its parents.
    fn walk(&self, heads: &[CommitId]) -> Result<Vec<CommitId>> {
        let failed = |error| self.failed("walk the history of", error);
        let mut walk = self.inner.revwalk().map_err(failed)?;
        walk.set_sorting(git2::Sort::TOPOLOGICAL).map_err(failed)?;
        for head in heads {
            walk.push(head.0).map_err(failed)?;
        }
        let mut ids = Vec::new();
        for id in walk {
            ids.push(CommitId(id.map_err(failed)?));
            if ids.len() > MAX_COMMITS {
                return Err(
                    self.refused(&format!("its history has more than {MAX_COMMITS} commits"))
                );
            }
        }
        Ok(ids)
    }

    /// Whether two commits, of which one may be another repository's, have the same files.
    pub fn same_files(&self, commit: CommitId, of: &Repository, other: CommitId) -> Result<bool> {
        let tree = |repository: &Repository, commit: CommitId| {
            let found = repository.inner.find_commit(commit.0);
            found
                .map(|commit| commit.tree_id())
                .map_err(|error| repository.failed("read a commit of", error))
        };
        Ok(tree(self, commit)? == tree(of, other)?)
    }

    /// Whether a commit is signed so: by this author, at this time.
    pub fn is_signed(&self, commit: CommitId, signed: &Signed) -> Result<bool> {
        let found = self.inner.find_commit(commit.0);
        let commit = found.map_err(|error| self.failed("read a commit of", error))?;
        let by = |who: &git2::Signature<'_>| {
            who.name().ok() == Some(&signed.name)
                && who.email().ok() == Some(&signed.email)
                && who.when().seconds() == signed.time
        };
        Ok(by(&commit.author()) && by(&commit.committer()))
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
}
