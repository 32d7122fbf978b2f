//! `course grade` against `cargo test`: one submission behind each sandbox, and a class of fifty.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use course::course::{Course, Exercise};
use course::file_tree::{self, FileTree};

use crate::ground::{Failed, Ground, copy, git, silent, succeed};
use crate::measure::{Seconds, in_turn, timed};

pub(crate) const SLUG: &str = "01-core-rust";
const CLASS: usize = 50;
const ROUNDS: usize = 7;

/// One submission, the solution: what each sandbox costs.
pub(crate) fn one(ground: &Ground) -> Result<String, Failed> {
    let root = ground.course_copy("course")?;
    let submission = ground.folder("submission")?;
    submit(ground, &root, &submission, 0)?;
    let target = ground.folder("grades")?;
    let grade = |options: &[&str]| -> Result<Duration, Failed> {
        let path = submission.display().to_string();
        let words: Vec<&str> = ["grade", &path].iter().chain(options).copied().collect();
        let mut command = ground.course(&root, &words);
        command.env("CARGO_TARGET_DIR", &target);
        timed(|| succeed(command))
    };
    // The first ones prepare, and hold the control.
    for options in [
        &["--sandbox", "bubblewrap"][..],
        &["--sandbox", "landlock"],
        &["--unsandboxed"],
    ] {
        grade(options)?;
    }
    let warm_target = ground.folder("warm")?;
    let lib = submission.join("lru-cache/src/lib.rs");
    let mut edits = 0;
    let mut warm = |_: usize| {
        // A line more each time, as after a change of the student's.
        edits += 1;
        let text = fs::read_to_string(&lib)?;
        fs::write(&lib, format!("{text}// edit {edits}\n"))?;
        cargo_test(&submission, &warm_target)
    };
    warm(0)?;
    let cold = &mut |_: usize| cargo_test(&submission, &ground.folder("cold")?);
    let (times, ratios) = in_turn(
        ROUNDS,
        [
            cold,
            &mut |_| grade(&["--sandbox", "bubblewrap"]),
            &mut |_| grade(&["--sandbox", "landlock"]),
            &mut |_| grade(&["--unsandboxed"]),
            &mut warm,
        ],
    )?;
    let rows = [
        "`cargo test`, cold, a target folder of its own",
        "`course grade`, bubblewrap",
        "`course grade`, Landlock",
        "`course grade --unsandboxed`",
        "`cargo test`, warm, one line changed",
    ];
    let rows = rows
        .iter()
        .zip(times)
        .zip(ratios)
        .map(|((what, time), ratio)| {
            format!(
                "| {what} | {time} | {ratio:.2} | {:.2} |\n",
                ratio / ratios[4]
            )
        });
    Ok(format!(
        "| one submission of 101 tests | time | to cold | to warm |\n|---|---|---|---|\n{}\nMedians of {ROUNDS} rounds in turn.\n",
        rows.collect::<String>()
    ))
}

/// Runs its tests in a folder of their own; whether they pass says nothing here.
pub(crate) fn cargo_test(submission: &Path, target: &Path) -> Result<Duration, Failed> {
    let mut test = Command::new("cargo");
    test.args(["test", "--no-fail-fast"])
        .current_dir(submission)
        .env("CARGO_TARGET_DIR", target);
    let mut test = silent(test);
    timed(|| Ok(test.status().map(drop)?))
}

/// A class of fifty, each with the solution and a comment of their own.
pub(crate) fn class(ground: &Ground) -> Result<String, Failed> {
    let root = ground.course_copy("course")?;
    succeed(ground.course(&root, &["publish", SLUG, "--execute"]))?;
    let students: Vec<PathBuf> = (0..CLASS)
        .map(|number| accept(ground, &root, number))
        .collect::<Result<_, _>>()?;
    let target = ground.folder("grades")?;
    let all = || {
        let mut command = ground.course(&root, &["grade", "--all", SLUG]);
        command.env("CARGO_TARGET_DIR", &target);
        timed(|| succeed(command))
    };
    let first = all()?.as_secs_f64();
    let again = all()?.as_secs_f64();
    let mut naive = 0.0;
    for student in &students {
        naive += cargo_test(student, &ground.folder("own")?)?.as_secs_f64();
    }
    let row = |what: &str, seconds: f64| {
        let a_minute = 60.0 * CLASS as f64 / seconds;
        format!(
            "| {what} | {} | {a_minute:.0} | {:.1} |\n",
            Seconds(seconds),
            naive / seconds
        )
    };
    Ok(format!(
        "| {CLASS} submissions | time | a minute | naive loop: times as long |\n|---|---|---|---|\n{}{}{}\nThe naive loop runs `cargo test` for each, one after the other, with a target folder of its own.\n",
        row(
            "`course grade --all`, the first time: dependencies and control in it",
            first
        ),
        row("`course grade --all`, later", again),
        row("the naive loop", naive)
    ))
}

/// A student's clone with the solution pushed.
fn accept(ground: &Ground, root: &Path, number: usize) -> Result<PathBuf, Failed> {
    let student = format!("student-{number}");
    succeed(ground.course(root, &["accept", SLUG, "--student", &student]))?;
    let forge = root.join(format!(".forge/rust-systems-course/{SLUG}-{student}.git"));
    let clone = ground.folder("clone")?.join("it");
    git(
        root,
        &[
            "clone",
            "-q",
            &forge.display().to_string(),
            &clone.display().to_string(),
        ],
    )?;
    solve(root, &clone, number)?;
    commit(&clone)?;
    git(&clone, &["push", "-q"])?;
    Ok(clone)
}

/// A student's repository beside the forge: the starter, then the solution.
pub(crate) fn submit(
    ground: &Ground,
    root: &Path,
    submission: &Path,
    number: usize,
) -> Result<(), Failed> {
    let out = ground.folder("starter")?.display().to_string();
    succeed(ground.course(root, &["render", SLUG, "--out", &out]))?;
    copy(&Path::new(&out).join(SLUG), submission)?;
    git(submission, &["init", "-q", "-b", "main"])?;
    commit(submission)?;
    solve(root, submission, number)?;
    commit(submission)
}

/// The exercise of the course at `root`.
pub(crate) fn exercise(root: &Path) -> Result<Exercise, Failed> {
    let mut files = FileTree::default();
    let assignments = file_tree::read(&root.join("assignments"), &["target"])?;
    files.lay("assignments", &assignments);
    files.insert(
        "classroom.yml",
        file_tree::read_file(&root.join("classroom.yml"))?,
    );
    let course = Course::parse(files).0.ok_or("no course")?;
    let assignment = course
        .assignments
        .iter()
        .find(|assignment| assignment.slug == SLUG);
    let exercise = assignment.and_then(|assignment| assignment.exercises.first());
    Ok(exercise.ok_or("no exercise")?.clone())
}

/// Lays the solution, with a comment of the student's own, so that no two are equal.
fn solve(root: &Path, submission: &Path, number: usize) -> Result<(), Failed> {
    let exercise = exercise(root)?;
    let solution = exercise.tree(exercise.stages.len(), false);
    for (path, file) in solution.iter().filter(|(path, _)| path.starts_with("src/")) {
        let comment = format!("// student {number}\n");
        let text = [&file.bytes[..], comment.as_bytes()].concat();
        fs::write(submission.join(exercise.name()).join(path), text)?;
    }
    Ok(())
}

fn commit(submission: &Path) -> Result<(), Failed> {
    git(submission, &["add", "-A"])?;
    git(submission, &["commit", "-q", "--allow-empty", "-m", "work"])
}
