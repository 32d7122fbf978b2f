//! Prism, which others wrote, between a client and the double: it compares each request and each answer with GitHub's
//! description by itself.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use local_github::{Fault, LocalGithub};
use serde_json::{Map, Value, json};

use crate::client::{Answer, send};
use crate::world::{OWNER, SCHOOL, STUDENT, World, described, description, succeeds};

/// The proxy, while it lives.
struct Prism {
    child: Child,
    port: u16,
}

impl Prism {
    /// In front of the double.
    fn before(world: &World) -> Prism {
        let path = world.folder.path().join("subset.json");
        std::fs::write(&path, subset().to_string()).expect("written");
        // A port that is given to nobody: it was ours a moment ago.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let modules = description()
            .ancestors()
            .nth(4)
            .expect("node_modules")
            .to_owned();
        let program = modules.join("@stoplight/prism-cli/dist/index.js");
        let mut child = Command::new("node")
            .arg(program)
            .args(["proxy", "--errors", "--port", &port.to_string()])
            .arg(path)
            .arg(world.github.address())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(child.try_wait().expect("a child").is_none(), "Prism ended");
            std::thread::sleep(Duration::from_millis(50));
        }
        Prism { child, port }
    }

    fn send(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        send(self.port, token, method, path, body)
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// GitHub's description with the operations of the double and what they need.
fn subset() -> Value {
    let text = std::fs::read(description()).expect("the description");
    let whole: Value = serde_json::from_slice(&text).expect("JSON");
    let mut paths = Map::new();
    for (method, path) in LocalGithub::operations() {
        let method = method.to_lowercase();
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[&method] = whole["paths"][path][&method].clone();
    }
    let paths = Value::Object(paths);
    let mut made = json!({"openapi": whole["openapi"], "info": whole["info"], "paths": paths, "components": {}});
    let mut wanted = references(&made);
    while let Some(reference) = wanted.pop() {
        let [kind, name] = reference
            .trim_start_matches("#/components/")
            .split('/')
            .collect::<Vec<_>>()[..]
        else {
            continue;
        };
        if made["components"][kind].get(name).is_none() {
            let part = whole["components"][kind][name].clone();
            wanted.extend(references(&part));
            made["components"][kind][name] = part;
        }
    }
    made
}

/// What a part refers to.
fn references(part: &Value) -> Vec<String> {
    match part {
        Value::Object(fields) => {
            let own = fields
                .get("$ref")
                .and_then(Value::as_str)
                .map(str::to_owned);
            own.into_iter()
                .chain(fields.values().flat_map(references))
                .collect()
        }
        Value::Array(parts) => parts.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
#[ignore = "needs npm"]
fn it_finds_nothing_wrong() {
    let world = World::with(described());
    let prism = Prism::before(&world);
    let here = "/repos/rust-course/01-ada";
    let body = json!({"name": "01-ada", "private": true});
    prism
        .send(OWNER, "POST", &format!("/orgs/{SCHOOL}/repos"), &body)
        .is(201);
    world.work("work");
    succeeds(&world.push("work", OWNER, "01-ada", &["main", "main:feedback"]));
    prism
        .send(
            OWNER,
            "PUT",
            &format!("{here}/topics"),
            &json!({"names": ["course"]}),
        )
        .is(200);
    let invitation = prism.send(
        OWNER,
        "PUT",
        &format!("{here}/collaborators/ada"),
        &json!({"permission": "push"}),
    );
    let path = format!("/user/repository_invitations/{}", invitation.is(201)["id"]);
    prism.send(STUDENT, "PATCH", &path, &Value::Null).is(204);
    let sha = world.commit("work", "src/lib.rs", "// one\n");
    succeeds(&world.push("work", STUDENT, "01-ada", &["main"]));
    let body = json!({"title": "Feedback", "head": "main", "base": "feedback"});
    prism
        .send(OWNER, "POST", &format!("{here}/pulls"), &body)
        .is(201);
    prism
        .send(OWNER, "POST", &format!("{here}/pulls"), &body)
        .refuses(422, "already exists");
    let comment = prism.send(
        OWNER,
        "POST",
        &format!("{here}/issues/1/comments"),
        &json!({"body": "4 of 10"}),
    );
    let path = format!("{here}/issues/comments/{}", comment.is(201)["id"]);
    prism
        .send(OWNER, "PATCH", &path, &json!({"body": "5 of 10"}))
        .is(200);
    let status = json!({"state": "success", "context": "Autograding"});
    prism
        .send(OWNER, "POST", &format!("{here}/statuses/{sha}"), &status)
        .is(201);
    for path in [
        "",
        "/branches",
        "/branches/main",
        "/commits/main",
        "/commits/main/status",
        "/compare/feedback...main",
        "/contents/src",
        "/pulls?state=all",
        "/pulls/1",
        "/issues/1",
        "/issues/1/comments",
        "/activity",
        "/collaborators",
        "/labels",
        "/rulesets",
    ] {
        prism
            .send(OWNER, "GET", &format!("{here}{path}"), &Value::Null)
            .is(200);
    }
    prism
        .send(
            OWNER,
            "PATCH",
            &format!("{here}/issues/1"),
            &json!({"state": "closed"}),
        )
        .is(200);
    prism
        .send(OWNER, "PATCH", here, &json!({"archived": true}))
        .is(200);
    prism
        .send(
            OWNER,
            "POST",
            &format!("{here}/issues"),
            &json!({"title": "late"}),
        )
        .refuses(403, "archived");
    prism
        .send(STUDENT, "GET", "/repos/rust-course/nothing", &Value::Null)
        .refuses(404, "Not Found");
}

#[test]
#[ignore = "needs npm"]
fn it_finds_what_is_wrong() {
    let world = World::with(described());
    let prism = Prism::before(&world);
    let path = format!("/orgs/{SCHOOL}/repos");
    // An answer without a field that is always there.
    world.github.fail_next("POST", &path, Fault::LacksField);
    let answer = prism.send(OWNER, "POST", &path, &json!({"name": "a"}));
    assert_eq!(answer.status, 500, "{:#}", answer.body);
    assert!(
        answer
            .body
            .to_string()
            .contains("must have required property 'id'"),
        "{:#}",
        answer.body
    );
    // A request of the wrong type does not even arrive.
    let before = world.github.requests().len();
    let answer = prism.send(OWNER, "POST", &path, &json!({"name": 1}));
    assert_eq!(answer.status, 422, "{:#}", answer.body);
    assert_eq!(world.github.requests().len(), before);
}
