//! Judges the outcomes of an exercise's variants. Pure: outcomes in, cells and findings out.

use std::collections::BTreeMap;

use super::diagnostic::{self, brief};
use super::outcome::{Cause, Outcomes, VariantOutcome, cause};
use super::report::{Catch, Cell, ExerciseReport, Finding, MistakeReport};
use crate::build::TestEnd;
use crate::course::assignment::{Exercise, Stage, Test};
use crate::course::mistake::Mistake;

/// What a test must do on a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    Pass,
    Fail,
    NotAsked,
}

/// The promise of a test of stage s on tree k.
fn promise(test: &Test, tree: usize) -> Promise {
    let holds = tree >= test.stage;
    match test.until {
        Some(until) if tree == until + 1 => Promise::Fail,
        Some(until) if tree > until => Promise::NotAsked,
        _ if holds => Promise::Pass,
        _ if test.guard && tree + 1 == test.stage => Promise::Pass,
        _ if !test.guard && (tree == 0 || tree + 1 == test.stage) => Promise::Fail,
        _ => Promise::NotAsked,
    }
}

/// Judges an exercise.
pub(super) fn judge(exercise: &Exercise, outcomes: &Outcomes) -> ExerciseReport {
    let mut report = ExerciseReport {
        exercise: exercise.name().to_owned(),
        assignment: exercise.assignment.clone(),
        stages: exercise.stages.iter().map(Stage::target).collect(),
        tests: exercise.tests().count(),
        ..ExerciseReport::default()
    };
    for tree in 0..=exercise.stages.len() {
        let name = format!("tree {tree}");
        let Some(outcome) = outcomes.get(exercise.name(), &name) else {
            continue;
        };
        let (cells, findings) = judge_tree(exercise, tree, outcome);
        report.cells.push(cells);
        report.findings.extend(findings);
    }
    let compiled = |stage: usize| {
        let tree = outcomes.get(exercise.name(), &format!("tree {stage}"));
        tree.is_some_and(|outcome| outcome.errors.is_empty())
    };
    let mut exactly_one: BTreeMap<usize, bool> = exercise
        .stages
        .iter()
        .map(|stage| (stage.number, false))
        .collect();
    // Those that tests are to catch, and of them the subtle ones.
    let (mut wrong, mut fine) = (0, 0);
    // A tree that does not compile says nothing of the mistakes laid on it, nor of how subtle they are.
    let judged = |mistake: &&Mistake| compiled(mistake.header.stage);
    for mistake in exercise.mistakes.iter().filter(judged) {
        let Some(outcome) = outcomes.get(exercise.name(), &mistake.name) else {
            continue;
        };
        let (entry, findings) = judge_mistake(exercise, mistake, outcome);
        if entry.failed == 1 {
            exactly_one.insert(mistake.header.stage, true);
        }
        if mistake.header.gates.is_empty() {
            wrong += 1;
            fine += usize::from(entry.failed > 0 && entry.failed * 3 <= entry.of);
        }
        report.mistakes.push(entry);
        report.findings.extend(findings);
    }
    if report.mistakes.len() < exercise.mistakes.len() {
        return report;
    }
    let finding = |message: String| Finding::new(&exercise.folder(), message);
    for (stage, _) in exactly_one.iter().filter(|(_, has)| !**has) {
        report.findings.push(finding(format!("stage {stage} has no mistake that exactly one of its tests catches; write a subtler one")));
    }
    if fine * 2 < wrong {
        report.findings.push(finding(format!("only {fine} of {wrong} mistakes fail at most a third of their stage's tests; write subtler ones")));
    }
    report
}

fn judge_tree(
    exercise: &Exercise,
    tree: usize,
    outcome: &VariantOutcome,
) -> (Vec<Cell>, Vec<Finding>) {
    let mut findings = Vec::new();
    let finding = |message: String| Finding::new(&exercise.folder(), message);
    let said = |what: String, text: &str| diagnostic::finding(exercise, tree, &what, text);
    if let Some(error) = outcome.errors.first() {
        findings.push(said(format!("tree {tree} does not compile"), error));
        let cells = exercise.stages.iter().map(|_| Cell::default()).collect();
        return (cells, findings);
    }
    if let Some(warning) = outcome.warnings.first() {
        let warnings = match outcome.warnings.len() {
            1 => "a compiler warning".to_owned(),
            more => format!("{more} compiler warnings, first"),
        };
        findings.push(said(format!("tree {tree} has {warnings}"), warning));
    }
    let known: Vec<&str> = exercise.tests().map(|test| test.id.as_str()).collect();
    for id in outcome
        .tests
        .keys()
        .filter(|id| tree == 0 && !known.contains(&id.as_str()))
    {
        findings.push(finding(format!("the test `{id}` is in the program and was not found in the text; write it as a plain function after `#[test]`, outside modules and macros of your own")));
    }
    let mut cells = Vec::new();
    for stage in &exercise.stages {
        let mut cell = Cell::default();
        for test in &stage.tests {
            let why = outcome
                .tests
                .get(&test.id)
                .map_or(Some(Cause::Missing), cause);
            cell.add(why.is_none());
            let promise = promise(test, tree);
            if promise == Promise::NotAsked {
                continue;
            }
            cell.asked += 1;
            if let Some(message) = broken(test, tree, promise, why) {
                cell.broken += 1;
                findings.push(Finding::at(
                    &format!("{}/{}", exercise.folder(), test.path),
                    test.line,
                    message,
                ));
            }
        }
        cells.push(cell);
    }
    (cells, findings)
}

