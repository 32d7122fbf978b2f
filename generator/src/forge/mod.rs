//! The door to where repositories live: a folder of bare repositories, or GitHub.
//!
//! - [`reader`]: what can be asked; [`write`]: what can be done, as data; [`rulesets`]: what a forge forbids for us
//! - [`carry_out()`]: writes done one after the other, by [`journal`], as fast as [`pace`] allows and a [`clock`] tells
//! - [`local`]: the forge that is a folder; [`github`]: the one that is a service
//!
//! Reading and writing are two things: a dry run never gets hold of a writer.

mod carry_out;
pub mod clock;
pub mod github;
pub mod journal;
pub mod local;
pub mod pace;
pub mod reader;
pub mod rulesets;
pub mod write;

pub use carry_out::{Progress, Refused, carry_out};
pub use clock::Clock;
pub use github::GitHub;
pub use journal::Journal;
pub use local::{LocalForge, Push};
pub use pace::Limits;
pub use reader::{Access, Branches, Comment, ForgeReader, Listed, Offers, PullRequest, PullState};
pub use rulesets::{Forbids, Ruleset, Rulesets};
pub use write::{ForgeWriter, Settings, Write};
