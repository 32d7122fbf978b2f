//! `results.json`, which Gradescope reads.
//!
//! A stage is a test with points, and each of its tests stands below it without points: a stage's points are shared evenly by
//! its tests only where no guard is among them. The whole score stands at the top, so that lateness counts.

use serde_json::{Value, json};

use super::json::pretty;
use super::number::{self, hundredths};
use super::part::{PartEnd, gate_end, gate_message, stage_end, stage_message};
use super::told::{said, told, verdict};
use crate::error::Result;
use crate::gates::GateGrade;
use crate::grade::{Grade, StageGrade, TestGrade};

/// The grade as Gradescope reads it, with a line end. Hidden tests are seen once grades are published, and say nothing more
/// than their verdict.
///
/// # Errors
///
/// `Error::Internal` where JSON cannot be written, which does not happen.
pub fn text(grade: &Grade) -> Result<String> {
    let grade = &told(grade);
    let mut tests = Vec::new();
    let mut number = 0;
    for stage in &grade.stages {
        number += 1;
        tests.push(of_stage(stage, number));
        // Where nothing compiles there is nothing to say of a test by itself.
        let singly = stage.tests.iter().zip(1..);
        let singly = singly.filter(|_| stage.errors.is_empty());
        tests.extend(singly.map(|(test, below)| of_test(test, &format!("{number}.{below}"))));
    }
    for gate in &grade.gates {
        number += 1;
        tests.push(of_gate(gate, number));
    }
    pretty(&json!({
        "score": number::json(i128::from(hundredths(grade.points))),
        "output": about(grade),
        // Never as HTML or Markdown, which a submission's words could be.
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }))
}

/// What concerns all of the submission.
fn about(grade: &Grade) -> String {
    let mut lines = vec![format!(
        "{} {} at commit {}",
        grade.assignment, grade.version, grade.commit
    )];
    lines.extend(grade.lateness.as_ref().map(ToString::to_string));
    lines.extend(grade.findings.iter().map(|finding| {
        let place = match (&finding.path, finding.line) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            (None, _) => String::new(),
        };
        format!("finding: {place}{}", finding.message)
    }));
    lines.join("\n")
}

fn of_stage(stage: &StageGrade, number: usize) -> Value {
    let output = match stage_end(stage) {
        PartEnd::Pass => String::new(),
        // The tests that failed stand below.
        PartEnd::Fail if !stage.withheld => String::new(),
        _ => stage_message(stage),
    };
    json!({
        "number": number.to_string(),
        "name": format!("{} {}. {}", stage.exercise, stage.number, stage.title),
        "score": number::json(i128::from(hundredths(stage.points))),
        "max_score": stage.max_points,
        "status": status(stage_end(stage) == PartEnd::Pass),
        "output": output,
        "visibility": "visible",
    })
}

fn of_test(test: &TestGrade, number: &str) -> Value {
    let said = said(test);
    let words = verdict(&test.end).map(|(_, words)| words.to_owned());
    json!({
        "number": number,
        "name": test.test,
        "status": status(test.passed()),
        "output": said.or(words).unwrap_or_default(),
        "visibility": if test.hidden { "after_published" } else { "visible" },
    })
}

fn of_gate(gate: &GateGrade, number: usize) -> Value {
    let passed = gate_end(gate) == PartEnd::Pass;
    json!({
        "number": number.to_string(),
        "name": format!("{} gate: {}", gate.exercise, gate.title),
        "score": gate.points,
        "max_score": gate.max_points,
        "status": status(passed),
        "output": if passed { gate.demand.clone() } else { gate_message(gate) },
        "visibility": "visible",
    })
}

fn status(passed: bool) -> &'static str {
    if passed { "passed" } else { "failed" }
}
