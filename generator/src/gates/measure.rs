//! A gate program asked for one process after the other, until there is a verdict.

use std::time::{Duration, Instant};

use course_gate::{Order, Reply, Sample, decide};

use super::Measurement;
use crate::course::gate::{Bar, GateEntry};
use crate::error::{Error, Result};
use crate::process::{End, Run};
use crate::witness;

/// What became of an order.
#[derive(Debug)]
pub enum Answer {
    /// The program's reply, with its proof.
    Reply(Reply),
    /// It ended without one.
    Ended(End),
}

/// Runs a gate program once with an order.
///
/// # Errors
///
/// Where the machine fails.
pub fn ask(run: &Run, order: &Order) -> Result<Answer> {
    let text = serde_json::to_vec(order).map_err(|error| Error::Internal(error.to_string()))?;
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes();
    let said = witness::ask(run, &[&length[..], &text].concat())?;
    let reply = serde_json::from_slice(&said.words)
        .ok()
        .filter(|_| said.proven);
    Ok(match reply {
        Some(reply) if said.end != End::Timeout => Answer::Reply(reply),
        _ => Answer::Ended(said.end),
    })
}

/// How long gates may take together.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    until: Instant,
    whole: Duration,
}

impl Budget {
    /// So long from now on: afterwards no process begins.
    pub fn of(whole: Duration) -> Budget {
        Budget {
            until: Instant::now() + whole,
            whole,
        }
    }
}

/// Measures a gate: one process, or of what is timed as many as the rule wants. `ask` runs the program once.
///
/// # Errors
///
/// Where the machine fails, or the gate's own side could not do its part: that is no student's failure.
pub fn measure(
    entry: &GateEntry,
    seed: u64,
    budget: Budget,
    ask: &dyn Fn(&Order) -> Result<Answer>,
) -> Result<Measurement> {
    let mut measurement = Measurement {
        seed,
        processes: Vec::new(),
        failure: None,
    };
    loop {
        if Instant::now() > budget.until {
            measurement.failure = Some(format!(
                "the gates of its exercise took more than {} seconds together",
                budget.whole.as_secs()
            ));
            return Ok(measurement);
        }
        let process = measurement.processes.len() as u64;
        let order = Order {
            gate: Some(entry.name.clone()),
            seed: seed.wrapping_add(process),
            programs: Vec::new(),
        };
        match ask(&order)? {
            Answer::Reply(Reply::Measured(measured)) => measurement.processes.push(measured),
            Answer::Reply(Reply::Failed(why)) => measurement.failure = Some(why),
            Answer::Reply(Reply::Broken(why)) => {
                return Err(Error::Machine {
                    doing: format!("measure the gate `{}`", entry.name),
                    source: why.into(),
                });
            }
            Answer::Reply(Reply::Gates(_)) => {
                return Err(Error::Internal(
                    "a gate program took a gate for a question".to_owned(),
                ));
            }
            Answer::Ended(End::Timeout) => {
                measurement.failure = Some("it was still running at its time limit".to_owned());
            }
            Answer::Ended(_) => {
                measurement.failure = Some(
                    "it ended its whole process (an exit, an abort, a stack overflow, or no memory left)".to_owned(),
                );
            }
        }
        if measurement.failure.is_some() || is_decided(entry, &measurement) {
            return Ok(measurement);
        }
    }
}

/// A seed that nobody can guess.
///
/// # Errors
///
/// Where the system has no random numbers.
pub fn fresh_seed() -> Result<u64> {
    let bytes: [u8; 8] = witness::random()?;
    // A number that every reader of JSON takes exactly.
    Ok(u64::from_le_bytes(bytes) >> 12)
}

fn is_decided(entry: &GateEntry, measurement: &Measurement) -> bool {
    match entry.bar() {
        Ok(Bar::Below(limit)) if entry.kind.is_timed() => {
            decide(&measurement.instances(), limit).is_some()
        }
        _ => true,
    }
}

impl Measurement {
    /// Of what is timed: what the instances of each process gave.
    pub fn instances(&self) -> Vec<Vec<f64>> {
        let values = self
            .processes
            .iter()
            .filter_map(|process| match &process.sample {
                Sample::Instances { values, .. } => Some(values.clone()),
                _ => None,
            });
        values.collect()
    }
}
