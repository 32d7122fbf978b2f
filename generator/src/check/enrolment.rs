//! Where students enrol.

use crate::course::classroom::is_repository_name;
use crate::course::{Course, Problem};

pub(super) fn enrolling_has_repositories_of_its_own(course: &Course) -> Vec<Problem> {
    let text = course.files.text("classroom.yml").unwrap_or_default();
    let enrolling = &course.classroom.enrolment;
    let of_an_assignment = |name: &str| {
        let mut slugs = course.classroom.assignments.keys();
        slugs.any(|slug| name == slug || name.starts_with(&format!("{slug}-")))
    };
    let (shown, hidden) = (&enrolling.repository, &enrolling.roster_repository);
    let mut problems = Vec::new();
    for (key, name, other) in [
        ("repository", shown, None),
        ("roster_repository", hidden, Some(shown)),
    ] {
        let message = match name {
            name if !is_repository_name(name) => format!("{name:?} can name no repository"),
            name if of_an_assignment(name) => format!("{name:?} is an assignment's repository"),
            name if other.is_some_and(|other| other.eq_ignore_ascii_case(name)) => {
                format!("{name:?} would hold the roster, and students see it")
            }
            _ => continue,
        };
        let lines = text.lines().zip(1..);
        let inside = lines.skip_while(|(line, _)| !line.starts_with("enrolment:"));
        let line = inside
            .filter(|(line, _)| line.trim_start().starts_with(&format!("{key}:")))
            .map(|(_, number)| number)
            .next();
        problems.push(Problem::new(
            "classroom.yml",
            line.unwrap_or(1),
            message,
            "name a repository of its own: letters, digits, `-`, `_` and `.`",
        ));
    }
    problems
}
