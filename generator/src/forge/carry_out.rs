//! A plan of writes, carried out.

use std::collections::BTreeSet;
use std::time::Duration;

use super::journal::Journal;
use super::pace::Limits;
use super::write::{ForgeWriter, Write};
use crate::error::{Error, Result};

/// How far a plan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Writes that are done.
    pub done: usize,
    /// Of so many.
    pub total: usize,
    /// The next one, in words.
    pub what: String,
    /// How long the rest takes at best, by what the forge allows; zero where it allows anything.
    pub left: Duration,
}

/// A write that the forge or the state of things forbids, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The write.
    pub write: Write,
    /// Why it was not done, and the remedy.
    pub why: String,
}

/// Does the writes in their order. What cannot be done to one repository stops what follows for it, and nothing else: it is
/// in the list that comes back.
///
/// # Errors
///
/// Where the machine or the forge fails for longer than patience lasts. What is done is journaled: the next run goes on.
pub fn carry_out(
    journal: &Journal,
    writer: &dyn ForgeWriter,
    writes: &[Write],
    limits: Option<Limits>,
    on_step: &dyn Fn(&Progress),
) -> Result<Vec<Refused>> {
    let mut refused: Vec<Refused> = Vec::new();
    let mut stopped = BTreeSet::new();
    let mut requests: usize = writes.iter().map(Write::requests).sum();
    for (done, write) in writes.iter().enumerate() {
        let left = limits.map_or(Duration::ZERO, |limits| {
            limits.duration(requests, &journal.requests(), journal.clock().now())
        });
        on_step(&Progress {
            done,
            total: writes.len(),
            what: write.to_string(),
            left,
        });
        requests -= write.requests();
        if stopped.contains(write.repository()) {
            continue;
        }
        journal.begun(write)?;
        match writer.write(write) {
            Ok(()) => journal.done(write)?,
            Err(Error::Input(why)) => {
                stopped.insert(write.repository().to_owned());
                refused.push(Refused {
                    write: write.clone(),
                    why,
                });
            }
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}
