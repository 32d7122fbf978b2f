use std::path::{Path, PathBuf};

use super::Answer;
use super::context::{SourceArgs, choose_complete};
use super::forge::{Home, estimate, journal, reader, signed, writing};
use super::terminal::{BAD, paint, print, print_json, say};
use crate::course::roster::{self, Student};
use crate::course::{Assignment, Classroom, Course};
use crate::error::{Error, Result};
use crate::forge::{ForgeReader, Write};
use crate::publish::{Template, Workplace, workplace_of, workplaces};
use crate::render;
use crate::words::count;

/// Make the repositories of everybody on the roster; prints what is missing, makes it with --execute
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course assign 01-core-rust                        what is missing, and how long it takes
  course assign 01-core-rust --execute
  course assign 01-core-rust --roster class.csv     another roster than that of classroom.yml

The roster has one account a line, or is a table whose first line names its columns: `account`, and `group` where
classroom.yml says `groups: true` for the assignment. What is there already is left as it is; a run that was killed is
finished by the next.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment
    slug: String,
    /// Who takes part [default: the roster of classroom.yml]
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// Make what is missing
    #[arg(long)]
    execute: bool,
    /// Look at each repository, also where the journal says that nothing is missing
    #[arg(long)]
    recheck: bool,
    /// Print what is missing as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load(Some(&args.slug))?;
    let root = args.source.root()?;
    let assignment = choose_complete(&course, Some(&args.slug))?[0];
    let roster = read_roster(&root, &course.classroom, args.roster.as_deref())?;
    let roster = roster.ok_or_else(|| {
        Error::input(format!(
            "{}: it names no roster; add the key `roster`, or name a file with --roster",
            root.join("classroom.yml").display()
        ))
    })?;
    let workplaces = roster.workplaces(&course.classroom, &args.slug)?;
    let signed = signed(&course.classroom.author);
    let home = Home::of(&root, &course.classroom);
    let reader = reader(home)?;
    let template = template(&course, assignment, reader.as_ref())?;
    // What is refused leaves no trace; from here on nobody else writes.
    let writing = args.execute.then(|| writing(home)).transpose()?;
    let known = match &writing {
        Some(writing) => writing.journal.clone(),
        None => journal(home)?.into(),
    };
    let by_journal = (!args.recheck).then_some(known.as_ref());
    let admissions = template.admissions(reader.as_ref(), by_journal, &workplaces, &signed)?;
    let writes: Vec<Write> = admissions
        .iter()
        .flat_map(|admission| admission.writes.clone())
        .collect();
    if args.json {
        let problems: Vec<&String> = admissions
            .iter()
            .filter_map(|each| each.problem.as_ref())
            .collect();
        print_json(&serde_json::json!({
            "executed": args.execute,
            "writes": writes,
            "problems": problems,
        }))?;
    } else {
        for write in &writes {
            print(&format!("{write}\n"))?;
        }
        for why in admissions.iter().filter_map(|each| each.problem.as_ref()) {
            say(&format!("{}: {why}", paint(BAD, "refused")));
        }
        let left = admissions.iter().filter(|each| !each.writes.is_empty());
        print(&format!(
            "{} of {} to do: {}\n",
            left.count(),
            count(admissions.len(), "repository"),
            count(writes.len(), "write")
        ))?;
    }
    let is_sound = admissions.iter().all(|each| each.problem.is_none());
    if let Some(estimate) = estimate(home, reader.as_ref(), &known, &writes)? {
        say(&estimate);
    }
    let Some(writing) = writing else {
        if !writes.is_empty() {
            say("nothing was changed; run again with --execute");
        }
        return Ok(Answer::of(is_sound));
    };
    if !writes.is_empty() {
        template.prepare(&signed)?;
    }
    let refused = writing.carry_out(&writes)?;
    Ok(Answer::of(is_sound && refused.is_empty()))
}

/// Everybody who takes part.
pub(super) struct ReadRoster {
    /// The file, for messages.
    pub(super) path: String,
    pub(super) students: Vec<Student>,
}

/// The roster in a file, or that of `classroom.yml`, if it names one.
pub(super) fn read_roster(
    root: &Path,
    classroom: &Classroom,
    file: Option<&Path>,
) -> Result<Option<ReadRoster>> {
    let named = classroom.roster.as_ref().map(|roster| root.join(roster));
    let path = file.map(Path::to_owned).or(named);
    path.map(|path| ReadRoster::of(&path)).transpose()
}

impl ReadRoster {
    /// The roster in a file.
    pub(super) fn of(path: &Path) -> Result<ReadRoster> {
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Error::input(format!("{}: no such file; name the roster", path.display()))
            }
            _ => Error::at("read", path, error),
        })?;
        let path = path.display().to_string();
        let students =
            roster::students(&path, &text).map_err(|problem| Error::input(problem.to_string()))?;
        Ok(ReadRoster { path, students })
    }

    /// The repositories that an assignment takes: one for each student, or for each group.
    pub(super) fn workplaces(&self, classroom: &Classroom, slug: &str) -> Result<Vec<Workplace>> {
        let groups = classroom.is_for_groups(slug);
        workplaces(slug, groups, &self.path, &self.students)
    }

    /// The repository of one account; `None` where the roster does not have it.
    pub(super) fn workplace_of(
        &self,
        classroom: &Classroom,
        slug: &str,
        account: &str,
    ) -> Result<Option<Workplace>> {
        let groups = classroom.is_for_groups(slug);
        workplace_of(slug, groups, &self.path, &self.students, account)
    }
}

/// A published assignment, with what the forge says of repositories that are made of it.
pub(super) fn template(
    course: &Course,
    assignment: &Assignment,
    reader: &dyn ForgeReader,
) -> Result<Template> {
    Template::find(
        reader,
        &assignment.slug,
        &assignment.file.title,
        &render::feedback_request(course, assignment)?,
    )
}
