//! `course check`: every problem in one list, with file, line and remedy.

use crate::builder::{STACK, Tiny};

const SETTINGS: &str = "assignments/01-tiny/assignment.toml";

/// Edits one file, checks, and wants this problem.
#[track_caller]
fn edited(path: &str, old: &str, new: &str, problem: &str) {
    let tiny = Tiny::new();
    tiny.edit(path, old, new);
    tiny.course("check").says(1, problem);
}

fn lib() -> String {
    format!("{STACK}/src/lib.rs")
}

#[test]
fn the_tiny_course_has_no_problem() {
    Tiny::new().course("check").says(0, "no problems");
}

#[test]
fn an_unknown_key_is_named() {
    edited(
        SETTINGS,
        "hours = 1\npoints = 10\nmanual",
        "hours = 1\nponits = 10\npoints = 10\nmanual",
        "assignment.toml:7: ",
    );
}

#[test]
fn a_value_of_the_wrong_type_is_named() {
    edited(
        SETTINGS,
        "manual_points = 5",
        "manual_points = \"five\"",
        "assignment.toml:8: ",
    );
}

#[test]
fn an_unknown_key_of_the_classroom_is_named() {
    edited(
        "classroom.yml",
        "title: A Tiny Course",
        "title: A Tiny Course\ncolour: red",
        "classroom.yml:3: ",
    );
}

#[test]
fn a_region_that_never_ends_is_named() {
    edited(
        &lib(),
        "        //= todo!(\"stage 1: count the items\")\n        // endregion\n",
        "        //= todo!(\"stage 1: count the items\")\n",
        "lib.rs:38: ",
    );
}

#[test]
fn an_end_without_a_region_is_named() {
    edited(
        &lib(),
        "/// A stack of numbers.\n",
        "// endregion\n/// A stack of numbers.\n",
        "lib.rs:7: ",
    );
}

#[test]
fn a_region_inside_another_is_named() {
    edited(
        &lib(),
        "        self.items.len()\n",
        "        // region: solution stage=1 inner\n        self.items.len()\n        // endregion\n",
        "lib.rs:39: ",
    );
}

#[test]
fn a_marker_that_shares_its_line_is_named() {
    edited(
        &lib(),
        "        self.items.len()\n",
        "        self.items.len() // endregion\n",
        "lib.rs:39: ",
    );
}

#[test]
fn a_region_id_that_stands_twice_is_named() {
    edited(&lib(), "stage=1 len", "stage=1 pop", "lib.rs:38: ");
}

#[test]
fn a_region_of_a_stage_that_is_not_there_is_named() {
    edited(&lib(), "stage=1 len", "stage=3 len", "lib.rs:38: ");
}

#[test]
fn a_stub_that_names_another_stage_is_named() {
    edited(
        &lib(),
        "stage 1: count the items",
        "stage 2: count the items",
        "lib.rs:38: a stub of",
    );
}

#[test]
fn a_stage_without_tests_is_named() {
    let tiny = Tiny::new();
    tiny.remove(&format!("{STACK}/tests/stage_1_push_pop.rs"));
    tiny.course("check").says(1, "stage 1 has no test target");
}

#[test]
fn a_stage_without_hints_is_named() {
    edited(
        &format!("{STACK}/hints.toml"),
        "[maximum]",
        "[minimum]",
        "stage 2 has no hints",
    );
}

#[test]
fn a_stage_without_a_mistake_is_named() {
    let tiny = Tiny::new();
    tiny.remove(&format!("{STACK}/mistakes/stage-1-len-of-one.patch"));
    tiny.course("check").says(1, "stage 1 has no mistake");
}

#[test]
fn a_mistake_that_does_not_apply_is_named() {
    edited(
        &lib(),
        "        self.items.len()\n",
        "        self.items.iter().count()\n",
        "stage-1-len-of-one.patch:8: the diff does not apply: src/lib.rs has no line `self.items.len()`; make the patch anew",
    );
}

/// The way that assignments/README.md shows.
#[test]
fn a_patch_as_git_makes_it_is_a_mistake() {
    let tiny = Tiny::new();
    for words in ["init -q -b main", "add -A", "commit -q -m solution"] {
        tiny.git(".", words);
    }
    tiny.edit(&lib(), "self.items.pop()", "self.items.drain(..1).next()");
    let diff = tiny.git(STACK, "diff --relative -- src");
    tiny.git(STACK, "checkout -q -- src");
    let patch = format!("stage = 1\nwhy = \"takes the first\"\n{diff}");
    tiny.write(
        &format!("{STACK}/mistakes/stage-1-takes-the-first.patch"),
        &patch,
    );
    tiny.course("check").says(0, "no problems");
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
fn points_that_do_not_add_up_are_named() {
    edited(SETTINGS, "points = 4", "points = 5", "assignment.toml:");
}

#[test]
fn a_dead_link_is_named() {
    edited(
        "assignments/01-tiny/README.md",
        "lectures/01-stacks.md",
        "lectures/01-stack.md",
        "01-tiny/README.md:3: ",
    );
}

#[test]
fn a_symbol_that_is_gone_is_named() {
    edited(
        &format!("{STACK}/COMMENTARY.md"),
        "`note_pop`",
        "`note_popped`",
        "COMMENTARY.md:3: ",
    );
}

#[test]
fn a_secret_in_a_page_is_named() {
    edited(
        &format!("{STACK}/README.md"),
        "`push` puts an item on top",
        "```rust,ignore\nlet mut stack = Stack::default();\nstack.push(8);\nstack.push(9);\nstack.pop();\nassert_eq!(stack.maximum(), Some(8));\n```\n`push` puts an item on top",
        "gives away stack/hidden/stage_2_more.rs",
    );
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
fn a_guard_of_no_test_is_named() {
    edited(
        SETTINGS,
        "popping_everything_leaves_it_empty",
        "popping_all",
        "assignment.toml:",
    );
}

#[test]
fn an_unexpected_panic_is_named() {
    edited(
        &format!("{STACK}/tests/stage_1_push_pop.rs"),
        "#[test]\nfn an_empty",
        "#[test]\n#[should_panic]\nfn an_empty",
        "stage_1_push_pop.rs:",
    );
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

#[test]
fn a_folder_that_is_no_course_is_refused() {
    let tiny = Tiny::new();
    tiny.course("check --course target")
        .says(3, "no classroom.yml");
}
