//! git over HTTP: `git http-backend` does the work once the token is checked.

use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};
use jiff::Timestamp;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::judge;
use crate::access::{self, Who};
use crate::payload::Payload;
use crate::server::{self, Server};
use crate::state::{Level, Repository, Role, State, key};

/// What a path asks of which repository.
pub(crate) struct Asked {
    pub(crate) owner: String,
    pub(crate) name: String,
    /// `info/refs`, `git-upload-pack` or `git-receive-pack`.
    rest: String,
    query: String,
}

/// A path of git's, if it is one.
pub(crate) fn asked(path: &str, query: &str) -> Option<Asked> {
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (owner, name, rest) = (parts.next()?, parts.next()?, parts.next()?);
    if !["info/refs", "git-upload-pack", "git-receive-pack"].contains(&rest) {
        return None;
    }
    let name = name.strip_suffix(".git").unwrap_or(name);
    let (owner, name, rest, query) = (
        owner.to_owned(),
        name.to_owned(),
        rest.to_owned(),
        query.to_owned(),
    );
    Some(Asked {
        owner,
        name,
        rest,
        query,
    })
}

impl Asked {
    /// Does it belong to a push?
    pub(crate) fn pushes(&self) -> bool {
        self.rest == "git-receive-pack" || self.query.contains("service=git-receive-pack")
    }

    /// Is it the request that changes branches?
    pub(crate) fn changes(&self) -> bool {
        self.rest == "git-receive-pack"
    }

    /// What it is, in the words of the log.
    pub(crate) fn operation(&self) -> &'static str {
        if self.pushes() {
            "git push"
        } else {
            "git fetch"
        }
    }
}

fn says(status: u16, text: &str) -> Response<Payload> {
    let mut response = Response::new(Payload::from(format!("{text}\n")));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static("text/plain"));
    response
}

/// The token of an `Authorization` for git: any name, and the token as the password.
fn secret(headers: &HeaderMap) -> Option<String> {
    let header = headers.get("authorization")?.to_str().ok()?;
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Some(value.to_owned());
    }
    let plain = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (name, password) = plain.split_once(':')?;
    // With the token for a name GitHub takes it too.
    let token = if password.is_empty() || password == "x-oauth-basic" {
        name
    } else {
        password
    };
    Some(token.to_owned())
}

/// Why git gets no answer, in the words of a web server.
struct Refused {
    status: u16,
    words: String,
    login: Option<String>,
}

impl Refused {
    fn new(status: u16, words: impl Into<String>, who: Option<&Who>) -> Refused {
        Refused {
            status,
            words: words.into(),
            login: who.map(Who::login),
        }
    }

    fn response(&self) -> Response<Payload> {
        let mut response = says(self.status, &self.words);
        if self.status == 401 {
            let challenge = HeaderValue::from_static("Basic realm=\"GitHub\"");
            response.headers_mut().insert("www-authenticate", challenge);
        }
        response
    }
}

/// The repository that is asked for and who asks, if they may.
fn checked(
    state: &State,
    asked: &Asked,
    secret: Option<&str>,
    now: Timestamp,
) -> Result<(Repository, Option<Who>), Refused> {
    let unauthorised = || Refused::new(401, "Invalid username or token.", None);
    let who = match secret {
        Some(secret) => Some(access::holder(state, secret, now).map_err(|_| unauthorised())?),
        None => None,
    };
    let repository = state.repository(&asked.owner, &asked.name);
    let Some(who) = who else {
        // Without a token GitHub does not tell a private repository from none.
        return match repository {
            Some(repository) if !repository.private && !asked.pushes() => {
                Ok((repository.clone(), None))
            }
            _ => Err(unauthorised()),
        };
    };
    let missing = || Refused::new(404, "Repository not found.", Some(&who));
    let repository = repository.ok_or_else(missing)?;
    if !access::sees(state, &who, repository) {
        return Err(missing());
    }
    let needs = if asked.pushes() {
        ("contents", Level::Write, Role::Push)
    } else {
        ("contents", Level::Read, Role::Pull)
    };
    if access::in_repository(state, &who, repository, needs).is_err() {
        let words = format!(
            "Permission to {}.git denied to {}.",
            repository.full_name(),
            who.login()
        );
        return Err(Refused::new(403, words, Some(&who)));
    }
    if asked.pushes() && repository.archived {
        let words = "This repository was archived so it is read-only.";
        return Err(Refused::new(403, words, Some(&who)));
    }
    Ok((repository.clone(), Some(who)))
}

/// Answers a request of git's, and says who sent it.
pub(crate) async fn answer(
    server: &Server,
    asked: &Asked,
    sent: server::Asked,
) -> (Response<Payload>, Option<String>) {
    let now = server.clock.now();
    let checked = server.with_state(|state| {
        crate::operations::due(state, &server.git, now);
        checked(state, asked, secret(&sent.headers).as_deref(), now)
    });
    let (repository, who) = match checked {
        Ok(checked) => checked,
        Err(refused) => return (refused.response(), refused.login),
    };
    let login = who.as_ref().map(Who::login);
    if let Err(error) = server.git.open(&repository) {
        return (says(500, &error.to_string()), login);
    }
    let word = who
        .as_ref()
        .map(|who| server.judge.begin(&repository.owner, &repository.name, who));
    let response = backend(
        server,
        asked,
        sent,
        repository.id,
        word.as_deref(),
        login.as_deref(),
    )
    .await;
    if let (Some(word), Some(login)) = (word, &login) {
        let moves = server.judge.end(&word);
        server.with_state(|state| {
            let place = (repository.owner.as_str(), repository.name.as_str());
            if state.repositories.contains_key(&key(place.0, place.1)) {
                judge::moved(state, &server.git, place, &moves, login, server.clock.now()).ok();
            }
        });
    }
    let response = response.unwrap_or_else(|error| says(500, &error.to_string()));
    (response, login)
}

/// Runs `git http-backend` for a request, as a web server would.
async fn backend(
    server: &Server,
    asked: &Asked,
    sent: server::Asked,
    id: u64,
    word: Option<&str>,
    login: Option<&str>,
) -> std::io::Result<Response<Payload>> {
    let header = |name: &str| {
        sent.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let mut command = Command::new("git");
    command
        .arg("http-backend")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", server.git.folder())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_PROJECT_ROOT", server.git.folder())
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", format!("/{id}.git/{}", asked.rest))
        .env("REQUEST_METHOD", &sent.method)
        .env("QUERY_STRING", &asked.query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", sent.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .env("LOCAL_GITHUB_JUDGE", server.judge.port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let (Some(word), Some(login)) = (word, login) {
        command
            .env("LOCAL_GITHUB_PUSH", word)
            .env("REMOTE_USER", login);
    }
    let mut child = command.spawn()?;
    let body = sent.body.clone();
    if let Some(mut stdin) = child.stdin.take() {
        // Beside the reading below, or both would wait where much is said in both directions.
        tokio::spawn(async move { stdin.write_all(&body).await });
    }
    let output = child.wait_with_output().await?;
    let end = output
        .stdout
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(|| std::io::Error::other("git http-backend gave no headers"))?;
    let mut response = Response::new(Payload::from(output.stdout[end + 4..].to_vec()));
    for line in String::from_utf8_lossy(&output.stdout[..end]).lines() {
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().and_then(|code| code.parse().ok());
            *response.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        } else if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
