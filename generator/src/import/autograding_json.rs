//! `.github/classroom/autograding.json`: the tests as the service wrote them until 2023.

use serde::Deserialize;

use super::value::{Comparison, Filled, Text, Whole};
use super::{ClassicTest, file_name, json_problem};
use crate::course::Problem;

#[derive(Deserialize)]
struct AutogradingFile {
    tests: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: Filled,
    setup: Option<Text>,
    run: Filled,
    input: Option<Text>,
    output: Option<Text>,
    comparison: Option<Comparison>,
    timeout: Option<Text>,
    points: Option<Whole>,
}

/// The tests of the file in order.
///
/// # Errors
///
/// Names the line of a test without a name or a command, of points that are not whole, of a comparison that there never
/// was; refuses a file without tests.
pub fn read(path: &str, text: &str) -> Result<Vec<ClassicTest>, Problem> {
    let file: AutogradingFile =
        serde_json::from_str(text).map_err(|error| json_problem(path, &error))?;
    if file.tests.is_empty() {
        return Err(Problem::new(
            path,
            1,
            "there is no test in it",
            "name the file of an assignment that had tests",
        ));
    }
    let tests = (1..).zip(file.tests).map(|(number, entry)| ClassicTest {
        name: entry.name.0,
        at: format!("{}, test {number}", file_name(path)),
        setup: filled(entry.setup),
        command: Some(entry.run.0),
        input: filled(entry.input),
        expected: filled(entry.output),
        comparison: entry
            .comparison
            .map(|comparison| comparison.0)
            .filter(|how| !how.is_empty()),
        timeout_minutes: filled(entry.timeout),
        points: entry.points.and_then(|points| points.0),
        note: None,
    });
    Ok(tests.collect())
}

/// An empty text is how the service wrote that there is none.
pub(super) fn filled(text: Option<Text>) -> Option<String> {
    text.map(|text| text.0).filter(|text| !text.is_empty())
}
