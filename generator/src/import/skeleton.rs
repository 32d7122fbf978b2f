//! `assignment.toml` of a draft: a stage for each test or group of tests, with what it ran as comments.

use std::fmt::Write as _;

use super::draft::word;
use super::{ClassicTest, Draft, one_line};
use crate::course::assignment_file::AssignmentFile;
use crate::error::{Error, Result};
use crate::words::count;

/// The longest name of a stage; it is part of a file's name.
const MAX_STAGE_NAME: usize = 40;

/// What separates the name of a group from that of its test.
const SEPARATORS: [&str; 3] = ["::", ": ", "/"];

/// A stage to come.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftStage<'a> {
    /// As `assignment.toml` wants it.
    pub name: String,
    /// In one line.
    pub title: String,
    /// The sum of what its tests had.
    pub points: u32,
    /// The old tests.
    pub tests: Vec<&'a ClassicTest>,
}

/// The stages of tests in order. Tests whose names begin alike, up to `::`, `: ` or `/`, are one stage; any other test is one
/// of its own.
///
/// # Errors
///
/// Refuses points that are too many to add.
pub fn stages(tests: &[ClassicTest]) -> Result<Vec<DraftStage<'_>>> {
    let groups: Vec<&str> = tests.iter().filter_map(|test| group(&test.name)).collect();
    let mut stages: Vec<(&str, Vec<&ClassicTest>)> = Vec::new();
    for test in tests {
        let shared = group(&test.name)
            .filter(|group| groups.iter().filter(|other| *other == group).count() > 1);
        match stages.iter_mut().find(|(title, _)| shared == Some(*title)) {
            Some((_, together)) => together.push(test),
            None => stages.push((shared.unwrap_or(&test.name), vec![test])),
        }
    }
    let stages = stages.into_iter().map(|(title, tests)| {
        let points = tests.iter().filter_map(|test| test.points).map(u64::from);
        Ok(DraftStage {
            name: stage_name(title),
            title: line(title),
            points: whole(points.sum())?,
            tests,
        })
    });
    stages.collect()
}

fn group(name: &str) -> Option<&str> {
    let ends = SEPARATORS.iter().filter_map(|mark| name.find(mark));
    let group = name[..ends.min()?].trim();
    (!group.is_empty()).then_some(group)
}

fn whole(points: u64) -> Result<u32> {
    u32::try_from(points).map_err(|_| {
        Error::input(format!(
            "{points} points are too many; give the tests fewer"
        ))
    })
}

fn stage_name(title: &str) -> String {
    let name: String = word(title, '_').chars().take(MAX_STAGE_NAME).collect();
    match name.trim_end_matches('_') {
        "" => "test".to_owned(),
        name => name.to_owned(),
    }
}

