//! What the templates of feedback may name. Each text of a submission is here in a form that acts on nobody: a code span, a
//! fenced block, or escaped Markdown; so a template can put any value anywhere.

use ::liquid::Object;
use serde::Serialize;

use super::first::{self, First};
use super::links::Links;
use super::{Past, Sources, plot};
use crate::course::Assignment;
use crate::course::assignment_file::ManualPart;
use crate::error::{Error, Result};
use crate::gates::{self, GateGrade, GateVerdict};
use crate::grade::{Finding, FindingKind, Grade, StageGrade, Tier, gates_markdown};
use crate::harmless::{code_span, fenced, harmless_markdown};
use crate::sandbox::Kind;

/// How many letters the bar of points has.
const BAR: usize = 20;

/// How much of a commit's name is shown.
const SHORT: usize = 7;

#[derive(Serialize)]
struct Values<'a> {
    course: &'a str,
    assignment: AssignmentValues<'a>,
    commit: String,
    tier: &'static str,
    sandbox: &'static str,
    grader: &'a str,
    toolchain: String,
    points: f64,
    max_points: u32,
    /// Whether all of the machine's points were given.
    full: bool,
    bar: String,
    late: Option<String>,
    trend: Option<Trend>,
    /// What to do next: `compile`, `denied`, `write`, `test`, `gate` or `review`.
    next: &'static str,
    first: Option<First>,
    stages: Vec<StageValues<'a>>,
    errors: Vec<ErrorsValues>,
    gates: Vec<GateValues>,
    /// Of those that were measured.
    gates_table: String,
    /// How many gates were not measured yet.
    waiting_gates: usize,
    /// Whether there is a plot of any gate.
    plots: bool,
    findings: Vec<FindingValues>,
    /// Tests that only the grader has, and the points that hang on them.
    hidden_tests: usize,
    hidden_points: f64,
    /// Whether any stage has a failed test to tell of.
    failing: bool,
    manual: &'a [ManualPart],
    manual_points: Option<f64>,
    manual_max_points: u32,
}

#[derive(Serialize)]
struct AssignmentValues<'a> {
    slug: &'a str,
    title: &'a str,
    version: &'a str,
}

/// How the grade stands to the one before.
#[derive(Serialize)]
struct Trend {
    /// The commit before.
    since: String,
    /// More points, or fewer.
    difference: f64,
}

#[derive(Serialize)]
struct StageValues<'a> {
    exercise: &'a str,
    number: usize,
    title: &'a str,
    points: f64,
    max_points: u32,
    /// More points than before, or fewer; none where they are the same or were not known.
    difference: Option<f64>,
    passed: usize,
    tests: usize,
    waiting: usize,
    /// `done`, `failing`, `unwritten`, `errors` or `withheld`.
    state: &'static str,
    /// The failed tests: what each checks.
    failed: Vec<String>,
}

/// Errors of the compiler, and the stages that they stop.
#[derive(Serialize)]
struct ErrorsValues {
    stages: String,
    errors: Vec<String>,
}

#[derive(Serialize)]
struct GateValues {
    title: String,
    exercise: String,
    stage: usize,
    verdict: &'static str,
    points: u32,
    max_points: u32,
    sentence: Option<String>,
    plot: Option<String>,
}

#[derive(Serialize)]
struct FindingValues {
    /// The kind, as grade.json has it.
    kind: String,
    place: Option<String>,
    message: String,
}

/// The values for the templates.
pub(super) fn of(
    grade: &Grade,
    assignment: &Assignment,
    sources: &Sources<'_>,
    now: &Past,
) -> Result<Object> {
    let settings = &sources.handed_out.settings;
    let (hidden_tests, hidden_points) = hidden(grade, sources);
    let links = Links {
        address: sources.address,
    };
    let measured: Vec<GateGrade> = grade
        .gates
        .iter()
        .filter(|gate| gate.verdict != GateVerdict::Waiting)
        .cloned()
        .collect();
    let values = Values {
        course: &sources.handed_out.course,
        assignment: AssignmentValues {
            slug: &grade.assignment,
            title: &settings.title,
            version: &grade.version,
        },
        commit: code_span(&short(&grade.commit)),
        tier: match grade.tier {
            Tier::T0 => "T0",
            Tier::T1 => "T1",
            Tier::T2 => "T2",
        },
        sandbox: match grade.sandbox {
            Kind::Bubblewrap => "bubblewrap",
            Kind::Landlock => "landlock",
            Kind::None => "none",
        },
        grader: &grade.grader,
        toolchain: harmless_markdown(&grade.toolchain),
        points: grade.points,
        max_points: grade.max_points,
        full: grade.is_full(),
        bar: bar(grade),
        late: grade.lateness.as_ref().map(ToString::to_string),
        trend: sources.past.map(|past| trend(grade, past)),
        next: next(grade),
        first: first::of(grade, assignment, sources, now),
        stages: grade
            .stages
            .iter()
            .map(|stage| stage_values(stage, sources.past))
            .collect(),
        errors: grade
            .errors()
            .into_iter()
            .map(|(errors, stages)| ErrorsValues {
                stages,
                errors: errors.iter().map(|error| fenced("text", error)).collect(),
            })
            .collect(),
        gates: grade
            .gates
            .iter()
            .map(|gate| gate_values(gate, &grade.gates))
            .collect(),
        plots: grade.gates.iter().any(|gate| plot::plot(gate).is_some()),
        gates_table: match measured.is_empty() {
            true => String::new(),
            false => gates_markdown(&measured),
        },
        waiting_gates: grade.gates.len() - measured.len(),
        findings: grade
            .findings
            .iter()
            .map(|finding| finding_values(finding, links))
            .collect(),
        hidden_tests,
        hidden_points,
        failing: grade
            .stages
            .iter()
            .any(|stage| stage_values(stage, None).state == "failing"),
        manual: &settings.manual,
        manual_points: grade.manual_points,
        manual_max_points: grade.manual_max_points,
    };
    ::liquid::to_object(&values).map_err(|error| Error::Internal(error.to_string()))
}

