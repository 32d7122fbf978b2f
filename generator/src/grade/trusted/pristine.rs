//! Our own tree with the student's files laid over it, and what the student's commit has otherwise.

use super::submission::Submission;
use crate::course::{Assignment, Editable};
use crate::error::Result;
use crate::file_tree::{File, FileTree};
use crate::grade::report::{Finding, FindingKind};
use crate::plan::{CARGO_GENERATE, RELEASE};
use crate::render::{generated, package_name};

/// How many paths a finding names before it only counts.
const NAMED_PATHS: usize = 5;

/// The tree to build: the rendered repository, its editable files replaced by the student's.
pub(super) fn tree(rendered: &FileTree, editable: &Editable, submission: &Submission) -> FileTree {
    let mut tree = FileTree::default();
    for (path, file) in rendered.iter().filter(|(path, _)| !editable.matches(path)) {
        tree.insert(path, file.clone());
    }
    tree.lay("", &submission.editable);
    tree
}

/// Takes the text of the public tests out of a tree. Code is compiled without them, and runs without them.
pub(super) fn take_tests_out(tree: &mut FileTree, assignment: &Assignment) {
    for exercise in &assignment.exercises {
        let folder = format!("{}/tests/", exercise.name());
        let is_test = |path: &&str| path.starts_with(&folder) && path.ends_with(".rs");
        let tests: Vec<String> = tree.paths().filter(is_test).map(str::to_owned).collect();
        for path in tests {
            tree.remove(&path);
        }
    }
}

/// What the student began with: the rendered repository, or where the first commit shows that
/// cargo-generate made it, what that makes of it.
pub(super) fn beginning(
    assignment: &Assignment,
    rendered: &FileTree,
    submission: &Submission,
) -> Result<FileTree> {
    if submission.first.get(CARGO_GENERATE).is_some() {
        return Ok(rendered.clone());
    }
    let named = assignment.exercises.iter().find_map(|exercise| {
        let path = format!("{}/Cargo.toml", exercise.name());
        package_name(&path, submission.first.text(&path)?).ok()
    });
    let mut beginning = generated(rendered, &named.unwrap_or_default())?;
    // Cargo enters the new name there by itself.
    beginning.remove("Cargo.lock");
    Ok(beginning)
}

/// What the course handed out, as far as it is known: whatever of it a submission has is no doing of the student's.
struct HandedOut<'a> {
    /// The release that the work stands on.
    newest: &'a FileTree,
    all: Vec<&'a FileTree>,
}

impl<'a> HandedOut<'a> {
    /// What a history shows, and what was `published`. Where that is known, a history shows no release that was not.
    fn of(submission: &'a Submission, published: &'a [FileTree]) -> HandedOut<'a> {
        let is_published = |tree: &&FileTree| {
            let mark = tree.get(RELEASE);
            published.is_empty() || published.iter().any(|known| known.get(RELEASE) == mark)
        };
        let first = [&submission.first];
        let releases = submission.releases.iter().filter(is_published);
        let all: Vec<&FileTree> = releases.chain(first).chain(published).collect();
        HandedOut {
            newest: all[0],
            all,
        }
    }

    /// Whether a path of a submission is as it was handed out. A file that is not there must not have been there in the
    /// newest release; one that is there may have been brought by hand from any other.
    fn has(&self, path: &str, theirs: Option<&File>) -> bool {
        let any = || self.all.iter().any(|tree| tree.get(path) == theirs);
        self.newest.get(path) == theirs || theirs.is_some() && any()
    }

    fn knows(&self, path: &str) -> bool {
        self.all.iter().any(|tree| tree.get(path).is_some())
    }
}

/// What was changed that is not the student's to change, and what plays no part.
pub(super) fn findings(
    beginning: &FileTree,
    editable: &Editable,
    submission: &Submission,
    published: &[FileTree],
) -> Vec<Finding> {
    let handed_out = HandedOut::of(submission, published);
    let mut findings = Vec::new();
    let mut other_release = false;
    for (path, ours) in beginning.iter().filter(|(path, _)| !editable.matches(path)) {
        let theirs = submission.others.get(path);
        if theirs == Some(ours) {
            continue;
        }
        if handed_out.has(path, theirs) {
            other_release = true;
            continue;
        }
        let (kind, what) = match theirs {
            Some(_) => (FindingKind::ProtectedChanged, "was changed"),
            None => (FindingKind::ProtectedMissing, "is gone"),
        };
        findings.push(Finding {
            kind,
            path: Some(path.to_owned()),
            line: None,
            message: format!("it belongs to the course and {what}; ours was used"),
        });
    }
    if other_release {
        findings.push(Finding {
            kind: FindingKind::OtherRelease,
            path: Some(RELEASE.to_owned()),
            line: None,
            message: "the repository was made of another release; it was graded with this one"
                .to_owned(),
        });
    }
    let own = |path: &&str| beginning.get(path).is_none() && !handed_out.knows(path);
    let left_out: Vec<&str> = submission.others.paths().filter(own).collect();
    if !left_out.is_empty() {
        let named = left_out[..left_out.len().min(NAMED_PATHS)].join(", ");
        let more = match left_out.len().saturating_sub(NAMED_PATHS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        findings.push(Finding {
            kind: FindingKind::LeftOut,
            path: None,
            line: None,
            message: format!("files of the student's own play no part in grading: {named}{more}"),
        });
    }
    findings
}
