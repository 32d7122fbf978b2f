//! Every operation once, and what it answers.

use std::collections::BTreeSet;

use local_github::state::{App, Installation, Level};
use local_github::{Config, LocalGithub};
use serde_json::{Value, json};

use crate::app;
use crate::world::{OWNER, SCHOOL, STUDENT, World, described, succeeds};

#[test]
fn every_operation_answers() {
    every_operation_answers_in(Config::default());
}

#[test]
#[ignore = "needs node"]
fn every_operation_answers_as_described() {
    every_operation_answers_in(described());
}

/// An answer of an operation.
pub(crate) struct AnswerOf {
    pub(crate) method: String,
    /// The operation's path in the description.
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// What every operation answers.
pub(crate) fn every_answer(config: Config) -> Vec<AnswerOf> {
    let world = every_operation_answers_in(config);
    let requests = world.github.requests();
    let operation = |method: &str, path: &str| {
        let found = requests
            .iter()
            .find(|request| request.method == method && request.path == path);
        found.and_then(|request| request.operation.clone())
    };
    let answers = world.answers.borrow_mut().split_off(0).into_iter();
    answers
        .filter_map(|(method, path, status, body)| {
            let path = operation(&method, &path)?;
            Some(AnswerOf {
                method,
                path,
                status,
                body,
            })
        })
        .collect()
}

fn every_operation_answers_in(config: Config) -> World {
    let world = World::with(config);
    accounts(&world);
    apps(&world);
    world.repository("tiny", &json!({"is_template": true, "private": true}));
    world.work("work");
    world.commit("work", "a/b.txt", "b\n");
    let other = world.commit("work", "a/c.txt", "c\n");
    succeeds(&world.push("work", OWNER, "tiny", &["main", "main~1:refs/heads/old"]));
    collaborators(&world);
    branches(&world, &other);
    issues(&world);
    pulls(&world, &other);
    rulesets(&world, &format!("/orgs/{SCHOOL}"));
    rulesets(&world, "/repos/rust-course/tiny");
    repositories(&world);

    let asked: BTreeSet<(String, String)> = world
        .github
        .requests()
        .into_iter()
        .filter(|request| request.status < 400)
        .filter_map(|request| Some((request.method, request.operation?)))
        .collect();
    for (method, path) in LocalGithub::operations() {
        let asked = asked.contains(&(method.to_owned(), path.to_owned()));
        assert!(asked, "nothing here asks for {method} {path}");
    }
    world
}

fn accounts(world: &World) {
    assert_eq!(world.get(OWNER, "/user").is(200)["login"], "grace");
    assert_eq!(world.get(OWNER, "/users/ADA").is(200)["login"], "ada");
    assert_eq!(
        world.get(OWNER, "/rate_limit").is(200)["resources"]["core"]["limit"],
        5000
    );
    let own = world
        .get(OWNER, "/user/memberships/orgs/rust-course")
        .is(200);
    assert_eq!(
        (&own["role"], &own["state"]),
        (&json!("admin"), &json!("active"))
    );
    assert_eq!(
        world.get(OWNER, "/orgs/rust-course").is(200)["plan"]["name"],
        "team"
    );
    assert_eq!(
        world.get(STUDENT, "/orgs/rust-course").is(200)["plan"],
        Value::Null
    );
    assert_eq!(
        world.get(OWNER, "/orgs/rust-course/members").is(200)[0]["login"],
        "grace"
    );
    world.get(OWNER, "/orgs/rust-course/members/grace").is(204);
    world.get(OWNER, "/orgs/rust-course/members/ada").is(404);
    world
        .get(STUDENT, "/orgs/rust-course/members/grace")
        .is(302);
    assert_eq!(
        world
            .get(OWNER, "/orgs/rust-course/memberships/grace")
            .is(200)["user"]["login"],
        "grace"
    );
}

fn apps(world: &World) {
    let key = app::Key::new();
    world.github.state(|state| {
        state.apps.push(App {
            id: 7,
            slug: "grader".to_owned(),
            public_key: key.public.clone(),
            installations: vec![Installation {
                id: 70,
                organisation: SCHOOL.to_owned(),
                permissions: [
                    ("issues".to_owned(), Level::Write),
                    ("metadata".to_owned(), Level::Read),
                ]
                .into(),
                repositories: None,
            }],
        });
    });
    let jwt = key.token(7, world.github.now());
    assert_eq!(world.get(&jwt, "/app").is(200)["slug"], "grader");
    assert_eq!(world.get(&jwt, "/app/installations").is(200)[0]["id"], 70);
    assert_eq!(
        world.get(&jwt, "/orgs/rust-course/installation").is(200)["app_slug"],
        "grader"
    );
    let body = json!({"permissions": {"issues": "write"}});
    let token = world
        .send(&jwt, "POST", "/app/installations/70/access_tokens", &body)
        .is(201);
    let token = token["token"].as_str().expect("a token");
    world.repository("asked", &json!({}));
    let issue = world.send(
        token,
        "POST",
        "/repos/rust-course/asked/issues",
        &json!({"title": "hello"}),
    );
    assert_eq!(issue.is(201)["user"]["login"], "grader[bot]");
    let denied = world.send(
        token,
        "PUT",
        "/repos/rust-course/asked/topics",
        &json!({"names": ["a"]}),
    );
    denied.refuses(403, "Resource not accessible by integration");
}

fn collaborators(world: &World) {
    let at = "/repos/rust-course/tiny";
    let add = |permission: &str| {
        let path = format!("{at}/collaborators/ada");
        world.send(OWNER, "PUT", &path, &json!({"permission": permission}))
    };
    let first = add("pull").is(201)["id"].clone();
    // The same invitation, changed.
    assert_eq!(add("push").is(201)["id"], first);
    let path = format!("{at}/invitations/{first}");
    let changed = world.send(OWNER, "PATCH", &path, &json!({"permissions": "maintain"}));
    assert_eq!(changed.is(200)["permissions"], "maintain");
    assert_eq!(
        world.get(OWNER, &format!("{at}/invitations")).is(200)[0]["id"],
        first
    );
    world.send(OWNER, "DELETE", &path, &Value::Null).is(204);
    let second = add("push").is(201)["id"].clone();
    world
        .send(
            STUDENT,
            "DELETE",
            &format!("/user/repository_invitations/{second}"),
            &Value::Null,
        )
        .is(204);
    let third = add("push").is(201)["id"].clone();
    assert_eq!(
        world.get(STUDENT, "/user/repository_invitations").is(200)[0]["id"],
        third
    );
    world
        .send(
            STUDENT,
            "PATCH",
            &format!("/user/repository_invitations/{third}"),
            &Value::Null,
        )
        .is(204);
    add("admin").is(204);
    add("push").is(204);
    let outside = world
        .get(OWNER, &format!("{at}/collaborators?affiliation=outside"))
        .is(200);
    assert_eq!(
        (&outside[0]["login"], &outside[0]["role_name"], &outside[1]),
        (&json!("ada"), &json!("write"), &Value::Null)
    );
    world.get(OWNER, &format!("{at}/collaborators/ada")).is(204);
    assert_eq!(
        world
            .get(OWNER, &format!("{at}/collaborators/ada/permission"))
            .is(200)["permission"],
        "write"
    );
    world
        .send(
            OWNER,
            "DELETE",
            &format!("{at}/collaborators/ada"),
            &Value::Null,
        )
        .is(204);
    world.get(OWNER, &format!("{at}/collaborators/ada")).is(404);
}

fn branches(world: &World, other: &str) {
    let at = "/repos/rust-course/tiny";
    assert_eq!(
        world
            .get(OWNER, &format!("{at}/branches?protected=false"))
            .is(200)[1]["name"],
        "old"
    );
    assert_eq!(
        world.get(OWNER, &format!("{at}/branches/main")).is(200)["commit"]["sha"],
        other
    );
    assert_eq!(
        world
            .get(OWNER, &format!("{at}/git/ref/heads/main"))
            .is(200)["object"]["sha"],
        other
    );
    let made = world.post(
        &format!("{at}/git/refs"),
        json!({"ref": "refs/heads/new/a", "sha": other}),
    );
    assert_eq!(made.is(201)["ref"], "refs/heads/new/a");
    let found = world
        .get(OWNER, &format!("{at}/git/matching-refs/heads/new"))
        .is(200);
    assert_eq!(found[0]["ref"], "refs/heads/new/a");
    let path = format!("{at}/git/refs/heads/old");
    assert_eq!(
        world
            .send(OWNER, "PATCH", &path, &json!({"sha": other}))
            .is(200)["object"]["sha"],
        other
    );
    world
        .send(
            OWNER,
            "DELETE",
            &format!("{at}/git/refs/heads/new/a"),
            &Value::Null,
        )
        .is(204);
    let commit = world.get(OWNER, &format!("{at}/commits/main")).is(200);
    assert_eq!(
        (&commit["sha"], &commit["files"][0]["filename"]),
        (&json!(other), &json!("a/c.txt"))
    );
    assert_eq!(commit["author"]["login"], "ada");
    let compared = world
        .get(OWNER, &format!("{at}/compare/main...old"))
        .is(200);
    assert_eq!(compared["status"], "identical");
    assert_eq!(
        world.get(OWNER, &format!("{at}/contents/")).is(200)[0]["type"],
        "dir"
    );
    assert_eq!(
        world.get(OWNER, &format!("{at}/contents/a")).is(200)[1]["name"],
        "c.txt"
    );
    assert_eq!(
        world
            .get(OWNER, &format!("{at}/contents/a/b.txt?ref=main"))
            .is(200)["content"],
        "Ygo=\n"
    );
    let status = json!({"state": "pending"});
    assert_eq!(
        world
            .post(&format!("{at}/statuses/{other}"), status)
            .is(201)["context"],
        "default"
    );
    assert_eq!(
        world
            .get(OWNER, &format!("{at}/commits/main/status"))
            .is(200)["state"],
        "pending"
    );
    let activity = world.get(
        OWNER,
        &format!("{at}/activity?ref=refs/heads/old&per_page=1"),
    );
    assert!(activity.header("link").contains("after="), "{activity:?}");
    assert_eq!(activity.is(200)[0]["activity_type"], "push");
}

fn issues(world: &World) {
    let at = "/repos/rust-course/tiny";
    assert_eq!(
        world
            .post(
                &format!("{at}/labels"),
                json!({"name": "late", "color": "ff0000"})
            )
            .is(201)["color"],
        "ff0000"
    );
    assert_eq!(
        world.get(OWNER, &format!("{at}/labels")).is(200)[0]["name"],
        "late"
    );
    let issue = world
        .post(
            &format!("{at}/issues"),
            json!({"title": "one", "labels": ["late"]}),
        )
        .is(201);
    assert_eq!(
        (&issue["number"], &issue["labels"][0]["name"]),
        (&json!(1), &json!("late"))
    );
    let labels = world
        .post(&format!("{at}/issues/1/labels"), json!({"labels": ["new"]}))
        .is(200);
    assert_eq!(labels[1]["name"], "new");
    let comment = world
        .post(&format!("{at}/issues/1/comments"), json!({"body": "hello"}))
        .is(201);
    let path = format!("{at}/issues/comments/{}", comment["id"]);
    assert_eq!(
        world
            .send(OWNER, "PATCH", &path, &json!({"body": "again"}))
            .is(200)["body"],
        "again"
    );
    assert_eq!(
        world.get(OWNER, &format!("{at}/issues/1/comments")).is(200)[0]["body"],
        "again"
    );
    let closed = json!({"state": "closed", "state_reason": "not_planned"});
    let closed = world
        .send(OWNER, "PATCH", &format!("{at}/issues/1"), &closed)
        .is(200);
    assert_eq!(
        (&closed["state"], &closed["state_reason"]),
        (&json!("closed"), &json!("not_planned"))
    );
    assert_eq!(
        world.get(OWNER, &format!("{at}/issues/1")).is(200)["comments"],
        1
    );
    assert_eq!(
        world
            .get(OWNER, &format!("{at}/issues?state=closed&labels=late"))
            .is(200)[0]["number"],
        1
    );
}

fn pulls(world: &World, other: &str) {
    let at = "/repos/rust-course/tiny";
    let last = world.commit("work", "a/d.txt", "d\n");
    succeeds(&world.push("work", OWNER, "tiny", &["main:work"]));
    let body = json!({"title": "More", "head": "rust-course:work", "base": "main"});
    let made = world.post(&format!("{at}/pulls"), body).is(201);
    assert_eq!(
        (&made["commits"], &made["changed_files"], &made["additions"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(made["base"]["sha"], other);
    let number = &made["number"];
    let all = world
        .get(OWNER, &format!("{at}/pulls?state=all&base=main"))
        .is(200);
    assert_eq!(&all[0]["number"], number);
    assert_eq!(
        world
            .get(OWNER, &format!("{at}/commits/{last}/pulls"))
            .is(200)[0]["number"],
        *number
    );
    let path = format!("{at}/pulls/{number}");
    assert_eq!(
        world
            .send(OWNER, "PATCH", &path, &json!({"state": "closed"}))
            .is(200)["state"],
        "closed"
    );
    assert_eq!(
        world
            .send(
                OWNER,
                "PATCH",
                &path,
                &json!({"state": "open", "title": "New"})
            )
            .is(200)["title"],
        "New"
    );
    assert_eq!(world.get(OWNER, &path).is(200)["merged"], false);
    // It is an issue too.
    assert!(world.get(OWNER, &format!("{at}/issues/{number}")).is(200)["pull_request"].is_object());
}

fn rulesets(world: &World, at: &str) {
    let at = format!("{at}/rulesets");
    let mut body = json!({
        "name": "students",
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [{"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}],
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}],
    });
    if at.starts_with("/orgs") {
        body["conditions"]["repository_name"] = json!({"include": ["t*"], "exclude": []});
    }
    let made = world.post(&at, body.clone()).is(201);
    let path = format!("{at}/{}", made["id"]);
    assert_eq!(world.get(OWNER, &path).is(200)["rules"], body["rules"]);
    body["rules"] = json!([{"type": "deletion"}]);
    assert_eq!(
        world.send(OWNER, "PUT", &path, &body).is(200)["rules"],
        body["rules"]
    );
    assert_eq!(world.get(OWNER, &at).is(200)[0]["name"], "students");
    let laid = world
        .get(OWNER, "/repos/rust-course/tiny/rules/branches/main")
        .is(200);
    assert_eq!(laid[0]["type"], "deletion");
    world.send(OWNER, "DELETE", &path, &Value::Null).is(204);
    world.get(OWNER, &path).is(404);
}

fn repositories(world: &World) {
    let at = "/repos/rust-course/tiny";
    let body = json!({"owner": "rust-course", "name": "copy"});
    let made = world.post(&format!("{at}/generate"), body).is(201);
    assert_eq!(made["template_repository"]["full_name"], "rust-course/tiny");
    let topics = json!({"names": ["Rust"]});
    assert_eq!(
        world
            .send(OWNER, "PUT", &format!("{at}/topics"), &topics)
            .is(200)["names"][0],
        "rust"
    );
    assert_eq!(
        world.get(OWNER, &format!("{at}/topics")).is(200)["names"][0],
        "rust"
    );
    assert_eq!(
        world
            .get(OWNER, "/orgs/rust-course/repos?type=private")
            .is(200)[0]["name"],
        "tiny"
    );
    let settings =
        json!({"has_wiki": false, "description": "small", "delete_branch_on_merge": true});
    let changed = world.send(OWNER, "PATCH", at, &settings).is(200);
    assert_eq!(
        (&changed["has_wiki"], &changed["description"]),
        (&json!(false), &json!("small"))
    );
    assert_eq!(world.get(OWNER, at).is(200)["permissions"]["admin"], true);
    world.send(OWNER, "DELETE", at, &Value::Null).is(204);
}
