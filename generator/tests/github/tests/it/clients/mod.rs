//! Clients that others wrote, and one without manners, live through the same; what GitHub has then is equal.

mod gh;
mod octocrab;
mod raw;

use local_github::Config;
use serde_json::{Value, json};

use crate::world::{OWNER, SCHOOL, STUDENT, World, described};

/// Where the scenario plays.
const NAME: &str = "01-ada";
const HERE: &str = "/repos/rust-course/01-ada";

/// What the scenario asks of a client. Where a client has a call of its own for something, it uses that.
trait Client {
    fn new(world: &World) -> Self
    where
        Self: Sized;

    /// Sends a request and gives the status and the body.
    fn call(
        &self,
        world: &World,
        token: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (u16, Value);

    /// Pushes from the folder `work`; was it taken?
    fn push(&self, world: &World, token: &str, what: &str) -> bool;

    fn create(&self, world: &World) {
        let body = json!({"name": NAME, "private": true, "description": "first"});
        assert_eq!(
            self.call(
                world,
                OWNER,
                "POST",
                &format!("/orgs/{SCHOOL}/repos"),
                &body
            )
            .0,
            201
        );
    }

    fn open_pull(&self, world: &World) -> u64 {
        let body = json!({"title": "Feedback", "head": "main", "base": "feedback", "body": "here"});
        let (status, pull) = self.call(world, OWNER, "POST", &format!("{HERE}/pulls"), &body);
        assert_eq!(status, 201);
        pull["number"].as_u64().expect("a number")
    }

    fn comment(&self, world: &World, number: u64, text: &str) -> u64 {
        let path = format!("{HERE}/issues/{number}/comments");
        let (status, comment) = self.call(world, OWNER, "POST", &path, &json!({"body": text}));
        assert_eq!(status, 201);
        comment["id"].as_u64().expect("a number")
    }

    fn set_status(&self, world: &World, sha: &str) {
        let path = format!("{HERE}/statuses/{sha}");
        let body = json!({"state": "success", "context": "Autograding", "description": "5 of 10"});
        assert_eq!(self.call(world, OWNER, "POST", &path, &body).0, 201);
    }

    fn close(&self, world: &World, number: u64) {
        let path = format!("{HERE}/issues/{number}");
        assert_eq!(
            self.call(world, OWNER, "PATCH", &path, &json!({"state": "closed"}))
                .0,
            200
        );
    }
}

/// A repository's life by a client; the state in the end, as text.
fn lived<C: Client>() -> String {
    let world = World::with(Config {
        // Its time stands still, so that what is made has the same times.
        speed: 0.0,
        ..described()
    });
    let client = C::new(&world);
    let call = |token: &str, method: &str, path: &str, body: Value| {
        client.call(&world, token, method, path, &body)
    };
    client.create(&world);
    world.work("work");
    assert!(client.push(&world, OWNER, "refs/heads/main:refs/heads/main"));
    assert!(client.push(&world, OWNER, "refs/heads/main:refs/heads/feedback"));
    assert_eq!(
        call(
            OWNER,
            "PUT",
            &format!("{HERE}/topics"),
            json!({"names": ["course"]})
        )
        .0,
        200
    );
    // Refused: the student is not there yet.
    assert!(!client.push(&world, STUDENT, "refs/heads/main:refs/heads/other"));
    assert_eq!(call(STUDENT, "GET", HERE, Value::Null).0, 404);
    let path = format!("{HERE}/collaborators/ada");
    let (status, invitation) = call(OWNER, "PUT", &path, json!({"permission": "push"}));
    assert_eq!(status, 201);
    let path = format!("/user/repository_invitations/{}", invitation["id"]);
    assert_eq!(call(STUDENT, "PATCH", &path, Value::Null).0, 204);
    let sha = world.commit("work", "src/lib.rs", "// one\n");
    assert!(client.push(&world, STUDENT, "refs/heads/main:refs/heads/main"));
    // Refused: settings are the owner's, and names are taken once.
    assert_eq!(
        call(STUDENT, "PATCH", HERE, json!({"archived": true})).0,
        403
    );
    let path = format!("/orgs/{SCHOOL}/repos");
    assert_eq!(call(OWNER, "POST", &path, json!({"name": NAME})).0, 422);
    let number = client.open_pull(&world);
    let pulls = call(
        OWNER,
        "GET",
        &format!("{HERE}/pulls?state=open&head=rust-course:main"),
        Value::Null,
    );
    assert_eq!(pulls.1[0]["head"]["sha"], sha.as_str());
    let body = json!({"title": "x", "head": "main", "base": "feedback"});
    assert_eq!(call(OWNER, "POST", &format!("{HERE}/pulls"), body).0, 422);
    let id = client.comment(&world, number, "4 of 10 \u{1f980} `x` %0A \"y\"");
    let path = format!("{HERE}/issues/comments/{id}");
    assert_eq!(
        call(OWNER, "PATCH", &path, json!({"body": "5 of 10"})).0,
        200
    );
    client.set_status(&world, &sha);
    client.close(&world, number);
    assert_eq!(call(OWNER, "PATCH", HERE, json!({"archived": true})).0, 200);
    // Refused: it is archived.
    assert_eq!(
        call(
            OWNER,
            "POST",
            &format!("{HERE}/issues"),
            json!({"title": "late"})
        )
        .0,
        403
    );
    assert!(!client.push(&world, OWNER, "refs/heads/main:refs/heads/late"));
    let branches = call(OWNER, "GET", &format!("{HERE}/branches"), Value::Null).1;
    assert_eq!(
        (&branches[0]["name"], &branches[1]["name"]),
        (&json!("feedback"), &json!("main"))
    );
    world
        .github
        .state(|state| serde_json::to_string_pretty(state).expect("JSON"))
}

#[test]
#[ignore = "needs gh and npm"]
fn three_clients_leave_the_same() {
    let raw = lived::<raw::Raw>();
    assert_eq!(lived::<gh::Gh>(), raw, "gh and a client by hand");
    assert_eq!(
        lived::<octocrab::Octocrab>(),
        raw,
        "octocrab and a client by hand"
    );
}
