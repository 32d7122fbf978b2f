//! A grade as it may be told to anybody: words that act on nobody, and of hidden tests a name and a verdict.

use crate::build::{Failure, TestEnd};
use crate::gates::GateGrade;
use crate::grade::{Finding, Grade, StageGrade, TestGrade};
use crate::harmless::{harmless, harmless_line};

/// What is said of a hidden test that failed.
const NOT_SHOWN: &str = "a hidden test: what it says is not shown";

/// The grade with every text that a submission chose in words that act on nobody, and without what hidden tests said. Each
/// format begins with this; it need only see to what its own syntax makes special.
pub(super) fn told(grade: &Grade) -> Grade {
    Grade {
        stages: grade.stages.iter().map(stage).collect(),
        gates: grade.gates.iter().map(gate).collect(),
        findings: grade.findings.iter().map(finding).collect(),
        ..grade.clone()
    }
}

fn stage(stage: &StageGrade) -> StageGrade {
    let errors = stage.errors.iter().map(|error| harmless(error.trim_end()));
    StageGrade {
        errors: errors.collect(),
        tests: stage.tests.iter().map(test).collect(),
        ..stage.clone()
    }
}

fn test(test: &TestGrade) -> TestGrade {
    let end = match &test.end {
        TestEnd::Failed(_) if test.hidden => TestEnd::Failed(Failure {
            message: NOT_SHOWN.to_owned(),
            at: None,
        }),
        TestEnd::Failed(failure) => TestEnd::Failed(Failure {
            message: harmless(failure.message.trim_end()),
            at: failure.at.as_deref().map(harmless_line),
        }),
        end => end.clone(),
    };
    TestGrade {
        test: harmless_line(&test.test),
        end,
        ..test.clone()
    }
}

fn gate(gate: &GateGrade) -> GateGrade {
    GateGrade {
        why: gate.why.as_deref().map(harmless),
        ..gate.clone()
    }
}

fn finding(finding: &Finding) -> Finding {
    Finding {
        path: finding.path.as_deref().map(harmless_line),
        message: harmless(finding.message.trim_end()),
        ..finding.clone()
    }
}

/// How a test ended, in a word for programs and in words for people; `None` where it passed.
pub(super) fn verdict(end: &TestEnd) -> Option<(&'static str, &'static str)> {
    match end {
        TestEnd::Passed => None,
        TestEnd::Failed(_) => Some(("failed", "failed")),
        TestEnd::Aborted => Some((
            "aborted",
            "ended its whole process (an exit, an abort or a stack overflow)",
        )),
        TestEnd::TimedOut => Some(("timed-out", "was still running at its time limit")),
        TestEnd::Missing => Some(("missing", "is missing from the test program")),
    }
}

/// What a test that failed said, with its place; nothing of a hidden one.
pub(super) fn said(test: &TestGrade) -> Option<String> {
    match &test.end {
        TestEnd::Failed(failure) if !test.hidden => Some(match &failure.at {
            Some(at) => format!("at {at}\n{}", failure.message),
            None => failure.message.clone(),
        }),
        _ => None,
    }
}

/// Text of at most so many characters, which says where it was cut.
pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}\n[cut here]", &text[..at]),
        None => text.to_owned(),
    }
}
