//! The trusted grade: a commit read from git, laid on a pristine tree, compiled and run behind a sandbox.
//!
//! - [`submission`]: what of a commit counts, read from git's objects
//! - [`pristine`]: our own tree with the student's files laid over it
//! - [`prepare`]: what all submissions share, made once; [`calls`]: how the compiler is called; [`control`]: the course's own
//!   solution, graded first
//! - [`job_folder`]: where a submission is while it is graded
//! - [`compile`], [`inspect`]: its code compiled and looked at; [`gate_program`]: the same for speed
//! - [`exercise`]: these for one exercise, in order

mod calls;
#[cfg(unix)]
mod compile;
#[cfg(unix)]
mod control;
#[cfg(unix)]
mod exercise;
#[cfg(unix)]
mod gate_program;
#[cfg(unix)]
mod inspect;
mod job_folder;
mod prepare;
mod pristine;
mod submission;

use std::path::PathBuf;

pub use calls::RECORDS;
#[cfg(unix)]
pub use calls::record;
pub use submission::{Submission, claimed_assignment, read};

use super::bounds::{Bounds, Defences};
use super::report::{Grade, Tier};
use super::score::{self, Results, Sheet};
use crate::build::Step;
use crate::course::{Assignment, Course, Editable, Exercise};
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::gates::{Environment, GateGrade};
use crate::publish::Published;
use crate::render;
use crate::sandbox::{Kind, Sandbox};
use prepare::Prepared;

/// Grades submissions.
pub struct Grader<'a> {
    /// The folder for builds.
    pub work: PathBuf,
    /// This program: it takes the compiler's place once, to write down how that is called.
    pub course: PathBuf,
    /// What keeps submissions from the machine.
    pub sandbox: &'a dyn Sandbox,
    /// What a submission may use up.
    pub bounds: Bounds,
    /// How many of its tests run at once.
    pub lanes: usize,
    /// What gates take their inputs from; none for a fresh number each.
    pub seed: Option<u64>,
    /// All of them, but in tests of what each is worth.
    pub defences: Defences,
}

/// A grader that is ready for one assignment.
pub struct Ready<'a> {
    grader: &'a Grader<'a>,
    assignment: &'a Assignment,
    editable: Editable,
    rendered: FileTree,
    prepared: Prepared,
    published: Vec<FileTree>,
    /// Everything that decides about a grade but the submission, in hexadecimal.
    pub key: String,
}

impl<'a> Grader<'a> {
    /// Gets ready for an assignment: its dependencies compiled, its own solution graded. A solution that does not get
    /// full marks behind this sandbox says that something is wrong with the course or the machine, and then nobody is
    /// graded.
    ///
    /// # Errors
    ///
    /// Where the solution does not get full marks, or the machine fails.
    pub fn ready(
        &'a self,
        course: &Course,
        assignment: &'a Assignment,
        on_step: &dyn Fn(&Step),
    ) -> Result<Ready<'a>> {
        let editable = Editable::of(&assignment.exercises).map_err(Error::Internal)?;
        let rendered = render::render(course, assignment)?;
        on_step(&Step {
            done: 0,
            total: assignment.exercises.len() + 1,
            what: format!("prepare {}", assignment.slug),
        });
        let prepared = prepare::prepare(assignment, &rendered, &self.work, &self.course)?;
        let kind = self.sandbox.kind();
        let behind = format!("{kind} {:?} {:?}", self.bounds, self.defences);
        let decides = [&prepared.key, &behind];
        #[cfg_attr(not(unix), expect(unused_mut, reason = "only the control adds to it"))]
        let mut ready = Ready {
            grader: self,
            assignment,
            editable,
            rendered,
            published: Vec::new(),
            key: crate::file_tree::hash(decides.map(String::as_bytes)),
            prepared,
        };
        #[cfg(unix)]
        {
            ready.prepared.solution = control::hold(&ready)?;
        }
        Ok(ready)
    }
}

