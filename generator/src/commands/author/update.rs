use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::assign::read_roster;
use super::context::{SourceArgs, choose_complete};
use super::forge::{FORGES, Home, estimate, journal, reader, reader_beside, signed, writing};
use super::grade_all::accepted;
use super::terminal::{print, print_json, say};
use crate::course::{Assignment, Course};
use crate::error::{Error, Result};
use crate::forge::{ForgeReader, Refused, Write};
use crate::harmless::harmless_line;
use crate::publish::{Releases, student_repository};
use crate::render;
use crate::update::undo::undo;
use crate::update::{Outcome, Plan, Planner, Record, State, TEMPLATE, Undo, Undone, Words};
use crate::words::count;

/// Bring the newest release of an assignment into the repositories that have it; prints what would be done, does it with --execute
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course update 01-core-rust                        who needs what
  course update 01-core-rust --execute
  course update 01-core-rust --student ada --execute
  course update 01-core-rust --undo --execute       take the last update back

Where nobody worked, the branch main gets the release. Where somebody did, a branch and a pull request propose it: files
that only the course changed are new, files that both changed are merged line by line, and where both changed the same
lines the student's stay and the pull request shows what to do by hand. Nothing of a student's is ever overwritten.
A run that was killed is finished by the next.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment
    slug: String,
    /// Only the repository of this student or group; may be given again
    #[arg(long = "student", value_name = "NAME")]
    students: Vec<String>,
    /// Take back what the last update did, where nobody has built on it
    #[arg(long)]
    undo: bool,
    /// Make the changes
    #[arg(long)]
    execute: bool,
    /// Print the changes as JSON; `course schema update` prints its schema
    #[arg(long)]
    json: bool,
}

/// What `course update --json` prints.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "verb", rename_all = "lowercase")]
pub(super) enum Report {
    /// What brings the release.
    Update {
        /// Whether it was done.
        executed: bool,
        /// The version of the release.
        version: String,
        /// Each repository.
        repositories: Vec<Plan>,
    },
    /// With `--undo`: what takes it back.
    Undo {
        /// Whether it was done.
        executed: bool,
        /// The version that was brought.
        version: String,
        /// Each branch that was moved.
        branches: Vec<Undo>,
    },
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load(Some(&args.slug))?;
    let root = args.source.root()?;
    let assignment = choose_complete(&course, Some(&args.slug))?[0];
    let named = named(&course, &root, args)?;
    match args.undo {
        true => take_back(&course, &root, args, &named),
        false => bring(&course, &root, args, assignment, &named),
    }
}

/// The repositories of the students that are named.
fn named(course: &Course, root: &Path, args: &Args) -> Result<BTreeSet<String>> {
    let roster = match args.students.is_empty() {
        true => None,
        false => read_roster(root, &course.classroom, None)?,
    };
    let workplaces = match &roster {
        Some(roster) => roster.workplaces(&course.classroom, &args.slug)?,
        None => Vec::new(),
    };
    let students = args.students.iter();
    students
        .map(|student| {
            let account = student.to_lowercase();
            let own = student_repository(&args.slug, student)?;
            let shared = workplaces
                .iter()
                .find(|workplace| workplace.accounts.contains(&account));
            Ok(shared.map_or(own, |workplace| workplace.repository.clone()))
        })
        .collect()
}

