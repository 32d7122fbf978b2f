//! The workflow of a student repository from the push to the comment: act runs it in a sandbox, beside a GitHub of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use local_github::state::{Level, Repository, State};
use serde_json::{Value, json};

use super::github::{self, BOT};
use super::{root, workflows};
use crate::builder::{Tiny, copy, run};

const MARKER: &str = "<!-- course-feedback:autograding -->";

/// A submission and what its student sees.
struct Case {
    /// A folder of `fixtures/submissions`; `starter` is what students get.
    submission: &'static str,
    conclusion: &'static str,
    /// The output `points`, of 10.
    points: &'static str,
    /// The kind, file and a part of each notice; the run may have others.
    notices: &'static [(&'static str, &'static str, &'static str)],
    /// Parts of the summary and of the comment.
    says: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        submission: "starter",
        conclusion: "failure",
        points: "0",
        notices: &[],
        says: &["0 of 10"],
    },
    Case {
        submission: "passes",
        conclusion: "success",
        points: "10",
        notices: &[],
        says: &["10 of 10"],
    },
    Case {
        submission: "does-not-compile",
        conclusion: "failure",
        points: "0",
        notices: &[("error", "stack/src/lib.rs", "length")],
        says: &["0 of 10", "E0599"],
    },
    Case {
        submission: "exits-zero",
        conclusion: "failure",
        points: "0",
        notices: &[(
            "error",
            "stack/tests/stage_1_push_pop.rs",
            "ended its whole process",
        )],
        says: &["0 of 10", "ends its whole process"],
    },
    Case {
        submission: "edits-the-tests",
        conclusion: "failure",
        points: "0",
        notices: &[("warning", "stack/tests/stage_1_push_pop.rs", "")],
        says: &["0 of 10", "stage_1_push_pop.rs"],
    },
    Case {
        submission: "never-ends",
        conclusion: "failure",
        points: "4",
        notices: &[("error", "stack/tests/stage_2_maximum.rs", "time limit")],
        says: &["4 of 10", "still running at its time limit"],
    },
    Case {
        submission: "too-slow",
        conclusion: "failure",
        points: "8",
        notices: &[("error", "stack/tests/stage_2_maximum.rs", "time limit")],
        says: &["8 of 10", "still running at its time limit"],
    },
    // What a student's words would do is in `autograde`; here a runner reads them.
    Case {
        submission: "hostile-words",
        conclusion: "failure",
        points: "5.33",
        notices: &[("error", "stack/src/lib.rs", "#[group]x")],
        says: &["5.33 of 10"],
    },
];

/// What a run left.
struct Ran {
    /// act's own conclusion, outputs and notices.
    result: Value,
    /// What GitHub has then of the repository.
    github: Repository,
}

/// A job with the repository of a student, ready to run.
struct Job {
    tiny: Tiny,
}

impl Job {
    fn of(submission: &str) -> Job {
        let tiny = Tiny::accepted();
        if submission != "starter" {
            tiny.submits(submission);
        }
        tiny.git(
            "ada",
            "remote set-url origin https://github.com/rust-course/01-tiny-ada",
        );
        fs::create_dir(tiny.path("job")).expect("a folder");
        fs::rename(tiny.path("ada"), tiny.path("job/repository")).expect("moved");
        let actions = tiny.path("job/actions");
        let ours = "rust-systems-course/rust-systems-course/.github/actions";
        copy(&root().join(".github/actions"), &actions.join(ours));
        for stub in ["checkout", "cache"] {
            let from = workflows().join("stubs").join(stub);
            copy(&from, &actions.join("actions").join(stub));
        }
        Job { tiny }
    }

    /// Lays the program `course` into the job, in place of one that the action would have to download or build.
    fn has_course(&self) {
        let bin = self.tiny.path("job/bin");
        fs::create_dir_all(&bin).expect("a folder");
        fs::copy(env!("CARGO_BIN_EXE_course"), bin.join("course")).expect("copied");
    }

    /// Runs the workflow; pull request 1 has these comments of these authors.
    fn run(&self, comments: &[(&str, &str)]) -> Ran {
        let job = self.tiny.path("job");
        let sha = self.tiny.git("job/repository", "rev-parse HEAD");
        let mut state = github::state();
        let pull = github::pull(1, "main", "feedback", sha.trim());
        github::repository(&mut state).issues.push(pull);
        for (author, body) in comments {
            github::comment(&mut state, author, body);
        }
        let mut held = json!(state);
        held["tokens"] = json!({"token-of-the-workflow": github::token(Level::Write)});
        fs::write(job.join("github.json"), held.to_string()).expect("written");
        run(Command::new("python3")
            .arg(workflows().join("sandboxed_act.py"))
            .arg(&job)
            // For a probe: nothing of our environment goes in.
            .env("COURSE_SECRET", "x"))
        .succeeds();
        let read = |path: &Path| -> Value {
            let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            serde_json::from_str(&text).expect("JSON")
        };
        let mut github: State =
            serde_json::from_value(read(&job.join("out/github.json"))).expect("a state");
        let result = read(&job.join("out/result.json"));
        assert_eq!(
            result["github"], 0,
            "GitHub's description was broken: {result:#}"
        );
        Ran {
            result,
            github: github::repository(&mut github).clone(),
        }
    }
}

