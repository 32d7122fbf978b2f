//! What the graders and the reporter of the retired GitHub Classroom said, which other programs still read.
//!
//! A grader left a step output `result`: JSON in base64, with tests and their scores. The reporter added the scores up, made
//! two notices of them, and failed where any result failed. Readers look for the notices by their titles.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::number::{self, hundredths, printed};
use super::part::{PartEnd, parts};
use super::told::{cut, told};
use crate::error::{Error, Result};
use crate::grade::Grade;

/// The most characters of all messages together. The reporter gets the output as a variable of the environment, of which a system
/// takes 128 KiB; a character may take four bytes, and base64 makes four of three.
const ALL_MESSAGES: usize = 20_000;

/// The two notices, as commands of a workflow, one a line. Nothing where no points can be had: then the reporter was silent, too.
pub fn notices(grade: &Grade) -> String {
    if grade.max_points == 0 {
        return String::new();
    }
    let points = printed(i128::from(hundredths(grade.points)));
    let max = grade.max_points;
    // Numbers alone: nothing in them needs to be escaped.
    format!(
        "::notice title=Autograding complete::Points {points}/{max}\n\
         ::notice title=Autograding report::{{\"totalPoints\":{points},\"maxPoints\":{max}}}\n"
    )
}

/// The step output `result`, in base64: one entry for a stage and for a gate.
///
/// A reporter adds the scores up. Where lateness costs points, a last entry of its own has a negative score, so that the sum is
/// the grade's. Times are not known, so each is 0.
///
/// # Errors
///
/// `Error::Internal` where JSON cannot be written, which does not happen.
pub fn payload(grade: &Grade) -> Result<String> {
    let grade = &told(grade);
    let parts = parts(grade);
    let most = ALL_MESSAGES / parts.len().max(1);
    let mut sum = 0;
    let mut tests = Vec::new();
    for part in &parts {
        sum += i128::from(part.points);
        let message = part.message.as_deref().map(|message| cut(message, most));
        tests.push(test(
            &part.name,
            part.end,
            i128::from(part.points),
            message.as_deref(),
            &part.command,
        ));
    }
    let lost = i128::from(hundredths(grade.points)) - sum;
    if lost != 0 {
        let late = grade.lateness.as_ref().map(ToString::to_string);
        let name = late.unwrap_or_else(|| "what the parts do not say".to_owned());
        tests.push(test(&name, PartEnd::Pass, lost, None, ""));
    }
    let ends = || parts.iter().map(|part| part.end);
    let end = match () {
        () if ends().any(|end| end == PartEnd::Error) => PartEnd::Error,
        () if ends().any(|end| end == PartEnd::Fail) => PartEnd::Fail,
        () => PartEnd::Pass,
    };
    let result = json!({
        "version": 1,
        "status": status(end),
        "max_score": grade.max_points,
        "tests": tests,
    });
    let text =
        serde_json::to_string(&result).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(STANDARD.encode(text))
}

fn status(end: PartEnd) -> &'static str {
    match end {
        PartEnd::Pass => "pass",
        PartEnd::Fail => "fail",
        PartEnd::Error => "error",
    }
}

fn test(name: &str, end: PartEnd, score: i128, message: Option<&str>, command: &str) -> Value {
    let mut test = json!({
        "name": name,
        "status": status(end),
        "score": number::json(score),
    });
    if let Some(message) = message {
        test["message"] = Value::from(message);
    }
    test["test_code"] = Value::from(command);
    test["filename"] = Value::from("");
    test["line_no"] = Value::from(0);
    test["duration"] = Value::from(0);
    test
}
