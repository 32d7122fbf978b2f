//! Deletes each assertion of an exercise's tests in turn and prints which deletions the proof would not
//! notice through a mistake.
//!
//! ```sh
//! cargo run --release --package course --example needless_assertions -- assignments/01-core-rust/lru-cache
//! ```
//!
//! A deletion is noticed when a mistake is caught no more. That can only happen to a mistake whose every
//! catch fails at that very assertion, so only those are built again, without it. The others are told apart:
//! `shared`, where a mistake fails at the assertion and other tests catch it too; `idle`, where no mistake
//! fails there, so that nothing shows what the assertion is good for.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use course::build::{self, Limits, Place, TestEnd};
use course::course::{Assignment, Course, Exercise};
use course::file_tree::{self, FileTree};
use course::render;
use course::verify::{Catch, ExerciseReport, Work, verify};

type Failed = Box<dyn std::error::Error>;

/// An assertion in a test file, by its lines from 1.
struct Assertion {
    path: String,
    first: usize,
    last: usize,
}

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
fn main() -> Result<(), Failed> {
    let folder = std::env::args()
        .nth(1)
        .filter(|folder| !folder.starts_with('-'))
        .ok_or("name the folder of an exercise, as in assignments/01-core-rust/lru-cache")?;
    println!(
        "what happens when an assertion is deleted:
  noticed  a mistake goes uncaught
  shared   a mistake fails there, and another test catches it as well
  idle     no mistake fails there; it may still make a failure readable, or a mistake may be missing
"
    );
    let root = std::env::current_dir()?;
    let (course, problems) = Course::parse(source(&root)?);
    let course = course.ok_or_else(|| {
        problems
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()
    })?;
    let (assignment, exercise) =
        find(&course, &folder).ok_or("no such exercise; name assignments/SLUG/EXERCISE")?;
    let work = root.join("target/course/verify");
    let wanted = Work {
        dir: work,
        lanes: 2,
        matrix_only: true,
    };
    let report = verify(&course, &[assignment], &wanted, &|_| ())?;
    let report = report
        .exercises
        .iter()
        .find(|report| report.exercise == exercise.name())
        .ok_or("no proof")?;
    if !report.findings.is_empty() {
        return Err("the proof has findings; mend them first".into());
    }

    let place = Place::new(&root.join("target/course/assertions"), &assignment.slug);
    let rendered = render::render(&course, assignment)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for assertion in assertions(exercise) {
        let text = exercise.files.text(&assertion.path).unwrap_or_default();
        let verdict = judge(&place, &rendered, exercise, report, &assertion)?;
        *counts.entry(verdict).or_default() += 1;
        if verdict != "noticed" {
            let line = text
                .lines()
                .nth(assertion.first - 1)
                .unwrap_or_default()
                .trim();
            println!("{verdict:8} {}:{} {line}", assertion.path, assertion.first);
        }
    }
    println!("{counts:?}");
    Ok(())
}

fn source(root: &Path) -> Result<FileTree, Failed> {
    let mut files = FileTree::default();
    for folder in ["assignments", "templates"] {
        files.lay(
            folder,
            &file_tree::read(&root.join(folder), &course::course::source::SKIPPED_FOLDERS)?,
        );
    }
    for name in ["classroom.yml", "Cargo.toml", "Cargo.lock"] {
        files.insert_text(name, std::fs::read_to_string(root.join(name))?);
    }
    Ok(files)
}

fn find<'a>(course: &'a Course, folder: &str) -> Option<(&'a Assignment, &'a Exercise)> {
    let pairs = course.assignments.iter().flat_map(|assignment| {
        assignment
            .exercises
            .iter()
            .map(move |exercise| (assignment, exercise))
    });
    pairs
        .into_iter()
        .find(|(_, exercise)| exercise.folder() == folder.trim_end_matches('/'))
}

