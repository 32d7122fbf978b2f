//! `course accept`: a student's own repository on the template repository's history.

use crate::builder::Tiny;

#[test]
fn the_template_repository_s_history_is_the_base_and_one_commit_without_changes_comes_first() {
    let tiny = Tiny::accepted();
    let commit = |repository, revision| {
        tiny.git(
            ".",
            &format!("--git-dir {} rev-parse {revision}", tiny.forge(repository)),
        )
    };
    let template = commit("01-tiny", "main");
    assert_eq!(template, commit("01-tiny-ada", "feedback"));
    assert_eq!(template, commit("01-tiny-ada", "main~1"));
    let files = |revision| commit("01-tiny-ada", revision);
    assert_eq!(files("main^{tree}"), files("feedback^{tree}"));
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
