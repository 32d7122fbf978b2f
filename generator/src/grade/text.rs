//! The grade for people: a table for the terminal, Markdown for a page.

use std::fmt::{self, Write};

use super::errors::excerpt;
use super::report::{Finding, Grade, StageGrade, TestGrade};
use crate::build::TestEnd;
use crate::gates::{self, GateGrade};
use crate::harmless::{fenced, harmless, harmless_line, harmless_markdown};
use crate::sandbox::Kind;

impl Grade {
    /// The table for a terminal.
    pub fn table(&self) -> String {
        // Writing to a string does not fail.
        let mut text = String::new();
        let _ = self.write_table(&mut text);
        text
    }

    /// The report in Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let _ = self.write_markdown(&mut text);
        text
    }

    /// What a reader must know before believing the points.
    fn trust(&self) -> &'static str {
        match self.sandbox {
            Kind::Bubblewrap => "in a bubblewrap sandbox",
            Kind::Landlock => "behind Landlock, the weaker wall: bubblewrap is the better one",
            Kind::None => {
                "NOT SANDBOXED: the submission's code ran with the grader's rights and could have lied; formative only"
            }
        }
    }

    /// What lateness costs, in a sentence.
    fn late(&self) -> Option<String> {
        self.lateness.as_ref().map(ToString::to_string)
    }

    fn manual(&self) -> String {
        match (self.manual_points, self.manual_max_points) {
            (_, 0) => String::new(),
            (Some(points), max) => format!("; by a person: {points}/{max}"),
            (None, max) => format!("; by a person: not given yet, of {max}"),
        }
    }

    fn write_table(&self, text: &mut String) -> fmt::Result {
        writeln!(
            text,
            "{} {} at commit {}",
            self.assignment, self.version, self.commit
        )?;
        let width = self
            .stages
            .iter()
            .map(|stage| heading(stage).chars().count())
            .max()
            .unwrap_or(0);
        for stage in &self.stages {
            let (passed, of) = counts(stage);
            writeln!(
                text,
                "  {:width$}  {:>6}/{:<3}  {passed} of {of} tests",
                heading(stage),
                stage.points,
                stage.max_points
            )?;
        }
        text.push_str(&gates_table(&self.gates));
        writeln!(
            text,
            "points {}/{}{}",
            self.points,
            self.max_points,
            self.manual()
        )?;
        if let Some(late) = self.late() {
            writeln!(text, "{late}")?;
        }
        for (errors, stages) in self.errors() {
            writeln!(text, "\ndoes not compile ({stages}):")?;
            for error in errors {
                writeln!(text, "{}", indent(error))?;
            }
        }
        for test in self.failed() {
            writeln!(text, "\n{} {}", test.test, verdict(&test.end))?;
            if let TestEnd::Failed(failure) = &test.end {
                if let Some(at) = &failure.at {
                    writeln!(text, "{}", indent(&format!("at {at}")))?;
                }
                writeln!(text, "{}", indent(&excerpt(&failure.message)))?;
            }
        }
        let waiting = self.waiting();
        if !waiting.is_empty() {
            writeln!(text, "\nnot written yet:")?;
        }
        for stage in &waiting {
            writeln!(text, "  {stage}")?;
        }
        if !self.findings.is_empty() {
            writeln!(text, "\nfindings:")?;
        }
        for finding in &self.findings {
            writeln!(text, "  {}", harmless_line(&sentence(finding)))?;
        }
        writeln!(text, "\ntrust: {:?}, {}", self.tier, self.trust())?;
        writeln!(text, "by: {}, {}", self.grader, self.toolchain)
    }

    fn write_markdown(&self, text: &mut String) -> fmt::Result {
        writeln!(
            text,
            "## {}: {}/{} points\n",
            self.assignment, self.points, self.max_points
        )?;
        writeln!(
            text,
            "Commit `{}`, graded with version {} of the assignment{}.\n",
            self.commit,
            self.version,
            self.manual()
        )?;
        writeln!(text, "| stage | points | tests passed |\n|---|---|---|")?;
        for stage in &self.stages {
            let (passed, of) = counts(stage);
            writeln!(
                text,
                "| {} | {}/{} | {passed} of {of} |",
                heading(stage),
                stage.points,
                stage.max_points
            )?;
        }
        if !self.gates.is_empty() {
            writeln!(text, "\n### Gates\n\n{}", gates_markdown(&self.gates))?;
        }
        for (errors, stages) in self.errors() {
            writeln!(text, "\n### Does not compile ({stages})\n")?;
            for error in errors {
                writeln!(text, "{}", fenced("text", error))?;
            }
        }
        if self.failed().next().is_some() {
            writeln!(text, "\n### Failed tests")?;
        }
        for test in self.failed() {
            writeln!(text, "\n`{}` {}", test.test, verdict(&test.end))?;
            if let TestEnd::Failed(failure) = &test.end {
                let at = failure
                    .at
                    .as_deref()
                    .map(|at| format!("at {at}\n"))
                    .unwrap_or_default();
                writeln!(
                    text,
                    "\n{}",
                    fenced("text", &format!("{at}{}", excerpt(&failure.message)))
                )?;
            }
        }
        let waiting = self.waiting();
        if !waiting.is_empty() {
            writeln!(text, "\n### Not written yet\n")?;
        }
        for stage in &waiting {
            writeln!(text, "- {stage}")?;
        }
        if !self.findings.is_empty() {
            writeln!(text, "\n### Findings\n")?;
        }
        for finding in &self.findings {
            writeln!(text, "- {}", harmless_markdown(&sentence(finding)))?;
        }
        writeln!(
            text,
            "\nTrust: {:?}, {}. Commit {}, graded by {}, {}.",
            self.tier,
            self.trust(),
            self.commit,
            self.grader,
            self.toolchain
        )
    }

    /// The failed tests of stages that compiled, but those that only wait for code to be written.
    fn failed(&self) -> impl Iterator<Item = &TestGrade> {
        let compiled = self.stages.iter().filter(|stage| stage.errors.is_empty());
        compiled
            .flat_map(|stage| &stage.tests)
            .filter(|test| !test.passed() && !test.waits())
    }

    /// The stages with tests that met a `todo!`, and how many.
    fn waiting(&self) -> Vec<String> {
        let stages = self.stages.iter().map(|stage| {
            (
                stage,
                stage.tests.iter().filter(|test| test.waits()).count(),
            )
        });
        stages
            .filter(|(_, waiting)| *waiting > 0)
            .map(|(stage, waiting)| {
                format!(
                    "{}: {waiting} of {} tests meet a `todo!`",
                    heading(stage),
                    stage.tests.len()
                )
            })
            .collect()
    }

    /// Compiler errors, each once, with the stages that they stop.
    pub fn errors(&self) -> Vec<(&[String], String)> {
        let mut errors: Vec<(&[String], Vec<String>)> = Vec::new();
        for stage in self.stages.iter().filter(|stage| !stage.errors.is_empty()) {
            let name = format!("{} stage {}", stage.exercise, stage.number);
            match errors.iter_mut().find(|(known, _)| *known == stage.errors) {
                Some((_, stages)) => stages.push(name),
                None => errors.push((&stage.errors, vec![name])),
            }
        }
        errors
            .into_iter()
            .map(|(errors, stages)| (errors, stages.join(", ")))
            .collect()
    }
}

