//! The templates of feedback filled in for grades of every kind, before a student's workflow meets their mistakes.

use super::{Past, Sources, feedback};
use crate::build::{Failure, TestEnd};
use crate::course::handed_out::HANDED_OUT;
use crate::course::{Assignment, HandedOut};
use crate::error::Result;
use crate::file_tree::FileTree;
use crate::gates::{GateGrade, GateVerdict};
use crate::grade::{Finding, FindingKind, Grade, StageGrade, TestGrade, Tier};
use crate::sandbox::Kind;

/// Rehearses the feedback of a rendered repository.
///
/// # Errors
///
/// Names the template, the line and what is wrong there.
pub fn rehearse(rendered: &FileTree) -> Result<()> {
    let text = rendered.text(HANDED_OUT).unwrap_or_default();
    let handed_out = HandedOut::parse(HANDED_OUT, text)?;
    let settings = handed_out.settings.clone();
    let assignment = Assignment::of_repository(&handed_out.slug, settings, rendered);
    let past = Past {
        commit: "0".repeat(40),
        points: 1.0,
        stages: Vec::new(),
        first: None,
        pushes: 0,
    };
    for (tier, past) in [(Tier::T0, None), (Tier::T1, Some(&past))] {
        for end in ends() {
            let sources = Sources {
                handed_out: &handed_out,
                repository: rendered,
                address: None,
                past,
            };
            feedback(&grade(&assignment, tier, &end), &sources)?;
        }
    }
    Ok(())
}

/// How all tests of a grade end, so that each kind of report is written once.
fn ends() -> Vec<Option<TestEnd>> {
    let failed = |message: &str, at: &str| {
        Some(TestEnd::Failed(Failure {
            message: message.to_owned(),
            at: Some(at.to_owned()),
        }))
    };
    vec![
        // It does not compile.
        None,
        Some(TestEnd::Passed),
        Some(TestEnd::Aborted),
        Some(TestEnd::TimedOut),
        Some(TestEnd::Missing),
        failed("not yet implemented: stage 1: write it", "x/src/lib.rs:1:1"),
        failed("boom", "x/src/lib.rs:1:1"),
        failed(
            "assertion `left == right` failed: it holds\n  left: 1\n right: 2",
            "x/tests/stage_1_x.rs:1:1",
        ),
    ]
}

/// A grade of the assignment in which all tests end alike, with a finding and a gate of each verdict.
fn grade(assignment: &Assignment, tier: Tier, end: &Option<TestEnd>) -> Grade {
    let exercises = assignment.exercises.iter();
    let stages: Vec<StageGrade> = exercises
        .flat_map(|exercise| exercise.stages.iter().map(move |stage| (exercise, stage)))
        .map(|(exercise, stage)| StageGrade {
            exercise: exercise.name().to_owned(),
            number: stage.number,
            name: stage.entry.name.clone(),
            title: stage.entry.title.clone(),
            points: 0.5,
            max_points: stage.entry.points,
            withheld: false,
            errors: match end {
                None => vec!["error: no".to_owned()],
                Some(_) => Vec::new(),
            },
            tests: stage
                .tests
                .iter()
                .map(|test| TestGrade {
                    test: test.id.clone(),
                    hidden: tier == Tier::T1,
                    guard: test.guard,
                    end: end.clone().unwrap_or(TestEnd::Missing),
                })
                .collect(),
        })
        .collect();
    Grade {
        assignment: assignment.slug.clone(),
        version: assignment.file.version.clone(),
        commit: "0".repeat(40),
        points: 0.5,
        max_points: assignment.file.points,
        lateness: None,
        manual_points: (tier == Tier::T1).then_some(1.0),
        manual_max_points: assignment.file.manual_points,
        tier,
        sandbox: match tier {
            Tier::T0 => Kind::None,
            Tier::T1 | Tier::T2 => Kind::Bubblewrap,
        },
        grader: "course".to_owned(),
        toolchain: "rustc".to_owned(),
        gates: gates(assignment),
        measured_on: None,
        findings: vec![Finding {
            kind: match end {
                Some(TestEnd::Aborted) => FindingKind::DeniedUse,
                _ => FindingKind::ProtectedChanged,
            },
            path: Some("x".to_owned()),
            line: Some(1),
            message: "it was".to_owned(),
        }],
        stages,
    }
}

/// The gates, their verdicts in turn.
fn gates(assignment: &Assignment) -> Vec<GateGrade> {
    let verdicts = [
        GateVerdict::Fail,
        GateVerdict::Pass,
        GateVerdict::Inconclusive,
        GateVerdict::Waiting,
    ];
    let exercises = assignment.exercises.iter();
    let entries = exercises.flat_map(|exercise| {
        let entries = exercise.entry.gates.iter();
        entries.map(move |entry| (exercise, entry))
    });
    entries
        .zip(verdicts.into_iter().cycle())
        .map(|((exercise, entry), verdict)| GateGrade {
            verdict,
            value: Some(1.0),
            range: Some((0.9, 1.1)),
            ..GateGrade::waiting(exercise.name(), &exercise.gates_package(), entry)
        })
        .collect()
}
