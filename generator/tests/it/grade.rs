//! `course grade`: a commit in, points out; whatever a submission does is a grade.

use std::fs;

use serde_json::Value;

use crate::builder::{Tiny, generator};

/// Points of the stages.
fn stages(grade: &Value) -> Vec<f64> {
    let stages = grade["stages"].as_array().expect("stages");
    stages
        .iter()
        .map(|stage| stage["points"].as_f64().expect("points"))
        .collect()
}

fn kinds(grade: &Value) -> Vec<&str> {
    let findings = grade["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|finding| finding["kind"].as_str().expect("a kind"))
        .collect()
}

#[test]
fn the_starter_gets_nothing() {
    let grade = Tiny::accepted().grade();
    assert_eq!(grade["points"], 0.0);
    assert_eq!(grade["max_points"], 10);
    assert_eq!(grade["manual_points"], Value::Null);
    assert_eq!(grade["manual_max_points"], 5);
    assert_eq!(kinds(&grade), Vec::<&str>::new());
}

#[test]
fn another_right_solution_gets_everything() {
    let tiny = Tiny::accepted();
    let grade = tiny.submits("passes").grade();
    assert_eq!(grade["points"], 10.0, "{grade:#}");
    assert_eq!(
        grade["commit"].as_str(),
        Some(tiny.git("ada", "rev-parse HEAD").trim())
    );
}

#[test]
fn modules_of_the_student_s_own_are_welcome() {
    let grade = Tiny::accepted().submits("extra-module").grade();
    assert_eq!(grade["points"], 10.0, "{grade:#}");
    assert_eq!(kinds(&grade), Vec::<&str>::new());
}

#[test]
fn a_failed_test_is_shown_with_its_assertion() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny.edit(
        "ada/stack/src/lib.rs",
        "|old| old.max(item)",
        "|old| old.min(item)",
    )
    .pushes();
    let ran = tiny.course("grade 01-tiny-ada").succeeds();
    assert!(
        ran.stdout
            .contains("stage_2_maximum::the_maximum_is_the_greatest_item failed"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("left: Some(1)"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("trust: T1, "),
        "the report says what it is worth: {}",
        ran.stdout
    );
    let grade = tiny.grade();
    // Of stage 2's four tests one fails; the guard counts beside the others.
    assert_eq!(stages(&grade), [4.0, 4.5], "{grade:#}");
}

#[test]
fn what_does_not_compile_gets_nothing_and_the_compiler_s_first_errors() {
    let grade = Tiny::accepted().submits("does-not-compile").grade();
    assert_eq!(grade["points"], 0.0);
    let error = grade["stages"][0]["errors"][0].as_str().expect("an error");
    assert!(
        error.contains("E0599") && error.contains("length"),
        "{error}"
    );
}

#[test]
fn a_broken_program_of_the_student_s_own_does_not_stop_the_tests() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny.write("ada/stack/src/bin/play.rs", "fn main() { play }\n")
        .pushes();
    assert_eq!(tiny.grade()["points"], 10.0);
}

#[test]
fn where_one_stage_s_tests_do_not_compile_the_others_count() {
    let grade = Tiny::accepted()
        .submits("one-stage-does-not-compile")
        .grade();
    assert_eq!(stages(&grade), [4.0, 0.0], "{grade:#}");
    assert_eq!(
        grade["stages"][0]["errors"].as_array().map(Vec::len),
        Some(0)
    );
    let error = grade["stages"][1]["errors"][0].as_str().expect("an error");
    assert!(error.contains("E0624"), "{error}");
}

#[test]
fn changed_tests_and_manifests_are_ours_again_and_reported() {
    let tiny = Tiny::accepted();
    tiny.submits("edits-the-tests");
    tiny.remove("ada/RUBRIC.md").pushes();
    let grade = tiny.grade();
    assert_eq!(grade["points"], 0.0, "{grade:#}");
    let mut kinds = kinds(&grade);
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "left-out",
            "protected-changed",
            "protected-changed",
            "protected-missing"
        ],
        "{grade:#}"
    );
}

