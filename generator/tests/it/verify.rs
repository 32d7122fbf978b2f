//! `course verify`: what does not hold is named.

use crate::builder::{STACK, Tiny};

const SETTINGS: &str = "assignments/01-tiny/assignment.toml";

fn lib() -> String {
    format!("{STACK}/src/lib.rs")
}

fn tests_of_stage_2() -> String {
    format!("{STACK}/tests/stage_2_maximum.rs")
}

#[test]
fn every_cell_is_as_promised_and_every_mistake_caught() {
    let tiny = Tiny::new();
    let report = tiny.course("verify --json").succeeds().json();
    let exercise = &report["exercises"][0];
    assert_eq!(exercise["tests"], 7);
    for row in exercise["cells"].as_array().expect("trees") {
        for cell in row.as_array().expect("stages") {
            assert_eq!(cell["broken"], 0, "{exercise}");
        }
    }
    for mistake in exercise["mistakes"].as_array().expect("mistakes") {
        assert!(
            !mistake["caught_by"].as_array().expect("tests").is_empty(),
            "{mistake}"
        );
    }
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_did_not_change_is_not_proven_again() {
    let tiny = Tiny::new();
    let first = tiny.course("verify --json").succeeds().json();
    assert_eq!(first["reused"], 0);
    let second = tiny.course("verify --json").succeeds().json();
    assert_eq!(second["proven"], 0);
    assert_eq!(second["reused"], first["proven"]);
}

#[test]
fn a_changed_exercise_proves_only_itself_again() {
    let tiny = Tiny::new();
    tiny.course("new 02-raft").succeeds();
    for path in [
        "README.md",
        "RESOURCES.md",
        "assignment.toml",
        "lectures/01-first.md",
        "raft/COMMENTARY.md",
        "raft/README.md",
        "raft/hints.toml",
        "raft/mistakes/stage-1-squares.patch",
        "raft/src/lib.rs",
        "raft/tests/stage_1_first.rs",
    ] {
        let path = format!("assignments/02-raft/{path}");
        let text = tiny.read(&path).replace("TO WRITE: ", "");
        tiny.write(&path, &text);
    }
    let all = tiny.course("verify --json").succeeds().json()["proven"]
        .as_u64()
        .expect("a count");
    tiny.edit(
        &lib(),
        "        self.items.push(item);\n",
        "        self.items.extend([item]);\n",
    );
    let again = tiny.course("verify --json").succeeds().json();
    let proven = again["proven"].as_u64().expect("a count");
    assert!(0 < proven && proven < all, "{proven} of {all}");
    tiny.course("verify 02-raft").says(0, "0 outcomes built");
}

#[test]
fn a_region_in_the_wrong_stage_is_named() {
    let tiny = Tiny::new();
    tiny.edit(&lib(), "stage=1 pop", "stage=2 pop");
    tiny.course("verify --matrix-only").says(
        1,
        "`stage_1_push_pop::pop_gives_back_the_last_item` fails on tree 1 (the stub of stage 2)",
    );
}

#[test]
fn a_vacuous_test_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        &tests_of_stage_2(),
        "    assert_eq!(Stack::default().maximum(), None);\n",
        "    let _ = Stack::default();\n",
    );
    tiny.course("verify --matrix-only")
        .says(1, "it proves nothing, or is a guard to be declared: [[exercise.guard]] with test = \"stage_2_maximum::an_empty_stack_has_no_maximum\"");
}

#[test]
fn a_stale_guard_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        &tests_of_stage_2(),
        "    assert!(stack.is_empty());\n",
        "    assert_eq!(stack.maximum(), None);\n",
    );
    tiny.course("verify --matrix-only")
        .says(1, "remove the stale entry");
}

#[test]
fn a_guard_that_is_not_declared_is_named() {
    let tiny = Tiny::new();
    let settings = tiny.read(SETTINGS);
    let without = settings
        .split_once("[[exercise.guard]]")
        .expect("a guard")
        .0
        .to_owned();
    tiny.write(SETTINGS, &without);
    tiny.course("verify --matrix-only")
        .says(1, "popping_everything_leaves_it_empty` passes on tree 1");
}

#[test]
fn a_retired_test_must_fail_from_then_on() {
    let tiny = Tiny::new();
    let entry = "\n[[exercise.retired]]\ntest = \"stage_1_push_pop::len_counts_the_items\"\nuntil = 1\nreason = \"a test\"\n";
    let settings = tiny.read(SETTINGS) + entry;
    tiny.write(SETTINGS, &settings);
    tiny.course("verify --matrix-only")
        .says(1, "is declared retired and still passes on tree 2");
}

