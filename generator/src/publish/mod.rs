//! Brings a forge up to date: what would change, by reading alone; then the writes.
//!
//! - [`changes()`]: what an assignment's template repository would get
//! - [`protection()`]: what the forge is asked to forbid
//! - [`releases`]: what was published so far
//! - [`workplace`]: repositories to work in, by a roster; [`admission`]: what is left to do for one
//! - [`history`]: what published commits give away

pub mod admission;
mod changes;
pub mod history;
mod protection;
pub mod releases;
pub mod workplace;

pub use admission::{FEEDBACK, Template};
pub use changes::{Change, FileChanges, MAIN, changes, writes};
pub use protection::protection;
pub use releases::{Published, Releases};
pub use workplace::{Workplace, student_repository, workplace_of, workplaces};
