//! `result.json` as Classroom 50 wants it: `classroom50/result/v1`.
//!
//! An autograder there is a bundle with an `autograder.py`, which runs in the student's checkout, writes `./result.json` and ends
//! with 0, whatever the points: another code says that grading itself broke. Where the fields come from:
//!
//! | field | from |
//! |---|---|
//! | `classroom`, `assignment`, `submission`, `commit`, `release` | `CLASSROOM`, `ASSIGNMENT`, `SUBMISSION_TAG`, `COMMIT_URL`, `RELEASE_URL` |
//! | `review` | `REVIEW_URL`, or else `COMMIT_URL` |
//! | `assignment_type`, `owner` | `ASSIGNMENT_TYPE`, `OWNER` or else `USERNAME`; the runner writes its own over them, so they may be missing |
//! | `datetime` | when the graded commit was committed, so that grading again changes nothing |
//! | `score`, `max-score`, `tests` | the grade |
//!
//! # Whole points
//!
//! Scores are integers there, and the score must be the sum of the tests' scores. So hundredths are rounded by
//! largest remainders: each stage and gate gets its whole points, and what is left of the grade's whole points goes, one each, to
//! those that lost most. But nothing is rounded up to full marks: neither a part that did not pass nor the whole. A point that finds no
//! place for this reason is lost. Where lateness costs points, each part gives its share first.
//!
//! Without tests a result counts there as passed; a grade always has stages.

use serde_json::{Value, json};

use super::json::pretty;
use super::number::hundredths;
use super::part::{Part, PartEnd, parts};
use super::told::told;
use crate::error::{Error, Result};
use crate::grade::Grade;

/// The name of the format.
const SCHEMA: &str = "classroom50/result/v1";

/// What Classroom 50 says of a submission.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// The classroom's short name.
    pub classroom: String,
    /// The assignment's slug there.
    pub assignment: String,
    /// Who works together: `individual`, `group` or `team`.
    pub assignment_type: Option<String>,
    /// Whose repository it is.
    pub owner: Option<String>,
    /// The tag of the submission: `submit/` and more.
    pub submission: String,
    /// The address of the commit.
    pub commit: String,
    /// The address of the release.
    pub release: String,
    /// The address of all changes since the start.
    pub review: String,
    /// When the commit was committed: `YYYY-MM-DDTHH:MM:SSZ`.
    pub datetime: String,
}

impl Run {
    /// From the environment of `autograder.py`, and the graded commit's time in seconds since 1970. An empty variable is as good
    /// as none.
    ///
    /// # Errors
    ///
    /// `Error::Input` where a variable is missing, the tag is none of a submission or there is no such time.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<String>,
        committed: i64,
    ) -> Result<Run> {
        let optional = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &str| {
            optional(name).ok_or_else(|| {
                Error::input(format!(
                    "the environment variable {name} is not set: the runner of Classroom 50 sets it; elsewhere set it yourself, or choose another format"
                ))
            })
        };
        let submission = needed("SUBMISSION_TAG")?;
        if !submission.starts_with("submit/") {
            return Err(Error::input(format!(
                "SUBMISSION_TAG is `{submission}`: Classroom 50 takes only tags that begin with `submit/`"
            )));
        }
        let commit = needed("COMMIT_URL")?;
        let datetime = jiff::Timestamp::from_second(committed).map_err(|_| {
            Error::input(format!(
                "the commit's time is {committed} seconds since 1970, which no calendar has: commit again"
            ))
        })?;
        Ok(Run {
            classroom: needed("CLASSROOM")?,
            assignment: needed("ASSIGNMENT")?,
            assignment_type: optional("ASSIGNMENT_TYPE"),
            owner: optional("OWNER").or_else(|| optional("USERNAME")),
            submission,
            release: needed("RELEASE_URL")?,
            review: optional("REVIEW_URL").unwrap_or_else(|| commit.clone()),
            commit,
            datetime: datetime.to_string(),
        })
    }
}

/// The text of `result.json`.
///
/// # Errors
///
/// `Error::Internal` where JSON cannot be written, which does not happen.
pub fn text(grade: &Grade, run: &Run) -> Result<String> {
    let grade = &told(grade);
    let parts = parts(grade);
    let scores = whole(&parts, hundredths(grade.points));
    let tests: Vec<Value> = parts
        .iter()
        .zip(&scores)
        .map(|(part, score)| {
            json!({
                "test-name": part.name,
                "passed": part.end == PartEnd::Pass,
                "score": score,
                "max-score": part.max_points,
            })
        })
        .collect();
    let mut result = json!({
        "schema": SCHEMA,
        "classroom": run.classroom,
        "assignment": run.assignment,
    });
    for (name, value) in [
        ("assignment_type", &run.assignment_type),
        ("owner", &run.owner),
    ] {
        if let Some(value) = value {
            result[name] = json!(value);
        }
    }
    for (name, value) in [
        ("submission", &run.submission),
        ("commit", &run.commit),
        ("release", &run.release),
        ("review", &run.review),
        ("datetime", &run.datetime),
    ] {
        result[name] = json!(value);
    }
    result["score"] = json!(scores.iter().sum::<u64>());
    result["max-score"] = json!(parts.iter().map(|part| part.max_points).sum::<u32>());
    result["tests"] = json!(tests);
    pretty(&result)
}

