use clap::ValueEnum;

use super::Answer;
use super::terminal::print_json;
use crate::error::Result;
use crate::grade::Grade;
use crate::plan::Repository;
use crate::verify::Report;

/// Print the JSON Schema of what a verb prints with --json
#[derive(clap::Args)]
#[command(after_help = "Example: course schema grade > grade.schema.json")]
pub(super) struct Args {
    /// Whose output
    #[arg(value_enum)]
    of: Output,
}

/// The outputs that others read.
#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// What `course grade --json` prints
    Grade,
    /// What `course verify --json` prints
    Verify,
    /// One repository of what `course plan --json` prints
    Plan,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let schema = match args.of {
        Output::Grade => schemars::schema_for!(Grade),
        Output::Verify => schemars::schema_for!(Report),
        Output::Plan => schemars::schema_for!(Repository),
    };
    print_json(&schema)?;
    Ok(Answer::Yes)
}
