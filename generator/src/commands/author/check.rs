use super::Answer;
use super::context::SourceArgs;
use super::terminal::{BAD, GOOD, paint, print, print_json};
use crate::check::{self, CHECKS};
use crate::error::{Error, Result};
use crate::feedback;
use crate::render;
use crate::words::count;

/// Find every problem of the source, each with file, line and remedy
#[derive(clap::Args)]
#[command(after_help = "Example: course check --json")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// Print the problems as JSON
    #[arg(long)]
    json: bool,
    /// Print what is checked, and check nothing
    #[arg(long)]
    list: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    if args.list {
        for check in CHECKS {
            print(&format!("{}\n", check.sentence))?;
        }
        return Ok(Answer::Yes);
    }
    let (course, found) = args.source.read()?;
    let mut problems = match &course {
        Some(course) => check::problems(course, found),
        None => found,
    };
    // Templates are proven by filling them in, which only a course without other problems can do.
    if let (Some(course), true) = (&course, problems.is_empty()) {
        for assignment in &course.assignments {
            let rendered = render::render(course, assignment);
            let rehearsed = rendered.and_then(|tree| feedback::rehearse(&tree));
            if let Err(Error::Input(message)) = rehearsed {
                let path = format!("assignments/{}/assignment.toml", assignment.slug);
                problems.push(crate::course::Problem::new(
                    path,
                    1,
                    "its repository cannot be rendered",
                    message,
                ));
            }
        }
    }
    if args.json {
        print_json(&problems)?;
    } else {
        for problem in &problems {
            print(&format!("{problem}\n"))?;
        }
        let verdict = match problems.len() {
            0 => paint(GOOD, "no problems"),
            some => paint(BAD, &count(some, "problem")),
        };
        print(&(verdict + "\n"))?;
    }
    Ok(Answer::of(problems.is_empty()))
}
