//! The forge that is a folder: `FOLDER/ORGANISATION/NAME.git`, bare repositories, no account and no network.
//!
//! It records when it first saw each commit at the head of a branch, since the dates in commits are the
//! pusher's to choose: a hook writes the moment of a push by git; a push that ran no hook (libgit2's over a
//! path) is recorded when the forge is next read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::forge::{ForgeReader, ForgeWriter, Published};
use crate::error::{Error, Result};
use crate::file_tree::{Claim, FileTree, Staging};
use crate::git::{BRANCH, CommitId, Repository, Signed};

/// Where a repository keeps the record of its pushes: a line `SECONDS COMMIT BRANCH HOW` each.
const PUSH_LOG: &str = "course-pushes.log";

/// Stands in a repository while a commit is added to it.
const WRITING: &str = "course-writing";

/// Runs after each push that git serves. Seconds come from the clock of the forge.
const HOOK: &str = "#!/bin/sh
# Records when the forge saw each push; the dates inside commits are the pusher's to choose.
while read -r _ new ref; do
  echo \"$(date +%s) $new $ref push\" >> course-pushes.log
done
";

/// A push as the forge recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// When the forge first saw the commit at the head of the branch, in seconds since 1970.
    pub seen: u64,
    /// The commit.
    pub commit: String,
    /// The branch, as the full name of a reference.
    pub branch: String,
}

/// A folder of bare repositories.
#[derive(Debug, Clone)]
pub struct LocalForge {
    folder: PathBuf,
}

impl LocalForge {
    /// The repositories of an organisation in this folder.
    pub fn new(folder: &Path, organisation: &str) -> LocalForge {
        LocalForge {
            folder: folder.join(organisation),
        }
    }

    /// Where a repository is.
    pub fn path(&self, repository: &str) -> PathBuf {
        self.folder.join(format!("{repository}.git"))
    }

