//! The gates of an exercise, each process of each gate behind the sandbox.

use std::collections::BTreeMap;
use std::path::PathBuf;

use course_gate::{MEASURE, Order};

use super::report::{Finding, FindingKind};
use super::run::{Runner, next_number};
use super::score::{self, Results};
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::course::gate::{GateEntry, GateKind};
use crate::error::Result;
use crate::gates::{self, Answer, Budget, GateGrade};
use crate::sandbox::{self, Freedom, Job};

/// A gate program ready to run.
pub(super) struct Program {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Programs that its gates may start, by name.
    pub(super) programs: Vec<(String, PathBuf)>,
}

/// A gate program, or why there is none.
pub(super) type Built = std::result::Result<Program, String>;

/// Measures the gates of an exercise whose stages pass; the others wait. Says what it begins. `build` compiles the gate
/// program against the submission; `solution` is what the course's own solution gave, by the gate's id, where that is known.
pub(super) fn gates(
    runner: &Runner<'_>,
    exercise: &Exercise,
    wanted: Wanted<'_>,
    solution: &BTreeMap<String, f64>,
    results: &mut Results,
    begin: &dyn Fn(String),
    build: &dyn Fn(&mut Results) -> Result<Built>,
) -> Result<()> {
    let package = exercise.gates_package();
    let waiting = |entry: &GateEntry| GateGrade::waiting(exercise.name(), &package, entry);
    let is_ready = |entry: &GateEntry| {
        wanted.even_before_tests || score::passes_up_to(exercise, entry.stage, results)
    };
    let entries: Vec<&GateEntry> = exercise
        .entry
        .gates
        .iter()
        .filter(|entry| wanted.only.is_none_or(|only| entry.name == only))
        .collect();
    let ready: Vec<bool> = entries.iter().map(|entry| is_ready(entry)).collect();
    if !ready.contains(&true) {
        results.gates = entries.into_iter().map(waiting).collect();
        return Ok(());
    }
    begin(format!("compile {} for speed", exercise.name()));
    let built = build(results)?;
    let budget = Budget::of(runner.bounds.gates_together);
    for (entry, ready) in entries.into_iter().zip(ready) {
        let blank = waiting(entry);
        let grade = match &built {
            _ if !ready => blank,
            Err(why) => blank.failed(why.clone()),
            Ok(program) => {
                begin(format!("measure {}", entry.title));
                let ask = |order: &Order| ask(runner, exercise, program, entry, order);
                let seed = runner.seed.map_or_else(gates::fresh_seed, Ok)?;
                let measurement = gates::measure(entry, seed, budget, &ask)?;
                let solution = solution.get(&blank.id()).copied();
                gates::judge(blank, entry, &measurement, solution)
            }
        };
        if grade.too_good || grade.unsteady {
            results.findings.push(Finding {
                kind: if grade.too_good {
                    FindingKind::TooGood
                } else {
                    FindingKind::Unsteady
                },
                path: None,
                line: None,
                message: format!(
                    "{}: {}",
                    grade.id(),
                    gates::sentence(&grade, &[]).unwrap_or_default()
                ),
            });
        }
        results.gates.push(grade);
    }
    Ok(())
}

/// Which gates are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    /// Only the one of this name.
    pub only: Option<&'a str>,
    /// Those of stages that are not there yet, too.
    pub even_before_tests: bool,
}

/// Why something was not built, in a line: the compiler's first words.
pub(super) fn not_built(what: &str, errors: &[String]) -> String {
    let first = errors.first().and_then(|error| error.lines().next());
    format!("{what}: {}", first.unwrap_or_default())
}

/// Runs the gate program once.
fn ask(
    runner: &Runner<'_>,
    exercise: &Exercise,
    program: &Program,
    entry: &GateEntry,
    order: &Order,
) -> Result<Answer> {
    let order = Order {
        programs: program.programs.clone(),
        ..order.clone()
    };
    let job = job(runner, exercise, program, entry);
    let answer = gates::ask(&runner.sandbox.wrap(&job)?, &order)?;
    if matches!(answer, Answer::Ended(_)) {
        sandbox::must_start(runner.sandbox)?;
    }
    Ok(answer)
}

/// A gate's process. Only where threads or programs are what is measured may it start any: one that runs beside the peer
/// makes the peer slow.
fn job(runner: &Runner<'_>, exercise: &Exercise, program: &Program, entry: &GateEntry) -> Job {
    let may = |capability| exercise.entry.capabilities.contains(&capability);
    let is_process = entry.kind == GateKind::Process;
    let mut readable = vec![program.path.clone(), runner.tree.clone()];
    readable.extend(program.programs.iter().map(|(_, path)| path.clone()));
    readable.dedup();
    Job {
        program: program.path.clone(),
        args: vec![MEASURE.to_owned()],
        dir: runner.tree.join(exercise.name()),
        env: vec![("RUST_BACKTRACE".to_owned(), "0".to_owned())],
        readable,
        writable: Vec::new(),
        scratch: may(Capability::Fs).then(|| runner.scratch.clone()),
        freedom: Freedom {
            sockets: may(Capability::Net),
            threads: is_process || entry.kind == GateKind::Held,
            programs: is_process,
            modes: false,
        },
        limits: runner.bounds.gate,
        number: next_number(),
    }
}
