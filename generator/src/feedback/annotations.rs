//! Failures on the lines where they happened, as commands of a workflow.

use std::collections::BTreeSet;

use super::links::split_place;
use crate::build::TestEnd;
use crate::course::Assignment;
use crate::grade::{FindingKind, Grade, excerpt};
use crate::harmless::{SPLIT, harmless};

/// A forge shows ten of a step's errors and ten of its warnings; more are only in the log.
const SHOWN: usize = 10;

/// The annotations of a grade, one a line. `assignment` says where tests stand that ended without a word.
pub(super) fn of(grade: &Grade, assignment: &Assignment) -> String {
    let mut lines = Vec::new();
    let mut places = BTreeSet::new();
    for stage in &grade.stages {
        let error = stage.errors.first().into_iter();
        lines.extend(error.map(|error| {
            let place = error
                .lines()
                .find_map(|line| split_place(line.trim().strip_prefix("--> ")?));
            command("error", place, "It does not compile", error)
        }));
        let failed = stage.tests.iter().filter(|test| !test.passed());
        // Code that is not written yet is no failure to point at.
        let told = failed.filter(|test| stage.errors.is_empty() && !test.waits());
        for test in told {
            let title = format!("{}: {}", stage.title, test.words());
            let (place, said) = match &test.end {
                TestEnd::Failed(failure) => (
                    failure.at.as_deref().and_then(split_place),
                    failure.message.as_str(),
                ),
                TestEnd::Aborted => (None, "it ended its whole process"),
                TestEnd::TimedOut => (None, "it was still running at its time limit"),
                TestEnd::Missing => (None, "it is missing from the test program"),
                TestEnd::Passed => continue,
            };
            let own = own_place(assignment, &stage.exercise, &test.test);
            let own = own.as_ref().map(|(path, line)| (path.as_str(), *line));
            let place = place.or(own);
            // Of what fails at one place the first says enough.
            if place.is_none_or(|place| places.insert((place.0.to_owned(), place.1))) {
                lines.push(command("error", place, &title, &excerpt(said)));
            }
        }
    }
    lines.dedup();
    lines.truncate(SHOWN);
    let findings = grade.findings.iter().take(SHOWN).map(|finding| {
        let place = finding
            .path
            .as_deref()
            .map(|path| (path, finding.line.unwrap_or(1)));
        let kind = match finding.kind {
            FindingKind::DeniedUse => "error",
            _ => "warning",
        };
        command(kind, place, "Finding", &finding.message)
    });
    lines.extend(findings);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Where a public test stands.
fn own_place(assignment: &Assignment, exercise: &str, test: &str) -> Option<(String, usize)> {
    let mut exercises = assignment.exercises.iter();
    let exercise = exercises.find(|known| known.name() == exercise)?;
    let test = exercise
        .tests()
        .find(|known| known.id == test && !known.hidden)?;
    Some((format!("{}/{}", exercise.name(), test.path), test.line))
}

/// A command. Everything in it is escaped as a workflow wants it, so nothing in it ends it early or begins another.
fn command(kind: &str, place: Option<(&str, usize)>, title: &str, message: &str) -> String {
    let mut properties = match place {
        Some((path, line)) => format!("file={},line={line},", property(path)),
        None => String::new(),
    };
    properties.push_str(&format!("title={}", property(title)));
    format!("::{kind} {properties}::{}", data(message))
}

/// A text as the data of a command. Not every runner takes the first pair of colons for the end of what stands before the data,
/// so there is no other pair.
fn data(text: &str) -> String {
    harmless(text)
        .replace("::", &format!(":{SPLIT}:"))
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_command_ends_it() {
        let line = command(
            "error",
            Some(("a,b:c.rs", 3)),
            "x::y",
            "100 % of std::fs\n::add-mask::secret\n\u{1b}[31m",
        );
        assert_eq!(
            line,
            "::error file=a%2Cb%3Ac.rs,line=3,title=x%3A\u{200b}%3Ay::100 %25 of std:\u{200b}:fs%0A: :add-mask:\u{200b}:secret%0A\u{fffd}[31m"
        );
    }
}
