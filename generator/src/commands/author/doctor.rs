use std::path::Path;

use super::Answer;
use super::context::{SourceArgs, work_dir};
use super::forge::{self, Home};
use super::terminal::{BAD, GOOD, NOTE, paint, print, print_json};
use crate::doctor::{self, Need, Weight};
use crate::error::Result;

/// Say what this machine has, what each missing thing costs, and the command that mends it
#[derive(clap::Args)]
#[command(
    after_help = "Example: course doctor\n\nExits with 1 where something is missing that nothing works without."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// Print the needs as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    // A machine can be examined without a course, or with one that is broken.
    let root = args.source.root().ok();
    let course = args.source.load_unfinished().ok();
    // Sandboxes are tried in a folder for builds. Where there is no course, nothing may stay of it.
    let elsewhere = tempfile::tempdir();
    let work = match (&root, &elsewhere) {
        (None, Ok(folder)) => folder.path().to_owned(),
        _ => work_dir(root.as_deref().unwrap_or(Path::new("."))),
    };
    let mut needs = doctor::examine(course.as_ref(), &work);
    if let (Some(course), Some(root)) = (&course, &root) {
        needs.extend(forge::inspect(Home::of(root, &course.classroom)));
    }
    if args.json {
        print_json(&needs)?;
    } else {
        let width = needs.iter().map(|need| need.name.len()).max().unwrap_or(0);
        for need in &needs {
            print(&lines(need, width))?;
        }
        print(&match &root {
            Some(root) => format!("course: {}\n", root.display()),
            None => {
                "course: none here or above; the compiler's version was not compared\n".to_owned()
            }
        })?;
    }
    let lacks = |need: &Need| need.weight == Weight::Required && !need.is_met();
    Ok(Answer::of(!needs.iter().any(lacks)))
}

/// A line for what is there; for what is not, what it costs and what mends it.
fn lines(need: &Need, width: usize) -> String {
    let name = format!("{:width$}", need.name);
    if let Some(found) = &need.found {
        return format!("{}  {name}  {found}\n", paint(GOOD, "ok     "));
    }
    let mark = match need.weight {
        Weight::Required => paint(BAD, "missing"),
        Weight::Optional => paint(NOTE, "without"),
    };
    let wrong = need.wrong.as_deref().unwrap_or_default();
    let indent = " ".repeat("missing".len() + 2 + width + 2);
    format!(
        "{mark}  {name}  {wrong}\n{indent}cost: {}\n{indent}mend: {}\n",
        need.cost, need.remedy
    )
}
