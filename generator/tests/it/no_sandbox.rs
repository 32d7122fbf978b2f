//! A machine without the strongest sandbox, and one without any.
//!
//! Ignored unless asked for, since strace takes Landlock away: `cargo test --package course --test it -- --ignored no_sandbox`.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::builder::{Ran, Tiny, run};

/// What grading needs beside the sandbox.
const PROGRAMS: [&str; 7] = ["cc", "git", "sh", "true", "cargo", "rustc", "rustdoc"];

/// Runs `course` where bubblewrap is not on the PATH, and where asked for, Landlock is not in the kernel either.
fn course(tiny: &Tiny, words: &str, landlock: bool) -> Ran {
    let folder = tiny.path("programs");
    if !folder.exists() {
        std::fs::create_dir(&folder).expect("a folder");
        for program in PROGRAMS {
            let which = run(Command::new("sh").args(["-c", &format!("command -v {program}")]));
            symlink(which.succeeds().stdout.trim(), folder.join(program)).expect("a link");
        }
    }
    let mut command = Command::new("/usr/bin/strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    command.args(match landlock {
        true => vec!["-e", "trace=none"],
        false => vec![
            "-e",
            "trace=landlock_create_ruleset",
            "-e",
            "inject=landlock_create_ruleset:error=ENOSYS",
        ],
    });
    command
        .arg(env!("CARGO_BIN_EXE_course"))
        .args(words.split(' '))
        .current_dir(tiny.root());
    command
        .env("PATH", folder)
        .env_remove("CARGO_TARGET_DIR")
        .env("NO_COLOR", "1");
    run(&mut command)
}

fn solved() -> Tiny {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny
}

#[test]
#[ignore = "needs strace"]
fn landlock_is_taken_where_bubblewrap_is_missing() {
    let tiny = solved();
    let ran = course(&tiny, "grade 01-tiny-ada", true).succeeds();
    assert!(
        ran.stdout.contains("points 10/10")
            && ran.stdout.contains("T1, behind Landlock, the weaker wall"),
        "{ran:?}"
    );
    let ran = course(&tiny, "doctor", true);
    assert!(
        ran.stdout
            .contains("bwrap is not on the PATH; landlock works instead"),
        "{ran:?}"
    );
}

#[test]
#[ignore = "needs strace"]
fn where_there_is_none_grading_is_refused_and_says_what_helps() {
    let tiny = solved();
    let ran = course(&tiny, "grade 01-tiny-ada", false);
    ran.says(3, "no sandbox works here (bubblewrap: bwrap is not on the PATH; landlock: the kernel has no Landlock of version 6 (Linux 6.12)); run `course doctor`");
    let ran = course(&tiny, "grade 01-tiny-ada --unsandboxed", false).succeeds();
    assert!(
        ran.stdout.contains("points 10/10") && ran.stdout.contains("NOT SANDBOXED"),
        "{ran:?}"
    );
}

#[test]
#[ignore = "needs strace"]
fn the_demonstration_works_everywhere_and_says_which_tier_it_reached() {
    let tiny = solved();
    for (landlock, words) in [
        (true, "tier T1 behind Landlock"),
        (false, "tier T0 NOT SANDBOXED"),
    ] {
        let ran = course(&tiny, "demo", landlock).succeeds();
        assert!(
            ran.stdout.contains(words) && ran.stdout.contains("the road holds"),
            "{ran:?}"
        );
        assert!(
            ran.stderr
                .contains("warning: this machine does not have the strongest sandbox"),
            "{ran:?}"
        );
        assert!(
            ran.stderr.contains("For the better one:")
                && ran.stderr.contains("bubblewrap util-linux"),
            "{ran:?}"
        );
    }
}
