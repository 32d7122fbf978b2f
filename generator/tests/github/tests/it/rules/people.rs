//! Rules of users, collaborators and tokens.

use std::time::Duration;

use local_github::state::{App, Installation, Level, Token};
use serde_json::{Value, json};

use super::{Rule, said, seen};
use crate::app::Key;
use crate::client::exchange;
use crate::world::{OWNER, READER, SCHOOL, STUDENT, World};

const COLLABORATOR: &str = "rest/collaborators/collaborators#add-a-repository-collaborator";
const TROUBLE: &str = "rest/using-the-rest-api/troubleshooting-the-rest-api";
const JWT: &str = "apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app";
const INSTALLATION: &str = "apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app";

pub(super) const RULES: &[Rule] = &[
    said(
        "a request without a `User-Agent`: 403",
        "rest/using-the-rest-api/getting-started-with-the-rest-api",
        agent,
    ),
    said(
        "a token that nobody has, or that is expired: 401",
        "rest/authentication/authenticating-to-the-rest-api",
        bad,
    ),
    said(
        "a private repository that the token may not see: 404, as if it were not there",
        TROUBLE,
        unseen,
    ),
    said(
        "what a fine-grained token or an App's has no permission for: 403",
        TROUBLE,
        permission,
    ),
    said(
        "settings of a repository by somebody who is no administrator of it: 403",
        TROUBLE,
        role,
    ),
    said("a collaborator who is no user: 404", COLLABORATOR, nobody),
    said(
        "the 51st invitation to a repository within 24 hours, unless the invited are members: 422",
        COLLABORATOR,
        invitations,
    ),
    said(
        "an invitation that is older than seven days: 404",
        "account-and-profile/setting-up-and-managing-your-personal-account-on-github/managing-access-to-your-personal-repositories/inviting-collaborators-to-a-personal-repository",
        old_invitation,
    ),
    seen(
        "somebody else's invitation: 404",
        "rest/collaborators/invitations#accept-a-repository-invitation",
        others_invitation,
    ),
    said(
        "an App's own token that is expired, or good for more than ten minutes: 401",
        JWT,
        jwt,
    ),
    said(
        "an App's own token that another key signed: 401",
        JWT,
        forged,
    ),
    said(
        "an installation's token after an hour: 401",
        INSTALLATION,
        hour,
    ),
    said(
        "more permissions for an installation's token than the installation has: 422",
        INSTALLATION,
        more,
    ),
    said(
        "an installation's token outside the repositories that it was asked for: 404",
        INSTALLATION,
        outside,
    ),
    said(
        "rulesets of an organisation by somebody who is no owner: 403",
        "rest/orgs/rules#create-an-organization-repository-ruleset",
        no_owner,
    ),
];

fn agent(world: &World) {
    let head = format!(
        "GET /user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {OWNER}\r\nConnection: close\r\n\r\n"
    );
    exchange(world.github.port(), &head)
        .expect("an answer")
        .refuses(403, "User-Agent");
}

fn bad(world: &World) {
    world.get("nobody", "/user").refuses(401, "Bad credentials");
    world
        .get("", "/user")
        .refuses(401, "Requires authentication");
    let expires_at = Some(world.github.now() + jiff::SignedDuration::from_hours(1));
    world.github.state(|state| {
        state.add_token(
            "short",
            Token {
                expires_at,
                ..Token::classic("grace", &[])
            },
        );
    });
    world.get("short", "/user").is(200);
    world.github.advance(Duration::from_secs(3_601));
    world.get("short", "/user").refuses(401, "Bad credentials");
}

fn unseen(world: &World) {
    world.repository("secret", &json!({"private": true}));
    world
        .get(STUDENT, "/repos/rust-course/secret")
        .refuses(404, "Not Found");
    world
        .get(STUDENT, "/repos/rust-course/nothing")
        .refuses(404, "Not Found");
}

fn permission(world: &World) {
    world.repository("r", &json!({"private": true}));
    let path = "/repos/rust-course/r/issues";
    world.get(READER, "/repos/rust-course/r").is(200);
    world
        .send(READER, "POST", path, &json!({"title": "x"}))
        .refuses(403, "not accessible by personal access token");
}

fn role(world: &World) {
    world.repository("r", &json!({}));
    let path = "/repos/rust-course/r";
    world
        .send(STUDENT, "PATCH", path, &json!({"description": "x"}))
        .refuses(403, "admin rights");
}

fn nobody(world: &World) {
    world.repository("r", &json!({}));
    world
        .send(
            OWNER,
            "PUT",
            "/repos/rust-course/r/collaborators/nobody",
            &json!({}),
        )
        .refuses(404, "Not Found");
}

