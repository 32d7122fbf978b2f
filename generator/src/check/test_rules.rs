//! Rules for tests that can be read from their text. `verify` proves the rest.

use super::assertions;
use crate::course::test_source;
use crate::course::{Course, Problem};

use super::{at_settings, settings_text};

pub(super) fn panics_are_expected(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for exercise in course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises)
    {
        let stubs: Vec<&str> = exercise
            .regions
            .values()
            .flatten()
            .flat_map(|region| region.stub_lines())
            .map(|(_, text)| text)
            .collect();
        for target in exercise.test_targets() {
            let text = exercise.files.text(&target.path).unwrap_or_default();
            for test in test_source::tests(text) {
                let Some(attribute) = &test.should_panic else {
                    continue;
                };
                let place = format!("{}/{}", exercise.folder(), target.path);
                let expected = attribute.split('"').nth(1).unwrap_or_default();
                if expected.is_empty() {
                    problems.push(Problem::new(
                        place,
                        test.line,
                        format!("`{}` is content with any panic, a stub's too", test.name),
                        "write #[should_panic(expected = \"...\")]",
                    ));
                } else if format!("not yet implemented: stage {}: ", target.stage)
                    .contains(expected)
                    || stubs.iter().any(|stub| stub.contains(expected))
                {
                    problems.push(Problem::new(
                        place,
                        test.line,
                        format!(
                            "`{}` expects `{expected}`, which a stub says too",
                            test.name
                        ),
                        "expect words that only the solution says",
                    ));
                }
            }
        }
    }
    problems
}

pub(super) fn declarations_name_tests(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let text = settings_text(course, &assignment.slug);
        for (index, exercise) in assignment.exercises.iter().enumerate() {
            let index = index.to_string();
            let guards = exercise
                .entry
                .guards
                .iter()
                .map(|guard| (&guard.test, &guard.reason));
            let retired = exercise
                .entry
                .retired
                .iter()
                .map(|retired| (&retired.test, &retired.reason));
            let mut check = |kind: &str, number: usize, test: &str, reason: &str| {
                let keys = ["exercise", &index, kind, &number.to_string(), "test"];
                if !exercise.tests().any(|known| known.id == test) {
                    problems.push(at_settings(
                        &assignment.slug,
                        text,
                        &keys,
                        format!("there is no test `{test}`"),
                        "name it as stage_N_name::function, or remove the entry",
                    ));
                } else if reason.trim().is_empty() {
                    problems.push(at_settings(
                        &assignment.slug,
                        text,
                        &keys,
                        format!("`{test}` has no reason"),
                        "say why",
                    ));
                }
            };
            for (number, (test, reason)) in guards.enumerate() {
                check("guard", number, test, reason);
            }
            for (number, (test, reason)) in retired.enumerate() {
                check("retired", number, test, reason);
            }
        }
    }
    problems
}

/// A comparison that the submission writes can say anything; an import of everything brings whatever it exports.
pub(super) fn tests_compare_plainly(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    let exercises = course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises);
    for exercise in exercises {
        let everything = format!("use {}::*", exercise.name().replace('-', "_"));
        let tests = exercise.files.texts().filter(|(path, _)| {
            path.ends_with(".rs") && (path.starts_with("tests/") || path.starts_with("hidden/"))
        });
        for (path, text) in tests {
            for (line, text) in (1..).zip(text.lines()) {
                let text = text.trim();
                let (message, remedy) = if text.starts_with(&everything) {
                    (
                        "a test imports everything, and so whatever a submission exports, macros too",
                        "name each thing that the test uses",
                    )
                } else if text.starts_with("macro_rules! assert")
                    || text.starts_with("macro_rules! prop_assert")
                {
                    (
                        "a test brings an assertion of its own, which the grader cannot make trustworthy",
                        "use assert!, assert_eq! or assert_ne!, or give the macro another name and use them in it",
                    )
                } else {
                    continue;
                };
                problems.push(Problem::new(
                    format!("{}/{path}", exercise.folder()),
                    line,
                    message,
                    remedy,
                ));
            }
            let lines = assertions::by_hand(text).into_iter();
            problems.extend(lines.map(|line| {
                Problem::new(
                    format!("{}/{path}", exercise.folder()),
                    line,
                    "assert! of a comparison believes whatever the submission's types say of themselves",
                    "write assert_eq! or assert_ne!, which the grader lets compare types of std only",
                )
            }));
        }
    }
    problems
}

/// What a macro of the exercise expands to stands in the tests themselves, past every look at the submission.
pub(super) fn tests_expand_no_macro_of_the_exercise(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    let exercises = course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises);
    for exercise in exercises {
        for (path, text) in exercise.files.texts() {
            let refused = match path {
                "Cargo.toml" => "proc-macro = true",
                path if path.starts_with("src/") => "#[macro_export]",
                _ => continue,
            };
            let lines = (1..)
                .zip(text.lines())
                .filter(|(_, line)| line.trim() == refused);
            problems.extend(lines.map(|(line, _)| {
                Problem::new(
                    format!("{}/{path}", exercise.folder()),
                    line,
                    "what this macro expands to would stand in the tests, where a submission could return early or read them",
                    "make it a function; the grader has no way to trust a macro yet",
                )
            }));
        }
    }
    problems
}
