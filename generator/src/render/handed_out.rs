//! What a repository says to the program that tests it there, made of the repository itself.

use crate::course::handed_out::{FORMAT, HANDED_OUT, blob_id};
use crate::course::{Assignment, Course, Editable, HandedOut, Stage};
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::plan::{CARGO_GENERATE, FEEDBACK};

/// Adds it to the tree of a repository that is complete but for it and the release.
pub(super) fn add(course: &Course, assignment: &Assignment, tree: &mut FileTree) -> Result<()> {
    let editable = Editable::of(&assignment.exercises).map_err(Error::Internal)?;
    let decides = |path: &str| {
        !(editable.matches(path)
            || path.ends_with(".md")
            || path.ends_with(".liquid")
            || path == CARGO_GENERATE)
    };
    let hidden = |stage: &Stage| stage.tests.iter().filter(|test| test.hidden).count();
    let templates = course.files.texts().filter_map(|(path, text)| {
        let name = path.strip_prefix(FEEDBACK)?.strip_suffix(".liquid")?;
        Some((name.to_owned(), text.to_owned()))
    });
    let handed_out = HandedOut {
        format: FORMAT,
        course: course.classroom.title.clone(),
        slug: assignment.slug.clone(),
        settings: assignment.file.clone(),
        hidden_tests: assignment
            .exercises
            .iter()
            .map(|exercise| {
                let each = exercise.stages.iter().map(hidden).collect();
                (exercise.name().to_owned(), each)
            })
            .collect(),
        files: tree
            .iter()
            .filter(|(path, _)| decides(path))
            .map(|(path, file)| (path.to_owned(), blob_id(&file.bytes)))
            .collect(),
        templates: templates.collect(),
    };
    let text = serde_json::to_string_pretty(&handed_out)
        .map_err(|error| Error::Internal(error.to_string()))?;
    tree.insert_text(HANDED_OUT, text + "\n");
    Ok(())
}
