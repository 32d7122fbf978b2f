//! What goes wrong on demand, and whether it was done all the same.

use std::time::Duration;

use local_github::{Config, Fault, Faults};
use serde_json::{Value, json};

use crate::client::try_send;
use crate::world::{OWNER, World, fails, succeeds};

const REPOSITORIES: &str = "/orgs/rust-course/repos";

fn quick() -> World {
    World::with(Config {
        // A minute of silence is a tenth of a second.
        speed: 600.0,
        ..Config::default()
    })
}

/// What a client sees of a repository that it makes: a status, or nothing.
fn make(world: &World, name: &str) -> Option<u16> {
    let body = json!({"name": name});
    let answer = try_send(world.github.port(), OWNER, "POST", REPOSITORIES, &body);
    answer.ok().map(|answer| answer.status)
}

#[test]
fn each_fault_is_seen_and_has_its_effect() {
    let world = quick();
    for (fault, seen, done) in [
        (Fault::Error, Some(500), false),
        (Fault::BadGateway, Some(502), false),
        (Fault::BadGatewayAfter, Some(502), true),
        (Fault::Timeout, None, false),
        (Fault::TimeoutAfter, None, true),
        (Fault::Dropped, None, false),
        (Fault::DroppedAfter, None, true),
        (Fault::HalfBody, None, true),
        (Fault::NameTaken, Some(422), true),
    ] {
        let name = format!("{fault:?}");
        world.github.fail_next("POST", REPOSITORIES, fault);
        assert_eq!(make(&world, &name), seen, "{name}");
        let made = world
            .github
            .state(|state| state.repository("rust-course", &name).is_some());
        assert_eq!(made, done, "{name}");
    }
    let happened: Vec<Fault> = world
        .github
        .faults()
        .iter()
        .map(|each| each.fault)
        .collect();
    assert_eq!(happened.len(), 9, "{happened:?}");
}

#[test]
fn a_read_may_be_old_and_a_new_repository_not_there_yet() {
    let world = World::with(Config::default());
    world.repository("r", &json!({}));
    let path = "/repos/rust-course/r/topics";
    world.github.fail_next("GET", path, Fault::Stale);
    world
        .send(OWNER, "PUT", path, &json!({"names": ["new"]}))
        .is(200);
    assert_eq!(world.get(OWNER, path).is(200)["names"], json!([]));
    assert_eq!(world.get(OWNER, path).is(200)["names"], json!(["new"]));

    world.github.fail_next("POST", REPOSITORIES, Fault::NotYet);
    world.repository("slow", &json!({}));
    world
        .get(OWNER, "/repos/rust-course/slow")
        .refuses(404, "Not Found");
    world.github.advance(Duration::from_secs(6));
    world.get(OWNER, "/repos/rust-course/slow").is(200);
}

#[test]
fn an_answer_may_lack_a_field() {
    let world = World::with(Config::default());
    world
        .github
        .fail_next("POST", REPOSITORIES, Fault::LacksField);
    let made = world.repository("r", &json!({}));
    assert_eq!((&made["id"], &made["name"]), (&Value::Null, &json!("r")));
}

#[test]
fn a_push_may_die_before_or_after_it_took_effect() {
    let world = quick();
    world.repository("r", &json!({}));
    let start = world.work("work");
    let branch = || {
        let answer = world.get(OWNER, "/repos/rust-course/r/git/ref/heads/main");
        answer.body["object"]["sha"].as_str().map(str::to_owned)
    };
    for (fault, after) in [(Fault::Dropped, None), (Fault::DroppedAfter, Some(start))] {
        world.github.fail_next("POST", "r.git", fault);
        fails(&world.push("work", OWNER, "r", &["main"]), "");
        assert_eq!(branch(), after, "{fault:?}");
    }
    succeeds(&world.push("work", OWNER, "r", &["main"]));
}

#[test]
fn chance_is_the_same_for_the_same_seed() {
    let run = |seed: u64| {
        let world = World::with(Config::default());
        world.github.set_faults(Faults {
            seed,
            rate: 0.3,
            kinds: Fault::ALL
                .into_iter()
                .filter(|fault| !matches!(fault, Fault::Timeout | Fault::TimeoutAfter))
                .collect(),
        });
        for number in 0..30 {
            make(&world, &format!("r{number}"));
        }
        world.github.faults()
    };
    let (first, second, other) = (run(1), run(1), run(2));
    assert_eq!(first, second, "seed 1");
    assert_ne!(first, other, "seeds 1 and 2");
    assert!((3..20).contains(&first.len()), "seed 1: {first:?}");
}
