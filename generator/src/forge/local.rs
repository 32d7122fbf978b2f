//! The forge that is a folder: `FOLDER/ORGANISATION/NAME.git`, bare repositories, no account and no network.
//!
//! It records when it first saw each commit at the head of a branch, since the dates in commits are the
//! pusher's to choose: a hook writes the moment of a push by git; a push that ran no hook (libgit2's over a
//! path) is recorded when the forge is next read.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::reader::{
    Access, Branches, Comment, ForgeReader, Listed, Offers, PullRequest, earliest,
};
use super::rulesets::Rulesets;
use super::write::{ForgeWriter, Settings, Write as ForgeWrite};
use crate::error::{Error, Result};
use crate::file_tree::{Claim, Staging};
use crate::git::{BRANCH, BRANCHES, CommitId, Repository};

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

    /// Whether anything was published there yet.
    pub fn exists(&self) -> bool {
        self.folder.exists()
    }

    /// Holds the forge until the claim is dropped: what one run reads and then writes no other changes
    /// between.
    pub fn claim(&self) -> Result<Claim> {
        Claim::of(&self.folder)
    }

    /// The pushes to a repository, the first one first.
    pub fn pushes(&self, repository: &str) -> Result<Vec<Push>> {
        self.open(repository)?;
        read_pushes(&self.path(repository))
    }

    /// Creates a repository in one step: filled beside its place, then renamed.
    fn create(&self, repository: &str, branches: &Branches, objects: &Path) -> Result<()> {
        let path = self.path(repository);
        if let Some(known) = self.branches(repository)? {
            return match known == *branches {
                true => Ok(()),
                false => Err(Error::input(format!(
                    "{}: it stands there with another content; rename or remove that repository",
                    path.display()
                ))),
            };
        }
        let staging = Staging::beside(&path)?;
        let fresh = staging.path().join("repository.git");
        let made = Repository::create(&fresh)?;
        made.link_objects(objects)?;
        for (name, commit) in branches {
            made.move_branch(&format!("{BRANCHES}{name}"), None, Some(*commit))?;
        }
        install_hook(&fresh)?;
        if let Some(head) = made.head()? {
            record(&fresh, head)?;
        }
        fs::rename(&fresh, &path).map_err(|error| Error::at("put in place", &path, error))
    }

    fn move_branch(
        &self,
        repository: &str,
        branch: &str,
        from: Option<CommitId>,
        to: Option<CommitId>,
    ) -> Result<()> {
        let path = self.path(repository);
        let opened = Repository::open(&path)?;
        let at = |error| Error::at("write", &path, error);
        let name = format!("{BRANCHES}{branch}");
        let writing = path.join(WRITING);
        if writing.exists() {
            // Whoever wrote was killed: the forge is claimed now, so the branch is locked by nobody who lives.
            opened.unlock(&name)?;
        }
        let now = opened.branches()?.get(branch).copied();
        if now != to {
            if now != from {
                return Err(Error::input(format!(
                    "{}: {branch} moved meanwhile; run it again",
                    path.display()
                )));
            }
            fs::write(&writing, "").map_err(at)?;
            opened.move_branch(&name, from, to)?;
        }
        if writing.exists() {
            fs::remove_file(&writing).map_err(at)?;
        }
        match to.filter(|_| name == BRANCH) {
            Some(head) => record(&path, head),
            None => Ok(()),
        }
    }
}

impl ForgeReader for LocalForge {
    fn address(&self, repository: &str) -> String {
        self.path(repository).display().to_string()
    }

    fn address_of_all(&self) -> String {
        self.folder.display().to_string()
    }

    fn offers(&self) -> Offers {
        Offers {
            access: false,
            pull_requests: false,
            settings: false,
            issues: false,
        }
    }

    fn repositories(&self) -> Result<BTreeMap<String, Listed>> {
        let mut found = BTreeMap::new();
        if !self.exists() {
            return Ok(found);
        }
        let at = |error| Error::at("read the folder", &self.folder, error);
        for entry in fs::read_dir(&self.folder).map_err(at)? {
            let name = entry.map_err(at)?.file_name();
            if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".git")) {
                found.insert(name.to_owned(), Listed { archived: false });
            }
        }
        Ok(found)
    }

    fn settings(&self, repository: &str) -> Result<Option<Settings>> {
        Ok(self.path(repository).exists().then(Settings::default))
    }

    fn branches(&self, repository: &str) -> Result<Option<Branches>> {
        self.open(repository)?
            .map(|opened| opened.branches())
            .transpose()
    }

    /// Opens a repository, if it is there, and records a head that no hook recorded.
    fn open(&self, repository: &str) -> Result<Option<Repository>> {
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

    fn access(&self, _: &str) -> Result<BTreeMap<String, Access>> {
        Ok(BTreeMap::new())
    }

    fn knows(&self, _: &str) -> Result<bool> {
        Ok(true)
    }

    fn is_member(&self, _: &str) -> Result<bool> {
        Ok(true)
    }

    fn pull_requests(&self, _: &str) -> Result<Vec<PullRequest>> {
        Ok(Vec::new())
    }

    fn rulesets(&self) -> Result<Rulesets> {
        Ok(Rulesets::None("a folder forbids nothing".to_owned()))
    }

    fn comments(&self, _: &str, _: u64) -> Result<Vec<Comment>> {
        Ok(Vec::new())
    }

    fn first_seen(&self, repository: &str, commit: CommitId) -> Result<Option<u64>> {
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
        earliest(&opened, &heads, commit)
    }
}

impl ForgeWriter for LocalForge {
    fn write(&self, write: &ForgeWrite) -> Result<()> {
        match write {
            ForgeWrite::Create {
                repository,
                branches,
                objects,
                ..
            } => self.create(repository, branches, objects),
            ForgeWrite::Move {
                repository,
                branch,
                from,
                to,
                ..
            } => self.move_branch(repository, branch, *from, *to),
            ForgeWrite::Set { .. }
            | ForgeWrite::Admit { .. }
            | ForgeWrite::OpenPull { .. }
            | ForgeWrite::EditPull { .. }
            | ForgeWrite::ClosePull { .. }
            | ForgeWrite::Protect { .. }
            | ForgeWrite::Comment { .. }
            | ForgeWrite::CloseIssue { .. } => Err(Error::Internal(format!(
                "a folder cannot {write}: it offers no such thing"
            ))),
        }
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
