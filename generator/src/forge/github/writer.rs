//! What is done to GitHub. Each write asks what is there before it does a thing again.

use std::path::Path;

use serde_json::{Value, json};

use super::GitHub;
use super::client::{Method, Tried, Tries, unexpected};
use super::mirror::{Moved, Pushed};
use crate::error::{Error, Result};
use crate::forge::reader::{Branches, Comment, ForgeReader, PullState};
use crate::forge::write::{ForgeWriter, Settings, Write};

impl ForgeWriter for GitHub {
    fn write(&self, write: &Write) -> Result<()> {
        match write {
            Write::Create {
                repository,
                settings,
                branches,
                objects,
            } => {
                self.create(repository, settings)?;
                self.fill(repository, branches, objects)
            }
            Write::Set {
                repository,
                settings,
            } => self.set(repository, settings),
            Write::Move {
                repository,
                branch,
                from,
                to,
                objects,
            } => {
                let moved = Moved {
                    branch: branch.clone(),
                    from: *from,
                    to: *to,
                };
                self.push(
                    repository,
                    objects,
                    &[moved],
                    "a branch moved meanwhile; run it again",
                )
            }
            Write::Admit {
                repository,
                account,
            } => self.admit(repository, account),
            Write::OpenPull {
                repository,
                head,
                base,
                title,
                body,
            } => {
                let pull = json!({ "title": title, "head": head, "base": base, "body": body });
                self.open_pull(repository, head, base, &pull)
            }
            Write::EditPull {
                repository,
                number,
                title,
                body,
            } => {
                let route = self.route(repository, &format!("/pulls/{number}"));
                let pull = json!({ "title": title, "body": body });
                self.settle(Method::Patch, &route, &pull)
            }
            Write::Protect { ruleset, number } => self.protect(ruleset, *number),
            Write::ClosePull { repository, number } => {
                let route = self.route(repository, &format!("/pulls/{number}"));
                self.settle(Method::Patch, &route, &json!({ "state": "closed" }))
            }
            Write::Comment {
                repository,
                issue,
                marker,
                body,
            } => self.comment(repository, *issue, marker, body),
            Write::CloseIssue {
                repository,
                issue,
                completed,
            } => {
                let reason = match completed {
                    true => "completed",
                    false => "not_planned",
                };
                let route = self.route(repository, &format!("/issues/{issue}"));
                let closed = json!({ "state": "closed", "state_reason": reason });
                self.settle(Method::Patch, &route, &closed)
            }
        }
    }
}

impl GitHub {
    /// Makes an empty repository, or finds one of that name.
    fn create(&self, repository: &str, settings: &Settings) -> Result<()> {
        let route = format!("/orgs/{}/repos", self.place.organisation);
        let body = json!({
            "name": repository,
            "description": settings.description,
            "private": settings.private,
            "is_template": settings.is_template,
            "has_projects": false,
            "has_wiki": false,
        });
        let mut tries = Tries::new(self.client.clock());
        loop {
            match self.client.change(Method::Post, &route, &body)? {
                Tried::Answered(answer) if answer.succeeded() => break,
                Tried::Answered(answer) if answer.status == 422 && is_taken(&answer.body) => break,
                Tried::Answered(answer) => {
                    return Err(unexpected(&format!("create {repository}"), &answer));
                }
                Tried::Unknown(why) => {
                    tries.again(&format!("create {repository}"), &why)?;
                    if self.settings(repository)?.is_some() {
                        break;
                    }
                }
            }
        }
        self.set_topics(repository, &settings.topics)
    }

    /// Gives a new repository its branches. One that was filled with others before is left as it is.
    fn fill(&self, repository: &str, branches: &Branches, objects: &Path) -> Result<()> {
        let moves: Vec<Moved> = branches
            .iter()
            .map(|(branch, commit)| Moved {
                branch: branch.clone(),
                from: None,
                to: Some(*commit),
            })
            .collect();
        let other = "it stands there with another content; rename or remove that repository";
        self.push(repository, objects, &moves, other)
    }

    /// Moves branches; `moved` says what it means where one is not where it was seen, and the remedy.
    fn push(&self, repository: &str, objects: &Path, moves: &[Moved], moved: &str) -> Result<()> {
        let mut tries = Tries::new(self.client.clock());
        loop {
            let pushed = self
                .mirror
                .push(repository, objects, moves, &self.client.token()?)?;
            let why = match pushed {
                Pushed::Yes => return Ok(()),
                Pushed::Forbidden(why) => return Err(self.forbidden(repository, &why)),
                Pushed::Moved => None,
                Pushed::Unknown(why) => Some(why),
            };
            // A push whose answer was lost finds its own work.
            let known = self.branches(repository)?.unwrap_or_default();
            if moves
                .iter()
                .all(|moved| known.get(&moved.branch).copied() == moved.to)
            {
                return Ok(());
            }
            match why {
                Some(why) => tries.again(&format!("push to {repository}"), &why)?,
                None => {
                    return Err(Error::input(format!(
                        "{}: {moved}",
                        self.address(repository)
                    )));
                }
            }
        }
    }

