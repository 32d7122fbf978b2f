//! `comment.sh` with the real gh, against a stand-in for GitHub.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::{assert_github_answers_so, root, tools, workflows};
use crate::builder::{Ran, run};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const BOT: &str = "github-actions[bot]";
const MARKER: &str = "<!-- course-feedback:autograding -->";

/// The stand-in, while it lives.
struct GitHub {
    server: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl GitHub {
    /// Starts it with what is given added to a repository of one commit.
    fn with(given: Value) -> GitHub {
        let folder = tempfile::tempdir().expect("a folder");
        let mut state = json!({
            "repository": "rust-course/01-tiny-ada",
            "commits": [SHA],
            "tokens": {
                "writes": {"login": BOT},
                "reads": {"login": BOT, "write": false},
            },
        });
        for (key, value) in given.as_object().expect("an object") {
            state[key] = value.clone();
        }
        let at = |name: &str| folder.path().join(name);
        fs::write(at("state.json"), state.to_string()).expect("written");
        let examples = tools()
            .join("npm/node_modules/@octokit/webhooks-examples")
            .join("api.github.com/index.json");
        let mut server = Command::new("python3")
            .arg(workflows().join("github.py"))
            .arg("--state")
            .arg(at("state.json"))
            .arg("--examples")
            .arg(examples)
            .arg("--log")
            .arg(at("log"))
            .arg("--port-file")
            .arg(at("port"))
            .stdin(Stdio::null())
            .spawn()
            .expect("python3 runs");
        let port = loop {
            if let Ok(port) = fs::read_to_string(at("port")) {
                break port.parse().expect("a port");
            }
            assert!(server.try_wait().expect("a child").is_none(), "it ended");
            sleep(Duration::from_millis(20));
        };
        GitHub {
            server,
            port,
            folder,
        }
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs `comment.sh` with a text for the comment.
    fn comment(&self, token: &str, branch: &str, text: &str) -> Ran {
        comment(self.folder.path(), &self.address(), token, branch, text)
    }

    /// What it holds now.
    fn state(&self) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let request = "GET /_state HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
    }

    /// Who said what where, in the order of making.
    fn comments(&self) -> Vec<(u64, String, String)> {
        let state = self.state();
        let comments = state["comments"].as_array().expect("comments");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        comments
            .iter()
            .map(|comment| {
                let issue = comment["issue"].as_u64().expect("a number");
                (issue, text(&comment["login"]), text(&comment["body"]))
            })
            .collect()
    }

    /// The states of the commit in the order of setting.
    fn statuses(&self) -> Vec<String> {
        let state = self.state();
        let statuses = state["statuses"].as_array().expect("statuses");
        statuses
            .iter()
            .map(|status| {
                assert_eq!(status["sha"], SHA);
                format!(
                    "{} {} {}",
                    status["context"].as_str().expect("a context"),
                    status["state"].as_str().expect("a state"),
                    status["description"].as_str().expect("a description"),
                )
            })
            .collect()
    }

    /// Method and path of each request.
    fn requests(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("log")).expect("a log");
        log.lines()
            .map(|line| {
                let line: Value = serde_json::from_str(line).expect("JSON");
                let part = |name: &str| line[name].as_str().expect("text").to_owned();
                format!("{} {}", part("method"), part("path"))
            })
            .collect()
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        // Every answer of every test here is compared with what GitHub says of itself.
        let log = self.folder.path().join("log");
        self.server.kill().ok();
        self.server.wait().ok();
        if !std::thread::panicking() && fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            assert_github_answers_so(&log);
        }
    }
}