/// All assertions in the test files, public and hidden.
fn assertions(exercise: &Exercise) -> Vec<Assertion> {
    let mut found = Vec::new();
    for target in exercise.test_targets() {
        let lines: Vec<&str> = exercise
            .files
            .text(&target.path)
            .unwrap_or_default()
            .lines()
            .collect();
        for (index, line) in lines.iter().enumerate() {
            let code = line.trim_start();
            if !["assert", "prop_assert"]
                .iter()
                .any(|name| code.starts_with(name) && code.contains("!("))
            {
                continue;
            }
            let indent = line.len() - code.len();
            // An assertion ends on its own line, or at the line that closes it at the same depth.
            let ends = |line: &str| line.ends_with(';');
            let last = (index..lines.len())
                .find(|at| {
                    ends(lines[*at])
                        && (*at == index
                            || lines[*at].len() - lines[*at].trim_start().len() == indent)
                })
                .unwrap_or(index);
            found.push(Assertion {
                path: target.path.clone(),
                first: index + 1,
                last: last + 1,
            });
        }
    }
    found
}

fn judge(
    place: &Place,
    rendered: &FileTree,
    exercise: &Exercise,
    report: &ExerciseReport,
    assertion: &Assertion,
) -> Result<&'static str, Failed> {
    let mut verdict = "idle";
    for mistake in &report.mistakes {
        let here = mistake
            .caught_by
            .iter()
            .filter(|catch| fails_at(catch, assertion))
            .count();
        if here == 0 {
            continue;
        }
        verdict = "shared";
        if here == mistake.caught_by.len()
            && passes_without(
                place,
                rendered,
                exercise,
                &mistake.name,
                &mistake.caught_by,
                assertion,
            )?
        {
            return Ok("noticed");
        }
    }
    Ok(verdict)
}

/// Whether a test failed at this assertion: libtest says where it panicked, proptest says it in its words.
fn fails_at(catch: &Catch, assertion: &Assertion) -> bool {
    let said = format!(
        "{} {}",
        catch.failure.at.as_deref().unwrap_or_default(),
        catch.failure.message
    );
    let file = assertion.path.rsplit('/').next().unwrap_or_default();
    (assertion.first..=assertion.last).any(|line| {
        said.contains(&format!("{file}:{line}:")) || said.contains(&format!("{file}:{line}."))
    })
}

/// Whether all these tests pass on the mistake once the assertion is gone.
fn passes_without(
    place: &Place,
    rendered: &FileTree,
    exercise: &Exercise,
    mistake: &str,
    catches: &[Catch],
    assertion: &Assertion,
) -> Result<bool, Failed> {
    let mistake = exercise
        .mistakes
        .iter()
        .find(|known| known.name == mistake)
        .ok_or("no such mistake")?;
    let mut tree = rendered.clone();
    let mut package = exercise.mistake_tree(mistake);
    for target in exercise.test_targets() {
        if let Some(mut file) = package.remove(&target.path) {
            if target.path == assertion.path {
                let text = without(std::str::from_utf8(&file.bytes)?, assertion);
                file.bytes = text.into_bytes().into();
            }
            package.insert(format!("tests/{}.rs", target.name), file);
        }
    }
    for path in rendered
        .paths()
        .filter(|path| path.starts_with(&format!("{}/src/", exercise.name())))
    {
        tree.remove(path);
    }
    tree.lay(exercise.name(), &package);
    place.lay(&tree)?;
    let target = exercise
        .test_targets()
        .into_iter()
        .find(|target| target.path == assertion.path)
        .ok_or("no target")?;
    place.renew(&format!("{}/src/lib.rs", exercise.name()))?;
    let built = place.build(&[
        "test",
        "--no-run",
        "--locked",
        "--message-format=json",
        "-p",
        exercise.name(),
        "--test",
        &target.name,
    ])?;
    let Some(program) = built.executables.get(&target.name) else {
        return Ok(false);
    };
    let tests: Vec<String> = catches
        .iter()
        .filter_map(|catch| Some(catch.test.split_once("::")?.1.to_owned()))
        .collect();
    let limits = Limits {
        together: Duration::from_secs(30),
        alone: Duration::from_secs(10),
    };
    let ends = build::run_together(program, &tests, &[("COURSE_EFFORT", "small")], limits)?;
    Ok(ends.values().all(|end| *end == TestEnd::Passed))
}

/// The text with an assertion switched off. It stays for the compiler, which may learn types from it.
fn without(text: &str, assertion: &Assertion) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[assertion.first - 1].insert_str(0, "if false { ");
    lines[assertion.last - 1].push_str(" }");
    lines.join("\n") + "\n"
}
