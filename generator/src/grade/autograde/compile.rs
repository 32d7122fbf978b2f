//! A checkout compiled by cargo: the test programs with the harness in them, the lints, the gate program.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Checkout, Executable, Program};
use crate::build::{self, Build, Failure, Level, Lock, Place, TestEnd};
use crate::capability;
use crate::course::{Exercise, gate};
use crate::error::{Error, Result};
use crate::file_tree;
use crate::grade::denied::{self, Linted, Message};
use crate::grade::errors::first_errors;
use crate::grade::gate_run::{Built, not_built};
use crate::grade::harness::{self, Program as Tests};
use crate::grade::score::Results;

/// The place of a checkout that is graded, with its tree laid in it.
pub(super) struct Compiler {
    place: Place,
    changed: Vec<String>,
    lock: Lock,
    /// The lints' own folders: their settings and what they write.
    lints: PathBuf,
}

impl Compiler {
    /// Lays a checkout, with the test programs in it, below the folder for builds.
    pub(super) fn lay(checkout: &Checkout, work: &Path) -> Result<Compiler> {
        let place = Place::new(work, "tree")
            // As in the trusted grade: nothing in the sources is there only for tests, and sums that overflow panic.
            .env("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false")
            .env("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "true")
            // A runner is new each time: what would make the next build of the same crates quicker is not kept.
            .env("CARGO_INCREMENTAL", "0");
        let mut tree = checkout.tree.clone();
        harness::lay(&mut tree, &checkout.assignment);
        let changed = place.lay(&tree)?;
        let root = std::path::absolute(work).unwrap_or_else(|_| work.to_owned());
        let lints = root.join("lints");
        for exercise in &checkout.assignment.exercises {
            let settings = capability::lint_settings(&exercise.entry.capabilities);
            let path = lints.join(exercise.name()).join("clippy.toml");
            if std::fs::read_to_string(&path).ok().as_ref() != Some(&settings) {
                file_tree::write_text(&path, &settings)?;
            }
        }
        Ok(Compiler {
            place,
            changed,
            lock: match checkout.lock_is_ours {
                true => Lock::Kept,
                false => Lock::Mended,
            },
            lints,
        })
    }

    /// Where the tree is.
    pub(super) fn tree(&self) -> &Path {
        self.place.dir()
    }

    /// Compiles the test programs of an exercise. What does not compile is told in `results`.
    pub(super) fn programs(
        &self,
        exercise: &Exercise,
        results: &mut Results,
    ) -> Result<Vec<Executable>> {
        let programs = harness::programs(exercise);
        let build = self.build(exercise, &programs)?;
        if build.complete {
            return Ok(executables(&build, &programs));
        }
        let errors = |wanted: &dyn Fn(&str, bool) -> bool| {
            let all = build.at(Level::Error);
            let ours = all.filter(|error| wanted(&error.target, error.library));
            first_errors(ours.map(|error| shown_paths(&error.text)))
        };
        let own = errors(&|target, library| library || programs.iter().all(|p| p.name != target));
        if !own.is_empty() {
            results.nothing_built(exercise, &own);
            return Ok(Vec::new());
        }
        // The crate is fine: the tests of a stage may ask for what is not there. Each stage's by themselves then.
        let mut ready = Vec::new();
        for program in &programs {
            if build.executables.contains_key(&program.name) {
                ready.extend(executables(&build, std::slice::from_ref(program)));
                continue;
            }
            if program.targets.len() == 1 {
                let said = errors(&|target, _| target == program.name);
                results.not_built(program, &said);
                continue;
            }
            ready.extend(self.apart(exercise, program, results)?);
        }
        Ok(ready)
    }

    /// The test files of a program that does not compile, each as one of its own.
    fn apart(
        &self,
        exercise: &Exercise,
        program: &Tests,
        results: &mut Results,
    ) -> Result<Vec<Executable>> {
        let apart = harness::apart(program, exercise);
        let manifest = self.place.dir().join(exercise.name()).join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest)
            .map_err(|error| Error::at("read", &manifest, error))?;
        let sources = harness::sources(exercise, &apart, true);
        for (path, file) in sources.iter() {
            let path = self.place.dir().join(exercise.name()).join(path);
            file_tree::write_bytes(&path, &file.bytes)?;
        }
        file_tree::write_text(&manifest, &(text + &harness::manifest(&apart)))?;
        let mut ready = Vec::new();
        for program in apart {
            let build = self.build(exercise, std::slice::from_ref(&program))?;
            if build.complete {
                ready.extend(executables(&build, std::slice::from_ref(&program)));
                continue;
            }
            let errors = build.at(Level::Error);
            let said = first_errors(errors.map(|error| shown_paths(&error.text)));
            results.not_built(&program, &said);
        }
        Ok(ready)
    }

