//! What it costs to know that a test came to its end: the harness's secret, against a twin of each test that ends in a panic,
//! and against runners that do not know it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::grade::submit;
use crate::ground::{Failed, Ground, silent, succeed};
use crate::measure::{in_turn, timed};

const ROUNDS: usize = 7;

pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let root = ground.course_copy("course")?;
    let submission = ground.folder("submission")?;
    submit(ground, &root, &submission, 0)?;
    let target = ground.folder("grades")?;
    let path = submission.display().to_string();
    let ours = || {
        let mut grade = ground.course(&root, &["grade", &path, "--unsandboxed"]);
        grade.env("CARGO_TARGET_DIR", &target);
        timed(|| succeed(grade))
    };
    ours()?;
    let plain = ground.folder("plain")?;
    let twins = ground.folder("twins")?;
    let cargo = |folder: &Path, target: &Path, words: &[&str]| -> Result<Duration, Failed> {
        let mut command = Command::new("cargo");
        command
            .args(words)
            .current_dir(folder)
            .env("CARGO_TARGET_DIR", target);
        let mut command = silent(command);
        timed(|| Ok(command.status().map(drop)?))
    };
    let twin = ground.folder("twin")?;
    crate::ground::copy(&submission, &twin)?;
    let count = add_panics(&twin.join("lru-cache/tests"))?;
    cargo(&submission, &plain, &["test", "--no-fail-fast"])?;
    cargo(&twin, &twins, &["test", "--no-fail-fast"])?;
    let mut edits = 0;
    let mut edit = || -> Result<(), Failed> {
        edits += 1;
        for folder in [&submission, &twin] {
            let lib = folder.join("lru-cache/src/lib.rs");
            let text = fs::read_to_string(&lib)?;
            fs::write(&lib, format!("{text}// edit {edits}\n"))?;
        }
        Ok(())
    };
    let tests = ["test", "--no-fail-fast", "--tests"];
    let nextest = ["nextest", "run", "--no-fail-fast"];
    let (times, ratios) = in_turn(
        ROUNDS,
        [
            &mut |_| {
                edit()?;
                cargo(&submission, &plain, &tests)
            },
            &mut |_| {
                Ok(
                    cargo(&submission, &plain, &["test", "--no-fail-fast", "--tests"])?
                        + cargo(&twin, &twins, &tests)?,
                )
            },
            &mut |_| cargo(&submission, &plain, &nextest),
            &mut |_| ours(),
        ],
    )?;
    let rows = [
        "libtest, all tests of a file in one process: no proof",
        "libtest, and a twin of each test that must panic at its end",
        "nextest, a process a test, its JUnit believed: no proof (compiled before)",
        "`course grade --unsandboxed`: a process a test, the secret, lints, fresh compile of everything that is the student's",
    ];
    let rows = rows.iter().zip(times).zip(ratios);
    let rows = rows.map(|((what, time), ratio)| format!("| {what} | {time} | {ratio:.2} |\n"));
    Ok(format!(
        "| {count} tests, one line of the submission changed | time | ratio |\n|---|---|---|\n{}\nMedians of {ROUNDS} rounds in turn.\n",
        rows.collect::<String>()
    ))
}

/// Ends each test in a panic. How many there are.
fn add_panics(tests: &Path) -> Result<usize, Failed> {
    let mut count = 0;
    for file in fs::read_dir(tests)? {
        let path = file?.path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let mut lines = Vec::new();
        let (mut marked, mut end) = (false, None);
        for line in fs::read_to_string(&path)?.lines() {
            let word = line.trim_start();
            marked |= word == "#[test]";
            if marked && word.starts_with("fn ") {
                let indent = &line[..line.len() - word.len()];
                end = Some(format!("{indent}}}"));
                marked = false;
                count += 1;
            }
            if end.as_deref() == Some(line) {
                lines.push("    panic!(\"the end\");".to_owned());
                end = None;
            }
            lines.push(line.to_owned());
        }
        fs::write(&path, lines.join("\n") + "\n")?;
    }
    Ok(count)
}
