//! Three trees become one: the release that the work stands on, the work, and the new release.
//!
//! What the course handed out and nobody may change is as the new release has it. All else is the student's: what only one
//! side changed is taken from that side, lines that both changed are never chosen for the student.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use similar::TextDiff;

use super::work::Work;
use crate::course::Editable;
use crate::file_tree::{File, FileTree};

/// What becomes of a path that the release changes, or that belongs to the course and was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It is new.
    Added,
    /// The release's takes the place of what was handed out before.
    Changed,
    /// The release has it no longer.
    Removed,
    /// It belongs to the course and was changed or removed; it is as the release has it.
    Reset,
    /// The student and the release changed different lines; it has both.
    Merged,
    /// It stays as the student has it.
    Conflict {
        /// Why it was not merged.
        why: Conflict,
        /// What the release changes in it, as a unified diff; none where there are no lines to show.
        #[serde(skip_serializing_if = "Option::is_none")]
        diff: Option<String>,
    },
}

/// Why a path stays as the student has it, although the release changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Conflict {
    /// Both changed the same lines.
    SameLines,
    /// The student removed or renamed it.
    RemovedByStudent,
    /// The release removes it, and the student changed it.
    RemovedByRelease,
    /// Both added a file there.
    BothAdded,
    /// It is no text, or no regular file, or too large.
    NotText,
    /// A file stands where a folder should be, or a folder where a file should be.
    InTheWay,
}

/// A merge: what is written to the student's tree, and what is told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// The files that are written, and where there is none, those that are taken away. All others stay.
    pub changes: BTreeMap<String, Option<File>>,
    /// What becomes of each path that is worth a word.
    pub outcomes: BTreeMap<String, Outcome>,
}

/// What the student has at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Theirs<'a> {
    Nothing,
    File(&'a File),
    /// Something that cannot be merged.
    Other,
}

/// What is done to a path.
enum Step {
    Keep,
    Write(File),
    Remove,
}

/// Merges a release into a student's work that stands on `base`.
pub fn merge(base: &FileTree, work: &Work, release: &FileTree, editable: &Editable) -> Merged {
    let mut merged = Merged::default();
    let paths: BTreeSet<&str> = base.paths().chain(release.paths()).collect();
    for path in paths {
        let (before, after) = (base.get(path), release.get(path));
        let theirs = match work.files.get(path) {
            Some(file) => Theirs::File(file),
            None if work.others.contains(path) => Theirs::Other,
            None => Theirs::Nothing,
        };
        let settled = match editable.matches(path) {
            true => settle_editable(path, before, theirs, after),
            false => settle_protected(before, theirs, after),
        };
        let Some((outcome, step)) = settled else {
            continue;
        };
        match step {
            Step::Keep => {}
            Step::Write(file) => drop(merged.changes.insert(path.to_owned(), Some(file))),
            Step::Remove => drop(merged.changes.insert(path.to_owned(), None)),
        }
        merged.outcomes.insert(path.to_owned(), outcome);
    }
    leave_what_is_in_the_way(&mut merged, base, work, release);
    merged
}

/// The course's own: as the release has it, whatever became of it.
fn settle_protected(
    before: Option<&File>,
    theirs: Theirs<'_>,
    after: Option<&File>,
) -> Option<(Outcome, Step)> {
    if theirs == as_theirs(after) {
        return None;
    }
    let outcome = match theirs == as_theirs(before) {
        true => taken(before, after),
        false => Outcome::Reset,
    };
    let step = after.map_or(Step::Remove, |file| Step::Write(file.clone()));
    Some((outcome, step))
}

