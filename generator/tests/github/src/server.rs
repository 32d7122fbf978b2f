//! A request from the connection to the answer.

use std::fs::File;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::access::{self, Needs, Who};
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::clock::{Clock, http_date};
use crate::git::judge::Judge;
use crate::git::{Git, http};
use crate::operations::{self, Operation};
use crate::path;
use crate::request::Request;
use crate::shapes::Shapes;
use crate::state::State;

/// Everything that answers requests.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) clock: Clock,
    pub(crate) git: Git,
    pub(crate) judge: Arc<Judge>,
    pub(crate) shapes: Shapes,
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) log: Mutex<Log>,
}

/// What was asked so far.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) requests: Vec<Request>,
    /// Where each request is written too, as a line of JSON.
    pub(crate) file: Option<File>,
}

/// A request for an operation, as far as it is known.
struct Asked {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    text: Bytes,
}

/// What became of a request.
struct Done {
    answer: Answer,
    operation: Option<&'static Operation>,
    who: Option<Who>,
    sent: Option<Value>,
}

impl Server {
    /// Does something with the state, which nobody else sees meanwhile.
    pub(crate) fn with_state<T>(&self, does: impl FnOnce(&mut State) -> T) -> T {
        does(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write_log(&self, request: Request) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut log.file {
            // A log that cannot be written must not change what is answered.
            writeln!(file, "{}", json!(request)).ok();
        }
        log.requests.push(request);
    }

    /// Answers a request; an error drops the connection.
    pub(crate) async fn answer(
        self: Arc<Server>,
        request: hyper::Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let (head, body) = request.into_parts();
        let asked = Asked {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            text: body.collect().await?.to_bytes(),
        };
        if let Some(git) = http::asked(&asked.path, &asked.query) {
            return Ok(self.answer_git(&git, asked).await);
        }
        if let Some(own) = self.own_page(&asked) {
            return Ok(response(own));
        }
        let server = Arc::clone(&self);
        // Operations read files and wait for each other: they have threads of their own.
        let done = tokio::task::spawn_blocking(move || server.operate(asked)).await;
        Ok(done.unwrap_or_else(|error| {
            response(Refused::new(500, format!("local-github: {error}")).into_answer())
        }))
    }

    async fn answer_git(&self, git: &http::Asked, asked: Asked) -> Response<Full<Bytes>> {
        let (method, path) = (asked.method.clone(), target(&asked));
        let sent = http::Sent {
            method: asked.method,
            headers: asked.headers,
            body: asked.text,
        };
        let (response, login) = http::answer(self, git, sent).await;
        self.write_log(Request {
            method,
            path,
            operation: Some(git.operation().to_owned()),
            login,
            sent: None,
            status: response.status().as_u16(),
            time: self.clock.now(),
        });
        response
    }

    /// Pages of the double itself, for those who run it as a program. They begin with `/_`.
    fn own_page(&self, asked: &Asked) -> Option<Answer> {
        match asked.path.as_str() {
            "/_state" => Some(Answer::ok(self.with_state(|state| json!(state)))),
            _ => None,
        }
    }

    /// Answers a request for an operation and writes it down.
    fn operate(&self, asked: Asked) -> Response<Full<Bytes>> {
        let now = self.clock.now();
        let done = self.with_state(|state| self.done(state, &asked));
        let mut answer = done.answer;
        if let Some(scopes) = done.who.as_ref().and_then(Who::scopes) {
            answer.headers.push(("x-oauth-scopes", scopes.join(", ")));
        }
        answer.headers.push(("date", http_date(now)));
        answer
            .headers
            .push(("x-github-media-type", "github.v3; format=json".to_owned()));
        self.write_log(Request {
            method: asked.method.clone(),
            path: target(&asked),
            operation: done.operation.map(|operation| operation.path.to_owned()),
            login: done.who.as_ref().map(Who::login),
            sent: done.sent,
            status: answer.status,
            time: now,
        });
        let mut response = response(answer);
        let number = self
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .requests
            .len();
        if let Ok(id) = HeaderValue::try_from(format!("LOCAL:{number}")) {
            response.headers_mut().insert("x-github-request-id", id);
        }
        response
    }

    fn done(&self, state: &mut State, asked: &Asked) -> Done {
        let mut done = Done {
            answer: Answer::nothing(),
            operation: None,
            who: None,
            sent: None,
        };
        let answer = self.answered(state, asked, &mut done);
        done.answer = answer.unwrap_or_else(Refused::into_answer);
        done
    }

    fn answered(
        &self,
        state: &mut State,
        asked: &Asked,
        done: &mut Done,
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
            return Err(Refused::forbidden(
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
            ));
        }
        done.who = access::authenticate(state, header("authorization"), now)?;
        let found = operations::find(&asked.method, &asked.path);
        done.operation = found.as_ref().map(|(operation, _)| *operation);
        let body = parse(&asked.text)?;
        done.sent = body.clone().map(Value::Object);
        let who = done
            .who
            .as_ref()
            .ok_or_else(|| Refused::new(401, "Requires authentication"))?;
        let (operation, parameters) = found.ok_or_else(Refused::not_found)?;
        let mut call = Call {
            state,
            git: &self.git,
            shapes: &self.shapes,
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

fn target(asked: &Asked) -> String {
    match asked.query.as_str() {
        "" => asked.path.clone(),
        query => format!("{}?{query}", asked.path),
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let text = answer.body.map(|body| body.to_string()).unwrap_or_default();
    let mut response = Response::new(Full::from(text));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if answer.status != 204 {
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
    }
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
