//! What a student reads about an update: the pull request, and the commit, where a forge has no pull requests.

use ::liquid::object;
use serde::Serialize;

use super::merge::{Conflict, Outcome};
use super::plan::Files;
use crate::error::{Error, Result};
use crate::git::CommitId;
use crate::harmless::{code_span, fenced, harmless_line, harmless_markdown};
use crate::liquid;
use crate::plan::RELEASE;
use crate::render::Release;

/// The template of the text.
pub const TEMPLATE: &str = "templates/enrolment/update.md.liquid";

/// How many lines of a diff are shown.
const DIFF_LINES: usize = 120;
/// How many letters of all diffs together: a forge takes about 65,000 for all of the text.
const DIFF_LETTERS: usize = 40_000;
/// How many paths are named, of each kind.
const NAMED_PATHS: usize = 100;

/// What the text is made of.
#[derive(Debug, Clone)]
pub struct Words {
    /// The assignment's title.
    pub title: String,
    /// The text of [`TEMPLATE`].
    pub template: String,
}

/// What there is to tell.
pub(super) struct Told<'a> {
    pub(super) base: &'a Release,
    pub(super) release: &'a Release,
    /// The student's commit.
    pub(super) main: CommitId,
    /// The branch by which it is proposed, if it is.
    pub(super) branch: Option<&'a str>,
    pub(super) files: &'a Files,
}

#[derive(Serialize)]
struct ShownConflict {
    path: String,
    why: &'static str,
    diff: Option<String>,
}

impl Words {
    /// The title of a pull request, and the first line of a commit.
    pub(super) fn title(&self, release: &Release) -> String {
        harmless_line(&format!("Update to release {}", release.version))
    }

    /// The text, as Markdown.
    ///
    /// # Errors
    ///
    /// Refuses a template that cannot be filled in.
    pub(super) fn text(&self, told: &Told<'_>) -> Result<String> {
        let paths = |wanted: &Outcome| {
            let all: Vec<&String> = told
                .files
                .iter()
                .filter(|(path, outcome)| *outcome == wanted && *path != RELEASE)
                .map(|(path, _)| path)
                .collect();
            let mut named: Vec<String> = all
                .iter()
                .take(NAMED_PATHS)
                .map(|path| code_span(path))
                .collect();
            if let more @ 1.. = all.len() - named.len() {
                named.push(format!("and {more} more"));
            }
            named
        };
        let id = told.main.to_string();
        let mut values = object!({
            "assignment": { "title": harmless_markdown(&self.title) },
            "release": { "version": harmless_markdown(&told.release.version) },
            "base": { "version": harmless_markdown(&told.base.version) },
            "main": code_span(&id[..12]),
            "branch": told.branch.map(code_span),
            "added": paths(&Outcome::Added),
            "changed": paths(&Outcome::Changed),
            "removed": paths(&Outcome::Removed),
            "reset": paths(&Outcome::Reset),
            "merged": paths(&Outcome::Merged),
        });
        let conflicts = ::liquid::model::to_value(&conflicts(told.files))
            .map_err(|error| Error::Internal(error.to_string()))?;
        values.insert("conflicts".into(), conflicts);
        liquid::fill(TEMPLATE, &self.template, &values)
    }
}

fn conflicts(files: &Files) -> Vec<ShownConflict> {
    let mut left = DIFF_LETTERS;
    let conflicts = files.iter().filter_map(|(path, outcome)| match outcome {
        Outcome::Conflict { why, diff } => Some((path, *why, diff)),
        _ => None,
    });
    conflicts
        .take(NAMED_PATHS)
        .map(|(path, why, diff)| {
            let diff = diff.as_deref().map(shortened);
            let diff = diff.filter(|diff| diff.len() <= left);
            left -= diff.as_ref().map_or(0, String::len);
            ShownConflict {
                path: code_span(path),
                why: in_words(why),
                diff: diff.map(|diff| fenced("diff", &diff)),
            }
        })
        .collect()
}

fn shortened(diff: &str) -> String {
    let lines: Vec<&str> = diff.lines().collect();
    match lines.len().checked_sub(DIFF_LINES) {
        None | Some(0) => diff.to_owned(),
        Some(more) => format!("{}\n({more} more lines)", lines[..DIFF_LINES].join("\n")),
    }
}

fn in_words(why: Conflict) -> &'static str {
    match why {
        Conflict::SameLines => "you changed the same lines",
        Conflict::RemovedByStudent => {
            "you removed or renamed it; the change belongs where its code is now"
        }
        Conflict::RemovedByRelease => "the release has it no longer; you changed it, so it stays",
        Conflict::BothAdded => "the release adds a file where you have one of your own",
        Conflict::NotText => "its lines cannot be merged",
        Conflict::InTheWay => {
            "a file of yours stands where the release has a folder, or the other way round; move yours, and the next update brings ours"
        }
    }
}