/// A text as it may stand in a title: in one line, without what ends a cell of a table.
fn line(text: &str) -> String {
    let plain = text.replace(|letter: char| letter.is_whitespace() || letter == '|', " ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    let title = one_line(&words.join(" "));
    match title.is_empty() {
        true => "TO WRITE: a title".to_owned(),
        false => title,
    }
}

/// The text of `assignment.toml`. The sums are made here, so they add up.
///
/// # Errors
///
/// As [`stages`].
pub fn assignment_toml(draft: &Draft) -> Result<String> {
    let mut stages = stages(&draft.tests)?;
    if stages.is_empty() {
        stages.push(DraftStage {
            name: "first".to_owned(),
            title: "TO WRITE: the first stage".to_owned(),
            points: draft.classic.points_available.unwrap_or(0),
            tests: Vec::new(),
        });
    }
    let points = whole(stages.iter().map(|stage| u64::from(stage.points)).sum())?;
    let title = match draft.classic.title.as_str() {
        "" => draft.exercise().replace('-', " "),
        title => line(title),
    };
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = header(&mut text, draft, points);
    let _ = write!(
        text,
        "\ntitle = {title}\nstatus = \"complete\"\nversion = \"0.1.0\"\nsummary = \"TO WRITE: what it is about, in a sentence.\"\nobjectives = [\"TO WRITE: what a student can show afterwards.\"]\n# Hours are not known: one for each stage.\nhours = {hours}\npoints = {points}\nmanual_points = 0\n\n[[exercise]]\nname = {name}\ntitle = {title}\npoints = {points}\nhours = {hours}\n",
        title = quoted(&title),
        name = quoted(draft.exercise()),
        hours = stages.len(),
    );
    for (number, stage) in (1..).zip(&stages) {
        let _ = write_stage(&mut text, number, stage);
    }
    match toml::from_str::<AssignmentFile>(&text) {
        Ok(file) if file.points == points => Ok(text),
        Ok(_) => Err(Error::Internal("an imported sum of points".to_owned())),
        Err(error) => Err(Error::Internal(format!("an imported assignment: {error}"))),
    }
}

fn header(text: &mut String, draft: &Draft, points: u32) -> std::fmt::Result {
    let sources: Vec<String> = draft.sources.iter().map(|name| one_line(name)).collect();
    writeln!(text, "# Made by `course import` of {}.", sources.join(", "))?;
    if draft.tests.is_empty() {
        writeln!(
            text,
            "# An export holds no tests: import autograding.json or classroom.yml of the starter repository beside it."
        )?;
    } else {
        writeln!(
            text,
            "# Under each stage stands what its old tests ran, to be written anew as Rust tests; remove it then."
        )?;
    }
    if let Some(starter) = &draft.classic.starter {
        writeln!(text, "# The starter repository was {}.", one_line(starter))?;
    }
    if draft.classic.deadline.is_some() {
        let schedule = draft.schedule();
        writeln!(
            text,
            "# It was due then, as a line of classroom.yml:\n# {schedule}"
        )?;
    }
    match draft.classic.points_available {
        Some(available) if available != points => writeln!(
            text,
            "# Its old grades are of {available} points, and the stages here have {points}."
        ),
        None if draft.tests.is_empty() => writeln!(
            text,
            "# What it was worth is not known: no grade of it was read."
        ),
        _ => Ok(()),
    }
}

fn write_stage(text: &mut String, number: usize, stage: &DraftStage<'_>) -> std::fmt::Result {
    let missing = stage
        .tests
        .iter()
        .filter(|test| test.points.is_none())
        .count();
    let remark = match missing {
        0 => String::new(),
        _ => format!(
            " # TO WRITE: points; {} had none",
            count(missing, "old test")
        ),
    };
    write!(
        text,
        "\n[[exercise.stage]]\nname = {}\ntitle = {}\npoints = {}{remark}\nhours = 1\n",
        quoted(&stage.name),
        quoted(&stage.title),
        stage.points
    )?;
    if !stage.tests.is_empty() {
        writeln!(
            text,
            "# TO WRITE: tests/stage_{number}_{}.rs, which tests what this did:",
            stage.name
        )?;
    }
    for test in &stage.tests {
        write_test(text, test)?;
    }
    Ok(())
}

fn write_test(text: &mut String, test: &ClassicTest) -> std::fmt::Result {
    let points = match test.points {
        Some(points) => count(points as usize, "point"),
        None => "no points".to_owned(),
    };
    writeln!(
        text,
        "#   {}: {points} ({})",
        one_line(&test.name),
        one_line(&test.at)
    )?;
    if let Some(note) = &test.note {
        writeln!(text, "#     note: {note}")?;
    }
    let expected = match &test.comparison {
        Some(comparison) => format!("expected output ({comparison})"),
        None => "expected output".to_owned(),
    };
    for (what, value) in [
        ("setup", &test.setup),
        ("command", &test.command),
        ("input", &test.input),
        (expected.as_str(), &test.expected),
    ] {
        let Some(value) = value else { continue };
        let lines: Vec<String> = value.lines().map(one_line).collect();
        match lines.as_slice() {
            [line] => writeln!(text, "#     {what}: {line}")?,
            lines => {
                writeln!(text, "#     {what}:")?;
                for line in lines {
                    writeln!(text, "#       {line}")?;
                }
            }
        }
    }
    if let Some(minutes) = &test.timeout_minutes {
        writeln!(
            text,
            "#     minutes until it was ended: {}",
            one_line(minutes)
        )?;
    }
    Ok(())
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
