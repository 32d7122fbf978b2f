//! Brings a forge up to date: what would change, by reading alone; then the writes.
//!
//! - [`changes()`]: what an assignment's template repository would get
//! - [`admission`]: repositories of their own for students and groups
//! - [`protection()`]: what the forge is asked to forbid
//! - [`releases`]: what was published so far
//! - [`history`]: what published commits give away

pub mod admission;
mod changes;
pub mod history;
mod protection;
pub mod releases;

pub use admission::{FEEDBACK, Template, Workplace, student_repository};
pub use changes::{Change, FileChanges, MAIN, changes, writes};
pub use protection::protection;
pub use releases::{Published, Releases};
