//! The two repositories that enrolling takes: one with the forms, which students see, and one with the roster, which they
//! do not.

use std::fmt::Write;

use ::liquid::Object;
use jiff::Timestamp;
use serde_json::json;

use super::answer;
use super::form;
use crate::course::assignment_file::Status;
use crate::course::enrolment::{ENROLMENT, FORMAT, Offered};
use crate::course::roster::{ROSTER, Student};
use crate::course::{Course, Enrolment};
use crate::error::{Error, Result};
use crate::file_tree::{File, FileTree};
use crate::liquid;
use crate::render;

/// Where the templates of all of it are.
const TEMPLATES: &str = "templates/enrolment/";
/// Those of the repository with the forms, below it.
const ENROL: &str = "enrol/";
/// Those of the repository with the roster.
const ROSTER_REPOSITORY: &str = "roster/";
/// Stands in a path that is made once for each assignment.
const ASSIGNMENT: &str = "ASSIGNMENT";

/// What can be enrolled in: the assignments that are complete.
///
/// # Errors
///
/// Refuses templates that are missing or cannot be filled in, and groups without a roster.
pub fn enrolment(course: &Course, with_roster: bool) -> Result<Enrolment> {
    let classroom = &course.classroom;
    let enrolling = &classroom.enrolment;
    let mut enrolment = Enrolment {
        format: FORMAT,
        course: classroom.title.clone(),
        organisation: classroom.organisation.clone(),
        forge: classroom.forge.clone(),
        author: classroom.author.clone(),
        repository: enrolling.repository.clone(),
        roster_repository: with_roster.then(|| enrolling.roster_repository.clone()),
        assignments: Default::default(),
        templates: Default::default(),
    };
    for assignment in &course.assignments {
        if assignment.file.status != Status::Complete {
            continue;
        }
        let slug = &assignment.slug;
        let schedule = classroom.assignments.get(slug).cloned().unwrap_or_default();
        if schedule.groups && !with_roster {
            return Err(Error::input(format!(
                "classroom.yml: `{slug}` is for groups, and no roster says who is in one; add the key `roster`"
            )));
        }
        let offered = Offered {
            title: assignment.file.title.clone(),
            schedule,
            feedback: render::feedback_request(course, assignment)?,
        };
        enrolment.assignments.insert(slug.clone(), offered);
    }
    let path = format!("{TEMPLATES}{}.liquid", answer::TEMPLATE);
    let template = text_of(course, &path)?.to_owned();
    enrolment
        .templates
        .insert(answer::TEMPLATE.to_owned(), template);
    answer::rehearse(&enrolment)?;
    Ok(enrolment)
}

/// The repository with the forms.
pub fn enrolment_tree(course: &Course, enrolment: &Enrolment) -> Result<FileTree> {
    let mut tree = lay(course, enrolment, ENROL)?;
    let text = serde_json::to_string_pretty(enrolment)
        .map_err(|error| Error::Internal(error.to_string()))?;
    tree.insert_text(ENROLMENT, text + "\n");
    Ok(tree)
}

/// The repository with the roster: accounts and groups, whatever else the list says of people.
pub fn roster_tree(
    course: &Course,
    enrolment: &Enrolment,
    students: &[Student],
) -> Result<FileTree> {
    let mut tree = lay(course, enrolment, ROSTER_REPOSITORY)?;
    let groups = students.iter().any(|student| student.group.is_some());
    let mut text = String::from(if groups {
        "account,group\n"
    } else {
        "account\n"
    });
    for Student { account, group } in students {
        let _ = match group {
            Some(group) => writeln!(text, "{account},{group}"),
            None => writeln!(text, "{account}"),
        };
    }
    tree.insert_text(ROSTER, text);
    Ok(tree)
}

/// Where the form of an assignment is, in the repository that people reach at `home`: the assignment link.
pub fn form_link(home: &str, slug: &str) -> String {
    format!("{home}/issues/new?template={slug}.yml")
}

/// A due date for people.
pub(super) fn due_in_words(due: Timestamp) -> String {
    due.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Lays the files of a folder of templates.
fn lay(course: &Course, enrolment: &Enrolment, folder: &str) -> Result<FileTree> {
    let from = format!("{TEMPLATES}{folder}");
    let mut tree = FileTree::default();
    for (source, file) in course.files.iter() {
        let Some(path) = source.strip_prefix(&from) else {
            continue;
        };
        if !path.contains(ASSIGNMENT) {
            let values = values(course, enrolment, None)?;
            lay_file(&mut tree, source, path, file, &values)?;
            continue;
        }
        for assignment in &enrolment.assignments {
            let values = values(course, enrolment, Some(assignment))?;
            let path = path.replace(ASSIGNMENT, assignment.0);
            lay_file(&mut tree, source, &path, file, &values)?;
        }
    }
    match tree.is_empty() {
        false => Ok(tree),
        true => Err(Error::input(format!(
            "{from}: it is missing or empty; restore the templates from the project"
        ))),
    }
}

fn lay_file(
    tree: &mut FileTree,
    source: &str,
    path: &str,
    file: &File,
    values: &Object,
) -> Result<()> {
    match (
        path.strip_suffix(".liquid"),
        std::str::from_utf8(&file.bytes),
    ) {
        (Some(path), Ok(text)) => tree.insert_text(path, liquid::fill(source, text, values)?),
        (Some(_), Err(_)) => {
            return Err(Error::input(format!(
                "{source}: it is not text; restore it"
            )));
        }
        (None, _) => tree.insert(path, file.clone()),
    }
    Ok(())
}

fn text_of<'a>(course: &'a Course, path: &str) -> Result<&'a str> {
    course
        .files
        .text(path)
        .ok_or_else(|| Error::input(format!("{path}: it is missing or not text; restore it")))
}

/// What templates may name; `assignment` is the one whose form is filled in.
fn values(
    course: &Course,
    enrolment: &Enrolment,
    assignment: Option<(&String, &Offered)>,
) -> Result<Object> {
    let classroom = &course.classroom;
    let each = |(slug, offered): (&String, &Offered)| {
        json!({
            "slug": slug,
            "title": offered.title,
            "due": offered.schedule.due_moment().map(due_in_words),
            "groups": offered.schedule.groups,
        })
    };
    let all = enrolment.assignments.iter();
    let mut offered = enrolment.assignments.values();
    let values = json!({
        "course": {
            "title": classroom.title,
            "organisation": classroom.organisation,
            "rust": classroom.rust,
            "action": classroom.action,
        },
        "assignments": all.map(each).collect::<Vec<_>>(),
        "assignment": assignment.map(each),
        "groups": offered.any(|offered| offered.schedule.groups),
        "enrol": enrolment.repository,
        "roster": enrolment.roster_repository,
        "form": {
            "assignment": form::ASSIGNMENT,
            "confirmation": form::CONFIRMATION,
            "confirmed": form::CONFIRMED,
        },
    });
    ::liquid::to_object(&values).map_err(|error| Error::Internal(error.to_string()))
}