fn invitations(world: &World) {
    world.repository("r", &json!({}));
    world.github.state(|state| {
        for number in 0..53 {
            state.add_user(&format!("s{number}"));
        }
        state
            .organisations
            .get_mut(SCHOOL)
            .expect("it")
            .members
            .insert("s51".to_owned());
    });
    let invite = |number: usize| {
        let path = format!("/repos/rust-course/r/collaborators/s{number}");
        world.send(OWNER, "PUT", &path, &json!({"permission": "push"}))
    };
    for number in 0..50 {
        invite(number).is(201);
    }
    invite(50).refuses(422, "invitations");
    invite(51).is(204);
    world.github.advance(Duration::from_secs(24 * 3_600));
    invite(50).is(201);
}

fn invite(world: &World) -> String {
    world.repository("r", &json!({"private": true}));
    let invitation = world.send(
        OWNER,
        "PUT",
        "/repos/rust-course/r/collaborators/ada",
        &json!({}),
    );
    format!("/user/repository_invitations/{}", invitation.is(201)["id"])
}

fn old_invitation(world: &World) {
    let path = invite(world);
    world.github.advance(Duration::from_secs(7 * 24 * 3_600));
    assert_eq!(
        world.get(STUDENT, "/user/repository_invitations").is(200),
        json!([])
    );
    world
        .send(STUDENT, "PATCH", &path, &Value::Null)
        .refuses(404, "Not Found");
    world
        .get(STUDENT, "/repos/rust-course/r")
        .refuses(404, "Not Found");
}

fn others_invitation(world: &World) {
    let path = invite(world);
    world
        .send(OWNER, "PATCH", &path, &Value::Null)
        .refuses(404, "Not Found");
}

/// Installs an App in the organisation.
fn install(world: &World) -> Key {
    let key = Key::new();
    let permissions = [
        ("metadata".to_owned(), Level::Read),
        ("issues".to_owned(), Level::Write),
    ]
    .into();
    world.github.state(|state| {
        state.apps.push(App {
            id: 1,
            slug: "app".to_owned(),
            public_key: key.public.clone(),
            installations: vec![Installation {
                id: 10,
                organisation: SCHOOL.to_owned(),
                permissions,
                repositories: None,
            }],
        });
    });
    key
}

fn jwt(world: &World) {
    let (key, now) = (install(world), world.github.now());
    world.get(&key.token(1, now), "/app").is(200);
    world
        .get(&key.token_until(1, now, now.as_second() - 1), "/app")
        .refuses(401, "expires");
    world
        .get(&key.token_until(1, now, now.as_second() + 700), "/app")
        .refuses(401, "too far");
}

fn forged(world: &World) {
    install(world);
    let other = Key::new();
    world
        .get(&other.token(1, world.github.now()), "/app")
        .refuses(401, "could not be decoded");
}

fn installation_token(world: &World, body: &Value) -> crate::client::Answer {
    let key = install(world);
    let jwt = key.token(1, world.github.now());
    world.send(&jwt, "POST", "/app/installations/10/access_tokens", body)
}

fn hour(world: &World) {
    world.repository("r", &json!({"private": true}));
    let token = installation_token(world, &json!({})).is(201);
    let token = token["token"].as_str().expect("a token");
    world.get(token, "/repos/rust-course/r").is(200);
    world.github.advance(Duration::from_secs(3_600));
    world
        .get(token, "/repos/rust-course/r")
        .refuses(401, "Bad credentials");
}

fn more(world: &World) {
    let body = json!({"permissions": {"administration": "write"}});
    installation_token(world, &body).refuses(422, "not granted");
}

fn outside(world: &World) {
    world.repository("a", &json!({"private": true}));
    world.repository("b", &json!({"private": true}));
    let token = installation_token(world, &json!({"repositories": ["a"]})).is(201);
    let token = token["token"].as_str().expect("a token");
    world.get(token, "/repos/rust-course/a").is(200);
    world
        .get(token, "/repos/rust-course/b")
        .refuses(404, "Not Found");
}

fn no_owner(world: &World) {
    world.github.state(|state| {
        state
            .organisations
            .get_mut(SCHOOL)
            .expect("it")
            .members
            .insert("ada".to_owned());
        state.add_token("member", Token::classic("ada", &["admin:org"]));
    });
    let body = json!({"name": "r", "enforcement": "active", "rules": []});
    world
        .send("member", "POST", "/orgs/rust-course/rulesets", &body)
        .refuses(403, "admin");
}
