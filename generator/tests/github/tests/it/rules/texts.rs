//! Rules of pull requests, issues, comments and statuses.

use serde_json::json;

use super::{Rule, said, seen};
use crate::client::Answer;
use crate::world::{OWNER, STUDENT, World, succeeds};

const PULLS: &str = "rest/pulls/pulls#create-a-pull-request";
const COMMENT: &str = "rest/issues/comments#create-an-issue-comment";
const STATUS: &str = "rest/commits/statuses#create-a-commit-status";

pub(super) const RULES: &[Rule] = &[
    seen(
        "a pull request between branches with no commits between them: 422",
        PULLS,
        equal,
    ),
    seen(
        "a second open pull request for the same branches: 422",
        PULLS,
        double,
    ),
    said(
        "a pull request between branches without a common commit: 422",
        "repositories/creating-and-managing-repositories/creating-a-repository-from-a-template",
        unrelated,
    ),
    seen(
        "a pull request of a branch that does not exist: 422",
        PULLS,
        no_branch,
    ),
    seen(
        "opening a merged pull request again: 422",
        "rest/pulls/pulls#update-a-pull-request",
        merged,
    ),
    seen(
        "a comment of more than 65,536 letters, or without any: 422",
        COMMENT,
        long,
    ),
    said(
        "a comment on a locked issue by somebody who may not write to the repository: 403",
        "communities/moderating-comments-and-conversations/locking-conversations",
        locked,
    ),
    seen(
        "a comment on an issue that does not exist: 404",
        COMMENT,
        no_issue,
    ),
    seen(
        "changing somebody else's comment without the right to write: 403",
        "rest/issues/comments#update-an-issue-comment",
        others,
    ),
    said(
        "closing somebody else's issue without the right to sort them: 403",
        "organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization",
        closing,
    ),
    said(
        "an issue in a repository that has none: 410",
        "rest/issues/issues#create-an-issue",
        disabled,
    ),
    seen(
        "a label that exists already: 422",
        "rest/issues/labels#create-a-label",
        label,
    ),
    seen(
        "a status of a commit that does not exist, or with a description of more than 140 letters: 422",
        STATUS,
        status,
    ),
    said(
        "more than 1,000 statuses of a commit in one context: 422",
        STATUS,
        statuses,
    ),
    said(
        "a status by somebody who may not push: 403",
        STATUS,
        status_reader,
    ),
];

const AT: &str = "/repos/rust-course/r";

/// A public repository with `main` one commit ahead of `feedback`; the commit.
fn start(world: &World) -> String {
    world.repository("r", &json!({}));
    world.work("work");
    succeeds(&world.push("work", OWNER, "r", &["main", "main:feedback"]));
    let sha = world.commit("work", "a.txt", "a\n");
    succeeds(&world.push("work", OWNER, "r", &["main"]));
    sha
}

fn pull(world: &World, head: &str, base: &str) -> Answer {
    world.post(
        &format!("{AT}/pulls"),
        json!({"title": "Feedback", "head": head, "base": base}),
    )
}

fn equal(world: &World) {
    start(world);
    pull(world, "main", "main").refuses(422, "No commits between main and main");
    pull(world, "feedback", "main").refuses(422, "No commits between main and feedback");
}

fn double(world: &World) {
    start(world);
    pull(world, "main", "feedback").is(201);
    pull(world, "main", "feedback")
        .refuses(422, "A pull request already exists for rust-course:main.");
    world
        .send(
            OWNER,
            "PATCH",
            &format!("{AT}/pulls/1"),
            &json!({"state": "closed"}),
        )
        .is(200);
    assert_eq!(pull(world, "main", "feedback").is(201)["number"], 2);
}

fn unrelated(world: &World) {
    start(world);
    world.work("other");
    world.commit("other", "b.txt", "b\n");
    // Another message, or the first commits would be one and the same.
    succeeds(&world.git(&["-C", "other", "checkout", "-q", "--orphan", "alone"]));
    world.commit("other", "c.txt", "c\n");
    succeeds(&world.push("other", OWNER, "r", &["alone"]));
    pull(world, "alone", "main").refuses(422, "no history in common");
}

fn no_branch(world: &World) {
    start(world);
    pull(world, "nowhere", "main").refuses(422, "head");
    pull(world, "main", "nowhere").refuses(422, "base");
}

