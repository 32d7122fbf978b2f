use super::Answer;
use crate::error::Result;

/// x
#[derive(clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> Result<Answer> {
    Ok(Answer::No)
}
