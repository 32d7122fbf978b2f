//! A connection's requests and their answers: which part of the double answers, and what goes wrong on the way.

use std::fs::File;
use std::io::{Error, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;

use crate::answer::{Answer, Refused};
use crate::clock::Clock;
use crate::faults::{self, Fault, Misfortune};
use crate::git::judge::Judge;
use crate::git::{Git, http};
use crate::limits::Meter;
use crate::payload::Payload;
use crate::request::Request;
use crate::shapes::Shapes;
use crate::state::State;
use crate::violation::Violation;

/// How long a client waits for an answer that does not come, in simulated time.
const SILENCE: Duration = Duration::from_secs(60);

/// Everything that answers requests.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) clock: Clock,
    pub(crate) git: Git,
    pub(crate) judge: Arc<Judge>,
    pub(crate) shapes: Shapes,
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) log: Mutex<Log>,
    pub(crate) violations: Mutex<Vec<Violation>>,
    pub(crate) meter: Mutex<Meter>,
    pub(crate) misfortune: Mutex<Misfortune>,
    /// Requests that wait for their answers now.
    pub(crate) waiting: AtomicUsize,
}

/// What was asked so far.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) requests: Vec<Request>,
    /// Where each request is written too, as a line of JSON.
    pub(crate) file: Option<File>,
}

/// A request as it came.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked {
    /// The path with its query.
    pub(crate) fn target(&self) -> String {
        match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }
}

/// What a lock guards, even if a thread died with it: what it left is whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Does something with the state, which nobody else sees meanwhile.
    pub(crate) fn with_state<T>(&self, does: impl FnOnce(&mut State) -> T) -> T {
        does(&mut locked(&self.state))
    }

    /// Writes a request down and gives its number.
    pub(crate) fn write_log(&self, request: Request) -> usize {
        let mut log = locked(&self.log);
        if let Some(file) = &mut log.file {
            // A log that cannot be written must not change what is answered.
            writeln!(file, "{}", json!(request)).ok();
        }
        log.requests.push(request);
        log.requests.len()
    }

    /// Answers a request; an error drops the connection.
    pub(crate) async fn answer(
        self: Arc<Server>,
        request: hyper::Request<Incoming>,
    ) -> Result<Response<Payload>, Error> {
        let (head, body) = request.into_parts();
        let asked = Asked {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body: body.collect().await.map_err(Error::other)?.to_bytes(),
        };
        if let Some(own) = self.own_page(&asked) {
            return Ok(response(own));
        }
        let git = http::asked(&asked.path, &asked.query);
        let fits = git.as_ref().is_none_or(http::Asked::changes);
        let fault = fits.then(|| {
            locked(&self.misfortune).pick(&faults::Asked {
                method: &asked.method,
                path: &asked.path,
                git: git.is_some(),
            })
        });
        // Where a connection is dropped before any answer, git's library sends the same again at once; cut off, it gives up.
        let cut = git.is_some();
        let fault = fault.flatten();
        if let Some(fault) = fault.filter(|fault| !fault.does()) {
            let answer = match fault {
                Fault::Error => Some(Refused::new(500, "Server Error").into_answer()),
                Fault::BadGateway => Some(Refused::new(502, "Server Error").into_answer()),
                _ => None,
            };
            self.write_log(Request {
                method: asked.method.clone(),
                path: asked.target(),
                operation: None,
                login: None,
                sent: None,
                status: answer.as_ref().map_or(0, |answer| answer.status),
                time: self.clock.now(),
            });
            return match answer {
                Some(answer) => Ok(response(answer)),
                None => self.spoilt(fault, Response::default(), cut).await,
            };
        }
        let answered = match git {
            Some(git) => self.answer_git(&git, asked).await,
            None => {
                self.waiting.fetch_add(1, Ordering::SeqCst);
                let server = Arc::clone(&self);
                // Operations read files and wait for each other: they have threads of their own.
                let done = tokio::task::spawn_blocking(move || server.operate(&asked, fault)).await;
                self.waiting.fetch_sub(1, Ordering::SeqCst);
                done.map_err(Error::other)?
            }
        };
        match fault {
            Some(fault) => self.spoilt(fault, answered, cut).await,
            None => Ok(answered),
        }
    }

    /// An answer after what went wrong with it.
    async fn spoilt(
        &self,
        fault: Fault,
        answered: Response<Payload>,
        cut: bool,
    ) -> Result<Response<Payload>, Error> {
        let dropped = || Err(Error::other("dropped on demand"));
        match fault {
            Fault::BadGatewayAfter => Ok(response(Refused::new(502, "Server Error").into_answer())),
            Fault::Timeout | Fault::TimeoutAfter => {
                tokio::time::sleep(self.clock.real(SILENCE)).await;
                dropped()
            }
            Fault::Dropped | Fault::DroppedAfter if cut => {
                Ok(Response::new(Payload::from("0000").half()))
            }
            Fault::Dropped | Fault::DroppedAfter => dropped(),
            Fault::HalfBody => Ok(answered.map(Payload::half)),
            _ => Ok(answered),
        }
    }

    async fn answer_git(&self, git: &http::Asked, asked: Asked) -> Response<Payload> {
        let (method, path) = (asked.method.clone(), asked.target());
        let (response, login) = http::answer(self, git, asked).await;
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
        let page = match asked.path.as_str() {
            "/_state" => self.with_state(|state| json!(state)),
            "/_violations" => json!(*locked(&self.violations)),
            "/_limits_broken" => json!(locked(&self.meter).breaches),
            "/_faults" => json!(locked(&self.misfortune).happened),
            _ => return None,
        };
        Some(Answer::ok(page))
    }
}

/// An answer as it goes over the wire.
pub(crate) fn response(answer: Answer) -> Response<Payload> {
    let text = answer.body.map(|body| body.to_string()).unwrap_or_default();
    let mut response = Response::new(Payload::from(text));
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