fn merged(world: &World) {
    start(world);
    pull(world, "main", "feedback").is(201);
    succeeds(&world.push("work", OWNER, "r", &["main:feedback"]));
    let path = format!("{AT}/pulls/1");
    assert_eq!(world.get(OWNER, &path).is(200)["merged"], true);
    world
        .send(OWNER, "PATCH", &path, &json!({"state": "open"}))
        .refuses(422, "merged");
}

fn issue(world: &World) {
    world.repository("r", &json!({}));
    world
        .post(&format!("{AT}/issues"), json!({"title": "one"}))
        .is(201);
}

fn long(world: &World) {
    issue(world);
    let path = format!("{AT}/issues/1/comments");
    // Letters, not bytes.
    world
        .post(&path, json!({"body": "ü".repeat(65_536)}))
        .is(201);
    world
        .post(&path, json!({"body": "x".repeat(65_537)}))
        .refuses(422, "too long");
    world
        .post(&path, json!({"body": "  "}))
        .refuses(422, "missing_field");
}

fn locked(world: &World) {
    issue(world);
    world.github.state(|state| {
        state.repository_mut("rust-course", "r").expect("it").issues[0].locked = true;
    });
    let path = format!("{AT}/issues/1/comments");
    world
        .send(STUDENT, "POST", &path, &json!({"body": "x"}))
        .refuses(403, "locked");
    world.post(&path, json!({"body": "x"})).is(201);
}

fn no_issue(world: &World) {
    issue(world);
    world
        .post(&format!("{AT}/issues/2/comments"), json!({"body": "x"}))
        .refuses(404, "Not Found");
}

fn others(world: &World) {
    issue(world);
    let comment = world
        .post(&format!("{AT}/issues/1/comments"), json!({"body": "x"}))
        .is(201);
    let path = format!("{AT}/issues/comments/{}", comment["id"]);
    world
        .send(STUDENT, "PATCH", &path, &json!({"body": "y"}))
        .refuses(403, "admin rights");
}

fn closing(world: &World) {
    issue(world);
    let path = format!("{AT}/issues/1");
    world
        .send(STUDENT, "PATCH", &path, &json!({"state": "closed"}))
        .refuses(403, "admin rights");
    let own = world
        .send(
            STUDENT,
            "POST",
            &format!("{AT}/issues"),
            &json!({"title": "own"}),
        )
        .is(201);
    let path = format!("{AT}/issues/{}", own["number"]);
    world
        .send(STUDENT, "PATCH", &path, &json!({"state": "closed"}))
        .is(200);
}

fn disabled(world: &World) {
    world.repository("r", &json!({"has_issues": false}));
    world
        .post(&format!("{AT}/issues"), json!({"title": "one"}))
        .refuses(410, "disabled");
}

fn label(world: &World) {
    world.repository("r", &json!({}));
    world
        .post(&format!("{AT}/labels"), json!({"name": "late"}))
        .is(201);
    world
        .post(&format!("{AT}/labels"), json!({"name": "LATE"}))
        .refuses(422, "already_exists");
}

fn status(world: &World) {
    let sha = start(world);
    let nowhere = format!("{AT}/statuses/{}", "1".repeat(40));
    world
        .post(&nowhere, json!({"state": "success"}))
        .refuses(422, "No commit found");
    let path = format!("{AT}/statuses/{sha}");
    let body = |letters: usize| json!({"state": "success", "description": "x".repeat(letters)});
    world.post(&path, body(140)).is(201);
    world.post(&path, body(141)).refuses(422, "too long");
}

fn statuses(world: &World) {
    let sha = start(world);
    let path = format!("{AT}/statuses/{sha}");
    world.post(&path, json!({"state": "success"})).is(201);
    world.github.state(|state| {
        let statuses = &mut state
            .repository_mut("rust-course", "r")
            .expect("it")
            .statuses;
        let one = statuses[0].clone();
        statuses.resize(1_000, one);
    });
    world
        .post(&path, json!({"state": "success"}))
        .refuses(422, "maximum number");
    world
        .post(&path, json!({"state": "success", "context": "other"}))
        .is(201);
}

fn status_reader(world: &World) {
    let sha = start(world);
    let path = format!("{AT}/statuses/{sha}");
    world
        .send(STUDENT, "POST", &path, &json!({"state": "success"}))
        .refuses(403, "push access");
}
