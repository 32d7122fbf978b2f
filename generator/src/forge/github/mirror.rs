//! Branches on GitHub by the git program, which knows the proxies and certificates of the machine it runs on.
//!
//! The token reaches it by the environment: arguments are everybody's to read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::Place;
use super::client::Tries;
use crate::error::{Error, Result};
use crate::forge::clock::Clock;
use crate::forge::reader::Branches;
use crate::git::{BRANCHES, CommitId, Repository};
use crate::process::{End, Outcome, Run};

/// The variable that git's helper takes the token from.
const TOKEN: &str = "COURSE_GIT_TOKEN";

/// Tells git the token. What stands here is an argument, so it names the variable only.
const HELPER: &str =
    "!f() { echo username=x-access-token; echo \"password=$COURSE_GIT_TOKEN\"; }; f";

/// How long git may take for one repository.
const GIT_LIMIT: Duration = Duration::from_secs(300);

/// A branch to be moved.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    pub branch: String,
    pub from: Option<CommitId>,
    pub to: Option<CommitId>,
}

/// What became of a push.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// All branches moved.
    Yes,
    /// A branch was not where it was seen.
    Moved,
    /// GitHub forbids it: an archived repository, a ruleset, a token without the right.
    Forbidden(String),
    /// It may have been done or not.
    Unknown(String),
}

/// Repositories of an organisation, there and here.
pub(super) struct Mirror {
    web: String,
    organisation: String,
    folder: PathBuf,
    clock: Clock,
}

impl Mirror {
    pub(super) fn new(place: &Place, clock: Clock) -> Mirror {
        Mirror {
            web: place.web.clone(),
            organisation: place.organisation.clone(),
            folder: place.mirrors.clone(),
            clock,
        }
    }

    /// Where people reach a repository.
    pub(super) fn address(&self, repository: &str) -> String {
        format!("{}/{}/{repository}", self.web, self.organisation)
    }

    /// The branches of a repository; `None` where there is none that this token may see.
    pub(super) fn branches(
        &self,
        repository: &str,
        token: &SecretString,
    ) -> Result<Option<Branches>> {
        let mut tries = Tries::new(self.clock);
        loop {
            let run = self.git(&std::env::temp_dir(), token).args([
                "ls-remote",
                "--heads",
                &self.url(repository),
            ]);
            let outcome = run.outcome()?;
            if outcome.succeeded() {
                return Ok(Some(branches(&outcome.stdout)));
            }
            match Trouble::of(&outcome) {
                Trouble::NotFound => return Ok(None),
                Trouble::NoRight(why) => return Err(self.refused("read", repository, &why)),
                Trouble::Moved | Trouble::Passing(_) => {
                    tries.again(
                        &format!("list the branches of {repository}"),
                        &said(&outcome),
                    )?;
                }
            }
        }
    }

    /// A repository with its branches as they are now, on this machine; `None` as above.
    pub(super) fn fetch(
        &self,
        repository: &str,
        token: &SecretString,
    ) -> Result<Option<Repository>> {
        let path = self.folder.join(format!("{repository}.git"));
        let mut tries = Tries::new(self.clock);
        loop {
            if !path.exists() {
                Repository::create(&path)?;
            }
            let all = format!("+{BRANCHES}*:{BRANCHES}*");
            let run = self.git(&path, token).args([
                "fetch",
                "--quiet",
                "--prune",
                "--no-tags",
                "--no-auto-gc",
                "--no-write-fetch-head",
                "--recurse-submodules=no",
                &self.url(repository),
                &all,
            ]);
            let outcome = run.outcome()?;
            if outcome.succeeded() {
                return Repository::open(&path).map(Some);
            }
            match Trouble::of(&outcome) {
                Trouble::NotFound => {
                    remove(&path)?;
                    return Ok(None);
                }
                Trouble::NoRight(why) => return Err(self.refused("read", repository, &why)),
                Trouble::Moved | Trouble::Passing(_) => {
                    tries.again(&format!("fetch {repository}"), &said(&outcome))?;
                    // What a killed run left may be what is in the way; it is a copy, so it is made anew.
                    if ["lock", "corrupt", "bad object", "not a git repository"]
                        .iter()
                        .any(|word| outcome.stderr.contains(word))
                    {
                        remove(&path)?;
                    }
                }
            }
        }
    }