/// Both halves of the script, as the action runs them; what they say together.
fn comment(folder: &Path, address: &str, token: &str, branch: &str, text: &str) -> Ran {
    let report = folder.join("course-report");
    fs::create_dir_all(&report).expect("a folder");
    fs::write(report.join("comment.md"), text).expect("written");
    fs::write(report.join("status.txt"), "4 of 10 points\n").expect("written");
    let path = std::env::var_os("PATH").expect("a PATH");
    let half = |word: &str| {
        run(
            Command::new(root().join(".github/actions/grade/comment.sh"))
                .arg(word)
                .env_clear()
                .env("PATH", &path)
                .env("HOME", folder)
                .env("RUNNER_TEMP", folder)
                .env("GH_TOKEN", token)
                .env("GITHUB_API_URL", address)
                .env("GITHUB_SERVER_URL", "https://github.com")
                .env("GITHUB_REPOSITORY", "rust-course/01-tiny-ada")
                .env("GITHUB_SHA", SHA)
                .env("GITHUB_REF_NAME", branch)
                .env("GITHUB_RUN_ID", "1")
                .env("FULL", "false"),
        )
    };
    let (found, put) = (half("find").succeeds(), half("put"));
    Ran {
        code: put.code,
        stdout: found.stdout + &put.stdout,
        stderr: found.stderr + &put.stderr,
    }
}

fn ours(text: &str) -> String {
    format!("{MARKER}\n{text}\n")
}

fn pull(number: u64, head: &str, base: &str) -> Value {
    json!({"number": number, "head": head, "base": base, "sha": SHA})
}

#[test]
#[ignore = "needs gh and node"]
fn a_comment_is_made_once_and_then_updated_in_its_place() {
    // The pull request in which a teacher reads has the default branch for its head.
    let github = GitHub::with(json!({"pulls": [pull(1, "main", "feedback")]}));
    for text in ["first", "second: @ada \"$HOME\" `x` %0A \u{e9}\u{1f980}"] {
        let ran = github.comment("writes", "main", &ours(text)).succeeds();
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
        assert_eq!(
            github.comments(),
            [(1, BOT.to_owned(), ours(text))],
            "one comment, byte by byte"
        );
    }
    assert_eq!(
        github.statuses(),
        ["Autograding failure 4 of 10 points"; 2],
        "a status for each run"
    );
    // The second run was told what the first one said.
    let previous = github.folder.path().join("course-report/previous.md");
    assert_eq!(fs::read_to_string(previous).expect("a body"), ours("first"));
}

#[test]
#[ignore = "needs gh and node"]
fn a_comment_of_somebody_else_is_never_touched() {
    let imitation = ours("full marks");
    let github = GitHub::with(json!({
        "pulls": [pull(1, "main", "feedback")],
        "comments": [
            {"issue": 1, "login": "ada", "body": imitation},
            {"issue": 1, "login": BOT, "body": format!("quoting {MARKER}")},
            {"issue": 1, "login": "github-actions", "body": imitation},
        ],
    }));
    let before = github.comments();
    for text in ["first", "second"] {
        github.comment("writes", "main", &ours(text)).succeeds();
        let (old, new) = (&github.comments()[..3], &github.comments()[3..]);
        assert_eq!(old, before);
        assert_eq!(new, [(1, BOT.to_owned(), ours(text))]);
    }
}

#[test]
#[ignore = "needs gh and node"]
fn our_comment_is_found_on_the_second_page() {
    let mut comments: Vec<Value> = (0..130)
        .map(|number| json!({"issue": 1, "login": "ada", "body": format!("{number}")}))
        .collect();
    comments.push(json!({"issue": 1, "login": BOT, "body": ours("old")}));
    let github = GitHub::with(json!({
        "pulls": [pull(1, "main", "feedback")],
        "comments": comments,
    }));
    github.comment("writes", "main", &ours("new")).succeeds();
    let comments = github.comments();
    assert_eq!(comments.len(), 131);
    assert_eq!(comments[130], (1, BOT.to_owned(), ours("new")));
    let pages = github.requests();
    let pages = pages.iter().filter(|request| request.contains("page=2"));
    assert_eq!(pages.count(), 1, "{:?}", github.requests());
}

