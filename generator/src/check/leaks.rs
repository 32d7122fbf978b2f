//! Secrets in what students get. The proof looks again at the rendered repositories and their history.

use crate::course::leak::Secrets;
use crate::course::{Course, Problem};
use crate::file_tree::FileTree;

pub(super) fn nothing_leaks(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let mut open = FileTree::default();
        open.lay("", &assignment.pages);
        for exercise in &assignment.exercises {
            open.lay(exercise.name(), &exercise.tree(0, false));
        }
        let found = Secrets::of(&assignment.exercises).leaks(&open);
        problems.extend(found.into_iter().map(|leak| {
            Problem::new(
                format!("assignments/{}/{}", assignment.slug, leak.path),
                leak.line,
                format!("the line (as cut for students) gives away {}", leak.what),
                "take it out, or mark it as a region",
            )
        }));
    }
    problems
}