fn bring(
    course: &Course,
    root: &Path,
    args: &Args,
    assignment: &Assignment,
    named: &BTreeSet<String>,
) -> Result<Answer> {
    let slug = &args.slug;
    let classroom = &course.classroom;
    let words = Words {
        title: assignment.file.title.clone(),
        template: render::template(course, TEMPLATE)?.to_owned(),
    };
    let signed = signed(&classroom.author);
    let home = Home::of(root, classroom);
    let reader = reader(home)?;
    let reader = reader.as_ref();
    let releases = Releases::read(reader, slug)?.ok_or_else(|| {
        Error::input(format!(
            "{}: it is not published; run `course publish {slug} --execute` first",
            reader.address(slug)
        ))
    })?;
    // Refusing leaves no trace; from here on nobody else writes.
    let writing = args.execute.then(|| writing(home)).transpose()?;
    let planner = Planner::new(reader, &releases, &signed, &words)?;
    let plans = plans(course, reader, slug, &planner, named)?;
    let writes: Vec<Write> = plans.iter().flat_map(|plan| plan.writes.clone()).collect();
    let release = &releases.newest().release;
    if args.json {
        print_json(&Report::Update {
            executed: args.execute,
            version: release.version.clone(),
            repositories: plans.clone(),
        })?;
    } else {
        print(&table(&plans))?;
        print(&summary(&plans))?;
    }
    let Some(writing) = writing else {
        tell_cost(home, reader, &writes)?;
        return Ok(Answer::Yes);
    };
    if writes.is_empty() {
        return Ok(Answer::Yes);
    }
    let path = record_path(root, slug);
    let mut record = Record::of(release, &plans);
    if let Some(earlier) = Record::read(&path)? {
        record = record.after(earlier);
    }
    record.write(&path)?;
    for plan in &plans {
        planner.prepare(plan)?;
    }
    let refused = writing.carry_out(&writes)?;
    Ok(Answer::of(refused.is_empty()))
}

/// The plans of all repositories that were accepted, or of those that are named.
fn plans(
    course: &Course,
    reader: &dyn ForgeReader,
    slug: &str,
    planner: &Planner<'_>,
    named: &BTreeSet<String>,
) -> Result<Vec<Plan>> {
    let listed = reader.repositories()?;
    let all: BTreeSet<String> = match named.is_empty() {
        true => accepted(course, listed.keys(), slug)
            .iter()
            .map(|student| student_repository(slug, student))
            .collect::<Result<_>>()?,
        false => named.clone(),
    };
    if all.is_empty() {
        return Err(Error::input(format!(
            "nobody has accepted `{slug}` on {} yet, so there is nothing to update",
            reader.address_of_all()
        )));
    }
    all.iter()
        .map(|repository| planner.plan(repository, listed.get(repository)))
        .collect()
}

fn take_back(
    course: &Course,
    root: &Path,
    args: &Args,
    named: &BTreeSet<String>,
) -> Result<Answer> {
    let home = Home::of(root, &course.classroom);
    let path = record_path(root, &args.slug);
    let unknown = || {
        Error::input(format!(
            "{}: no such file, so no update of `{}` is known here that could be undone",
            path.display(),
            args.slug
        ))
    };
    // Refusing leaves no trace; what counts is read once nobody else writes.
    if !path.exists() {
        return Err(unknown());
    }
    let writing = args.execute.then(|| writing(home)).transpose()?;
    let mut record = Record::read(&path)?.ok_or_else(unknown)?;
    let reader = reader_beside(home, writing.as_ref())?;
    let undos = undo(reader.as_ref(), &record, |repository| {
        named.is_empty() || named.contains(repository)
    })?;
    let writes: Vec<Write> = undos.iter().flat_map(|undo| undo.writes.clone()).collect();
    if args.json {
        print_json(&Report::Undo {
            executed: args.execute,
            version: record.release.version.clone(),
            branches: undos.clone(),
        })?;
    } else {
        print(&undo_table(&undos))?;
    }
    let Some(writing) = writing else {
        tell_cost(home, reader.as_ref(), &writes)?;
        return Ok(Answer::Yes);
    };
    let refused = writing.carry_out(&writes)?;
    forget(&mut record, &undos, &refused);
    record.write(&path)?;
    Ok(Answer::of(refused.is_empty()))
}

/// Takes out of a record what was undone. What was left or refused stays in it.
fn forget(record: &mut Record, undos: &[Undo], refused: &[Refused]) {
    let stays = |undo: &Undo| {
        let left = matches!(undo.state, Undone::Left { .. });
        let writes = || {
            refused
                .iter()
                .any(|refused| undo.writes.contains(&refused.write))
        };
        left || writes()
    };
    for undo in undos.iter().filter(|undo| !stays(undo)) {
        if let Some(moved) = record.repositories.get_mut(&undo.repository) {
            moved.retain(|moved| moved.branch != undo.branch && moved.to.is_some());
        }
    }
    record.repositories.retain(|_, moved| !moved.is_empty());
}

