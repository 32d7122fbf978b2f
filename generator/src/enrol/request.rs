//! An issue that asks for an assignment, as the forge tells of it.

use jiff::Timestamp;
use serde::Deserialize;

use crate::course::Enrolment;
use crate::error::{Error, Result};
use crate::harmless::harmless_line;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The issue's number.
    pub issue: u64,
    /// The account that opened it, as the forge says.
    pub account: String,
    /// The issue's text: anything.
    pub text: String,
    /// When it was opened.
    pub asked: Timestamp,
    /// What tells this event from others of the same issue: another one is answered anew.
    pub event: String,
}

/// The parts of GitHub's event `issues` that matter.
#[derive(Deserialize)]
struct Event {
    action: String,
    issue: Issue,
    repository: Repository,
    sender: User,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    user: User,
    body: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

#[derive(Deserialize)]
struct User {
    login: String,
    #[serde(rename = "type")]
    kind: String,
}

impl User {
    fn is_a_person(&self) -> bool {
        self.kind == "User"
    }
}

impl Request {
    /// Reads the event that the forge wrote to the file `path`.
    ///
    /// # Errors
    ///
    /// Refuses what nobody asked for by an issue of the enrolment repository: such an event gets no answer.
    pub fn parse(path: &str, text: &str, enrolment: &Enrolment) -> Result<Request> {
        let refuse = |why: String| {
            let why = harmless_line(&why);
            Error::input(format!(
                "{path}: {why}; hand over the event of an issue that was opened or reopened in {}/{}",
                enrolment.organisation, enrolment.repository
            ))
        };
        let event: Event = serde_json::from_str(text)
            .map_err(|error| refuse(format!("it is no event of an issue ({error})")))?;
        let here = format!("{}/{}", enrolment.organisation, enrolment.repository);
        let Event { issue, sender, .. } = event;
        let opened = match event.action.as_str() {
            "opened" => true,
            "reopened" => false,
            other => {
                let other: String = other.chars().take(20).collect();
                return Err(refuse(format!("the issue was {other:?}")));
            }
        };
        if !event.repository.full_name.eq_ignore_ascii_case(&here) {
            return Err(refuse("the issue is another repository's".to_owned()));
        }
        if !issue.user.is_a_person() || !sender.is_a_person() {
            return Err(refuse("a program asks, not a person".to_owned()));
        }
        // An issue that was moved here by somebody else asks for nothing.
        if opened && sender.login != issue.user.login {
            return Err(refuse("somebody else opened the issue".to_owned()));
        }
        let asked = issue
            .created_at
            .parse()
            .map_err(|_| refuse(format!("{:?} is no moment", issue.created_at)))?;
        Ok(Request {
            issue: issue.number,
            account: issue.user.login,
            text: issue.body.unwrap_or_default(),
            asked,
            event: format!("{} {}", event.action, issue.updated_at),
        })
    }
}
