//! A commentary that speaks of code that is gone misleads; so each symbol it names is looked up.

use std::collections::HashSet;

use crate::course::markdown::Page;
use crate::course::{self, Course, Problem};

pub(super) fn symbols_exist(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for exercise in course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises)
    {
        let words: HashSet<&str> = exercise
            .files
            .texts()
            .filter(|(path, _)| path.ends_with(".rs"))
            .flat_map(|(_, text)| text.split(|c: char| !(c.is_alphanumeric() || c == '_')))
            .collect();
        // A path that starts with another crate's name speaks of that crate.
        let ours = exercise.name().replace('-', "_");
        for (line, span) in
            Page::parse(exercise.files.text("COMMENTARY.md").unwrap_or_default()).code_spans
        {
            let name = span.trim_end_matches("()").trim_end_matches('!');
            let parts: Vec<&str> = name.split("::").collect();
            if !parts.iter().all(|part| is_identifier(part)) || course::is_keyword(name) {
                continue;
            }
            let foreign = parts.len() > 1
                && parts[0].starts_with(|c: char| c.is_ascii_lowercase())
                && parts[0] != ours
                && parts[0] != "crate"
                && exercise
                    .files
                    .get(&format!("src/{}.rs", parts[0]))
                    .is_none();
            if foreign {
                continue;
            }
            if let Some(gone) = parts.iter().find(|part| !words.contains(*part)) {
                problems.push(Problem::new(
                    format!("{}/COMMENTARY.md", exercise.folder()),
                    line,
                    match *gone == span {
                        true => format!("the code has no `{span}`"),
                        false => format!("`{span}` names `{gone}`, which the code does not have"),
                    },
                    "mend the name, or write another crate's item with its full path",
                ));
            }
        }
    }
    problems
}

fn is_identifier(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_alphanumeric() || c == '_')
}
