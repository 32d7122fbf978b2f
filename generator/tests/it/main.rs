//! What `course` does, through its command line, on a course that is readable in a minute.
//!
//! One file per verb; `road` walks all of it; `tidy` holds the rules of the house.

#[path = "../fixtures/big_course.rs"]
mod big_course;
mod builder;

mod accept;
mod actions_cost;
mod another_layout;
#[cfg(target_os = "linux")]
mod apart;
mod assign;
mod at_once;
#[cfg(unix)]
mod autograde;
mod bad_input;
mod cargo_generate;
mod check;
#[cfg(target_os = "linux")]
mod corpus;
#[cfg(target_os = "linux")]
mod defences;
mod enrol;
mod formats;
#[cfg(target_os = "linux")]
mod gates;
mod github;
mod grade;
mod grade_all;
mod help;
mod import;
#[cfg(target_os = "linux")]
mod killed;
mod new;
#[cfg(target_os = "linux")]
mod no_sandbox;
mod plan;
mod publish;
mod random;
mod render;
mod road;
#[cfg(target_os = "linux")]
mod sandbox;
mod tidy;
mod traps;
mod update;
mod update_merge;
mod verify;
#[cfg(unix)]
mod words;
#[cfg(target_os = "linux")]
mod workflows;