#[test]
fn an_early_exit_is_no_pass() {
    let grade = Tiny::accepted().submits("exits-zero").grade();
    let tests = grade["stages"]
        .as_array()
        .expect("stages")
        .iter()
        .flat_map(|stage| stage["tests"].as_array().expect("tests"));
    for test in tests.filter(|test| {
        test["test"]
            .as_str()
            .is_some_and(|name| name.contains("push_pop::pop") || name.contains("len"))
    }) {
        assert_eq!(test["end"], "aborted", "{test}");
    }
}

#[test]
fn a_source_that_is_a_link_is_left_out() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny.write("ada/elsewhere.rs", &tiny.read("ada/stack/src/lib.rs"));
    tiny.remove("ada/stack/src/lib.rs");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../elsewhere.rs", tiny.path("ada/stack/src/lib.rs"))
        .expect("a link");
    let grade = tiny.pushes().grade();
    assert_eq!(grade["points"], 0.0);
    assert!(kinds(&grade).contains(&"refused"), "{grade:#}");
    let error = grade["stages"][0]["errors"][0].as_str().expect("an error");
    assert!(error.contains("stack/src/lib.rs is missing"), "{error}");
}

#[test]
fn a_source_of_two_megabytes_is_left_out() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny.write(
        "ada/stack/src/table.rs",
        &"// a long table\n".repeat(140_000),
    );
    let grade = tiny.pushes().grade();
    assert_eq!(grade["points"], 10.0, "it is in no module");
    assert_eq!(kinds(&grade), ["too-large"]);
}

#[test]
fn a_repository_of_an_older_release_is_no_fault_of_the_student() {
    let tiny = Tiny::accepted();
    tiny.edit(
        "assignments/01-tiny/assignment.toml",
        "version = \"1.0.0\"",
        "version = \"1.0.1\"",
    );
    tiny.edit(
        "assignments/01-tiny/stack/tests/stage_1_push_pop.rs",
        "stack.push(7);\n    stack.push(7);\n    assert_eq!(stack.len(), 2);",
        "stack.push(7);\n    stack.push(8);\n    assert_eq!(stack.len(), 2);",
    );
    let grade = tiny.submits("passes").grade();
    assert_eq!(grade["points"], 10.0);
    assert_eq!(kinds(&grade), ["other-release"], "{grade:#}");
}

#[test]
fn an_older_commit_can_be_graded() {
    let tiny = Tiny::accepted();
    let starter = tiny.git("ada", "rev-parse HEAD");
    tiny.submits("passes");
    let grade = tiny
        .course(&format!("grade ada --json --commit {}", &starter[..10]))
        .succeeds()
        .json();
    assert_eq!(grade["points"], 0.0);
    assert_eq!(grade["commit"].as_str(), Some(starter.trim()));
}

#[test]
fn a_commit_that_is_not_there_is_refused() {
    let tiny = Tiny::accepted();
    let ran = tiny.course("grade 01-tiny-ada --commit 0123456789abcdef0123456789abcdef01234567");
    ran.says(
        3,
        "there is no commit `0123456789abcdef0123456789abcdef01234567`",
    );
}

#[test]
fn an_empty_repository_is_refused() {
    let tiny = Tiny::new();
    tiny.git(".", "init -q empty");
    tiny.course("grade empty")
        .says(3, "empty: it holds no commit yet");
}

#[test]
fn a_repository_of_no_assignment_is_refused() {
    let tiny = Tiny::new();
    tiny.write("other/file.txt", "mine");
    tiny.git("other", "init -q -b main");
    tiny.git("other", "add -A");
    tiny.git("other", "commit -q -m mine");
    tiny.course("grade other")
        .says(3, "name it with --assignment SLUG");
    tiny.course("grade nowhere")
        .says(3, "neither a folder here nor a repository of the forge");
}

