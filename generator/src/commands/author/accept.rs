use super::Answer;
use super::assign::{read_roster, template};
use super::context::{SourceArgs, choose_complete};
use super::forge::{Home, signed, writing};
use super::terminal::{print, print_json};
use crate::error::{Error, Result};
use crate::publish::Workplace;

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
    let root = args.source.root()?;
    let assignment = choose_complete(&course, Some(&args.slug))?[0];
    // A name that is none is told as such, whoever takes part.
    let mut workplace = Workplace::of_student(&args.slug, &args.student)?;
    if let Some(roster) = read_roster(&root, &course.classroom, None)? {
        let account = args.student.to_lowercase();
        workplace = roster
            .workplace_of(&course.classroom, &args.slug, &account)?
            .ok_or_else(|| {
                Error::input(format!(
                    "{}: `{account}` is not in it; add a line, or mend the name",
                    roster.path
                ))
            })?;
    }
    let signed = signed(&course.classroom.author);
    let writing = writing(Home::of(&root, &course.classroom))?;
    let reader = writing.reader.as_ref();
    let template = template(&course, assignment, reader)?;
    let admission = template.admission(reader, &workplace, &signed)?;
    template.prepare(&signed)?;
    let refused = writing.carry_out(&admission.writes)?;
    if !refused.is_empty() {
        return Ok(Answer::No);
    }
    let repository = &admission.workplace.repository;
    let address = reader.address(repository);
    if args.json {
        print_json(&serde_json::json!({
            "repository": repository,
            "address": address,
            "created": admission.creates(),
        }))?;
    } else {
        let how = if admission.creates() {
            "created"
        } else {
            "was there already"
        };
        print(&format!(
            "{repository} {how}\nclone it with: git clone {address}\n"
        ))?;
    }
    Ok(Answer::Yes)
}
