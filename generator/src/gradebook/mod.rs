//! All submissions of an assignment graded: pinned commits in, one book of results out.
//!
//! - [`roster`]: whose submissions, at which commits; pinned before the first is graded
//! - [`book`]: the folder with results, and the journal by which a killed run is resumed
//! - [`results`]: what came out, as a value; [`table`]: as CSV, that spreadsheets take for data
//! - [`changes`]: whose points another grading of the same commits changes
//!
//! Nothing here depends on the time of day or on which submission was graded first: the same commits give equal books.

mod book;
mod changes;
mod results;
mod roster;
mod table;

use std::sync::atomic::{AtomicUsize, Ordering};

pub use book::{Book, Purpose};
pub use changes::{Changes, changes};
pub use results::{Graded, Outcome, Results};
pub use roster::{Pinned, Roster};

use crate::build::Step;
use crate::error::{Error, Result};
use crate::grade::Grade;
use crate::lanes::in_lanes;

/// Grades what of a roster is not in the book's journal yet, `lanes` submissions at once, and finishes the book.
///
/// `key` is everything that decides about a grade but the submission: what was journaled under another one is graded
/// again. A submission that cannot be graded stops no other one.
///
/// # Errors
///
/// Only where the book cannot be written.
pub fn fill(
    book: &Book,
    roster: &Roster,
    key: &str,
    lanes: usize,
    grade: &(dyn Fn(&Pinned) -> Result<Grade> + Sync),
    on_step: &(dyn Fn(&Step) + Sync),
) -> Result<Results> {
    let total = roster.pinned.len();
    let done = AtomicUsize::new(0);
    let submissions = in_lanes(lanes, total, |number| {
        let pinned = &roster.pinned[number];
        let outcome = match book.journaled(pinned, key)? {
            Some(outcome) => outcome,
            None => {
                let outcome = outcome(pinned, grade);
                // What the machine could not do it may be able to do the next time.
                if !matches!(outcome, Outcome::NotGraded { .. }) {
                    book.note(pinned, key, &outcome)?;
                }
                outcome
            }
        };
        on_step(&Step {
            done: done.fetch_add(1, Ordering::Relaxed) + 1,
            total,
            what: pinned.student.clone(),
        });
        Ok(Graded {
            pinned: pinned.clone(),
            outcome,
        })
    })?;
    Ok(Results {
        assignment: roster.assignment.clone(),
        key: key.to_owned(),
        submissions,
    })
}

fn outcome(pinned: &Pinned, grade: &(dyn Fn(&Pinned) -> Result<Grade> + Sync)) -> Outcome {
    if let Some(problem) = &pinned.problem {
        return Outcome::Nothing {
            why: problem.clone(),
        };
    }
    match grade(pinned) {
        Ok(grade) => Outcome::Grade(Box::new(grade)),
        Err(Error::Input(why)) => Outcome::Nothing { why },
        Err(error) if error.is_damaged_repository() => Outcome::Nothing {
            why: error.to_string(),
        },
        Err(error) => Outcome::NotGraded {
            why: error.to_string(),
        },
    }
}
