//! What templates may name.

use ::liquid::Object;
use serde::Serialize;

use crate::course::assignment::Exercise;
use crate::course::assignment_file::{AssignmentFile, Capability};
use crate::course::classroom::Action;
use crate::course::gate::GateEntry;
use crate::course::hints::Hints;
use crate::course::{Assignment, Course};
use crate::error::{Error, Result};

#[derive(Serialize)]
struct Values<'a> {
    course: CourseValues<'a>,
    assignment: AssignmentValues<'a>,
    exercises: Vec<ExerciseValues<'a>>,
    /// Whether any of them has gates.
    has_gates: bool,
    /// How many tests only the grader has.
    hidden_tests: usize,
    /// Only in templates that are laid once for each exercise.
    #[serde(skip_serializing_if = "Option::is_none")]
    exercise: Option<ExerciseValues<'a>>,
}

#[derive(Serialize)]
struct CourseValues<'a> {
    title: &'a str,
    organisation: &'a str,
    rust: &'a str,
    action: &'a Action,
}

#[derive(Serialize)]
struct AssignmentValues<'a> {
    slug: &'a str,
    #[serde(flatten)]
    file: &'a AssignmentFile,
    lectures: Vec<&'a str>,
}

#[derive(Serialize)]
struct ExerciseValues<'a> {
    name: &'a str,
    title: &'a str,
    points: u32,
    hours: f64,
    editable: &'a [String],
    /// What its code does without, in words.
    denied: Vec<&'static str>,
    stages: Vec<StageValues<'a>>,
    gates: Vec<GateValues<'a>>,
}

#[derive(Serialize)]
struct GateValues<'a> {
    name: &'a str,
    title: &'a str,
    stage: usize,
    kind: &'static str,
    points: u32,
    promise: &'a str,
    demand: String,
}

#[derive(Serialize)]
struct StageValues<'a> {
    number: usize,
    title: &'a str,
    points: u32,
    hours: f64,
    target: String,
    public_tests: usize,
    hidden_tests: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    hints: Option<&'a Hints>,
}

/// The values for the templates of an assignment, or of one of its exercises.
pub(super) fn of(
    course: &Course,
    assignment: &Assignment,
    exercise: Option<&str>,
) -> Result<Object> {
    let values = Values {
        course: CourseValues {
            title: &course.classroom.title,
            organisation: &course.classroom.organisation,
            rust: &course.classroom.rust,
            action: &course.classroom.action,
        },
        assignment: AssignmentValues {
            slug: &assignment.slug,
            file: &assignment.file,
            lectures: assignment
                .pages
                .paths()
                .filter(|path| path.starts_with("lectures/"))
                .collect(),
        },
        exercises: assignment.exercises.iter().map(exercise_values).collect(),
        has_gates: assignment.has_gates(),
        hidden_tests: assignment
            .exercises
            .iter()
            .flat_map(Exercise::tests)
            .filter(|test| test.hidden)
            .count(),
        exercise: assignment
            .exercises
            .iter()
            .find(|known| Some(known.name()) == exercise)
            .map(exercise_values),
    };
    ::liquid::to_object(&values).map_err(|error| Error::Internal(error.to_string()))
}

fn exercise_values(exercise: &Exercise) -> ExerciseValues<'_> {
    ExerciseValues {
        name: exercise.name(),
        title: &exercise.entry.title,
        points: exercise.entry.points,
        hours: exercise.entry.hours,
        editable: &exercise.entry.editable,
        denied: Capability::ALL
            .into_iter()
            .filter(|capability| !exercise.entry.capabilities.contains(capability))
            .map(Capability::about)
            .collect(),
        stages: exercise
            .stages
            .iter()
            .map(|stage| StageValues {
                number: stage.number,
                title: &stage.entry.title,
                points: stage.entry.points,
                hours: stage.entry.hours,
                target: stage.target(),
                public_tests: stage.tests.iter().filter(|test| !test.hidden).count(),
                hidden_tests: stage.tests.iter().filter(|test| test.hidden).count(),
                hints: exercise.hints.get(&stage.entry.name),
            })
            .collect(),
        gates: exercise.entry.gates.iter().map(gate_values).collect(),
    }
}

fn gate_values(gate: &GateEntry) -> GateValues<'_> {
    GateValues {
        name: &gate.name,
        title: &gate.title,
        stage: gate.stage,
        kind: gate.kind.word(),
        points: gate.points,
        promise: &gate.promise,
        demand: gate.demand(),
    }
}
