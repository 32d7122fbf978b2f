//! A client without manners: it sends what it is told, byte by byte, and retries nothing.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// Null where there is no body.
    pub(crate) body: Value,
}

impl Answer {
    /// A header by its name in lower case; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Fails unless it has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// Fails unless it is a refusal with this status that says this.
    #[track_caller]
    pub(crate) fn refuses(self, status: u16, words: &str) {
        let text = self.is(status).to_string();
        assert!(text.contains(words), "no `{words}` in {text}");
        assert!(text.contains("documentation_url"), "{text}");
    }
}

/// Sends a request with a token; an empty one sends none.
pub(crate) fn send(port: u16, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    try_send(port, token, method, path, body)
        .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

/// The same, where the connection may be dropped.
pub(crate) fn try_send(
    port: u16,
    token: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> std::io::Result<Answer> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: tests\r\nConnection: close\r\n"
    );
    if !token.is_empty() {
        head += &format!("Authorization: Bearer {token}\r\n");
    }
    if !body.is_empty() {
        head += "Content-Type: application/json\r\n";
    }
    exchange(
        port,
        &format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()),
    )
}

/// Sends these bytes and reads the answer.
pub(crate) fn exchange(port: u16, request: &str) -> std::io::Result<Answer> {
    let broken = |what: &str| std::io::Error::other(what.to_owned());
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(request.as_bytes())?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text)?;
    let text = String::from_utf8(text).map_err(std::io::Error::other)?;
    let (head, body) = text
        .split_once("\r\n\r\n")
        .ok_or_else(|| broken("no answer"))?;
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    if length.and_then(|(_, length)| length.parse().ok()) != Some(body.len()) && status != Some(204)
    {
        return Err(broken("half of a body"));
    }
    Ok(Answer {
        status: status.ok_or_else(|| broken("no status"))?,
        headers,
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    })
}
