//! From test results to points.

use std::collections::BTreeMap;

use super::harness::Program;
use super::report::{Finding, FindingKind, StageGrade, TestGrade};
use crate::build::{Failure, Step, TestEnd};
use crate::course::{Assignment, Exercise, Stage, Test};
use crate::error::Result;
use crate::gates::{Environment, GateGrade};

/// How our stubs begin.
pub(super) const UNWRITTEN: &str = "not yet implemented: stage ";

/// What the tests of an exercise gave.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The first compiler errors of each test target that was not built.
    pub(super) errors: BTreeMap<String, Vec<String>>,
    /// How each test ended, by id.
    pub(super) ends: BTreeMap<String, TestEnd>,
    /// What its gates gave.
    pub(super) gates: Vec<GateGrade>,
    /// What its code does that it may not.
    pub(super) findings: Vec<Finding>,
}

impl Results {
    /// None of the exercise's tests could be built, for these errors.
    pub(super) fn nothing_built(&mut self, exercise: &Exercise, errors: &[String]) {
        let targets = exercise.test_targets().into_iter();
        self.errors
            .extend(targets.map(|target| (target.name, errors.to_vec())));
    }

    /// The tests of a program could not be built, for these errors.
    pub(super) fn not_built(&mut self, program: &Program, errors: &[String]) {
        let targets = program.targets.iter();
        self.errors
            .extend(targets.map(|target| (target.name.clone(), errors.to_vec())));
    }

    fn withheld(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.kind == FindingKind::DeniedUse)
    }
}

/// What a stage gave: nothing where the exercise uses what it may not. Its tests share its points evenly; a guard, which passes on the starter too, counts
/// only once another test of its stage passes. A test whose promise a later stage takes back counts nothing.
pub(super) fn stage(exercise: &Exercise, stage: &Stage, results: &Results) -> StageGrade {
    let last = exercise.stages.len();
    let tests: Vec<TestGrade> = stage
        .tests
        .iter()
        .filter(|test| test.until.is_none_or(|until| until >= last))
        .map(|test| TestGrade {
            test: test.id.clone(),
            hidden: test.hidden,
            guard: test.guard,
            end: shown(test, results),
        })
        .collect();
    let passed = tests.iter().filter(|test| test.passed()).count();
    let withheld = results.withheld();
    let earned = tests.iter().any(|test| test.passed() && !test.guard) && !withheld;
    let share = if earned {
        passed as f64 / tests.len() as f64
    } else {
        0.0
    };
    let errors = exercise
        .test_targets()
        .iter()
        .filter(|target| target.stage == stage.number)
        .find_map(|target| results.errors.get(&target.name))
        .cloned()
        .unwrap_or_default();
    StageGrade {
        exercise: exercise.name().to_owned(),
        number: stage.number,
        name: stage.entry.name.clone(),
        title: stage.entry.title.clone(),
        points: round(f64::from(stage.entry.points) * share),
        max_points: stage.entry.points,
        withheld,
        errors,
        tests,
    }
}

/// Whether all tests up to a stage pass, but those whose promise a later stage takes back.
pub(super) fn passes_up_to(exercise: &Exercise, stage: usize, results: &Results) -> bool {
    let last = exercise.stages.len();
    exercise
        .tests()
        .filter(|test| test.stage <= stage && test.until.is_none_or(|until| until >= last))
        .all(|test| results.ends.get(&test.id) == Some(&TestEnd::Passed))
}

/// The gates, without points where the exercise uses what it may not.
pub(super) fn gates(results: &Results) -> Vec<GateGrade> {
    let withheld = results.withheld();
    let gates = results.gates.iter().cloned();
    gates
        .map(|gate| GateGrade {
            points: if withheld { 0 } else { gate.points },
            ..gate
        })
        .collect()
}

/// How a test ended, without the text of one that is hidden.
fn shown(test: &Test, results: &Results) -> TestEnd {
    match results
        .ends
        .get(&test.id)
        .cloned()
        .unwrap_or(TestEnd::Missing)
    {
        TestEnd::Failed(failure) if test.hidden => {
            // A submission can write down how it is called, and panic with that. Our stubs say no more than a number.
            let stub = failure.message.strip_prefix(UNWRITTEN).map(|rest| {
                let digits = rest
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(rest.len());
                format!("{UNWRITTEN}{}", &rest[..digits])
            });
            let message =
                stub.unwrap_or_else(|| "a hidden test: what it says is not shown".to_owned());
            TestEnd::Failed(Failure { message, at: None })
        }
        end => end,
    }
}

/// What the exercises of an assignment gave.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// The stages of all exercises in order.
    pub(super) stages: Vec<StageGrade>,
    /// Their gates.
    pub(super) gates: Vec<GateGrade>,
    /// What a person should know.
    pub(super) findings: Vec<Finding>,
}

impl Sheet {
    /// Fills one, exercise by exercise. `results` gives those of one and says what it begins.
    pub(super) fn fill(
        assignment: &Assignment,
        findings: Vec<Finding>,
        on_step: &dyn Fn(&Step),
        results: impl Fn(&Exercise, &dyn Fn(String)) -> Result<Results>,
    ) -> Result<Sheet> {
        let mut sheet = Sheet {
            findings,
            ..Sheet::default()
        };
        let total = assignment.exercises.len();
        for (done, exercise) in assignment.exercises.iter().enumerate() {
            let begin = |what: String| on_step(&Step { done, total, what });
            let results = results(exercise, &begin)?;
            let graded = exercise.stages.iter();
            sheet
                .stages
                .extend(graded.map(|graded| stage(exercise, graded, &results)));
            sheet.gates.extend(gates(&results));
            sheet.findings.extend(results.findings);
            on_step(&Step {
                done: done + 1,
                total,
                what: exercise.name().to_owned(),
            });
        }
        Ok(sheet)
    }

    /// The points, to hundredths.
    pub(super) fn points(&self) -> f64 {
        let of_stages = self.stages.iter().map(|stage| stage.points).sum::<f64>();
        let of_gates = self.gates.iter().map(|gate| f64::from(gate.points));
        round(of_stages + of_gates.sum::<f64>())
    }

    /// The machine, where any gate was measured on it.
    pub(super) fn measured_on(&self, here: Environment) -> Option<Environment> {
        let is_measured = self.gates.iter().any(|gate| gate.seed.is_some());
        is_measured.then_some(here)
    }
}

/// Points to hundredths.
pub(super) fn round(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}