/// Whole points for each part, which together are at most so many hundredths.
fn whole(parts: &[Part], points: u64) -> Vec<u64> {
    let sum: u64 = parts.iter().map(|part| part.points).sum();
    // A grade never gives more than its parts; if one did, the parts are what can be shown.
    let points = points.min(sum);
    // Each part gives its share of what is lost, exactly: parts of a hundred times `sum` to a point.
    let unit = u128::from(sum.max(1)) * 100;
    let shares = parts
        .iter()
        .map(|part| u128::from(part.points) * u128::from(points));
    let mut remainders: Vec<(u128, usize)> = Vec::new();
    let mut scores: Vec<u64> = Vec::new();
    for (share, index) in shares.zip(0..) {
        scores.push(u64::try_from(share / unit).unwrap_or(u64::MAX));
        remainders.push((share % unit, index));
    }
    let mut left = (points / 100).saturating_sub(scores.iter().sum());
    // The greatest first; of equals the first.
    remainders.sort_by_key(|(remainder, index)| (std::cmp::Reverse(*remainder), *index));
    for (remainder, index) in remainders {
        let part = &parts[index];
        let full = scores[index] + 1 == u64::from(part.max_points);
        if left == 0 || remainder == 0 || (full && part.end != PartEnd::Pass) {
            continue;
        }
        scores[index] += 1;
        left -= 1;
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(points: u64, max_points: u32) -> Part {
        let full = points == u64::from(max_points) * 100;
        Part {
            name: "a part".to_owned(),
            end: if full { PartEnd::Pass } else { PartEnd::Fail },
            points,
            max_points,
            message: None,
            command: String::new(),
        }
    }

    fn scores(points: &[(u64, u32)], of_the_grade: u64) -> Vec<u64> {
        let parts: Vec<Part> = points
            .iter()
            .map(|(points, max)| part(*points, *max))
            .collect();
        whole(&parts, of_the_grade)
    }

    #[test]
    fn whole_points_stay_as_they_are() {
        assert_eq!(scores(&[(1000, 10), (0, 5)], 1000), [10, 0]);
        assert_eq!(scores(&[], 0), Vec::<u64>::new());
        assert_eq!(scores(&[(0, 0)], 0), [0]);
    }

    #[test]
    fn the_largest_remainders_get_what_is_left() {
        assert_eq!(scores(&[(333, 10), (333, 10), (334, 10)], 1000), [3, 3, 4]);
        assert_eq!(scores(&[(250, 10), (250, 10)], 500), [3, 2]);
    }

    #[test]
    fn nothing_is_rounded_up_to_full_marks() {
        assert_eq!(scores(&[(950, 10), (950, 10)], 1900), [9, 9]);
        assert_eq!(scores(&[(999, 10), (1000, 10)], 1999), [9, 10]);
        assert_eq!(scores(&[(50, 1), (50, 1), (150, 9)], 250), [0, 0, 2]);
    }

    #[test]
    fn lateness_costs_each_its_share() {
        assert_eq!(scores(&[(1000, 10), (3000, 30)], 3600), [9, 27]);
        let late = scores(&[(1000, 10), (1000, 10), (1000, 10)], 2500);
        assert_eq!(late.iter().sum::<u64>(), 25);
    }

    #[test]
    fn all_sums_are_consistent() {
        for points in (0..=3000).step_by(7) {
            let split = [points / 3, points / 3, points - 2 * (points / 3)];
            let parts: Vec<Part> = split.iter().map(|points| part(*points, 10)).collect();
            let scores = whole(&parts, points);
            let sum: u64 = scores.iter().sum();
            assert!(sum <= points / 100, "{points}: {scores:?}");
            assert!(
                sum + parts.len() as u64 > points / 100,
                "{points}: {scores:?}"
            );
            for (part, score) in parts.iter().zip(&scores) {
                let full = *score >= 10;
                assert!(!full || part.end == PartEnd::Pass, "{points}: {scores:?}");
            }
        }
    }

    #[test]
    fn the_environment_says_what_is_missing() {
        let set = |name: &str| match name {
            "CLASSROOM" => Some("systems".to_owned()),
            "ASSIGNMENT" => Some("lru".to_owned()),
            "SUBMISSION_TAG" => Some("submit/1".to_owned()),
            "COMMIT_URL" | "RELEASE_URL" => Some("https://forge.example/1".to_owned()),
            "USERNAME" => Some("ada".to_owned()),
            "OWNER" => Some(String::new()),
            _ => None,
        };
        let run = Run::from_environment(set, 1_780_324_321).expect("all is there");
        assert_eq!(run.datetime, "2026-06-01T14:32:01Z");
        assert_eq!(run.owner.as_deref(), Some("ada"));
        assert_eq!(run.review, run.commit);
        let without = |name: &'static str| {
            Run::from_environment(move |asked| set(asked).filter(|_| asked != name), 0)
                .expect_err("something is missing")
                .to_string()
        };
        assert!(without("RELEASE_URL").contains("RELEASE_URL is not set"));
        assert!(Run::from_environment(set, i64::MAX).is_err());
    }
}
