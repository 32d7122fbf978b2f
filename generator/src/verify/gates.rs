//! The gates proven: the solution clears each with room to spare, and each fails what it is there to catch.
//!
//! What was measured is stored by content as all outcomes are, and judged anew each time.

use std::time::Duration;

use course_gate::{MEASURE, Order, Reply};

use super::outcome::{Outcomes, VariantOutcome, diagnostics};
use super::peers;
use super::report::{Finding, GatesReport};
use super::task::Task;
use crate::build::{self, Build, Place};
use crate::course::Assignment;
use crate::course::assignment::Exercise;
use crate::course::gate::{self, GateEntry, GateKind};
use crate::course::mistake::Mistake;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::gates::{self, Answer, Budget, GateGrade, GateVerdict};
use crate::process::Run;

/// The solution's own number is at most so much of a limit: an honest one that is written otherwise needs the rest.
const MARGIN: f64 = 0.6;

/// Of growth it is more: what grows there beside the code is memory that no longer fits a cache, and on a busy machine that
/// doubles. Code that walks is far beyond.
const MARGIN_OF_GROWTH: f64 = 0.8;

/// How much of a limit the solution may need.
pub(super) fn margin(grade: &GateGrade) -> f64 {
    match grade.kind {
        GateKind::Growth => MARGIN_OF_GROWTH,
        _ => MARGIN,
    }
}

/// What inputs come from: a proof that is made again shall ask the same.
const SEED: u64 = 20_261_128;

/// The longest that one process of a gate may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The longest that all gates of a variant may take: the slowest are the point of it.
const TOGETHER: Duration = Duration::from_secs(600);

/// The name of the solution's outcome.
const SOLUTION: &str = "the solution at its gates";

/// The solution in reports.
pub(super) const OF_SOLUTION: &str = "the solution";

/// The outcome's name of a mistake's gates; its tests have the mistake's own.
fn name_of(mistake: &Mistake) -> String {
    format!("{} at its gates", mistake.name)
}

/// All variants of all exercises that have gates.
pub(super) fn tasks<'a>(assignment: &'a Assignment, rendered: &FileTree) -> Vec<Task<'a>> {
    assignment
        .with_gates()
        .flat_map(|exercise| of_exercise(assignment, rendered, exercise))
        .collect()
}

fn of_exercise<'a>(
    assignment: &'a Assignment,
    rendered: &FileTree,
    exercise: &'a Exercise,
) -> Vec<Task<'a>> {
    let last = exercise.stages.len();
    let mut tasks = vec![task(
        assignment,
        rendered,
        exercise,
        SOLUTION.to_owned(),
        last,
        exercise.tree(last, false),
    )];
    tasks.extend(slow(exercise).map(|mistake| {
        task(
            assignment,
            rendered,
            exercise,
            name_of(mistake),
            mistake.header.stage,
            exercise.mistake_tree(mistake),
        )
    }));
    tasks
}

/// The mistakes that gates are to catch.
fn slow(exercise: &Exercise) -> impl Iterator<Item = &Mistake> {
    let has_gates = |mistake: &&Mistake| !mistake.header.gates.is_empty();
    exercise.mistakes.iter().filter(has_gates)
}

/// A variant measured at the gates up to its stage: all packages as they ship, this one with the variant's sources.
fn task<'a>(
    assignment: &'a Assignment,
    rendered: &FileTree,
    exercise: &'a Exercise,
    name: String,
    stage: usize,
    variant: FileTree,
) -> Task<'a> {
    let of_variant = format!("{}/src/", exercise.name());
    let needed = |path: &str| {
        let inside = path.split_once('/').map_or("", |(_, inside)| inside);
        matches!(path, "Cargo.toml" | "Cargo.lock")
            || path.starts_with(gate::CRATE_PLACE)
            || inside == "Cargo.toml"
            || inside.starts_with("src/")
            || inside.starts_with("gates/")
    };
    let mut tree = FileTree::default();
    for (path, file) in rendered.iter() {
        if needed(path) && !path.starts_with(&of_variant) && !path.ends_with(".liquid") {
            tree.insert(path, file.clone());
        }
    }
    for (path, file) in variant.iter().filter(|(path, _)| path.starts_with("src/")) {
        tree.insert(format!("{}/{path}", exercise.name()), file.clone());
    }
    let entries: Vec<&GateEntry> = exercise
        .entry
        .gates
        .iter()
        .filter(|entry| entry.stage <= stage)
        .collect();
    let rules = serde_json::to_string(&entries).unwrap_or_default();
    Task {
        owner: exercise.name().to_owned(),
        name,
        place: assignment.slug.clone(),
        how: format!("gates {} {rules}", exercise.name()),
        tree,
        prove: Box::new(move |place, changed| prove(place, changed, exercise, &entries)),
    }
}

