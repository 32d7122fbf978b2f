use std::path::PathBuf;

use super::context::{Progress, SourceArgs, choose_complete, print, print_json, work_dir};
use super::Answer;
use crate::error::Result;
use crate::verify::{Work, verify};

/// Prove that starter, solution, tests and mistakes agree: the stage matrix
#[derive(clap::Args)]
#[command(after_help = "Example: course verify 01-core-rust\n\nProofs are stored by content: what did not change is not proven again.")]
pub(super) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: all]
    slug: Option<String>,
    /// Folder for builds and stored proofs [default: course/ in cargo's target folder]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// How many trees are built at once
    #[arg(long, default_value_t = 2)]
    lanes: usize,
    /// Prove the matrix only, not the two ends as they ship and the snippets of pages
    #[arg(long)]
    matrix_only: bool,
    /// Print the proof as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load()?;
    let assignments = choose_complete(&course, args.slug.as_deref())?;
    let root = args.source.root()?;
    let work = Work {
        dir: args.work.clone().unwrap_or_else(|| work_dir(&root).join("verify")),
        lanes: args.lanes,
        matrix_only: args.matrix_only,
    };
    let progress = Progress::start();
    let report = verify(&course, &assignments, &work, &|step| progress.step(step))?;
    if args.json {
        print_json(&report)?;
    } else {
        print(&report.table());
        let count = report.all_findings().count();
        print(&if count == 0 { "every cell as promised, every mistake caught\n".to_owned() } else { format!("{count} findings\n") });
    }
    Ok(Answer::of(report.holds()))
}
