//! Stages and gates seen alike, for formats that know only tests with points.

use super::number::hundredths;
use super::told::{cut, said, verdict};
use crate::gates::{GateGrade, GateVerdict};
use crate::grade::{Grade, StageGrade};

/// The most characters of what is said about a part, and about one test of it.
const PART: usize = 8_000;
const TEST: usize = 1_000;

/// How a part of a grade ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartEnd {
    /// All of it is as it should be.
    Pass,
    /// Something of it is not.
    Fail,
    /// It could not be tried: it does not compile.
    Error,
}

/// A stage or a gate.
#[derive(Debug)]
pub(super) struct Part {
    /// The exercise and its title.
    pub(super) name: String,
    /// How it ended.
    pub(super) end: PartEnd,
    /// Its points in hundredths.
    pub(super) points: u64,
    /// The most points.
    pub(super) max_points: u32,
    /// What there is to say where it did not pass.
    pub(super) message: Option<String>,
    /// The command that tries it where the student is.
    pub(super) command: String,
}

/// The stages, then the gates. `grade` must be told.
pub(super) fn parts(grade: &Grade) -> Vec<Part> {
    let stages = grade.stages.iter().map(|stage| of_stage(grade, stage));
    stages.chain(grade.gates.iter().map(of_gate)).collect()
}

/// Of a stage: whether it compiles, and all of its tests pass.
pub(super) fn stage_end(stage: &StageGrade) -> PartEnd {
    let passed = stage.tests.iter().all(|test| test.passed()) && !stage.tests.is_empty();
    match (stage.errors.is_empty(), passed && !stage.withheld) {
        (false, _) => PartEnd::Error,
        (true, true) => PartEnd::Pass,
        (true, false) => PartEnd::Fail,
    }
}

/// Of a gate. One that is not measured yet waits for tests that fail, so it did not pass.
pub(super) fn gate_end(gate: &GateGrade) -> PartEnd {
    match gate.verdict {
        GateVerdict::Pass | GateVerdict::Inconclusive | GateVerdict::Report => PartEnd::Pass,
        GateVerdict::Fail | GateVerdict::Waiting => PartEnd::Fail,
    }
}

/// What there is to say of a stage that did not pass: compiler errors, or each failed test.
pub(super) fn stage_message(stage: &StageGrade) -> String {
    let mut lines = Vec::new();
    if stage.withheld {
        lines.push("The exercise uses what it may not, so it gives no points.".to_owned());
    }
    if stage.errors.is_empty() {
        for test in &stage.tests {
            let Some((_, words)) = verdict(&test.end) else {
                continue;
            };
            let said = said(test).map(|said| cut(&said, TEST));
            let said = said.map(|said| format!(":\n{}", indent(&said)));
            lines.push(format!("{} {words}{}", test.test, said.unwrap_or_default()));
        }
    } else {
        lines.push("It does not compile:".to_owned());
        lines.extend(stage.errors.iter().cloned());
    }
    cut(&lines.join("\n"), PART)
}

/// What there is to say of a gate that did not pass.
pub(super) fn gate_message(gate: &GateGrade) -> String {
    let why = match (gate.verdict, &gate.why) {
        (_, Some(why)) => why.clone(),
        (GateVerdict::Waiting, None) => format!(
            "It is not measured yet: tests up to stage {} fail.",
            gate.stage
        ),
        (_, None) => String::new(),
    };
    let lines = [gate.demand.as_str(), &why];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    cut(&lines.join("\n"), PART)
}

fn of_stage(grade: &Grade, stage: &StageGrade) -> Part {
    let end = stage_end(stage);
    Part {
        name: format!("{} {}. {}", stage.exercise, stage.number, stage.title),
        end,
        points: hundredths(stage.points),
        max_points: stage.max_points,
        message: (end != PartEnd::Pass).then(|| stage_message(stage)),
        command: command(grade, stage),
    }
}

fn of_gate(gate: &GateGrade) -> Part {
    let end = gate_end(gate);
    Part {
        name: format!("{} gate: {}", gate.exercise, gate.title),
        end,
        points: u64::from(gate.points) * 100,
        max_points: gate.max_points,
        message: (end != PartEnd::Pass).then(|| gate_message(gate)),
        command: gate.command.clone(),
    }
}

/// The command that runs a stage's tests that students have, as the handout has it.
fn command(grade: &Grade, stage: &StageGrade) -> String {
    let tests = stage.tests.iter().filter(|test| !test.hidden);
    let mut targets: Vec<&str> = tests
        .filter_map(|test| test.test.split_once("::"))
        .map(|(target, _)| target)
        .collect();
    targets.dedup();
    let several = grade
        .stages
        .iter()
        .any(|other| other.exercise != stage.exercise);
    let package = match several {
        true => format!(" -p {}", stage.exercise),
        false => String::new(),
    };
    let targets = targets.iter().map(|target| format!(" --test {target}"));
    format!("cargo test{package}{}", targets.collect::<String>())
}

/// What a test said stands apart from what we say. Nothing in it begins a line, either.
fn indent(text: &str) -> String {
    let lines = text.lines().map(|line| format!("  {line}"));
    lines.collect::<Vec<_>>().join("\n")
}
