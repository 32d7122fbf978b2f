//! `course grade` where submissions are on GitHub: fetched, graded here, late by GitHub's own record of pushes.

use local_github::state::Token;

use super::world::{SCHOOL, World};
use crate::builder::{copy, generator};

/// Of the student, who pushes with it.
const STUDENT: &str = "ghp_Ada0Pushes0With0This0Token0Of0Hers000";

#[test]
fn what_a_student_pushes_is_fetched_and_graded() {
    let world = World::new();
    world.github.state(|state| {
        let school = state.organisations.get_mut(SCHOOL).expect("a school");
        school.members.insert("ada".to_owned());
        state.add_token(STUDENT, Token::classic("ada", &["repo"]));
    });
    // It is noon of that day on this GitHub.
    world.tiny.edit(
        "classroom.yml",
        "01-tiny: {}",
        "01-tiny: {due: \"2026-09-01T06:00:00Z\", late_percent_per_day: 10}",
    );
    world.course("publish --execute").succeeds();
    world.course("accept 01-tiny --student ada").succeeds();
    let there = world.github.address().replace("http://", "");
    world.tiny.git(
        ".",
        &format!("clone -q http://ada:{STUDENT}@{there}/{SCHOOL}/01-tiny-ada.git ada"),
    );
    copy(
        &generator().join("tests/fixtures/submissions/passes"),
        &world.tiny.path("ada"),
    );
    world.tiny.pushes();

    let grade = world.course("grade 01-tiny-ada --json").succeeds().json();
    assert_eq!(grade["points"], 9.0, "{grade:#}");
    assert_eq!(grade["lateness"]["days"], 1, "{grade:#}");
    let results = world.course("grade --all 01-tiny --json").succeeds().json();
    let submissions = results["submissions"].as_array().expect("submissions");
    assert_eq!(submissions.len(), 1, "{results:#}");
    assert_eq!(submissions[0]["student"], "ada", "{results:#}");
}
