//! Benchmark gates: what a gate program measured becomes a verdict with its numbers.
//!
//! - [`measure`]: the program asked for one process after the other, until there is a verdict
//! - [`judge`]: from what was measured to a [`GateGrade`]; pure
//! - [`report`]: that as a value; [`text`]: as a table; [`svg`]: as a picture
//! - [`environment`]: the machine that measured
//!
//! The rule itself, and everything that runs beside a student's code, is in the crate `course-gate`.

mod environment;
mod judge;
#[cfg(unix)]
mod measure;
mod report;
mod svg;
mod text;

pub use environment::Environment;
pub use judge::{TOO_GOOD, judge};
#[cfg(unix)]
pub use measure::{Answer, Budget, ask, fresh_seed, measure};
pub use report::{GateGrade, GateVerdict};
pub use svg::svg;
pub use text::{markdown, sentence, table};

use course_gate::Measured;
use serde::{Deserialize, Serialize};

/// What was measured of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What the inputs came from; each further process took the next number.
    pub seed: u64,
    /// What each process measured.
    pub processes: Vec<Measured>,
    /// What stopped it, by the student's code.
    pub failure: Option<String>,
}
