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
//! - `rest`: a request for an operation, from the token to the answer
//! - `limits`: how much a client may ask
//! - `faults`: what goes wrong on the way, on demand
//! - `violation`, `request`: what is written down
//! - `payload`, `server`: a connection's requests and answers
//! - [`local`]: [`LocalGithub`], which a test starts

mod access;
mod answer;
mod call;
mod clock;
mod description;
mod faults;
mod git;
mod limits;
pub mod local;
mod operations;
mod path;
mod payload;
mod request;
mod rest;
mod rulesets;
mod server;
mod shapes;
pub mod state;
mod violation;

pub use faults::{Fault, Faults, Happened, NextFault};
pub use limits::{Breach, Limit, Limits};
pub use local::{Config, LocalGithub};
pub use request::Request;
pub use violation::{Side, Violation};

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
