//! Rules of repositories and organisations.

use local_github::state::{Plan, Repository};
use serde_json::{Value, json};

use super::{Rule, said, seen};
use crate::world::{OWNER, SCHOOL, STUDENT, World, fails, succeeds};

const CREATE: &str = "rest/repos/repos#create-an-organization-repository";
const TEMPLATE: &str = "rest/repos/repos#create-a-repository-using-a-template";
const ARCHIVE: &str = "repositories/archiving-a-github-repository/archiving-repositories";
const RULESETS: &str = "repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets";

pub(super) const RULES: &[Rule] = &[
    seen(
        "a repository whose name its owner has already, whatever the case: 422",
        CREATE,
        taken,
    ),
    seen(
        "a repository's name with other letters than `A-Z a-z 0-9 - _ .` or more than 100: 422",
        CREATE,
        invalid,
    ),
    said(
        "a repository of an organisation whose members may make none, by a member: 403",
        "organizations/managing-organization-settings/restricting-repository-creation-in-your-organization",
        members,
    ),
    said(
        "a private repository by a classic token without the scope `repo`: 404",
        CREATE,
        scope,
    ),
    said(
        "a repository made from one that is no template repository: 422",
        TEMPLATE,
        no_template,
    ),
    seen(
        "the content of a repository made from a template repository before it is there: 404",
        "repositories/creating-and-managing-repositories/creating-a-repository-from-a-template",
        later,
    ),
    said(
        "any change of an archived repository by the interface: 403",
        ARCHIVE,
        archived,
    ),
    said(
        "a push to an archived repository: 403",
        ARCHIVE,
        archived_push,
    ),
    said(
        "rulesets for a whole organisation on the plan Free: 403",
        RULESETS,
        free_organisation,
    ),
    said(
        "rulesets of a private repository on the plan Free: 403",
        RULESETS,
        free_private,
    ),
    said(
        "a push ruleset of a public repository: 422",
        RULESETS,
        push_public,
    ),
    seen(
        "a default branch that does not exist: 422",
        "rest/repos/repos#update-a-repository",
        default_branch,
    ),
    said(
        "topics with other letters than `a-z 0-9 -`, longer than 50, or more than 20 of them: 422",
        "repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/classifying-your-repository-with-topics",
        topics,
    ),
    said(
        "deleting a repository by a classic token without the scope `delete_repo`: 403",
        "rest/repos/repos#delete-a-repository",
        delete,
    ),
];

fn create(world: &World, body: Value) -> crate::client::Answer {
    world.post(&format!("/orgs/{SCHOOL}/repos"), body)
}

fn taken(world: &World) {
    world.repository("Tiny", &json!({}));
    create(world, json!({"name": "tiny"})).refuses(422, "name already exists on this account");
}

fn invalid(world: &World) {
    let long = "x".repeat(101);
    for name in ["a b", "ü", "..", &long, "a.git"] {
        create(world, json!({"name": name})).refuses(422, "name is invalid");
    }
    create(world, json!({"name": "x".repeat(100)})).is(201);
}

fn members(world: &World) {
    world.github.state(|state| {
        state
            .organisations
            .get_mut(SCHOOL)
            .expect("it")
            .members
            .insert("ada".to_owned());
    });
    let path = format!("/orgs/{SCHOOL}/repos");
    let make = || world.send(STUDENT, "POST", &path, &json!({"name": "own"}));
    make().refuses(403, "admin access");
    world.github.state(|state| {
        state
            .organisations
            .get_mut(SCHOOL)
            .expect("it")
            .members_create_repositories = true;
    });
    make().is(201);
}

fn scope(world: &World) {
    world.github.state(|state| {
        state.add_token(
            "public",
            local_github::state::Token::classic("grace", &["public_repo"]),
        )
    });
    let path = format!("/orgs/{SCHOOL}/repos");
    let make = |private: bool| {
        world.send(
            "public",
            "POST",
            &path,
            &json!({"name": format!("r-{private}"), "private": private}),
        )
    };
    make(true).refuses(404, "Not Found");
    make(false).is(201);
}

