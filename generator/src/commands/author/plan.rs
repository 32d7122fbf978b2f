use super::Answer;
use super::context::{SourceArgs, choose};
use super::terminal::{print, print_json};
use crate::error::Result;
use crate::plan;

/// Show which file of which repository comes from where, by which rule
#[derive(clap::Args)]
#[command(after_help = "Example: course plan 01-core-rust")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: all]
    slug: Option<String>,
    /// Print the plan as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load(args.slug.as_deref())?;
    let repositories = choose(&course, args.slug.as_deref())?
        .into_iter()
        .map(|assignment| plan::plan(&course, assignment))
        .collect::<Result<Vec<_>>>()?;
    if args.json {
        print_json(&repositories)?;
        return Ok(Answer::Yes);
    }
    for repository in repositories {
        let width = repository
            .files
            .iter()
            .map(|file| file.path.len())
            .max()
            .unwrap_or(0);
        print(&format!(
            "{} ({} files)\n",
            repository.slug,
            repository.files.len()
        ))?;
        for file in &repository.files {
            let rule = format!("{:?}", file.rule).to_lowercase();
            print(&format!(
                "  {:width$}  {rule:8}  {}\n",
                file.path, file.source
            ))?;
        }
    }
    Ok(Answer::Yes)
}
