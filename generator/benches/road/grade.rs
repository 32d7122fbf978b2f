//! `course grade` of twenty submissions against twenty cold `cargo test` runs, each with a target folder of
//! its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use course::course::Course;
use course::file_tree::{self, FileTree};

use crate::ground::{Failed, Ground, copy, git, silent, succeed};
use crate::measure::{Seconds, timed};

const SLUG: &str = "01-core-rust";
const SUBMISSIONS: usize = 20;

pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let root = ground.course_copy("course")?;
    let students = ground.folder("students")?;
    for number in 0..SUBMISSIONS {
        submit(ground, &root, &students.join(number.to_string()), number)?;
    }
    let target = ground.folder("grades")?;
    let (mut ours, mut cold, mut first) = (0.0, 0.0, 0.0);
    for number in 0..SUBMISSIONS {
        let submission = students.join(number.to_string());
        let path = submission.display().to_string();
        let mut grade = ground.course(&root, &["grade", &path]);
        grade.env("CARGO_TARGET_DIR", &target);
        let took = timed(|| succeed(grade))?.as_secs_f64();
        if number == 0 {
            first = took;
        }
        ours += took;
        let own = ground.folder("own")?;
        let mut test = Command::new("cargo");
        test.args(["test", "--no-fail-fast"])
            .current_dir(&submission)
            .env("CARGO_TARGET_DIR", &own);
        let mut test = silent(test);
        // Most submissions fail some test, so the status says nothing.
        cold += timed(|| Ok(test.status().map(drop)?))?.as_secs_f64();
    }
    Ok(format!(
        "| {SUBMISSIONS} submissions | time | a minute | ratio |\n|---|---|---|---|\n| `course grade`, one after the other | {} | {:.0} | |\n| `cargo test`, cold, one after the other | {} | {:.1} | {:.1} |\n\nIn turn, submission after submission. The first grade builds the dependencies: {}.\n",
        Seconds(ours),
        60.0 * SUBMISSIONS as f64 / ours,
        Seconds(cold),
        60.0 * SUBMISSIONS as f64 / cold,
        cold / ours,
        Seconds(first)
    ))
}

/// A student's repository: the starter, then the solution up to some stage with a comment of their own, so
/// that no two are equal.
fn submit(ground: &Ground, root: &Path, submission: &Path, number: usize) -> Result<(), Failed> {
    let out = ground.folder("starter")?.display().to_string();
    succeed(ground.course(root, &["render", SLUG, "--out", &out]))?;
    copy(&Path::new(&out).join(SLUG), submission)?;
    git(submission, &["init", "-q", "-b", "main"])?;
    commit(submission)?;
    let mut files = FileTree::default();
    files.lay(
        "assignments",
        &file_tree::read(&root.join("assignments"), &["target"])?,
    );
    files.insert(
        "classroom.yml",
        file_tree::read_file(&root.join("classroom.yml"))?,
    );
    let course = Course::parse(files).0.ok_or("no course")?;
    let exercise = course
        .assignments
        .iter()
        .find(|assignment| assignment.slug == SLUG)
        .and_then(|assignment| assignment.exercises.first())
        .ok_or("no exercise")?;
    let stage = number % (exercise.stages.len() + 1);
    for (path, file) in exercise
        .tree(stage, false)
        .iter()
        .filter(|(path, _)| path.starts_with("src/"))
    {
        let comment = format!("// student {number}\n");
        let text = [&file.bytes[..], comment.as_bytes()].concat();
        fs::write(submission.join(exercise.name()).join(path), text)?;
    }
    commit(submission)
}

fn commit(submission: &Path) -> Result<(), Failed> {
    git(submission, &["add", "-A"])?;
    git(submission, &["commit", "-q", "--allow-empty", "-m", "work"])
}
