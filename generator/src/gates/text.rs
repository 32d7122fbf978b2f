//! Gates for people: the table for a terminal and for a page, and why one failed.

use super::report::{GateGrade, GateVerdict};
use crate::course::gate::GateKind;

/// The table for a terminal, and what to do about each gate that did not pass.
pub fn table(gates: &[GateGrade]) -> String {
    let rows: Vec<[String; 5]> = gates.iter().map(row).collect();
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let (titles, values) = (width(0), width(3));
    let mut text = String::new();
    for [title, points, verdict, value, demand] in &rows {
        text.push_str(&format!(
            "  {title:titles$}  {points:>10}  {verdict:12}  {value:values$}  {demand}\n"
        ));
    }
    for (title, said) in sentences(gates) {
        text.push_str(&format!("  {title}: {said}\n"));
    }
    text
}

/// The table as Markdown, and what to do about each gate that did not pass.
pub fn markdown(gates: &[GateGrade]) -> String {
    let mut text =
        "| gate | points | verdict | measured | demanded |\n|---|---|---|---|---|\n".to_owned();
    for row in gates.iter().map(row) {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    for (title, said) in sentences(gates) {
        text.push_str(&format!("\n{title}: {said}\n"));
    }
    text
}

/// Title, points, verdict, number, demand.
fn row(gate: &GateGrade) -> [String; 5] {
    [
        heading(gate),
        format!("{}/{:<3}", gate.points, gate.max_points),
        word(gate.verdict).to_owned(),
        value(gate),
        gate.demand.clone(),
    ]
}

/// What there is to say of each gate that did not simply pass.
fn sentences(gates: &[GateGrade]) -> impl Iterator<Item = (String, String)> {
    gates
        .iter()
        .filter_map(|gate| Some((heading(gate), sentence(gate, gates)?)))
}

fn heading(gate: &GateGrade) -> String {
    format!("{} {}. {}", gate.exercise, gate.stage, gate.title)
}

fn word(verdict: GateVerdict) -> &'static str {
    match verdict {
        GateVerdict::Pass => "pass",
        GateVerdict::Fail => "FAIL",
        GateVerdict::Inconclusive => "inconclusive",
        GateVerdict::Waiting => "waiting",
        GateVerdict::Report => "report",
    }
}

/// The number with its range.
fn value(gate: &GateGrade) -> String {
    match (gate.value, gate.range) {
        (Some(value), Some((low, high))) => format!("{value:.2} ({low:.2} to {high:.2})"),
        (Some(value), None) => format!("{value:.2} {}", gate.unit),
        (None, _) if gate.agreed > 0 && gate.kind == GateKind::Agree => {
            format!("{} batches equal", gate.agreed)
        }
        (None, _) => "-".to_owned(),
    }
}

/// What there is to say of a gate beside its numbers: why it failed or is open, the likely cause, and the command to see it.
/// Part of it may be the submission's words.
pub fn sentence(gate: &GateGrade, all: &[GateGrade]) -> Option<String> {
    let said = match gate.verdict {
        GateVerdict::Pass | GateVerdict::Report if gate.too_good => {
            "far quicker than the course's own solution; a person should look at how".to_owned()
        }
        GateVerdict::Pass if gate.unsteady => {
            "passed, with processes of which some took many times as long as others; a person should look at why".to_owned()
        }
        GateVerdict::Pass | GateVerdict::Report => return None,
        GateVerdict::Waiting => "measured once all tests up to its stage pass".to_owned(),
        GateVerdict::Inconclusive if gate.unsteady => format!(
            "some of its {} processes took many times as long as others; it counts as passed until a person has looked at why. See it: `{}`",
            gate.processes.len(),
            gate.command
        ),
        GateVerdict::Inconclusive => format!(
            "too near to its bar, or the machine too restless, to say after {} processes; it counts as passed until somebody measures again. See it: `{}`",
            gate.processes.len(),
            gate.command
        ),
        GateVerdict::Fail => {
            let mut said = gate.promise.clone();
            if let Some(why) = &gate.why {
                said.push_str(&format!(" But {why}."));
            } else if let Some(value) = gate.value {
                let seen = match (gate.count, gate.over) {
                    (Some((events, operations)), _) => format!(" ({events} in {operations})"),
                    // The median is within: it is slow sometimes.
                    (None, Some(over)) if gate.max.is_some_and(|limit| value <= limit) => {
                        format!(", and beyond the bar in {:.0} of 100 instances", over * 100.0)
                    }
                    _ => String::new(),
                };
                said.push_str(&format!(
                    " Measured: {value:.2} {}{seen}; demanded: {}.",
                    gate.unit, gate.demand
                ));
            }
            if gate.kind.is_timed() && gate.why.is_none() {
                said.push(' ');
                said.push_str(&cause(gate, all));
            }
            format!("{said} See it: `{}`", gate.command)
        }
    };
    Some(said)
}

/// The likely cause of a time, from the exercise's counters.
fn cause(gate: &GateGrade, all: &[GateGrade]) -> String {
    let explains = |other: &&GateGrade| {
        other.exercise == gate.exercise
            && other.verdict == GateVerdict::Fail
            && other.value.is_some()
            && (other.kind == GateKind::Count
                || (other.kind == GateKind::Growth && other.name != gate.name))
    };
    let causes: Vec<String> = all
        .iter()
        .filter(explains)
        .map(|other| {
            let value = other
                .value
                .map_or("-".to_owned(), |value| format!("{value:.2}"));
            format!(
                "{} {value} {}, limit {}",
                other.title,
                other.unit,
                other.max.unwrap_or_default()
            )
        })
        .collect();
    match causes.is_empty() {
        false => format!("Likely cause: {}.", causes.join("; ")),
        true => "No counter is out of bounds: look for look-ups that are made twice, values that are copied, and memory that is walked through.".to_owned(),
    }
}
