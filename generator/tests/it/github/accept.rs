//! `course accept` and `course assign`: students' repositories, each with access and a pull request for feedback.

use std::collections::BTreeMap;

use local_github::state::Repository;

use super::world::{SCHOOL, World};

/// The students' repositories by name.
fn students(world: &World) -> BTreeMap<String, Repository> {
    world.github.state(|state| {
        let prefix = format!("{SCHOOL}/01-tiny-");
        let repositories = state.repositories.iter();
        repositories
            .filter_map(|(name, repository)| {
                Some((name.strip_prefix(&prefix)?.to_owned(), repository.clone()))
            })
            .collect()
    })
}

#[test]
fn a_student_gets_a_repository_an_invitation_and_a_pull_request() {
    let world = World::new();
    world.course("publish --execute").succeeds();
    let before = world.writes();
    world
        .course("accept 01-tiny --student Ada")
        .says(0, "01-tiny-ada created");
    assert_eq!(
        world.writes() - before,
        3,
        "repository, invitation, pull request"
    );
    let ada = &students(&world)["ada"];
    assert!(ada.private && !ada.is_template);
    assert_eq!(
        ada.issues
            .iter()
            .filter(|issue| issue.pull.is_some())
            .count(),
        1
    );
    assert_eq!(ada.invitations.len(), 1);
    world
        .course("accept 01-tiny --student ada")
        .says(0, "01-tiny-ada was there already");
    assert_eq!(world.writes() - before, 3);
}

#[test]
fn an_account_that_is_not_there_is_named() {
    let world = World::new();
    world.course("publish --execute").succeeds();
    world
        .course("accept 01-tiny --student nobody-here")
        .says(3, "there is no account `nobody-here`");
    assert!(students(&world).is_empty(), "nothing was made for it");
}

#[test]
fn what_is_wrong_with_one_stops_no_other() {
    let world = World::new();
    world.course("publish --execute").succeeds();
    world.tiny.write("class.csv", "ada\nnobody-here\nzoe\n");
    let words = "assign 01-tiny --roster class.csv --execute";
    world
        .course(words)
        .says(1, "refused: 01-tiny-nobody-here: there is no account")
        .says(1, "2 of 3 repositories to do: 6 writes");
    assert_eq!(students(&world).keys().collect::<Vec<_>>(), ["ada", "zoe"]);
    world
        .course(words)
        .says(1, "0 of 3 repositories to do: 0 writes");
}

#[test]
fn a_roster_of_groups_is_assigned() {
    let world = World::new();
    world
        .tiny
        .write("roster.csv", "student,group\nada,red\nbob,red\nzoe,blue\n");
    world.tiny.edit(
        "classroom.yml",
        "  01-tiny: {}",
        "  01-tiny: {groups: true}",
    );
    world.tiny.edit(
        "classroom.yml",
        "assignments:\n",
        "roster: roster.csv\nassignments:\n",
    );
    world.course("publish --execute").succeeds();
    world
        .course("assign 01-tiny")
        .says(0, "2 of 2 repositories to do: 7 writes");
    world.course("assign 01-tiny --execute").succeeds();
    let made = students(&world);
    assert_eq!(made.keys().collect::<Vec<_>>(), ["blue", "red"]);
    assert_eq!(made["red"].invitations.len(), 2);
    let writes = world.writes();
    for again in [
        "assign 01-tiny --execute",
        "assign 01-tiny --execute --recheck",
    ] {
        world.course(again).says(0, "0 of 2 repositories to do");
    }
    assert_eq!(world.writes(), writes);
    world
        .course("accept 01-tiny --student bob")
        .says(0, "01-tiny-red was there already");
    world
        .course("accept 01-tiny --student eve")
        .says(3, "`eve` is not in it");
}