fn prove(
    place: &Place,
    changed: &[String],
    exercise: &Exercise,
    entries: &[&GateEntry],
) -> Result<VariantOutcome> {
    let build = build::build_gates(place, exercise, build::Lock::Kept, changed)?;
    let mut outcome = diagnostics(&build);
    outcome.warnings.clear();
    outcome.shared_peers = peers::shared(place, exercise)?;
    if !outcome.errors.is_empty() {
        return Ok(outcome);
    }
    let ask = |order: &Order| ask(&build, order);
    let names = Order {
        gate: None,
        seed: SEED,
        programs: Vec::new(),
    };
    if let Answer::Reply(Reply::Gates(names)) = ask(&names)? {
        outcome.gate_names = names;
    }
    let budget = Budget::of(TOGETHER);
    for entry in entries {
        if outcome.gate_names.contains(&entry.name) {
            let measured = gates::measure(entry, SEED, budget, &ask)?;
            outcome.gates.insert(entry.name.clone(), measured);
        }
    }
    Ok(outcome)
}

/// Runs a gate program of the course's own once.
fn ask(build: &Build, order: &Order) -> Result<Answer> {
    let program = build.executables.get(gate::PROGRAM).ok_or_else(|| {
        Error::Internal("cargo built a gate program and did not say where".to_owned())
    })?;
    let binaries = build.binaries.iter();
    let order = Order {
        programs: binaries
            .map(|(name, binary)| (name.clone(), binary.path.clone()))
            .collect(),
        ..order.clone()
    };
    let run = Run::new(&program.path, &program.package)
        .args([MEASURE])
        .limit(LIMIT);
    gates::ask(&run, &order)
}

/// Judges what was measured of an exercise: a report for each variant, and what does not hold.
pub(super) fn judge(exercise: &Exercise, outcomes: &Outcomes) -> (Vec<GatesReport>, Vec<Finding>) {
    let mut reports = Vec::new();
    let mut findings = Vec::new();
    let finding = |message: String| Finding::new(&exercise.folder(), message);
    let Some(solution) = outcomes.get(exercise.name(), SOLUTION) else {
        return (reports, findings);
    };
    if let Some(error) = solution.errors.first() {
        let first = error.lines().next().unwrap_or_default();
        findings.push(finding(format!(
            "its gate program does not compile: {first}"
        )));
        return (reports, findings);
    }
    findings.extend(solution.shared_peers.iter().map(|peer| {
        finding(format!(
            "it depends on {peer}, with which its gates are measured; a submission could hand in the peer itself"
        ))
    }));
    findings.extend(
        names(exercise, &solution.gate_names)
            .into_iter()
            .map(finding),
    );
    let report = grades(exercise, OF_SOLUTION, solution);
    findings.extend(report.gates.iter().filter_map(without_margin).map(finding));
    reports.push(report);
    for mistake in slow(exercise) {
        let Some(outcome) = outcomes.get(exercise.name(), &name_of(mistake)) else {
            continue;
        };
        let at = |message: String| {
            Finding::at(
                &format!("{}/{}", exercise.folder(), mistake.path),
                1,
                message,
            )
        };
        if let Some(error) = outcome.errors.first() {
            let first = error.lines().next().unwrap_or_default();
            findings.push(at(format!(
                "it does not compile with the gate program: {first}"
            )));
            continue;
        }
        let report = grades(exercise, &mistake.name, outcome);
        findings.extend(uncaught(mistake, &report).into_iter().map(at));
        reports.push(report);
    }
    findings.extend(decoration(exercise, &reports).into_iter().map(finding));
    (reports, findings)
}

