//! The proof as a table and as JSON.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::build::Failure;
use crate::gates::{GateGrade, GateVerdict};
use crate::words::count;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// The file or assignment.
    pub path: String,
    /// Line, from 1; absent where it concerns the whole.
    pub line: Option<usize>,
    /// What does not hold, and what to do.
    pub message: String,
}

impl Finding {
    pub(super) fn new(path: &str, message: String) -> Finding {
        Finding {
            path: path.to_owned(),
            line: None,
            message,
        }
    }

    pub(super) fn at(path: &str, line: usize, message: String) -> Finding {
        Finding {
            path: path.to_owned(),
            line: Some(line),
            message,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

/// The tests of one stage on one tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cell {
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many had something to prove there.
    pub asked: usize,
    /// How many of those did not do as promised.
    pub broken: usize,
}

impl Cell {
    pub(super) fn add(&mut self, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    fn text(self) -> String {
        let Cell {
            passed,
            failed,
            asked,
            broken,
        } = self;
        let mark = match (asked, broken) {
            (0, _) => "",
            (_, 0) => " ok",
            _ => " NO",
        };
        match (passed, failed) {
            (0, 0) => "-".to_owned(),
            (passed, 0) => format!("{passed}+{mark}"),
            (0, failed) => format!("{failed}-{mark}"),
            (passed, failed) => format!("{passed}+{failed}-{mark}"),
        }
    }
}

/// A mistake and who caught it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MistakeReport {
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: usize,
    /// What the student got wrong.
    pub why: String,
    /// How many scored tests of its stage failed.
    pub failed: usize,
    /// Of how many.
    pub of: usize,
    /// Those that failed by an assertion.
    pub caught_by: Vec<Catch>,
    /// The gates that are to catch it.
    pub gates: Vec<String>,
}

/// A test that noticed a mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Catch {
    /// `target::function`.
    pub test: String,
    /// The assertion's words, and where it stands.
    pub failure: Failure,
}

/// What the gates of an exercise say of one variant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct GatesReport {
    /// The solution, or a mistake.
    pub variant: String,
    /// Each gate that was measured.
    pub gates: Vec<GateGrade>,
}

/// The proof of one exercise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct ExerciseReport {
    /// The assignment.
    pub assignment: String,
    /// The exercise.
    pub exercise: String,
    /// The test targets of its stages.
    pub stages: Vec<String>,
    /// How many tests there are.
    pub tests: usize,
    /// Cells by tree, then by stage.
    pub cells: Vec<Vec<Cell>>,
    /// The mistakes.
    pub mistakes: Vec<MistakeReport>,
    /// What its gates say of the solution and of the mistakes that they are to catch.
    pub gates: Vec<GatesReport>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

/// The whole proof.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The exercises.
    pub exercises: Vec<ExerciseReport>,
    /// What does not hold outside the matrix: the ends, the pages, the rendered repositories.
    pub findings: Vec<Finding>,
    /// How many outcomes were built now.
    pub proven: usize,
    /// How many were taken from the store.
    pub reused: usize,
}

impl Report {
    /// Everything that does not hold.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.exercises
            .iter()
            .flat_map(|exercise| &exercise.findings)
            .chain(&self.findings)
    }

    /// Whether all of it holds.
    pub fn holds(&self) -> bool {
        self.all_findings().next().is_none()
    }

    /// The table for a terminal: matrices, mistakes, gates, findings.
    pub fn table(&self) -> String {
        self.text(&|exercise| exercise.mistakes_table() + &exercise.gates_table())
    }

    /// As [`table`](Self::table), with mistakes and gates counted and not listed.
    pub fn summary(&self) -> String {
        self.text(&|exercise| exercise.mistakes_summary() + &exercise.gates_summary())
    }

    fn text(&self, catches: &dyn Fn(&ExerciseReport) -> String) -> String {
        let mut text = String::new();
        for exercise in &self.exercises {
            text.push_str(&exercise.matrix_table());
            text.push_str(&catches(exercise));
        }
        let mut line = |words: String| text.push_str(&(words + "\n"));
        line(format!(
            "{} built, {} taken from stored proofs",
            count(self.proven, "outcome"),
            self.reused
        ));
        for finding in self.all_findings() {
            line(finding.to_string());
        }
        text
    }
}

