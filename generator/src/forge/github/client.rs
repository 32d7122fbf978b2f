//! A request with its answer. Faults are met with patience, limits are obeyed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octocrab::Octocrab;
use octocrab::models::InstallationId;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::Place;
use super::credentials::Credentials;
use crate::error::{Error, Result};
use crate::forge::clock::Clock;
use crate::forge::journal::Journal;
use crate::forge::pace::Limits;

/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// How often something is tried in all before it counts as failed.
pub(super) const TRIES: u32 = 9;

/// The first wait after a fault; each later one is twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What GitHub advises to wait where it says that we are too fast, and not for how long.
const UNSAID_WAIT: Duration = Duration::from_secs(60);

/// The least time between two questions: GitHub allows 900 points a minute, of which a question costs one and a change five.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(70);

/// The most entries of a page.
const PAGE: usize = 100;

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status.
    pub status: u16,
    /// The scopes of a classic token, if GitHub named them.
    pub scopes: Option<String>,
    /// The address at which a list goes on.
    pub next: Option<String>,
    /// The content, `null` where there is none.
    pub body: Value,
}

/// What became of a request that changes something.
#[derive(Debug)]
pub(super) enum Tried {
    /// It was answered.
    Answered(Answer),
    /// It may have been done or not: no answer came, or one that does not say.
    Unknown(String),
}

impl Answer {
    /// Whether it was done.
    pub(super) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What GitHub says of it, in one line.
    pub(super) fn message(&self) -> String {
        let mut said = vec![
            self.body["message"]
                .as_str()
                .unwrap_or("no message")
                .to_owned(),
        ];
        for error in self.body["errors"].as_array().into_iter().flatten() {
            let text = error["message"].as_str().or(error.as_str());
            said.extend(text.map(str::to_owned));
        }
        said.join(": ").replace('\n', " ")
    }
}

/// A connection to GitHub.
pub struct Client {
    runtime: Runtime,
    octocrab: Octocrab,
    /// The interface's address.
    api: String,
    token: Option<SecretString>,
    /// The App that we are, and its permissions.
    app: Option<(u64, Value)>,
    clock: Clock,
    limits: Limits,
    journal: Option<Arc<Journal>>,
    /// When the last question was sent.
    asked: Mutex<Duration>,
}

