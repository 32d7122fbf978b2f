use std::path::PathBuf;

use super::assign::{read_roster, template};
use super::context::{SourceArgs, choose_complete};
use super::forge::{Home, reader, signed, writing};
use super::terminal::{print, print_json};
use super::{Answer, accept_issue};
use crate::course::enrolment::ENROLMENT;
use crate::error::{Error, Result};
use crate::publish::Workplace;

/// Make a student's repository of a published assignment, if it is not there yet
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course accept 01-core-rust --student ada
  course accept --issue \"$GITHUB_EVENT_PATH\"      what the workflow of the enrolment repository runs

By an issue it needs nothing of the course's source. Who asks, when and for what, the event says; the answer goes to the
issue, or is printed where the forge is a folder.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment
    #[arg(required_unless_present = "issue")]
    slug: Option<String>,
    /// The student's account name
    #[arg(long, value_name = "NAME", required_unless_present = "issue")]
    student: Option<String>,
    /// The event of an issue that asks for a repository, as GitHub writes it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["slug", "student", "course"])]
    issue: Option<PathBuf>,
    /// What can be enrolled in, as `course enrol init` writes it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["slug", "student"], default_value = ENROLMENT)]
    enrolment: PathBuf,
    /// Print the repository, or the answer, as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    match (&args.issue, &args.slug, &args.student) {
        (Some(event), _, _) => accept_issue::run(event, &args.enrolment, args.json),
        (None, Some(slug), Some(student)) => by_name(&args.source, slug, student, args.json),
        // The parser of the command line asks for them.
        (None, _, _) => Err(Error::Internal("nobody is to be accepted".to_owned())),
    }
}

fn by_name(source: &SourceArgs, slug: &str, student: &str, json: bool) -> Result<Answer> {
    let course = source.load(Some(slug))?;
    let root = source.root()?;
    let assignment = choose_complete(&course, Some(slug))?[0];
    // A name that is none is told as such, whoever takes part.
    let mut workplace = Workplace::of_student(slug, student)?;
    if let Some(roster) = read_roster(&root, &course.classroom, None)? {
        let account = student.to_lowercase();
        workplace = roster
            .workplace_of(&course.classroom, slug, &account)?
            .ok_or_else(|| {
                Error::input(format!(
                    "{}: `{account}` is not in it; add a line, or mend the name",
                    roster.path
                ))
            })?;
    }
    let signed = signed(&course.classroom.author);
    let home = Home::of(&root, &course.classroom);
    // Before the forge is claimed: what is refused leaves no trace there.
    let template = template(&course, assignment, reader(home)?.as_ref())?;
    let writing = writing(home)?;
    let reader = writing.reader.as_ref();
    let admission = template.admission(reader, &workplace, &signed)?;
    template.prepare(&signed)?;
    let refused = writing.carry_out(&admission.writes)?;
    if !refused.is_empty() {
        return Ok(Answer::No);
    }
    let repository = &admission.workplace.repository;
    let address = reader.address(repository);
    if json {
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
