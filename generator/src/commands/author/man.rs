use std::path::PathBuf;

use clap::CommandFactory;

use super::terminal::print;
use super::{Answer, Cli};
use crate::error::{Error, Result};

/// Print the manual page, or write a page for each verb
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course man | man -l -                                read it
  course man --out man && man -l man/course-render.1   a page for each verb")]
pub(in crate::commands) struct Args {
    /// Write the pages of all verbs to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = Cli::command();
    match &args.out {
        Some(out) => {
            std::fs::create_dir_all(out)
                .and_then(|()| clap_mangen::generate_to(course, out))
                .map_err(|error| Error::at("write manual pages to", out, error))?;
            print(&format!("{}\n", out.display()))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(course)
                .render(&mut page)
                .map_err(|error| Error::Internal(error.to_string()))?;
            print(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Answer::Yes)
}
