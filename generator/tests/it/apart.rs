//! What one submission is, leaves or wishes for decides nothing about another, and nothing of the machine's
//! settings decides about any.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::builder::{STACK, Tiny, run};

const LIB: &str = "ada/stack/src/lib.rs";

/// A repository whose newest commit is the solution.
fn solved() -> Tiny {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny
}

/// Commits and pushes the clone; the commit.
fn pushed(tiny: &Tiny) -> String {
    tiny.git("ada", "add -A -f");
    tiny.git("ada", "commit -q --allow-empty -m work");
    tiny.git("ada", "push -q");
    tiny.git("ada", "rev-parse HEAD").trim().to_owned()
}

fn points(grade: &Value) -> f64 {
    grade["points"].as_f64().expect("points")
}

fn grade(tiny: &Tiny, commit: &str) -> Value {
    tiny.course(&format!("grade 01-tiny-ada --json --commit {commit}"))
        .succeeds()
        .json()
}

/// The solution with a statement at the beginning of `push`.
fn with_statement(tiny: &Tiny, statement: &str) -> String {
    let text = tiny.read(LIB);
    let head = "pub fn push(&mut self, item: u32) {";
    assert_eq!(text.matches(head).count(), 1, "{text}");
    tiny.write(
        LIB,
        &text.replace(head, &format!("{head}\n        {statement}")),
    );
    let commit = pushed(tiny);
    tiny.write(LIB, &text);
    commit
}

#[test]
fn a_folder_named_target_is_not_the_next_one_s() {
    let tiny = solved();
    let solution = tiny.read(LIB);
    tiny.write("ada/stack/src/target/mod.rs", &solution);
    tiny.write(LIB, "mod target;\npub use target::Stack;\n");
    let with = pushed(&tiny);
    tiny.remove("ada/stack/src/target/mod.rs");
    let without = pushed(&tiny);
    assert_eq!(points(&grade(&tiny, &without)), 0.0);
    assert_eq!(points(&grade(&tiny, &with)), 10.0);
    assert_eq!(points(&grade(&tiny, &without)), 0.0);
}

#[test]
fn a_folder_in_place_of_a_file_stops_no_later_grade() {
    let tiny = solved();
    let solution = tiny.read(LIB);
    tiny.remove(LIB);
    tiny.write("ada/stack/src/lib.rs/x.rs", "");
    let folder = pushed(&tiny);
    tiny.remove("ada/stack/src/lib.rs/x.rs");
    fs::remove_dir(tiny.path(LIB)).expect("removed");
    tiny.write(LIB, &solution);
    let file = pushed(&tiny);
    assert_eq!(points(&grade(&tiny, &folder)), 0.0);
    assert_eq!(points(&grade(&tiny, &file)), 10.0);
}

#[test]
fn what_a_test_leaves_stops_no_later_grade() {
    let tiny = solved();
    let solution = tiny.git("ada", "rev-parse HEAD");
    for left in [
        "let _ = std::os::unix::fs::symlink(\"/\", \"left\");",
        "let _ = std::fs::write(\"left\", vec![0u8; 17_000_000]);",
        "let _ = std::fs::create_dir_all(\"../../.cargo\"); let _ = std::fs::write(\"../../.cargo/config.toml\", \"[build]\\nrustflags = [\\\"--nonsense\\\"]\\n\");",
        "let _ = std::fs::remove_dir_all(\"..\");",
    ] {
        let commit = with_statement(&tiny, left);
        // Its own grade is its own affair.
        grade(&tiny, &commit);
        assert_eq!(points(&grade(&tiny, solution.trim())), 10.0, "{left}");
    }
}

#[test]
fn writing_to_standard_output_loses_nothing() {
    let tiny = solved();
    for statement in [
        "use std::io::Write; let _ = writeln!(std::io::stdout(), \"debug\");",
        "use std::io::Write; let _ = write!(std::io::stdout(), \"no line\");",
        "println!(\"debug\"); eprintln!(\"debug\");",
    ] {
        let commit = with_statement(&tiny, statement);
        let grade = grade(&tiny, &commit);
        assert_eq!(points(&grade), 10.0, "{statement}: {grade:#}");
    }
}

