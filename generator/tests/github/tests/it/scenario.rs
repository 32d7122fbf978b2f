//! A repository's life, from its making to its archive.

use local_github::Config;
use serde_json::{Value, json};

use crate::world::{OWNER, STUDENT, World, described, fails, succeeds};

const HERE: &str = "/repos/rust-course/01-ada";

#[test]
fn a_repository_lives() {
    a_repository_lives_in(Config::default());
}

#[test]
#[ignore = "needs node"]
fn a_repository_lives_as_described() {
    a_repository_lives_in(described());
}

fn a_repository_lives_in(config: Config) {
    let world = World::with(config);
    let made = world.repository("01-ada", &json!({"private": true, "description": "first"}));
    assert_eq!(made["full_name"], "rust-course/01-ada");
    world.get(STUDENT, HERE).refuses(404, "Not Found");
    world
        .get(OWNER, &format!("{HERE}/git/ref/heads/main"))
        .refuses(409, "empty");

    // Pushed by the owner; the student sees nothing yet.
    let start = world.work("work");
    fails(
        &world.push("work", "wrong", "01-ada", &["main"]),
        "Authentication failed",
    );
    fails(
        &world.push("work", STUDENT, "01-ada", &["main"]),
        "not found",
    );
    succeeds(&world.push("work", OWNER, "01-ada", &["main", "main:feedback"]));
    let branches = world.get(OWNER, &format!("{HERE}/branches")).is(200);
    assert_eq!(branches[0]["name"], "feedback");
    assert_eq!(branches[1]["commit"]["sha"], start.as_str());

    let topics = world.send(
        OWNER,
        "PUT",
        &format!("{HERE}/topics"),
        &json!({"names": ["rust", "course"]}),
    );
    assert_eq!(topics.is(200)["names"], json!(["rust", "course"]));

    // Invited, and accepted.
    let invitation = world.send(
        OWNER,
        "PUT",
        &format!("{HERE}/collaborators/ada"),
        &json!({"permission": "push"}),
    );
    let id = invitation.is(201)["id"].clone();
    let mine = world.get(STUDENT, "/user/repository_invitations").is(200);
    assert_eq!(mine[0]["id"], id);
    assert_eq!(mine[0]["permissions"], "write");
    world
        .send(
            STUDENT,
            "PATCH",
            &format!("/user/repository_invitations/{id}"),
            &Value::Null,
        )
        .is(204);
    world.get(STUDENT, HERE).is(200);

    // A pull request, whose head moves with a push.
    let first = world.commit("work", "src/lib.rs", "// one\n");
    succeeds(&world.push("work", STUDENT, "01-ada", &["main"]));
    let body = json!({"title": "Feedback", "head": "main", "base": "feedback", "body": "here"});
    let pull = world.post(&format!("{HERE}/pulls"), body).is(201);
    assert_eq!(
        (&pull["number"], &pull["head"]["sha"]),
        (&json!(1), &json!(first))
    );
    let second = world.commit("work", "src/lib.rs", "// two\n");
    succeeds(&world.push("work", STUDENT, "01-ada", &["main"]));
    let pulls = world
        .get(STUDENT, &format!("{HERE}/pulls?head=rust-course:main"))
        .is(200);
    assert_eq!(pulls[0]["head"]["sha"], second.as_str());

    let comment = world
        .post(
            &format!("{HERE}/issues/1/comments"),
            json!({"body": "4 of 10"}),
        )
        .is(201);
    let path = format!("{HERE}/issues/comments/{}", comment["id"]);
    assert_eq!(
        world
            .send(OWNER, "PATCH", &path, &json!({"body": "5 of 10"}))
            .is(200)["body"],
        "5 of 10"
    );
    let status = json!({"state": "success", "context": "Autograding", "description": "5 of 10"});
    world
        .post(&format!("{HERE}/statuses/{second}"), status)
        .is(201);
    let combined = world
        .get(OWNER, &format!("{HERE}/commits/main/status"))
        .is(200);
    assert_eq!(
        (&combined["state"], &combined["total_count"]),
        (&json!("success"), &json!(1))
    );

    let compared = world
        .get(OWNER, &format!("{HERE}/compare/feedback...main"))
        .is(200);
    assert_eq!(
        (&compared["ahead_by"], &compared["status"]),
        (&json!(2), &json!("ahead"))
    );
    let file = world
        .get(OWNER, &format!("{HERE}/contents/src/lib.rs"))
        .is(200);
    assert_eq!(file["content"], "Ly8gdHdvCg==\n");
    let pushes = world
        .get(OWNER, &format!("{HERE}/activity?ref=main"))
        .is(200);
    let kinds: Vec<&Value> = pushes
        .as_array()
        .expect("a list")
        .iter()
        .map(|each| &each["activity_type"])
        .collect();
    assert_eq!(kinds, ["push", "push", "branch_creation"]);
    assert_eq!(pushes[0]["actor"]["login"], "ada");

    // Merged by a push to the base.
    succeeds(&world.push("work", OWNER, "01-ada", &["main:feedback"]));
    let pull = world.get(OWNER, &format!("{HERE}/pulls/1")).is(200);
    assert_eq!(
        (&pull["state"], &pull["merged"]),
        (&json!("closed"), &json!(true))
    );

    // Archived: nobody writes any more.
    assert_eq!(
        world
            .send(OWNER, "PATCH", HERE, &json!({"archived": true}))
            .is(200)["archived"],
        true
    );
    world.commit("work", "src/lib.rs", "// three\n");
    fails(&world.push("work", OWNER, "01-ada", &["main"]), "403");
    world
        .post(&format!("{HERE}/issues"), json!({"title": "late"}))
        .refuses(403, "archived");
    world
        .send(OWNER, "PATCH", HERE, &json!({"archived": false}))
        .is(200);
    succeeds(&world.push("work", OWNER, "01-ada", &["main"]));

    let requests = world.github.requests();
    let log = serde_json::to_string(&requests).expect("JSON");
    assert!(
        !log.contains(OWNER) && !log.contains(STUDENT),
        "a token in {log}"
    );
    assert!(
        requests
            .iter()
            .any(|request| request.operation.as_deref() == Some("git push"))
    );
    world.send(OWNER, "DELETE", HERE, &Value::Null).is(204);
    world.get(OWNER, HERE).refuses(404, "Not Found");
}

