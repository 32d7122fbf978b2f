//! The table of grades that GitHub Classroom gave for downloading, which gradebooks still import.

use super::number::{hundredths, printed};
use crate::grade::Grade;
use crate::harmless::harmless_line;

/// The columns, in Classroom's order.
const COLUMNS: [&str; 10] = [
    "assignment_name",
    "assignment_url",
    "starter_code_url",
    "github_username",
    "roster_identifier",
    "student_repository_name",
    "student_repository_url",
    "submission_timestamp",
    "points_awarded",
    "points_available",
];

/// What a row says beside the grade: whose it is, and where it lies. What is not known stays empty.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    /// The assignment's title; the slug of the grade where it is empty.
    pub assignment_name: String,
    /// Where the assignment is described.
    pub assignment_url: String,
    /// The template repository.
    pub starter_code_url: String,
    /// The student's name on the forge.
    pub github_username: String,
    /// What the roster calls the student.
    pub roster_identifier: String,
    /// The student repository.
    pub student_repository_name: String,
    /// Where it is.
    pub student_repository_url: String,
    /// When it was submitted, as RFC 3339.
    pub submission_timestamp: String,
}

/// The table of some grades: a line with the columns' names, then a line for each.
pub fn table<'a>(rows: impl IntoIterator<Item = (&'a Grade, &'a Owner)>) -> String {
    let mut text = COLUMNS.join(",") + "\n";
    for (grade, owner) in rows {
        let name = match owner.assignment_name.as_str() {
            "" => &grade.assignment,
            name => name,
        };
        let words = [
            name,
            &owner.assignment_url,
            &owner.starter_code_url,
            &owner.github_username,
            &owner.roster_identifier,
            &owner.student_repository_name,
            &owner.student_repository_url,
            &owner.submission_timestamp,
        ];
        let mut cells: Vec<String> = words.into_iter().map(cell).collect();
        cells.push(printed(i128::from(hundredths(grade.points))));
        cells.push(grade.max_points.to_string());
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A cell that is text, whatever it begins with: a spreadsheet would take it for a formula, the wide forms of the signs too.
fn cell(text: &str) -> String {
    let text = harmless_line(text);
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text };
    match text.contains([',', '"', ';']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text() {
        assert_eq!(cell("ada"), "ada");
        assert_eq!(cell("Lovelace, Ada"), "\"Lovelace, Ada\"");
        assert_eq!(
            cell("=HYPERLINK(\"x\",\"y\")"),
            "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""
        );
        assert_eq!(cell(" @x"), "' @x");
        assert_eq!(cell("\t+1"), "' +1");
        assert_eq!(cell("a\n=b"), "a\u{fffd}=b");
        assert_eq!(cell("＝1"), "'＝1");
    }
}