    fn build(&self, exercise: &Exercise, programs: &[Tests]) -> Result<Build> {
        let mut args = vec!["build", "--message-format=json"];
        args.extend(["--keep-going", "--package", exercise.name()]);
        for program in programs {
            args.extend(["--test", &program.name]);
        }
        if self.lock == Lock::Kept {
            args.push("--locked");
        }
        self.place.build_changed(&args, &self.changed)
    }

    /// Asks clippy for uses of what the exercise's capabilities leave denied.
    pub(super) fn lint(&self, exercise: &Exercise) -> Result<Linted> {
        #[derive(Deserialize)]
        struct Line {
            reason: String,
            message: Option<serde_json::Value>,
        }
        let mut args = vec!["clippy", "--message-format=json", "--package"];
        args.extend([
            exercise.name(),
            "--lib",
            "--bins",
            "--",
            "--cap-lints=allow",
        ]);
        let lints = capability::LINTS.map(|lint| format!("--force-warn={lint}"));
        args.extend(lints.iter().map(String::as_str));
        let settings = self.lints.join(exercise.name());
        let target = self.lints.join("target");
        let outcome = self
            .place
            .clone()
            .env("CLIPPY_CONF_DIR", &settings.to_string_lossy())
            .env("CARGO_TARGET_DIR", &target.to_string_lossy())
            .cargo(&args)?;
        if !outcome.succeeded() || outcome.cut {
            return Ok(Linted::Unknown);
        }
        let lines = outcome.stdout.lines().filter(|line| line.starts_with('{'));
        let messages = lines.filter_map(|line| {
            let line: Line = serde_json::from_str(line).ok()?;
            (line.reason == "compiler-message").then_some(())?;
            serde_json::from_value::<Message>(line.message?).ok()
        });
        Ok(Linted::Uses(denied::uses(messages)))
    }

    /// Compiles the gate program of an exercise.
    pub(super) fn gate_program(&self, exercise: &Exercise) -> Result<Built> {
        let build = build::build_gates(&self.place, exercise, self.lock, &self.changed)?;
        let errors = build.at(Level::Error).next();
        let program = build.executables.get(gate::PROGRAM);
        let Some(program) = program.filter(|_| build.complete) else {
            let text = errors.map(|error| error.text.clone()).unwrap_or_default();
            return Ok(Err(not_built(
                "compiled for speed it does not compile",
                &[text],
            )));
        };
        let programs = build.binaries.iter();
        Ok(Ok(Program {
            path: program.path.clone(),
            programs: programs
                .map(|(name, binary)| (name.clone(), binary.path.clone()))
                .collect(),
        }))
    }
}

fn executables(build: &Build, programs: &[Tests]) -> Vec<Executable> {
    let binaries: Vec<PathBuf> = build
        .binaries
        .values()
        .map(|binary| binary.path.clone())
        .collect();
    let ready = programs.iter().filter_map(|program| {
        Some(Executable {
            path: build.executables.get(&program.name)?.path.clone(),
            tests: program.tests.clone(),
            binaries: binaries.clone(),
        })
    });
    ready.collect()
}

/// A text of the compiler's that names tests where the student has them.
fn shown_paths(text: &str) -> String {
    text.replace(
        &format!("/{}/", harness::FOLDER),
        &format!("/{}/", harness::SHOWN_FOLDER),
    )
}

/// How a test ended, its place named where the student has it.
pub(super) fn shown(end: TestEnd) -> TestEnd {
    match end {
        TestEnd::Failed(failure) => TestEnd::Failed(Failure {
            message: shown_paths(&failure.message),
            at: failure.at.as_deref().map(shown_paths),
        }),
        end => end,
    }
}