#[test]
fn the_caller_s_settings_for_cargo_decide_nothing() {
    let tiny = solved();
    // A warning, that flags could turn into an error.
    let commit = with_statement(&tiny, "let unused = 1;");
    tiny.write(
        ".cargo/config.toml",
        "[build]\nrustflags = [\"-Dwarnings\"]\ntarget = \"nonsense\"\n",
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command
        .args(["grade", "01-tiny-ada", "--json", "--commit", &commit])
        .current_dir(tiny.root());
    for (name, value) in [
        ("RUSTFLAGS", "-Dwarnings"),
        ("CARGO_BUILD_RUSTFLAGS", "-Dwarnings"),
        (
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
            "-Dwarnings",
        ),
        ("RUSTC_WORKSPACE_WRAPPER", "/bin/false"),
        ("CARGO_BUILD_RUSTC_WRAPPER", "/bin/false"),
        ("CARGO_BUILD_JOBS", "0"),
        ("CARGO_PROFILE_DEV_PANIC", "abort"),
    ] {
        command.env(name, value);
    }
    let grade = run(command.env_remove("CARGO_TARGET_DIR"))
        .succeeds()
        .json();
    assert_eq!(points(&grade), 10.0, "{grade:#}");
}

#[test]
fn a_flood_of_warnings_is_graded() {
    let tiny = solved();
    let unused: String = (0..6000)
        .map(|number| format!("fn unused_{number}() {{}}\n"))
        .collect();
    tiny.write(LIB, &(tiny.read(LIB) + &unused));
    let commit = pushed(&tiny);
    assert_eq!(points(&grade(&tiny, &commit)), 10.0);
}

/// A few kilobytes of trees, each of which holds ten times the one before.
#[test]
fn a_bomb_of_trees_is_left_alone() {
    let tiny = solved();
    let make = |entries: &str| {
        tiny.write("entries", entries);
        let words = "git -C ada mktree < entries";
        let ran = run(Command::new("sh")
            .args(["-c", words])
            .current_dir(tiny.root()));
        ran.succeeds().stdout.trim().to_owned()
    };
    let blob = tiny
        .git("ada", "rev-parse HEAD:README.md")
        .trim()
        .to_owned();
    let ten = |kind: &str, id: &str| -> String {
        (0..10).map(|n| format!("{kind} {id}\tx{n}\n")).collect()
    };
    let mut tree = make(&ten("100644 blob", &blob));
    for _ in 0..8 {
        tree = make(&ten("040000 tree", &tree));
    }
    let root = tiny.git("ada", "ls-tree HEAD") + &format!("040000 tree {tree}\tzzz\n");
    let root = make(&root);
    let commit = tiny.git("ada", &format!("commit-tree -p HEAD -m bomb {root}"));
    tiny.git(
        "ada",
        &format!("push -q origin {}:refs/heads/bomb", commit.trim()),
    );
    let grade = grade(&tiny, commit.trim());
    assert_eq!(points(&grade), 10.0);
    assert!(
        grade["findings"]
            .to_string()
            .contains("more than 20000 files and folders"),
        "{grade:#}"
    );
}

#[test]
fn a_branch_that_is_no_text_stops_nothing() {
    let tiny = solved();
    let words = "git -C ada push -q origin \"main:refs/heads/$(printf 'x\\377')\"";
    run(Command::new("bash")
        .args(["-c", words])
        .current_dir(tiny.root()))
    .succeeds();
    assert_eq!(points(&tiny.grade()), 10.0);
}

/// A name is the student's to choose; what it says must not pass for ours.
#[test]
fn names_of_files_forge_no_line_of_a_report() {
    let tiny = solved();
    tiny.write("ada/a\n\npoints 999/10", "x");
    tiny.write("ada/<img src=x> [a](b) `c`", "x");
    pushed(&tiny);
    let table = tiny.course("grade 01-tiny-ada").succeeds().stdout;
    assert!(
        !table.lines().any(|line| line.starts_with("points 999")),
        "{table}"
    );
    let page = tiny
        .course("grade 01-tiny-ada --markdown")
        .succeeds()
        .stdout;
    assert!(!page.contains("<img") && !page.contains("[a](b)"), "{page}");
}

/// Stages that wait for their code take a line each; what was tried and fails is shown.
#[test]
fn a_stage_that_is_not_begun_takes_one_line() {
    let tiny = Tiny::accepted();
    let table = tiny.course("grade 01-tiny-ada").succeeds().stdout;
    assert!(
        table.contains("stack 2. The maximum: 4 of 4 tests meet a `todo!`"),
        "{table}"
    );
    assert!(table.lines().count() < 20, "{table}");
    assert!(!table.contains("not yet implemented"), "{table}");
    assert!(tiny.path(STACK).exists());
}

/// Trees within trees, deeper than any stack, must not end the grader.
#[test]
fn folders_that_are_too_deep_are_left_alone() {
    let tiny = solved();
    let script = "cd ada && blob=$(git rev-parse HEAD:README.md) && tree=$(printf '100644 blob %s\\tx\\n' $blob | git mktree) && for n in $(seq 1 300); do tree=$(printf '040000 tree %s\\td\\n' $tree | git mktree); done && (git ls-tree HEAD; printf '040000 tree %s\\tzzz\\n' $tree) | git mktree";
    let ran = run(Command::new("bash")
        .args(["-c", script])
        .current_dir(tiny.root()));
    let root = ran.succeeds().stdout;
    let commit = tiny.git(
        "ada",
        &format!("commit-tree -p HEAD -m deep {}", root.trim()),
    );
    tiny.git(
        "ada",
        &format!("push -q origin {}:refs/heads/deep", commit.trim()),
    );
    let grade = grade(&tiny, commit.trim());
    assert_eq!(points(&grade), 10.0);
    assert!(
        grade["findings"].to_string().contains("too deep"),
        "{grade:#}"
    );
}

/// A commit whose message is larger than any work is refused, and does not stop others.
#[test]
fn a_commit_that_is_too_large_is_refused() {
    let tiny = solved();
    let script = "cd ada && head -c 9000000 /dev/zero | tr '\\0' x > ../message && git commit -q --allow-empty -F ../message && git push -q";
    run(Command::new("bash")
        .args(["-c", script])
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "a@b.example")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "a@b.example")
        .current_dir(tiny.root()))
    .succeeds();
    tiny.course("grade 01-tiny-ada")
        .says(3, "which no honest work needs");
    let ran = tiny.course("grade --all 01-tiny").succeeds();
    assert!(
        ran.stdout.contains("which no honest work needs"),
        "{}",
        ran.stdout
    );
}

/// Two names that are one on systems that do not tell capital letters from small ones.
#[test]
fn a_file_that_differs_only_in_case_is_left_out() {
    let tiny = solved();
    tiny.write("ada/stack/src/Lib.rs", "compile_error!(\"wrong one\");\n");
    let commit = pushed(&tiny);
    let grade = grade(&tiny, &commit);
    assert_eq!(points(&grade), 10.0);
    let finding = &grade["findings"][0];
    assert_eq!(
        (finding["kind"].as_str(), finding["path"].as_str()),
        (Some("refused"), Some("stack/src/Lib.rs")),
        "{grade:#}"
    );
}