/// Where it is written down what an update did.
fn record_path(root: &Path, slug: &str) -> PathBuf {
    root.join(FORGES)
        .join("updates")
        .join(format!("{slug}.json"))
}

/// What a dry run says at its end.
fn tell_cost(home: Home<'_>, reader: &dyn ForgeReader, writes: &[Write]) -> Result<()> {
    if writes.is_empty() {
        return Ok(());
    }
    if let Some(estimate) = estimate(home, reader, &journal(home)?, writes)? {
        say(&estimate);
    }
    say("nothing was changed; run again with --execute");
    Ok(())
}

/// A line for each repository, and one for each file that deserves a look.
fn table(plans: &[Plan]) -> String {
    let names = plans.iter().map(|plan| plan.repository.len());
    let width = names.max().unwrap_or(0);
    let mut text = String::new();
    for plan in plans {
        let (state, more) = match &plan.state {
            State::UpToDate => ("up to date", String::new()),
            State::FastForward {
                from, to, files, ..
            } => {
                let files = count(files.len(), "file");
                ("main moves on", format!("{from} to {to}, {files}"))
            }
            State::Propose {
                from,
                to,
                branch,
                files,
                ..
            } => {
                let files = count(files.len(), "file");
                ("proposed", format!("{from} to {to}, {files}, by {branch}"))
            }
            State::Waiting { branch } => ("waits", format!("for the student to merge {branch}")),
            State::Skipped { why } => ("skipped", why.clone()),
        };
        let line = format!("{:width$}  {state:13}  {more}", plan.repository);
        text.push_str(&harmless_line(line.trim_end()));
        text.push('\n');
        for (path, outcome) in files(&plan.state) {
            let about = match outcome {
                Outcome::Conflict { .. } => "stays as the student has it",
                Outcome::Merged => "lines of both",
                Outcome::Reset => "the course's again",
                Outcome::Added | Outcome::Changed | Outcome::Removed => continue,
            };
            text.push_str(&harmless_line(&format!("{:width$}    {path}: {about}", "")));
            text.push('\n');
        }
    }
    text
}

fn files(state: &State) -> impl Iterator<Item = (&String, &Outcome)> {
    let files = match state {
        State::FastForward { files, .. } | State::Propose { files, .. } => Some(files),
        State::UpToDate | State::Waiting { .. } | State::Skipped { .. } => None,
    };
    files.into_iter().flatten()
}

fn summary(plans: &[Plan]) -> String {
    let of = |wanted: fn(&State) -> bool| plans.iter().filter(|plan| wanted(&plan.state)).count();
    let conflicts = plans.iter().filter(|plan| {
        files(&plan.state).any(|(_, outcome)| matches!(outcome, Outcome::Conflict { .. }))
    });
    format!(
        "{}: {} up to date, {} without work, {} to propose ({} with something to do by hand), {} waiting, {} skipped\n",
        count(plans.len(), "repository"),
        of(|state| matches!(state, State::UpToDate)),
        of(|state| matches!(state, State::FastForward { .. })),
        of(|state| matches!(state, State::Propose { .. })),
        conflicts.count(),
        of(|state| matches!(state, State::Waiting { .. })),
        of(|state| matches!(state, State::Skipped { .. })),
    )
}

fn undo_table(undos: &[Undo]) -> String {
    let names = undos.iter().map(|undo| undo.repository.len());
    let width = names.max().unwrap_or(0);
    let mut text = String::new();
    for undo in undos {
        let what = match &undo.state {
            Undone::Back { commit } => format!("goes back to {commit}"),
            Undone::Withdrawn => "is taken back".to_owned(),
            Undone::Nothing => "nothing of the update is there".to_owned(),
            Undone::Left { why } => format!("is left as it is: {why}"),
        };
        let line = format!("{:width$}  {}: {what}", undo.repository, undo.branch);
        text.push_str(&harmless_line(&line));
        text.push('\n');
    }
    text
}
