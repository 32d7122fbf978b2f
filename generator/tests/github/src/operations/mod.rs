//! What each operation of the interface does, a file for each kind of thing.
//!
//! An operation that is not in these lists is answered with 404, as GitHub answers a path or a method that it does not know.

mod accounts;
mod apps;
mod branches;
mod collaborators;
mod commits;
mod issues;
mod pulls;
mod repositories;
mod rulesets;
mod statuses;

pub(crate) use repositories::{due, name_taken};

use std::collections::BTreeMap;

use crate::access::Needs;
use crate::answer::{Answer, Refused};
use crate::call::Call;

/// An operation.
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// Its path in GitHub's description.
    pub(crate) path: &'static str,
    pub(crate) needs: Needs,
    pub(crate) does: fn(&mut Call<'_>) -> Result<Answer, Refused>,
}

const fn operation(
    method: &'static str,
    path: &'static str,
    needs: Needs,
    does: fn(&mut Call<'_>) -> Result<Answer, Refused>,
) -> Operation {
    Operation {
        method,
        path,
        needs,
        does,
    }
}

/// In this order: of two paths that fit, the one with more words of its own stands first.
const ALL: &[&[Operation]] = &[
    accounts::OPERATIONS,
    apps::OPERATIONS,
    collaborators::OPERATIONS,
    rulesets::OPERATIONS,
    statuses::OPERATIONS,
    pulls::OPERATIONS,
    issues::OPERATIONS,
    commits::OPERATIONS,
    branches::OPERATIONS,
    repositories::OPERATIONS,
];

/// All operations.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    ALL.iter().copied().flatten()
}

/// The operation that a method and a path name, with the path's parameters.
pub(crate) fn find(
    method: &str,
    path: &str,
) -> Option<(&'static Operation, BTreeMap<&'static str, String>)> {
    all()
        .filter(|operation| operation.method == method)
        .find_map(|operation| Some((operation, crate::path::matched(operation.path, path)?)))
}
