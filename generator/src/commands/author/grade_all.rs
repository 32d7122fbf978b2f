use std::path::{Path, PathBuf};

use super::Answer;
use super::assign::ReadRoster;
use super::context::{SourceArgs, choose_complete, work_dir};
use super::forge::{Home, reader};
use super::grade::{grade_commit, knowing};
use super::processors;
use super::terminal::{BAD, NOTE, Progress, paint, print, print_json, say};
use super::wall::{WallArgs, wall_words};
use crate::course::Course;
use crate::error::{Error, Result};
use crate::file_tree;
use crate::forge::ForgeReader;
use crate::git::CommitId;
use crate::grade::{Grader, Ready};
use crate::gradebook::{self, Book, Pinned, Purpose, Results, Roster};
use crate::publish::student_repository;
use crate::sandbox::Sandbox;
use crate::words::count;

/// What `grade --all` is asked for.
pub(super) struct Wanted<'a> {
    pub(super) source: &'a SourceArgs,
    pub(super) wall: &'a WallArgs,
    pub(super) slug: &'a str,
    pub(super) roster: Option<&'a Path>,
    pub(super) out: Option<&'a Path>,
    pub(super) json: bool,
}

/// Grades every submission of an assignment.
pub(super) fn run(wanted: &Wanted<'_>) -> Result<Answer> {
    let root = wanted.source.root()?;
    let course = wanted.source.load(Some(wanted.slug))?;
    let assignment = choose_complete(&course, Some(wanted.slug))?[0];
    let forge = reader(Home::of(&root, &course.classroom))?;
    let forge = forge.as_ref();
    let names = wanted.roster.map(read_names).transpose()?;
    let folder = book_folder(&root, wanted.slug, wanted.out);
    // What is wrong is said before anything is made.
    let is_new = !folder.exists();
    let pinned = is_new
        .then(|| pin(&course, forge, wanted.slug, names.clone()))
        .transpose()?;
    let work = work_dir(&root).join("grade");
    let sandbox = wanted.wall.sandbox(&work)?;
    let grader = class_grader(wanted.wall, &work, sandbox.as_ref())?;
    let progress = Progress::start();
    let ready = grader.ready(&course, assignment, &|step| progress.step(step))?;
    let ready = knowing(ready, forge, wanted.slug)?;
    let book = Book::open(&folder, Purpose::Grade)?;
    let unfinished = book
        .unfinished()?
        .filter(|roster| roster.assignment == wanted.slug);
    let roster = match (unfinished, pinned) {
        (Some(roster), _) => {
            say(&format!(
                "going on with the run that was not finished, at its commits; remove {} to begin anew",
                folder.join("grade").display()
            ));
            roster
        }
        (None, pinned) => {
            let roster = match pinned {
                Some(roster) => roster,
                None => pin(&course, forge, wanted.slug, names)?,
            };
            book.begin(&roster)?;
            roster
        }
    };
    let results = fill(&course, forge, &ready, &book, &roster)?;
    let is_whole = is_whole(&results);
    if is_whole {
        book.finish(&results)?;
        say(&format!("results: {}", folder.join("results").display()));
    }
    tell(&results, wanted.json)?;
    Ok(Answer::of(is_whole))
}

/// A grader for many submissions: they are graded beside each other, so the tests of one are not.
pub(super) fn class_grader<'a>(
    wall: &WallArgs,
    work: &Path,
    sandbox: &'a dyn Sandbox,
) -> Result<Grader<'a>> {
    Ok(Grader {
        lanes: 1,
        ..wall.grader(work, sandbox)?
    })
}

/// Where the results of an assignment are kept.
pub(super) fn book_folder(root: &Path, slug: &str, out: Option<&Path>) -> PathBuf {
    out.map_or_else(|| root.join(".grades").join(slug), Path::to_owned)
}

fn read_names(path: &Path) -> Result<Vec<String>> {
    let students = ReadRoster::of(path)?.students.into_iter();
    Ok(students.map(|student| student.account).collect())
}

/// Pins each submission to its newest commit: those of the roster, or all that the forge has.
fn pin(
    course: &Course,
    forge: &dyn ForgeReader,
    slug: &str,
    names: Option<Vec<String>>,
) -> Result<Roster> {
    let mut pinned = Vec::new();
    let students = match names {
        Some(names) => names,
        None => accepted(course, forge.repositories()?.keys(), slug),
    };
    for student in students {
        pinned.push(pin_one(forge, slug, student));
    }
    if pinned.is_empty() {
        return Err(Error::input(format!(
            "nobody has accepted `{slug}` on {} yet; run `course accept {slug} --student NAME`, or name a roster",
            forge.address_of_all()
        )));
    }
    pinned.sort_by(|a, b| a.student.cmp(&b.student));
    Ok(Roster {
        assignment: slug.to_owned(),
        pinned,
    })
}