    /// Moves branches, all or none, each only if it still is where it was seen. `objects` is a repository here that has the
    /// commits.
    pub(super) fn push(
        &self,
        repository: &str,
        objects: &Path,
        moves: &[Moved],
        token: &SecretString,
    ) -> Result<Pushed> {
        let mut run = self
            .git(objects, token)
            .args(["push", "--quiet", "--no-verify", "--atomic"]);
        for Moved { branch, from, .. } in moves {
            let seen = from.map(|from| from.to_string()).unwrap_or_default();
            run = run.args([format!("--force-with-lease={BRANCHES}{branch}:{seen}")]);
        }
        run = run.args([self.url(repository)]);
        for Moved { branch, to, .. } in moves {
            let commit = to.map(|to| to.to_string()).unwrap_or_default();
            run = run.args([format!("{commit}:{BRANCHES}{branch}")]);
        }
        let outcome = run.outcome()?;
        if outcome.succeeded() {
            return Ok(Pushed::Yes);
        }
        Ok(match Trouble::of(&outcome) {
            Trouble::Moved => Pushed::Moved,
            Trouble::NoRight(why) => Pushed::Forbidden(why),
            // A repository that was made a moment ago may not be found yet.
            Trouble::NotFound => Pushed::Unknown("it is not found".to_owned()),
            Trouble::Passing(why) => Pushed::Unknown(why),
        })
    }

    fn url(&self, repository: &str) -> String {
        format!("{}.git", self.address(repository))
    }

    fn git(&self, dir: &Path, token: &SecretString) -> Run {
        Run::new("git", dir)
            .args([
                "-c",
                "credential.helper=",
                "-c",
                &format!("credential.helper={HELPER}"),
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "safe.directory=*",
                "-c",
                "gc.auto=0",
            ])
            .env(TOKEN, token.expose_secret())
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .limit(GIT_LIMIT)
    }

    fn refused(&self, doing: &str, repository: &str, why: &str) -> Error {
        Error::input(format!(
            "failed to {doing} {}: {why}; `course doctor` says whether the token may do that",
            self.address(repository)
        ))
    }
}

/// Why git failed.
enum Trouble {
    NotFound,
    NoRight(String),
    Moved,
    Passing(String),
}

impl Trouble {
    /// git has one exit code for all of it, so its words must do; they are those of the locale C.
    fn of(outcome: &Outcome) -> Trouble {
        let words = &outcome.stderr;
        let has = |some: &[&str]| some.iter().any(|part| words.contains(part));
        if has(&[
            "stale info",
            "non-fast-forward",
            "fetch first",
            "reference already exists",
        ]) {
            return Trouble::Moved;
        }
        if has(&["not found", "error: 404"]) {
            return Trouble::NotFound;
        }
        if has(&["Authentication failed", "error: 401"]) {
            let why = "the token is unknown or has run out: make a new one";
            return Trouble::NoRight(why.to_owned());
        }
        if has(&["error: 403", "archived", "declined", "GH0"]) {
            return Trouble::NoRight(said(outcome));
        }
        Trouble::Passing(said(outcome))
    }
}

/// What git and the forge say, in one line.
fn said(outcome: &Outcome) -> String {
    if outcome.end == End::Timeout {
        return "git was still running at its time limit".to_owned();
    }
    let lines = outcome.stderr.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("; ")
}

fn branches(listed: &str) -> Branches {
    let lines = listed.lines().filter_map(|line| {
        let (id, name) = line.split_once('\t')?;
        let id = CommitId::try_from(id.to_owned()).ok()?;
        Some((name.strip_prefix(BRANCHES)?.to_owned(), id))
    });
    lines.collect()
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::at("remove", path, error))
        }
        _ => Ok(()),
    }
}
