//! A small GitHub for tests: an organisation, who owns it, a student, and their tokens.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use local_github::state::{Level, State, Token};
use local_github::{Config, LocalGithub};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, send};

/// The organisation.
pub(crate) const SCHOOL: &str = "rust-course";
/// The token of its owner, `grace`.
pub(crate) const OWNER: &str = "token-of-grace";
/// The token of a student, `ada`, who is no member.
pub(crate) const STUDENT: &str = "token-of-ada";
/// A token of the owner's that may only read.
pub(crate) const READER: &str = "reading-token-of-grace";

/// The double and a folder to work in.
pub(crate) struct World {
    pub(crate) github: LocalGithub,
    pub(crate) folder: TempDir,
    /// What was answered: method, path, status, body.
    pub(crate) answers: RefCell<Vec<(String, String, u16, Value)>>,
}

impl World {
    /// The small GitHub in this configuration.
    pub(crate) fn with(config: Config) -> World {
        let mut state = State::default();
        state.add_organisation(SCHOOL, &["grace"], config.start);
        state.add_user("ada").email = Some("ada@students.example".to_owned());
        let scopes = ["repo", "workflow", "admin:org", "delete_repo"];
        state.add_token(OWNER, Token::classic("grace", &scopes));
        state.add_token(STUDENT, Token::classic("ada", &["repo"]));
        let reads = [("contents", Level::Read), ("metadata", Level::Read)];
        state.add_token(READER, Token::fine_grained("grace", SCHOOL, &reads));
        let github = LocalGithub::start(Config { state, ..config }).expect("it starts");
        World {
            github,
            folder: tempfile::tempdir().expect("a folder"),
            answers: RefCell::default(),
        }
    }

    pub(crate) fn send(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let answer = send(self.github.port(), token, method, path, body);
        let seen = (
            method.to_owned(),
            path.to_owned(),
            answer.status,
            answer.body.clone(),
        );
        self.answers.borrow_mut().push(seen);
        answer
    }

    pub(crate) fn get(&self, token: &str, path: &str) -> Answer {
        self.send(token, "GET", path, &Value::Null)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Answer {
        self.send(OWNER, "POST", path, &body)
    }

    /// Makes a repository of the organisation with these settings.
    pub(crate) fn repository(&self, name: &str, more: &Value) -> Value {
        let mut body = json!({"name": name});
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        self.post(&format!("/orgs/{SCHOOL}/repos"), body).is(201)
    }

    /// Runs git in the folder; the address of a repository is `URL/NAME`.
    pub(crate) fn git(&self, words: &[&str]) -> Output {
        git(self.folder.path(), words)
    }

    /// The address of a repository for git, with a token.
    pub(crate) fn url(&self, token: &str, name: &str) -> String {
        format!(
            "http://x-access-token:{token}@127.0.0.1:{}/{SCHOOL}/{name}.git",
            self.github.port()
        )
    }

    /// A clone-like folder with a commit on `main`, and its id.
    pub(crate) fn work(&self, name: &str) -> String {
        for words in [
            &["init", "-q", "-b", "main", name][..],
            &["-C", name, "commit", "-q", "--allow-empty", "-m", "start"],
        ] {
            succeeds(&self.git(words));
        }
        self.head(name)
    }

    /// Commits a file in a folder, and gives the commit.
    pub(crate) fn commit(&self, folder: &str, file: &str, text: &str) -> String {
        let path = self.folder.path().join(folder).join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
        succeeds(&self.git(&["-C", folder, "add", "-A"]));
        succeeds(&self.git(&["-C", folder, "commit", "-q", "-m", "work"]));
        self.head(folder)
    }

    fn head(&self, folder: &str) -> String {
        succeeds(&self.git(&["-C", folder, "rev-parse", "HEAD"]))
    }

    /// Pushes from a folder.
    pub(crate) fn push(&self, folder: &str, token: &str, name: &str, what: &[&str]) -> Output {
        let url = self.url(token, name);
        let mut words = vec!["-C", folder, "push", "-q", &url];
        words.extend(what);
        self.git(&words)
    }
}

impl Drop for World {
    /// No test breaks GitHub's description unless it takes the violations out.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.github.violations(), []);
        }
    }
}

/// GitHub's description, which `generator/tests/workflows/install.sh` brings.
pub(crate) fn description() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows/install.sh");
    let tools = succeeds(&Command::new(script).output().expect("install.sh runs"));
    Path::new(&tools).join("npm/node_modules/@octokit/openapi/generated/api.github.com.json")
}

/// The configuration in which everything is held against the description.
pub(crate) fn described() -> Config {
    Config {
        description: Some(description()),
        ..Config::default()
    }
}

/// Runs git without anything of this machine's settings.
pub(crate) fn git(folder: &Path, words: &[&str]) -> Output {
    Command::new("git")
        .args(words)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").expect("a PATH"))
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Ada")))
        .envs(
            ["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "ada@students.example")),
        )
        .envs(
            ["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), "2026-09-01T12:00:00Z")),
        )
        .output()
        .expect("git runs")
}

/// Fails unless a program succeeded; what it printed.
#[track_caller]
pub(crate) fn succeeds(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Fails unless a program failed and said this.
#[track_caller]
pub(crate) fn fails(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it succeeded: {said}");
    assert!(said.contains(words), "no `{words}` in {said}");
}
