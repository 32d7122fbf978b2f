use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::Answer;
use super::context::{SourceArgs, choose_complete, verify_dir};
use super::forge::{Home, reader, signed};
use super::publish::publish_aside;
use super::terminal::{BAD, GOOD, Progress, paint, print, print_json};
use crate::check;
use crate::course::classroom::Forge;
use crate::course::{Assignment, Course, Problem};
use crate::error::{Error, Result};
use crate::forge::{ForgeReader, LocalForge, Settings};
use crate::publish::{Publication, history};
use crate::render;
use crate::verify::{Finding, Work, verify};
use crate::words::count;

/// Prove that starter, solution, tests and mistakes agree: the stage matrix
#[derive(clap::Args)]
#[command(
    after_help = "Example: course verify 01-core-rust\n\nProofs are stored by content: what did not change is not proven again."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: all]
    slug: Option<String>,
    /// Folder for builds and stored proofs [default: course/ in cargo's target folder]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// How many trees are built at once
    #[arg(long, default_value = "2")]
    lanes: NonZeroUsize,
    /// Prove the matrix only, not the two ends as they ship and the snippets of pages
    #[arg(long)]
    matrix_only: bool,
    /// Print the proof as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    // Code comes before texts: the matrix can be proven while they are still to be written.
    let allowed = |problem: &Problem| args.matrix_only && check::is_unfinished(problem);
    let course = args.source.load_but(args.slug.as_deref(), allowed)?;
    let assignments = choose_complete(&course, args.slug.as_deref())?;
    let root = args.source.root()?;
    let work = Work {
        dir: verify_dir(&root, args.work.as_deref()),
        lanes: args.lanes.get(),
        matrix_only: args.matrix_only,
    };
    let progress = Progress::start();
    let mut report = verify(&course, &assignments, &work, &|step| progress.step(step))?;
    for assignment in &assignments {
        report
            .findings
            .extend(history_findings(&course, assignment, &root)?);
    }
    if args.json {
        print_json(&report)?;
    } else {
        print(&report.table())?;
        let findings = report.all_findings().count();
        let verdict = match findings {
            0 => paint(GOOD, "every cell as promised, every mistake caught"),
            some => paint(BAD, &count(some, "finding")),
        };
        print(&(verdict + "\n"))?;
    }
    Ok(Answer::of(report.holds()))
}

/// What the published history gives away: that of a forge made for the purpose, which holds what publishing
/// would add, and that of the real one, which may hold what was published once.
fn history_findings(course: &Course, assignment: &Assignment, root: &Path) -> Result<Vec<Finding>> {
    let scratch = tempfile::tempdir()
        .map_err(|error| Error::at("create a folder in", &std::env::temp_dir(), error))?;
    let fresh = LocalForge::new(scratch.path(), &course.classroom.organisation);
    let tree = render::render(course, assignment)?;
    let signed = signed(&course.classroom.author);
    let wanted = Publication::template(&assignment.slug, tree, Settings::default())?;
    publish_aside(&fresh, &wanted, &signed, &scratch.path().join("made.git"))?;
    let mut forges: Vec<Box<dyn ForgeReader>> = vec![Box::new(fresh)];
    // A proof needs no account: what is elsewhere is looked at when it is published.
    if let Forge::Local(_) = course.classroom.forge {
        forges.push(reader(Home::of(root, &course.classroom))?);
    }
    let mut findings = Vec::new();
    for forge in forges {
        findings.extend(history::leaks(forge.as_ref(), assignment)?.into_iter().map(|(commit, leak)| Finding {
            path: format!("{}/{}", assignment.slug, leak.path),
            line: Some(leak.line),
            message: format!("commit {commit} of the published repository gives away {}; a fresh repository is the only cure", leak.what),
        }));
    }
    Ok(findings)
}
