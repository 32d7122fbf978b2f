//! `course autograde` against `cargo test`: what a push costs in the student's own workflow.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::grade::{cargo_test, submit};
use crate::ground::{Failed, Ground, silent, succeed};
use crate::measure::{in_turn, timed};

const ROUNDS: usize = 7;

/// One push of the solution with a line changed, with what the cache of a workflow brings.
pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let root = ground.course_copy("course")?;
    let submission = ground.folder("submission")?;
    submit(ground, &root, &submission, 0)?;
    let (warm, work) = (ground.folder("warm")?, ground.folder("work")?);
    let out = ground.folder("report")?.display().to_string();
    let autograde = |options: &[&str]| -> Result<Duration, Failed> {
        let (path, work) = (submission.display().to_string(), work.display().to_string());
        let words = ["autograde", &path, "--work", &work, "--out", &out];
        let words: Vec<&str> = words.iter().chain(options).copied().collect();
        timed(|| succeed(ground.course(&root, &words)))
    };
    cargo_test(&submission, &warm)?;
    cargo_bench(&submission, &warm)?;
    autograde(&[])?;
    let lib = submission.join("lru-cache/src/lib.rs");
    // A line more each time, as after a change of the student's.
    let edits = Cell::new(0);
    let edit = || -> Result<(), Failed> {
        edits.set(edits.get() + 1);
        let text = fs::read_to_string(&lib)?;
        Ok(fs::write(&lib, format!("{text}// edit {}\n", edits.get()))?)
    };
    let (times, ratios) = in_turn(
        ROUNDS,
        [
            &mut |_| {
                edit()?;
                cargo_test(&submission, &warm)
            },
            &mut |_| {
                edit()?;
                autograde(&["--no-gates"])
            },
            &mut |_| {
                edit()?;
                autograde(&[])
            },
            &mut |_| cargo_bench(&submission, &warm),
        ],
    )?;
    let rows = [
        "`cargo test`, warm, one line changed",
        "`course autograde --no-gates`: tests, lints, report",
        "`course autograde`: the ten gates, too",
        "`cargo bench`: the same gates by hand, nothing judged",
    ];
    let rows = rows
        .iter()
        .zip(times)
        .zip(ratios)
        .map(|((what, time), ratio)| format!("| {what} | {time} | {ratio:.2} |\n"));
    Ok(format!(
        "| one push, 97 tests that a student has | time | to `cargo test` |\n|---|---|---|\n{}\nMedians of {ROUNDS} rounds in turn.\n",
        rows.collect::<String>()
    ))
}

fn cargo_bench(submission: &Path, target: &Path) -> Result<Duration, Failed> {
    let mut bench = Command::new("cargo");
    bench
        .args(["bench", "--locked", "--package", "lru-cache-gates"])
        .current_dir(submission)
        .env("CARGO_TARGET_DIR", target);
    timed(|| succeed(silent(bench)))
}
