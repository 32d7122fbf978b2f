use std::path::PathBuf;

use super::Answer;
use super::context::{SourceArgs, choose_complete, work_dir};
use super::forge::{Home, reader};
use super::grade_all::{self, Wanted};
use super::submission::{self, Found};
use super::terminal::{Progress, print, print_json, say};
use super::wall::{WallArgs, wall_words};
use crate::build::Step;
use crate::course::Course;
use crate::error::Result;
use crate::forge::ForgeReader;
use crate::git::{CommitId, Repository};
use crate::grade::{self, Grade, Ready};
use crate::publish::Releases;

/// Grade a commit: stages, points, each failed test with its assertion
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course grade 01-core-rust-ada               a repository of the forge, its newest commit
  course grade ../my-solution --commit v1     any repository on this machine
  course grade --all 01-core-rust             all that was accepted; results as JSON, CSV and pages

A repository is graded at the newest commit of its branch main (where there is none, of HEAD). What is not
committed does not count. A submission that does not compile or fails every test is graded all the same: exit code 0.
It runs behind the strongest sandbox that this machine has; `course doctor` says which, and how to get the better one.
With --all commits are pinned first, submissions are graded beside each other, a run that was killed is finished by the
next, and one that cannot be graded stops no other.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    wall: WallArgs,
    /// A folder with a git repository, or the name of a repository on the forge; with --all an assignment
    #[arg(value_name = "PATH|REPO|SLUG")]
    repository: String,
    /// Grade all submissions of an assignment that the forge has, each at its newest commit
    #[arg(long, conflicts_with_all = ["commit", "assignment", "markdown"])]
    all: bool,
    /// With --all: only these students, one a line
    #[arg(long, value_name = "FILE", requires = "all")]
    roster: Option<PathBuf>,
    /// With --all: the folder of the results [default: .grades/SLUG beside classroom.yml]
    #[arg(long, value_name = "DIR", requires = "all")]
    out: Option<PathBuf>,
    /// The commit, tag or branch [default: the newest commit of main]
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// The assignment [default: what the repository's first commit says]
    #[arg(long, value_name = "SLUG")]
    assignment: Option<String>,
    /// Print the grade as JSON; `course schema grade` prints its schema
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the grade as Markdown
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    if args.all {
        return grade_all::run(&Wanted {
            source: &args.source,
            wall: &args.wall,
            slug: &args.repository,
            roster: args.roster.as_deref(),
            out: args.out.as_deref(),
            json: args.json,
        });
    }
    let root = args.source.root()?;
    let found = submission::find(
        &args.source,
        &args.repository,
        args.commit.as_deref(),
        args.assignment.as_deref(),
    )?;
    let Found {
        repository,
        name,
        commit,
        slug,
        by_forge,
    } = found;
    let course = args.source.load(Some(&slug))?;
    let assignment = choose_complete(&course, Some(&slug))?[0];
    let work = work_dir(&root).join("grade");
    let sandbox = args.wall.sandbox(&work)?;
    say(&format!(
        "grading {name} at {commit}, {}",
        wall_words(sandbox.kind())
    ));
    let grader = args.wall.grader(&work, sandbox.as_ref())?;
    let progress = Progress::start();
    let ready = grader.ready(&course, assignment, &|step| progress.step(step))?;
    let (ready, pushed) = match by_forge {
        true => {
            let forge = reader(Home::of(&root, &course.classroom))?;
            let ready = knowing(ready, forge.as_ref(), &slug)?;
            (ready, forge.first_seen(&args.repository, commit)?)
        }
        false => (ready, None),
    };
    let grade = grade_commit(&course, &ready, &repository, commit, pushed, &|step| {
        progress.step(step)
    })?;
    if args.json {
        print_json(&grade)?;
    } else if args.markdown {
        print(&grade.markdown())?;
    } else {
        print(&grade.table())?;
    }
    Ok(Answer::Yes)
}

/// A grader that knows what was published on a forge.
pub(super) fn knowing<'a>(
    ready: Ready<'a>,
    forge: &dyn ForgeReader,
    slug: &str,
) -> Result<Ready<'a>> {
    Ok(match Releases::read(forge, slug)? {
        Some(releases) => ready.knowing(&releases.all),
        None => ready,
    })
}

/// Grades one commit. `pushed` is when the forge saw it, in seconds since 1970.
pub(super) fn grade_commit(
    course: &Course,
    ready: &Ready<'_>,
    repository: &Repository,
    commit: CommitId,
    pushed: Option<u64>,
    on_step: &dyn Fn(&Step),
) -> Result<Grade> {
    let submission = grade::read(repository, commit, ready.editable())?;
    let grade = ready.grade(&submission, on_step)?;
    let schedule = course.classroom.assignments.get(&grade.assignment);
    Ok(match schedule {
        Some(schedule) => grade.with_lateness(schedule, pushed),
        None => grade,
    })
}
