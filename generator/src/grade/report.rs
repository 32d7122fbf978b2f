//! The grade as a value; `generator/schemas/grade.json` is its JSON Schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lateness::Lateness;
use super::score::UNWRITTEN;
use crate::build::TestEnd;
use crate::gates::{Environment, GateGrade};
use crate::sandbox::Kind;

/// What grading a submission gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grade {
    /// The assignment's slug.
    pub assignment: String,
    /// The version of the assignment that it was graded with.
    pub version: String,
    /// The commit that was graded.
    pub commit: String,
    /// Points given by machine, less what lateness costs, rounded to hundredths.
    pub points: f64,
    /// The most points that the machine gives.
    pub max_points: u32,
    /// Whether and how far it was late, where the assignment has a due date.
    pub lateness: Option<Lateness>,
    /// Points given by a person; null until somebody gave them.
    pub manual_points: Option<f64>,
    /// The most points that a person gives.
    pub manual_max_points: u32,
    /// How far the result can be trusted.
    pub tier: Tier,
    /// What kept the submission's code from the machine while it ran.
    pub sandbox: Kind,
    /// The program that graded, with its version.
    pub grader: String,
    /// The compiler, with its version.
    pub toolchain: String,
    /// The stages of all exercises in order.
    pub stages: Vec<StageGrade>,
    /// The gates of all exercises in order.
    pub gates: Vec<GateGrade>,
    /// The machine that measured them, where any was measured.
    pub measured_on: Option<Environment>,
    /// What a person should know about the submission.
    pub findings: Vec<Finding>,
}

impl Grade {
    /// Whether all of the machine's points were given.
    pub fn is_full(&self) -> bool {
        self.points == f64::from(self.max_points)
    }

    /// The first stage with a test that does not pass, and the first such test of it.
    pub fn first_open(&self) -> Option<(&StageGrade, &TestGrade)> {
        self.stages.iter().find_map(|stage| {
            let test = stage.tests.iter().find(|test| !test.passed())?;
            Some((stage, test))
        })
    }
}

/// How far a result can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Tier {
    /// Formative: code that wants to lie about its results can.
    T0,
    /// A trusted regrade: the code runs behind a wall, in the process of its tests.
    T1,
    /// The code runs in a process of its own and the grader only talks to it.
    T2,
}

/// What one stage gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageGrade {
    /// The exercise.
    pub exercise: String,
    /// The stage's number.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Points, rounded to hundredths.
    pub points: f64,
    /// The most points.
    pub max_points: u32,
    /// Whether its points are withheld because the exercise's code uses what it may not.
    pub withheld: bool,
    /// The compiler's first errors, where its tests could not be compiled against the submission.
    pub errors: Vec<String>,
    /// Its tests.
    pub tests: Vec<TestGrade>,
}

/// How one test ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestGrade {
    /// `target::function`.
    pub test: String,
    /// Whether students have it.
    pub hidden: bool,
    /// Whether it guards what worked before, and counts only beside another test of its stage.
    pub guard: bool,
    /// How it ended.
    #[serde(flatten)]
    pub end: TestEnd,
}

impl TestGrade {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.end == TestEnd::Passed
    }

    /// Whether it failed at a stub of ours: there is nothing to tell of it.
    pub fn waits(&self) -> bool {
        matches!(&self.end, TestEnd::Failed(failure) if failure.message.contains(UNWRITTEN))
    }

    /// Its name as words: what it checks.
    pub fn words(&self) -> String {
        let name = self.test.rsplit("::").next().unwrap_or(&self.test);
        name.replace('_', " ")
    }
}

/// Something that a person should know about a submission. Of them only a denied use costs points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// The path that it concerns, if one.
    pub path: Option<String>,
    /// The line there, from 1, if one.
    pub line: Option<usize>,
    /// What it is, and what was done about it.
    pub message: String,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A file that the course owns was changed; ours was used.
    ProtectedChanged,
    /// A file that the course owns is gone; ours was used.
    ProtectedMissing,
    /// The repository was made of another release of the assignment; this one was used.
    OtherRelease,
    /// Files of the student's own that play no part in grading.
    LeftOut,
    /// A link, a submodule or a path that no honest tool makes; it was left out.
    Refused,
    /// A file or a number of files over the limits; left out.
    TooLarge,
    /// Code that uses what its exercise does not declare; the exercise counts 0.
    DeniedUse,
    /// A gate's number that code which does the work does not reach.
    TooGood,
    /// A gate whose processes differ as no honest code's do.
    Unsteady,
    /// What the code uses could not be looked at where the student tested it; the trusted grade does.
    NotLookedAt,
}
