//! Turns a course of marked Rust solutions into student repositories, grades and feedback.
//!
//! The modules in reading order; `ARCHITECTURE.md` tells how a value travels through them.
//!
//! - [`error`]: what can go wrong that is not a student's result; [`words`]: numbers with their nouns; [`lanes`]: many things
//!   done at once; [`harmless`]: a submission's words, so that they act on nobody
//! - [`file_tree`], [`process`], [`git`], [`liquid`]: the doors to folders, programs, repositories and templates
//! - [`forge`]: the door to where repositories live
//! - [`sandbox`]: the door behind which a submission's code runs
//! - [`witness`]: the door to programs that are believed only with a proof
//! - [`course`]: the nouns; text in, values out
//! - [`capability`]: what an exercise's code may use, as the lints have it
//! - [`gates`]: what a gate program measured becomes a verdict
//! - [`check`]: every problem of the source in one list
//! - [`plan`]: which file of which repository comes from where
//! - [`render`]: the student repositories as file trees
//! - [`skeleton`]: what a new assignment begins with
//! - [`build`]: lays trees in a place, compiles them, runs their tests
//! - [`verify`]: proves that starter, solution, tests and mistakes agree
//! - [`publish`]: brings a forge up to date; [`update`]: brings a release into repositories that are worked in;
//!   [`enrol`]: assignment links, and what they give
//! - [`grade`]: a commit in, points out; [`gradebook`]: all submissions of an assignment
//! - [`feedback`]: a grade as what people and other programs read
//! - [`import`]: what a class left behind in GitHub Classroom, as the beginning of an assignment
//! - [`actions_cost`]: what a class's workflows use of a forge's minutes
//! - [`doctor`]: what the machine has and lacks
//! - [`commands`]: one verb a file; the only place that joins the steps
//!
//! Without the feature `author` there is what a student's repository needs, and nothing of the course's source.

#![cfg_attr(
    not(feature = "author"),
    allow(
        dead_code,
        reason = "what only the author's verbs use is not told apart item by item"
    )
)]

pub mod error;
pub mod file_tree;
#[cfg(feature = "author")]
pub mod forge;
#[cfg(feature = "author")]
pub mod git;
pub mod harmless;
pub mod lanes;
pub mod process;
pub mod words;

pub mod liquid;
pub mod sandbox;
#[cfg(unix)]
pub mod witness;

pub mod course;

pub mod capability;
pub mod gates;

pub mod build;
pub mod grade;

pub mod feedback;

#[cfg(feature = "author")]
pub mod check;
#[cfg(feature = "author")]
pub mod plan;
#[cfg(feature = "author")]
pub mod render;
#[cfg(feature = "author")]
pub mod skeleton;

#[cfg(feature = "author")]
pub mod verify;

#[cfg(feature = "author")]
pub mod actions_cost;
#[cfg(feature = "author")]
pub mod doctor;
#[cfg(feature = "author")]
pub mod import;
#[cfg(feature = "author")]
pub mod publish;
#[cfg(feature = "author")]
pub mod update;

#[cfg(feature = "author")]
pub mod enrol;

#[cfg(feature = "author")]
pub mod gradebook;

pub mod commands;