fn no_template(world: &World) {
    world.repository("plain", &json!({"auto_init": true}));
    let path = "/repos/rust-course/plain/generate";
    world
        .post(path, json!({"owner": SCHOOL, "name": "copy"}))
        .refuses(422, "not a template");
}

fn later(world: &World) {
    world.repository("from", &json!({"auto_init": true, "is_template": true}));
    let path = "/repos/rust-course/from/generate";
    world
        .post(path, json!({"owner": SCHOOL, "name": "copy"}))
        .is(201);
    world
        .get(OWNER, "/repos/rust-course/copy/contents/README.md")
        .refuses(404, "empty");
    world
        .get(OWNER, "/repos/rust-course/copy/git/ref/heads/main")
        .refuses(409, "empty");
}

fn archive(world: &World) {
    world.repository("old", &json!({"auto_init": true}));
    world
        .send(
            OWNER,
            "PATCH",
            "/repos/rust-course/old",
            &json!({"archived": true}),
        )
        .is(200);
}

fn archived(world: &World) {
    archive(world);
    let at = "/repos/rust-course/old";
    world
        .post(&format!("{at}/issues"), json!({"title": "x"}))
        .refuses(403, "archived");
    world
        .send(OWNER, "PUT", &format!("{at}/collaborators/ada"), &json!({}))
        .refuses(403, "archived");
    world
        .send(OWNER, "PATCH", at, &json!({"description": "x"}))
        .refuses(403, "archived");
    world
        .send(OWNER, "PUT", &format!("{at}/topics"), &json!({"names": []}))
        .refuses(403, "archived");
}

fn archived_push(world: &World) {
    archive(world);
    world.work("work");
    fails(&world.push("work", OWNER, "old", &["main:new"]), "403");
    // Reading goes on.
    succeeds(&world.git(&["clone", "-q", &world.url(OWNER, "old"), "copy"]));
}

fn free(world: &World) {
    world
        .github
        .state(|state| state.organisations.get_mut(SCHOOL).expect("it").plan = Plan::Free);
}

fn ruleset(target: &str) -> Value {
    json!({"name": "r", "target": target, "enforcement": "active", "rules": []})
}

fn free_organisation(world: &World) {
    let path = format!("/orgs/{SCHOOL}/rulesets");
    world.post(&path, ruleset("branch")).is(201);
    free(world);
    world.post(&path, ruleset("branch")).refuses(403, "Upgrade");
}

fn free_private(world: &World) {
    free(world);
    world.repository("private", &json!({"private": true}));
    world.repository("public", &json!({}));
    world
        .post("/repos/rust-course/private/rulesets", ruleset("branch"))
        .refuses(403, "Upgrade");
    world
        .post("/repos/rust-course/public/rulesets", ruleset("branch"))
        .is(201);
}

fn push_public(world: &World) {
    world.repository("public", &json!({}));
    world
        .post("/repos/rust-course/public/rulesets", ruleset("push"))
        .refuses(422, "private");
}

fn default_branch(world: &World) {
    world.repository("r", &json!({"auto_init": true}));
    let change = json!({"default_branch": "nowhere"});
    world
        .send(OWNER, "PATCH", "/repos/rust-course/r", &change)
        .refuses(422, "was not found");
}

fn topics(world: &World) {
    world.github.state(|state| {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let id = state.next_id();
        let repository = Repository {
            id,
            ..Repository::new(SCHOOL, "r", now)
        };
        state.repositories.insert(format!("{SCHOOL}/r"), repository);
    });
    let long = "x".repeat(51);
    let many: Vec<String> = (0..21).map(|number| format!("t{number}")).collect();
    for names in [json!(["a b"]), json!(["-a"]), json!([long]), json!(many)] {
        world
            .send(
                OWNER,
                "PUT",
                "/repos/rust-course/r/topics",
                &json!({"names": names}),
            )
            .refuses(422, "Topics");
    }
}

fn delete(world: &World) {
    world.repository("r", &json!({}));
    world.github.state(|state| {
        state.add_token(
            "less",
            local_github::state::Token::classic("grace", &["repo"]),
        )
    });
    world
        .send("less", "DELETE", "/repos/rust-course/r", &Value::Null)
        .refuses(403, "admin rights");
    world.get(OWNER, "/repos/rust-course/r").is(200);
}
