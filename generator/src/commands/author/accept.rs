use super::Answer;
use super::context::{SourceArgs, choose_complete, local_forge};
use super::terminal::{print, print_json};
use crate::error::Result;
use crate::publish::accept;

/// Make a student's repository of a published assignment, if it is not there yet
#[derive(clap::Args)]
#[command(after_help = "Example: course accept 01-core-rust --student ada")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment
    slug: String,
    /// The student's account name
    #[arg(long, value_name = "NAME")]
    student: String,
    /// Print the repository as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load(Some(&args.slug))?;
    choose_complete(&course, Some(&args.slug))?;
    let forge = local_forge(&args.source.root()?, &course.classroom);
    let _claim = forge.exists().then(|| forge.claim()).transpose()?;
    let acceptance = accept(&forge, &forge, &args.slug, &args.student)?;
    if args.json {
        print_json(&acceptance)?;
    } else {
        let how = if acceptance.created {
            "created"
        } else {
            "was there already"
        };
        print(&format!(
            "{} {how}\nclone it with: git clone {}\n",
            acceptance.repository, acceptance.address
        ))?;
    }
    Ok(Answer::Yes)
}
