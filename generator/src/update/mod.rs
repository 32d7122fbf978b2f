//! A new release brought into repositories that students already work in.
//!
//! - [`base`]: which release a student's work stands on; [`work`]: that work, as a merge sees it
//! - [`merge()`]: base, work and release become one
//! - [`plan`]: what is to be done to one repository, as a value; [`proposal`]: branches and pull requests by which it is done
//! - [`explain`]: what the student reads about it
//! - [`record`]: what was done, so that it can be undone; [`undo`]: how
//!
//! Nothing that a student wrote is overwritten: where nobody worked, `main` moves on; elsewhere the release is proposed, and
//! what cannot be merged is left as the student has it.

mod base;
mod explain;
mod merge;
mod plan;
mod proposal;
pub mod record;
pub mod undo;
mod work;

pub use explain::{TEMPLATE, Words};
pub use merge::{Conflict, Merged, Outcome, merge};
pub use plan::{Plan, Planner, State};
pub use record::Record;
pub use undo::{Undo, Undone};
pub use work::Work;
