//! `course check`: every problem in one list, with file, line and remedy.

use crate::builder::{STACK, Tiny};

const SETTINGS: &str = "assignments/01-tiny/assignment.toml";

fn lib() -> String {
    format!("{STACK}/src/lib.rs")
}

#[test]
fn the_tiny_course_has_no_problem() {
    Tiny::new().course("check").says(0, "no problems");
}

/// The way that assignments/README.md shows.
#[test]
fn a_patch_as_git_makes_it_is_a_mistake() {
    let tiny = Tiny::new();
    for words in ["init -q -b main", "add -A", "commit -q -m solution"] {
        tiny.git(".", words);
    }
    tiny.edit(&lib(), "self.items.pop()", "self.items.drain(..1).next()");
    let settings = ["", "-c diff.mnemonicPrefix=true ", "-c diff.noprefix=true "];
    for settings in settings {
        let diff = tiny.git(STACK, &format!("{settings}diff --relative -- src"));
        assert!(diff.contains("+++ "), "{diff}");
        let patch = format!("stage = 1\nwhy = \"takes the first\"\n{diff}");
        let path = format!("{STACK}/mistakes/stage-1-takes-the-first.patch");
        let source = tiny.read(&lib());
        tiny.git(STACK, "checkout -q -- src");
        tiny.write(&path, &patch);
        tiny.course("check").says(0, "no problems");
        tiny.write(&lib(), &source);
    }
    tiny.git(STACK, "checkout -q -- src");
    tiny.course("verify --matrix-only --json")
        .says(0, "takes-the-first");
}

/// A marker that is wrong makes the patches of its file seem wrong; only the cause is named.
#[test]
fn a_broken_marker_hides_no_cause_behind_patches() {
    let tiny = Tiny::new();
    let source = tiny.read(&lib()).replacen("        // endregion\n", "", 1);
    tiny.write(&lib(), &source);
    let said = tiny.course("check").says(1, "lib.rs:");
    assert!(!said.stdout.contains(".patch"), "{}", said.stdout);
}

#[test]
fn a_hidden_test_that_stands_among_the_public_ones_is_named() {
    let tiny = Tiny::new();
    let public = format!("{STACK}/tests/stage_2_maximum.rs");
    let hidden = tiny.read(&format!("{STACK}/hidden/stage_2_more.rs"));
    let hidden = hidden.trim_start_matches("use stack::Stack;\n");
    tiny.write(&public, &(tiny.read(&public) + hidden));
    tiny.course("check")
        .says(1, "gives away stack/hidden/stage_2_more.rs");
}

#[test]
fn a_lock_that_is_missing_is_named_with_the_command_that_makes_it() {
    let tiny = Tiny::new();
    tiny.remove("assignments/01-tiny/Cargo.lock");
    tiny.course("check").says(1, "course lock 01-tiny");
    tiny.course("lock").succeeds();
    tiny.course("check").succeeds();
}

#[test]
fn all_problems_are_reported_at_once_sorted_and_as_json() {
    let tiny = Tiny::new();
    tiny.edit(SETTINGS, "points = 4", "points = 5");
    tiny.edit(
        "assignments/01-tiny/README.md",
        "lectures/01-stacks.md",
        "gone.md",
    );
    tiny.edit(&lib(), "stage=1 len", "stage=1 pop");
    let ran = tiny.course("check --json");
    assert_eq!(ran.code, 1);
    let problems = ran.json();
    let problems = problems["problems"]
        .as_array()
        .or(problems.as_array())
        .expect("a list")
        .clone();
    let places: Vec<(String, u64)> = problems
        .iter()
        .map(|problem| {
            (
                problem["path"].as_str().expect("a path").to_owned(),
                problem["line"].as_u64().expect("a line"),
            )
        })
        .collect();
    let mut sorted = places.clone();
    sorted.sort();
    assert_eq!(places, sorted);
    assert!(places.len() >= 3, "{places:?}");
    assert!(
        problems
            .iter()
            .all(|problem| !problem["remedy"].as_str().expect("a remedy").is_empty())
    );
}

#[test]
fn the_rules_are_a_list_of_sentences() {
    let list = Tiny::new().course("check --list").succeeds().stdout;
    assert!(list.lines().count() >= 15, "{list}");
}

/// What could be said by a submission instead of std is refused in tests.
#[test]
fn tests_compare_by_assert_eq_and_import_by_name() {
    let test = format!("{STACK}/tests/stage_1_push_pop.rs");
    let tiny = Tiny::new();
    tiny.edit(
        &test,
        "    assert_eq!(stack.len(), 2);",
        "    assert!(\n        stack.len()\n            == 2\n    );",
    );
    tiny.course("check").says(
        1,
        "stage_1_push_pop.rs:23: assert! of a comparison believes",
    );
    let tiny = Tiny::new();
    tiny.edit(&test, "use stack::Stack;", "use stack::*;");
    tiny.course("check").says(1, "a test imports everything");
    let tiny = Tiny::new();
    tiny.write(&lib(), &(tiny.read(&lib()) + "\n/// A stack.\n#[macro_export]\nmacro_rules! stack {\n    () => {\n        $crate::Stack::default()\n    };\n}\n"));
    tiny.course("check")
        .says(1, "what this macro expands to would stand in the tests");
}
