//! `.github/workflows/classroom.yml`: the tests as steps of a workflow, as the service wrote them from 2023 on.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::autograding_json::filled;
use super::value::{Comparison, Text, Whole};
use super::{ClassicTest, REMEDY, file_name, one_line};
use crate::course::{Problem, classroom};
use crate::words::count;

/// The job that the service reported; others it did not look at.
const JOB: &str = "run-autograding-tests";

#[derive(Deserialize)]
struct Workflow {
    jobs: BTreeMap<String, Job>,
}

#[derive(Deserialize)]
struct Job {
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    id: Option<Text>,
    name: Option<Text>,
    uses: Option<Spanned<String>>,
    with: Option<With>,
}

/// What graders and reporter are told. Steps of other actions have other keys, of any type.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct With {
    test_name: Option<serde_json::Value>,
    setup_command: Option<serde_json::Value>,
    command: Option<serde_json::Value>,
    input: Option<serde_json::Value>,
    expected_output: Option<serde_json::Value>,
    comparison_method: Option<serde_json::Value>,
    timeout: Option<serde_json::Value>,
    max_score: Option<serde_json::Value>,
    runners: Option<serde_json::Value>,
}

/// The kinds of steps that matter.
#[derive(Clone, Copy, PartialEq)]
enum Action {
    Command,
    Output,
    Python,
    Reporter,
    /// The one before them all, which reads `autograding.json`.
    Old,
}

/// The tests of the workflow in order.
///
/// # Errors
///
/// Names the line of what is no workflow, of a value that cannot be kept, of a reporter that names no step; refuses a workflow
/// without graders.
pub fn read(path: &str, text: &str) -> Result<Vec<ClassicTest>, Problem> {
    let workflow: Workflow = serde_saphyr::from_str(text).map_err(|error| {
        let (line, message) = classroom::said(&error);
        Problem::new(path, line, one_line(&message), REMEDY)
    })?;
    let jobs: Vec<&Job> = match workflow.jobs.get(JOB) {
        Some(job) => vec![job],
        None => workflow.jobs.values().collect(),
    };
    let mut steps = Vec::new();
    for step in jobs.iter().flat_map(|job| &job.steps) {
        if let Some(uses) = &step.uses
            && let Some(action) = action(&uses.value)
        {
            let line = usize::try_from(uses.defined.line()).unwrap_or(1).max(1);
            steps.push((line, action, step));
        }
    }
    if let Some((line, ..)) = steps.iter().find(|(_, action, _)| *action == Action::Old) {
        return Err(Problem::new(
            path,
            *line,
            "this step takes its tests from another file",
            "import .github/classroom/autograding.json of the same repository",
        ));
    }
    let reported = reported(path, &steps)?;
    let mut tests = Vec::new();
    for (line, action, step) in &steps {
        if *action != Action::Reporter {
            let mut test = test(path, *line, *action, step, tests.len() + 1)?;
            let id = step.id.as_ref().map_or("", |id| id.0.as_str());
            if !reported.is_empty() && !reported.iter().any(|reported| reported == id) {
                let points = test.points.take().map_or(String::new(), |points| {
                    format!(" and its {} never counted", count(points as usize, "point"))
                });
                test.note = Some(format!("the reporter did not name this step{points}"));
            }
            tests.push(test);
        }
    }
    match tests.is_empty() {
        true => Err(Problem::new(
            path,
            1,
            "no step of it uses an autograding grader",
            "name the workflow that graded, often .github/workflows/classroom.yml",
        )),
        false => Ok(tests),
    }
}

/// Which of them a step uses, whatever organisation's and whatever version.
fn action(uses: &str) -> Option<Action> {
    let name = uses.split('@').next()?.trim_end_matches('/');
    match name.rsplit('/').next()? {
        "autograding-command-grader" => Some(Action::Command),
        "autograding-io-grader" => Some(Action::Output),
        "autograding-python-grader" => Some(Action::Python),
        "autograding-grading-reporter" => Some(Action::Reporter),
        "autograding" => Some(Action::Old),
        _ => None,
    }
}

/// The ids of the steps that the reporter counts; none where there is no reporter.
fn reported(path: &str, steps: &[(usize, Action, &Step)]) -> Result<Vec<String>, Problem> {
    let mut ids = Vec::new();
    for (line, action, step) in steps {
        if *action != Action::Reporter {
            continue;
        }
        let runners = step.with.as_ref().and_then(|with| with.runners.as_ref());
        let runners = value::<Text>(path, *line, "runners", runners)?;
        let runners = runners.map(|runners| runners.0).unwrap_or_default();
        for id in runners
            .split(',')
            .map(str::trim)
            .filter(|id| !id.is_empty())
        {
            let known = |(_, _, step): &(usize, Action, &Step)| {
                step.id.as_ref().is_some_and(|known| known.0 == id)
            };
            if !steps.iter().any(known) {
                return Err(Problem::new(
                    path,
                    *line,
                    format!(
                        "the reporter names the runner `{}`, and no grader has that id",
                        one_line(id)
                    ),
                    "give the step its id, or take the name out of `runners`",
                ));
            }
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

fn test(
    path: &str,
    line: usize,
    action: Action,
    step: &Step,
    number: usize,
) -> Result<ClassicTest, Problem> {
    let nothing = With::default();
    let With {
        test_name,
        setup_command,
        command,
        input,
        expected_output,
        comparison_method,
        timeout,
        max_score,
        runners: _,
    } = step.with.as_ref().unwrap_or(&nothing);
    let text = |key, from: &Option<serde_json::Value>| {
        value::<Text>(path, line, key, from.as_ref()).map(filled)
    };
    let own = |from: &Option<Text>| from.as_ref().map(|text| text.0.clone());
    let name = text("test-name", test_name)?
        .or_else(|| own(&step.name))
        .or_else(|| own(&step.id))
        .filter(|name| !name.trim().is_empty());
    let command = text("command", command)?;
    if command.is_none() && action != Action::Python {
        return Err(Problem::new(
            path,
            line,
            "this grader has no `command`",
            REMEDY,
        ));
    }
    let comparison =
        value::<Comparison>(path, line, "comparison-method", comparison_method.as_ref())?;
    Ok(ClassicTest {
        name: name.unwrap_or_else(|| format!("test {number}")),
        at: format!("{}, line {line}", file_name(path)),
        setup: text("setup-command", setup_command)?,
        command,
        input: text("input", input)?,
        expected: text("expected-output", expected_output)?,
        comparison: comparison.map(|how| how.0).filter(|how| !how.is_empty()),
        timeout_minutes: text("timeout", timeout)?,
        points: value::<Whole>(path, line, "max-score", max_score.as_ref())?
            .and_then(|points| points.0),
        note: (action == Action::Python).then(|| {
            "a Python grader: it ran pytest, and shared the points by its tests".to_owned()
        }),
    })
}

/// A value of `with`; an error names the step's line.
fn value<T: serde::de::DeserializeOwned>(
    path: &str,
    line: usize,
    key: &str,
    from: Option<&serde_json::Value>,
) -> Result<Option<T>, Problem> {
    let Some(from) = from else { return Ok(None) };
    serde_json::from_value(from.clone())
        .map(Some)
        .map_err(|error| {
            let said = one_line(&error.to_string());
            Problem::new(
                path,
                line,
                format!("`{key}` of this step: {said}"),
                "mend the step and import again",
            )
        })
}
