//! The workflows as the programs around them see them: linters, GitHub's interface, a runner.
//!
//! Ignored unless asked for, since they install programs: `cargo test --package course --test it -- --ignored workflows`.
//! The tools and stand-ins are in `tests/workflows`.

mod act;
mod comment;
mod enrol;
mod install;
mod lint;

use std::path::PathBuf;
use std::process::Command;

use crate::builder::{generator, run};

/// The folder of tools and stand-ins.
fn workflows() -> PathBuf {
    generator().join("tests/workflows")
}

/// The repository's root, with the action and the workflows of its own.
fn root() -> PathBuf {
    generator().join("..").canonicalize().expect("a root")
}

/// The folder of what is installed for these tests; the first time it takes half a minute.
fn tools() -> PathBuf {
    let ran = run(&mut Command::new(workflows().join("install.sh"))).succeeds();
    PathBuf::from(ran.stdout.trim())
}

/// Fails where an answer in the stand-in's log is none that GitHub describes.
#[track_caller]
fn assert_github_answers_so(log: &std::path::Path) {
    let tools = tools();
    run(Command::new("node")
        .arg(workflows().join("schema.mjs"))
        .arg(tools.join("npm"))
        .arg(log))
    .says(0, " answers compared, 0 wrong");
}
