//! Results as CSV.

use super::results::Results;
use crate::error::{Error, Result};

/// One line a submission. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
pub(super) fn csv(results: &Results) -> Result<String> {
    let failed = |error: csv::Error| Error::Internal(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "assignment",
            "student",
            "repository",
            "commit",
            "points",
            "max_points",
            "points_in_time",
            "days_late",
            "manual_points",
            "manual_max_points",
            "tier",
            "sandbox",
            "findings",
            "problem",
        ])
        .map_err(failed)?;
    for graded in &results.submissions {
        let pinned = &graded.pinned;
        let mut row = vec![
            results.assignment.clone(),
            pinned.student.clone(),
            pinned.repository.clone(),
            pinned.commit.clone().unwrap_or_default(),
            graded.points().to_string(),
        ];
        match graded.grade() {
            Some(grade) => {
                let late = grade.lateness.as_ref();
                row.extend([
                    grade.max_points.to_string(),
                    late.map_or(grade.points, |late| late.points_in_time)
                        .to_string(),
                    late.map_or(0, |late| late.days).to_string(),
                    grade
                        .manual_points
                        .map(|points| points.to_string())
                        .unwrap_or_default(),
                    grade.manual_max_points.to_string(),
                    format!("{:?}", grade.tier),
                    grade.sandbox.to_string(),
                    grade.findings.len().to_string(),
                ]);
            }
            None => row.extend(std::iter::repeat_n(String::new(), 8)),
        }
        row.push(graded.why_not().unwrap_or_default().to_owned());
        writer
            .write_record(row.iter().map(|cell| plain(cell)))
            .map_err(failed)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Error::Internal(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))
}

/// A cell that is text, whatever it begins with.
fn plain(cell: &str) -> String {
    let cell: String = cell
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match cell.starts_with(['=', '+', '-', '@']) {
        true => format!("'{cell}"),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gradebook::{Graded, Outcome, Pinned};

    #[test]
    fn a_formula_is_text() {
        let why = "=cmd|' /C calc'!A0\n+1".to_owned();
        let results = Results {
            assignment: "01-tiny".to_owned(),
            key: String::new(),
            submissions: vec![Graded {
                pinned: Pinned {
                    student: "@ada".to_owned(),
                    repository: "01-tiny-ada".to_owned(),
                    commit: None,
                    pushed: None,
                    problem: Some(why.clone()),
                },
                outcome: Outcome::Nothing { why },
            }],
        };
        let text = csv(&results).expect("a table");
        let row = text.lines().nth(1).expect("a row");
        assert_eq!(
            row,
            "01-tiny,'@ada,01-tiny-ada,,0,,,,,,,,,'=cmd|' /C calc'!A0 +1"
        );
        assert_eq!(text.lines().count(), 2);
    }
}