#[test]
fn markdown_and_table_tell_the_same() {
    let tiny = Tiny::accepted();
    tiny.submits("one-stage-does-not-compile");
    let markdown = tiny
        .course("grade 01-tiny-ada --markdown")
        .succeeds()
        .stdout;
    assert!(markdown.contains("## 01-tiny: 4/10 points"), "{markdown}");
    assert!(
        markdown.contains("### Does not compile (stack stage 2)"),
        "{markdown}"
    );
    assert!(markdown.contains("```text\nerror[E0624]"), "{markdown}");
    let table = tiny.course("grade 01-tiny-ada").succeeds().stdout;
    assert!(
        table.contains("points 4/10; by a person: not given yet, of 5"),
        "{table}"
    );
}

#[test]
fn two_grades_at_once_do_not_mix() {
    let tiny = Tiny::accepted();
    let starter = tiny.git("ada", "rev-parse HEAD");
    tiny.submits("passes");
    let solution = tiny.git("ada", "rev-parse HEAD");
    let points = |commit: &str| {
        tiny.course(&format!("grade ada --json --commit {}", commit.trim()))
            .succeeds()
            .json()["points"]
            .as_f64()
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| points(&starter));
        let second = scope.spawn(|| points(&solution));
        assert_eq!(first.join().expect("graded"), Some(0.0));
        assert_eq!(second.join().expect("graded"), Some(10.0));
    });
}

#[test]
fn every_grade_obeys_the_published_schema() {
    let schema = fs::read_to_string(generator().join("schemas/grade.json")).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for submission in [
        "passes",
        "does-not-compile",
        "edits-the-tests",
        "exits-zero",
    ] {
        let grade = Tiny::accepted().submits(submission).grade();
        let errors: Vec<String> = validator
            .iter_errors(&grade)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{submission}: {errors:?}");
    }
}

#[test]
fn without_a_sandbox_the_report_says_so_in_capitals() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    let ran = tiny.course("grade 01-tiny-ada --unsandboxed").succeeds();
    assert!(
        ran.stdout.contains("trust: T0, NOT SANDBOXED"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("points 10/10"), "{}", ran.stdout);
    assert!(ran.stderr.contains("NOT SANDBOXED"), "{}", ran.stderr);
    let page = tiny
        .course("grade 01-tiny-ada --unsandboxed --markdown")
        .succeeds()
        .stdout;
    assert!(page.contains("T0, NOT SANDBOXED"), "{page}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_same_submission_gets_an_equal_grade_behind_each_wall() {
    let tiny = Tiny::accepted();
    tiny.submits("one-stage-does-not-compile");
    let grade = |options: &str| {
        let mut grade = tiny
            .course(&format!("grade 01-tiny-ada --json {options}"))
            .succeeds()
            .json();
        let fields = grade.as_object_mut().expect("an object");
        (fields.remove("sandbox"), fields.remove("tier"), grade)
    };
    let walls = crate::builder::walls();
    let first = grade(&format!("--sandbox {}", walls[0]));
    for wall in walls {
        let again = grade(&format!("--sandbox {wall}"));
        assert_eq!(again.0, Some(wall.to_string().into()));
        assert_eq!((&first.1, &first.2), (&again.1, &again.2), "{wall}");
    }
    assert_eq!(first.1, Some("T1".into()));
    let none = grade("--unsandboxed");
    assert_eq!((none.0, none.1), (Some("none".into()), Some("T0".into())));
    assert_eq!(first.2, none.2);
}

/// Once an assignment is prepared no grade calls cargo, and so none compiles a dependency.
#[test]
fn dependencies_are_compiled_once() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny.grade();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_course"));
    command
        .args(["grade", "01-tiny-ada", "--json"])
        .current_dir(tiny.root());
    command
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO", "/nowhere/cargo");
    assert_eq!(
        crate::builder::run(&mut command).succeeds().json()["points"],
        10.0
    );
}

