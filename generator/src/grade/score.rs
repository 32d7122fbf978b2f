//! From test results to points.

use super::report::{StageGrade, TestGrade};
use super::run::Results;
use crate::build::TestEnd;
use crate::course::{Exercise, Stage};

/// What a stage gave. Its tests share its points evenly; a guard, which passes on the starter too, counts
/// only once another test of its stage passes. A test whose promise a later stage takes back counts nothing.
pub(super) fn stage(exercise: &Exercise, stage: &Stage, results: &Results) -> StageGrade {
    let last = exercise.stages.len();
    let tests: Vec<TestGrade> = stage
        .tests
        .iter()
        .filter(|test| test.until.is_none_or(|until| until >= last))
        .map(|test| TestGrade {
            test: test.id.clone(),
            hidden: test.hidden,
            guard: test.guard,
            end: results
                .ends
                .get(&test.id)
                .cloned()
                .unwrap_or(TestEnd::Missing),
        })
        .collect();
    let passed = tests.iter().filter(|test| test.passed()).count();
    let earned = tests.iter().any(|test| test.passed() && !test.guard);
    let share = if earned {
        passed as f64 / tests.len() as f64
    } else {
        0.0
    };
    let errors = exercise
        .test_targets()
        .iter()
        .filter(|target| target.stage == stage.number)
        .find_map(|target| results.errors.get(&target.name))
        .cloned()
        .unwrap_or_default();
    StageGrade {
        exercise: exercise.name().to_owned(),
        number: stage.number,
        name: stage.entry.name.clone(),
        title: stage.entry.title.clone(),
        points: round(f64::from(stage.entry.points) * share),
        max_points: stage.entry.points,
        errors,
        tests,
    }
}

/// Points to hundredths.
pub(super) fn round(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}