#[test]
#[ignore = "runs act"]
fn every_submission_gets_its_feedback() {
    for case in CASES {
        let job = Job::of(case.submission);
        job.has_course();
        let ran = job.run(&[]);
        let name = case.submission;
        let result = &ran.result;
        assert_eq!(result["conclusion"], case.conclusion, "{name}: {result:#}");
        let outputs = json!({
            "points": case.points,
            "max-points": "10",
            "full": if case.conclusion == "success" { "true" } else { "false" },
        });
        for (key, value) in outputs.as_object().expect("an object") {
            assert_eq!(&result["outputs"][key], value, "{name}, {key}: {result:#}");
        }
        for (kind, file, part) in case.notices {
            let notices = result["notices"].as_array().expect("notices");
            let found = notices.iter().any(|notice| {
                notice["kind"] == *kind
                    && notice["file"] == *file
                    && notice["message"]
                        .as_str()
                        .is_some_and(|said| said.contains(part))
            });
            assert!(
                found,
                "{name}: no {kind} on {file} with `{part}`: {result:#}"
            );
        }
        // Kept for the next push, whatever the points are.
        let said = result["said"].as_array().expect("lines").iter();
        let kept = said
            .filter_map(Value::as_str)
            .find(|line| line.starts_with("kept course-"));
        assert!(
            kept.is_some_and(|line| line.ends_with("-tests")),
            "{name}: {result:#}"
        );
        // What tools of the retired service look for.
        let notices = result["notices"].as_array().expect("notices");
        let complete = notices
            .iter()
            .find(|notice| notice["title"] == "Autograding complete")
            .unwrap_or_else(|| panic!("{name}: {result:#}"));
        assert_eq!(
            complete["message"],
            format!("Points {}/10", case.points),
            "{name}"
        );
        if case.conclusion == "success" {
            assert_eq!(notices.len(), 2, "{name}: {notices:#?}");
        }
        let [comment] = &ran.github.comments[..] else {
            panic!("{name}: {:#?}", ran.github.comments)
        };
        assert_eq!(comment.author, BOT, "{name}");
        let body = comment.body.as_str();
        assert!(body.starts_with(&format!("{MARKER}\n")), "{name}: {body}");
        let summary = result["summary"].as_str().expect("a summary");
        for part in case.says {
            assert!(
                body.contains(part),
                "{name}: `{part}` in the comment: {body}"
            );
            assert!(
                summary.contains(part),
                "{name}: `{part}` in the summary: {summary}"
            );
        }
        let status = &ran.github.statuses[0];
        assert_eq!(status.context, "Autograding", "{name}: {status:#?}");
        assert_eq!(status.state, case.conclusion, "{name}");
    }
}

#[test]
#[ignore = "runs act"]
fn a_second_push_updates_the_comment() {
    let case = &CASES[1];
    let job = Job::of(case.submission);
    job.has_course();
    let old = format!("{MARKER}\nold\n");
    let ran = job.run(&[("ada", &old), (BOT, &old)]);
    let [theirs, ours] = &ran.github.comments[..] else {
        panic!("{:#?}", ran.github.comments)
    };
    assert_eq!(theirs.body, old);
    assert_eq!(theirs.updated_at, theirs.created_at);
    assert_ne!(ours.updated_at, ours.created_at);
    assert_ne!(ours.body, old);
    // What was built is there for the next push, and need not be kept again.
    let said = |ran: &Ran, start: &str| {
        let lines = ran.result["said"].as_array().expect("lines").iter();
        let lines = lines.filter_map(Value::as_str);
        lines.filter(|line| line.starts_with(start)).count()
    };
    assert_eq!(
        (said(&ran, "kept course-"), said(&ran, "restored nothing")),
        (1, 1)
    );
    let next = job.run(&[]);
    assert_eq!(
        (said(&next, "kept course-"), said(&next, "restored nothing")),
        (0, 0)
    );
}

/// What a workflow may find out of its sandbox, and what it must find.
const PROBES: &[(&str, &str)] = &[
    ("touch /usr/course-was-here", "Read-only file system"),
    (
        "ls -d ~root/.cargo ~root/.bashrc ~root/.profile ~root/.ssh 2>/dev/null | grep -c . || true",
        "0",
    ),
    ("cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '", "lo"),
    // Its own processes are there, and those of this test are not.
    ("cat /proc/[0-9]*/comm | grep -c '^act$'", "1"),
    ("cat /proc/[0-9]*/comm | grep -c '^it-' || true", "0"),
    ("env | grep -c COURSE_SECRET || true", "0"),
];

#[test]
#[ignore = "runs act"]
fn act_reaches_nothing_of_the_machine() {
    let job = Job::of("starter");
    let mut workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n".to_owned();
    for (number, (command, _)) in PROBES.iter().enumerate() {
        workflow += &format!(
            "      - continue-on-error: true\n        run: |\n          echo probe {number}: $({command} 2>&1 | tail -n 1)\n"
        );
    }
    let path = "job/repository/.github/workflows/autograding.yml";
    job.tiny.write(path, &workflow);
    let ran = job.run(&[]);
    let said = ran.result["said"].to_string();
    let own_proc = ran.result["own_proc"] == true;
    for (number, (command, expected)) in PROBES.iter().enumerate() {
        // A container may forbid it a /proc of its own; then others are seen there, and cannot be reached.
        if command.contains("/comm") && !own_proc {
            continue;
        }
        let line = ran.result["said"].as_array().expect("lines").iter();
        let line: Vec<&str> = line
            .filter_map(Value::as_str)
            .filter(|line| line.starts_with(&format!("probe {number}:")))
            .collect();
        assert_eq!(line.len(), 1, "{command}: {said}");
        assert!(line[0].ends_with(expected), "{command}: {}", line[0]);
    }
}
