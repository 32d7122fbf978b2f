//! The commits and branches: bare repositories in a folder, read by libgit2 and served by git itself.

pub(crate) mod http;
pub(crate) mod judge;
mod show;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use git2::{Oid, Repository as Commits, Signature, Time};

use crate::answer::Refused;
use crate::state::{Pull, Repository};

/// What git asks before it takes a push: it tells the judge what is to become of which branch, and obeys.
const HOOK: &str = r#"#!/bin/bash
exec 3<>"/dev/tcp/127.0.0.1/$LOCAL_GITHUB_JUDGE" || exit 1
{
  echo "$LOCAL_GITHUB_PUSH"
  echo "${GIT_QUARANTINE_PATH:-}"
  cat
  echo
} >&3
read -r verdict <&3
cat <&3 >&2
[ "$verdict" = accepted ]
"#;

/// The folder of all bare repositories.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    folder: PathBuf,
}

/// How much a pull request changes.
#[derive(Default)]
pub(crate) struct Size {
    pub(crate) commits: usize,
    pub(crate) files: usize,
    pub(crate) additions: usize,
    pub(crate) deletions: usize,
}

impl Git {
    pub(crate) fn new(folder: PathBuf) -> Git {
        Git { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of one.
    fn path(&self, id: u64) -> PathBuf {
        self.folder.join(format!("{id}.git"))
    }

    /// The commits of a repository; it is made where there is none yet.
    pub(crate) fn open(&self, repository: &Repository) -> Result<Commits, git2::Error> {
        let path = self.path(repository.id);
        if path.exists() {
            return Commits::open_bare(path);
        }
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).external_template(false);
        options.initial_head(&repository.default_branch);
        let commits = Commits::init_opts(&path, &options)?;
        commits.config()?.set_bool("http.receivepack", true)?;
        let hook = path.join("hooks/pre-receive");
        let written = fs::create_dir_all(path.join("hooks"))
            .and_then(|()| fs::write(&hook, HOOK))
            .and_then(|()| fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)));
        written.map_err(|error| git2::Error::from_str(&format!("{}: {error}", hook.display())))?;
        Ok(commits)
    }

    /// Deletes a repository's commits.
    pub(crate) fn remove(&self, id: u64) {
        fs::remove_dir_all(self.path(id)).ok();
    }

    /// Lets `HEAD` name another branch.
    pub(crate) fn set_default(&self, repository: &Repository) -> Result<(), git2::Error> {
        let name = format!("refs/heads/{}", repository.default_branch);
        self.open(repository)?.set_head(&name)
    }

    /// Commits files on top of a branch, with a fixed author and this time, and gives the commit.
    pub(crate) fn commit(
        &self,
        repository: &Repository,
        branch: &str,
        files: &[(&str, &[u8])],
        message: &str,
        seconds: i64,
    ) -> Result<Oid, git2::Error> {
        let commits = self.open(repository)?;
        let name = format!("refs/heads/{branch}");
        let parent = match commits.find_reference(&name) {
            Ok(reference) => Some(reference.peel_to_commit()?),
            Err(_) => None,
        };
        let mut index = git2::Index::new()?;
        if let Some(parent) = &parent {
            index.read_tree(&parent.tree()?)?;
        }
        for (path, content) in files {
            index.add(&git2::IndexEntry {
                ctime: git2::IndexTime::new(0, 0),
                mtime: git2::IndexTime::new(0, 0),
                dev: 0,
                ino: 0,
                mode: 0o100_644,
                uid: 0,
                gid: 0,
                file_size: 0,
                id: commits.blob(content)?,
                flags: 0,
                flags_extended: 0,
                path: path.as_bytes().to_vec(),
            })?;
        }
        let tree = commits.find_tree(index.write_tree_to(&commits)?)?;
        let author = Signature::new("Local", "local@github.example", &Time::new(seconds, 0))?;
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        commits.commit(Some(&name), &author, &author, message, &tree, &parents)
    }

    /// Copies the content of another repository's default branch, as one new commit without a history.
    pub(crate) fn copy_content(
        &self,
        from: &Repository,
        to: &Repository,
        seconds: i64,
    ) -> Result<Oid, git2::Error> {
        let (source, target) = (self.open(from)?, self.open(to)?);
        let head = source
            .find_reference(&format!("refs/heads/{}", from.default_branch))?
            .peel_to_commit()?;
        copy_tree(&source, &target, head.tree_id())?;
        let tree = target.find_tree(head.tree_id())?;
        let author = Signature::new("GitHub", "noreply@github.com", &Time::new(seconds, 0))?;
        let name = format!("refs/heads/{}", to.default_branch);
        target.commit(Some(&name), &author, &author, "Initial commit", &tree, &[])
    }

    /// Fetches all branches of another repository on this machine.
    pub(crate) fn fetch(&self, repository: &Repository, from: &Path) -> Result<(), git2::Error> {
        let commits = self.open(repository)?;
        let mut remote = commits.remote_anonymous(&from.to_string_lossy())?;
        remote.fetch(&["+refs/heads/*:refs/heads/*"], None, None)
    }

    /// How much a pull request changes, counted from where its branches parted.
    pub(crate) fn size_of_pull(&self, repository: &Repository, pull: &Pull) -> Size {
        let count = || -> Result<Size, git2::Error> {
            let commits = self.open(repository)?;
            let (base, head) = (
                Oid::from_str(&pull.base_sha)?,
                Oid::from_str(&pull.head_sha)?,
            );
            let parted = commits.merge_base(base, head)?;
            let (ahead, _) = commits.graph_ahead_behind(head, base)?;
            let tree = |id| commits.find_commit(id)?.tree();
            let diff = commits.diff_tree_to_tree(Some(&tree(parted)?), Some(&tree(head)?), None)?;
            let stats = diff.stats()?;
            Ok(Size {
                commits: ahead,
                files: stats.files_changed(),
                additions: stats.insertions(),
                deletions: stats.deletions(),
            })
        };
        // Branches may be gone by now, and then GitHub shows what it counted before; here it is nothing.
        count().unwrap_or_default()
    }
}

