//! Pushes: what git asks before it takes one, and what follows from one that it took.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use git2::{Oid, Repository as Commits};
use jiff::Timestamp;

use super::Git;
use crate::access::Who;
use crate::rulesets;
use crate::state::{Activity, State, key};

/// One branch or tag that is to be made, moved or deleted.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    /// As `refs/heads/main`.
    pub(crate) name: String,
    /// Zero where it is new.
    pub(crate) before: Oid,
    /// Zero where it is deleted.
    pub(crate) after: Oid,
}

/// A push that is under way.
#[derive(Clone, Debug)]
struct Push {
    owner: String,
    name: String,
    who: Who,
    moves: Vec<Move>,
}

/// Answers the hook of each repository.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) port: u16,
    pushes: Mutex<(u64, HashMap<String, Push>)>,
}

impl Judge {
    /// Listens on a port of its own until the process ends.
    pub(crate) fn start(state: Arc<Mutex<State>>, git: Git) -> std::io::Result<Arc<Judge>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let judge = Arc::new(Judge {
            port: listener.local_addr()?.port(),
            pushes: Mutex::default(),
        });
        let weak = Arc::downgrade(&judge);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(judge) = weak.upgrade() else { break };
                if let Ok(stream) = stream {
                    judge.answer(stream, &state, &git).ok();
                }
            }
        });
        Ok(judge)
    }

    /// Wakes the listener so that it sees that nobody needs it any more.
    pub(crate) fn wake(port: u16) {
        TcpStream::connect(("127.0.0.1", port)).ok();
    }

    /// Notes a push and gives the word by which its hook will name it.
    pub(crate) fn begin(&self, owner: &str, name: &str, who: &Who) -> String {
        let mut pushes = self.pushes.lock().unwrap_or_else(PoisonError::into_inner);
        pushes.0 += 1;
        let word = format!("push-{}", pushes.0);
        let push = Push {
            owner: owner.to_owned(),
            name: name.to_owned(),
            who: who.clone(),
            moves: Vec::new(),
        };
        pushes.1.insert(word.clone(), push);
        word
    }

    /// What a push that has ended was to do.
    pub(crate) fn end(&self, word: &str) -> Vec<Move> {
        let mut pushes = self.pushes.lock().unwrap_or_else(PoisonError::into_inner);
        pushes
            .1
            .remove(word)
            .map(|push| push.moves)
            .unwrap_or_default()
    }

    fn answer(&self, stream: TcpStream, state: &Mutex<State>, git: &Git) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let mut next = || lines.next().unwrap_or(Ok(String::new()));
        let (word, quarantine) = (next()?, next()?);
        let mut moves = Vec::new();
        loop {
            let line = next()?;
            let [before, after, name] = line.split(' ').collect::<Vec<_>>()[..] else {
                break;
            };
            let id = |text| Oid::from_str(text).unwrap_or(Oid::ZERO_SHA1);
            let (before, after, name) = (id(before), id(after), name.to_owned());
            moves.push(Move {
                name,
                before,
                after,
            });
        }
        let refusals = self.judge(&word, PathBuf::from(quarantine), &moves, state, git);
        let mut stream = stream;
        if refusals.is_empty() {
            let mut pushes = self.pushes.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(push) = pushes.1.get_mut(&word) {
                push.moves = moves;
            }
            return writeln!(stream, "accepted");
        }
        writeln!(stream, "refused\n{}", refusals.join("\n"))
    }

    fn judge(
        &self,
        word: &str,
        quarantine: PathBuf,
        moves: &[Move],
        state: &Mutex<State>,
        git: &Git,
    ) -> Vec<String> {
        let push = {
            let pushes = self.pushes.lock().unwrap_or_else(PoisonError::into_inner);
            pushes.1.get(word).cloned()
        };
        let Some(push) = push else {
            return vec!["nobody announced this push".to_owned()];
        };
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(repository) = state.repository(&push.owner, &push.name) else {
            return vec!["Repository not found.".to_owned()];
        };
        let judged = || -> Result<Vec<String>, git2::Error> {
            let commits = git.open(repository)?;
            // What is pushed lies beside the repository until it is taken.
            commits
                .odb()?
                .add_disk_alternate(&quarantine.to_string_lossy())?;
            rulesets::refusals(&state, repository, &push.who, &commits, moves)
        };
        judged().unwrap_or_else(|error| vec![error.to_string()])
    }
}

