use std::collections::BTreeMap;

use super::Answer;
use super::assign::{ReadRoster, read_roster};
use super::context::SourceArgs;
use super::forge::{Home, signed};
use super::publish::Publishing;
use super::terminal::{print, print_json, say};
use crate::course::{Classroom, Course, Enrolment};
use crate::enrol::{enrolment, enrolment_tree, form_link, roster_tree};
use crate::error::Result;
use crate::forge::{ForgeReader, Settings};
use crate::publish::Publication;

/// Prepare the organisation's assignment links: forms in which students enrol
#[derive(clap::Args)]
#[command(after_help = "Example: course enrol init --execute")]
pub(in crate::commands) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Init(InitArgs),
}

/// Bring the enrolment repository and the roster's up to date; prints the changes, makes them with --execute
#[derive(clap::Args)]
#[command(after_help = "Example: course enrol init --execute

The enrolment repository has an issue form for each complete assignment, and a workflow that answers. The roster of
classroom.yml goes to a private repository of its own, as accounts and groups only. The forms' links are printed:
give them to students. What has to be set up once, at the forge, stands in the repository's README.")]
struct InitArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Make the changes
    #[arg(long)]
    execute: bool,
    /// Print the changes and the links as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    match &args.what {
        What::Init(args) => init(args),
    }
}

fn init(args: &InitArgs) -> Result<Answer> {
    let course = args.source.load(None)?;
    let root = args.source.root()?;
    let classroom = &course.classroom;
    let roster = read_roster(&root, classroom, None)?;
    let enrolment = enrolment(&course, roster.is_some())?;
    let wanted = publications(&course, &enrolment, roster.as_ref())?;
    let mut publishing = Publishing::begin(Home::of(&root, classroom), args.execute, args.json)?;
    for wanted in &wanted {
        publishing.bring_up_to_date(wanted, &signed(&classroom.author))?;
    }
    let reader = publishing.reader.as_ref();
    let links = links(&enrolment, reader);
    if args.json {
        print_json(&serde_json::json!({
            "executed": args.execute,
            "changes": publishing.changes,
            "links": links,
        }))?;
    } else {
        for (slug, link) in &links {
            print(&format!("{slug}: {link}\n"))?;
        }
        if links.is_empty() {
            say("a folder has no issues: forms become links on GitHub only");
        }
    }
    for slug in enrolment.assignments.keys() {
        if reader.branches(slug)?.is_none() {
            say(&format!(
                "{slug} is not published yet, and nobody can be given it: `course publish {slug} --execute`"
            ));
        }
    }
    publishing.end()
}

/// The two repositories; the roster comes first, since nobody is answered without it.
fn publications(
    course: &Course,
    enrolment: &Enrolment,
    roster: Option<&ReadRoster>,
) -> Result<Vec<Publication>> {
    let classroom = &course.classroom;
    let mut wanted = Vec::new();
    if let (Some(roster), Some(repository)) = (roster, &enrolment.roster_repository) {
        // A name that could not be let in is told now, not to the student who has it.
        for slug in enrolment.assignments.keys() {
            roster.workplaces(classroom, slug)?;
        }
        let tree = roster_tree(course, enrolment, &roster.students)?;
        let settings = settings(classroom, "who takes part", true);
        wanted.push(Publication::roster(repository, tree, settings));
    }
    wanted.push(Publication::enrolment(
        &enrolment.repository,
        &enrolment.organisation,
        enrolment_tree(course, enrolment)?,
        settings(classroom, "enrol", !classroom.enrolment.public),
    ));
    Ok(wanted)
}

/// The assignment links by slug; none where the forge has no issues.
fn links(enrolment: &Enrolment, reader: &dyn ForgeReader) -> BTreeMap<String, String> {
    let home = reader.address(&enrolment.repository);
    let slugs = enrolment.assignments.keys();
    slugs
        .filter(|_| reader.offers().issues)
        .map(|slug| (slug.clone(), form_link(&home, slug)))
        .collect()
}

/// What the forge says of one of the two repositories.
fn settings(classroom: &Classroom, what: &str, private: bool) -> Settings {
    Settings {
        description: format!("{}: {what}", classroom.title),
        private,
        ..Settings::default()
    }
}