/// How a promise is broken, in words.
fn broken(test: &Test, tree: usize, promise: Promise, why: Option<Cause>) -> Option<String> {
    let id = &test.id;
    match (promise, why) {
        (Promise::NotAsked, _) | (Promise::Pass, None) => None,
        (_, Some(Cause::Missing)) => Some(format!(
            "`{id}` stands in the text and not in the program; is it switched off by a cfg, or made by a macro?"
        )),
        (Promise::Pass, Some(why)) if test.guard && tree < test.stage => Some(format!(
            "`{id}` is declared a guard and fails on tree {tree} ({}); remove the stale entry",
            words(why)
        )),
        (Promise::Pass, Some(why)) => Some(format!("`{id}` fails on tree {tree} ({})", words(why))),
        (Promise::Fail, None) if test.until.is_some() && tree > test.stage => Some(format!(
            "`{id}` is declared retired and still passes on tree {tree}; remove the stale entry"
        )),
        (Promise::Fail, None) => Some(format!(
            "`{id}` passes on tree {tree}, before its stage {} is written; it proves nothing, or is a guard to be declared: [[exercise.guard]] with test = \"{id}\" and reason = \"...\"",
            test.stage
        )),
        (Promise::Fail, Some(Cause::Assertion)) => None,
        // On the starter the way to stage s leads past the stubs of the stages before it.
        (Promise::Fail, Some(Cause::Stub(stage)))
            if stage == test.stage || (tree == 0 && stage < test.stage) || test.until.is_some() =>
        {
            None
        }
        (Promise::Fail, Some(why)) => Some(format!(
            "`{id}` fails on tree {tree} for another reason than its own stage {}: {}",
            test.stage,
            words(why)
        )),
    }
}

fn words(why: Cause) -> String {
    match why {
        Cause::Stub(stage) => format!("the stub of stage {stage}"),
        Cause::Assertion => "an assertion".to_owned(),
        Cause::Abort => "its process aborted".to_owned(),
        Cause::Timeout => "it never ended".to_owned(),
        Cause::Missing => "it was not run".to_owned(),
    }
}

fn judge_mistake(
    exercise: &Exercise,
    mistake: &Mistake,
    outcome: &VariantOutcome,
) -> (MistakeReport, Vec<Finding>) {
    let path = format!("{}/{}", exercise.folder(), mistake.path);
    let finding = |message: String| Finding::at(&path, 1, message);
    let own = mistake.header.stage;
    let mut entry = MistakeReport {
        name: mistake.name.clone(),
        stage: own,
        why: mistake.header.why.clone(),
        gates: mistake.header.gates.clone(),
        ..MistakeReport::default()
    };
    if let Some(error) = outcome.errors.first() {
        let text = brief(error);
        return (entry, vec![finding(format!("it does not compile: {text}"))]);
    }
    let mut findings = Vec::new();
    let mut ended_badly = Vec::new();
    for stage in exercise.stages.iter().filter(|stage| stage.number <= own) {
        let failed: Vec<(&Test, Cause)> = stage
            .tests
            .iter()
            .filter(|test| test.until.is_none_or(|until| own <= until))
            .filter_map(|test| {
                Some((
                    test,
                    outcome
                        .tests
                        .get(&test.id)
                        .map_or(Some(Cause::Missing), cause)?,
                ))
            })
            .collect();
        if stage.number == own {
            entry.of = stage.scored().count();
            entry.caught_by = failed
                .iter()
                .filter(|(test, why)| !test.guard && *why == Cause::Assertion)
                .filter_map(|(test, _)| match outcome.tests.get(&test.id) {
                    Some(TestEnd::Failed(failure)) => Some(Catch {
                        test: test.id.clone(),
                        failure: failure.clone(),
                    }),
                    _ => None,
                })
                .collect();
            entry.failed = failed.iter().filter(|(test, _)| !test.guard).count();
            ended_badly.extend(
                failed
                    .iter()
                    .filter(|(_, why)| *why != Cause::Assertion)
                    .map(|(test, why)| format!("{} ({})", test.id, words(*why))),
            );
        } else if failed.is_empty() == mistake.header.also_fails.contains(&stage.number) {
            findings.push(finding(match failed.first() {
                Some((test, _)) => format!("it fails `{}` of the earlier stage {}; add the stage to also_fails, or make the mistake smaller", test.id, stage.number),
                None => format!("also_fails names stage {}, whose tests all pass; remove it", stage.number),
            }));
        }
    }
    if entry.caught_by.is_empty() && mistake.header.gates.is_empty() {
        let how = match ended_badly.split_first() {
            None => "no test of its stage notices it; write one that does".to_owned(),
            Some((first, [])) => {
                format!("it is noticed only by {first}; a student learns little from that")
            }
            Some((first, others)) => format!(
                "it is noticed only by {first} and {} more in such ways; a student learns little from that",
                others.len()
            ),
        };
        findings.push(finding(how));
    }
    (entry, findings)
}
