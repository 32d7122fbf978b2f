//! What was done to a forge and when, a line of JSON each: written before and after each write, never changed.
//!
//! A run that was killed is resumed by what the forge shows; the journal says what need not be looked at again, and how many
//! requests of the last hour the forge has counted, whoever made them here.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::write::Write;
use crate::error::{Error, Result};
use crate::file_tree;

/// So far back a forge counts requests.
const COUNTED: Duration = Duration::from_secs(3600);

/// A line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// Milliseconds since 1970.
    at: u64,
    #[serde(flatten)]
    event: Event,
}

/// What happened.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Event {
    /// A request that the forge counts, about to be sent.
    Request(String),
    /// A write, about to be done.
    Begun(Noted),
    /// It was done.
    Done(Noted),
    /// A repository is no more, and what was done to it is void.
    Gone(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct Noted {
    repository: String,
    /// What the write is known by.
    key: String,
    /// The write in words, for people.
    what: String,
}

/// The journal of a forge's organisation.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    clock: Clock,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    file: Option<File>,
    /// When requests were made, the oldest first.
    requests: Vec<Duration>,
    /// Repositories and the keys of what was done to them.
    done: HashSet<(String, String)>,
    /// Whether the file ends within a line: whoever wrote it was killed.
    torn: bool,
}

impl Journal {
    /// Reads a journal, which need not be there yet: the first line makes it.
    ///
    /// # Errors
    ///
    /// Refuses a file that is none.
    pub fn open(path: &Path, clock: Clock) -> Result<Journal> {
        let mut known = Known::default();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::at("read", path, error)),
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        known.torn = whole < text.len();
        for (number, line) in (1..).zip(text[..whole].lines()) {
            // What was torn stands alone on its line since the next run went on.
            match serde_json::from_str::<Line>(line) {
                Ok(line) => known.learn(line),
                Err(error) if error.is_eof() => {}
                Err(error) => {
                    return Err(Error::input(format!(
                        "{}:{number}: it is no line of a journal ({error}); move the file away, and what it says is looked up on the forge again",
                        path.display()
                    )));
                }
            }
        }
        Ok(Journal {
            path: path.to_owned(),
            clock,
            known: Mutex::new(known),
        })
    }

    /// The clock that it goes by.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// When requests of the last hour were made, the oldest first.
    pub fn requests(&self) -> Vec<Duration> {
        let since = self.clock.now().saturating_sub(COUNTED);
        let known = self.known();
        let first = known.requests.partition_point(|at| *at < since);
        known.requests[first..].to_vec()
    }

    /// Notes a request that the forge counts. Called before it is sent.
    pub fn request(&self, what: &str) -> Result<()> {
        self.append(Event::Request(what.to_owned()))
    }

    /// Whether a write was done, by all that is known here.
    pub fn is_done(&self, write: &Write) -> bool {
        let key = (write.repository().to_owned(), key(write));
        self.known().done.contains(&key)
    }

    /// Notes a write that is about to be done.
    pub fn begun(&self, write: &Write) -> Result<()> {
        self.append(Event::Begun(noted(write)))
    }

    /// Notes that it was done.
    pub fn done(&self, write: &Write) -> Result<()> {
        self.append(Event::Done(noted(write)))
    }

    /// Notes that a repository is no more.
    pub fn gone(&self, repository: &str) -> Result<()> {
        self.append(Event::Gone(repository.to_owned()))
    }

    fn append(&self, event: Event) -> Result<()> {
        let at = u64::try_from(self.clock.now().as_millis()).unwrap_or(u64::MAX);
        let line = Line { at, event };
        let text =
            serde_json::to_string(&line).map_err(|error| Error::Internal(error.to_string()))?;
        let mut known = self.known();
        let begins = if std::mem::take(&mut known.torn) {
            "\n"
        } else {
            ""
        };
        let append = |known: &mut Known| -> std::io::Result<()> {
            if known.file.is_none() {
                fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
                let mut options = OpenOptions::new();
                known.file = Some(options.create(true).append(true).open(&self.path)?);
            }
            match &mut known.file {
                Some(file) => file.write_all(format!("{begins}{text}\n").as_bytes()),
                None => Ok(()),
            }
        };
        append(&mut known).map_err(|error| Error::at("write", &self.path, error))?;
        known.learn(line);
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn learn(&mut self, line: Line) {
        match line.event {
            Event::Request(_) => self.requests.push(Duration::from_millis(line.at)),
            Event::Begun(_) => {}
            Event::Done(noted) => {
                self.done.insert((noted.repository, noted.key));
            }
            Event::Gone(repository) => self.done.retain(|(of, _)| *of != repository),
        }
    }
}

fn noted(write: &Write) -> Noted {
    Noted {
        repository: write.repository().to_owned(),
        key: key(write),
        what: write.to_string(),
    }
}

/// What a write is known by: done once, a second one of the same key has nothing left to do.
fn key(write: &Write) -> String {
    match write {
        Write::Create { .. } => "create".to_owned(),
        Write::Admit { account, .. } => format!("admit {account}"),
        Write::OpenPull { head, base, .. } => format!("pull {head} {base}"),
        Write::ClosePull { number, .. } => format!("close {number}"),
        Write::Comment { issue, marker, .. } => format!("comment {issue} {marker}"),
        Write::CloseIssue { issue, .. } => format!("close issue {issue}"),
        Write::Set { .. } | Write::Move { .. } | Write::EditPull { .. } | Write::Protect { .. } => {
            let text = serde_json::to_string(write).unwrap_or_default();
            file_tree::hash([text.as_bytes()])[..16].to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(repository: &str) -> Write {
        Write::Admit {
            repository: repository.to_owned(),
            account: "ada".to_owned(),
        }
    }

    #[test]
    fn what_was_done_is_known_to_the_next_run_even_after_a_torn_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made/journal");
        let open = || Journal::open(&path, Clock::system()).expect("a journal");
        let journal = open();
        assert!(!path.exists(), "reading makes nothing");
        journal.request("POST").expect("written");
        journal.begun(&admit("one")).expect("written");
        journal.done(&admit("one")).expect("written");
        journal.begun(&admit("two")).expect("written");
        let text = fs::read_to_string(&path).expect("text");
        // Its line is the third; only the end of it may be missing.
        let third: usize = text.split_inclusive('\n').take(3).map(str::len).sum();
        let third = third - 1;
        for torn in 0..text.len() {
            fs::write(&path, &text[..torn]).expect("written");
            open().done(&admit("three")).expect("written");
            let again = open();
            assert!(again.is_done(&admit("three")), "torn at {torn}");
            assert_eq!(
                again.is_done(&admit("one")),
                torn >= third,
                "torn at {torn}"
            );
            assert!(!again.is_done(&admit("two")));
        }
    }

    #[test]
    fn a_repository_that_is_gone_has_nothing_done_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal =
            Journal::open(&folder.path().join("journal"), Clock::system()).expect("a journal");
        journal.done(&admit("one")).expect("written");
        journal.gone("one").expect("written");
        assert!(!journal.is_done(&admit("one")));
    }
}
