use std::path::Path;

use super::Answer;
use super::assign::template;
use super::context::{SourceArgs, choose_complete, verify_dir, work_dir};
use super::forge::signed;
use super::grade::grade_commit;
use super::publish::publish_aside;
use super::terminal::{NOTE, Progress, paint, print, say};
use super::wall::{grader_behind, this_program, wall_words};
use crate::build::Step;
use crate::doctor;
use crate::error::{Error, Result};
use crate::file_tree::{self, FileTree};
use crate::forge::{ForgeWriter, LocalForge, Settings};
use crate::gates::GateVerdict;
use crate::git::{CommitId, Repository, Signed};
use crate::grade::Grade;
use crate::publish::{Publication, Workplace};
use crate::render;
use crate::sandbox::{self, Sandbox, Unsandboxed};
use crate::verify::{Work, verify};

/// The student of the demonstration.
const STUDENT: &str = "ada";

/// Walk the whole road on a throw-away forge: from the course's source to two graded submissions
#[derive(clap::Args)]
#[command(
    after_help = "Example: course demo\n\nNeeds cargo and a linker, and neither git nor an account. Repositories are made in a temporary folder and removed at the end;\nbuilds and proofs stay in cargo's target folder."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: the first that is complete and has no problems]
    slug: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let root = args.source.root()?;
    let unfinished = args.source.load_unfinished()?;
    let complete = choose_complete(&unfinished, args.slug.as_deref())?;
    let mut tried = complete.iter().map(|assignment| {
        let slug = assignment.slug.as_str();
        args.source.load(Some(slug)).map(|course| (slug, course))
    });
    let first = tried.next().ok_or_else(|| {
        Error::input("classroom.yml: no assignment is complete; there is nothing to show")
    })?;
    // Where none is sound, the first says why.
    let (slug, course) = match first {
        Ok(found) => found,
        Err(why) => tried.find_map(Result::ok).ok_or(why)?,
    };
    print(&format!("1. check: no problems in {slug}\n"))?;
    let assignment = choose_complete(&course, Some(slug))?[0];
    let scratch = tempfile::tempdir()
        .map_err(|error| Error::at("create a folder in", &std::env::temp_dir(), error))?;

    let tree = render::render(&course, assignment)?;
    file_tree::replace(&scratch.path().join("rendered").join(slug), &tree)?;
    print(&format!("2. render: {slug}, {} files\n", tree.len()))?;

    say(
        "3. verify: builds every stage of the solution and every mistake; later runs reuse the proofs",
    );
    let work = Work {
        dir: verify_dir(&root, None),
        lanes: 2,
        matrix_only: false,
    };
    let progress = Progress::start();
    let report = verify(&course, &[assignment], &work, &|step| progress.step(step))?;
    print(&format!("3. verify:\n{}", report.summary()))?;
    if !report.holds() {
        return Ok(Answer::No);
    }

    let forge = LocalForge::new(
        &scratch.path().join("forge"),
        &course.classroom.organisation,
    );
    let signed = signed(&course.classroom.author);
    let wanted = Publication::template(slug, tree.clone(), Settings::default())?;
    let made = scratch.path().join("made.git");
    for change in publish_aside(&forge, &wanted, &signed, &made)? {
        print(&format!("4. publish: {change}\n"))?;
    }

    let workplace = Workplace::of_student(slug, STUDENT)?;
    let repository = workplace.repository.clone();
    let template = template(&course, assignment, &forge)?;
    template.prepare(&signed)?;
    for write in template.admission(&forge, &workplace, &signed)?.writes {
        forge.write(&write)?;
    }
    print(&format!(
        "5. accept: {repository} for the student `{STUDENT}`\n"
    ))?;

    let student = Student::clone_of(&forge, &repository, scratch.path())?;
    let starter = student.push(&tree, "Begin")?;
    let solution = student.push(&assignment.solved_on(&tree), "Solve all stages")?;
    print(&format!(
        "6. push: the starter as {starter}, the solution as {solution}\n"
    ))?;

    let repository = Repository::open(&forge.path(&repository))?;
    let work = work_dir(&root).join("grade");
    let sandbox = strongest(&work)?;
    let grader = grader_behind(&work, sandbox.as_ref())?;
    let progress = Progress::start();
    let ready = grader.ready(&course, assignment, &|step| progress.step(step))?;
    let on_step = |step: &Step| progress.step(step);
    let grade =
        |commit: CommitId| grade_commit(&course, &ready, &repository, commit, None, &on_step);
    let (starter, solution) = (grade(starter)?, grade(solution)?);
    print(&format!(
        "7. grade, tier {:?} {}:\n   the starter:  {}\n   the solution: {}\n",
        solution.tier,
        wall_words(solution.sandbox),
        points(&starter),
        points(&solution)
    ))?;
    for stage in &solution.stages {
        print(&format!(
            "     {} {}. {}: {}/{}\n",
            stage.exercise, stage.number, stage.title, stage.points, stage.max_points
        ))?;
    }
    let passed = solution
        .gates
        .iter()
        .filter(|gate| gate.verdict == GateVerdict::Pass);
    if !solution.gates.is_empty() {
        print(&format!(
            "     gates: {} of {} pass\n",
            passed.count(),
            solution.gates.len()
        ))?;
    }
    let as_promised = starter.points == 0.0 && solution.points == f64::from(solution.max_points);
    print(if as_promised {
        "the road holds\n"
    } else {
        "the grades are not as promised: 0 and full marks\n"
    })?;
    Ok(Answer::of(as_promised))
}

/// The strongest sandbox that works here. Where there is none the demonstration goes on all the same, and says so: it
/// runs no code but the course's own.
fn strongest(work: &Path) -> Result<Box<dyn Sandbox>> {
    let mut chosen: Option<Box<dyn Sandbox>> = None;
    let mut missing = Vec::new();
    for found in sandbox::look(work, &this_program()?) {
        match found.works {
            Ok(sandbox) => {
                chosen = Some(sandbox);
                break;
            }
            Err(why) => missing.push(format!("{}: {why}", found.kind)),
        }
    }
    let chosen = chosen.unwrap_or_else(|| Box::new(Unsandboxed));
    if !missing.is_empty() {
        say(&format!(
            "{}: this machine does not have the strongest sandbox ({}); what follows is graded {}. For the better one: {}",
            paint(NOTE, "warning"),
            missing.join("; "),
            wall_words(chosen.kind()),
            doctor::sandbox_remedy()
        ));
    }
    Ok(chosen)
}

fn points(grade: &Grade) -> String {
    format!("{} of {} points", grade.points, grade.max_points)
}

/// A student's clone.
struct Student {
    clone: Repository,
    origin: std::path::PathBuf,
}

impl Student {
    fn clone_of(forge: &LocalForge, repository: &str, scratch: &Path) -> Result<Student> {
        let origin = forge.path(repository);
        let clone = Repository::create(&scratch.join("clone.git"))?;
        clone.fetch(&origin)?;
        Ok(Student { clone, origin })
    }

    fn push(&self, tree: &FileTree, message: &str) -> Result<CommitId> {
        let signed = Signed {
            name: STUDENT.to_owned(),
            email: format!("{STUDENT}@students.example"),
            time: 0,
        };
        let commit = self
            .clone
            .commit(tree, self.clone.head()?, &signed, message)?;
        self.clone.push(&self.origin)?;
        Ok(commit)
    }
}
