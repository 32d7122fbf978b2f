//! The folder of an assignment's results.
//!
//! ```text
//! FOLDER/
//!   results/           the newest whole results, replaced in one step
//!     results.json  results.csv  pages/STUDENT.md
//!   grade/  regrade/   a run that is not at its end: the pinned roster, and a file for each submission that is done
//!     roster.json  journal/STUDENT.json
//! ```

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::results::{Outcome, Results};
use super::roster::{Pinned, Roster};
use super::table;
use crate::error::{Error, Result};
use crate::file_tree::{self, Claim, FileTree};

/// Why a run fills a book: each has a journal of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Submissions are graded at their newest commits.
    Grade,
    /// The commits of the results are graded again.
    Regrade,
}

impl Purpose {
    fn folder(self) -> &'static str {
        match self {
            Purpose::Grade => "grade",
            Purpose::Regrade => "regrade",
        }
    }
}

/// The folder, held by one run at a time.
#[derive(Debug)]
pub struct Book {
    folder: PathBuf,
    run: PathBuf,
    _claim: Claim,
}

/// What is journaled of a submission.
#[derive(Serialize, Deserialize)]
struct Note {
    key: String,
    commit: Option<String>,
    pushed: Option<u64>,
    outcome: Outcome,
}

impl Book {
    /// Opens the book in a folder, which need not be there yet; waits until no other run has it.
    pub fn open(folder: &Path, purpose: Purpose) -> Result<Book> {
        Ok(Book {
            folder: folder.to_owned(),
            run: folder.join(purpose.folder()),
            _claim: Claim::of(folder)?,
        })
    }

    /// The roster of a run that did not come to its end.
    pub fn unfinished(&self) -> Result<Option<Roster>> {
        read(&self.run.join("roster.json"))
    }

    /// Begins a run. What an earlier one left unfinished is gone.
    pub fn begin(&self, roster: &Roster) -> Result<()> {
        self.clear()?;
        write(&self.run.join("roster.json"), roster)
    }

    /// What was journaled of a submission under this key.
    pub(super) fn journaled(&self, pinned: &Pinned, key: &str) -> Result<Option<Outcome>> {
        let note: Option<Note> = read(&self.note_path(pinned))?;
        Ok(note
            .filter(|note| {
                note.key == key && note.commit == pinned.commit && note.pushed == pinned.pushed
            })
            .map(|note| note.outcome))
    }

    /// Journals what came out of a submission.
    pub(super) fn note(&self, pinned: &Pinned, key: &str, outcome: &Outcome) -> Result<()> {
        let note = Note {
            key: key.to_owned(),
            commit: pinned.commit.clone(),
            pushed: pinned.pushed,
            outcome: outcome.clone(),
        };
        write(&self.note_path(pinned), &note)
    }

    fn note_path(&self, pinned: &Pinned) -> PathBuf {
        self.run
            .join("journal")
            .join(format!("{}.json", pinned.repository))
    }

    /// The results of the last run that came to its end.
    pub fn results(&self) -> Result<Option<Results>> {
        read(&self.folder.join("results/results.json"))
    }

    /// Puts results in place of the last ones, in one step.
    pub fn finish(&self, results: &Results) -> Result<()> {
        let mut tree = FileTree::default();
        tree.insert_text("results.json", json(results)?);
        tree.insert_text("results.csv", table::csv(results)?);
        for graded in &results.submissions {
            if let Some(grade) = graded.grade() {
                tree.insert_text(
                    format!("pages/{}.md", graded.pinned.repository),
                    grade.markdown(),
                );
            }
        }
        file_tree::replace(&self.folder.join("results"), &tree)?;
        self.clear()
    }

    /// Ends the run: nothing of it is resumed.
    pub fn clear(&self) -> Result<()> {
        match std::fs::remove_dir_all(&self.run) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::at("remove", &self.run, error))
            }
            _ => Ok(()),
        }
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(text + "\n")
}

fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    file_tree::write_text(path, &json(value)?)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>> {
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(path).map_err(|error| Error::at("read", path, error))?;
    let value = serde_json::from_str(&text).map_err(|error| {
        Error::input(format!(
            "{}: it is not what this version writes ({error}); move that folder away and grade again",
            path.display()
        ))
    })?;
    Ok(Some(value))
}
