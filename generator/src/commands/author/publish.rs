use super::Answer;
use super::context::{SourceArgs, choose_complete, local_forge};
use super::terminal::{print, print_json, say};
use crate::error::Result;
use crate::feedback;
use crate::publish::{Change, apply, changes};
use crate::render;

/// Bring the forge's template repositories up to date; prints the changes, makes them with --execute
#[derive(clap::Args)]
#[command(
    after_help = "Example: course publish 01-core-rust --execute\n\nEqual source gives equal commits: publishing twice does nothing, and a run that was killed is\nfinished by the next."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: all]
    slug: Option<String>,
    /// Make the changes
    #[arg(long)]
    execute: bool,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load(args.slug.as_deref())?;
    let forge = local_forge(&args.source.root()?, &course.classroom);
    // All of it can be rendered, and its feedback be written, or none of it is published.
    let mut rendered = Vec::new();
    for assignment in choose_complete(&course, args.slug.as_deref())? {
        let tree = render::render(&course, assignment)?;
        feedback::rehearse(&tree)?;
        rendered.push((assignment, tree));
    }
    let _claim = args.execute.then(|| forge.claim()).transpose()?;
    let mut planned = Vec::new();
    for (assignment, tree) in rendered {
        let change = changes(&forge, &assignment.slug, &tree)?;
        if !args.json {
            print(&format!("{change}\n"))?;
        }
        if args.execute {
            let commit = apply(&forge, &forge, &change, &tree, &course.classroom.author)?;
            if let (Some(commit), false) = (commit, args.json) {
                print(&format!(
                    "{} is at {commit}\n",
                    forge.path(&assignment.slug).display()
                ))?;
            }
        }
        planned.push(change);
    }
    if args.json {
        print_json(&serde_json::json!({ "executed": args.execute, "changes": planned }))?;
    } else if !args.execute
        && planned
            .iter()
            .any(|change| !matches!(change, Change::Nothing { .. }))
    {
        say("nothing was changed; run again with --execute");
    }
    Ok(Answer::Yes)
}
