//! Machines that lack something, or on which something is full or forbidden.

use std::process::Command;

use super::{Row, row};
use crate::builder::{Ran, Tiny, run};

/// `course` with something of its environment changed.
fn with(tiny: &Tiny, words: &str, variable: &str, value: &str) -> Option<Ran> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command
        .args(words.split_whitespace())
        .current_dir(tiny.root());
    command
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO")
        .env_remove("RUSTC");
    Some(run(command.env(variable, value)))
}

/// `course` where nothing holds a token of GitHub's.
fn without_token(tiny: &Tiny, words: &str) -> Option<Ran> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command
        .args(words.split_whitespace())
        .current_dir(tiny.root())
        .env("HOME", tiny.root())
        .env_remove("CARGO_TARGET_DIR");
    for name in ["COURSE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"] {
        command.env_remove(name);
    }
    Some(run(&mut command))
}

/// `course` after these shell commands, in a mount namespace of its own, in which we may mount what we like;
/// `None` where the machine does not let us make one.
fn in_namespace(tiny: &Tiny, words: &str, first: &str) -> Option<Ran> {
    let spaces: &[&[&str]] = &[&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let possible = spaces.iter().find(|flags| {
        let mount = "mount -t tmpfs none /mnt";
        Command::new("unshare")
            .args(**flags)
            .args(["sh", "-c", mount])
            .status()
            .is_ok_and(|status| status.success())
    })?;
    let script = format!("{first} && exec '{}' {words}", env!("CARGO_BIN_EXE_course"));
    let mut command = Command::new("unshare");
    command
        .args(*possible)
        .args(["sh", "-c", &script])
        .current_dir(tiny.root());
    Some(run(command.env_remove("CARGO_TARGET_DIR")))
}

/// The folder `out` is a disk of 64 KiB.
fn small_out(tiny: &Tiny, words: &str) -> Option<Ran> {
    in_namespace(tiny, words, "mount -t tmpfs -o size=64k none out")
}

/// The forge is a disk of 16 KiB.
fn small_forge(tiny: &Tiny, words: &str) -> Option<Ran> {
    in_namespace(tiny, words, "mount -t tmpfs -o size=16k none .forge")
}

/// Cargo's target folder is a disk of 64 KiB.
fn small_target(tiny: &Tiny, words: &str) -> Option<Ran> {
    in_namespace(tiny, words, "mount -t tmpfs -o size=64k none target")
}

/// The whole course can only be read.
fn read_only(tiny: &Tiny, words: &str) -> Option<Ran> {
    in_namespace(
        tiny,
        words,
        "mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\"",
    )
}

fn folder(tiny: &Tiny, name: &str) {
    std::fs::create_dir_all(tiny.path(name)).expect("a folder");
}

pub(super) const ROWS: &[Row] = &[
    row(
        "GitHub without a token",
        |tiny| {
            tiny.edit("classroom.yml", "  local: .forge", "  github: {}");
        },
        "publish",
        3,
        "there is no token for github.com: run `gh auth login",
    )
    .by(without_token),
    row(
        "half of a GitHub App",
        |tiny| {
            tiny.edit("classroom.yml", "  local: .forge", "  github: {}");
        },
        "publish",
        3,
        "an App needs both COURSE_APP_ID and COURSE_APP_KEY in the environment",
    )
    .by(|tiny, words| with(tiny, words, "COURSE_APP_ID", "7")),
    row(
        "an App whose key is none",
        |tiny| {
            tiny.edit("classroom.yml", "  local: .forge", "  github: {}");
        },
        "publish",
        3,
        "COURSE_APP_KEY: it is neither a private key nor a file that can be read",
    )
    .by(|tiny, words| {
        let command = format!(
            "COURSE_APP_ID=7 COURSE_APP_KEY=none '{}' {words}",
            env!("CARGO_BIN_EXE_course")
        );
        Some(run(Command::new("sh")
            .args(["-c", &command])
            .current_dir(tiny.root())))
    }),
    row(
        "no cargo",
        |_| (),
        "verify",
        4,
        "is it installed and on the PATH?",
    )
    .by(|tiny, words| with(tiny, words, "PATH", "/nonexistent")),
    row(
        "no compiler",
        |_| (),
        "verify",
        4,
        "run /nonexistent/rustc (is it installed and on the PATH?)",
    )
    .by(|tiny, words| with(tiny, words, "RUSTC", "/nonexistent/rustc")),
    row(
        "no folder for temporary files",
        |_| (),
        "verify",
        4,
        "missing: No such file or directory (os error 2)",
    )
    .by(|tiny, words| {
        with(
            tiny,
            words,
            "TMPDIR",
            &tiny.path("missing").display().to_string(),
        )
    }),
    row(
        "a target folder that is a file",
        |_| (),
        "verify",
        4,
        "classroom.yml/course",
    )
    .by(|tiny, words| with(tiny, words, "CARGO_TARGET_DIR", "classroom.yml")),
    row(
        "a full disk for rendered repositories",
        |tiny| folder(tiny, "out"),
        "render --out out",
        4,
        "No space left on device (os error 28); make room on that disk",
    )
    .by(small_out),
    row(
        "a full disk for the forge",
        |tiny| folder(tiny, ".forge"),
        "publish --execute",
        4,
        "No space left on device",
    )
    .by(small_forge),
    row(
        "a full disk for proofs",
        |tiny| folder(tiny, "target"),
        "verify --matrix-only",
        4,
        "No space left on device",
    )
    .by(small_target),
    row(
        "a full disk for what is printed",
        |_| (),
        "plan --json",
        4,
        "write to standard output: No space left on device (os error 28)",
    )
    .by(|tiny, words| in_namespace(tiny, &format!("{words} > /dev/full"), "true")),
    row(
        "a disk that can only be read, for rendered repositories",
        |_| (),
        "render --out out",
        4,
        "Read-only file system (os error 30); nothing can be written there: name another folder",
    )
    .by(read_only),
    row(
        "a disk that can only be read, for the forge",
        |_| (),
        "publish --execute",
        4,
        "Read-only file system",
    )
    .by(read_only),
    row(
        "a disk that can only be read, for a new assignment",
        |_| (),
        "new 02-raft",
        4,
        "Read-only file system",
    )
    .by(read_only),
    row(
        "a limit on the size of files",
        |_| (),
        "render --out out",
        4,
        "File too large (os error 27); a limit on the size of files (ulimit -f) forbids it",
    )
    .by(|tiny, words| in_namespace(tiny, words, "trap '' XFSZ && ulimit -f 1")),
];
