//! A request for an operation: who asks, whether GitHub knows such a request, whether they may, and what comes of it.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use hyper::Response;
use serde_json::{Map, Value};

use crate::access::{self, Needs, Who};
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::clock::http_date;
use crate::faults::Fault;
use crate::operations::{self, Operation};
use crate::path;
use crate::payload::Payload;
use crate::request::Request;
use crate::server::{Asked, Server, locked, response};
use crate::state::State;
use crate::violation::{Side, Violation};

/// What is known of a request so far.
#[derive(Default)]
struct Known {
    operation: Option<&'static Operation>,
    who: Option<Who>,
    sent: Option<Value>,
}

impl Server {
    /// Answers a request for an operation and writes it down. Of faults only those are done here that change what is
    /// read or said.
    pub(crate) fn operate(&self, asked: &Asked, fault: Option<Fault>) -> Response<Payload> {
        let mut known = Known::default();
        let now = self.clock.now();
        let answer = self.with_state(|state| {
            let stale = fault.filter(|fault| *fault == Fault::Stale);
            let stale = stale.and_then(|_| locked(&self.misfortune).stale(now));
            match stale {
                Some(mut old) => self.answered(&mut old, asked, &mut known),
                None => self.answered(state, asked, &mut known),
            }
        });
        let answer = answer.unwrap_or_else(Refused::into_answer);
        let mut answer = match known.operation {
            Some(operation) => self.checked(asked, operation, answer),
            None => answer,
        };
        match fault {
            Some(Fault::NotYet) if answer.status == 201 => {
                let name = answer
                    .body
                    .as_ref()
                    .and_then(|body| body["full_name"].as_str());
                locked(&self.misfortune).hide(name.unwrap_or_default(), now);
            }
            Some(Fault::NameTaken) if answer.status == 201 => {
                answer = operations::name_taken().into_answer();
            }
            Some(Fault::LacksField) => lack(&mut answer),
            _ => {}
        }
        if let Some(who) = &known.who {
            answer.headers.extend(locked(&self.meter).headers(who));
            if let Some(scopes) = who.scopes() {
                answer.headers.push(("x-oauth-scopes", scopes.join(", ")));
            }
        }
        answer.headers.push(("date", http_date(now)));
        answer
            .headers
            .push(("x-github-media-type", "github.v3; format=json".to_owned()));
        let number = self.write_log(Request {
            method: asked.method.clone(),
            path: asked.target(),
            operation: known.operation.map(|operation| operation.path.to_owned()),
            login: known.who.as_ref().map(Who::login),
            sent: known.sent,
            status: answer.status,
            time: now,
        });
        answer
            .headers
            .push(("x-github-request-id", format!("LOCAL:{number}")));
        response(answer)
    }

