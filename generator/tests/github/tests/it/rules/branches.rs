//! Rules of branches, whether a push or a request moves them.

use local_github::state::{Level, Token};
use serde_json::{Value, json};

use super::{Rule, said, seen};
use crate::world::{OWNER, STUDENT, World, fails, succeeds};

const REFS: &str = "rest/git/refs";
const RULESETS: &str = "repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets";
const BYPASS: &str = "repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets";
const SCOPES: &str = "apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps";

pub(super) const RULES: &[Rule] = &[
    said(
        "questions about the branches of an empty repository: 409",
        "rest/guides/using-the-rest-api-to-interact-with-your-git-database",
        empty,
    ),
    seen("a branch that exists already: 422", REFS, exists),
    said(
        "moving a branch to a commit that is no descendant, without `force`: 422",
        REFS,
        forward,
    ),
    seen(
        "a branch at a commit that does not exist: 422",
        REFS,
        no_commit,
    ),
    seen("deleting the default branch: 422", REFS, default),
    said(
        "a push without a token, or with a wrong one: 401",
        "get-started/git-basics/about-remote-repositories",
        token,
    ),
    said(
        "a push by somebody who may only read: 403",
        "organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization",
        reader,
    ),
    said(
        "a push with a fine-grained token that may not write contents: 403",
        "rest/authentication/permissions-required-for-fine-grained-personal-access-tokens",
        fine_grained,
    ),
    said(
        "a push that changes `.github/workflows/` with a token without the scope or permission for it",
        SCOPES,
        workflows,
    ),
    said(
        "deleting a branch that a ruleset keeps, by push and by request",
        RULESETS,
        deletion,
    ),
    said(
        "a forced push where a ruleset forbids it",
        RULESETS,
        non_fast_forward,
    ),
    said(
        "a new branch, and a change of an old one, where a ruleset restricts them",
        RULESETS,
        creation_and_update,
    ),
    said(
        "a push that changes files on restricted paths",
        RULESETS,
        paths,
    ),
    said(
        "none of that for whom a ruleset names as bypassing it, and none by a ruleset that is not active",
        BYPASS,
        bypass,
    ),
    said(
        "all that too by a ruleset of the organisation that names the repository",
        BYPASS,
        organisation,
    ),
];

const AT: &str = "/repos/rust-course/r";

/// A private repository with two commits on `main`, pushed by the owner, and a student who may write.
fn start(world: &World) -> (String, String) {
    world.repository("r", &json!({"private": true}));
    let first = world.work("work");
    let second = world.commit("work", "a.txt", "a\n");
    succeeds(&world.push("work", OWNER, "r", &["main", "main:side"]));
    world.github.state(|state| {
        let repository = state.repository_mut("rust-course", "r").expect("it");
        repository
            .collaborators
            .insert("ada".to_owned(), local_github::state::Role::Push);
    });
    (first, second)
}

