use super::Answer;
use crate::error::{Error, Result};
use crate::sandbox::{self, Job};

/// Become a job behind Landlock: how `grade` starts what it runs where bubblewrap is not there
#[derive(clap::Args)]
pub(super) struct Args {
    /// The job as JSON
    job: String,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let job: Job = serde_json::from_str(&args.job).map_err(|error| {
        Error::input(format!(
            "this is no job ({error}); `course grade` makes them"
        ))
    })?;
    Err(sandbox::confine(&job))
}
