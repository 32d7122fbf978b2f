//! GitHub's own client, by `gh api`, and the git program.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Client, NAME};
use crate::world::World;

pub(super) struct Gh;

impl Client for Gh {
    fn new(_: &World) -> Gh {
        Gh
    }

    fn call(
        &self,
        world: &World,
        token: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let url = format!("{}{path}", world.github.address());
        let mut command = Command::new("gh");
        command
            .args(["api", "--include", "-X", method, &url])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").expect("a PATH"))
            .env("HOME", world.folder.path())
            .env("GH_PROMPT_DISABLED", "1")
            // For a host that is not github.com it takes its token from here.
            .env("GH_ENTERPRISE_TOKEN", token)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if !body.is_null() {
            command.args(["--input", "-"]);
        }
        let mut child = command.spawn().expect("gh runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        if !body.is_null() {
            stdin.write_all(body.to_string().as_bytes()).expect("sent");
        }
        drop(stdin);
        let output = child.wait_with_output().expect("gh ends");
        let said = String::from_utf8(output.stdout)
            .expect("text")
            .replace('\r', "");
        let (head, body) = said.split_once("\n\n").unwrap_or((&said, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.trim().parse().ok());
        let errors = String::from_utf8_lossy(&output.stderr);
        let status = status.unwrap_or_else(|| panic!("{method} {path}: {said}\n{errors}"));
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn push(&self, world: &World, token: &str, what: &str) -> bool {
        world.push("work", token, NAME, &[what]).status.success()
    }
}
