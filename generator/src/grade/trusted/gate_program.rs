//! The gate program of an exercise, compiled against a submission for speed.

use super::calls::{Call, Kind};
use super::compile::Compiler;
use super::exercise::{compile_own, errors_of};
use crate::course::Exercise;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::grade::gate_run::{Built, Program, not_built};
use crate::grade::score::Results;

/// Compiles the submission for speed and the gate program against it. Where that fails, why.
pub(super) fn build(
    compiler: Compiler<'_>,
    exercise: &Exercise,
    editable: &FileTree,
    results: &mut Results,
) -> Result<Built> {
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
