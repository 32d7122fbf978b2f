//! The solution and the slow mistakes measured at every gate, idle and under load: what an author chooses limits by.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use schemars::JsonSchema;
use serde::Serialize;

use super::gates::{self, OF_SOLUTION};
use super::lanes::{self, Work};
use super::outcome::Outcomes;
use super::report::{Finding, GatesReport, MistakeReport};
use super::{judge, matrix};
use crate::build::{Place, Step};
use crate::course::{Assignment, Course};
use crate::error::Result;
use crate::file_tree::Claim;
use crate::gates::{Environment, GateGrade, GateVerdict};
use crate::render;

/// What calibrating an exercise gave.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Calibration {
    /// The exercise.
    pub exercise: String,
    /// The machine.
    pub measured_on: Environment,
    /// With nothing beside it: the solution first, then each slow mistake.
    pub idle: Vec<GatesReport>,
    /// With a busy loop on every processor.
    pub busy: Vec<GatesReport>,
    /// What tests make of each mistake.
    pub mistakes: Vec<MistakeReport>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

/// Calibrates the exercises of an assignment that have gates.
///
/// # Errors
///
/// Only where the machine fails; what does not hold is in the findings.
pub fn calibrate(
    course: &Course,
    assignment: &Assignment,
    work: &Work,
    on_step: &(dyn Fn(&Step) + Sync),
) -> Result<Vec<Calibration>> {
    let rendered = render::render(course, assignment)?;
    let measured_on = Environment::here();
    let tests = lanes::outcomes(matrix::tasks(assignment, &rendered), work, on_step)?;
    let _claim = Claim::of(&work.dir.join("lanes"))?;
    let place = Place::new(&work.dir.join("lane-0"), &assignment.slug);
    let tasks = gates::tasks(assignment, &rendered);
    let total = 2 * tasks.len();
    let (mut idle, mut busy) = (Outcomes::default(), Outcomes::default());
    for (number, task) in tasks.iter().enumerate() {
        let changed = place.lay(&task.tree)?;
        for (round, outcomes) in [&mut idle, &mut busy].into_iter().enumerate() {
            let load = (round == 1).then(Load::start);
            let outcome = (task.prove)(&place, if round == 0 { &changed } else { &[] })?;
            drop(load);
            outcomes
                .by_name
                .insert((task.owner.clone(), task.name.clone()), outcome);
            on_step(&Step {
                done: 2 * number + round + 1,
                total,
                what: format!("{}: {}", task.owner, task.name),
            });
        }
    }
    Ok(assignment
        .with_gates()
        .map(|exercise| {
            let (idle, mut findings) = gates::judge(exercise, &idle);
            let (busy, under_load) = gates::judge(exercise, &busy);
            findings.extend(under_load.into_iter().map(|finding| Finding {
                message: format!("under load: {}", finding.message),
                ..finding
            }));
            Calibration {
                exercise: exercise.name().to_owned(),
                measured_on: measured_on.clone(),
                idle,
                busy,
                mistakes: judge::judge(exercise, &tests).mistakes,
                findings,
            }
        })
        .collect())
}

/// A busy loop on every processor, until it is dropped.
struct Load {
    stop: Arc<AtomicBool>,
    loops: Vec<JoinHandle<()>>,
}

impl Load {
    fn start() -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let one = |_| {
            let stop = stop.clone();
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        };
        let loops = (0..processors).map(one).collect();
        Load { stop, loops }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for one in self.loops.drain(..) {
            // A loop does not panic, and what is measured next shall find the processors idle.
            let _ = one.join();
        }
    }
}

