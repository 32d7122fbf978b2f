//! `course assign`: repositories for everybody on a roster, on the local forge.

use crate::builder::Tiny;

#[test]
fn a_roster_is_assigned_and_twice_does_nothing() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    tiny.write("class.csv", "ada\nbob\n");
    let words = "assign 01-tiny --roster class.csv";
    tiny.course(words)
        .says(0, "2 of 2 repositories to do: 2 writes")
        .says(0, "nothing was changed; run again with --execute");
    assert!(!tiny.path(&tiny.forge("01-tiny-ada")).exists());
    tiny.course(&format!("{words} --execute")).succeeds();
    assert!(tiny.path(&tiny.forge("01-tiny-bob")).exists());
    tiny.course(&format!("{words} --execute"))
        .says(0, "0 of 2 repositories to do: 0 writes");
}

#[test]
fn a_repository_that_is_another_s_stops_no_other() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    tiny.has_foreign("01-tiny-ada");
    tiny.write("class.csv", "ada\nbob\n");
    tiny.course("assign 01-tiny --roster class.csv --execute")
        .says(1, "it stands there with another history")
        .says(1, "1 of 2 repositories to do: 1 write");
    assert!(tiny.path(&tiny.forge("01-tiny-bob")).exists());
}

#[test]
fn what_is_not_published_leaves_no_trace() {
    let tiny = Tiny::new();
    tiny.write("class.csv", "ada\n");
    tiny.course("assign 01-tiny --roster class.csv --execute")
        .says(3, "course publish 01-tiny --execute");
    assert!(!tiny.path(".forge").exists());
}