/// What is declared is allowed; what is not is named with its line.
#[test]
fn a_capability_is_declared_or_denied() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny.edit(
        "ada/stack/src/lib.rs",
        "pub fn len(&self) -> usize {",
        "pub fn len(&self) -> usize {\n        let _ = std::time::Instant::now();",
    )
    .pushes();
    let ran = tiny.course("grade 01-tiny-ada").succeeds();
    assert!(ran.stdout.contains("points 0/10"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("stack/src/lib.rs:24: `std::time::Instant::now` reads a clock or waits for one, and this exercise does without: `time` is not among its capabilities; `stack` counts 0 until it is gone"),
        "{}",
        ran.stdout
    );
    // Its tests are told all the same.
    assert!(ran.stdout.contains("3 of 3 tests"), "{}", ran.stdout);
    tiny.edit(
        "assignments/01-tiny/assignment.toml",
        "editable = [\"src/**/*.rs\"]",
        "editable = [\"src/**/*.rs\"]\ncapabilities = [\"time\"]",
    );
    assert_eq!(tiny.grade()["points"], 10.0);
}

/// A solution that needs what its exercise does not declare says so before anybody is graded.
#[test]
fn where_the_solution_itself_fails_nobody_is_graded() {
    let tiny = Tiny::accepted();
    tiny.edit(
        "assignments/01-tiny/stack/src/lib.rs",
        "        self.len() == 0",
        "        std::thread::scope(|scope| scope.spawn(|| self.len() == 0).join().unwrap_or(false))",
    );
    let ran = tiny.course("grade 01-tiny-ada");
    let ran = ran.says(
        3,
        "its own solution gets 0 of 10 points behind this sandbox",
    );
    assert!(
        ran.stderr
            .contains("`threads` is not among its capabilities"),
        "{}",
        ran.stderr
    );
}

/// Test files that need a program of their own get one from the grader too.
#[test]
fn a_test_file_that_cannot_share_a_program_is_graded() {
    let tiny = Tiny::accepted();
    let text = tiny.read("assignments/01-tiny/stack/tests/stage_1_push_pop.rs");
    tiny.write(
        "assignments/01-tiny/stack/tests/stage_1_push_pop.rs",
        &format!("//! Its own crate.\n#![recursion_limit = \"256\"]\n#![allow(\n    dead_code\n)]\n\n{text}"),
    );
    tiny.submits("passes");
    assert_eq!(tiny.grade()["points"], 10.0);
    tiny.submits("one-stage-does-not-compile");
    assert_eq!(stages(&tiny.grade()), [4.0, 0.0]);
}

#[test]
fn a_test_that_must_panic_must_panic_with_its_words() {
    let tiny = Tiny::new();
    let test = "assignments/01-tiny/stack/tests/stage_2_maximum.rs";
    let text = tiny.read(test);
    tiny.write(
        test,
        &format!("{text}\n#[test]\n#[should_panic(expected = \"the \\\"top\\\" is gone\")]\nfn a_maximum_is_expected() {{\n    Stack::default().maximum().expect(\"the \\\"top\\\" is gone\");\n}}\n\n#[test]\nfn a_result_is_an_end_too() -> Result<(), String> {{\n    let mut stack = Stack::default();\n    stack.push(1);\n    stack.maximum().map(drop).ok_or(\"no maximum\".to_owned())\n}}\n"),
    );
    tiny.course("publish --execute").succeeds();
    tiny.has_student("ada", "passes");
    let grade = tiny.grade();
    assert_eq!(grade["points"], 10.0, "{grade:#}");
    tiny.edit(
        "ada/stack/src/lib.rs",
        "self.items.last().map(|(_, maximum)| *maximum)",
        "None",
    );
    tiny.git("ada", "commit -q -a -m wrong");
    tiny.git("ada", "push -q");
    let table = tiny.course("grade 01-tiny-ada").succeeds().stdout;
    assert!(table.contains("Error: \"no maximum\""), "{table}");
    tiny.edit(
        "ada/stack/src/lib.rs",
        "None\n",
        "panic!(\"other words\")\n",
    );
    tiny.git("ada", "commit -q -a -m wrong");
    tiny.git("ada", "push -q");
    let table = tiny.course("grade 01-tiny-ada").succeeds().stdout;
    assert!(
        table.contains("panic did not contain expected string"),
        "{table}"
    );
}

