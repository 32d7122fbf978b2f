//! Which workplace somebody gets who asks for an assignment, or why none.

use super::form;
use super::request::Request;
use crate::course::Enrolment;
use crate::course::roster::{self, ROSTER, Student};
use crate::error::{Error, Result};
use crate::forge::ForgeReader;
use crate::publish::{Workplace, student_repository, workplace_of};

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The workplace is to be there.
    Admit {
        /// The assignment.
        slug: String,
        /// The workplace.
        workplace: Workplace,
    },
    /// Nothing is to be done.
    Refuse(Refusal),
}

/// Why nothing is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The text is not our form.
    NotTheForm,
    /// Its box is not ticked.
    NotConfirmed,
    /// There is no such assignment to enrol in.
    NoSuchAssignment {
        /// What was asked for: a line of anything.
        said: String,
    },
    /// No repository can bear the account's name.
    NoNameForARepository,
    /// The account does not take part.
    NotOnTheRoster,
    /// The assignment was due, and is not begun yet.
    TooLate {
        /// The assignment.
        slug: String,
    },
}

impl Refusal {
    /// The word by which the template of answers knows it.
    pub fn word(&self) -> &'static str {
        match self {
            Refusal::NotTheForm => "not-the-form",
            Refusal::NotConfirmed => "not-confirmed",
            Refusal::NoSuchAssignment { .. } => "no-such-assignment",
            Refusal::NoNameForARepository => "no-name-for-a-repository",
            Refusal::NotOnTheRoster => "not-on-the-roster",
            Refusal::TooLate { .. } => "too-late",
        }
    }
}

/// Decides by the form, the roster and the due date. Who asks, the forge says: what the form says of it counts for nothing.
/// Reads only.
///
/// # Errors
///
/// Where the roster cannot be read.
pub fn decide(
    enrolment: &Enrolment,
    request: &Request,
    reader: &dyn ForgeReader,
) -> Result<Decision> {
    let Some(form) = form::read(&request.text) else {
        return Ok(Decision::Refuse(Refusal::NotTheForm));
    };
    if !form.confirmed {
        return Ok(Decision::Refuse(Refusal::NotConfirmed));
    }
    let slug = form.assignment;
    let Some(offered) = enrolment.assignments.get(&slug) else {
        let refusal = Refusal::NoSuchAssignment { said: slug };
        return Ok(Decision::Refuse(refusal));
    };
    if student_repository(&slug, &request.account).is_err() {
        return Ok(Decision::Refuse(Refusal::NoNameForARepository));
    }
    let groups = offered.schedule.groups;
    let workplace = match &enrolment.roster_repository {
        None => Some(Workplace::of_student(&slug, &request.account)?),
        Some(repository) => {
            let students = students(repository, reader)?;
            workplace_of(&slug, groups, repository, &students, &request.account)?
        }
    };
    let Some(workplace) = workplace else {
        return Ok(Decision::Refuse(Refusal::NotOnTheRoster));
    };
    // Whoever has begun gets the link again at any time.
    let too_late = !offered.schedule.is_open(request.asked)
        && reader.branches(&workplace.repository)?.is_none();
    Ok(match too_late {
        true => Decision::Refuse(Refusal::TooLate { slug }),
        false => Decision::Admit { slug, workplace },
    })
}

/// Who takes part, by the roster's own repository. Messages name nobody: they stand where students may read them.
fn students(repository: &str, reader: &dyn ForgeReader) -> Result<Vec<Student>> {
    let refuse = |what: &str| {
        Error::input(format!(
            "{}: {what}; write it anew with `course enrol init --execute`",
            reader.address(repository)
        ))
    };
    let missing = || refuse("there is no roster in it");
    let opened = reader.open(repository)?.ok_or_else(missing)?;
    let head = opened.head()?.ok_or_else(missing)?;
    let tree = opened.tree(head)?;
    let text = tree.text(ROSTER).ok_or_else(missing)?;
    roster::students(ROSTER, text)
        .map_err(|problem| refuse(&format!("line {} of {ROSTER} is wrong", problem.line)))
}
