//! `course accept --issue`: what the workflow of the enrolment repository runs.

use std::io::ErrorKind;
use std::path::Path;

use super::Answer;
use super::forge::{Home, Writing, signed, writing};
use super::terminal::{print, print_json};
use crate::course::Enrolment;
use crate::enrol::{self, Decision, Outcome, Request, decide};
use crate::error::{Error, Result};
use crate::harmless::harmless;
use crate::publish::Template;

/// The largest file that is read: an event has at most 25 MB.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Makes the repository that an issue asks for, and answers the issue.
pub(super) fn run(event: &Path, enrolment: &Path, json: bool) -> Result<Answer> {
    let enrolment = Enrolment::parse(&enrolment.display().to_string(), &text(enrolment)?)?;
    let request = Request::parse(&event.display().to_string(), &text(event)?, &enrolment)?;
    let here = std::env::current_dir().map_err(|error| Error::at("find", Path::new("."), error))?;
    let writing = writing(Home {
        root: &here,
        organisation: &enrolment.organisation,
        forge: &enrolment.forge,
    })?;
    // Whatever goes wrong, whoever asked is told so; why, the log says.
    let (outcome, trouble) = match fulfil(&request, &enrolment, &writing) {
        Ok(outcome) => (outcome, None),
        Err(error) => (Outcome::Trouble, Some(error)),
    };
    let answered = answer(&request, &outcome, &enrolment, &writing, json);
    match trouble {
        Some(error) => Err(error),
        None => answered.map(|whole| Answer::of(whole && outcome != Outcome::Trouble)),
    }
}

/// Decides, and does what was decided.
fn fulfil(request: &Request, enrolment: &Enrolment, writing: &Writing) -> Result<Outcome> {
    let reader = writing.reader.as_ref();
    let (slug, workplace) = match decide(enrolment, request, reader)? {
        Decision::Admit { slug, workplace } => (slug, workplace),
        Decision::Refuse(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let offered = &enrolment.assignments[&slug];
    let signed = signed(&enrolment.author);
    let template = Template::find(reader, &slug, &offered.title, &offered.feedback)?;
    let admission = template.admission(reader, &workplace, &signed)?;
    if admission.creates() {
        template.prepare(&signed)?;
    }
    let refused = writing.carry_out_silently(&admission.writes)?;
    Ok(match refused.is_empty() {
        true => Outcome::Accepted {
            slug,
            address: reader.address(&workplace.repository),
        },
        false => Outcome::Trouble,
    })
}

/// Answers the issue, or prints the answer where the forge has no issues. Whether it was done.
fn answer(
    request: &Request,
    outcome: &Outcome,
    enrolment: &Enrolment,
    writing: &Writing,
    json: bool,
) -> Result<bool> {
    let reader = writing.reader.as_ref();
    let repository = &enrolment.repository;
    let home = reader.address(repository);
    let answer = enrol::Answer::to(request, outcome, enrolment, &home)?;
    if json {
        print_json(&serde_json::json!({ "outcome": outcome.word(), "answer": answer.text }))?;
    } else {
        print(&format!("{}\n\n{}", outcome.word(), harmless(&answer.text)))?;
    }
    if !reader.offers().issues {
        return Ok(true);
    }
    let writes = answer.writes(reader, repository)?;
    Ok(writing.carry_out_silently(&writes)?.is_empty())
}

fn text(path: &Path) -> Result<String> {
    let refuse = |what: &str| Error::input(format!("{}: {what}", path.display()));
    let read = || {
        if std::fs::metadata(path)?.len() > MAX_BYTES {
            return Err(std::io::Error::from(ErrorKind::FileTooLarge));
        }
        std::fs::read_to_string(path)
    };
    read().map_err(|error| match error.kind() {
        ErrorKind::NotFound => refuse("no such file; name an existing one"),
        ErrorKind::IsADirectory => refuse("it is a folder; name a file"),
        ErrorKind::InvalidData => {
            refuse("it is not UTF-8; hand over the file as the forge wrote it")
        }
        ErrorKind::FileTooLarge => {
            refuse("it is larger than any event or list; is it the right file?")
        }
        _ => Error::at("read", path, error),
    })
}