/// The student's own.
fn settle_editable(
    path: &str,
    before: Option<&File>,
    theirs: Theirs<'_>,
    after: Option<&File>,
) -> Option<(Outcome, Step)> {
    // A file whose lines all end as on Windows has the same words.
    let like = |file: &File| with_line_ends_of(theirs, file);
    let (before, after) = (before.map(like), after.map(like));
    let (before, after) = (before.as_ref(), after.as_ref());
    if before == after || theirs == as_theirs(after) {
        return None;
    }
    if theirs == as_theirs(before) {
        let step = after.map_or(Step::Remove, |file| Step::Write(file.clone()));
        return Some((taken(before, after), step));
    }
    let conflict = |why| {
        let diff = match why {
            Conflict::RemovedByRelease | Conflict::NotText => None,
            _ => diff(path, before, after),
        };
        Some((Outcome::Conflict { why, diff }, Step::Keep))
    };
    match (before, theirs, after) {
        (_, Theirs::Other, _) => conflict(Conflict::NotText),
        (_, Theirs::Nothing, _) => conflict(Conflict::RemovedByStudent),
        (_, Theirs::File(_), None) => conflict(Conflict::RemovedByRelease),
        (None, Theirs::File(_), Some(_)) => conflict(Conflict::BothAdded),
        (Some(before), Theirs::File(theirs), Some(after)) => {
            if ![before, theirs, after].into_iter().all(is_text) {
                return conflict(Conflict::NotText);
            }
            let Ok(bytes) = diffy::merge_bytes(&before.bytes, &theirs.bytes, &after.bytes) else {
                return conflict(Conflict::SameLines);
            };
            let executable = match theirs.executable == before.executable {
                true => after.executable,
                false => theirs.executable,
            };
            let file = File {
                bytes: bytes.into(),
                executable,
            };
            Some((Outcome::Merged, Step::Write(file)))
        }
    }
}

fn as_theirs(file: Option<&File>) -> Theirs<'_> {
    file.map_or(Theirs::Nothing, Theirs::File)
}

/// What it is called where the release's takes the place of what was handed out.
fn taken(before: Option<&File>, after: Option<&File>) -> Outcome {
    match (before, after) {
        (None, _) => Outcome::Added,
        (_, None) => Outcome::Removed,
        _ => Outcome::Changed,
    }
}

/// A folder cannot stand where a file is, nor a file where a folder is: what the student has there stays.
fn leave_what_is_in_the_way(merged: &mut Merged, base: &FileTree, work: &Work, release: &FileTree) {
    let stays = |path: &str| {
        let there = work.files.get(path).is_some() || work.others.contains(path);
        there && !matches!(merged.changes.get(path), Some(None))
    };
    let all: Vec<&str> = work
        .files
        .paths()
        .chain(work.others.iter().map(String::as_str))
        .collect();
    let blocked = |path: &str| {
        let above = path.match_indices('/').any(|(at, _)| stays(&path[..at]));
        let below = format!("{path}/");
        above
            || all
                .iter()
                .any(|known| known.starts_with(&below) && stays(known))
    };
    let written = merged.changes.iter().filter(|(_, file)| file.is_some());
    let blocked: Vec<String> = written
        .map(|(path, _)| path.clone())
        .filter(|path| blocked(path))
        .collect();
    for path in blocked {
        merged.changes.remove(&path);
        let diff = diff(&path, base.get(&path), release.get(&path));
        let why = Conflict::InTheWay;
        merged
            .outcomes
            .insert(path, Outcome::Conflict { why, diff });
    }
}

fn is_text(file: &File) -> bool {
    !file.bytes.contains(&0)
}

/// What changes between two files, as a unified diff; none where no line does, or there are none.
fn diff(path: &str, old: Option<&File>, new: Option<&File>) -> Option<String> {
    let text = |file: Option<&File>| match file {
        Some(file) if !is_text(file) => None,
        Some(file) => Some(String::from_utf8_lossy(&file.bytes).into_owned()),
        None => Some(String::new()),
    };
    let (old, new) = (text(old)?, text(new)?);
    let diff = TextDiff::from_lines(&old, &new)
        .unified_diff()
        .header(path, path)
        .to_string();
    (!diff.is_empty()).then_some(diff)
}

/// A file of ours with lines that end as those of the student's.
fn with_line_ends_of(theirs: Theirs<'_>, file: &File) -> File {
    let ends = |bytes: &[u8]| {
        let all = bytes.iter().filter(|byte| **byte == b'\n').count();
        let with_return = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
        (all, with_return)
    };
    let Theirs::File(theirs) = theirs else {
        return file.clone();
    };
    let (all, with_return) = ends(&theirs.bytes);
    if all == 0 || with_return < all || file.bytes.contains(&b'\r') || !is_text(file) {
        return file.clone();
    }
    let mut bytes = Vec::with_capacity(file.bytes.len() + all);
    for byte in file.bytes.iter() {
        if *byte == b'\n' {
            bytes.push(b'\r');
        }
        bytes.push(*byte);
    }
    File {
        bytes: bytes.into(),
        executable: file.executable,
    }
}
