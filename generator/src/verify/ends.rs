//! The two ends as they ship: the starter and the solution as a student would build them, own test
//! targets, full effort, `--locked`.

use std::time::Duration;

use super::diagnostic::brief;
use super::outcome::{Cause, Outcomes, VariantOutcome, cause, diagnostics};
use super::report::Finding;
use super::task::Task;
use crate::build::{self, Limits, Place};
use crate::course::Assignment;
use crate::error::Result;
use crate::file_tree::FileTree;

const STARTER: &str = "the starter as it ships";
const SOLUTION: &str = "the solution as it ships";
const DOC_TESTS: &str = "the solution's doc tests";

/// Tests run in full here.
const LIMITS: Limits = Limits {
    together: Duration::from_secs(120),
    alone: Duration::from_secs(60),
};

pub(super) fn tasks<'a>(assignment: &'a Assignment, rendered: &FileTree) -> Vec<Task<'a>> {
    if assignment.exercises.is_empty() {
        return Vec::new();
    }
    let solution = assignment.solved_on(rendered);
    let end = |name: &str, tree: FileTree, docs: bool| Task {
        owner: assignment.slug.clone(),
        name: name.to_owned(),
        place: assignment.slug.clone(),
        how: format!("end docs={docs}"),
        tree,
        prove: Box::new(move |place, changed| prove(place, changed, docs)),
    };
    vec![
        end(STARTER, rendered.clone(), false),
        end(SOLUTION, solution, true),
    ]
}

fn prove(place: &Place, changed: &[String], docs: bool) -> Result<VariantOutcome> {
    // All targets of all packages, examples too; what is fresh here is the profile of the student.
    let args = [
        "test",
        "--no-run",
        "--locked",
        "--message-format=json",
        "--workspace",
        "--all-targets",
    ];
    let build = place.build_changed(&args, changed)?;
    let mut outcome = diagnostics(&build);
    for (target, executable) in &build.executables {
        let names = build::list_tests(executable)?;
        let ends = build::run_together(executable, &names, &[], LIMITS)?;
        outcome.tests.extend(
            ends.into_iter()
                .map(|(name, end)| (format!("{target}::{name}"), end)),
        );
    }
    if docs && outcome.errors.is_empty() {
        let run = place.cargo(&["test", "--doc", "--locked", "--workspace"])?;
        if !run.succeeded() {
            outcome
                .errors
                .push(format!("{DOC_TESTS} fail: {}{}", run.stdout, run.stderr));
        }
    }
    Ok(outcome)
}

pub(super) fn judge(assignment: &Assignment, outcomes: &Outcomes) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, solved) in [(STARTER, false), (SOLUTION, true)] {
        let Some(outcome) = outcomes.get(&assignment.slug, name) else {
            continue;
        };
        let finding = |message: String| Finding::new(&assignment.slug, format!("{name} {message}"));
        if let Some(error) = outcome.errors.first() {
            findings.push(finding(format!(
                "does not build: {}",
                if error.starts_with(DOC_TESTS) {
                    error.clone()
                } else {
                    brief(error)
                }
            )));
            continue;
        }
        if let Some(warning) = outcome.warnings.first() {
            findings.push(finding(format!(
                "has {} compiler warnings, first: {}",
                outcome.warnings.len(),
                brief(warning)
            )));
        }
        for exercise in &assignment.exercises {
            let last = exercise.stages.len();
            for test in exercise.tests().filter(|test| !test.hidden) {
                let why = outcome
                    .tests
                    .get(&test.id)
                    .map_or(Some(Cause::Missing), cause);
                // A guard passes on the starter; a test that a later stage retires fails in the end.
                let asked = if solved {
                    test.until.is_none_or(|until| last <= until)
                } else {
                    !test.guard
                };
                if asked && why.is_none() != solved {
                    findings.push(finding(format!(
                        "{} `{}` of {}",
                        if solved { "fails" } else { "passes" },
                        test.id,
                        exercise.name()
                    )));
                }
            }
        }
    }
    findings
}