impl ExerciseReport {
    fn matrix_table(&self) -> String {
        let mut lines = vec![
            format!(
                "{}/{}: {}, {}, {}",
                self.assignment,
                self.exercise,
                count(self.stages.len(), "stage"),
                count(self.tests, "test"),
                count(self.mistakes.len(), "mistake")
            ),
            "tests that pass (+) and fail (-) on each tree; ok: as promised".to_owned(),
        ];
        let width = self.stages.iter().map(String::len).max().unwrap_or(0);
        let row = |head: &str, cells: Vec<String>| {
            let cells: String = cells.iter().map(|cell| format!("  {cell:>9}")).collect();
            format!("{head:width$}{cells}")
        };
        let trees = 0..self.cells.len();
        lines.push(row("", trees.map(|tree| format!("tree {tree}")).collect()));
        for (index, stage) in self.stages.iter().enumerate() {
            let cell = |tree: &Vec<Cell>| tree.get(index).copied().unwrap_or_default().text();
            lines.push(row(stage, self.cells.iter().map(cell).collect()));
        }
        lines.join("\n") + "\n"
    }

    fn mistakes_summary(&self) -> String {
        let is_caught = |mistake: &&MistakeReport| !mistake.caught_by.is_empty();
        let for_tests = |mistake: &&MistakeReport| mistake.gates.is_empty() || is_caught(mistake);
        format!(
            "{} of {} mistakes are caught by the tests of their stage\n",
            self.mistakes.iter().filter(is_caught).count(),
            self.mistakes.iter().filter(for_tests).count()
        )
    }

    /// The solution comes first, and then what gates are to catch.
    fn gates_summary(&self) -> String {
        let Some((solution, slow)) = self.gates.split_first() else {
            return String::new();
        };
        let fails = |report: &&GatesReport| {
            let mut gates = report.gates.iter();
            gates.any(|gate| gate.verdict == GateVerdict::Fail)
        };
        format!(
            "{}: the solution fails {}, and {} of {} slow solutions fail theirs\n",
            count(solution.gates.len(), "gate"),
            match fails(&solution) {
                true => "some",
                false => "none",
            },
            slow.iter().filter(fails).count(),
            slow.len()
        )
    }

    fn gates_table(&self) -> String {
        let line = |report: &GatesReport| format!("  {}: {}\n", report.variant, report.line());
        match self.gates.is_empty() {
            true => String::new(),
            false => "gates:\n".to_owned() + &self.gates.iter().map(line).collect::<String>(),
        }
    }

    fn mistakes_table(&self) -> String {
        let lengths = self.mistakes.iter().map(|mistake| mistake.name.len());
        let width = lengths.max().unwrap_or(0);
        let line = |mistake: &MistakeReport| {
            let verdict = match (mistake.caught_by.is_empty(), mistake.gates.is_empty()) {
                (false, _) => "caught",
                (true, false) => "left to gates,",
                (true, true) => "NOT CAUGHT",
            };
            format!(
                "{:width$}  {verdict} by {} of {} tests of stage {}\n",
                mistake.name, mistake.failed, mistake.of, mistake.stage
            )
        };
        self.mistakes.iter().map(line).collect()
    }
}

impl GatesReport {
    /// Each gate with its number in a line; one that fails in capitals.
    pub(super) fn line(&self) -> String {
        let gate = |grade: &GateGrade| {
            let number = grade
                .value
                .map(|value| format!(" {value:.2}"))
                .unwrap_or_default();
            let word = match grade.verdict {
                GateVerdict::Fail => " FAIL",
                GateVerdict::Inconclusive => " inconclusive",
                _ => "",
            };
            format!("{}{number}{word}", grade.name)
        };
        self.gates.iter().map(gate).collect::<Vec<_>>().join(", ")
    }
}