fn grades(exercise: &Exercise, variant: &str, outcome: &VariantOutcome) -> GatesReport {
    let package = exercise.gates_package();
    let measured = exercise.entry.gates.iter().filter_map(|entry| {
        let measurement = outcome.gates.get(&entry.name)?;
        let blank = GateGrade::waiting(exercise.name(), &package, entry);
        Some(gates::judge(blank, entry, measurement, None))
    });
    GatesReport {
        variant: variant.to_owned(),
        gates: measured.collect(),
    }
}

/// Gates that only one of assignment.toml and the gate program knows.
fn names(exercise: &Exercise, in_program: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    let entries = &exercise.entry.gates;
    for entry in entries
        .iter()
        .filter(|entry| !in_program.contains(&entry.name))
    {
        wrong.push(format!(
            "assignment.toml has the gate `{}`, and gates/benches/gates.rs does not; give both one name",
            entry.name
        ));
    }
    for name in in_program
        .iter()
        .filter(|name| entries.iter().all(|entry| entry.name != **name))
    {
        wrong.push(format!(
            "gates/benches/gates.rs has the gate `{name}`, and assignment.toml does not; add a [[exercise.gate]]"
        ));
    }
    wrong
}

/// Why the solution does not clear a gate with room to spare, if so.
fn without_margin(grade: &GateGrade) -> Option<String> {
    let name = &grade.name;
    match grade.verdict {
        GateVerdict::Pass | GateVerdict::Report => {}
        verdict => {
            return Some(format!(
                "the solution does not pass its own gate `{name}` ({verdict:?}, {}); raise the bar's number or quicken the solution",
                shown(grade)
            ));
        }
    }
    let (value, limit) = (grade.value?, grade.max.filter(|_| grade.kind.is_timed())?);
    let margin = margin(grade);
    (value > margin * limit).then(|| {
        format!(
            "the solution's own {value:.2} at the gate `{name}` is more than {margin} of its limit {limit}: honest code would fail; make the limit {} or quicken the solution",
            proposed(value, margin)
        )
    })
}

/// The least limit, in halves, that leaves the solution its margin.
pub(super) fn proposed(value: f64, margin: f64) -> f64 {
    (value.max(0.0) / margin * 2.0).ceil().max(1.0) / 2.0
}

/// Which of the gates that must catch a mistake do not.
fn uncaught(mistake: &Mistake, report: &GatesReport) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in &mistake.header.gates {
        match report.gates.iter().find(|grade| grade.name == *name) {
            None => wrong.push(format!(
                "it names the gate `{name}`, which there is not up to stage {}",
                mistake.header.stage
            )),
            Some(grade) if grade.verdict != GateVerdict::Fail => wrong.push(format!(
                "the gate `{name}` does not catch it: {}, demanded: {}",
                shown(grade),
                grade.demand
            )),
            Some(_) => {}
        }
    }
    wrong
}

/// Gates that nothing fails.
fn decoration(exercise: &Exercise, reports: &[GatesReport]) -> Vec<String> {
    let fails = |name: &str| {
        let mut gates = reports.iter().skip(1).flat_map(|report| &report.gates);
        gates.any(|grade| grade.name == name && grade.verdict == GateVerdict::Fail)
    };
    let judged = exercise
        .entry
        .gates
        .iter()
        .filter(|entry| entry.kind != GateKind::Report);
    judged
        .filter(|entry| !fails(&entry.name))
        .map(|entry| {
            format!(
                "no mistake fails the gate `{0}`: one that passes slow code is decoration; write the naive version as a mistake with gates = [\"{0}\"]",
                entry.name
            )
        })
        .collect()
}

/// The number of a gate in words.
fn shown(grade: &GateGrade) -> String {
    match (&grade.why, grade.value) {
        (Some(why), _) => why.clone(),
        (None, Some(value)) => format!("{value:.2}"),
        (None, None) => "no number".to_owned(),
    }
}
