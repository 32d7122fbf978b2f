//! What happens to clients that ask for too much.

use std::time::Duration;

use local_github::state::{Level, Token};
use local_github::{Config, Limit, Limits};
use serde_json::json;

use crate::client::send;
use crate::world::{OWNER, SCHOOL, World};

fn limited(limits: Limits) -> World {
    World::with(Config {
        limits,
        ..Config::default()
    })
}

fn broken(world: &World) -> Vec<Limit> {
    let breaches = world.github.limits_broken();
    breaches.iter().map(|breach| breach.limit).collect()
}

#[test]
fn requests_in_an_hour_are_counted_for_all_tokens_of_a_user() {
    let world = limited(Limits {
        an_hour: 4,
        ..Limits::default()
    });
    world
        .github
        .state(|state| state.add_token("another", Token::classic("grace", &["repo"])));
    for left in [3, 2, 1] {
        let answer = world.get(OWNER, "/user");
        assert_eq!(answer.header("x-ratelimit-remaining"), left.to_string());
        answer.is(200);
    }
    // Asking how much is left costs nothing.
    assert_eq!(
        world.get(OWNER, "/rate_limit").is(200)["rate"]["remaining"],
        1
    );
    world.get("another", "/user").is(200);
    let refused = world.get(OWNER, "/user");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    let reset: i64 = refused
        .header("x-ratelimit-reset")
        .parse()
        .expect("seconds");
    refused.refuses(403, "rate limit exceeded");
    assert_eq!(broken(&world), [Limit::Hour]);
    let wait = reset - world.github.now().as_second();
    world.github.advance(Duration::from_secs(wait as u64));
    world.get(OWNER, "/user").is(200);
}

#[test]
fn a_workflow_has_less_an_hour() {
    let world = World::with(Config::default());
    world.repository("01", &json!({}));
    let token = Token::workflow("rust-course/01", &[("contents", Level::Read)]);
    world
        .github
        .state(|state| state.add_token("workflow", token));
    let answer = world.get("workflow", "/repos/rust-course/01");
    assert_eq!(answer.header("x-ratelimit-limit"), "1000");
    assert_eq!(
        world.get(OWNER, "/user").header("x-ratelimit-limit"),
        "5000"
    );
}

#[test]
fn writes_cost_five_points_and_going_on_lengthens_the_wait() {
    let world = limited(Limits {
        points_a_minute: 11,
        ..Limits::default()
    });
    world.repository("a", &json!({}));
    world.repository("b", &json!({}));
    world.get(OWNER, "/user").is(200);
    let refused = world.get(OWNER, "/user");
    assert_eq!(refused.header("retry-after"), "60");
    refused.refuses(403, "secondary rate limit");
    let again = world.get(OWNER, "/user");
    assert_eq!(again.header("retry-after"), "120");
    assert_eq!(broken(&world), [Limit::Points, Limit::NotWaited]);
    world.github.advance(Duration::from_secs(61));
    assert_eq!(world.get(OWNER, "/user").header("retry-after"), "240");
    world.github.advance(Duration::from_secs(241));
    world.get(OWNER, "/user").is(200);
}

#[test]
fn content_is_limited_in_a_minute_and_in_an_hour() {
    let world = World::with(Config::default());
    // Six in a minute at most: the points of five each are for another test.
    for number in 0..80 {
        world.repository(&format!("r{number}"), &json!({}));
    }
    let path = format!("/orgs/{SCHOOL}/repos");
    world
        .post(&path, json!({"name": "late"}))
        .refuses(403, "secondary rate limit");
    // Reading and what changes no content is still waited for too.
    world
        .get(OWNER, "/user")
        .refuses(403, "secondary rate limit");
    assert_eq!(broken(&world), [Limit::ContentMinute, Limit::NotWaited]);

    let world = limited(Limits {
        content_an_hour: 5,
        ..Limits::default()
    });
    for number in 0..5 {
        world.repository(&format!("r{number}"), &json!({}));
        world.github.advance(Duration::from_secs(61));
    }
    world
        .post(&path, json!({"name": "late"}))
        .refuses(403, "secondary rate limit");
    assert_eq!(broken(&world), [Limit::ContentHour]);
    world.github.advance(Duration::from_secs(3_600));
    world.post(&path, json!({"name": "late"})).is(201);
}

#[test]
fn too_many_at_once_are_refused() {
    let world = limited(Limits {
        at_once: 2,
        ..Limits::default()
    });
    let port = world.github.port();
    // While somebody looks at the state, all requests wait.
    let threads: Vec<_> = world.github.state(|_| {
        let ask =
            |_| std::thread::spawn(move || send(port, OWNER, "GET", "/user", &json!(null)).status);
        let threads: Vec<_> = (0..5).map(ask).collect();
        while world.github.waiting() < 5 {
            std::thread::yield_now();
        }
        threads
    });
    let statuses: Vec<u16> = threads
        .into_iter()
        .map(|thread| thread.join().expect("an answer"))
        .collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(broken(&world).contains(&Limit::AtOnce));
}

#[test]
fn time_passes_as_fast_as_it_is_told() {
    let world = World::with(Config {
        speed: 1e9,
        ..Config::default()
    });
    let first = world.github.now();
    std::thread::sleep(Duration::from_millis(1));
    let passed = world.github.now().duration_since(first);
    assert!(passed.as_secs() >= 1_000_000, "{passed:?}");
}
