//! What must never reach a student, and where it does.
//!
//! A leak is found by content, not by file name: a run of lines of a hidden test, a mistake, the
//! commentary or a solution body that stands in a file that students get.

use std::collections::HashSet;

use super::assignment::Exercise;
use super::region::{self, Kind};
use crate::file_tree::FileTree;

/// A line counts as telling when it has this many characters that are not blank.
const TELLING_CHARACTERS: usize = 12;

/// The runs of telling lines of one secret.
struct Secret {
    what: String,
    runs: HashSet<Vec<String>>,
    run_length: usize,
}

/// A place where a secret stands in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The file that gives it away.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is given away.
    pub what: String,
}

/// Everything of some exercises that students must not see.
pub struct Secrets {
    secrets: Vec<Secret>,
}

impl Secrets {
    /// Gathers the secrets of these exercises.
    pub fn of<'a>(exercises: impl IntoIterator<Item = &'a Exercise>) -> Secrets {
        let mut secrets = Vec::new();
        for exercise in exercises {
            let name = exercise.name();
            let open = exercise.tree(0, false);
            // Only code can say it anyway: a page that says it gives it away.
            let known: HashSet<&str> = open
                .texts()
                .filter(|(path, _)| path.ends_with(".rs"))
                .flat_map(|(_, text)| text.lines().map(str::trim))
                .collect();
            let mut add = |what: String,
                           run_length: usize,
                           lines: &mut dyn Iterator<Item = &str>| {
                let hidden = what.contains("/hidden/");
                let lines: Vec<String> = telling(lines.map(|line| (0, line)))
                    .map(|(_, line)| line.to_owned())
                    .collect();
                let runs = lines
                    .windows(run_length)
                    // What the starter says anyway is no secret; how a hidden test begins always is.
                    .filter(|run| {
                        run.iter().any(|line| {
                            !known.contains(line.as_str()) || (hidden && line.starts_with("fn "))
                        })
                    })
                    .map(<[String]>::to_vec)
                    .collect();
                secrets.push(Secret {
                    what,
                    runs,
                    run_length,
                });
            };
            for (path, text) in exercise.files.texts() {
                if path.starts_with("hidden/") || path == "COMMENTARY.md" {
                    add(format!("{name}/{path}"), 2, &mut text.lines());
                }
            }
            for mistake in &exercise.mistakes {
                let patch = exercise.files.text(&mistake.path).unwrap_or_default();
                let mut added = patch
                    .lines()
                    .filter(|line| !line.starts_with("+++"))
                    .filter_map(|line| line.strip_prefix('+'));
                add(format!("the mistake `{}`", mistake.name), 2, &mut added);
            }
            for (path, regions) in &exercise.regions {
                let text = exercise.files.text(path).unwrap_or_default();
                for (region, body) in regions.iter().zip(region::solution_bodies(text, regions)) {
                    let run_length = if region.kind == Kind::Hidden { 1 } else { 4 };
                    add(
                        format!("the region `{}` of {name}/{path}", region.id),
                        run_length,
                        &mut body.into_iter(),
                    );
                }
            }
        }
        Secrets { secrets }
    }

    /// Every marker and every secret in a tree that students get.
    pub fn leaks(&self, tree: &FileTree) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for (path, text) in tree.texts() {
            if path.ends_with(".rs") {
                let marked = (1..)
                    .zip(text.lines())
                    .filter(|(_, line)| region::is_marker(line));
                leaks.extend(marked.map(|(line, _)| Leak {
                    path: path.to_owned(),
                    line,
                    what: "a region marker".to_owned(),
                }));
            }
            let lines: Vec<(usize, String)> = telling((1..).zip(text.lines()))
                .map(|(line, text)| (line, text.to_owned()))
                .collect();
            for secret in &self.secrets {
                let found = lines.windows(secret.run_length).find(|window| {
                    let run: Vec<String> = window.iter().map(|(_, text)| text.clone()).collect();
                    secret.runs.contains(&run)
                });
                leaks.extend(found.map(|window| Leak {
                    path: path.to_owned(),
                    line: window[0].0,
                    what: secret.what.clone(),
                }));
            }
        }
        leaks
    }
}

fn telling<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
) -> impl Iterator<Item = (usize, &'a str)> {
    lines
        .map(|(number, line)| (number, line.trim()))
        .filter(|(_, line)| {
            line.chars().filter(|c| !c.is_whitespace()).count() >= TELLING_CHARACTERS
                && !line.starts_with("//")
                && !line.starts_with("use ")
                && !line.starts_with("#[")
        })
}