impl Client {
    /// Prepares a connection. An App asks for its installation in the organisation.
    pub(super) fn new(
        place: &Place,
        credentials: &Credentials,
        clock: Clock,
        journal: Option<Arc<Journal>>,
    ) -> Result<Client> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed("start to talk to GitHub", error))?;
        let connect = |credentials: &Credentials| -> Result<Octocrab> {
            let _guard = runtime.enter();
            let builder = Octocrab::builder()
                .base_uri(place.api.as_str())
                .map_err(|error| failed("read the address of GitHub", error))?
                .set_connect_timeout(Some(ANSWER_LIMIT));
            let builder = match credentials {
                Credentials::Token { token, .. } => builder.personal_token(token.expose_secret()),
                Credentials::App { id, key } => builder
                    .app_from_rsa_pem((*id).into(), key.expose_secret())
                    .map_err(|_| {
                        Error::input(
                            "COURSE_APP_KEY: it is no private key of an App; take the .pem file that GitHub gave",
                        )
                    })?,
            };
            builder
                .build()
                .map_err(|error| failed("start to talk to GitHub", error))
        };
        let token = match credentials {
            Credentials::Token { token, .. } => Some(token.clone()),
            Credentials::App { .. } => None,
        };
        let mut client = Client {
            octocrab: connect(credentials)?,
            api: place.api.clone(),
            runtime,
            token,
            app: None,
            clock,
            limits: Limits::github(),
            journal,
            asked: Mutex::default(),
        };
        if let Credentials::App { id, .. } = credentials {
            client.become_installation(*id, &place.organisation)?;
        }
        Ok(client)
    }

    /// From the App itself to what it is in an organisation.
    fn become_installation(&mut self, app: u64, organisation: &str) -> Result<()> {
        let answer = self.get(&format!("/orgs/{organisation}/installation"))?;
        let id = match (answer.status, answer.body["id"].as_u64()) {
            (200, Some(id)) => id,
            (404, _) => {
                return Err(Error::input(format!(
                    "the App is not installed in {organisation}: install it from the App's settings page, for all repositories"
                )));
            }
            _ => return Err(unexpected("find the App's installation", &answer)),
        };
        self.app = Some((app, answer.body["permissions"].clone()));
        let _guard = self.runtime.enter();
        self.octocrab = self
            .octocrab
            .installation(InstallationId(id))
            .map_err(|error| failed("use the App's installation", error))?;
        Ok(())
    }

    /// The number of the App that we are, if we are one.
    pub(super) fn app(&self) -> Option<u64> {
        self.app.as_ref().map(|(id, _)| *id)
    }

    /// The same, with what it may do.
    pub(super) fn app_permissions(&self) -> Option<(u64, &Value)> {
        self.app
            .as_ref()
            .map(|(id, permissions)| (*id, permissions))
    }

    /// The clock that it waits by.
    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// The token as it is now, for git.
    pub(super) fn token(&self) -> Result<SecretString> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        self.runtime
            .block_on(self.octocrab.installation_token())
            .map_err(|error| failed("get a token for the App", error))
    }

    /// Asks for something, until an answer comes that says.
    pub(super) fn get(&self, route: &str) -> Result<Answer> {
        self.send_surely(Method::Get, route, None)
    }

    /// Asks for something that is there, as a value; `None` where it is not.
    pub(super) fn find<T: DeserializeOwned>(&self, route: &str) -> Result<Option<T>> {
        let answer = self.get(route)?;
        match answer.status {
            200 => read(route, answer.body).map(Some),
            404 => Ok(None),
            _ => Err(unexpected(&format!("read {route}"), &answer)),
        }
    }

    /// All entries of a list: GitHub says itself where it goes on, by a page's number or by a mark of its own.
    pub(super) fn list<T: DeserializeOwned>(&self, route: &str) -> Result<Vec<T>> {
        let join = if route.contains('?') { '&' } else { '?' };
        let mut next = Some(format!("{route}{join}per_page={PAGE}"));
        let mut all = Vec::new();
        while let Some(route) = next {
            let answer = self.get(&route)?;
            if answer.status != 200 {
                return Err(unexpected(&format!("list {route}"), &answer));
            }
            // Only within the interface: the token goes nowhere else.
            let address = answer.next.as_deref();
            next = address
                .and_then(|address| address.strip_prefix(&self.api))
                .map(str::to_owned);
            let entries: Vec<T> = read(&route, answer.body)?;
            all.extend(entries);
        }
        Ok(all)
    }

    /// Asks for a change once. It is noted first, and waits until it may be sent.
    pub(super) fn change(&self, method: Method, route: &str, body: &Value) -> Result<Tried> {
        self.send(method, route, Some(body))
    }

    /// Asks for a change that may be asked for twice, until an answer comes.
    pub(super) fn change_surely(
        &self,
        method: Method,
        route: &str,
        body: &Value,
    ) -> Result<Answer> {
        self.send_surely(method, route, Some(body))
    }

    fn send_surely(&self, method: Method, route: &str, body: Option<&Value>) -> Result<Answer> {
        let doing = match method {
            Method::Get => format!("read {route}"),
            _ => format!("write {route}"),
        };
        let mut tries = Tries::new(self.clock);
        loop {
            match self.send(method, route, body)? {
                Tried::Answered(answer) => return Ok(answer),
                Tried::Unknown(why) => tries.again(&doing, &why)?,
            }
        }
    }

    /// Sends a request until GitHub has taken it up: what it was too early for was not done.
    fn send(&self, method: Method, route: &str, body: Option<&Value>) -> Result<Tried> {
        let mut tries = Tries::new(self.clock);
        loop {
            match method {
                Method::Get => self.wait_to_ask(),
                _ => self.wait_and_note(method, route)?,
            }
            match self.send_once(method, route, body)? {
                Sent::Answered(answer) if answer.status >= 500 => {
                    return Ok(Tried::Unknown(format!("status {}", answer.status)));
                }
                Sent::Answered(answer) => return Ok(Tried::Answered(answer)),
                Sent::TooEarly(wait) => {
                    tries.count(&format!("send {route}"), "we are told to be slower")?;
                    self.clock.sleep(wait);
                }
                Sent::Lost(why) => return Ok(Tried::Unknown(why)),
            }
        }
    }

    fn wait_to_ask(&self) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let free = *asked + BETWEEN_QUESTIONS;
        self.clock.sleep(free.saturating_sub(self.clock.now()));
        *asked = self.clock.now();
    }

    fn wait_and_note(&self, method: Method, route: &str) -> Result<()> {
        let Some(journal) = &self.journal else {
            return Err(Error::Internal(format!(
                "{route} was written to by a reader"
            )));
        };
        loop {
            let wait = self.limits.wait(&journal.requests(), self.clock.now());
            if wait.is_zero() {
                break;
            }
            self.clock.sleep(wait);
        }
        journal.request(&format!("{method:?} {route}"))
    }

    fn send_once(&self, method: Method, route: &str, body: Option<&Value>) -> Result<Sent> {
        let request = http::Request::builder()
            .method(match method {
                Method::Get => http::Method::GET,
                Method::Post => http::Method::POST,
                Method::Put => http::Method::PUT,
                Method::Patch => http::Method::PATCH,
                Method::Delete => http::Method::DELETE,
            })
            .uri(route);
        let request = self
            .octocrab
            .build_request(request, body.filter(|body| !body.is_null()))
            .map_err(|error| Error::Internal(format!("{route}: {error}")))?;
        let exchange = async {
            let response = self.octocrab.execute(request).await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = self.octocrab.body_to_string(response).await?;
            Ok::<_, octocrab::Error>((status, headers, text))
        };
        let limited = async { tokio::time::timeout(ANSWER_LIMIT, exchange).await };
        let (status, headers, text) = match self.runtime.block_on(limited) {
            Err(_) => return Ok(Sent::Lost("no answer came in time".to_owned())),
            Ok(Err(error)) => return Ok(Sent::Lost(told(&error))),
            Ok(Ok(answer)) => answer,
        };
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let body = match text.is_empty() {
            true => Value::Null,
            false => match serde_json::from_str(&text) {
                Ok(body) => body,
                Err(_) if status >= 400 => Value::Null,
                Err(error) => {
                    return Ok(Sent::Lost(format!("an answer that is no JSON ({error})")));
                }
            },
        };
        let answer = Answer {
            status,
            scopes: header("x-oauth-scopes").map(str::to_owned),
            next: header("link").and_then(next_of),
            body,
        };
        if let Some(wait) = too_early(&answer, &header) {
            return Ok(Sent::TooEarly(wait));
        }
        Ok(Sent::Answered(answer))
    }
}

