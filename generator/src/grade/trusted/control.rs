//! The course's own solution graded first, behind the same sandbox: what is wrong with the course or the machine must not
//! look like a student's failure.

use std::collections::BTreeMap;

use super::{Ready, Submission};
use crate::error::{Error, Result};
use crate::file_tree::{self, FileTree};
use crate::grade::Defences;

/// Holds the control, unless it was held before behind this sandbox and within these bounds. Returns what the solution gave
/// at its gates.
pub(super) fn hold(ready: &Ready<'_>) -> Result<BTreeMap<String, f64>> {
    // Without all defences it would say nothing about grades.
    if ready.grader.defences != Defences::ALL {
        return Ok(BTreeMap::new());
    }
    let held = ready
        .prepared
        .note(&format!("control-{}", &ready.key[..16]));
    if held.exists() {
        let text =
            std::fs::read_to_string(&held).map_err(|error| Error::at("read", &held, error))?;
        return serde_json::from_str(&text).map_err(|error| Error::at("read", &held, error));
    }
    let grade = ready.grade(&solution(ready), &|_| {})?;
    let full = grade.is_full() && grade.findings.is_empty();
    if full {
        let numbers = grade.gates.iter();
        let numbers: BTreeMap<String, f64> = numbers
            .filter_map(|gate| Some((gate.id(), gate.value?)))
            .collect();
        let text =
            serde_json::to_string(&numbers).map_err(|error| Error::Internal(error.to_string()))?;
        file_tree::write_text(&held, &text)?;
        return Ok(numbers);
    }
    Err(Error::input(format!(
        "assignments/{}: its own solution gets {} of {} points behind this sandbox ({}), so nobody is graded; mend the course, or declare in assignment.toml the capabilities that it needs. What the grade of the solution says:\n{}",
        ready.assignment.slug,
        grade.points,
        grade.max_points,
        grade.sandbox,
        grade.table()
    )))
}

/// The solution as a submission.
fn solution(ready: &Ready<'_>) -> Submission {
    let solved = ready.assignment.solved_on(&ready.rendered);
    let (mut editable, mut others) = (FileTree::default(), FileTree::default());
    for (path, file) in solved.iter() {
        match ready.editable.matches(path) {
            true => editable.insert(path, file.clone()),
            false => others.insert(path, file.clone()),
        }
    }
    Submission {
        commit: "the course's own solution".to_owned(),
        editable,
        first: others.clone(),
        releases: Vec::new(),
        others,
        findings: Vec::new(),
    }
}
