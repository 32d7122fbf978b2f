//! What of a submission's code goes beyond the capabilities of its exercise: uses that the lints find, words of unsafe code.

use serde::Deserialize;

use super::report::{Finding, FindingKind};
use crate::capability;
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::file_tree::FileTree;

/// How many findings of one kind are told one by one.
const TOLD: usize = 20;

/// Collects findings against one exercise.
pub(super) struct Denied<'a> {
    exercise: &'a Exercise,
    findings: Vec<Finding>,
    untold: usize,
}

impl Denied<'_> {
    /// None yet.
    pub(super) fn of(exercise: &Exercise) -> Denied<'_> {
        Denied {
            exercise,
            findings: Vec::new(),
            untold: 0,
        }
    }

    /// Adds one, while they are few; the rest is counted.
    pub(super) fn add(&mut self, path: Option<String>, line: Option<usize>, what: &str) {
        if self.findings.len() == TOLD {
            self.untold += 1;
            return;
        }
        self.findings.push(Finding {
            kind: FindingKind::DeniedUse,
            path,
            line,
            message: format!(
                "{what}; `{}` counts 0 until it is gone",
                self.exercise.name()
            ),
        });
    }

    /// All of them.
    pub(super) fn done(mut self) -> Vec<Finding> {
        if self.untold > 0 {
            let untold = self.untold;
            self.findings.push(Finding {
                kind: FindingKind::DeniedUse,
                path: None,
                line: None,
                message: format!("and {untold} more of that kind"),
            });
        }
        self.findings
    }
}

/// What the lints found in one crate.
#[derive(Debug)]
pub(super) enum Linted {
    /// The uses that they know.
    Uses(Vec<Use>),
    /// They did not come to an end, or what they said cannot be read.
    Unknown,
}

/// A use of something that is denied.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// The file, from the root of the tree.
    pub(super) path: String,
    /// The line.
    pub(super) line: usize,
    /// What is used, as std calls it.
    pub(super) item: String,
}

/// A message of the compiler's, as far as we read it.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    /// Its words.
    pub(super) message: String,
    /// How bad it is.
    pub(super) level: String,
    /// Its code, or the lint.
    pub(super) code: Option<Code>,
    #[serde(default)]
    spans: Vec<Span>,
    /// As the compiler would print it.
    pub(super) rendered: Option<String>,
}

/// An error's code, or a lint's name.
#[derive(Debug, Deserialize)]
pub(super) struct Code {
    /// It.
    pub(super) code: String,
}

#[derive(Debug, Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    is_primary: bool,
}

/// The uses that the lints reported, each once.
pub(super) fn uses(messages: impl IntoIterator<Item = Message>) -> Vec<Use> {
    let ours = |message: &Message| {
        let code = message.code.as_ref().map(|code| code.code.as_str());
        code.is_some_and(|code| capability::LINTS.contains(&code))
    };
    let uses = messages.into_iter().filter(ours).map(|message| {
        let at = message.spans.iter().find(|span| span.is_primary);
        Use {
            path: at.map(|span| span.file_name.clone()).unwrap_or_default(),
            line: at.map_or(1, |span| span.line_start),
            item: message
                .message
                .split('`')
                .nth(1)
                .unwrap_or_default()
                .to_owned(),
        }
    });
    let mut uses: Vec<Use> = uses.collect();
    uses.sort();
    uses.dedup();
    uses
}

/// Words of unsafe code in an exercise's sources, where it may not be used: in those that the compiler read, or where that
/// is not known, in all of them.
pub(super) fn unsafe_words(
    exercise: &Exercise,
    editable: &FileTree,
    read: Option<&[String]>,
) -> Vec<Finding> {
    let mut denied = Denied::of(exercise);
    if exercise.entry.capabilities.contains(&Capability::Unsafe) {
        return denied.done();
    }
    let start = format!("{}/", exercise.name());
    let counts = |path: &str| match read {
        Some(read) => read.iter().any(|file| file == path),
        None => path.starts_with(&start) && path.ends_with(".rs"),
    };
    for (path, text) in editable.texts().filter(|(path, _)| counts(path)) {
        let words = match (capability::unsafe_words(text), read) {
            (Some(words), _) => words,
            // The compiler could not read it either, and says why.
            (None, None) => continue,
            (None, Some(_)) => {
                let what = "it compiles, and cannot be read word by word, so nobody can say that it holds no unsafe code";
                denied.add(Some(path.to_owned()), None, what);
                continue;
            }
        };
        for found in words {
            let what = format!(
                "`{}` is a word of unsafe code, and this exercise does without: `unsafe` is not among its capabilities",
                found.word
            );
            denied.add(Some(path.to_owned()), Some(found.line), &what);
        }
    }
    denied.done()
}

/// Uses of the standard library that the exercise's capabilities leave denied.
pub(super) fn std_uses(exercise: &Exercise, linted: Linted) -> Vec<Finding> {
    let mut denied = Denied::of(exercise);
    match linted {
        Linted::Uses(uses) => {
            for found in uses {
                let why = capability::why_denied(&found.item, &exercise.entry.capabilities);
                denied.add(Some(found.path), Some(found.line), &why);
            }
        }
        Linted::Unknown => denied.add(
            None,
            None,
            "the check of what its code uses did not come to an end, so nobody can say that it keeps to its capabilities",
        ),
    }
    denied.done()
}