fn copy_tree(source: &Commits, target: &Commits, id: Oid) -> Result<(), git2::Error> {
    let (from, to) = (source.odb()?, target.odb()?);
    let copy = |id: Oid| -> Result<(), git2::Error> {
        let object = from.read(id)?;
        to.write(object.kind(), object.data()).map(|_| ())
    };
    for entry in &source.find_tree(id)? {
        match entry.kind() {
            Some(git2::ObjectType::Tree) => copy_tree(source, target, entry.id())?,
            Some(git2::ObjectType::Blob) => copy(entry.id())?,
            // A submodule's commit is somewhere else.
            _ => {}
        }
    }
    copy(id)
}

/// The commit that a branch, a tag, a full name or an id names.
pub(crate) fn resolve<'a>(commits: &'a Commits, name: &str) -> Option<git2::Commit<'a>> {
    let by_name = |name: &str| commits.find_reference(name).ok()?.peel_to_commit().ok();
    let by_id = || {
        let whole = name.len() >= 7 && name.chars().all(|c| c.is_ascii_hexdigit());
        let object = whole
            .then(|| commits.revparse_single(name).ok())
            .flatten()?;
        object.peel_to_commit().ok()
    };
    by_name(&format!("refs/heads/{name}"))
        .or_else(|| by_name(&format!("refs/tags/{name}")))
        .or_else(|| name.starts_with("refs/").then(|| by_name(name)).flatten())
        .or_else(by_id)
}

/// Is there no branch and no tag at all?
pub(crate) fn is_empty(commits: &Commits) -> Result<bool, git2::Error> {
    Ok(commits.references()?.next().is_none())
}

/// Refuses an empty repository: GitHub answers most questions about one with 409.
pub(crate) fn refuse_empty(commits: &Commits) -> Result<(), Refused> {
    if is_empty(commits)? {
        return Err(Refused::new(409, "Git Repository is empty."));
    }
    Ok(())
}
