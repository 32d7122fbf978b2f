//! A commit in, points out.
//!
//! - [`submission`]: what of a commit counts, read from git's objects
//! - [`pristine`]: our own tree with the student's files laid over it
//! - [`run`]: that tree compiled, each test in a process of its own
//! - [`score`]: from test results to points
//! - [`report`]: the grade as a value; [`text`]: as a table and as Markdown
//!
//! A submission that fails, in whatever way, is a [`Grade`]; errors are for us and for the machine.

mod pristine;
mod report;
mod run;
mod score;
mod submission;
mod text;

pub use report::{Finding, FindingKind, Grade, Sandbox, StageGrade, TestGrade, Tier};
pub use submission::{Submission, claimed_assignment, read};

use crate::build::{Place, Step};
use crate::course::{Assignment, Course, Editable};
use crate::error::Result;
use crate::file_tree::Claim;
use crate::render;

/// Grades a submission in `place`, which is held while it lasts: two grades never share a tree.
///
/// # Errors
///
/// Only where the machine fails.
pub fn grade(
    course: &Course,
    assignment: &Assignment,
    editable: &Editable,
    submission: &Submission,
    place: &Place,
    on_step: &dyn Fn(&Step),
) -> Result<Grade> {
    let _claim = Claim::of(place.dir())?;
    let rendered = render::render(course, assignment)?;
    let mut findings = submission.findings.clone();
    let beginning = pristine::beginning(assignment, &rendered, submission)?;
    findings.extend(pristine::findings(&beginning, editable, submission));
    let tree = pristine::tree(assignment, &rendered, editable, submission);
    let mut stages = Vec::new();
    place.lay(&tree)?;
    let total = assignment.exercises.len();
    for (done, exercise) in assignment.exercises.iter().enumerate() {
        let name = exercise.name();
        let begin = |what: String| on_step(&Step { done, total, what });
        let results = run::run(place, exercise, &tree, &begin)?;
        stages.extend(
            exercise
                .stages
                .iter()
                .map(|stage| score::stage(exercise, stage, &results)),
        );
        on_step(&Step {
            done: done + 1,
            total,
            what: name.to_owned(),
        });
    }
    Ok(Grade {
        assignment: assignment.slug.clone(),
        version: assignment.file.version.clone(),
        commit: submission.commit.clone(),
        points: score::round(stages.iter().map(|stage| stage.points).sum()),
        max_points: assignment.file.points,
        manual_points: None,
        manual_max_points: assignment.file.manual_points,
        tier: Tier::T0,
        sandbox: Sandbox::None,
        grader: format!("course {}", env!("CARGO_PKG_VERSION")),
        stages,
        findings,
    })
}