/// Brings the state up to branches that were moved: activity, and the pull requests that they belong to.
pub(crate) fn moved(
    state: &mut State,
    git: &Git,
    (owner, name): (&str, &str),
    moves: &[Move],
    actor: &str,
    now: Timestamp,
) -> Result<(), git2::Error> {
    let Some(repository) = state.repository(owner, name) else {
        return Ok(());
    };
    let commits = git.open(repository)?;
    for each in moves {
        // A push may name several branches of which some were refused for being old.
        let is = commits.refname_to_id(&each.name).unwrap_or(Oid::ZERO_SHA1);
        if is != each.after || each.before == each.after {
            continue;
        }
        let id = state.next_id();
        let kind = kind(&commits, each)?;
        let Some(repository) = state.repositories.get_mut(&key(owner, name)) else {
            return Ok(());
        };
        repository.pushed_at = now;
        repository.updated_at = now;
        repository.activity.push(Activity {
            id,
            r#ref: each.name.clone(),
            before: each.before.to_string(),
            after: each.after.to_string(),
            timestamp: now,
            activity_type: kind.to_owned(),
            actor: actor.to_owned(),
        });
        // The first branch of an empty repository becomes its default branch, if the named one is not there.
        if let Some(branch) = each.name.strip_prefix("refs/heads/") {
            let default = format!("refs/heads/{}", repository.default_branch);
            if commits.refname_to_id(&default).is_err() && each.before.is_zero() {
                repository.default_branch = branch.to_owned();
                commits.set_head(&each.name)?;
            }
            for repository in state.repositories.values_mut() {
                update_pulls(
                    repository,
                    &commits,
                    &format!("{owner}/{name}"),
                    branch,
                    each,
                    now,
                );
            }
        }
    }
    Ok(())
}

fn kind(commits: &Commits, each: &Move) -> Result<&'static str, git2::Error> {
    Ok(if each.before.is_zero() {
        "branch_creation"
    } else if each.after.is_zero() {
        "branch_deletion"
    } else if commits.graph_descendant_of(each.after, each.before)? {
        "push"
    } else {
        "force_push"
    })
}

fn update_pulls(
    repository: &mut crate::state::Repository,
    commits: &Commits,
    moved_in: &str,
    branch: &str,
    each: &Move,
    now: Timestamp,
) {
    let own = repository.full_name().eq_ignore_ascii_case(moved_in);
    for issue in repository.issues.iter_mut().filter(|issue| issue.open) {
        let Some(pull) = &mut issue.pull else {
            continue;
        };
        let (head, base) = (
            pull.head == branch && pull.head_repository.eq_ignore_ascii_case(moved_in),
            pull.base == branch && own,
        );
        if !head && !base {
            continue;
        }
        issue.updated_at = now;
        if each.after.is_zero() {
            // A pull request does not outlive its branches.
            (issue.open, issue.closed_at) = (false, Some(now));
            continue;
        }
        let side = if head {
            &mut pull.head_sha
        } else {
            &mut pull.base_sha
        };
        *side = each.after.to_string();
        let ids = (Oid::from_str(&pull.base_sha), Oid::from_str(&pull.head_sha));
        let (Ok(base_id), Ok(head_id)) = ids else {
            continue;
        };
        let contained = base_id == head_id
            || commits
                .graph_descendant_of(base_id, head_id)
                .unwrap_or(false);
        if contained {
            // What the base has is merged; what a head was reset to is only closed.
            pull.merged_at = base.then_some(now);
            (issue.open, issue.closed_at) = (false, Some(now));
        }
    }
}
