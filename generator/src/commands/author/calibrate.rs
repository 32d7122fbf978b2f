use std::path::PathBuf;

use super::Answer;
use super::context::{SourceArgs, choose_complete, verify_dir};
use super::terminal::{BAD, GOOD, Progress, paint, print, print_json};
use crate::course::gate::CALIBRATION;
use crate::error::{Error, Result};
use crate::file_tree;
use crate::verify::{Work, calibrate};
use crate::words::count;

/// Measure the solution and its slow mistakes idle and under load, and propose limits
#[derive(clap::Args)]
#[command(after_help = "Example: course calibrate 01-core-rust

Writes gates/CALIBRATION.md of each exercise with gates: what each gate gives for the solution and for each mistake that
names gates, idle and with every processor busy, which layer catches which mistake, and the limits that these numbers
propose. Keep the machine to yourself while it runs; it takes about twenty seconds a variant.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment
    slug: String,
    /// Folder for builds and stored proofs [default: course/ in cargo's target folder]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// Print what was measured as JSON and write nothing
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load(Some(&args.slug))?;
    let assignment = choose_complete(&course, Some(&args.slug))?[0];
    if !assignment.has_gates() {
        return Err(Error::input(format!("{}: it has no gates", args.slug)));
    }
    let root = args.source.root()?;
    let work = Work {
        dir: verify_dir(&root, args.work.as_deref()),
        lanes: 1,
        matrix_only: true,
    };
    let progress = Progress::start();
    let calibrations = calibrate(&course, assignment, &work, &|step| progress.step(step))?;
    if args.json {
        print_json(&calibrations)?;
    }
    let mut findings = 0;
    for calibration in &calibrations {
        findings += calibration.findings.len();
        if args.json {
            continue;
        }
        let text = calibration.markdown();
        let path = root
            .join("assignments")
            .join(&args.slug)
            .join(&calibration.exercise)
            .join(CALIBRATION);
        file_tree::write_text(&path, &text)?;
        print(&text)?;
        for finding in &calibration.findings {
            print(&format!("{finding}\n"))?;
        }
        print(&format!("written to {}\n", path.display()))?;
    }
    if !args.json {
        let verdict = match findings {
            0 => paint(
                GOOD,
                "every gate has room for the solution and catches what it is for",
            ),
            some => paint(BAD, &count(some, "finding")),
        };
        print(&(verdict + "\n"))?;
    }
    Ok(Answer::of(findings == 0))
}
