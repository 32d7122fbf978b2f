//! What the history of a published repository gives away: what once was pushed stays readable.

use std::collections::BTreeSet;

use crate::course::Assignment;
use crate::course::leak::{Leak, Secrets};
use crate::error::Result;
use crate::file_tree::FileTree;
use crate::forge::ForgeReader;
use crate::git::CommitId;

/// Every secret of the assignment in any commit of its published repository, each once, with the oldest
/// commit that has it. Nothing where it is not published.
pub fn leaks(forge: &dyn ForgeReader, assignment: &Assignment) -> Result<Vec<(CommitId, Leak)>> {
    let Some(repository) = forge.open(&assignment.slug)? else {
        return Ok(Vec::new());
    };
    let Some(head) = repository.head()? else {
        return Ok(Vec::new());
    };
    let secrets = Secrets::of(&assignment.exercises);
    let mut seen = BTreeSet::new();
    let mut leaks = Vec::new();
    for commit in repository.history(head)?.into_iter().rev() {
        // A file that an older commit had already was looked at there.
        let mut fresh = FileTree::default();
        for (path, file) in repository.tree(commit)?.iter() {
            if seen.insert((path.to_owned(), file.bytes.clone())) {
                fresh.insert(path, file.clone());
            }
        }
        leaks.extend(secrets.leaks(&fresh).into_iter().map(|leak| (commit, leak)));
    }
    Ok(leaks)
}
