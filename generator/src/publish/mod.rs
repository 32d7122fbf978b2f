//! Brings a forge up to date: what would change, by reading alone; then the writes.
//!
//! - [`publication`]: a repository of ours as it is to be; [`changes()`]: what it would get
//! - [`protection()`]: what the forge is asked to forbid
//! - [`releases`]: what was published so far
//! - [`workplace`]: repositories to work in, by a roster; [`admission`]: what is left to do for one
//! - [`history`]: what published commits give away

pub mod admission;
mod changes;
pub mod history;
mod protection;
pub mod publication;
pub mod releases;
pub mod workplace;

pub use admission::{FEEDBACK, Template};
pub use changes::{Change, FileChanges, MAIN, changes, writes};
pub use protection::{protection, protection_writes};
pub use publication::Publication;
pub use releases::{Published, Releases};
pub use workplace::{Workplace, student_repository, workplace_of, workplaces};
