//! A GitHub on this machine, for tests: the part of its REST interface that a course needs, and git over HTTP.
//!
//! In reading order:
//!
//! - [`state`]: what it holds, as plain values
//! - `clock`: the time, which may run faster than ours
//! - `path`, `call`, `answer`: a request on its way, and what it gets
//! - `access`: who asks, and whether they may
//! - `operations`: what each operation does, a file for each kind of thing
//! - `rulesets`: what must not be done to branches and files
//! - `git`: commits and branches, pushes and fetches
//! - `shapes`, `description`: objects as GitHub shows and describes them
//! - `server`: a request from the connection to the answer
//! - [`local`]: [`LocalGithub`], which a test starts

mod access;
mod answer;
mod call;
mod clock;
mod description;
mod git;
pub mod local;
mod operations;
mod path;
mod request;
mod rulesets;
mod server;
mod shapes;
pub mod state;

pub use clock::Clock;
pub use local::{Config, LocalGithub};
pub use request::Request;

/// Why the double cannot be started or filled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// GitHub's description cannot be read.
    #[error("GitHub's description is not there: {0}")]
    Description(String),
    /// The machine refuses a port, a folder or a thread.
    #[error(transparent)]
    Machine(#[from] std::io::Error),
    /// Commits cannot be made or read.
    #[error("git: {0}")]
    Git(#[from] git2::Error),
    /// There is no repository of this name.
    #[error("no repository `{0}`")]
    NoRepository(String),
}
