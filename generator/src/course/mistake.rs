//! Mistakes: plausible wrong solutions, kept as patches of the marked source.

use std::collections::BTreeMap;

use diffy::Patch;
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use super::region::{Kind, Region};
use super::settings;
use crate::file_tree::FileTree;

/// The TOML lines that stand before the patch.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Header {
    /// The stage whose tests must catch it; it is laid on the tree of that stage.
    pub stage: usize,
    /// What the student got wrong, in a sentence.
    pub why: String,
    /// Earlier stages whose tests it breaks too; exact.
    #[serde(default)]
    pub also_fails: Vec<usize>,
    /// Of a solution that is right and slow, or wasteful: the gates that must fail.
    #[serde(default)]
    pub gates: Vec<String>,
}

/// A wrong solution.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// The file's name without `.patch`.
    pub name: String,
    /// Path of the patch from the root of the exercise.
    pub path: String,
    /// What it claims.
    pub header: Header,
    /// The marked source with the patch applied: only the files it changes.
    pub changed: FileTree,
}

/// Reads a patch and lays it on the marked source of the exercise. Problems carry paths relative to the
/// exercise.
pub fn parse(
    path: &str,
    text: &str,
    source: &FileTree,
    regions: &BTreeMap<String, Vec<Region>>,
) -> Result<Mistake, Vec<Problem>> {
    let start = text
        .lines()
        .position(|line| line.starts_with("--- ") || line.starts_with("diff --git "))
        .ok_or_else(|| {
            vec![Problem::new(
                path,
                1,
                "no unified diff in it",
                "put a line `--- a/src/file.rs` and the rest of a diff under the header",
            )]
        })?;
    let header_text: String = text
        .lines()
        .take(start)
        .flat_map(|line| [line, "\n"])
        .collect();
    let header: Header = settings::read(path, &header_text)?;
    let mut changed = FileTree::default();
    let mut problems = Vec::new();
    for section in sections(text, start) {
        let problem =
            |line: usize, message: String, remedy: &str| Problem::new(path, line, message, remedy);
        match apply(&section, source) {
            Ok((file, new_text, touched)) => {
                let allowed = regions.get(&file).map_or(&[][..], Vec::as_slice);
                if let Some(outside) = touched
                    .iter()
                    .find(|line| !inside_solution(**line, allowed, header.stage))
                {
                    problems.push(problem(
                        section.line(),
                        format!("it changes {file}:{outside}, which is in no solution region of stage {} or earlier", header.stage),
                        "change only what a student at that stage writes",
                    ));
                }
                changed.insert_text(file, new_text);
            }
            Err((line, message)) => problems.push(problem(
                line,
                message,
                "make the patch anew against today's source, as assignments/README.md shows",
            )),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let name = path
        .trim_start_matches("mistakes/")
        .trim_end_matches(".patch")
        .to_owned();
    Ok(Mistake {
        name,
        path: path.to_owned(),
        header,
        changed,
    })
}

/// The diff of one file: its lines, numbered from 1 as they stand in the patch.
struct Section<'a> {
    lines: Vec<(usize, &'a str)>,
}

impl Section<'_> {
    /// Where it starts.
    fn line(&self) -> usize {
        self.lines.first().map_or(1, |(line, _)| *line)
    }

    fn text(&self) -> String {
        self.lines
            .iter()
            .flat_map(|(_, line)| [*line, "\n"])
            .collect()
    }

    /// The first line that the diff expects in `source` and that is not there; the first hunk where each
    /// line is there somewhere.
    fn first_stranger(&self, source: &str) -> (usize, Option<&str>) {
        let known: Vec<&str> = source.lines().collect();
        let expected = self
            .lines
            .iter()
            .skip_while(|(_, line)| !line.starts_with("@@"));
        let mut expected = expected.filter(|(_, line)| line.starts_with([' ', '-']));
        let stranger = expected.find(|(_, line)| !known.contains(&&line[1..]));
        let hunk = self.lines.iter().find(|(_, line)| line.starts_with("@@"));
        match stranger {
            Some((number, line)) => (*number, Some(&line[1..])),
            None => (hunk.map_or(self.line(), |(number, _)| *number), None),
        }
    }
}

/// The diff of each file.
fn sections(text: &str, start: usize) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for (number, line) in (1..).zip(text.lines()).skip(start) {
        if line.starts_with("--- ") {
            sections.push(Section { lines: Vec::new() });
        }
        if line.starts_with("diff ") || line.starts_with("index ") {
            continue;
        }
        if let Some(section) = sections.last_mut() {
            section.lines.push((number, line));
        }
    }
    sections
}

/// The file a diff is for, its text afterwards, and the lines of the original that it touches: those it
/// removes, and those after which it inserts. Where it does not apply: the line of the patch, and why.
fn apply(
    section: &Section<'_>,
    source: &FileTree,
) -> Result<(String, String, Vec<usize>), (usize, String)> {
    let at_start = |message: String| (section.line(), message);
    let diff = section.text();
    let patch =
        Patch::from_str(&diff).map_err(|error| at_start(format!("not a unified diff: {error}")))?;
    let file = patch
        .original()
        .map(without_prefix)
        .ok_or_else(|| at_start("the diff names no file".to_owned()))?;
    let text = source.text(&file).ok_or_else(|| {
        at_start(format!(
            "the diff is for `{file}`, which the exercise does not have"
        ))
    })?;
    let new_text = diffy::apply(text, &patch).map_err(|_| {
        let (line, stranger) = section.first_stranger(text);
        let why = match stranger {
            Some(stranger) => format!("{file} has no line `{}`", stranger.trim()),
            None => format!("its lines do not follow each other in {file}"),
        };
        (line, format!("the diff does not apply: {why}"))
    })?;
    Ok((file, new_text.clone(), touched(text, &new_text)))
}

/// The path behind the letter that git puts before it: `a`, or another by the author's settings.
fn without_prefix(name: &str) -> String {
    match name.split_once('/') {
        Some((prefix, path)) if prefix.len() == 1 => path.to_owned(),
        _ => name.to_owned(),
    }
}

fn touched(old: &str, new: &str) -> Vec<usize> {
    let diff = similar::TextDiff::from_lines(old, new);
    let mut last = 0;
    let mut lines = Vec::new();
    for change in diff.iter_all_changes() {
        match change.tag() {
            similar::ChangeTag::Equal => last = change.old_index().unwrap_or(last) + 1,
            similar::ChangeTag::Delete => {
                last = change.old_index().unwrap_or(last) + 1;
                lines.push(last);
            }
            // Text that follows a region's head stands inside it; `last` is the line before.
            similar::ChangeTag::Insert => lines.push(last + 1),
        }
    }
    lines
}

fn inside_solution(line: usize, regions: &[Region], stage: usize) -> bool {
    regions.iter().any(|region| {
        let counts = matches!(region.kind, Kind::Solution { stage: own } if own <= stage);
        counts && region.open < line && line <= region.close
    })
}
