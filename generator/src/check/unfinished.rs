//! What an author has still to write bears one mark.

use crate::course::{Course, Problem};

/// The mark that `course new` leaves wherever an author has to write.
const MARK: &str = "TO WRITE:";

/// How each of these problems begins.
const STILL: &str = "still to write: ";

/// Whether a problem is one of these.
pub(super) fn is_mark(problem: &Problem) -> bool {
    problem.message.starts_with(STILL)
}

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
                    // The end of a string or a list of TOML is not to be written.
                    format!(
                        "{STILL}{}",
                        what.trim().trim_end_matches(['"', ']', ',', '.'])
                    ),
                    format!("write it and remove `{MARK}`"),
                ))
            })
        })
        .collect()
}
