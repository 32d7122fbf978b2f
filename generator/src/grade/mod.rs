//! A submission in, points out.
//!
//! - [`trusted`]: the grade that counts: a commit, behind a sandbox, on a tree that is ours
//! - [`autograde`]: the grade that informs: a student's own checkout, by the student's own machine
//!
//! and what both are made of:
//!
//! - [`harness`]: the test programs; [`run`]: each test in a process of its own; [`gate_run`]: each gate
//! - [`denied`]: what code uses beyond its capabilities; [`errors`]: the compiler's, as far as they are shown
//! - [`score`]: from test results to points; [`lateness`]: what is lost by being late
//! - [`report`]: the grade as a value; [`text`]: as a table and as Markdown
//!
//! A submission that fails, in whatever way, is a [`Grade`]; errors are for us and for the machine.

#[cfg(unix)]
mod autograde;
mod bounds;
mod denied;
mod errors;
#[cfg(unix)]
mod gate_run;
mod harness;
mod lateness;
mod report;
#[cfg(unix)]
mod run;
mod score;
mod text;
#[cfg(feature = "author")]
mod trusted;

#[cfg(unix)]
pub use autograde::{Autograder, Checkout};
pub use bounds::{Bounds, Defences};
pub use errors::excerpt;
pub use lateness::Lateness;
pub use report::{Finding, FindingKind, Grade, StageGrade, TestGrade, Tier};
pub use text::{gates_markdown, gates_table};
#[cfg(all(unix, feature = "author"))]
pub use trusted::record;
#[cfg(feature = "author")]
pub use trusted::{Grader, RECORDS, Ready, Submission, claimed_assignment, read};
