//! A client that gets GitHub's interface wrong: each request is refused and written down.

use local_github::Side;
use serde_json::{Value, json};

use crate::world::{OWNER, World, described};

/// A method, a path, a body, the status, and what the violation says.
const WRONG: &[(&str, &str, &str, u16, &str)] = &[
    // octocrab's `update_comment` does this.
    (
        "POST",
        "/repos/rust-course/r/issues/comments/1",
        r#"{"body": "x"}"#,
        404,
        "GitHub has no such operation",
    ),
    (
        "PUT",
        "/repos/rust-course/r",
        r#"{"archived": true}"#,
        404,
        "GitHub has no such operation",
    ),
    (
        "GET",
        "/repos/rust-course/r/nothing",
        "",
        404,
        "GitHub has no such operation",
    ),
    (
        "GET",
        "/repos/rust-course/r/releases",
        "",
        404,
        "local-github has no such operation",
    ),
    (
        "POST",
        "/orgs/rust-course/repos",
        r#"{"name": "a", "secret": true}"#,
        422,
        "'secret' was unexpected",
    ),
    (
        "POST",
        "/orgs/rust-course/repos",
        r#"{"name": 1}"#,
        422,
        "/name",
    ),
    (
        "POST",
        "/orgs/rust-course/repos",
        r"{}",
        422,
        "\"name\" is a required property",
    ),
    (
        "POST",
        "/orgs/rust-course/repos",
        "",
        422,
        "the body is missing",
    ),
    (
        "POST",
        "/orgs/rust-course/repos",
        r#"{"name": "a", "visibility": "hidden"}"#,
        422,
        "/visibility",
    ),
    (
        "PATCH",
        "/repos/rust-course/r",
        r#"{"topics": ["a"]}"#,
        422,
        "'topics' was unexpected",
    ),
    (
        "POST",
        "/repos/rust-course/r/issues",
        r#"{"title": "x", "labels": "late"}"#,
        422,
        "/labels",
    ),
    (
        "GET",
        "/repos/rust-course/r/pulls?branch=main",
        "",
        422,
        "no query parameter `branch`",
    ),
    (
        "GET",
        "/repos/rust-course/r/pulls?state=merged",
        "",
        422,
        "query parameter `state`",
    ),
    (
        "GET",
        "/repos/rust-course/r/pulls?per_page=many",
        "",
        422,
        "query parameter `per_page`",
    ),
    (
        "DELETE",
        "/repos/rust-course/r",
        r#"{"now": true}"#,
        422,
        "takes no body",
    ),
];

#[test]
#[ignore = "needs node"]
fn it_is_refused_and_written_down() {
    let world = World::with(described());
    world.repository("r", &json!({"auto_init": true}));
    let before = world.get(OWNER, "/repos/rust-course/r").is(200);
    for (method, path, body, status, says) in WRONG {
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        world.send(OWNER, method, path, &body).refuses(*status, "");
        let violations = world.github.take_violations();
        let [violation] = &violations[..] else {
            panic!("{method} {path}: {violations:?}")
        };
        assert_eq!(
            (violation.side, violation.method.as_str()),
            (Side::Request, *method)
        );
        let what = violation.what.join("; ");
        assert!(
            what.contains(says),
            "{method} {path}: no `{says}` in {what}"
        );
    }
    assert_eq!(world.get(OWNER, "/repos/rust-course/r").is(200), before);
}

#[test]
#[ignore = "needs node"]
fn what_is_no_json_is_refused() {
    let world = World::with(described());
    world.repository("r", &json!({}));
    for (body, words) in [
        ("{", "Problems parsing JSON"),
        ("[]", "should be a JSON object"),
    ] {
        let head = "POST /repos/rust-course/r/issues HTTP/1.1\r\nHost: x\r\nUser-Agent: tests\r\nConnection: close\r\n";
        let request = format!(
            "{head}Authorization: token {OWNER}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = crate::client::exchange(world.github.port(), &request);
        answer.expect("an answer").refuses(400, words);
    }
}
