//! A grade as what people and other programs read.
//!
//! - [`values`]: what the templates of feedback may name; all words of a submission in it act on nobody
//! - [`first`]: the first thing to look at, explained
//! - [`links`]: places in the repository as links
//! - [`plot`]: a gate's number beside its bar, in letters
//! - [`past`]: what a comment remembers of the grade before
//! - [`annotations`]: failures on the lines where they happened, as commands of a workflow
//! - [`rehearsal`]: the templates tried before students meet them
//! - [`formats`]: one emitter for each format that others read
//!
//! The words are in `templates/feedback/`, and travel with the repository.

mod annotations;
mod first;
pub mod formats;
mod links;
mod past;
mod plot;
mod rehearsal;
mod values;

use crate::course::{Assignment, HandedOut};
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::grade::Grade;
use crate::liquid;

pub use past::{Past, marker};
pub use rehearsal::rehearse;

/// The template of a report.
const REPORT: &str = "report.md";

/// The template of the line that stands beside a commit.
const STATUS: &str = "status.txt";

/// The most that a forge takes as a comment, in characters.
const MAX_COMMENT: usize = 65_536;

/// The most that a forge shows beside a commit, in characters.
const MAX_STATUS: usize = 140;

/// What feedback is made of beside the grade.
pub struct Sources<'a> {
    /// What the repository says of itself.
    pub handed_out: &'a HandedOut,
    /// The repository's files: handouts, tests, pages.
    pub repository: &'a FileTree,
    /// Where its files can be seen at this commit, without a slash at the end; none where there is no such place.
    pub address: Option<&'a str>,
    /// The grade before, as the last comment remembers it.
    pub past: Option<&'a Past>,
}

/// What a student reads.
#[derive(Debug)]
pub struct Feedback {
    /// The report as Markdown.
    pub summary: String,
    /// The same as the body of a comment that is known again.
    pub comment: String,
    /// The line that stands beside the commit.
    pub status: String,
    /// Failures on their lines, as commands of a workflow.
    pub annotations: String,
}

/// Writes the feedback on a grade.
///
/// # Errors
///
/// Where a template is missing or cannot be filled in.
pub fn feedback(grade: &Grade, sources: &Sources<'_>) -> Result<Feedback> {
    let now = Past::of(grade, sources.past);
    let settings = sources.handed_out.settings.clone();
    let assignment = Assignment::of_repository(&grade.assignment, settings, sources.repository);
    let values = values::of(grade, &assignment, sources, &now)?;
    let fill = |name: &str| {
        let templates = &sources.handed_out.templates;
        let text = templates.get(name).ok_or_else(|| {
            Error::input(format!(
                "templates/feedback/{name}.liquid: it is missing; restore it from the project"
            ))
        })?;
        let path = format!("templates/feedback/{name}.liquid");
        Ok(liquid::fill(&path, text, &values)?.trim().to_owned())
    };
    let report = fill(REPORT)?;
    let status = fill(STATUS)?;
    let head = format!("{}\n{}\n", marker(grade.tier), now.line());
    Ok(Feedback {
        comment: head.clone() + &cut(&report, MAX_COMMENT - head.chars().count()),
        summary: report + "\n",
        status: status.chars().take(MAX_STATUS).collect(),
        annotations: annotations::of(grade, &assignment),
    })
}

/// A text of at most so many characters, cut at the end of a line.
fn cut(text: &str, max: usize) -> String {
    const CUT: &str = "\n\n[cut here: a comment holds no more; the job's summary has all of it]\n";
    if text.chars().count() < max {
        return text.to_owned() + "\n";
    }
    let kept: String = text.chars().take(max - CUT.len() - 8).collect();
    let kept = &kept[..kept.rfind('\n').unwrap_or(0)];
    // What was open stays open else.
    let fence = match kept.lines().filter(|line| line.starts_with("```")).count() % 2 {
        0 => "",
        _ => "\n```",
    };
    format!("{kept}{fence}{CUT}")
}
