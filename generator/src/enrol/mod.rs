//! The assignment link that needs no server: an issue form, and what comes of it once somebody has filled it in.
//!
//! - [`repositories`]: the repository with the forms, and the private one with the roster, as trees
//! - [`form`]: how a filled-in form stands in an issue
//! - [`request`]: the issue as the forge tells of it
//! - [`decision`]: which workplace its author gets
//! - [`answer`]: what it is answered with

pub mod answer;
pub mod decision;
pub mod form;
pub mod repositories;
pub mod request;

pub use answer::{Answer, Outcome, rehearse};
pub use decision::{Decision, Refusal, decide};
pub use repositories::{enrolment, enrolment_tree, form_link, roster_tree};
pub use request::Request;
