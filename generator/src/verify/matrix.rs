//! The variants of an exercise as things to prove: one program with the tests of all stages, run on each.

use std::time::Duration;

use super::outcome::{VariantOutcome, diagnostics};
use super::task::Task;
use super::variant::Variant;
use crate::build::{self, COMBINED, Limits, Place, TestEnd};
use crate::course::Assignment;
use crate::course::assignment::{Exercise, TestTarget};
use crate::course::gate;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;

/// A matrix run of an exercise's tests stays under half a second; what takes so much longer hangs.
const LIMITS: Limits = Limits {
    together: Duration::from_secs(30),
    alone: Duration::from_secs(10),
};

/// Tests in the matrix run with few cases; at the ends they run in full.
const MATRIX_ENV: [(&str, &str); 2] = [
    ("COURSE_EFFORT", "small"),
    ("PROPTEST_MAX_SHRINK_ITERS", "0"),
];

/// All variants of all exercises.
pub(super) fn tasks<'a>(assignment: &'a Assignment, rendered: &FileTree) -> Vec<Task<'a>> {
    let variants = assignment.exercises.iter().flat_map(Variant::of);
    variants
        .map(|variant| matrix_task(assignment, rendered, variant))
        .collect()
}

/// The workspace of a variant: the rendered repository's manifest, lock and packages, as far as cargo
/// needs them, with the variant in place of its exercise.
fn matrix_task<'a>(
    assignment: &'a Assignment,
    rendered: &FileTree,
    variant: Variant<'a>,
) -> Task<'a> {
    let mut tree = FileTree::default();
    let needed = |path: &str| {
        matches!(path, "Cargo.toml" | "Cargo.lock")
            || assignment.exercises.iter().any(|exercise| {
                path.strip_prefix(exercise.name())
                    .is_some_and(|inside| inside == "/Cargo.toml" || inside.starts_with("/src/"))
                    && exercise.name() != variant.exercise.name()
            })
    };
    for (path, file) in rendered.iter().filter(|(path, _)| needed(path)) {
        tree.insert(path, file.clone());
    }
    tree.lay("", &gates_without_code(rendered));
    tree.lay(variant.exercise.name(), &variant.package());
    Task {
        owner: variant.exercise.name().to_owned(),
        name: variant.name(),
        place: assignment.slug.clone(),
        how: format!("matrix {} {MATRIX_ENV:?}", variant.exercise.name()),
        tree,
        prove: Box::new(move |place, changed| prove_variant(place, changed, variant)),
    }
}

/// What cargo must find of gate packages and of the crate that they measure with, to read the workspace. The matrix runs
/// none of them, so they have no code here: a gate that changed must not cost the proof of every tree.
fn gates_without_code(rendered: &FileTree) -> FileTree {
    let mut tree = FileTree::default();
    for (path, file) in rendered.iter() {
        let is_gates =
            path.starts_with(gate::CRATE_PLACE) || path.split('/').nth(1) == Some(gate::FOLDER);
        if is_gates && path.ends_with("/Cargo.toml") {
            tree.insert(path, file.clone());
        } else if is_gates && path.ends_with("/src/lib.rs") {
            tree.insert_text(path, "");
        } else if is_gates && (path.contains("/benches/") || path.contains("/src/bin/")) {
            tree.insert_text(path, "fn main() {}\n");
        }
    }
    tree
}

fn prove_variant(
    place: &Place,
    changed: &[String],
    variant: Variant<'_>,
) -> Result<VariantOutcome> {
    let exercise = variant.exercise;
    let (_, alone) = exercise.programs();
    let place = place
        .clone()
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "1");
    let mut args = vec![
        "test",
        "--no-run",
        "--locked",
        "--message-format=json",
        "-p",
        exercise.name(),
        "--test",
        COMBINED,
    ];
    for target in &alone {
        args.extend(["--test", &target.name]);
    }
    let build = place.build_changed(&args, changed)?;
    let mut outcome = diagnostics(&build);
    if !outcome.errors.is_empty() {
        return Ok(outcome);
    }
    let mut programs: Vec<(&str, Option<&TestTarget>)> = vec![(COMBINED, None)];
    programs.extend(
        alone
            .iter()
            .map(|target| (target.name.as_str(), Some(target))),
    );
    for (program, own_target) in programs {
        let executable = build.executables.get(program).ok_or_else(|| {
            Error::Internal(format!("cargo built `{program}` and did not say where"))
        })?;
        let names = build::list_tests(executable)?;
        let ends = build::run_together(executable, &names, &MATRIX_ENV, LIMITS)?;
        outcome
            .tests
            .extend(ends.into_iter().map(|(name, end)| match own_target {
                Some(target) => (format!("{}::{name}", target.name), end),
                None => (name, end),
            }));
    }
    add_missing(exercise, &mut outcome);
    Ok(outcome)
}

/// Tests that stand in the text and not in the program. Those in the program and not in the text are left:
/// the judge names them.
fn add_missing(exercise: &Exercise, outcome: &mut VariantOutcome) {
    for test in exercise.tests() {
        outcome
            .tests
            .entry(test.id.clone())
            .or_insert(TestEnd::Missing);
    }
}
