//! Which release a student's work stands on.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::git::{CommitId, Repository};
use crate::publish::Published;
use crate::render::Release;

/// The release that a merge begins with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base<'a> {
    /// The release.
    pub(super) published: &'a Published,
    /// Whether the student's history has it, or an older one: then a merge may say so, too.
    pub(super) is_related: bool,
}

/// The newest release that the work can be shown to stand on; `None` where it stands on none.
///
/// Its history shows it, or else the release that its files name: whoever merges by copying ("squash") has the files of a
/// release and not its commit. Where neither does, the branch on which feedback is given tells what was accepted.
///
/// # Errors
///
/// Refuses a history that is longer than any honest one.
pub(super) fn base<'a>(
    releases: &'a [Published],
    repository: &Repository,
    main: CommitId,
    named: Option<&Release>,
    feedback: Option<CommitId>,
) -> Result<Option<Base<'a>>> {
    let newest_in = |head: CommitId| -> Result<Option<usize>> {
        let history: BTreeSet<CommitId> = repository.history(head)?.into_iter().collect();
        Ok(releases
            .iter()
            .position(|known| history.contains(&known.commit)))
    };
    let by_history = newest_in(main)?;
    let by_name = named.and_then(|named| {
        releases
            .iter()
            .position(|known| known.release.content == named.content)
    });
    let mut found = by_history.into_iter().chain(by_name).min();
    if let (None, Some(feedback)) = (found, feedback) {
        found = newest_in(feedback)?;
    }
    Ok(found.map(|index| Base {
        published: &releases[index],
        is_related: by_history.is_some(),
    }))
}
