//! `course publish`: a template repository with what GitHub says of it, and rulesets where the plan has them.

use local_github::state::Plan;

use super::world::{SCHOOL, TOKEN, World};

#[test]
fn nothing_is_written_without_execute() {
    let world = World::new();
    world
        .course("publish")
        .says(0, "create 01-tiny: release 1.0.0")
        .says(0, "make the ruleset `A Tiny Course: history`");
    assert_eq!(world.writes(), 0);
}

#[test]
fn twice_does_nothing_and_a_change_is_one_commit() {
    let world = World::new();
    world.course("publish --execute").succeeds();
    world.github.state(|state| {
        let repository = &state.repositories[&format!("{SCHOOL}/01-tiny")];
        assert!(repository.is_template && repository.private);
    });
    let writes = world.writes();
    world
        .course("publish --execute")
        .says(0, "nothing to do for 01-tiny");
    assert_eq!(world.writes(), writes);
    world.tiny.edit(
        "assignments/01-tiny/stack/README.md",
        "takes the top item away",
        "takes the top item off",
    );
    world.course("publish").says(0, "~ stack/README.md");
    world.course("publish --execute").succeeds();
    assert_eq!(
        world.writes(),
        writes,
        "a push is no request that makes content"
    );
    world.course("publish").says(0, "nothing to do for 01-tiny");
}

#[test]
fn what_somebody_changed_by_hand_is_shown_and_set_right() {
    let world = World::new();
    world.course("publish --execute").succeeds();
    world.github.state(|state| {
        let repository = state.repositories.get_mut(&format!("{SCHOOL}/01-tiny"));
        repository.expect("published").is_template = false;
    });
    world
        .course("publish")
        .says(0, "- template: false\n  + template: true");
    world.course("publish --execute").succeeds();
    world.course("publish").says(0, "nothing to do for 01-tiny");
}

#[test]
fn a_plan_without_rulesets_is_a_warning() {
    let world = World::new().plan(Plan::Free);
    world
        .course("publish --execute")
        .says(0, "students may rewrite their history");
}

#[test]
fn a_token_that_is_wrong_is_told_and_not_shown() {
    let world = World::new();
    let wrong = TOKEN.replace("Grace", "Wrong");
    let ran = world
        .course_as(&wrong, "publish")
        .says(3, "the token is unknown or has run out");
    assert!(!format!("{ran:?}").contains(&wrong));
}
