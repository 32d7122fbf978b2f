//! What an issue is answered with.

use jiff::Timestamp;

use super::decision::Refusal;
use super::repositories::{due_in_words, form_link};
use super::request::Request;
use crate::course::Enrolment;
use crate::error::{Error, Result};
use crate::file_tree;
use crate::forge::{ForgeReader, Write};
use crate::harmless::code_span;
use crate::liquid;

/// The template of answers, among those of the enrolment repository.
pub const TEMPLATE: &str = "answer.md";

/// So much of what somebody wrote is said back to them.
const MAX_SAID: usize = 60;

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its author has a repository.
    Accepted {
        /// The assignment.
        slug: String,
        /// Where people reach the repository.
        address: String,
    },
    /// Nothing was done, and that is right.
    Refused(Refusal),
    /// Nothing was done, and that is wrong.
    Trouble,
}

impl Outcome {
    /// The word by which the template of answers knows it.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Refused(refusal) => refusal.word(),
            Outcome::Trouble => "trouble",
        }
    }

    fn slug(&self) -> Option<&str> {
        match self {
            Outcome::Accepted { slug, .. } | Outcome::Refused(Refusal::TooLate { slug }) => {
                Some(slug)
            }
            Outcome::Refused(_) | Outcome::Trouble => None,
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The comment, as Markdown; its last line is the marker.
    pub text: String,
    marker: String,
    issue: u64,
    /// Whether the request is done with, and how: whether what it asked for was done.
    closes: Option<bool>,
}

impl Answer {
    /// The answer to a request. `home` is where people reach the enrolment repository.
    ///
    /// # Errors
    ///
    /// Refuses a template that cannot be filled in.
    pub fn to(
        request: &Request,
        outcome: &Outcome,
        enrolment: &Enrolment,
        home: &str,
    ) -> Result<Answer> {
        let text = fill(outcome, enrolment, home)?;
        // The same event that comes to the same is answered once, however often it is run.
        let key = [&request.event, &text].map(String::as_bytes);
        let marker = format!("<!-- course-enrol:{} -->", &file_tree::hash(key)[..16]);
        Ok(Answer {
            text: format!("{text}\n\n{marker}\n"),
            marker,
            issue: request.issue,
            closes: match outcome {
                Outcome::Accepted { .. } => Some(true),
                Outcome::Refused(_) => Some(false),
                Outcome::Trouble => None,
            },
        })
    }

    /// What is to be done so that it is given. Reads only.
    pub fn writes(&self, reader: &dyn ForgeReader, repository: &str) -> Result<Vec<Write>> {
        let comments = reader.comments(repository, self.issue)?;
        let given = comments
            .iter()
            .any(|comment| comment.by_app && comment.body.contains(&self.marker));
        let mut writes = Vec::new();
        if !given {
            writes.push(Write::Comment {
                repository: repository.to_owned(),
                issue: self.issue,
                marker: self.marker.clone(),
                body: self.text.clone(),
            });
        }
        if let Some(completed) = self.closes {
            writes.push(Write::CloseIssue {
                repository: repository.to_owned(),
                issue: self.issue,
                completed,
            });
        }
        Ok(writes)
    }
}

/// Fills in each answer that there can be, so that a template that cannot be is told before students meet it.
pub fn rehearse(enrolment: &Enrolment) -> Result<()> {
    let mut outcomes = vec![
        Outcome::Trouble,
        Outcome::Refused(Refusal::NotTheForm),
        Outcome::Refused(Refusal::NotConfirmed),
        Outcome::Refused(Refusal::NoNameForARepository),
        Outcome::Refused(Refusal::NotOnTheRoster),
        Outcome::Refused(Refusal::NoSuchAssignment {
            said: "said".to_owned(),
        }),
    ];
    for slug in enrolment.assignments.keys() {
        let slug = slug.clone();
        outcomes.push(Outcome::Refused(Refusal::TooLate { slug: slug.clone() }));
        outcomes.push(Outcome::Accepted {
            slug,
            address: "address".to_owned(),
        });
    }
    for outcome in outcomes {
        let text = fill(&outcome, enrolment, "home")?;
        if text.is_empty() {
            return Err(Error::input(format!(
                "templates/enrolment/{TEMPLATE}.liquid: it has no answer for the outcome `{}`; restore it",
                outcome.word()
            )));
        }
    }
    Ok(())
}

fn fill(outcome: &Outcome, enrolment: &Enrolment, home: &str) -> Result<String> {
    let template = enrolment.templates.get(TEMPLATE).ok_or_else(|| {
        Error::input(format!(
            "templates/enrolment/{TEMPLATE}.liquid: it is missing; restore it"
        ))
    })?;
    let offered = outcome.slug().and_then(|slug| {
        let offered = enrolment.assignments.get(slug)?;
        let due: Option<Timestamp> = offered.schedule.due_moment();
        Some(serde_json::json!({
            "slug": slug,
            "title": offered.title,
            "due": due.map(due_in_words),
            "form": form_link(home, slug),
        }))
    });
    let (mut address, mut said) = (None, None);
    match outcome {
        Outcome::Accepted { address: at, .. } => address = Some(at),
        Outcome::Refused(Refusal::NoSuchAssignment { said: words }) => {
            let words: String = words.chars().take(MAX_SAID).collect();
            said = Some(code_span(&words));
        }
        Outcome::Refused(_) | Outcome::Trouble => {}
    }
    let values = serde_json::json!({
        "outcome": outcome.word(),
        "assignment": offered,
        "address": address,
        "said": said,
        "forms": format!("{home}/issues/new/choose"),
    });
    let values =
        ::liquid::to_object(&values).map_err(|error| Error::Internal(error.to_string()))?;
    let path = format!("templates/enrolment/{TEMPLATE}.liquid");
    Ok(liquid::fill(&path, template, &values)?.trim().to_owned())
}
