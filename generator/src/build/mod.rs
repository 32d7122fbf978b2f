//! Lays trees in a place, compiles them with cargo and runs their tests.
//!
//! Used by the proof and by the grade. Two rules hold it together: a place has one folder in which trees
//! are laid one after the other (two folders with one package name and one target folder would share
//! artefacts), and what cargo calls fresh after the sources changed is never believed.

mod cargo;
mod combined;
mod gates;
mod libtest;
mod place;
mod step;

pub use cargo::{Build, Diagnostic, Executable, Level};
pub use combined::{COMBINED, combined};
pub use gates::{Lock, build_gates};
pub use libtest::{Failure, Limits, TestEnd, list_tests, run_together};
pub use place::{Place, toolchain};
pub use step::Step;