impl Ready<'_> {
    /// The same, knowing what was published so far: what any release has is no doing of a student's.
    #[must_use]
    pub fn knowing(mut self, published: &[Published]) -> Self {
        let marks = published
            .iter()
            .map(|known| known.release.content.as_bytes());
        self.key = crate::file_tree::hash([self.key.as_bytes()].into_iter().chain(marks));
        self.published = published.iter().map(|known| known.files.clone()).collect();
        self
    }

    /// The sandbox that it grades behind.
    pub fn sandbox(&self) -> Kind {
        self.grader.sandbox.kind()
    }

    /// What a submission may change.
    pub fn editable(&self) -> &Editable {
        &self.editable
    }

    /// Grades a submission. The same submission gets an equal grade each time.
    ///
    /// # Errors
    ///
    /// Only where the machine fails.
    pub fn grade(&self, submission: &Submission, on_step: &dyn Fn(&Step)) -> Result<Grade> {
        let beginning = pristine::beginning(self.assignment, &self.rendered, submission)?;
        let mut findings = submission.findings.clone();
        findings.extend(pristine::findings(
            &beginning,
            &self.editable,
            submission,
            &self.published,
        ));
        let mut tree = pristine::tree(&self.rendered, &self.editable, submission);
        if self.grader.defences.late_tests {
            pristine::take_tests_out(&mut tree, self.assignment);
        }
        // Before anything of it runs.
        let here = Environment::here();
        let sheet = Sheet::fill(self.assignment, findings, on_step, |exercise, begin| {
            self.results(exercise, &tree, &submission.editable, begin)
        })?;
        let kind = self.grader.sandbox.kind();
        Ok(Grade {
            assignment: self.assignment.slug.clone(),
            version: self.assignment.file.version.clone(),
            commit: submission.commit.clone(),
            points: sheet.points(),
            max_points: self.assignment.file.points,
            lateness: None,
            manual_points: None,
            manual_max_points: self.assignment.file.manual_points,
            tier: match kind {
                Kind::None => Tier::T0,
                Kind::Bubblewrap | Kind::Landlock => Tier::T1,
            },
            sandbox: kind,
            grader: format!("course {}", env!("CARGO_PKG_VERSION")),
            toolchain: self.prepared.toolchain().to_owned(),
            measured_on: sheet.measured_on(here),
            stages: sheet.stages,
            gates: sheet.gates,
            findings: sheet.findings,
        })
    }

    /// Measures the gates of a submission, or the one of a name, whatever its tests do.
    ///
    /// # Errors
    ///
    /// Only where the machine fails.
    pub fn gates(
        &self,
        submission: &Submission,
        only: Option<&str>,
        on_step: &dyn Fn(&Step),
    ) -> Result<Vec<GateGrade>> {
        let mut tree = pristine::tree(&self.rendered, &self.editable, submission);
        pristine::take_tests_out(&mut tree, self.assignment);
        let mut gates = Vec::new();
        let total = self.assignment.exercises.len();
        for (done, exercise) in self.assignment.exercises.iter().enumerate() {
            let begin = |what: String| on_step(&Step { done, total, what });
            let results = self.gates_alone(exercise, &tree, &submission.editable, only, &begin)?;
            gates.extend(score::gates(&results));
        }
        Ok(gates)
    }

    #[cfg(unix)]
    fn gates_alone(
        &self,
        exercise: &Exercise,
        tree: &FileTree,
        editable: &FileTree,
        only: Option<&str>,
        begin: &dyn Fn(String),
    ) -> Result<Results> {
        exercise::gates_alone(
            self.grader,
            &self.prepared,
            exercise,
            tree,
            editable,
            only,
            begin,
        )
    }

    #[cfg(not(unix))]
    fn gates_alone(
        &self,
        _: &Exercise,
        _: &FileTree,
        _: &FileTree,
        _: Option<&str>,
        _: &dyn Fn(String),
    ) -> Result<Results> {
        Err(no_unix())
    }

    #[cfg(unix)]
    fn results(
        &self,
        exercise: &Exercise,
        tree: &FileTree,
        editable: &FileTree,
        begin: &dyn Fn(String),
    ) -> Result<Results> {
        exercise::results(self.grader, &self.prepared, exercise, tree, editable, begin)
    }

    #[cfg(not(unix))]
    fn results(
        &self,
        _: &Exercise,
        _: &FileTree,
        _: &FileTree,
        _: &dyn Fn(String),
    ) -> Result<Results> {
        Err(no_unix())
    }
}

#[cfg(not(unix))]
fn no_unix() -> Error {
    Error::input("grading needs a Unix system; use Linux, or on Windows its subsystem for Linux")
}