#[test]
fn a_repository_made_from_a_template_repository_fills_later() {
    a_repository_made_from_a_template_repository_fills_later_in(Config::default());
}

#[test]
#[ignore = "needs node"]
fn a_repository_made_from_a_template_repository_fills_later_as_described() {
    a_repository_made_from_a_template_repository_fills_later_in(described());
}

fn a_repository_made_from_a_template_repository_fills_later_in(config: Config) {
    let world = World::with(config);
    world.repository("01", &json!({"is_template": true}));
    world.work("work");
    world.commit("work", "README.md", "# 01\n");
    succeeds(&world.push("work", OWNER, "01", &["main"]));
    let path = "/repos/rust-course/01/generate";
    let body = json!({"owner": "rust-course", "name": "01-ada", "private": true});
    world.post(path, body).is(201);
    let file = "/repos/rust-course/01-ada/contents/README.md";
    world.get(OWNER, file).refuses(404, "empty");
    world.github.advance(std::time::Duration::from_secs(2));
    assert_eq!(world.get(OWNER, file).is(200)["content"], "IyAwMQo=\n");
    // A history of its own: that is why a later merge from the template repository fails.
    let commit = world
        .get(OWNER, "/repos/rust-course/01-ada/commits/main")
        .is(200);
    assert_eq!(commit["parents"], json!([]));
}

#[test]
fn lists_have_pages() {
    lists_have_pages_in(Config::default());
}

#[test]
#[ignore = "needs node"]
fn lists_have_pages_as_described() {
    lists_have_pages_in(described());
}

fn lists_have_pages_in(config: Config) {
    let world = World::with(config);
    for number in 0..35 {
        world.repository(&format!("r-{number:02}"), &json!({}));
    }
    let first = world.get(OWNER, "/orgs/rust-course/repos?sort=full_name");
    assert!(first.header("link").contains("page=2"), "{first:?}");
    assert_eq!(first.body.as_array().map(Vec::len), Some(30));
    let last = world.get(
        OWNER,
        "/orgs/rust-course/repos?sort=full_name&per_page=20&page=2",
    );
    assert!(last.header("link").contains("rel=\"prev\""), "{last:?}");
    assert_eq!(last.body[14]["name"], "r-34");
}
