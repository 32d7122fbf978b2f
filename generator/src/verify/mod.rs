//! The proof that starter, solution, tests and mistakes agree: the stage matrix.
//!
//! Tree k is an exercise with the solution up to stage k. Every tree is compiled with every test; a test
//! of stage s must fail on tree s-1 and on the starter, and pass from tree s on; each mistake, laid on the
//! tree of its stage, must be caught there. Outcomes are stored by content, judged anew each time.

#[cfg(unix)]
mod calibration;
mod diagnostic;
mod ends;
#[cfg(unix)]
mod gates;
mod judge;
mod lanes;
mod matrix;
mod outcome;
mod pages;
#[cfg(unix)]
mod peers;
mod report;
mod task;
mod variant;

#[cfg(unix)]
pub use calibration::{Calibration, calibrate};
pub use lanes::Work;
pub use report::{Catch, Cell, ExerciseReport, Finding, GatesReport, MistakeReport, Report};

use crate::build::Step;
use crate::course::leak::Secrets;
use crate::course::{Assignment, Course};
use crate::error::Result;
use crate::file_tree::FileTree;
use crate::render;

/// Proves the given assignments.
///
/// # Errors
///
/// Only where the machine fails; what does not hold is in the report.
pub fn verify(
    course: &Course,
    assignments: &[&Assignment],
    work: &Work,
    on_step: &(dyn Fn(&Step) + Sync),
) -> Result<Report> {
    let mut report = Report::default();
    let mut tasks = Vec::new();
    for assignment in assignments {
        let rendered = render::render(course, assignment)?;
        tasks.extend(matrix::tasks(assignment, &rendered));
        if !work.matrix_only {
            tasks.extend(ends::tasks(assignment, &rendered));
            tasks.extend(pages::task(assignment));
            #[cfg(unix)]
            tasks.extend(gates::tasks(assignment, &rendered));
        }
    }
    let outcomes = lanes::outcomes(tasks, work, on_step)?;
    for assignment in assignments {
        let rendered = render::render(course, assignment)?;
        report
            .findings
            .extend(rendered_findings(course, assignment, &rendered)?);
        for exercise in &assignment.exercises {
            let mut exercise_report = judge::judge(exercise, &outcomes);
            #[cfg(unix)]
            {
                let (measured, findings) = gates::judge(exercise, &outcomes);
                exercise_report.gates = measured;
                exercise_report.findings.extend(findings);
            }
            report.exercises.push(exercise_report);
        }
        report.findings.extend(ends::judge(assignment, &outcomes));
        report.findings.extend(pages::judge(assignment, &outcomes));
    }
    report.proven = outcomes.proven;
    report.reused = outcomes.reused;
    Ok(report)
}

/// What can be said of a rendered repository without compiling it.
fn rendered_findings(
    course: &Course,
    assignment: &Assignment,
    rendered: &FileTree,
) -> Result<Vec<Finding>> {
    let slug = &assignment.slug;
    let leaks = Secrets::of(&assignment.exercises).leaks(rendered);
    let mut findings: Vec<Finding> = leaks
        .into_iter()
        .map(|leak| {
            Finding::new(
                slug,
                format!(
                    "{}:{} in the rendered repository gives away {}",
                    leak.path, leak.line, leak.what
                ),
            )
        })
        .collect();
    if render::render(course, assignment)? != *rendered {
        findings.push(Finding::new(
            slug,
            "two renders of the same source differ".to_owned(),
        ));
    }
    Ok(findings)
}
