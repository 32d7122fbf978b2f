//! One thing to prove.

use super::outcome::VariantOutcome;
use crate::build::Place;
use crate::error::Result;
use crate::file_tree::FileTree;

/// Gets an outcome of the tree that is laid in a place; the paths are those that changed there.
type Prove<'a> = Box<dyn Fn(&Place, &[String]) -> Result<VariantOutcome> + Send + Sync + 'a>;

/// One thing to prove: a tree to lay in a place, and how to get its outcome there.
pub(super) struct Task<'a> {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) how: String,
    pub(super) tree: FileTree,
    pub(super) prove: Prove<'a>,
}