#[test]
#[ignore = "needs gh and node"]
fn of_two_comments_of_ours_the_older_is_updated() {
    let github = GitHub::with(json!({
        "pulls": [pull(1, "main", "feedback")],
        "comments": [
            {"issue": 1, "login": BOT, "body": ours("one")},
            {"issue": 1, "login": BOT, "body": ours("two")},
        ],
    }));
    github.comment("writes", "main", &ours("new")).succeeds();
    let bodies: Vec<String> = github
        .comments()
        .into_iter()
        .map(|(_, _, body)| body)
        .collect();
    assert_eq!(bodies, [ours("new"), ours("two")]);
}

#[test]
#[ignore = "needs gh and node"]
fn only_open_pull_requests_of_this_branch_and_this_repository_get_it() {
    let mut closed = pull(3, "work/ü", "main");
    closed["state"] = json!("closed");
    let mut fork = pull(4, "work/ü", "main");
    fork["from"] = json!("rust-course/another");
    let github = GitHub::with(json!({
        "pulls": [
            pull(1, "main", "feedback"),
            pull(2, "work/ü", "main"),
            closed,
            fork,
            pull(5, "work/ü", "feedback"),
        ],
    }));
    github.comment("writes", "work/ü", &ours("text")).succeeds();
    let mut issues: Vec<u64> = github
        .comments()
        .iter()
        .map(|(issue, _, _)| *issue)
        .collect();
    issues.sort_unstable();
    assert_eq!(issues, [2, 5]);
}

#[test]
#[ignore = "needs gh and node"]
fn without_a_pull_request_it_says_so_and_sets_the_status() {
    let github = GitHub::with(json!({}));
    github
        .comment("writes", "main", &ours("text"))
        .says(0, "no open pull request of main");
    assert_eq!(github.comments(), []);
    assert_eq!(github.statuses().len(), 1);
}

/// A token, what GitHub refuses besides, the comment, and what the run says.
const REFUSED: &[(&str, &str, &str, &str, &str)] = &[
    (
        "reads",
        "",
        "",
        "text",
        "Resource not accessible by integration (HTTP 403)",
    ),
    (
        "nobody",
        "",
        "",
        "text",
        "the pull requests of main were not found: gh: Bad credentials (HTTP 401)",
    ),
    (
        "writes",
        "POST",
        "/comments",
        "text",
        "pull request 1 got no comment: gh: Server Error (HTTP 502)",
    ),
    (
        "writes",
        "GET",
        "/comments",
        "text",
        "the comments of pull request 1 were not read: gh: Server Error (HTTP 502)",
    ),
    (
        "writes",
        "GET",
        "/pulls",
        "text",
        "the pull requests of main were not found: gh: Server Error (HTTP 502)",
    ),
    (
        "writes",
        "POST",
        "/statuses",
        "text",
        "the commit's status was not set: gh: Server Error (HTTP 502)",
    ),
    (
        "writes",
        "",
        "",
        "long",
        "pull request 1 got no comment: gh: Validation Failed (HTTP 422)",
    ),
];

#[test]
#[ignore = "needs gh and node"]
fn what_github_refuses_is_a_warning_and_no_failure() {
    for (token, method, path, text, says) in REFUSED {
        let refuse = match *method {
            "" => json!([]),
            method => json!([{"method": method, "path": path, "status": 502}]),
        };
        let github = GitHub::with(json!({
            "pulls": [pull(1, "main", "feedback")],
            "refuse": refuse,
        }));
        let text = match *text {
            "long" => ours(&"x".repeat(65_536)),
            text => ours(text),
        };
        let ran = github.comment(token, "main", &text).says(0, says);
        for line in ran.stdout.lines() {
            assert!(line.starts_with("::warning title=Feedback::"), "{line}");
        }
        let written = *path == "/statuses";
        assert_eq!(github.comments().len(), usize::from(written), "{says}");
    }
}

#[test]
#[ignore = "needs gh and node"]
fn where_github_is_down_it_warns() {
    let folder = tempfile::tempdir().expect("a folder");
    // A port that is given to nobody: it was ours a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    comment(folder.path(), &address, "writes", "main", &ours("text")).says(
        0,
        "::warning title=Feedback::the pull requests of main were not found:",
    );
}
