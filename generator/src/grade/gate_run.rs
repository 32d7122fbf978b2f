//! The gates of an exercise, each process of each gate behind the sandbox.

use std::path::PathBuf;

use course_gate::{MEASURE, Order};

use super::calls::{Call, Kind};
use super::compile::{Compiler, next_number};
use super::exercise::{compile_own, errors_of};
use super::report::{Finding, FindingKind};
use super::score::{self, Results};
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::course::gate::{GateEntry, GateKind};
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::gates::{self, Answer, Budget, GateGrade};
use crate::sandbox::{Freedom, Job};

/// A gate program ready to run.
struct Program {
    path: PathBuf,
    /// Programs that its gates may start, by name.
    programs: Vec<(String, PathBuf)>,
}

/// Measures the gates of an exercise whose stages pass; the others wait. Says what it begins.
pub(super) fn gates(
    compiler: Compiler<'_>,
    exercise: &Exercise,
    editable: &FileTree,
    wanted: Wanted<'_>,
    results: &mut Results,
    begin: &dyn Fn(String),
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
    let built = build(compiler, exercise, editable, results)?;
    let budget = Budget::of(compiler.grader.bounds.gates_together);
    for (entry, ready) in entries.into_iter().zip(ready) {
        let blank = waiting(entry);
        let grade = match &built {
            _ if !ready => blank,
            Err(why) => blank.failed(why.clone()),
            Ok(program) => {
                begin(format!("measure {}", entry.title));
                let ask = |order: &Order| ask(compiler, exercise, program, entry, order);
                let seed = compiler.grader.seed.map_or_else(gates::fresh_seed, Ok)?;
                let measurement = gates::measure(entry, seed, budget, &ask)?;
                let solution = compiler.prepared.solution.get(&blank.id()).copied();
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

/// Compiles the submission for speed and the gate program against it. Where that fails, why.
fn build(
    compiler: Compiler<'_>,
    exercise: &Exercise,
    editable: &FileTree,
    results: &mut Results,
) -> Result<std::result::Result<Program, String>> {
    let calls = compiler.prepared.gate_calls(exercise);
    let out = compiler.folder.out();
    let mut programs = compiler.prepared.peers(exercise).to_vec();
    for call in calls.iter().filter(|call| call.kind != Kind::Gates) {
        // Where gates are measured alone nobody has looked at it yet; else twice does no harm.
        let (errors, findings) = compile_own(compiler, call, exercise, editable)?;
        for finding in findings {
            if !results.findings.contains(&finding) {
                results.findings.push(finding);
            }
        }
        if let Some(errors) = errors {
            return Ok(Err(not_built(
                "compiled for speed it does not compile",
                &errors,
            )));
        }
        if call.kind == Kind::Binary {
            let binary = out.join(call.stem());
            programs.push((call.krate.replace('_', "-"), binary.clone()));
            programs.push((call.krate.clone(), binary));
        }
    }
    let call = program_call(calls, exercise)?;
    match errors_of(compiler.compile(call, false)?) {
        None => Ok(Ok(Program {
            path: out.join(call.stem()),
            programs,
        })),
        Some(errors) => Ok(Err(not_built(
            "the gate program does not compile with it",
            &errors,
        ))),
    }
}

fn program_call<'a>(calls: &'a [Call], exercise: &Exercise) -> Result<&'a Call> {
    let program = calls.iter().find(|call| call.kind == Kind::Gates);
    program.ok_or_else(|| {
        Error::Internal(format!(
            "nobody wrote down how the gate program of {} is compiled",
            exercise.name()
        ))
    })
}

/// Why something was not built, in a line: the compiler's first words.
fn not_built(what: &str, errors: &[String]) -> String {
    let first = errors.first().and_then(|error| error.lines().next());
    format!("{what}: {}", first.unwrap_or_default())
}

/// Runs the gate program once.
fn ask(
    compiler: Compiler<'_>,
    exercise: &Exercise,
    program: &Program,
    entry: &GateEntry,
    order: &Order,
) -> Result<Answer> {
    let order = Order {
        programs: program.programs.clone(),
        ..order.clone()
    };
    let job = job(compiler, exercise, program, entry);
    let answer = gates::ask(&compiler.grader.sandbox.wrap(&job)?, &order)?;
    if matches!(answer, Answer::Ended(_)) {
        compiler.refuse_broken_wall()?;
    }
    Ok(answer)
}

/// A gate's process. Only where threads or programs are what is measured may it start any: one that runs beside the peer
/// makes the peer slow.
fn job(compiler: Compiler<'_>, exercise: &Exercise, program: &Program, entry: &GateEntry) -> Job {
    let may = |capability| exercise.entry.capabilities.contains(&capability);
    let folder = compiler.folder;
    let is_process = entry.kind == GateKind::Process;
    let mut readable = vec![program.path.clone(), folder.tree()];
    readable.extend(program.programs.iter().map(|(_, path)| path.clone()));
    readable.dedup();
    Job {
        program: program.path.clone(),
        args: vec![MEASURE.to_owned()],
        dir: folder.tree().join(exercise.name()),
        env: vec![("RUST_BACKTRACE".to_owned(), "0".to_owned())],
        readable,
        writable: Vec::new(),
        scratch: may(Capability::Fs).then(|| folder.scratch()),
        freedom: Freedom {
            sockets: may(Capability::Net),
            threads: is_process || entry.kind == GateKind::Held,
            programs: is_process,
            modes: false,
        },
        limits: compiler.grader.bounds.gate,
        number: next_number(),
    }
}