fn ruleset(world: &World, path: &str, more: &Value) {
    let mut body = json!({
        "name": "r",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "bypass_actors": [{"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}],
    });
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    world.post(&format!("{path}/rulesets"), body).is(201);
}

fn laid(world: &World, rules: &[&str]) {
    let rules: Vec<Value> = rules.iter().map(|kind| json!({"type": kind})).collect();
    ruleset(world, AT, &json!({"rules": rules}));
}

fn empty(world: &World) {
    world.repository("r", &json!({}));
    world
        .get(OWNER, &format!("{AT}/git/ref/heads/main"))
        .refuses(409, "empty");
    world
        .get(OWNER, &format!("{AT}/commits/main"))
        .refuses(409, "empty");
    let body = json!({"ref": "refs/heads/a", "sha": "0".repeat(40)});
    world
        .post(&format!("{AT}/git/refs"), body)
        .refuses(409, "empty");
}

fn exists(world: &World) {
    let (first, _) = start(world);
    let body = json!({"ref": "refs/heads/main", "sha": first});
    world
        .post(&format!("{AT}/git/refs"), body)
        .refuses(422, "already exists");
}

fn forward(world: &World) {
    let (first, _) = start(world);
    let path = format!("{AT}/git/refs/heads/main");
    world
        .send(OWNER, "PATCH", &path, &json!({"sha": first}))
        .refuses(422, "not a fast forward");
    world
        .send(OWNER, "PATCH", &path, &json!({"sha": first, "force": true}))
        .is(200);
}

fn no_commit(world: &World) {
    start(world);
    let body = json!({"ref": "refs/heads/new", "sha": "1".repeat(40)});
    world
        .post(&format!("{AT}/git/refs"), body)
        .refuses(422, "does not exist");
}

fn default(world: &World) {
    start(world);
    world
        .send(
            OWNER,
            "DELETE",
            &format!("{AT}/git/refs/heads/main"),
            &Value::Null,
        )
        .refuses(422, "default");
}

fn token(world: &World) {
    start(world);
    fails(
        &world.push("work", "nobody", "r", &["main:new"]),
        "Authentication failed",
    );
    let bare = world.url("", "r").replace("x-access-token:@", "");
    fails(
        &world.git(&["-C", "work", "push", "-q", &bare, "main:new"]),
        "could not read Username",
    );
}

fn reader(world: &World) {
    world.repository("r", &json!({}));
    world.work("work");
    fails(&world.push("work", STUDENT, "r", &["main"]), "403");
}

fn fine_grained(world: &World) {
    start(world);
    for (level, allowed) in [(Level::Read, false), (Level::Write, true)] {
        let token = Token::fine_grained("grace", "rust-course", &[("contents", level)]);
        world.github.state(|state| state.add_token("fine", token));
        let pushed = world.push("work", "fine", "r", &["main:new"]);
        if allowed {
            succeeds(&pushed)
        } else {
            fails(&pushed, "403");
            String::new()
        };
    }
}

fn workflows(world: &World) {
    start(world);
    world.commit("work", ".github/workflows/a.yml", "on: push\n");
    // The student's token has the scope `repo` alone; the owner's has `workflow` too.
    fails(
        &world.push("work", STUDENT, "r", &["main"]),
        "without `workflow` scope",
    );
    succeeds(&world.push("work", OWNER, "r", &["main"]));
    world.commit("work", "b.txt", "b\n");
    succeeds(&world.push("work", STUDENT, "r", &["main"]));
}

fn deletion(world: &World) {
    start(world);
    ruleset(
        world,
        AT,
        &json!({"rules": [{"type": "deletion"}], "conditions": {"ref_name": {"include": ["refs/heads/si*"], "exclude": []}}}),
    );
    fails(
        &world.push("work", STUDENT, "r", &[":side"]),
        "Cannot delete",
    );
    let path = format!("{AT}/git/refs/heads/side");
    world
        .send(STUDENT, "DELETE", &path, &Value::Null)
        .refuses(422, "Cannot delete");
    world.get(STUDENT, &format!("{AT}/branches/side")).is(200);
}

fn non_fast_forward(world: &World) {
    let (first, _) = start(world);
    laid(world, &["non_fast_forward"]);
    let back = format!("+{first}:main");
    fails(
        &world.push("work", STUDENT, "r", &[&back]),
        "Cannot force-push",
    );
    let path = format!("{AT}/git/refs/heads/main");
    world
        .send(
            STUDENT,
            "PATCH",
            &path,
            &json!({"sha": first, "force": true}),
        )
        .refuses(422, "force-push");
    world.commit("work", "b.txt", "b\n");
    succeeds(&world.push("work", STUDENT, "r", &["main"]));
    // Another branch is not meant.
    let back = format!("+{first}:side");
    succeeds(&world.push("work", STUDENT, "r", &[&back]));
}

fn creation_and_update(world: &World) {
    start(world);
    let all = json!({"ref_name": {"include": ["~ALL"], "exclude": ["refs/heads/own/**/*", "refs/heads/other/**"]}});
    ruleset(
        world,
        AT,
        &json!({"rules": [{"type": "creation"}, {"type": "update"}], "conditions": all}),
    );
    world.commit("work", "b.txt", "b\n");
    fails(
        &world.push("work", STUDENT, "r", &["main"]),
        "Cannot update",
    );
    fails(
        &world.push("work", STUDENT, "r", &["main:new"]),
        "creations being restricted",
    );
    succeeds(&world.push("work", STUDENT, "r", &["main:own/new/a"]));
    // Two stars at the end are one.
    succeeds(&world.push("work", STUDENT, "r", &["main:other/a"]));
    fails(
        &world.push("work", STUDENT, "r", &["main:other/new/a"]),
        "creations being restricted",
    );
}

fn paths(world: &World) {
    start(world);
    let rule = json!({"type": "file_path_restriction", "parameters": {"restricted_file_paths": ["tests/**/*", ".github/**/*"]}});
    let body = json!({"target": "push", "conditions": {}, "rules": [rule]});
    ruleset(world, AT, &body);
    world.commit("work", "tests/deep/one.rs", "//\n");
    fails(
        &world.push("work", STUDENT, "r", &["main"]),
        "File path is restricted: tests/deep/one.rs",
    );
    // Undone in a later commit, it is in the history all the same.
    succeeds(&world.git(&["-C", "work", "rm", "-q", "tests/deep/one.rs"]));
    world.commit("work", "b.txt", "b\n");
    fails(
        &world.push("work", STUDENT, "r", &["main"]),
        "File path is restricted",
    );
    succeeds(&world.git(&["-C", "work", "reset", "-q", "--hard", "HEAD~2"]));
    world.commit("work", "src/one.rs", "//\n");
    succeeds(&world.push("work", STUDENT, "r", &["main"]));
}

fn bypass(world: &World) {
    start(world);
    laid(world, &["update"]);
    world.commit("work", "b.txt", "b\n");
    fails(
        &world.push("work", STUDENT, "r", &["main"]),
        "Cannot update",
    );
    succeeds(&world.push("work", OWNER, "r", &["main"]));
    world.github.state(|state| {
        let repository = state.repository_mut("rust-course", "r").expect("it");
        repository.rulesets[0].enforcement = "disabled".to_owned();
    });
    world.commit("work", "c.txt", "c\n");
    succeeds(&world.push("work", STUDENT, "r", &["main"]));
}

fn organisation(world: &World) {
    start(world);
    let conditions = json!({
        "ref_name": {"include": ["~ALL"], "exclude": []},
        "repository_name": {"include": ["r*"], "exclude": []},
    });
    ruleset(
        world,
        "/orgs/rust-course",
        &json!({"rules": [{"type": "update"}], "conditions": conditions}),
    );
    world.commit("work", "b.txt", "b\n");
    fails(
        &world.push("work", STUDENT, "r", &["main"]),
        "Cannot update",
    );
    world.github.state(|state| {
        let organisation = state.organisations.get_mut("rust-course").expect("it");
        organisation.rulesets[0].conditions["repository_name"] =
            json!({"include": ["other-*"], "exclude": []});
    });
    succeeds(&world.push("work", STUDENT, "r", &["main"]));
}
