//! What a grader and a gate program say to each other over the program's standard input, a socket.
//!
//! The grader sends the secret, the length of what follows (four bytes, the least first), and the [`Order`] as JSON. The
//! program measures, and after the last line of anybody's code sends its [`Reply`] as JSON and the secret behind it. What
//! ends before that has measured nothing.

use serde::{Deserialize, Serialize};

/// The argument by which a grader asks a gate program to measure.
pub const MEASURE: &str = "measure";

/// Bytes of the secret.
pub const SECRET: usize = 32;

/// What a grader asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The gate's name; none asks for the names of all.
    pub gate: Option<String>,
    /// What all random inputs come from.
    pub seed: u64,
    /// Programs of the exercise that a gate may start, by name.
    #[serde(default)]
    pub programs: Vec<(String, std::path::PathBuf)>,
}

/// What a program answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The names of its gates.
    Gates(Vec<String>),
    /// What one process measured.
    Measured(Measured),
    /// The student's code panicked, or gave another output than the peer.
    Failed(String),
    /// The machine or the gate's own code did not do its part; never the student's fault.
    Broken(String),
}

/// What one process measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// What came out.
    pub sample: Sample,
    /// How many times outputs of student and peer were compared, and were equal.
    pub agreed: u64,
}

/// What came out of one process, by the way in which it was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sample {
    /// Student's time over peer's, or an exponent of growth: a value for each instance.
    Instances {
        /// The values.
        values: Vec<f64>,
        /// Nanoseconds of a batch, student's and peer's: medians, for reading. Of growth: at the smallest and the
        /// greatest size.
        batch: (f64, f64),
        /// Operations in a batch.
        operations: u32,
    },
    /// Events counted.
    Counted(Count),
    /// Whether threads finished while another was held, by scenario.
    Held(Vec<(String, bool)>),
    /// Nothing but that all outputs agreed.
    Agreed,
    /// A number to read.
    Number(f64),
}

/// Events over operations, as exact as counting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// What happened.
    pub events: u64,
    /// In how many operations.
    pub operations: u64,
}

impl Count {
    /// Events an operation.
    pub fn rate(self) -> f64 {
        self.events as f64 / self.operations as f64
    }

    /// Whether the rate is at least `min` and at most `max`. Multiplied out, so that a whole number is met exactly.
    pub fn is_within(self, min: f64, max: f64) -> bool {
        let (events, operations) = (self.events as f64, self.operations as f64);
        operations > 0.0 && events >= min * operations && events <= max * operations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_an_upper_and_a_lower_bound() {
        let count = |events| Count {
            events,
            operations: 100,
        };
        assert!(count(100).is_within(1.0, 1.0));
        assert!(!count(101).is_within(1.0, 1.0));
        assert!(!count(99).is_within(1.0, 1.0));
        assert!(count(0).is_within(0.0, 0.0));
        assert!(
            !Count {
                events: 0,
                operations: 0
            }
            .is_within(0.0, 0.0)
        );
    }
}