impl Calibration {
    /// The page for authors.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write_markdown(&mut text);
        text
    }

    fn write_markdown(&self, text: &mut String) -> std::fmt::Result {
        let machine = &self.measured_on;
        writeln!(
            text,
            "# Calibration of {}\n\nMeasured by `course calibrate` on {} ({} of them, {}). Each number: idle / with every processor busy. Ratios are times\nthe peer, growth is powers of the size; a number in bold is beyond its bar.\n",
            self.exercise, machine.processor, machine.processors, machine.system
        )?;
        self.write_numbers(text)?;
        writeln!(
            text,
            "\n## Limits\n\n| gate | demanded | solution | proposed | least slow one |\n|---|---|---|---|---|"
        )?;
        for grade in self.of_solution() {
            self.write_limit(text, grade)?;
        }
        writeln!(
            text,
            "\nProposed is the least limit, in halves, of which the solution needs no more than 0.6 (of growth 0.8).\n\n## Layers\n\nGates are measured once all tests up to their stage pass, so what a test catches no gate sees.\n\n| mistake | caught by |\n|---|---|"
        )?;
        for mistake in self
            .mistakes
            .iter()
            .filter(|mistake| !mistake.gates.is_empty())
        {
            writeln!(text, "| {} | {} |", mistake.name, self.layers(mistake))?;
        }
        let by_tests = self
            .mistakes
            .iter()
            .filter(|mistake| mistake.gates.is_empty());
        writeln!(
            text,
            "| {} others | tests of their stage |",
            by_tests.count()
        )
    }

    fn of_solution(&self) -> &[GateGrade] {
        let solution = self
            .idle
            .iter()
            .find(|report| report.variant == OF_SOLUTION);
        solution.map_or(&[], |report| &report.gates)
    }

    fn write_numbers(&self, text: &mut String) -> std::fmt::Result {
        let names: Vec<&str> = self
            .of_solution()
            .iter()
            .map(|grade| grade.name.as_str())
            .collect();
        writeln!(text, "| variant | {} |", names.join(" | "))?;
        writeln!(text, "|---|{}", "---|".repeat(names.len()))?;
        for idle in &self.idle {
            let busy = self
                .busy
                .iter()
                .find(|report| report.variant == idle.variant);
            write!(text, "| {} |", idle.variant)?;
            for name in &names {
                let at = |report: &GatesReport| {
                    let grade = report.gates.iter().find(|grade| grade.name == *name);
                    grade.map_or_else(|| "-".to_owned(), cell)
                };
                let busy = busy.map_or_else(|| "-".to_owned(), at);
                match (at(idle), busy) {
                    (one, other) if one == other => write!(text, " {one} |")?,
                    (one, other) => write!(text, " {one} / {other} |")?,
                }
            }
            writeln!(text)?;
        }
        Ok(())
    }

    /// A row for a gate that has a limit.
    fn write_limit(&self, text: &mut String, grade: &GateGrade) -> std::fmt::Result {
        if !grade.kind.is_timed() {
            return Ok(());
        }
        let all = || self.idle.iter().chain(&self.busy);
        let of = |report: &GatesReport| {
            let own = report.gates.iter().find(|own| own.name == grade.name);
            own.and_then(|own| own.value)
        };
        let solution = all()
            .filter(|report| report.variant == OF_SOLUTION)
            .filter_map(of);
        let solution = solution.fold(f64::NEG_INFINITY, f64::max);
        let caught = all().filter(|report| {
            let mistake = self
                .mistakes
                .iter()
                .find(|mistake| mistake.name == report.variant);
            mistake.is_some_and(|mistake| mistake.gates.contains(&grade.name))
        });
        let slow = caught.filter_map(of).fold(f64::INFINITY, f64::min);
        let slow = if slow.is_finite() {
            format!("{slow:.2}")
        } else {
            "-".to_owned()
        };
        writeln!(
            text,
            "| {} | {} | {solution:.2} | {} | {slow} |",
            grade.name,
            grade.demand,
            gates::proposed(solution, gates::margin(grade))
        )
    }

    /// What catches a mistake, in words.
    fn layers(&self, mistake: &MistakeReport) -> String {
        let mut layers = Vec::new();
        if !mistake.caught_by.is_empty() {
            layers.push(format!("tests ({} of {})", mistake.failed, mistake.of));
        }
        let idle = self
            .idle
            .iter()
            .find(|report| report.variant == mistake.name);
        let failed = idle.iter().flat_map(|report| &report.gates);
        let failed = failed.filter(|grade| grade.verdict == GateVerdict::Fail);
        layers.extend(failed.map(|grade| format!("{} ({})", grade.name, grade.kind.word())));
        match layers.is_empty() {
            true => "NOTHING".to_owned(),
            false => layers.join(", "),
        }
    }
}

fn cell(grade: &GateGrade) -> String {
    let number = match (grade.value, grade.verdict) {
        (Some(value), _) => format!("{value:.2}"),
        (None, GateVerdict::Fail) => "fails".to_owned(),
        (None, _) => "holds".to_owned(),
    };
    match grade.verdict {
        GateVerdict::Fail => format!("**{number}**"),
        _ => number,
    }
}
