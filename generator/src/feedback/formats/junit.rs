//! JUnit XML, which most continuous integration reads: a suite for a stage, and one for the gates of an exercise.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

use super::number::{hundredths, printed};
use super::part::{PartEnd, gate_end, gate_message};
use super::told::{said, told, verdict};
use crate::build::TestEnd;
use crate::error::{Error, Result};
use crate::gates::{GateGrade, GateVerdict};
use crate::grade::{Grade, StageGrade, TestGrade};

/// A suite as its elements need it counted.
struct Suite {
    name: String,
    properties: Vec<(&'static str, String)>,
    cases: Vec<Case>,
}

/// A test or a gate.
struct Case {
    class: String,
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    /// It was tried and something is not so: a type, a line and a text.
    Failed(&'static str, String, String),
    /// It could not be tried to its end: the same.
    Broken(&'static str, String, String),
    /// It was not tried, and why.
    Skipped(String),
}

/// The grade as JUnit XML, with a line end. The grade has no times, so each is 0.
///
/// # Errors
///
/// `Error::Internal` where XML cannot be written, which does not happen.
pub fn text(grade: &Grade) -> Result<String> {
    let grade = &told(grade);
    let mut suites: Vec<Suite> = grade.stages.iter().map(of_stage).collect();
    let mut exercises: Vec<&str> = grade
        .gates
        .iter()
        .map(|gate| gate.exercise.as_str())
        .collect();
    exercises.dedup();
    for exercise in exercises {
        let gates = grade.gates.iter().filter(|gate| gate.exercise == exercise);
        suites.push(of_gates(exercise, &gates.collect::<Vec<_>>()));
    }
    let bytes = write(grade, &suites).map_err(|error| Error::Internal(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))
}

fn of_stage(stage: &StageGrade) -> Suite {
    let mut properties = vec![
        ("points", printed(i128::from(hundredths(stage.points)))),
        ("max_points", stage.max_points.to_string()),
    ];
    if stage.withheld {
        properties.push(("withheld", "true".to_owned()));
    }
    Suite {
        name: format!("{} {}. {}", stage.exercise, stage.number, stage.title),
        properties,
        cases: stage
            .tests
            .iter()
            .zip(0..)
            .map(|(test, index)| Case {
                class: format!("{}.{}", stage.exercise, stage.name),
                name: test.test.clone(),
                outcome: of_test(stage, test, index),
            })
            .collect(),
    }
}

/// Compiler errors stand at the first test of a stage, which is enough; the others only say that there were some.
fn of_test(stage: &StageGrade, test: &TestGrade, index: usize) -> Outcome {
    if test.passed() {
        return Outcome::Passed;
    }
    if !stage.errors.is_empty() {
        let text = match index {
            0 => stage.errors.join("\n"),
            _ => String::new(),
        };
        return Outcome::Broken("does-not-compile", "does not compile".to_owned(), text);
    }
    let (kind, words) = verdict(&test.end).unwrap_or_default();
    let text = said(test).unwrap_or_default();
    let line = match &test.end {
        TestEnd::Failed(failure) if !test.hidden => failure.message.lines().next(),
        _ => None,
    };
    let line = line.unwrap_or(words).to_owned();
    match test.end {
        TestEnd::Failed(_) => Outcome::Failed(kind, line, text),
        _ => Outcome::Broken(kind, line, text),
    }
}

fn of_gates(exercise: &str, gates: &[&GateGrade]) -> Suite {
    let points: u32 = gates.iter().map(|gate| gate.points).sum();
    let max_points: u32 = gates.iter().map(|gate| gate.max_points).sum();
    let case = |gate: &&GateGrade| Case {
        class: format!("{exercise}.gates"),
        name: gate.name.clone(),
        outcome: match (gate.verdict, gate_end(gate)) {
            (GateVerdict::Waiting, _) => Outcome::Skipped(gate_message(gate)),
            (_, PartEnd::Pass) => Outcome::Passed,
            (_, _) => Outcome::Failed("gate", gate.title.clone(), gate_message(gate)),
        },
    };
    Suite {
        name: format!("{exercise} gates"),
        properties: vec![
            ("points", points.to_string()),
            ("max_points", max_points.to_string()),
        ],
        cases: gates.iter().map(case).collect(),
    }
}

/// How many cases there are, how many failed, broke and were skipped.
fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> [(&'static str, String); 4] {
    let mut counts = [0; 4];
    for case in cases {
        counts[0] += 1;
        match case.outcome {
            Outcome::Passed => {}
            Outcome::Failed(..) => counts[1] += 1,
            Outcome::Broken(..) => counts[2] += 1,
            Outcome::Skipped(_) => counts[3] += 1,
        }
    }
    let names = ["tests", "failures", "errors", "skipped"];
    std::array::from_fn(|index| (names[index], counts[index].to_string()))
}

fn write(grade: &Grade, suites: &[Suite]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(quick_xml::events::BytesDecl::new(
        "1.0",
        Some("UTF-8"),
        None,
    )))?;
    let all = suites.iter().flat_map(|suite| &suite.cases);
    let mut root = writer
        .create_element("testsuites")
        .with_attribute(("name", plain(&grade.assignment).as_str()));
    for (name, value) in counts(all) {
        root = root.with_attribute((name, value.as_str()));
    }
    root.with_attribute(("time", "0"))
        .write_inner_content(|writer| {
            suites
                .iter()
                .try_for_each(|suite| write_suite(writer, suite))
        })?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn write_suite(writer: &mut Writer<Vec<u8>>, suite: &Suite) -> io::Result<()> {
    let mut element = writer
        .create_element("testsuite")
        .with_attribute(("name", plain(&suite.name).as_str()));
    for (name, value) in counts(suite.cases.iter()) {
        element = element.with_attribute((name, value.as_str()));
    }
    element
        .with_attribute(("time", "0"))
        .write_inner_content(|writer| {
            writer
                .create_element("properties")
                .write_inner_content(|writer| {
                    for (name, value) in &suite.properties {
                        writer
                            .create_element("property")
                            .with_attribute(("name", *name))
                            .with_attribute(("value", value.as_str()))
                            .write_empty()?;
                    }
                    Ok(())
                })?;
            suite
                .cases
                .iter()
                .try_for_each(|case| write_case(writer, case))
        })?;
    Ok(())
}

fn write_case(writer: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", plain(&case.class).as_str()))
        .with_attribute(("name", plain(&case.name).as_str()))
        .with_attribute(("time", "0"));
    let (tag, kind, line, text) = match &case.outcome {
        Outcome::Passed => {
            element.write_empty()?;
            return Ok(());
        }
        Outcome::Failed(kind, line, text) => ("failure", Some(*kind), line, text.as_str()),
        Outcome::Broken(kind, line, text) => ("error", Some(*kind), line, text.as_str()),
        Outcome::Skipped(line) => ("skipped", None, line, ""),
    };
    element.write_inner_content(|writer| {
        let mut inner = writer
            .create_element(tag)
            .with_attribute(("message", plain(&line.replace('\n', " ")).as_str()));
        if let Some(kind) = kind {
            inner = inner.with_attribute(("type", kind));
        }
        match text {
            "" => inner.write_empty()?,
            text => inner.write_text_content(BytesText::new(&plain(text)))?,
        };
        Ok(())
    })?;
    Ok(())
}

/// Text that XML can hold at all: two letters that are no letters are left, once words act on nobody.
fn plain(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
