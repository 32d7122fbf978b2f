//! The grade that informs: a student's own checkout, tested where it is, by whoever owns it.
//!
//! - [`checkout`]: the repository as it lies there
//! - [`compile`]: cargo asked for it, and the lints
//!
//! Tests run in the same harness as in the trusted grade, each in a process of its own, so that an early exit is no pass.
//! But the student owns this machine: it is tier T0, and says so.

mod checkout;
mod compile;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

pub use checkout::Checkout;

use super::bounds::Bounds;
use super::denied::{self, Linted};
use super::gate_run::{self, Program, Wanted};
use super::report::{Finding, FindingKind, Grade, Tier};
use super::run::{self, Executable, Runner};
use super::score::{Results, Sheet};
use crate::build::{self, Step};
use crate::course::Exercise;
use crate::error::{Error, Result};
use crate::file_tree::{self, Claim};
use crate::gates::Environment;
use crate::sandbox::{Kind, Unsandboxed};
use compile::Compiler;

/// Grades checkouts.
pub struct Autograder {
    /// The folder for builds; what is in it makes the next run quicker.
    pub work: PathBuf,
    /// What tests and gates may use up.
    pub bounds: Bounds,
    /// How many tests run at once.
    pub lanes: usize,
    /// Whether gates are measured, too.
    pub gates: bool,
}

impl Autograder {
    /// Grades a checkout.
    ///
    /// # Errors
    ///
    /// Only where the machine fails.
    pub fn grade(&self, checkout: &Checkout, on_step: &dyn Fn(&Step)) -> Result<Grade> {
        // Two runs never lay trees in one place at once.
        let _claim = Claim::of(&self.work)?;
        let here = Environment::here();
        let toolchain = build::toolchain()?;
        let compiler = Compiler::lay(checkout, &self.work)?;
        let findings = checkout.findings.clone();
        let sheet = Sheet::fill(
            &checkout.assignment,
            findings,
            on_step,
            |exercise, begin| self.results(checkout, &compiler, exercise, begin),
        )?;
        let settings = &checkout.handed_out.settings;
        Ok(Grade {
            assignment: checkout.handed_out.slug.clone(),
            version: settings.version.clone(),
            commit: checkout.commit.clone(),
            points: sheet.points(),
            max_points: settings.points,
            lateness: None,
            manual_points: None,
            manual_max_points: settings.manual_points,
            tier: Tier::T0,
            sandbox: Kind::None,
            grader: format!("course {}", env!("CARGO_PKG_VERSION")),
            toolchain: toolchain.lines().next().unwrap_or_default().to_owned(),
            measured_on: sheet.measured_on(here),
            stages: sheet.stages,
            gates: sheet.gates,
            findings: sheet.findings,
        })
    }

    fn results(
        &self,
        checkout: &Checkout,
        compiler: &Compiler,
        exercise: &Exercise,
        begin: &dyn Fn(String),
    ) -> Result<Results> {
        let mut results = Results::default();
        let root = format!("{}/src/lib.rs", exercise.name());
        if checkout.tree.get(&root).is_none() {
            let missing = format!("error: {root} is missing, so there is nothing to compile");
            results.nothing_built(exercise, &[missing]);
            return Ok(results);
        }
        begin(format!("compile {}", exercise.name()));
        let (executables, linted) = thread::scope(|scope| {
            let lints = scope.spawn(|| compiler.lint(exercise));
            let built = compiler.programs(exercise, &mut results);
            let lints = lints
                .join()
                .unwrap_or_else(|_| Err(Error::Internal("the lints panicked".to_owned())));
            (built, lints)
        });
        let executables = executables?;
        let words = denied::unsafe_words(exercise, &checkout.editable, None);
        results.findings.extend(words);
        // Of code that does not compile the lints say nothing that helps.
        if executables.is_empty() {
            return Ok(results);
        }
        results.findings.extend(match linted? {
            // The student's machine may have no clippy; that is no offence.
            Linted::Unknown => vec![not_looked_at(exercise)],
            uses @ Linted::Uses(_) => denied::std_uses(exercise, uses),
        });
        begin(format!("test {}", exercise.name()));
        let runner = self.runner(compiler.tree())?;
        for executable in &executables {
            let ends = run::run_tests(&runner, exercise, executable)?;
            let shown = ends.into_iter().map(|(id, end)| (id, compile::shown(end)));
            results.ends.extend(shown);
        }
        if self.gates {
            let build = |_: &mut Results| compiler.gate_program(exercise);
            let wanted = Wanted::default();
            // What the solution gives on this machine nobody knows here.
            let solution = BTreeMap::new();
            gate_run::gates(
                &runner,
                exercise,
                wanted,
                &solution,
                &mut results,
                begin,
                &build,
            )?;
        }
        Ok(results)
    }

    /// Runs without a wall: it is the student's own code on the student's own machine.
    fn runner(&self, tree: &Path) -> Result<Runner<'static>> {
        let scratch = std::path::absolute(&self.work)
            .unwrap_or_else(|_| self.work.clone())
            .join("scratch");
        file_tree::update(&scratch, &file_tree::FileTree::default(), &[])?;
        Ok(Runner {
            sandbox: &Unsandboxed,
            bounds: self.bounds,
            lanes: self.lanes,
            seed: None,
            proof: true,
            tree: tree.to_owned(),
            scratch,
        })
    }
}

fn not_looked_at(exercise: &Exercise) -> Finding {
    Finding {
        kind: FindingKind::NotLookedAt,
        path: None,
        line: None,
        message: format!(
            "what the code of {} uses was not looked at: clippy did not come to an end (`rustup component add clippy` brings it); the grade that counts does look",
            exercise.name()
        ),
    }
}
