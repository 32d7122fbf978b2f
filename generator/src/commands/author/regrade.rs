use std::path::PathBuf;

use super::Answer;
use super::context::{SourceArgs, choose_complete, work_dir};
use super::forge::{Home, reader};
use super::grade::knowing;
use super::grade_all::{book_folder, class_grader, fill, is_whole};
use super::terminal::{Progress, print, print_json, say};
use super::wall::WallArgs;
use crate::error::{Error, Result};
use crate::gradebook::{Book, Purpose, Roster, changes};

/// Grade the commits of the last results again, with the course as it is now, and say whose points change
#[derive(clap::Args)]
#[command(
    after_help = "Example: course regrade 01-core-rust             what would change?
         course regrade 01-core-rust --execute   put the new results in place of the last ones

For tests, points or capabilities that were changed after submissions were graded. Nothing that was pushed since
counts. A run that was killed is finished by the next."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    wall: WallArgs,
    /// The assignment
    slug: String,
    /// The folder of the results [default: .grades/SLUG beside classroom.yml]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Put the new results in place of the last ones
    #[arg(long)]
    execute: bool,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let root = args.source.root()?;
    let course = args.source.load(Some(&args.slug))?;
    let assignment = choose_complete(&course, Some(&args.slug))?[0];
    let folder = book_folder(&root, &args.slug, args.out.as_deref());
    let nothing = || {
        Error::input(format!(
            "{}: no results of `{}` there to compare with; run `course grade --all {}` first",
            folder.display(),
            args.slug,
            args.slug
        ))
    };
    if !folder.join("results").exists() {
        return Err(nothing());
    }
    let work = work_dir(&root).join("grade");
    let sandbox = args.wall.sandbox(&work)?;
    let grader = class_grader(&args.wall, &work, sandbox.as_ref())?;
    let progress = Progress::start();
    let ready = grader.ready(&course, assignment, &|step| progress.step(step))?;
    let forge = reader(Home::of(&root, &course.classroom))?;
    let ready = knowing(ready, forge.as_ref(), &args.slug)?;
    let book = Book::open(&folder, Purpose::Regrade)?;
    let before = book
        .results()?
        .filter(|results| results.assignment == args.slug)
        .ok_or_else(nothing)?;
    let roster = Roster {
        assignment: args.slug.clone(),
        pinned: before
            .submissions
            .iter()
            .map(|graded| graded.pinned.clone())
            .collect(),
    };
    if book.unfinished()?.as_ref() != Some(&roster) {
        book.begin(&roster)?;
    }
    let after = fill(&course, forge.as_ref(), &ready, &book, &roster)?;
    let changes = changes(&before, &after);
    if args.json {
        print_json(&changes)?;
    } else {
        print(&changes.to_string())?;
    }
    if !is_whole(&after) {
        return Ok(Answer::No);
    }
    match args.execute {
        true => book.finish(&after)?,
        // The journal stays: --execute need not grade again.
        false => say("the results are as they were; run again with --execute"),
    }
    Ok(Answer::Yes)
}
