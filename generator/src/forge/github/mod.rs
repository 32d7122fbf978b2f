//! The forge that is GitHub: repositories by its REST interface, branches by git.
//!
//! - [`credentials`]: who we are there, and where that is found
//! - [`client`]: a request with its answer: patience with faults, obedience to limits
//! - [`mirror`]: branches asked for, fetched and pushed by the git program
//! - [`reader`], [`writer`]: the two traits of a forge; [`rulesets`]: what it forbids for us
//! - [`inspection`]: whether what we are may do what a course needs
//!
//! Each write is sure of what it did: where no answer came, the state is asked for before it is tried again.

pub mod client;
pub mod credentials;
pub mod inspection;
mod mirror;
mod reader;
mod rulesets;
mod writer;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use client::Client;
use credentials::Credentials;
use mirror::Mirror;

use super::clock::Clock;
use super::journal::Journal;
use crate::error::Result;

/// Where GitHub is, and the organisation there.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its REST interface, without a slash at the end.
    pub api: String,
    /// Its repositories, likewise.
    pub web: String,
    /// The organisation.
    pub organisation: String,
    /// The folder of the mirrors: a bare repository for each one that was opened.
    pub mirrors: PathBuf,
}

/// An organisation on GitHub.
pub struct GitHub {
    place: Place,
    client: Client,
    mirror: Mirror,
    /// The organisation's members, once they were asked for.
    members: OnceLock<BTreeSet<String>>,
}

impl GitHub {
    /// To read.
    pub fn reader(place: Place, credentials: &Credentials, clock: Clock) -> Result<GitHub> {
        GitHub::new(place, credentials, clock, None)
    }

    /// To read and to write: each request that makes content is noted in the journal first, and waits until it may be sent.
    pub fn writer(
        place: Place,
        credentials: &Credentials,
        journal: Arc<Journal>,
    ) -> Result<GitHub> {
        GitHub::new(place, credentials, journal.clock(), Some(journal))
    }

    fn new(
        place: Place,
        credentials: &Credentials,
        clock: Clock,
        journal: Option<Arc<Journal>>,
    ) -> Result<GitHub> {
        let client = Client::new(&place, credentials, clock, journal)?;
        let mirror = Mirror::new(&place, clock);
        Ok(GitHub {
            place,
            client,
            mirror,
            members: OnceLock::new(),
        })
    }

    /// The path of a repository in the REST interface, with what follows it.
    fn route(&self, repository: &str, rest: &str) -> String {
        format!("/repos/{}/{repository}{rest}", self.place.organisation)
    }
}
