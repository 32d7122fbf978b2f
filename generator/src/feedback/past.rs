//! What a comment remembers: which tier wrote it, and what the grade was, so that the next one can say what changed.

use serde::{Deserialize, Serialize};

use crate::grade::{Grade, Tier};

/// The first line of a comment of ours: by it and by its author it is known again. The student's own workflow and the
/// trusted grade have a comment each.
pub fn marker(tier: Tier) -> &'static str {
    match tier {
        Tier::T0 => "<!-- course-feedback:autograding -->",
        Tier::T1 | Tier::T2 => "<!-- course-feedback:grade -->",
    }
}

const BEGIN: &str = "<!-- course-feedback-data: ";
const END: &str = " -->";

/// What a comment remembers of a grade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// The commit.
    pub commit: String,
    /// Its points.
    pub points: f64,
    /// The points of each stage, by exercise and number.
    pub stages: Vec<(String, f64)>,
    /// The first stage that was not done.
    pub first: Option<String>,
    /// For how many pushes in a row that stage was the first, without a point more.
    pub pushes: usize,
}

impl Past {
    /// Reads it from the body of a comment of ours. Whoever can write there can change it; nothing depends on it but
    /// words of encouragement.
    pub fn read(comment: &str) -> Option<Past> {
        let line = comment.lines().find_map(|line| line.strip_prefix(BEGIN))?;
        serde_json::from_str(line.strip_suffix(END)?).ok()
    }

    /// What is to be remembered of a grade that follows another.
    pub(super) fn of(grade: &Grade, before: Option<&Past>) -> Past {
        let key = |exercise: &str, number: usize| format!("{exercise}/{number}");
        let stages = grade.stages.iter();
        let first = grade
            .first_open()
            .map(|(stage, _)| key(&stage.exercise, stage.number));
        let again = before.filter(|before| {
            before.first == first && before.points >= grade.points && first.is_some()
        });
        Past {
            commit: grade.commit.clone(),
            points: grade.points,
            stages: stages
                .map(|stage| (key(&stage.exercise, stage.number), stage.points))
                .collect(),
            first,
            pushes: again.map_or(0, |before| match before.commit == grade.commit {
                // The same commit tested again is no push.
                true => before.pushes,
                false => before.pushes.saturating_add(1),
            }),
        }
    }

    /// The line of a comment that keeps it.
    pub(super) fn line(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        // Nothing in it ends a comment of HTML.
        format!("{BEGIN}{}{END}", json.replace("--", "-\\u002d"))
    }

    /// The points of a stage.
    pub(super) fn of_stage(&self, exercise: &str, number: usize) -> Option<f64> {
        let key = format!("{exercise}/{number}");
        let found = self.stages.iter().find(|(stage, _)| *stage == key)?;
        Some(found.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let past = Past {
            commit: "a--b -->".to_owned(),
            points: 1.5,
            stages: vec![("x/1".to_owned(), 1.5)],
            first: Some("x/2".to_owned()),
            pushes: 2,
        };
        let line = past.line();
        assert_eq!(line.matches("-->").count(), 1, "{line}");
        assert_eq!(
            Past::read(&format!("{}\n{line}\n", marker(Tier::T0))),
            Some(past)
        );
        assert_eq!(Past::read("<!-- course-feedback-data: {} -->"), None);
    }
}
