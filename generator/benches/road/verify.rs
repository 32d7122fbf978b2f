//! `course verify` against the naive way: for each tree and each mistake a folder with a target folder of its
//! own, and `cargo test`.

use std::fs;
use std::path::Path;

use course::course::{Course, Exercise};
use course::file_tree::{self, FileTree};
use course::process::Run;
use course::render;

use crate::ground::{Failed, Ground, succeed};
use crate::measure::{Seconds, timed};

const SLUG: &str = "01-core-rust";

/// The naive way is done for one variant in so many, and the time scaled up: whole it takes a quarter of an
/// hour.
const SAMPLE: usize = 12;

pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let root = ground.course_copy("course")?;
    let work = ground.folder("proofs")?.display().to_string();
    let words = ["verify", SLUG, "--work", &work];
    let cold = timed(|| succeed(ground.course(&root, &words)))?.as_secs_f64();
    let warm = timed(|| succeed(ground.course(&root, &words)))?.as_secs_f64();
    change_one_line(&root)?;
    let changed = timed(|| succeed(ground.course(&root, &words)))?.as_secs_f64();
    let trees = variants(&root)?;
    let sample: Vec<&FileTree> = trees.iter().step_by(SAMPLE).collect();
    let mut naive = 0.0;
    for tree in &sample {
        let folder = ground.folder("naive")?;
        file_tree::replace(&folder.join("tree"), tree)?;
        let own = folder.join("target").display().to_string();
        let test = || -> Result<(), Failed> {
            // A tree whose tests fail is what most of them are.
            Run::cargo(&folder.join("tree"))
                .args(["test", "--quiet", "--no-fail-fast"])
                .env("CARGO_TARGET_DIR", own)
                .outcome()?;
            Ok(())
        };
        naive += timed(test)?.as_secs_f64();
    }
    let naive = naive / sample.len() as f64 * trees.len() as f64;
    let row = |what: &str, seconds: f64| {
        format!(
            "| {what} | {} | {:.1} | {:.2} % |\n",
            Seconds(seconds),
            naive / seconds,
            100.0 * seconds / cold
        )
    };
    Ok(format!(
        "| `course verify`, {} variants | time | naive way: times as long | of cold |\n|---|---|---|---|\n{}{}{}\nThe naive way takes {}: measured on {} of the variants and scaled.\n",
        trees.len(),
        row("cold, dependencies included", cold),
        row("warm, nothing changed", warm),
        row("one line of the solution changed", changed),
        Seconds(naive),
        sample.len()
    ))
}

/// All trees and mistakes of the exercises, each as the repository that a student would have.
fn variants(root: &Path) -> Result<Vec<FileTree>, Failed> {
    let mut files = FileTree::default();
    for folder in ["assignments", "templates"] {
        files.lay(folder, &file_tree::read(&root.join(folder), &["target"])?);
    }
    for name in ["classroom.yml", "Cargo.toml", "Cargo.lock"] {
        files.insert(name, file_tree::read_file(&root.join(name))?);
    }
    let course = Course::parse(files).0.ok_or("no course")?;
    let assignment = course
        .assignments
        .iter()
        .find(|assignment| assignment.slug == SLUG)
        .ok_or("no such assignment")?;
    let rendered = render::render(&course, assignment)?;
    let with = |exercise: &Exercise, package: &FileTree| {
        let mut tree = rendered.clone();
        tree.lay(exercise.name(), package);
        tree
    };
    let mut trees = Vec::new();
    for exercise in &assignment.exercises {
        let stages = 0..=exercise.stages.len();
        trees.extend(stages.map(|stage| with(exercise, &exercise.tree(stage, false))));
        let mistakes = exercise.mistakes.iter();
        trees.extend(mistakes.map(|mistake| with(exercise, &exercise.mistake_tree(mistake))));
    }
    Ok(trees)
}

/// Puts a comment behind a line of a solution of stage 4 that no mistake's patch speaks of.
fn change_one_line(root: &Path) -> Result<(), Failed> {
    let exercise = root.join("assignments").join(SLUG).join("lru-cache");
    let mut patches = String::new();
    for patch in fs::read_dir(exercise.join("mistakes"))? {
        patches.push_str(&fs::read_to_string(patch?.path())?);
    }
    let path = exercise.join("src/iter.rs");
    let text = fs::read_to_string(&path)?;
    let inside = text
        .lines()
        .skip_while(|line| !line.contains("// region: solution stage=4"));
    let line = inside
        .skip(1)
        .take_while(|line| !line.contains("// endregion"))
        .find(|line| line.ends_with(';') && !patches.contains(*line))
        .ok_or("no such line")?;
    fs::write(&path, text.replacen(line, &format!("{line} // changed"), 1))?;
    Ok(())
}
