//! Points.

use super::{at_settings, settings_text};
use crate::course::{Course, Problem};

pub(super) fn points_add_up(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let slug = &assignment.slug;
        let text = settings_text(course, slug);
        let file = &assignment.file;
        let mut compare = |keys: &[&str], said: u32, sum: u64, of: &str, entry: &str| {
            if u64::from(said) != sum {
                problems.push(at_settings(
                    slug,
                    text,
                    keys,
                    format!("it says {said} points, and its {of} sum up to {sum}"),
                    &format!("make the two agree; each of them is a `[[{entry}]]` with `points`"),
                ));
            }
        };
        compare(
            &["points"],
            file.points,
            file.exercises
                .iter()
                .map(|exercise| u64::from(exercise.points))
                .sum(),
            "exercises",
            "exercise",
        );
        compare(
            &["manual_points"],
            file.manual_points,
            file.manual.iter().map(|part| u64::from(part.points)).sum(),
            "manual parts",
            "manual",
        );
        for (index, exercise) in file.exercises.iter().enumerate() {
            let keys = ["exercise", &index.to_string(), "points"];
            compare(
                &keys,
                exercise.points,
                exercise
                    .stages
                    .iter()
                    .map(|stage| u64::from(stage.points))
                    .chain(exercise.gates.iter().map(|gate| u64::from(gate.points)))
                    .sum(),
                "stages and gates",
                "exercise.stage",
            );
        }
    }
    problems
}
