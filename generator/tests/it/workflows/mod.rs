//! The workflows as the programs around them see them: linters, GitHub's interface, a runner.
//!
//! Ignored unless asked for, since they install programs: `cargo test --package course --test it -- --ignored workflows`.
//! The tools are in `tests/workflows`; GitHub is `local-github` (`tests/github`).

mod act;
mod comment;
mod enrol;
mod github;
mod install;
mod lint;

use std::path::PathBuf;
use std::process::Command;

use crate::builder::{generator, run};

/// The folder of tools.
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
