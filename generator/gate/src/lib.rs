//! Benchmark gates that do not lie: what a student's code costs beside a peer's, measured so that honest code does not
//! fail and slow code does not pass. `GATES.md` beside the generator says what is promised.
//!
//! Judging, which is pure:
//!
//! - [`order_statistics`]: the median of a sample and its bounds
//! - [`decide`]: the rule of five, ten and fifteen processes, with its three verdicts
//! - [`Order`], [`Measured`]: what a grader asks a gate program for, and what it hears
//!
//! Measuring, with the feature `program`:
//!
//! - [`Gate`]: what a gate program offers, one constructor for each way to measure
//! - [`Sides`]: student and peer on the same inputs; [`Digest`]: their outputs, compared
//! - [`allocations`]: how often a piece of code asks the allocator, by [`CountingAllocator`]
//! - [`Holder`]: one thread held inside a callback while another must finish
//! - [`program!`]: the whole program, which is a benchmark for `cargo bench` and a witness for a grader

mod decide;
pub mod order_statistics;
mod sample;

#[cfg(feature = "program")]
mod allocator;
#[cfg(feature = "program")]
mod bench;
#[cfg(feature = "program")]
mod digest;
#[cfg(feature = "program")]
mod gate;
#[cfg(feature = "program")]
mod growth;
#[cfg(feature = "program")]
mod held;
#[cfg(feature = "program")]
mod pairs;
#[cfg(feature = "program")]
mod pin;
#[cfg(feature = "program")]
mod program;
#[cfg(feature = "program")]
mod programs;

pub use decide::{Judged, PROCESSES, Verdict, decide};
pub use sample::{Count, MEASURE, Measured, Order, Reply, SECRET, Sample};

#[cfg(feature = "program")]
pub use allocator::{Allocations, CountingAllocator, allocations, allocations_of};
#[cfg(feature = "program")]
pub use digest::Digest;
/// Random numbers from a seed that the grader chooses.
#[cfg(feature = "program")]
pub use fastrand::Rng;
#[cfg(feature = "program")]
pub use gate::Gate;
#[cfg(feature = "program")]
pub use held::{Holder, Scenario};
#[cfg(feature = "program")]
pub use pairs::{INSTANCES, PAIRS, Pair, Sides, measure};
#[cfg(feature = "program")]
pub use program::main;
#[cfg(feature = "program")]
pub use programs::{Programs, broken};