    fn set(&self, repository: &str, settings: &Settings) -> Result<()> {
        let body = json!({
            "description": settings.description,
            "private": settings.private,
            "is_template": settings.is_template,
        });
        self.settle(Method::Patch, &self.route(repository, ""), &body)?;
        self.set_topics(repository, &settings.topics)
    }

    fn set_topics(&self, repository: &str, topics: &[String]) -> Result<()> {
        if topics.is_empty() {
            return Ok(());
        }
        let route = self.route(repository, "/topics");
        self.settle(Method::Put, &route, &json!({ "names": topics }))
    }

    /// Lets an account in. An invitation that ran out makes room for a new one.
    fn admit(&self, repository: &str, account: &str) -> Result<()> {
        for invitation in self.invitations(repository)? {
            if invitation.account().as_deref() != Some(account) {
                continue;
            }
            if !invitation.expired {
                return Ok(());
            }
            let route = self.route(repository, &format!("/invitations/{}", invitation.id));
            self.settle(Method::Delete, &route, &Value::Null)?;
        }
        let route = self.route(repository, &format!("/collaborators/{account}"));
        let answer =
            self.client
                .change_surely(Method::Put, &route, &json!({ "permission": "push" }))?;
        match answer.status {
            200..300 => Ok(()),
            404 => Err(Error::input(format!(
                "{}: GitHub knows no account `{account}`, or the token may not let it in; mend the roster",
                self.address(repository)
            ))),
            _ => Err(unexpected(
                &format!("let {account} into {repository}"),
                &answer,
            )),
        }
    }

    fn open_pull(&self, repository: &str, head: &str, base: &str, pull: &Value) -> Result<()> {
        let route = self.route(repository, "/pulls");
        let doing = format!("open a pull request of {repository}");
        let organisation = &self.place.organisation;
        let filter = format!("&head={organisation}:{head}&base={base}");
        let is_there = || {
            let pulls = self.pulls(repository, &filter)?;
            // One that was closed asks for nothing any more.
            Ok(pulls.iter().any(|pull| pull.state != PullState::Closed))
        };
        self.make(&route, pull, &doing, &is_there)
    }

    /// Comments once: a comment with the marker that a program wrote is ours.
    fn comment(&self, repository: &str, issue: u64, marker: &str, body: &str) -> Result<()> {
        let is_there = || {
            let comments = self.comments(repository, issue)?;
            let ours = |comment: &Comment| comment.by_app && comment.body.contains(marker);
            Ok(comments.iter().any(ours))
        };
        if is_there()? {
            return Ok(());
        }
        let route = self.route(repository, &format!("/issues/{issue}/comments"));
        let doing = format!("comment on issue {issue} of {repository}");
        self.make(&route, &json!({ "body": body }), &doing, &is_there)
    }

    /// Makes something that there may be one of: where it is not sure that it was made, it is looked for first.
    pub(super) fn make(
        &self,
        route: &str,
        body: &Value,
        doing: &str,
        is_there: &dyn Fn() -> Result<bool>,
    ) -> Result<()> {
        let mut tries = Tries::new(self.client.clock());
        loop {
            let why = match self.client.change(Method::Post, route, body)? {
                Tried::Answered(answer) if answer.succeeded() => return Ok(()),
                // It is there already, or what it needs was made a moment ago and is not seen yet.
                Tried::Answered(answer) if [404, 422].contains(&answer.status) => answer.message(),
                Tried::Answered(answer) => return Err(unexpected(doing, &answer)),
                Tried::Unknown(why) => why,
            };
            if is_there()? {
                return Ok(());
            }
            tries.again(doing, &why)?;
        }
    }

    /// A change that is as it should be however often it is asked for.
    pub(super) fn settle(&self, method: Method, route: &str, body: &Value) -> Result<()> {
        let answer = self.client.change_surely(method, route, body)?;
        // What is to be taken away and is gone is as it should be.
        let gone = method == Method::Delete && answer.status == 404;
        match answer.succeeded() || gone {
            true => Ok(()),
            false => Err(unexpected(&format!("write {route}"), &answer)),
        }
    }

    fn forbidden(&self, repository: &str, why: &str) -> Error {
        Error::input(format!(
            "{}: GitHub refuses the push ({why}); is it archived, does a ruleset forbid it, and may the token change workflows?",
            self.address(repository)
        ))
    }
}

/// Whether a repository could not be made because there is one of that name.
fn is_taken(answer: &Value) -> bool {
    answer["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|error| {
            error["message"]
                .as_str()
                .is_some_and(|message| message.contains("already exists"))
        })
}