/// The table of gates for a terminal.
pub fn gates_table(gates: &[GateGrade]) -> String {
    gates::table(&in_words(gates, harmless_line))
}

/// The table of gates for a page.
pub fn gates_markdown(gates: &[GateGrade]) -> String {
    gates::markdown(&in_words(gates, harmless_markdown))
}

/// Gates with what a submission said in words that act on nobody.
fn in_words(gates: &[GateGrade], harmless: fn(&str) -> String) -> Vec<GateGrade> {
    let gates = gates.iter().cloned();
    gates
        .map(|gate| GateGrade {
            why: gate.why.as_deref().map(harmless),
            ..gate
        })
        .collect()
}

fn heading(stage: &StageGrade) -> String {
    format!("{} {}. {}", stage.exercise, stage.number, stage.title)
}

fn counts(stage: &StageGrade) -> (usize, usize) {
    (
        stage.tests.iter().filter(|test| test.passed()).count(),
        stage.tests.len(),
    )
}

fn verdict(end: &TestEnd) -> &'static str {
    match end {
        TestEnd::Passed => "passed",
        TestEnd::Failed(_) => "failed",
        TestEnd::Aborted => "ended its whole process (an exit, an abort or a stack overflow)",
        TestEnd::TimedOut => "was still running at its time limit",
        TestEnd::Missing => "is missing from the test program",
    }
}

/// A finding in a line.
fn sentence(finding: &Finding) -> String {
    let place = match (&finding.path, finding.line) {
        (Some(path), Some(line)) => format!("{path}:{line}: "),
        (Some(path), None) => format!("{path}: "),
        (None, _) => String::new(),
    };
    place + &finding.message
}

fn indent(text: &str) -> String {
    harmless(text.trim_end())
        .lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
