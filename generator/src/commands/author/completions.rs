use clap::CommandFactory;
use clap_complete::Shell;

use super::terminal::print;
use super::{Answer, Cli};
use crate::error::Result;

/// Print a script that completes verbs and flags in a shell
#[derive(clap::Args)]
#[command(
    after_help = "Example, for bash:\n  mkdir -p ~/.local/share/bash-completion/completions\n  course completions bash > ~/.local/share/bash-completion/completions/course\n\nIt completes the program `course`, which `cargo install --path generator` installs; not `cargo course`."
)]
pub(in crate::commands) struct Args {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "course", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Answer::Yes)
}
