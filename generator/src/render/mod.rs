//! The student repository of an assignment as a file tree: a function of the source alone.

mod handed_out;
mod named;
mod values;

pub use named::{generated, package_name};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::course::{Assignment, Course};
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::liquid;
use crate::plan::{RELEASE, Repository, Rule, plan};

/// What a repository says of itself in `.course/release.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// The assignment's slug.
    pub assignment: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over all other files, in hexadecimal.
    pub content: String,
}

/// Renders the repository of an assignment.
///
/// # Errors
///
/// Refuses a template that cannot be filled in and a plan with two sources for one path.
pub fn render(course: &Course, assignment: &Assignment) -> Result<FileTree> {
    render_plan(course, assignment, &plan(course, assignment)?)
}

fn render_plan(course: &Course, assignment: &Assignment, plan: &Repository) -> Result<FileTree> {
    let mut tree = FileTree::default();
    for exercise in &assignment.exercises {
        tree.lay(exercise.name(), &exercise.tree(0, false));
    }
    for file in &plan.files {
        let missing = || {
            Error::input(format!(
                "{}: it is missing or not text; restore it",
                file.source
            ))
        };
        match file.rule {
            // Laid with the starter above, or made of all others below.
            Rule::Starter | Rule::HandedOut | Rule::Release => {}
            Rule::Copy => {
                let copied = course.files.get(&file.source).ok_or_else(missing)?;
                tree.insert(file.path.clone(), copied.clone());
            }
            Rule::Named => {
                let text = course.files.text(&file.source).ok_or_else(missing)?;
                tree.insert_text(
                    file.path.clone(),
                    named::manifest_template(&file.source, text)?,
                );
            }
            Rule::NamedDependency => {
                let text = course.files.text(&file.source).ok_or_else(missing)?;
                let exercise = file.exercise.as_deref().unwrap_or_default();
                tree.insert_text(
                    file.path.clone(),
                    named::dependency_template(&file.source, text, exercise)?,
                );
            }
            Rule::Template => {
                let text = course.files.text(&file.source).ok_or_else(missing)?;
                let exercise = file.exercise.as_deref();
                let values = values::of(course, assignment, exercise)?;
                tree.insert_text(
                    file.path.clone(),
                    liquid::fill(&file.source, text, &values)?,
                );
            }
        }
    }
    handed_out::add(course, assignment, &mut tree)?;
    let release = Release {
        assignment: assignment.slug.clone(),
        version: assignment.file.version.clone(),
        content: tree.digest(),
    };
    let text = serde_json::to_string_pretty(&release)
        .map_err(|error| Error::Internal(error.to_string()))?;
    tree.insert_text(RELEASE, text + "\n");
    Ok(tree)
}

/// The text of the pull request that feedback on a student's work goes to.
const FEEDBACK_REQUEST: &str = "templates/enrolment/feedback.md.liquid";

/// The text of the pull request to which feedback on an assignment goes, as Markdown.
pub fn feedback_request(course: &Course, assignment: &Assignment) -> Result<String> {
    let text = template(course, FEEDBACK_REQUEST)?;
    let values = values::of(course, assignment, None)?;
    liquid::fill(FEEDBACK_REQUEST, text, &values)
}

/// The text of a template of the course.
///
/// # Errors
///
/// Refuses a template that is not there.
pub fn template<'a>(course: &'a Course, path: &str) -> Result<&'a str> {
    course
        .files
        .text(path)
        .ok_or_else(|| Error::input(format!("{path}: it is missing or not text; restore it")))
}

/// The release that a tree carries, if it is one of ours.
pub fn release_of(tree: &FileTree) -> Option<Release> {
    serde_json::from_str(tree.text(RELEASE)?).ok()
}
