//! `course render`: the student repository, in one step.

use std::fs;

use walkdir::WalkDir;

use crate::builder::{STACK, Tiny};

fn paths(tiny: &Tiny, folder: &str) -> Vec<String> {
    let root = tiny.path(folder);
    let files = WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("readable"));
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            entry
                .path()
                .strip_prefix(&root)
                .expect("below")
                .display()
                .to_string()
        })
        .collect()
}

#[test]
fn a_student_gets_exactly_these_files() {
    let tiny = Tiny::new();
    tiny.course("render --out out").succeeds();
    let mut wanted = vec![
        ".course/autograding.json",
        ".course/release.json",
        ".github/workflows/autograding.yml",
        ".gitignore",
        "AGENTS.md",
        "Cargo.lock",
        "Cargo.toml",
        "MODULE.md",
        "README.md",
        "RESOURCES.md",
        "RUBRIC.md",
        "cargo-generate.toml",
        "lectures/01-stacks.md",
        "rust-toolchain.toml",
        "stack/Cargo.toml",
        "stack/Cargo.toml.liquid",
        "stack/HINTS.md",
        "stack/README.md",
        "stack/src/lib.rs",
        "stack/tests/stage_1_push_pop.rs",
        "stack/tests/stage_2_maximum.rs",
    ];
    let mut got = paths(&tiny, "out/01-tiny");
    wanted.sort_unstable();
    got.sort_unstable();
    assert_eq!(got, wanted);
}

#[test]
fn no_marker_and_no_solution_is_left() {
    let tiny = Tiny::new();
    tiny.course("render --out out").succeeds();
    let starter = tiny.read("out/01-tiny/stack/src/lib.rs");
    assert!(
        !starter.contains("region") && !starter.contains("//="),
        "{starter}"
    );
    assert!(!starter.contains("self.maxima"), "{starter}");
    assert!(
        starter.contains("todo!(\"stage 1: count the items\")"),
        "{starter}"
    );
}

#[test]
fn two_renders_are_equal() {
    let tiny = Tiny::new();
    tiny.course("render --out one").succeeds();
    tiny.course("render --out two").succeeds();
    let one = paths(&tiny, "one/01-tiny");
    assert_eq!(one, paths(&tiny, "two/01-tiny"));
    for path in one {
        assert_eq!(
            tiny.read(&format!("one/01-tiny/{path}")),
            tiny.read(&format!("two/01-tiny/{path}"))
        );
    }
}

#[test]
fn check_is_silent_where_nothing_differs_and_shows_the_diff_where_something_does() {
    let tiny = Tiny::new();
    tiny.course("render --out out").succeeds();
    assert_eq!(
        tiny.course("render --out out --check").succeeds().stdout,
        ""
    );
    tiny.edit(
        "out/01-tiny/stack/src/lib.rs",
        "/// A stack of numbers.",
        "/// A heap of numbers.",
    );
    tiny.remove("out/01-tiny/RUBRIC.md");
    let ran = tiny
        .course("render --out out --check")
        .says(1, "-/// A heap of numbers.");
    assert!(
        ran.stdout.contains("+/// A stack of numbers."),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("RUBRIC.md"), "{}", ran.stdout);
}

#[test]
fn a_changed_source_replaces_the_whole_folder() {
    let tiny = Tiny::new();
    tiny.course("render --out out").succeeds();
    tiny.write("out/01-tiny/target/built", "left over");
    tiny.edit(
        &format!("{STACK}/README.md"),
        "takes the top item away",
        "takes the top item off",
    );
    tiny.course("render --out out").succeeds();
    assert!(!tiny.path("out/01-tiny/target").exists());
    assert!(
        tiny.read("out/01-tiny/stack/README.md")
            .contains("item off")
    );
    let left = fs::read_dir(tiny.path("out")).expect("readable").count();
    assert_eq!(left, 1, "nothing is left of the making");
}

#[test]
fn a_folder_that_is_not_ours_is_not_touched() {
    let tiny = Tiny::new();
    tiny.write("out/01-tiny/thesis.txt", "years of work");
    tiny.course("render --out out")
        .says(3, "is no rendered repository");
    assert_eq!(tiny.read("out/01-tiny/thesis.txt"), "years of work");
}

#[test]
fn an_output_inside_the_source_is_refused() {
    let tiny = Tiny::new();
    for out in [
        "assignments",
        "assignments/01-tiny/stack",
        "templates/../assignments/new",
        "templates",
    ] {
        tiny.course(&format!("render --out {out}"))
            .says(3, "which is source");
    }
    assert!(!tiny.path("assignments/new").exists());
    tiny.course("render --out classroom.yml")
        .says(3, "it is no folder");
}

#[test]
fn a_template_that_names_nothing_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        "templates/student-repo/README.md.liquid",
        "{{ assignment.summary }}",
        "{{ assignment.sumary }}",
    );
    tiny.course("render --out out")
        .says(3, "templates/student-repo/README.md.liquid");
    assert!(!tiny.path("out").exists());
}

#[test]
fn an_assignment_that_is_not_there_is_refused_with_those_that_are() {
    Tiny::new()
        .course("render 02-huge --out out")
        .says(3, "there are: 01-tiny");
}
