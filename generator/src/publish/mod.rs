//! Brings a forge up to date: what would change, by reading alone; then the writes, each in one step.
//!
//! - [`forge`]: what reading a forge and writing to one mean
//! - [`local`]: the forge that is a folder of bare repositories
//! - [`accept()`]: a student's own repository
//! - [`history`]: what published commits give away

mod accept;
mod changes;
mod forge;
pub mod history;
mod local;

pub use accept::{Acceptance, accept, student_repository};
pub use changes::{Change, FileChanges, apply, changes};
pub use forge::{ForgeReader, ForgeWriter, Published};
pub use local::{LocalForge, Push};
