//! What looks wrong and is not.

use std::process::Command;

use super::{LIB, Tiny};
use crate::builder::{STACK, copy, run};

#[test]
fn a_path_with_spaces_and_other_letters_is_a_path() {
    let tiny = Tiny::new();
    let parent = tempfile::tempdir().expect("a folder");
    let root = parent.path().join("Übung 3 – größe");
    copy(tiny.root(), &root);
    let there = root.display().to_string();
    let course = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command
            .args(words)
            .args(["--course", &there])
            .env_remove("CARGO_TARGET_DIR");
        run(command.current_dir(parent.path())).succeeds()
    };
    course(&["check"]);
    course(&["verify"]);
    course(&["render", "--out", "a b/ü"]);
    course(&["publish", "--execute"]);
    course(&["accept", "01-tiny", "--student", "ada"]);
    assert!(
        course(&["grade", "01-tiny-ada"])
            .stdout
            .contains("points 0/10")
    );
}

#[test]
fn a_shallow_clone_and_a_detached_head_are_graded() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    let address = tiny.forge("01-tiny-ada");
    tiny.git(".", &format!("clone -q --depth 1 file://{address} shallow"));
    tiny.course("grade shallow").says(0, "points 10/10");
    tiny.git("ada", "checkout -q HEAD~1");
    tiny.course("grade ada").says(0, "points 10/10");
    tiny.course("grade ada --commit HEAD")
        .says(0, "points 0/10");
}

/// Nobody's name, home or settings are asked for: published commits are signed by the course.
#[test]
fn no_git_identity_and_no_home_are_needed() {
    let tiny = Tiny::new();
    for words in [
        "publish --execute",
        "accept 01-tiny --student ada",
        "grade 01-tiny-ada",
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command.args(words.split(' ')).current_dir(tiny.root());
        for name in ["HOME", "USER", "XDG_CONFIG_HOME", "CARGO_TARGET_DIR"] {
            // Without HOME cargo and rustup are found by their own variables.
            match (name, std::env::var_os("HOME")) {
                ("HOME", Some(home)) => {
                    let home = std::path::PathBuf::from(home);
                    command.env_remove("HOME");
                    for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")]
                    {
                        if std::env::var_os(variable).is_none() {
                            command.env(variable, home.join(folder));
                        }
                    }
                }
                _ => {
                    command.env_remove(name);
                }
            }
        }
        run(command.env("GIT_CONFIG_NOSYSTEM", "1")).succeeds();
    }
}

#[test]
fn tabs_are_indentation_like_any_other() {
    let tiny = Tiny::new();
    tiny.write(LIB, &tiny.read(LIB).replace("    ", "\t"));
    // The patches were made of the source with spaces; the first character of a line is the diff's.
    for patch in ["stage-1-len-of-one", "stage-2-maximum-never-falls"] {
        let path = format!("{STACK}/mistakes/{patch}.patch");
        let text = tiny.read(&path);
        let lines = text.lines().map(|line| {
            let (mark, code) = line.split_at(1);
            format!("{mark}{}\n", code.replace("    ", "\t"))
        });
        tiny.write(&path, &lines.collect::<String>());
    }
    tiny.course("check").says(0, "no problems");
    tiny.course("render --out out").succeeds();
    let starter = tiny.read("out/01-tiny/stack/src/lib.rs");
    assert!(
        starter.contains("\n\t\ttodo!(\"stage 1: count the items\")\n"),
        "{starter}"
    );
}

/// `course plan | head -1`.
#[test]
fn a_reader_that_has_enough_is_no_error() {
    let tiny = Tiny::new();
    let words = format!(
        "'{}' plan --json | head -n 1; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_course")
    );
    let ran = run(Command::new("bash")
        .args(["-c", &words])
        .current_dir(tiny.root()));
    assert_eq!(ran.stdout.lines().last(), Some("0"), "{ran:?}");
}

/// A proof that was cut off, by a full disk or a killed machine, is made again.
#[test]
fn a_stored_proof_that_cannot_be_read_is_made_again() {
    let tiny = Tiny::new();
    let first = tiny.course("verify --matrix-only --json").succeeds().json();
    let proofs = tiny.path("target/course/verify/proofs");
    for entry in std::fs::read_dir(proofs).expect("proofs") {
        std::fs::write(entry.expect("a proof").path(), "{\"errors\":[").expect("cut off");
    }
    let second = tiny.course("verify --matrix-only --json").succeeds().json();
    assert_eq!(second["proven"], first["proven"]);
}
