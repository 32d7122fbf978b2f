//! What students may change.

use super::{at_settings, settings_text};
use crate::course::assignment::Exercise;
use crate::course::{Course, Editable, Problem};

pub(super) fn students_may_change_what_they_write(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let text = settings_text(course, &assignment.slug);
        for (index, exercise) in assignment.exercises.iter().enumerate() {
            let (message, remedy) = match Editable::of([exercise]) {
                Err(message) => (message, "mend the glob"),
                Ok(editable) => match misplaced(exercise, &editable) {
                    Some(message) => (message, "write globs below src/, as in \"src/**/*.rs\""),
                    None => continue,
                },
            };
            let keys = ["exercise", &index.to_string(), "editable"];
            problems.push(at_settings(&assignment.slug, text, &keys, message, remedy));
        }
    }
    problems
}

/// A file that students are to write in and may not change, or one that they may change and the course owns.
fn misplaced(exercise: &Exercise, editable: &Editable) -> Option<String> {
    let may_change = |path: &str| editable.matches(&format!("{}/{path}", exercise.name()));
    let marked = exercise
        .regions
        .iter()
        .filter(|(path, regions)| path.starts_with("src/") && !regions.is_empty());
    let locked = marked
        .map(|(path, _)| path.as_str())
        .find(|path| !may_change(path));
    if let Some(path) = locked {
        return Some(format!(
            "students cannot change {path}, in which they are to write"
        ));
    }
    let mut others = exercise
        .files
        .paths()
        .filter(|path| !path.starts_with("src/"));
    let owned = others.find(|path| may_change(path))?;
    Some(format!(
        "students may change {owned}, which the course owns"
    ))
}
