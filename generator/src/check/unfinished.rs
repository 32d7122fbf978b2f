//! What an author has still to write bears one mark.

use crate::course::{Course, Problem};

/// The mark that `course new` leaves wherever an author has to write.
const MARK: &str = "TO WRITE:";

pub(super) fn nothing_is_left(course: &Course) -> Vec<Problem> {
    let marked = course
        .files
        .texts()
        .filter(|(path, _)| path.starts_with("assignments/") && *path != "assignments/README.md");
    marked
        .flat_map(|(path, text)| {
            (1..).zip(text.lines()).filter_map(move |(line, text)| {
                let (_, what) = text.split_once(MARK)?;
                Some(Problem::new(
                    path,
                    line,
                    format!("still to write: {}", what.trim()),
                    format!("write it and remove `{MARK}`"),
                ))
            })
        })
        .collect()
}