/// What a hidden test says is for who graded, not for who is.
#[test]
fn no_line_of_a_hidden_test_is_shown() {
    let hidden = "assignments/01-tiny/stack/hidden/stage_2_more.rs";
    let tiny = Tiny::accepted();
    let text = tiny.read(hidden);
    tiny.write(hidden, &format!("{text}\n#[test]\nfn it_is_secret() {{\n    let mut stack = Stack::default();\n    stack.push(4_294_967_295);\n    let secret_name = stack.maximum().is_some_and(|top| top > 77);\n    let _length: usize = stack.len();\n    assert!(secret_name && !stack.is_empty());\n}}\n"));
    tiny.submits("passes");
    tiny.edit(
        "ada/stack/src/lib.rs",
        "self.items.last().map(|(_, maximum)| *maximum)",
        "None",
    )
    .pushes();
    let shown = |tiny: &Tiny| {
        let forms = ["", " --markdown", " --json"].map(|form| {
            tiny.course(&format!("grade 01-tiny-ada{form}"))
                .succeeds()
                .stdout
        });
        let all = forms.concat();
        assert!(
            !all.contains("secret_name") && !all.contains("4_294_967_295"),
            "{all}"
        );
        all
    };
    assert!(shown(&tiny).contains("a hidden test: what it says is not shown"));
    // A signature that only the hidden test trips over.
    let lib = "ada/stack/src/lib.rs";
    tiny.edit(lib, "len(&self) -> usize", "len(&self) -> u64")
        .edit(lib, "self.items.len()", "self.items.len() as u64");
    tiny.pushes();
    assert!(
        shown(&tiny).contains(
            "error[E0308]: a hidden test does not compile with it; its text is not shown"
        )
    );
}

/// A closure of the test's that must not be called, and a submission that calls it and catches its panic.
#[test]
fn a_panic_of_the_test_s_own_closure_stays_a_failure() {
    let tiny = Tiny::new();
    let method = |body: &str| {
        format!(
            "    /// Puts on top what is made, if there is nothing yet.\n    pub fn first_or(&mut self, make: impl FnOnce() -> u32) {{\n{body}    }}\n\n    /// Whether there is no item.\n"
        )
    };
    let right = "        if self.is_empty() {\n            let item = make();\n            self.push(item);\n        }\n";
    let marked = format!(
        "        // region: solution stage=1 first-or\n{right}        //= todo!(\"stage 1: make it only where it is needed\")\n        // endregion\n"
    );
    let head = "    /// Whether there is no item.\n";
    tiny.edit(
        "assignments/01-tiny/stack/src/lib.rs",
        head,
        &method(&marked),
    );
    let test = "assignments/01-tiny/stack/tests/stage_1_push_pop.rs";
    tiny.write(test, &(tiny.read(test) + "\n#[test]\nfn nothing_is_made_twice() {\n    let mut stack = Stack::default();\n    stack.push(1);\n    stack.first_or(|| unreachable!(\"it is made twice\"));\n    assert_eq!(stack.len(), 1);\n}\n"));
    tiny.course("publish --execute").succeeds();
    tiny.has_student("ada", "passes");
    let submit = |body: &str| {
        tiny.git("ada", "checkout -q -- .");
        tiny.edit("ada/stack/src/lib.rs", head, &method(body));
        tiny.git("ada", "commit -q -a -m work");
        tiny.git("ada", "push -q");
        let table = tiny.course("grade 01-tiny-ada").succeeds().stdout;
        tiny.git("ada", "revert --no-edit HEAD");
        table
    };
    assert!(submit(right).contains("points 10/10"));
    let wrong = "        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(make));\n        if self.is_empty() {\n            self.push(made.unwrap_or(0));\n        }\n";
    let table = submit(wrong);
    assert!(
        table.contains("nothing_is_made_twice failed") && table.contains("it is made twice"),
        "{table}"
    );
}