/// The address of the next page in a header `Link`.
fn next_of(link: &str) -> Option<String> {
    let next = link.split(',').find(|link| link.contains("rel=\"next\""))?;
    let (address, _) = next.trim().strip_prefix('<')?.split_once('>')?;
    Some(address.to_owned())
}

/// What became of a request on its way.
enum Sent {
    Answered(Answer),
    TooEarly(Duration),
    Lost(String),
}

/// How long to wait, where an answer says that we are too fast.
fn too_early<'a>(answer: &Answer, header: &dyn Fn(&str) -> Option<&'a str>) -> Option<Duration> {
    if ![403, 429].contains(&answer.status) {
        return None;
    }
    let seconds = |name: &str| header(name).and_then(|value| value.parse::<u64>().ok());
    if let Some(after) = seconds("retry-after") {
        return Some(Duration::from_secs(after));
    }
    if seconds("x-ratelimit-remaining") == Some(0) {
        let reset = seconds("x-ratelimit-reset")?;
        // By its own clock, which need not be ours.
        let now = header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        let now = now.and_then(|now| u64::try_from(now.timestamp().as_second()).ok());
        let wait = now.map(|now| Duration::from_secs(reset.saturating_sub(now) + 1));
        return Some(wait.unwrap_or(UNSAID_WAIT));
    }
    let message = answer.message().to_lowercase();
    (answer.status == 429 || message.contains("rate limit")).then_some(UNSAID_WAIT)
}

/// How often something was tried, and the wait before it is tried again.
pub(super) struct Tries {
    clock: Clock,
    made: u32,
}

impl Tries {
    pub(super) fn new(clock: Clock) -> Tries {
        Tries { clock, made: 0 }
    }

    /// Waits before the next try.
    ///
    /// # Errors
    ///
    /// When patience is at its end.
    pub(super) fn again(&mut self, doing: &str, why: &str) -> Result<()> {
        self.count(doing, why)?;
        let wait = FIRST_WAIT * 2u32.saturating_pow(self.made - 1);
        self.clock.sleep(wait.min(LONGEST_WAIT));
        Ok(())
    }

    fn count(&mut self, doing: &str, why: &str) -> Result<()> {
        self.made += 1;
        match self.made < TRIES {
            true => Ok(()),
            false => Err(Error::Machine {
                doing: format!("{doing}, tried {TRIES} times"),
                source: format!("{why}; nothing is lost: run it again later, and it goes on")
                    .into(),
            }),
        }
    }
}

fn read<T: DeserializeOwned>(route: &str, body: Value) -> Result<T> {
    serde_json::from_value(body).map_err(|error| failed(&format!("understand {route}"), error))
}

/// What a library says, without its story of how it came there.
fn told(error: &octocrab::Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        words = inner.to_string();
        source = inner.source();
    }
    words.lines().next().unwrap_or_default().to_owned()
}

fn failed(doing: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Machine {
        doing: doing.to_owned(),
        source: source.into(),
    }
}

/// An answer that leaves nothing to do but to tell it.
pub(super) fn unexpected(doing: &str, answer: &Answer) -> Error {
    let said = format!("GitHub answers {} ({})", answer.status, answer.message());
    let remedy = match answer.status {
        401 => "; the token is unknown or has run out: make a new one",
        403 | 404 => "; `course doctor` says whether the token may do that",
        _ => "",
    };
    match answer.status {
        401 | 403 | 404 | 422 => Error::input(format!("failed to {doing}: {said}{remedy}")),
        _ => failed(doing, said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_where_the_answer_says() {
        let link = "<https://a.example/x?page=1>; rel=\"prev\", <https://a.example/x?after=Y3%3D>; rel=\"next\"";
        assert_eq!(
            next_of(link).as_deref(),
            Some("https://a.example/x?after=Y3%3D")
        );
        assert_eq!(next_of("<https://a.example/x>; rel=\"first\""), None);
    }
}