/// The students (or groups) whose repositories of an assignment are among these. What looks like one and is none is named.
pub(super) fn accepted<'a>(
    course: &Course,
    repositories: impl IntoIterator<Item = &'a String>,
    slug: &str,
) -> Vec<String> {
    let mut students = Vec::new();
    for name in repositories {
        let slugs = course.classroom.assignments.keys().map(String::as_str);
        // Another assignment's name may begin with this one's: the longest counts.
        let fits = slugs.filter(|slug| {
            name.strip_prefix(slug)
                .is_some_and(|rest| rest.starts_with('-'))
        });
        if fits.max_by_key(|slug| slug.len()) != Some(slug) {
            continue;
        }
        let student = &name[slug.len() + 1..];
        match student_repository(slug, student) {
            Ok(repository) if repository == *name => students.push(student.to_owned()),
            _ => say(&format!(
                "{}: {name} is no student's repository, so it is left out",
                paint(NOTE, "warning")
            )),
        }
    }
    students
}

/// What is wrong with one repository is told with its student, and stops nobody else's.
fn pin_one(forge: &dyn ForgeReader, slug: &str, student: String) -> Pinned {
    let newest = || -> Result<(String, CommitId, Option<u64>)> {
        let repository = student_repository(slug, &student)?;
        let opened = forge.open(&repository)?.ok_or_else(|| {
            Error::input(format!(
                "`{slug}` was not accepted: the forge has no {repository}"
            ))
        })?;
        let head = opened
            .head()?
            .ok_or_else(|| Error::input("the repository holds no commit".to_owned()))?;
        let pushed = forge.first_seen(&repository, head)?;
        Ok((repository, head, pushed))
    };
    match newest() {
        Ok((repository, head, pushed)) => Pinned {
            student,
            repository,
            commit: Some(head.to_string()),
            pushed,
            problem: None,
        },
        Err(error) => Pinned {
            // A name that is none names no file either.
            repository: student_repository(slug, &student).unwrap_or_else(|_| slug.to_owned()),
            student,
            commit: None,
            pushed: None,
            problem: Some(error.to_string()),
        },
    }
}

/// Grades a roster into a book.
pub(super) fn fill(
    course: &Course,
    forge: &dyn ForgeReader,
    ready: &Ready<'_>,
    book: &Book,
    roster: &Roster,
) -> Result<Results> {
    say(&format!(
        "grading {} of {}, {}",
        count(roster.pinned.len(), "submission"),
        roster.assignment,
        wall_words(ready.sandbox())
    ));
    let grade = |pinned: &Pinned| {
        let name = &pinned.repository;
        let gone = || Error::input(format!("the forge has no {name} any more"));
        let repository = forge.open(name)?.ok_or_else(gone)?;
        let id = pinned.commit.as_deref().unwrap_or_default();
        let commit = repository
            .find(id)?
            .ok_or_else(|| Error::input(format!("commit {id} is not in {name} any more")))?;
        grade_commit(course, ready, &repository, commit, pinned.pushed, &|_| {})
    };
    let progress = Progress::start();
    // Due dates decide too.
    let schedule = course.classroom.assignments.get(&roster.assignment);
    let schedule =
        serde_json::to_string(&schedule).map_err(|error| Error::Internal(error.to_string()))?;
    let key = file_tree::hash([ready.key.as_bytes(), schedule.as_bytes()]);
    gradebook::fill(book, roster, &key, processors(), &grade, &|step| {
        progress.step(step)
    })
}

/// Whether everybody was graded who can be. Where the machine failed, the run is not at its end: the next one goes on with
/// it at the same commits.
pub(super) fn is_whole(results: &Results) -> bool {
    let failed = results.not_graded().count();
    if failed > 0 {
        say(&format!(
            "{}: {} could not be graded by this machine, so the results are as they were; run it again once that is mended",
            paint(BAD, "error"),
            count(failed, "submission")
        ));
    }
    failed == 0
}

/// Prints results.
fn tell(results: &Results, json: bool) -> Result<()> {
    if json {
        print_json(results)?;
    } else {
        let width = results
            .submissions
            .iter()
            .map(|row| row.pinned.student.len())
            .max()
            .unwrap_or(0);
        for row in &results.submissions {
            let student = &row.pinned.student;
            let line = match (row.grade(), row.why_not()) {
                (Some(grade), _) => {
                    format!("{:>6}/{}{}", grade.points, grade.max_points, notes(grade))
                }
                (None, why) => format!("     -  {}", why.unwrap_or_default()),
            };
            print(&format!("{student:width$}  {line}\n"))?;
        }
    }
    Ok(())
}

/// What a person should know beside the points, in a few words.
fn notes(grade: &crate::grade::Grade) -> String {
    let mut notes = Vec::new();
    if let Some(late) = grade.lateness.as_ref().filter(|late| late.days > 0) {
        let days = usize::try_from(late.days).unwrap_or(usize::MAX);
        notes.push(format!("{} late", count(days, "day")));
    }
    if !grade.findings.is_empty() {
        notes.push(count(grade.findings.len(), "finding"));
    }
    match notes.is_empty() {
        true => String::new(),
        false => format!("  ({})", notes.join(", ")),
    }
}