#[test]
fn a_mistake_that_nobody_notices_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        &format!("{STACK}/tests/stage_1_push_pop.rs"),
        "    stack.push(7);\n    stack.push(7);\n    assert_eq!(stack.len(), 2);",
        "    stack.push(7);\n    assert_eq!(stack.len(), 1);",
    );
    tiny.course("verify --matrix-only")
        .says(1, "no test of its stage notices it");
}

#[test]
fn a_mistake_that_does_not_compile_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        &format!("{STACK}/mistakes/stage-1-len-of-one.patch"),
        "self.items.len().min(1)",
        "self.items.len().min(1).max()",
    );
    tiny.course("verify --matrix-only")
        .says(1, "stage-1-len-of-one.patch:1: it does not compile");
}

#[test]
fn a_starter_that_does_not_compile_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        &lib(),
        "put the item at the end\")\n",
        "put the item at the end\"\n",
    );
    tiny.course("verify --matrix-only")
        .says(1, "tree 0 does not compile: error");
}

#[test]
fn a_starter_with_a_warning_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        &lib(),
        "//= #![allow(dead_code, unused_variables)]\n",
        "//= #![allow(dead_code)]\n",
    );
    tiny.course("verify --matrix-only").says(1, "tree 0 has");
}

#[test]
fn a_snippet_that_does_not_hold_is_named_with_its_line_and_reason() {
    let lecture = "assignments/01-tiny/lectures/01-stacks.md";
    for (new, line) in [
        (
            "Some(1)",
            "01-stacks.md:5: the snippet does not hold: assertion `left == right` failed, left: Some(2), right: Some(1)",
        ),
        (
            "Somme(2)",
            "01-stacks.md:5: the snippet does not hold: error[E0425]: cannot find function",
        ),
    ] {
        let tiny = Tiny::new();
        tiny.edit(lecture, "Some(2)", new);
        tiny.course("verify").says(1, line);
    }
}

/// What the compiler says of a tree names the author's line, not that of a tree that nobody sees.
#[test]
fn what_does_not_compile_is_named_at_its_marked_line() {
    let tiny = Tiny::new();
    tiny.edit(
        &lib(),
        "        self.len() == 0\n",
        "        self.len() == \"\"\n",
    );
    let line = 1 + tiny
        .read(&lib())
        .lines()
        .position(|line| line.contains("== \"\""))
        .expect("the line");
    let said = tiny.course("verify --matrix-only").says(
        1,
        &format!("{}:{line}: tree 0 does not compile: error[E0308]", lib()),
    );
    // What follows from it is not said.
    for consequence in ["NOT CAUGHT", "write a subtler one", "write subtler ones"] {
        assert!(!said.stdout.contains(consequence), "{}", said.stdout);
    }
}

#[test]
fn the_message_on_a_stub_that_cannot_be_says_what_to_write() {
    let tiny = Tiny::new();
    tiny.edit(
        &lib(),
        "pub struct Stack {\n",
        "pub struct Stack<T = u32> {\n    // region: solution stage=2 marker\n    marker: std::marker::PhantomData<T>,\n    //=\n    // endregion\n",
    );
    tiny.course("verify --matrix-only").says(1, "error[E0392]");
    tiny.course("verify --matrix-only")
        .says(1, "`//= _items: std::marker::PhantomData<T>,`");
}

#[test]
fn code_is_proven_before_its_texts_are_written() {
    let tiny = Tiny::new();
    tiny.edit(
        "assignments/01-tiny/README.md",
        "# Tiny\n",
        "# Tiny\n\nTO WRITE: the page\n",
    );
    tiny.course("verify").says(3, "still to write: the page");
    tiny.course("verify --matrix-only").succeeds();
}

#[test]
fn a_solution_that_passes_only_in_the_matrix_is_named() {
    let tiny = Tiny::new();
    // Only in the matrix do the stages' tests stand in modules of one program.
    tiny.edit(
        &tests_of_stage_2(),
        "    assert_eq!(Stack::default().maximum(), None);\n",
        "    assert_eq!(Stack::default().maximum(), None);\n    assert!(module_path!().contains(\"::\"));\n",
    );
    tiny.course("verify --matrix-only").succeeds();
    tiny.course("verify").says(
        1,
        "the solution as it ships fails `stage_2_maximum::an_empty_stack_has_no_maximum`",
    );
}
