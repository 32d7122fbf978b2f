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
            let open = exercise.tree(0, false);
            // Only code can say it anyway: a page that says it gives it away.
            let known: HashSet<&str> = open
                .texts()
                .filter(|(path, _)| path.ends_with(".rs"))
                .flat_map(|(_, text)| text.lines().map(str::trim))
                .collect();
            secrets.extend(kept_texts(exercise).iter().map(|kept| kept.secret(&known)));
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

/// A text that students must not see.
struct Kept<'a> {
    what: String,
    lines: Vec<&'a str>,
    /// How many telling lines in a row give it away.
    run_length: usize,
    /// Whether the head of a function gives it away even where the starter has such a line: a hidden test
    /// that was copied among the public ones is still given away.
    heads_tell: bool,
}

impl Kept<'_> {
    fn secret(&self, known: &HashSet<&str>) -> Secret {
        let lines: Vec<String> = telling(self.lines.iter().map(|line| (0, *line)))
            .map(|(_, line)| line.to_owned())
            .collect();
        // What the starter says anyway is no secret.
        let tells = |line: &String| {
            !known.contains(line.as_str()) || (self.heads_tell && line.starts_with("fn "))
        };
        Secret {
            what: self.what.clone(),
            runs: lines
                .windows(self.run_length)
                .filter(|run| run.iter().any(tells))
                .map(<[String]>::to_vec)
                .collect(),
            run_length: self.run_length,
        }
    }
}

/// Hidden tests, the commentary, what mistakes add, and the bodies of regions.
fn kept_texts(exercise: &Exercise) -> Vec<Kept<'_>> {
    let name = exercise.name();
    let mut kept = Vec::new();
    for (path, text) in exercise.files.texts() {
        let hidden = path.starts_with("hidden/");
        if hidden || path == "COMMENTARY.md" {
            kept.push(Kept {
                what: format!("{name}/{path}"),
                lines: text.lines().collect(),
                run_length: 2,
                heads_tell: hidden,
            });
        }
    }
    for mistake in &exercise.mistakes {
        let patch = exercise.files.text(&mistake.path).unwrap_or_default();
        let added = patch.lines().filter(|line| !line.starts_with("+++"));
        kept.push(Kept {
            what: format!("the mistake `{}`", mistake.name),
            lines: added.filter_map(|line| line.strip_prefix('+')).collect(),
            run_length: 2,
            heads_tell: false,
        });
    }
    for (path, regions) in &exercise.regions {
        let text = exercise.files.text(path).unwrap_or_default();
        for (region, body) in regions.iter().zip(region::solution_bodies(text, regions)) {
            kept.push(Kept {
                what: format!("the region `{}` of {name}/{path}", region.id),
                lines: body,
                run_length: if region.kind == Kind::Hidden { 1 } else { 4 },
                heads_tell: false,
            });
        }
    }
    kept
}
