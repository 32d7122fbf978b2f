//! Gates.

use super::values::is_line;
use super::{at_settings, settings_text};
use crate::course::assignment::Exercise;
use crate::course::assignment_file::Capability;
use crate::course::gate::{self, GateKind};
use crate::course::{Assignment, Course, Problem};

/// So many gates that a clock decides keep an assignment's measuring under a minute.
const MOST_TIMED: usize = 8;

/// Of these so many race a peer.
const MOST_RACES: usize = 5;

pub(super) fn gates_are_sound(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let text = settings_text(course, &assignment.slug);
        for (index, exercise) in assignment.exercises.iter().enumerate() {
            for (number, message, remedy) in of_exercise(exercise) {
                let (index, number) = (index.to_string(), number.to_string());
                let keys = ["exercise", &index, "gate", &number];
                problems.push(at_settings(&assignment.slug, text, &keys, message, remedy));
            }
        }
        problems.extend(too_many(assignment, text));
    }
    problems
}

/// What is wrong with the gates of an exercise: which one, what, and the remedy.
fn of_exercise(exercise: &Exercise) -> Vec<(usize, String, &'static str)> {
    let mut wrong = Vec::new();
    let gates = &exercise.entry.gates;
    for (number, entry) in gates.iter().enumerate() {
        let name = &entry.name;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let mut add = |message: String, remedy| wrong.push((number, message, remedy));
        if name.is_empty() || !name.chars().all(plain) {
            add(
                format!("{name:?} can name no gate"),
                "take a-z, 0-9 and `_`",
            );
        }
        if gates[..number].iter().any(|other| other.name == *name) {
            add(
                format!("the gate `{name}` stands twice"),
                "rename one of them",
            );
        }
        if entry.stage == 0 || entry.stage > exercise.stages.len() {
            add(
                format!(
                    "the gate `{name}` is of stage {}, which there is not",
                    entry.stage
                ),
                "name the stage whose promise it holds",
            );
        }
        for (key, text) in [
            ("title", Some(&entry.title)),
            ("promise", Some(&entry.promise)),
            ("unit", entry.unit.as_ref()),
        ] {
            if text.is_some_and(|text| !is_line(text)) {
                add(
                    format!("the {key} of the gate `{name}` is empty, has a `|` or several lines"),
                    "write one line",
                );
            }
        }
        if let Err(message) = entry.bar() {
            add(
                format!("{message}: `{name}`"),
                "mend the entry; assignments/README.md lists the keys of each kind",
            );
        }
        if entry.kind == GateKind::Process
            && !exercise.entry.capabilities.contains(&Capability::Net)
        {
            add(
                format!(
                    "the gate `{name}` drives a program from outside, and the exercise may use no socket"
                ),
                "declare the capability `net`, or measure it in another way",
            );
        }
    }
    let folder = format!("{}/", gate::FOLDER);
    let program = exercise
        .files
        .paths()
        .find(|path| path.starts_with(&folder));
    match (gates.is_empty(), program) {
        (false, None) => wrong.push((
            0,
            format!("{}/gates has no gate program", exercise.folder()),
            "write gates/Cargo.toml, gates/src/lib.rs and gates/benches/gates.rs, as assignments/README.md shows",
        )),
        (true, Some(path)) => wrong.push((
            0,
            format!("{}/{path} is there, and the exercise has no gate", exercise.folder()),
            "add a [[exercise.gate]], or remove the folder",
        )),
        _ => {}
    }
    wrong
}

/// More gates than a push should wait for.
fn too_many(assignment: &Assignment, text: &str) -> Option<Problem> {
    let of = |wanted: fn(GateKind) -> bool| {
        let gates = assignment
            .exercises
            .iter()
            .flat_map(|exercise| &exercise.entry.gates);
        gates.filter(|entry| wanted(entry.kind)).count()
    };
    let races = of(|kind| matches!(kind, GateKind::Ratio | GateKind::Process));
    let timed = of(GateKind::is_timed);
    if races <= MOST_RACES && timed <= MOST_TIMED {
        return None;
    }
    Some(at_settings(
        &assignment.slug,
        text,
        &["exercise"],
        format!(
            "{races} gates race a peer and {timed} are timed; at most {MOST_RACES} and {MOST_TIMED} keep a push under a minute"
        ),
        "count what can be counted, and race only what cannot",
    ))
}
