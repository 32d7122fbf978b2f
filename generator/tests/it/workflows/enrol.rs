//! From the filled-in form to the student's repository: act runs the workflow of the enrolment repository in a sandbox, with
//! a GitHub on this machine beside it.

use std::fs;
use std::process::Command;

use local_github::state::Issue;
use serde_json::{Value, json};

use super::{root, workflows};
use crate::builder::{copy, run};
use crate::github::world::{APP, SCHOOL, World};

/// What the workflow left.
struct Ran {
    /// Whether the file is there that a shell would have made of hostile words.
    was_here: bool,
    /// act's own conclusion and what was said.
    result: Value,
    /// What GitHub has then.
    github: Value,
}

impl Ran {
    fn repository(&self, name: &str) -> &Value {
        &self.github["repositories"][format!("{SCHOOL}/{name}")]
    }
}

/// A student fills in the form; the text of the issue is this.
fn filled_in(student: &str, body: &str) -> Ran {
    let (world, key) = World::with_app();
    world.tiny.write("class.csv", "ada\n");
    world.tiny.edit(
        "classroom.yml",
        "assignments:\n",
        &format!("roster: class.csv\nenrolment: {{app: {APP}}}\nassignments:\n"),
    );
    world.course("publish --execute").succeeds();
    world.course("enrol init --execute").succeeds();
    world.github.state(|state| {
        let enrol = state.repository_mut(SCHOOL, "enrol").expect("a repository");
        enrol.issues.push(Issue {
            number: 1,
            author: student.to_owned(),
            body: Some(body.to_owned()),
            open: true,
            ..Issue::default()
        });
    });

    let job = world.tiny.path("job");
    fs::create_dir_all(job.join("bin")).expect("a folder");
    let address = world.github.address();
    world.tiny.git(
        ".",
        &format!("clone -q {address}/{SCHOOL}/enrol job/repository"),
    );
    let origin = format!("remote set-url origin https://github.com/{SCHOOL}/enrol");
    world.tiny.git("job/repository", &origin);
    let user = json!({ "login": student, "type": "User" });
    let event = json!({ "issues": {
        "action": "opened",
        "issue": { "number": 1, "user": user, "body": body },
        "repository": { "name": "enrol", "full_name": format!("{SCHOOL}/enrol"), "owner": { "login": SCHOOL } },
        "sender": user,
    }});
    fs::write(job.join("event.json"), event.to_string()).expect("written");
    let secrets = format!("COURSE_APP_ID=\"{APP}\"\nCOURSE_APP_KEY=\"{key}\"\n");
    fs::write(job.join("secrets"), secrets).expect("written");

    let actions = job.join("actions");
    let ours = "rust-systems-course/rust-systems-course/.github/actions";
    copy(&root().join(".github/actions"), &actions.join(ours));
    for stub in ["checkout", "cache"] {
        let from = workflows().join("stubs").join(stub);
        copy(&from, &actions.join("actions").join(stub));
    }
    fs::copy(env!("CARGO_BIN_EXE_course"), job.join("bin/course")).expect("copied");

    // GitHub goes on inside, where it was.
    let state = world.github.state(|state| json!(state));
    fs::write(job.join("github.json"), state.to_string()).expect("written");
    fs::write(job.join("github.port"), world.github.port().to_string()).expect("written");
    copy(&world.tiny.path("github"), &job.join("github"));
    run(Command::new("python3")
        .arg(workflows().join("sandboxed_act.py"))
        .arg(&job))
    .succeeds();
    let read = |path: &str| -> Value {
        let text =
            fs::read_to_string(job.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&text).expect("JSON")
    };
    let ran = Ran {
        was_here: job.join("out/was-here").exists(),
        result: read("out/result.json"),
        github: read("out/github.json"),
    };
    assert_eq!(
        ran.result["github"], 0,
        "GitHub's description was broken: {:#}",
        ran.result
    );
    let said = ran.result.to_string();
    assert!(!said.contains("PRIVATE KEY"), "{said}");
    ran
}

/// The form of the tiny course's assignment, as GitHub writes it down.
fn form(assignment: &str) -> String {
    format!(
        "### Assignment\n\n{assignment}\n\n### Confirmation\n\n- [X] I take part in this course, and ask for the repository to be made for this account."
    )
}

#[test]
#[ignore = "runs act"]
fn a_filled_in_form_becomes_a_repository() {
    let ran = filled_in("ada", &form("01-tiny"));
    assert_eq!(ran.result["conclusion"], "success", "{:#}", ran.result);
    let ada = ran.repository("01-tiny-ada");
    assert_eq!(ada["private"], true, "{ada:#}");
    assert_eq!(ada["invitations"][0]["invitee"], "ada", "{ada:#}");
    assert_eq!(ada["issues"][0]["title"], "Feedback", "{ada:#}");
    let enrol = ran.repository("enrol");
    assert_eq!(enrol["issues"][0]["open"], false, "{enrol:#}");
    let comments = enrol["comments"].as_array().expect("comments");
    assert_eq!(comments.len(), 1, "{enrol:#}");
    let answer = comments[0]["body"].as_str().expect("a text");
    assert!(
        answer.contains(&format!("/{SCHOOL}/01-tiny-ada")),
        "{answer}"
    );
    assert_eq!(comments[0]["author"], "enrolment[bot]");
}

#[test]
#[ignore = "runs act"]
fn a_hostile_form_is_answered_and_nothing_else_happens() {
    let words = "$(touch /tmp/job/out/was-here) `touch /tmp/job/out/was-here` ${{ secrets.COURSE_APP_KEY }} @everybody";
    let ran = filled_in("ada", &form(words));
    assert_eq!(ran.result["conclusion"], "success", "{:#}", ran.result);
    assert!(ran.repository("01-tiny-ada").is_null());
    let comments = ran.repository("enrol")["comments"]
        .as_array()
        .expect("comments");
    assert_eq!(comments.len(), 1);
    let answer = comments[0]["body"].as_str().expect("a text");
    assert!(
        answer.contains("There is no assignment `` $(touch"),
        "{answer}"
    );
    assert!(!ran.was_here);
}
