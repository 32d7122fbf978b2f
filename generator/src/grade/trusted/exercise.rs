//! One exercise of a submission: its code compiled and looked at, then the tests compiled against it, then run.

use std::thread;

use super::Grader;
use super::calls::{Call, Kind};
use super::compile::{Compiled, Compiler};
use super::gate_program;
use super::inspect::{self, Read};
use super::job_folder::JobFolder;
use super::prepare::Prepared;
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::grade::denied;
use crate::grade::errors::first_errors;
use crate::grade::gate_run::{self, Wanted};
use crate::grade::harness::{self, Program};
use crate::grade::report::Finding;
use crate::grade::run::{self, Executable};
use crate::grade::score::Results;

/// What the tests of an exercise give; says what it begins.
///
/// The tests of all stages are compiled as one program first, which is quicker. Where that does not compile, each stage's
/// are compiled by themselves: one that does not compile costs its stage.
pub(super) fn results(
    grader: &Grader<'_>,
    prepared: &Prepared,
    exercise: &Exercise,
    tree: &FileTree,
    editable: &FileTree,
    begin: &dyn Fn(String),
) -> Result<Results> {
    let mut results = Results::default();
    let root = format!("{}/src/lib.rs", exercise.name());
    if tree.get(&root).is_none() {
        let missing = format!("error: {root} is missing, so there is nothing to compile");
        results.nothing_built(exercise, &[missing]);
        return Ok(results);
    }
    begin(format!("compile {}", exercise.name()));
    let folder = JobFolder::new(&grader.work, tree)?;
    let compiler = Compiler {
        grader,
        prepared,
        folder: &folder,
    };
    let programs = harness::programs(exercise);
    if !grader.defences.late_tests {
        add_tests(compiler, exercise, &programs)?;
    }
    let calls = prepared.calls(exercise);
    for call in calls.iter().filter(|call| call.kind != Kind::Tests) {
        let (errors, findings) = compile_own(compiler, call, exercise, editable)?;
        results.findings.extend(findings);
        if let Some(errors) = errors {
            results.nothing_built(exercise, &errors);
            return Ok(results);
        }
    }
    let mut executables = Vec::new();
    for program in &programs {
        let built = build_program(compiler, calls, exercise, program, &mut results)?;
        executables.extend(built);
    }
    // What runs must not find the tests' text, nor what was compiled beside it.
    folder.remove(&format!("{}/{}", exercise.name(), harness::FOLDER))?;
    begin(format!("test {}", exercise.name()));
    for executable in &executables {
        results
            .ends
            .extend(run::run_tests(&compiler.runner(), exercise, executable)?);
    }
    gates(
        compiler,
        exercise,
        editable,
        Wanted::default(),
        &mut results,
        begin,
    )?;
    Ok(results)
}

/// What the gates of an exercise give, whatever its tests do; says what it begins.
pub(super) fn gates_alone(
    grader: &Grader<'_>,
    prepared: &Prepared,
    exercise: &Exercise,
    tree: &FileTree,
    editable: &FileTree,
    only: Option<&str>,
    begin: &dyn Fn(String),
) -> Result<Results> {
    let mut results = Results::default();
    let folder = JobFolder::new(&grader.work, tree)?;
    let compiler = Compiler {
        grader,
        prepared,
        folder: &folder,
    };
    let wanted = Wanted {
        only,
        even_before_tests: true,
    };
    gates(compiler, exercise, editable, wanted, &mut results, begin)?;
    Ok(results)
}

fn gates(
    compiler: Compiler<'_>,
    exercise: &Exercise,
    editable: &FileTree,
    wanted: Wanted<'_>,
    results: &mut Results,
    begin: &dyn Fn(String),
) -> Result<()> {
    gate_run::gates(
        &compiler.runner(),
        exercise,
        wanted,
        &compiler.prepared.solution,
        results,
        begin,
        &|results| gate_program::build(compiler, exercise, editable, results),
    )
}