/// What the caller left open is not the submission's to read.
#[cfg(target_os = "linux")]
#[test]
fn open_files_of_the_caller_stay_the_caller_s() {
    let tiny = Tiny::accepted();
    tiny.edit(
        "assignments/01-tiny/assignment.toml",
        "editable = [\"src/**/*.rs\"]",
        "editable = [\"src/**/*.rs\"]\ncapabilities = [\"process\"]",
    );
    tiny.submits("passes");
    tiny.edit(
        "ada/stack/src/lib.rs",
        "pub fn len(&self) -> usize {",
        "pub fn len(&self) -> usize {\n        let read = std::process::Command::new(\"/bin/sh\").args([\"-c\", \"cat <&7\"]).output();\n        panic!(\"{read:?}\");",
    )
    .pushes();
    tiny.write("caller", "the words of the caller");
    for sandbox in crate::builder::walls() {
        let words = format!(
            "exec 7<caller && exec {} grade 01-tiny-ada --sandbox {sandbox}",
            env!("CARGO_BIN_EXE_course")
        );
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", &words])
            .current_dir(tiny.root())
            .env_remove("CARGO_TARGET_DIR");
        let table = crate::builder::run(&mut command).succeeds().stdout;
        assert!(table.contains("len_counts_the_items failed"), "{table}");
        assert!(!table.contains("the words of the caller"), "{table}");
    }
}

/// Code of another exercise is a part of this one where it is compiled with it.
#[test]
fn unsafe_code_of_another_exercise_is_not_borrowed() {
    let tiny = Tiny::new();
    tiny.has_second_exercise();
    let text = tiny.read("assignments/01-tiny/assignment.toml");
    let at = text.rfind("editable").expect("the second exercise");
    let text = format!(
        "{}capabilities = [\"unsafe\"]\n{}",
        &text[..at],
        &text[at..]
    );
    tiny.write("assignments/01-tiny/assignment.toml", &text);
    tiny.edit(
        "assignments/01-tiny/queue/Cargo.toml",
        "[lints.rust]\nunsafe_code = \"forbid\"\n",
        "",
    );
    tiny.course("publish --execute").succeeds();
    tiny.has_student("ada", "passes");
    tiny.write("ada/queue/src/reads.rs", "/// Reads what is there.\npub fn first(list: &[u32]) -> u32 {\n    unsafe { *list.get_unchecked(0) }\n}\n");
    let lib = tiny.read("ada/stack/src/lib.rs");
    tiny.write(
        "ada/stack/src/lib.rs",
        &format!("{lib}\n#[path = \"../../queue/src/reads.rs\"]\npub mod reads;\n"),
    );
    tiny.git("ada", "add -A");
    tiny.git("ada", "commit -q -m borrowed");
    tiny.git("ada", "push -q");
    let table = tiny.course("grade 01-tiny-ada").succeeds().stdout;
    assert!(table.contains("stack 1. Push and pop       0/4"), "{table}");
}

/// Nobody reads a megabyte of an error.
#[test]
fn long_errors_are_cut() {
    let tiny = Tiny::accepted();
    let long = "x".repeat(300_000);
    tiny.write(
        "ada/stack/src/lib.rs",
        &format!("compile_error!(\"{long}\");\n"),
    )
    .pushes();
    let page = tiny.course("grade 01-tiny-ada --json").succeeds().stdout;
    assert!(
        page.contains("[line cut here]") && page.len() < 20_000,
        "{}",
        page.len()
    );
}
