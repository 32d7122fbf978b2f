//! `course doctor`: what GitHub says of us, before anything is written.

use local_github::state::{Plan, Token};

use super::world::{SCHOOL, World};

#[test]
fn an_owner_with_all_scopes_lacks_nothing() {
    let world = World::new();
    world
        .course("doctor")
        .says(0, &format!("owner of {SCHOOL}, plan team"));
    assert_eq!(world.writes(), 0);
}

#[test]
fn missing_scopes_and_plans_are_named() {
    let world = World::new().plan(Plan::Free);
    let token = "ghp_Grace0With0Few0Scopes000000000000000";
    world
        .github
        .state(|state| state.add_token(token, Token::classic("grace", &["repo"])));
    world
        .course_as(token, "doctor")
        .says(1, "the scope `workflow`")
        .says(1, "the plan Team");
}

#[test]
fn whoever_is_no_owner_is_told() {
    let world = World::new();
    let token = "ghp_Ada000000000000000000000000000000000";
    world
        .github
        .state(|state| state.add_token(token, Token::classic("ada", &["repo", "workflow"])));
    world
        .course_as(token, "doctor")
        .says(1, &format!("no member of {SCHOOL}"));
}
