//! `comment.sh` with the real gh, against a GitHub on this machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use local_github::state::{Issue, Level, Repository, State};
use local_github::{Config, Fault, LocalGithub};

use super::github::{self, BOT, NAME, OWNER, pull};
use super::{root, tools};
use crate::builder::{Ran, run};

const MARKER: &str = "<!-- course-feedback:autograding -->";

/// A GitHub with the student's repository, which has one commit.
struct GitHub {
    server: LocalGithub,
    sha: String,
    folder: tempfile::TempDir,
}

impl GitHub {
    /// With these pull requests of the commit, and these comments of these authors on the first.
    fn with(pulls: &[(u64, &str, &str)], comments: &[(&str, &str)]) -> GitHub {
        let mut state = github::state();
        for (author, body) in comments {
            github::comment(&mut state, author, body);
        }
        state.add_token("writes", github::token(Level::Write));
        state.add_token("reads", github::token(Level::Read));
        let description = tools()
            .join("npm/node_modules/@octokit/openapi")
            .join("generated/api.github.com.json");
        let server = LocalGithub::start(Config {
            state,
            description: Some(description),
            ..Config::default()
        })
        .expect("it starts");
        let files: &[(&str, &[u8])] = &[("README.md", b"# tiny\n")];
        let sha = server.commit(OWNER, NAME, "main", files).expect("a commit");
        let github = GitHub {
            server,
            sha,
            folder: tempfile::tempdir().expect("a folder"),
        };
        for (number, head, base) in pulls {
            github.add(pull(*number, head, base, &github.sha));
        }
        github
    }

    fn add(&self, pull: Issue) {
        self.state(|state| github::repository(state).issues.push(pull));
    }

    fn state<T>(&self, does: impl FnOnce(&mut State) -> T) -> T {
        self.server.state(does)
    }

    /// Runs `comment.sh` with a text for the comment.
    fn comment(&self, token: &str, branch: &str, text: &str) -> Ran {
        let folder = self.folder.path();
        comment(
            folder,
            &self.server.address(),
            (token, &self.sha),
            branch,
            text,
        )
    }

    /// Who said what where, in the order of making.
    fn comments(&self) -> Vec<(u64, String, String)> {
        self.state(|state| {
            let comments = github::repository(state).comments.iter();
            comments
                .map(|each| (each.issue, each.author.clone(), each.body.clone()))
                .collect()
        })
    }

    /// The states of the commit in the order of setting.
    fn statuses(&self) -> Vec<String> {
        self.state(|state| {
            let statuses = github::repository(state).statuses.iter();
            statuses
                .map(|status| {
                    assert_eq!(status.sha, self.sha);
                    let description = status.description.as_deref().expect("a description");
                    format!("{} {} {description}", status.context, status.state)
                })
                .collect()
        })
    }

    /// Method and path of each request.
    fn requests(&self) -> Vec<String> {
        let requests = self.server.requests();
        requests
            .iter()
            .map(|request| format!("{} {}", request.method, request.path))
            .collect()
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        // Every request and every answer of every test here is compared with what GitHub says of itself.
        if !std::thread::panicking() {
            assert_eq!(self.server.violations(), []);
        }
    }
}

/// Both halves of the script, as the action runs them; what they say together.
fn comment(
    folder: &Path,
    address: &str,
    (token, sha): (&str, &str),
    branch: &str,
    text: &str,
) -> Ran {
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
                .env("GITHUB_REPOSITORY", github::full_name())
                .env("GITHUB_SHA", sha)
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

#[test]
#[ignore = "needs gh and npm"]
fn a_comment_is_made_once_and_then_updated_in_its_place() {
    // The pull request in which a teacher reads has the default branch for its head.
    let github = GitHub::with(&[(1, "main", "feedback")], &[]);
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
#[ignore = "needs gh and npm"]
fn a_comment_of_somebody_else_is_never_touched() {
    let imitation = ours("full marks");
    let github = GitHub::with(
        &[(1, "main", "feedback")],
        &[
            ("ada", &imitation),
            (BOT, &format!("quoting {MARKER}")),
            ("github-actions", &imitation),
        ],
    );
    let before = github.comments();
    for text in ["first", "second"] {
        github.comment("writes", "main", &ours(text)).succeeds();
        let (old, new) = (&github.comments()[..3], &github.comments()[3..]);
        assert_eq!(old, before);
        assert_eq!(new, [(1, BOT.to_owned(), ours(text))]);
    }
}

#[test]
#[ignore = "needs gh and npm"]
fn our_comment_is_found_on_the_second_page() {
    let numbers: Vec<String> = (0..130).map(|number| number.to_string()).collect();
    let old = ours("old");
    let mut comments: Vec<(&str, &str)> = numbers.iter().map(|body| ("ada", &**body)).collect();
    comments.push((BOT, &old));
    let github = GitHub::with(&[(1, "main", "feedback")], &comments);
    github.comment("writes", "main", &ours("new")).succeeds();
    let comments = github.comments();
    assert_eq!(comments.len(), 131);
    assert_eq!(comments[130], (1, BOT.to_owned(), ours("new")));
    let pages = github.requests();
    let pages = pages.iter().filter(|request| request.contains("page=2"));
    assert_eq!(pages.count(), 1, "{:?}", github.requests());
}

#[test]
#[ignore = "needs gh and npm"]
fn of_two_comments_of_ours_the_older_is_updated() {
    let github = GitHub::with(
        &[(1, "main", "feedback")],
        &[(BOT, &ours("one")), (BOT, &ours("two"))],
    );
    github.comment("writes", "main", &ours("new")).succeeds();
    let bodies: Vec<String> = github
        .comments()
        .into_iter()
        .map(|(_, _, body)| body)
        .collect();
    assert_eq!(bodies, [ours("new"), ours("two")]);
}

#[test]
#[ignore = "needs gh and npm"]
fn only_open_pull_requests_of_this_branch_and_this_repository_get_it() {
    let pulls = [
        (1, "main", "feedback"),
        (2, "work/ü", "main"),
        (5, "work/ü", "feedback"),
    ];
    let github = GitHub::with(&pulls, &[]);
    let mut closed = pull(3, "work/ü", "main", &github.sha);
    closed.open = false;
    let mut fork = pull(4, "work/ü", "main", &github.sha);
    let other = Repository::new(OWNER, "another", github.server.now());
    if let Some(pull) = &mut fork.pull {
        pull.head_repository = other.full_name();
    }
    github.state(|state| state.repositories.insert(other.full_name(), other));
    github.add(closed);
    github.add(fork);
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
#[ignore = "needs gh and npm"]
fn without_a_pull_request_it_says_so_and_sets_the_status() {
    let github = GitHub::with(&[], &[]);
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
#[ignore = "needs gh and npm"]
fn what_github_refuses_is_a_warning_and_no_failure() {
    for (token, method, path, text, says) in REFUSED {
        let github = GitHub::with(&[(1, "main", "feedback")], &[]);
        if !method.is_empty() {
            github.server.fail_next(method, path, Fault::BadGateway);
        }
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
#[ignore = "needs gh and npm"]
fn where_github_is_down_it_warns() {
    let folder = tempfile::tempdir().expect("a folder");
    // A port that is given to nobody: it was ours a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    comment(
        folder.path(),
        &address,
        ("writes", "0"),
        "main",
        &ours("text"),
    )
    .says(
        0,
        "::warning title=Feedback::the pull requests of main were not found:",
    );
}