/// Compiles a crate of the submission and looks at what it uses, at the same time. The errors that stop it, if any.
pub(super) fn compile_own(
    compiler: Compiler<'_>,
    call: &Call,
    exercise: &Exercise,
    editable: &FileTree,
) -> Result<(Option<Vec<String>>, Vec<Finding>)> {
    let defences = compiler.grader.defences;
    let own = match defences.words {
        true => call.clone(),
        false => call.clone().without_forbidden_unsafe(),
    };
    let may = exercise.entry.capabilities.contains(&Capability::Unsafe);
    let forbid_unsafe = defences.words && !may;
    let (compiled, uses) = thread::scope(|scope| {
        let lints = scope.spawn(|| match defences.lints {
            true => Ok(denied::std_uses(exercise, compiler.lint(&own, exercise)?)),
            false => Ok(Vec::new()),
        });
        let compiled = compiler.compile(&own, forbid_unsafe);
        let uses = lints
            .join()
            .unwrap_or_else(|_| Err(Error::Internal("the lints panicked".to_owned())));
        (compiled, uses)
    });
    let errors = errors_of(compiled?);
    let uses = uses?;
    if errors.is_some() {
        // Of code that does not compile the lints say nothing that helps.
        let words = match defences.words {
            true => denied::unsafe_words(exercise, editable, None),
            false => Vec::new(),
        };
        return Ok((errors, words));
    }
    let mut findings = uses;
    let read = Read::of(compiler, &own)?;
    if defences.words {
        findings.extend(denied::unsafe_words(exercise, editable, Some(&read.files)));
    }
    if defences.sources {
        findings.extend(inspect::sources_read(exercise, &read));
    }
    Ok((None, findings))
}

/// The errors that a report shows, where something does not compile.
pub(super) fn errors_of(compiled: Compiled) -> Option<Vec<String>> {
    Some(match compiled {
        Compiled::Yes => return None,
        Compiled::Errors(errors) => first_errors(errors),
        Compiled::TimedOut(seconds) => vec![format!(
            "error: it did not compile within {seconds} seconds"
        )],
        Compiled::CompilerDied(said) => vec![format!(
            "error: the compiler itself did not survive it: {said}"
        )],
    })
}

fn add_tests(compiler: Compiler<'_>, exercise: &Exercise, programs: &[Program]) -> Result<()> {
    let sources = harness::sources(exercise, programs, compiler.grader.defences.types);
    compiler.folder.add(exercise.name(), &sources)
}

/// Compiles a test program against the submission; where that fails, one for each of its test files.
fn build_program(
    compiler: Compiler<'_>,
    calls: &[Call],
    exercise: &Exercise,
    program: &Program,
    results: &mut Results,
) -> Result<Vec<Executable>> {
    let call = calls
        .iter()
        .find(|call| call.kind == Kind::Tests && call.krate == program.name)
        .ok_or_else(|| {
            Error::Internal(format!(
                "nobody wrote down how {} is compiled",
                program.name
            ))
        })?;
    add_tests(compiler, exercise, std::slice::from_ref(program))?;
    let compiled = compiler.compile(call, false)?;
    // What took too long together would take too long apart, each time anew.
    let is_slow = matches!(compiled, Compiled::TimedOut(_));
    let Some(errors) = errors_of(compiled) else {
        return Ok(vec![executable(compiler, calls, call, program)?]);
    };
    if program.targets.len() == 1 || is_slow {
        results.not_built(program, &errors);
        return Ok(Vec::new());
    }
    let mut executables = Vec::new();
    for program in harness::apart(program, exercise) {
        let call = call.of_program(&program.name);
        add_tests(compiler, exercise, std::slice::from_ref(&program))?;
        match errors_of(compiler.compile(&call, false)?) {
            None => executables.push(executable(compiler, calls, &call, &program)?),
            Some(errors) => results.not_built(&program, &errors),
        }
    }
    Ok(executables)
}

fn executable(
    compiler: Compiler<'_>,
    calls: &[Call],
    call: &Call,
    program: &Program,
) -> Result<Executable> {
    use std::os::unix::fs::PermissionsExt;
    let out = compiler.folder.out();
    let path = out.join(call.stem());
    // It may be run and not be read: the tests are in it.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o111))
        .map_err(|error| Error::at("change the mode of", &path, error))?;
    let binaries = calls.iter().filter(|call| call.kind == Kind::Binary);
    Ok(Executable {
        path,
        tests: program.tests.clone(),
        binaries: binaries.map(|call| out.join(call.stem())).collect(),
    })
}
