use std::path::{Path, PathBuf};

use super::feedback::{past, repository};
use super::terminal::{Progress, print, print_json};
use super::{Answer, processors};
use crate::error::Result;
use crate::feedback::formats;
use crate::feedback::{self, Sources};
use crate::file_tree;
use crate::grade::{Autograder, Bounds, Checkout, Grade};

/// Test a checkout where it is: what the workflow of a student's repository does on every push
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course autograde                       the repository here
  course autograde ../ada --out report   and write the reports: grade.json, summary.md, comment.md and more

It needs no course, only a student's repository. Files that belong to the course are taken as they were handed out, tests
run in processes of their own, gates are measured once the tests up to their stage pass. It is formative: whoever owns the
machine can make it say anything. The grade that counts is made by `course grade`. Exit code 0, whatever the points.")]
pub(super) struct Args {
    /// The repository
    #[arg(value_name = "DIR", default_value = ".")]
    repository: PathBuf,
    /// Write the reports to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The folder for builds [default: target/course in the repository]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// The body of the last comment: says what changed since
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Where the files of this commit can be seen, for links
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,
    /// Leave the gates out
    #[arg(long)]
    no_gates: bool,
    /// The longest that a test may take; all tests of a program together get ten times as long
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    test_seconds: u64,
    /// Print the grade as JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the report as Markdown
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let checkout = Checkout::read(&args.repository)?;
    let past = past(args.previous.as_deref())?;
    let target = || args.repository.join("target").join("course");
    let grader = Autograder {
        work: args.work.clone().unwrap_or_else(target),
        bounds: Bounds::of_seconds(BUILD_SECONDS, args.test_seconds),
        lanes: processors(),
        gates: !args.no_gates,
    };
    let progress = Progress::start();
    let grade = grader.grade(&checkout, &|step| progress.step(step))?;
    let mut repository = repository(&args.repository, &checkout.handed_out)?;
    // What was tested is what is shown.
    repository.lay("", &checkout.tree);
    let sources = Sources {
        handed_out: &checkout.handed_out,
        repository: &repository,
        address: args.address.as_deref(),
        past: past.as_ref(),
    };
    if let Some(out) = &args.out {
        write(out, &grade, &sources)?;
    }
    if args.json {
        print_json(&grade)?;
    } else if args.markdown {
        print(&feedback::feedback(&grade, &sources)?.summary)?;
    } else {
        print(&grade.table())?;
    }
    Ok(Answer::Yes)
}

/// Cargo has a limit of its own for what it compiles.
const BUILD_SECONDS: u64 = 900;

/// Writes the reports, each as a file: what a workflow takes them from.
fn write(out: &Path, grade: &Grade, sources: &Sources<'_>) -> Result<()> {
    let texts = feedback::feedback(grade, sources)?;
    let outputs = format!(
        "points={}\nmax-points={}\nfull={}\nresult={}\n",
        grade.points,
        grade.max_points,
        grade.is_full(),
        formats::classic::payload(grade)?
    );
    for (name, text) in [
        ("grade.json", formats::json::text(grade)?),
        ("summary.md", texts.summary),
        ("comment.md", texts.comment),
        ("status.txt", texts.status + "\n"),
        ("annotations.txt", texts.annotations),
        ("notices.txt", formats::classic::notices(grade)),
        ("outputs.txt", outputs),
    ] {
        file_tree::write_text(&out.join(name), &text)?;
    }
    Ok(())
}
