//! What must never reach a student, and where it does.
//!
//! A leak is found by content, not by file name: a run of lines of a hidden test, a mistake, the
//! commentary or a solution body that stands in a file that students get.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use super::assignment::Exercise;
use super::region::{self, Kind};
use crate::file_tree::FileTree;

/// A line counts as telling when it has this many characters that are not blank.
const TELLING_CHARACTERS: usize = 12;

/// How many telling lines in a row can give a secret away.
const RUN_LENGTHS: [usize; 3] = [1, 2, 4];

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

/// A line that stands in a secret, by number from 1.
type LineId = u32;

/// Up to four lines in a row.
type Run = u128;

/// Everything of some exercises that students must not see.
///
/// A text is looked through once, however many secrets there are: its lines become numbers, and runs of
/// numbers are looked up.
pub struct Secrets<'a> {
    /// What each secret is.
    names: Vec<String>,
    lines: HashMap<&'a str, LineId>,
    /// The secrets that a run gives away.
    runs: HashMap<Run, Vec<usize>>,
}

impl<'a> Secrets<'a> {
    /// Gathers the secrets of these exercises.
    pub fn of(exercises: impl IntoIterator<Item = &'a Exercise>) -> Secrets<'a> {
        let mut secrets = Secrets {
            names: Vec::new(),
            lines: HashMap::new(),
            runs: HashMap::new(),
        };
        for exercise in exercises {
            let kept = kept_texts(exercise);
            let numbered: Vec<Vec<LineId>> = kept.iter().map(|kept| secrets.number(kept)).collect();
            let open = exercise.tree(0, false);
            let known = secrets.known(&open);
            for (kept, lines) in kept.into_iter().zip(numbered) {
                secrets.add(kept, &lines, &known);
            }
        }
        secrets
    }

    /// The numbers of a text's telling lines; new ones for new lines.
    fn number(&mut self, kept: &Kept<'a>) -> Vec<LineId> {
        let lines = telling(kept.lines.iter().map(|line| (0, *line)));
        lines
            .map(|(_, line)| {
                let next = LineId::try_from(self.lines.len() + 1).unwrap_or(LineId::MAX);
                *self.lines.entry(line).or_insert(next)
            })
            .collect()
    }

    /// Which lines the starter says anyway. Only code can: a page that says a line gives it away.
    fn known(&self, open: &FileTree) -> Vec<bool> {
        let mut known = vec![false; self.lines.len() + 1];
        for (_, text) in open.texts().filter(|(path, _)| path.ends_with(".rs")) {
            for line in text.lines() {
                if let Some(id) = self.lines.get(line.trim()) {
                    known[*id as usize] = true;
                }
            }
        }
        known
    }

    fn add(&mut self, kept: Kept<'a>, lines: &[LineId], known: &[bool]) {
        let heads: Vec<LineId> = match kept.heads_tell {
            true => {
                let heads = kept.lines.iter().map(|line| line.trim());
                let heads = heads.filter(|line| line.starts_with("fn "));
                heads
                    .filter_map(|line| self.lines.get(line).copied())
                    .collect()
            }
            false => Vec::new(),
        };
        let tells = |id: &LineId| !known[*id as usize] || heads.contains(id);
        let secret = self.names.len();
        for run in lines.windows(kept.run_length) {
            if run.iter().any(tells) {
                let secrets = self.runs.entry(as_run(run)).or_default();
                if secrets.last() != Some(&secret) {
                    secrets.push(secret);
                }
            }
        }
        self.names.push(kept.what);
    }

    /// Every marker and every secret in a tree that students get.
    pub fn leaks(&self, tree: &FileTree) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for (path, text) in tree.texts() {
            let leak = |line: usize, what: &str| Leak {
                path: path.to_owned(),
                line,
                what: what.to_owned(),
            };
            if path.ends_with(".rs") {
                let marked = (1..)
                    .zip(text.lines())
                    .filter(|(_, line)| region::is_marker(line));
                leaks.extend(marked.map(|(line, _)| leak(line, "a region marker")));
            }
            let (places, lines): (Vec<usize>, Vec<LineId>) = telling((1..).zip(text.lines()))
                .map(|(line, text)| (line, self.lines.get(text).copied().unwrap_or_default()))
                .unzip();
            // The first line of each secret.
            let mut found = BTreeMap::new();
            for length in RUN_LENGTHS {
                for (run, line) in lines.windows(length).zip(&places) {
                    // No secret has such a line.
                    if run.contains(&0) {
                        continue;
                    }
                    for secret in self.runs.get(&as_run(run)).into_iter().flatten() {
                        found.entry(secret).or_insert(*line);
                    }
                }
            }
            leaks.extend(
                found
                    .into_iter()
                    .map(|(secret, line)| leak(line, &self.names[*secret])),
            );
        }
        leaks
    }
}

/// Runs of different lengths are different, since no line has the number 0.
fn as_run(lines: &[LineId]) -> Run {
    lines
        .iter()
        .fold(0, |run, line| run << LineId::BITS | Run::from(*line))
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
    /// How many telling lines in a row give it away: one of [`RUN_LENGTHS`].
    run_length: usize,
    /// Whether the head of a function gives it away even where the starter has such a line: a hidden test
    /// that was copied among the public ones is still given away.
    heads_tell: bool,
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