    fn answered(
        &self,
        state: &mut State,
        asked: &Asked,
        known: &mut Known,
    ) -> Result<Answer, Refused> {
        let now = self.clock.now();
        operations::due(state, &self.git, now);
        let header = |name: &str| {
            asked
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        if header("user-agent").is_none_or(|agent| agent.trim().is_empty()) {
            let words = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
            return Err(Refused::forbidden(words));
        }
        known.who = access::authenticate(state, header("authorization"), now)?;
        let found = operations::find(&asked.method, &asked.path);
        known.operation = found.as_ref().map(|(operation, _)| *operation);
        let who = known
            .who
            .as_ref()
            .ok_or_else(|| Refused::new(401, "Requires authentication"))?;
        let place = known
            .operation
            .map_or((asked.method.as_str(), ""), |operation| {
                (operation.method, operation.path)
            });
        locked(&self.meter).admit(who, place, self.waiting.load(Ordering::SeqCst), now)?;
        let body = parse(&asked.body)?;
        known.sent = body.clone().map(Value::Object);
        let Some((operation, parameters)) = found else {
            self.missed(asked);
            return Err(Refused::not_found());
        };
        self.refuse_unknown(asked, operation, body.as_ref())?;
        if locked(&self.misfortune).hides(&asked.path, now) {
            return Err(Refused::not_found());
        }
        if operation.method != "GET" {
            locked(&self.misfortune).keep(state, now);
        }
        let mut call = Call {
            state,
            git: &self.git,
            shapes: &self.shapes,
            meter: &self.meter,
            now,
            who,
            parameters,
            query: path::query(&asked.query),
            body: body.unwrap_or_default(),
            path: asked.path.clone(),
        };
        allowed(&call, operation)?;
        (operation.does)(&mut call)
    }

    fn violates(&self, side: Side, asked: &Asked, what: &[String]) {
        locked(&self.violations).push(Violation {
            side,
            method: asked.method.clone(),
            path: asked.target(),
            what: what.to_vec(),
        });
    }

    /// Notes a request for something that GitHub does not have, or the double does not.
    fn missed(&self, asked: &Asked) {
        let Some(description) = &self.shapes.description else {
            return;
        };
        let known = description.has(&asked.method, &asked.path);
        let who = if known { "local-github" } else { "GitHub" };
        self.violates(
            Side::Request,
            asked,
            &[format!("{who} has no such operation")],
        );
    }

    /// Refuses a request that the description does not know.
    fn refuse_unknown(
        &self,
        asked: &Asked,
        operation: &Operation,
        body: Option<&Map<String, Value>>,
    ) -> Result<(), Refused> {
        let Some(description) = &self.shapes.description else {
            return Ok(());
        };
        let (place, query) = (
            (operation.method, operation.path),
            path::query(&asked.query),
        );
        let what = description.request_breaks(place, &query, body);
        if what.is_empty() {
            return Ok(());
        }
        self.violates(Side::Request, asked, &what);
        Err(Refused::new(
            422,
            format!("Invalid request.\n\n{}", what.join("\n")),
        ))
    }

    /// An answer as it is, or, where the description knows none like it, the confession that this is our own fault.
    fn checked(&self, asked: &Asked, operation: &Operation, answer: Answer) -> Answer {
        let Some(description) = &self.shapes.description else {
            return answer;
        };
        let place = (operation.method, operation.path);
        let what = description.answer_breaks(place, answer.status, answer.body.as_ref());
        if what.is_empty() {
            return answer;
        }
        self.violates(Side::Answer, asked, &what);
        let words = format!("local-github: {} {}: {}", place.0, place.1, what.join("; "));
        Refused::new(500, words).into_answer()
    }
}

/// Refuses an operation that the caller may not do.
fn allowed(call: &Call<'_>, operation: &Operation) -> Result<(), Refused> {
    let unauthenticated = || Refused::new(401, "Requires authentication");
    match operation.needs {
        Needs::App if matches!(call.who, Who::App { .. }) => Ok(()),
        Needs::App => Err(Refused::new(401, "A JSON web token could not be decoded")),
        Needs::User if call.who.user().is_some() => Ok(()),
        Needs::User if matches!(call.who, Who::App { .. }) => Err(unauthenticated()),
        Needs::User => Err(Refused::forbidden("Resource not accessible by integration")),
        Needs::Anybody => Ok(()),
        Needs::Organisation(permission, level, scope, near) => access::in_organisation(
            call.state,
            call.who,
            call.parameter("org"),
            (permission, level, scope, near),
        ),
        Needs::Repository(permission, level, role) => {
            let repository = call.repository()?;
            access::in_repository(call.state, call.who, repository, (permission, level, role))?;
            if repository.archived && operation.method != "GET" {
                return Err(Refused::forbidden(
                    "Repository was archived so is read-only.",
                ));
            }
            Ok(())
        }
        Needs::EvenArchived(permission, level, role) => access::in_repository(
            call.state,
            call.who,
            call.repository()?,
            (permission, level, role),
        ),
    }
}

/// The body as an object of JSON; none where there is no body.
fn parse(text: &Bytes) -> Result<Option<Map<String, Value>>, Refused> {
    if text.is_empty() {
        return Ok(None);
    }
    match serde_json::from_slice(text) {
        Ok(Value::Object(body)) => Ok(Some(body)),
        Ok(_) => Err(Refused::new(400, "Body should be a JSON object")),
        Err(_) => Err(Refused::new(400, "Problems parsing JSON")),
    }
}

/// Takes the number out of an answer, or out of the first object of a list.
fn lack(answer: &mut Answer) {
    let object = match &mut answer.body {
        Some(Value::Array(list)) => list.first_mut(),
        body => body.as_mut(),
    };
    if let Some(Value::Object(object)) = object {
        object.remove("id");
    }
}
