//! What the service's REST interface said of classrooms, assignments and grades, as GitHub's classroom-export-utility saved
//! it before the service ended on 2026-08-28.
//!
//! The utility writes `classrooms.json`, `classroom-ID/classroom.json`, `classroom-ID/assignments.json`, and for each assignment
//! `assignment.json`, `accepted-assignments.json` and `grades.csv`. The JSON is what `GET /classrooms/ID/assignments`,
//! `/assignments/ID`, `/assignments/ID/accepted_assignments` answered, unchanged; the CSV has the columns of
//! `/assignments/ID/grades`, whose JSON is read too. None of them holds tests.

use serde::Deserialize;
use serde_json::Value;

use super::value::{Filled, Moment, Text, Whole, whole};
use super::{ClassicAssignment, REMEDY, json_problem, one_line};
use crate::course::Problem;

/// `GET /assignments/ID`, and an entry of `GET /classrooms/ID/assignments`.
#[derive(Deserialize)]
struct AssignmentEntry {
    id: Option<Text>,
    title: Filled,
    slug: Option<Text>,
    deadline: Option<Moment>,
    // So misspelt in the examples of the interface's own description.
    #[serde(alias = "stater_code_repository")]
    starter_code_repository: Option<RepositoryEntry>,
}

#[derive(Deserialize)]
struct RepositoryEntry {
    full_name: Option<String>,
}

/// An entry of `GET /assignments/ID/accepted_assignments`.
#[derive(Deserialize)]
struct AcceptedEntry {
    /// Points, as in `5/10`; empty where nothing was graded.
    grade: Option<Text>,
    assignment: AssignmentEntry,
}

/// An entry of `GET /assignments/ID/grades`.
#[derive(Deserialize)]
struct GradeEntry {
    assignment_name: Filled,
    points_available: Option<Whole>,
}

/// Reads a file of JSON that is no file of tests.
///
/// # Errors
///
/// Refuses what is none of the service's answers, a deadline that is no moment, points that are not whole.
pub fn read_json(path: &str, text: &str, value: &Value) -> Result<Vec<ClassicAssignment>, Problem> {
    let first = match value {
        Value::Array(entries) => match entries.first() {
            // A class without assignments, an assignment that nobody accepted.
            None => return Ok(Vec::new()),
            Some(first) => first,
        },
        one => one,
    };
    let has = |key: &str| first.get(key).is_some();
    if has("assignment") {
        let entries: Vec<AcceptedEntry> = parse(path, text, value)?;
        return entries
            .into_iter()
            .map(|entry| {
                let available = available(entry.grade.as_ref()).map_err(|message| {
                    Problem::new(
                        path,
                        1,
                        one_line(&message),
                        "mend that grade and import again",
                    )
                })?;
                Ok(ClassicAssignment {
                    points_available: available,
                    ..assignment(entry.assignment)
                })
            })
            .collect::<Result<Vec<_>, Problem>>()
            .map(joined);
    }
    if has("points_available") {
        let entries: Vec<GradeEntry> = parse(path, text, value)?;
        let known = entries.into_iter().map(|entry| ClassicAssignment {
            title: entry.assignment_name.0,
            points_available: entry.points_available.and_then(|points| points.0),
            ..ClassicAssignment::default()
        });
        return Ok(joined(known.collect()));
    }
    if has("title") {
        let entries: Vec<AssignmentEntry> = parse(path, text, value)?;
        return Ok(joined(entries.into_iter().map(assignment).collect()));
    }
    if has("archived") && has("name") {
        return Ok(Vec::new());
    }
    Err(Problem::new(
        path,
        1,
        "this JSON is neither a file of tests nor an answer of GitHub Classroom",
        "name autograding.json, or a file of the export: assignments.json, assignment.json, accepted-assignments.json, grades.csv",
    ))
}

/// Reads `grades.csv`.
///
/// # Errors
///
/// Refuses a table without the service's columns, and points that are not whole.
pub fn read_csv(path: &str, text: &str) -> Result<Vec<ClassicAssignment>, Problem> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let refuse = |line: usize, message: String, remedy: &str| {
        Problem::new(path, line, one_line(&message), remedy)
    };
    let headers = reader.headers().cloned();
    let headers = headers.map_err(|error| refuse(1, error.to_string(), REMEDY))?;
    let column = |name: &str| {
        let found = headers.iter().position(|header| header.trim() == name);
        found.ok_or_else(|| {
            refuse(
                1,
                format!("there is no column `{name}`"),
                "name a grades.csv as the export utility wrote it",
            )
        })
    };
    let (name, points) = (column("assignment_name")?, column("points_available")?);
    let mut known = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, line_of);
            refuse(line, error.to_string(), REMEDY)
        })?;
        let line = record.position().map_or(1, line_of);
        let points = whole(record.get(points).unwrap_or_default())
            .map_err(|message| refuse(line, format!("`points_available`: {message}"), REMEDY))?;
        let title = record.get(name).unwrap_or_default();
        if title.trim().is_empty() {
            let message = "`assignment_name` is empty".to_owned();
            return Err(refuse(line, message, REMEDY));
        }
        known.push(ClassicAssignment {
            title: title.to_owned(),
            points_available: points,
            ..ClassicAssignment::default()
        });
    }
    Ok(joined(known))
}

fn line_of(position: &csv::Position) -> usize {
    usize::try_from(position.line()).unwrap_or(1)
}

/// A list, or one entry alone. The text is read again, since errors of a value know no lines.
fn parse<T: serde::de::DeserializeOwned>(
    path: &str,
    text: &str,
    value: &Value,
) -> Result<Vec<T>, Problem> {
    let parsed = match value.is_array() {
        true => serde_json::from_str(text),
        false => serde_json::from_str(text).map(|one| vec![one]),
    };
    parsed.map_err(|error| json_problem(path, &error))
}

fn assignment(entry: AssignmentEntry) -> ClassicAssignment {
    ClassicAssignment {
        id: entry.id.map(|id| id.0),
        title: entry.title.0,
        slug: entry
            .slug
            .map(|slug| slug.0)
            .filter(|slug| !slug.is_empty()),
        deadline: entry.deadline.map(|moment| moment.0),
        starter: entry
            .starter_code_repository
            .and_then(|repository| repository.full_name),
        points_available: None,
    }
}

/// The 10 of `5/10`.
fn available(grade: Option<&Text>) -> Result<Option<u32>, String> {
    match grade.and_then(|grade| grade.0.split_once('/')) {
        Some((_, available)) => whole(available),
        None => Ok(None),
    }
}

/// Entries of one assignment as one; of points the most, since they were raised or nobody had all tests yet.
pub(super) fn joined(entries: Vec<ClassicAssignment>) -> Vec<ClassicAssignment> {
    let mut joined: Vec<ClassicAssignment> = Vec::new();
    for entry in entries {
        let same = |known: &&mut ClassicAssignment| match (&known.id, &entry.id) {
            (Some(known), Some(entry)) => known == entry,
            _ => known.title == entry.title,
        };
        match joined.iter_mut().find(same) {
            None => joined.push(entry),
            Some(known) => {
                known.id = known.id.take().or(entry.id);
                known.slug = known.slug.take().or(entry.slug);
                known.deadline = known.deadline.or(entry.deadline);
                known.starter = known.starter.take().or(entry.starter);
                known.points_available = known.points_available.max(entry.points_available);
            }
        }
    }
    joined
}