    /// The names of all repositories, sorted.
    pub fn repositories(&self) -> Result<Vec<String>> {
        if !self.exists() {
            return Ok(Vec::new());
        }
        let at = |error| Error::at("read the folder", &self.folder, error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(at)? {
            let name = entry.map_err(at)?.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(".git"));
            names.extend(name.map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// Where all repositories are.
    pub fn address_of_all(&self) -> String {
        self.folder.display().to_string()
    }

    /// Whether anything was published there yet.
    pub fn exists(&self) -> bool {
        self.folder.exists()
    }

    /// Holds the forge until the claim is dropped: what one run reads and then writes no other changes
    /// between.
    pub fn claim(&self) -> Result<Claim> {
        Claim::of(&self.folder)
    }

    /// When the forge first saw a commit on [`BRANCH`], in seconds since 1970: by itself or as a part of what was pushed.
    /// `None` where it bears no record of it.
    pub fn first_seen(&self, repository: &str, commit: CommitId) -> Result<Option<u64>> {
        let Some(opened) = self.open(repository)? else {
            return Ok(None);
        };
        let mut heads = Vec::new();
        for push in read_pushes(&self.path(repository))? {
            if push.branch == BRANCH
                && let Some(head) = opened.find(&push.commit)?
            {
                heads.push((push.seen, head));
            }
        }
        let ids: Vec<CommitId> = heads.iter().map(|(_, head)| *head).collect();
        let holding = opened.holding(&ids, commit)?;
        let seen = heads.iter().filter(|(_, head)| holding.contains(head));
        Ok(seen.map(|(seen, _)| *seen).min())
    }

    /// Opens a repository, if it is there, and records a head that no hook recorded.
    pub fn open(&self, repository: &str) -> Result<Option<Repository>> {
        let path = self.path(repository);
        if !path.exists() {
            return Ok(None);
        }
        let opened = Repository::open(&path)?;
        // What is not ours bears no record, and gets none.
        if path.join(PUSH_LOG).exists()
            && let Some(head) = opened.head()?
        {
            record(&path, head)?;
        }
        Ok(Some(opened))
    }

    /// The pushes to a repository, the first one first.
    pub fn pushes(&self, repository: &str) -> Result<Vec<Push>> {
        self.open(repository)?;
        read_pushes(&self.path(repository))
    }

    /// Creates a repository in one step: filled beside its place, then renamed.
    fn create_with(
        &self,
        repository: &str,
        fill: impl FnOnce(&Repository) -> Result<CommitId>,
    ) -> Result<CommitId> {
        let path = self.path(repository);
        let staging = Staging::beside(&path)?;
        let fresh = staging.path().join("repository.git");
        let commit = fill(&Repository::create(&fresh)?)?;
        install_hook(&fresh)?;
        record(&fresh, commit)?;
        fs::rename(&fresh, &path).map_err(|error| Error::at("put in place", &path, error))?;
        Ok(commit)
    }
}

impl ForgeReader for LocalForge {
    fn published(&self, repository: &str) -> Result<Option<Published>> {
        let Some(opened) = self.open(repository)? else {
            return Ok(None);
        };
        let Some(commit) = opened.head()? else {
            return Ok(None);
        };
        let tree = opened.tree(commit)?;
        Ok(Some(Published { commit, tree }))
    }

    fn first_commit(&self, repository: &str) -> Result<Option<CommitId>> {
        let Some(opened) = self.open(repository)? else {
            return Ok(None);
        };
        let Some(head) = opened.head()? else {
            return Ok(None);
        };
        Ok(opened.history(head)?.last().copied())
    }

    fn address(&self, repository: &str) -> String {
        self.path(repository).display().to_string()
    }
}

impl ForgeWriter for LocalForge {
    fn create(
        &self,
        repository: &str,
        tree: &FileTree,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        self.create_with(repository, |fresh| {
            fresh.commit(tree, None, signed, message)
        })
    }

    fn append(
        &self,
        repository: &str,
        parent: CommitId,
        tree: &FileTree,
        signed: &Signed,
        message: &str,
    ) -> Result<CommitId> {
        let path = self.path(repository);
        let opened = Repository::open(&path)?;
        let at = |error| Error::at("write", &path, error);
        let writing = path.join(WRITING);
        if writing.exists() {
            // Whoever wrote was killed: the forge is claimed now, so the branch is locked by nobody who lives.
            opened.unlock()?;
        }
        fs::write(&writing, "").map_err(at)?;
        let commit = opened.commit(tree, Some(parent), signed, message)?;
        fs::remove_file(&writing).map_err(at)?;
        record(&path, commit)?;
        Ok(commit)
    }

    fn create_from(&self, repository: &str, template_repository: &str) -> Result<CommitId> {
        let template = self.path(template_repository);
        self.create_with(repository, |fresh| {
            fresh.fetch(&template)?;
            fresh.head()?.ok_or_else(|| {
                Error::input(format!(
                    "{}: it holds no commit; publish the assignment first",
                    template.display()
                ))
            })
        })
    }
}

fn install_hook(repository: &Path) -> Result<()> {
    let hook = repository.join("hooks").join("post-receive");
    let install = || -> std::io::Result<()> {
        fs::create_dir_all(repository.join("hooks"))?;
        fs::write(&hook, HOOK)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&hook, fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    };
    install().map_err(|error| Error::at("install the hook", &hook, error))
}

/// Records a head that is not in the log yet.
fn record(repository: &Path, head: CommitId) -> Result<()> {
    let head = head.to_string();
    if read_pushes(repository)?
        .iter()
        .any(|push| push.commit == head)
    {
        return Ok(());
    }
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let log = repository.join(PUSH_LOG);
    // One write of one line to a file opened for appending: two at once do not mix.
    let append = || {
        fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)?
            .write_all(format!("{now} {head} {BRANCH} read\n").as_bytes())
    };
    append().map_err(|error| Error::at("write", &log, error))
}

fn read_pushes(repository: &Path) -> Result<Vec<Push>> {
    let log = repository.join(PUSH_LOG);
    if !log.exists() {
        return Ok(Vec::new());
    }
    // Names of branches are the pusher's to choose, and need not be text.
    let bytes = fs::read(&log).map_err(|error| Error::at("read", &log, error))?;
    let text = String::from_utf8_lossy(&bytes);
    let pushes = text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(Push {
            seen: words.next()?.parse().ok()?,
            commit: words.next()?.to_owned(),
            branch: words.next()?.to_owned(),
        })
    });
    Ok(pushes.collect())
}