fn short(commit: &str) -> String {
    let is_name = commit.len() >= 40 && commit.bytes().take(40).all(|b| b.is_ascii_hexdigit());
    match is_name {
        // A mark behind it, that files differ from it, stays.
        true => format!("{}{}", &commit[..SHORT], &commit[40..]),
        false => commit.to_owned(),
    }
}

fn bar(grade: &Grade) -> String {
    let share = match grade.max_points {
        0 => 1.0,
        max => (grade.points / f64::from(max)).clamp(0.0, 1.0),
    };
    // Full only where it is full.
    let filled = (share * BAR as f64).floor() as usize;
    format!("{}{}", "▓".repeat(filled), "░".repeat(BAR - filled))
}

/// Tests that are not here and the points that hang on them, since a stage's tests share its points.
fn hidden(grade: &Grade, sources: &Sources<'_>) -> (usize, f64) {
    if grade.tier != Tier::T0 {
        return (0, 0.0);
    }
    let mut tests = 0;
    let mut points = 0.0;
    for stage in &grade.stages {
        let of_exercise = sources.handed_out.hidden_tests.get(&stage.exercise);
        let hidden = of_exercise.and_then(|stages| stages.get(stage.number - 1));
        let hidden = hidden.copied().unwrap_or(0);
        tests += hidden;
        if hidden > 0 {
            let share = hidden as f64 / (hidden + stage.tests.len()) as f64;
            points += f64::from(stage.max_points) * share;
        }
    }
    (tests, (points * 10.0).round() / 10.0)
}

fn trend(grade: &Grade, past: &Past) -> Trend {
    Trend {
        since: code_span(&short(&past.commit)),
        difference: hundredths(grade.points - past.points),
    }
}

fn hundredths(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

fn next(grade: &Grade) -> &'static str {
    let denied = grade
        .findings
        .iter()
        .any(|finding| finding.kind == FindingKind::DeniedUse);
    match grade.first_open() {
        Some((stage, _)) if !stage.errors.is_empty() => "compile",
        _ if denied => "denied",
        Some((_, test)) if test.waits() => "write",
        Some(_) => "test",
        None if grade
            .gates
            .iter()
            .any(|gate| gate.verdict == GateVerdict::Fail) =>
        {
            "gate"
        }
        None => "review",
    }
}

fn stage_values<'a>(stage: &'a StageGrade, past: Option<&Past>) -> StageValues<'a> {
    let before = past.and_then(|past| past.of_stage(&stage.exercise, stage.number));
    let difference = before.map(|before| hundredths(stage.points - before));
    let passed = stage.tests.iter().filter(|test| test.passed()).count();
    let waiting = stage.tests.iter().filter(|test| test.waits()).count();
    let tests = stage.tests.len();
    let failed = stage.tests.iter();
    StageValues {
        exercise: &stage.exercise,
        number: stage.number,
        title: &stage.title,
        points: stage.points,
        max_points: stage.max_points,
        difference: difference.filter(|difference| *difference != 0.0),
        passed,
        tests,
        waiting,
        state: match () {
            () if stage.withheld => "withheld",
            () if !stage.errors.is_empty() => "errors",
            () if passed == tests => "done",
            () if passed + waiting == tests => "unwritten",
            () => "failing",
        },
        failed: failed
            .filter(|test| !test.passed() && !test.waits() && stage.errors.is_empty())
            .map(|test| test.words())
            .collect(),
    }
}

fn gate_values(gate: &GateGrade, all: &[GateGrade]) -> GateValues {
    GateValues {
        title: gate.title.clone(),
        exercise: gate.exercise.clone(),
        stage: gate.stage,
        verdict: match gate.verdict {
            GateVerdict::Pass => "pass",
            GateVerdict::Fail => "fail",
            GateVerdict::Inconclusive => "inconclusive",
            GateVerdict::Waiting => "waiting",
            GateVerdict::Report => "report",
        },
        points: gate.points,
        max_points: gate.max_points,
        sentence: gates::sentence(gate, all).map(|said| harmless_markdown(&said)),
        plot: plot::plot(gate),
    }
}

fn finding_values(finding: &Finding, links: Links<'_>) -> FindingValues {
    let kind = serde_json::to_value(finding.kind).unwrap_or_default();
    FindingValues {
        kind: kind.as_str().unwrap_or_default().to_owned(),
        place: finding
            .path
            .as_deref()
            .map(|path| links.place(path, finding.line)),
        message: harmless_markdown(&finding.message),
    }
}
