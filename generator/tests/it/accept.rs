//! `course accept`: a student's own repository on the template repository's history.

use crate::builder::Tiny;

#[test]
fn the_template_repository_s_history_is_the_base() {
    let tiny = Tiny::accepted();
    let head = |repository| {
        tiny.git(
            ".",
            &format!("--git-dir {} rev-parse main", tiny.forge(repository)),
        )
    };
    assert_eq!(head("01-tiny"), head("01-tiny-ada"));
}

#[test]
fn accepting_twice_keeps_the_work() {
    let tiny = Tiny::accepted();
    tiny.write("ada/notes.txt", "mine").pushes();
    tiny.course("accept 01-tiny --student ada")
        .says(0, "was there already");
    tiny.course("accept 01-tiny --student Ada")
        .says(0, "was there already");
    let files = tiny.git(
        ".",
        &format!(
            "--git-dir {} ls-tree --name-only main",
            tiny.forge("01-tiny-ada")
        ),
    );
    assert!(files.contains("notes.txt"), "{files}");
}

#[test]
fn what_is_not_published_cannot_be_accepted() {
    Tiny::new()
        .course("accept 01-tiny --student ada")
        .says(3, "course publish 01-tiny --execute");
}

#[test]
fn a_name_that_is_none_is_refused() {
    let tiny = Tiny::accepted();
    for name in ["../ada", "a--b", "-ada", "ada_l", "a/b"] {
        tiny.course(&format!("accept 01-tiny --student={name}"))
            .says(3, "is no student's name");
    }
}

#[test]
fn a_repository_with_another_history_is_refused() {
    let tiny = Tiny::accepted();
    tiny.has_foreign("01-tiny-bob");
    tiny.course("accept 01-tiny --student bob")
        .says(3, "another history");
}
