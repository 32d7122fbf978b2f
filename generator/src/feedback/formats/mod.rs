//! A grade in the formats that others read: text out, one emitter a file.
//!
//! - [`classic`], [`csv`]: the retired GitHub Classroom's notices, step output and table
//! - [`classroom50`]: Classroom 50's `result.json`
//! - [`gradescope`]: Gradescope's `results.json`
//! - [`junit`]: JUnit XML; [`sarif`]: findings for code scanning
//! - [`json`]: our own
//!
//! All of them say what may be told to anybody ([`told`]): a submission's words act on nobody, and of a hidden test there is a
//! name and a verdict. None reads a clock, an environment or a disk.
//!
//! Some need to know more than a grade says: the [`Context`].

pub mod classic;
pub mod classroom50;
pub mod csv;
pub mod gradescope;
pub mod json;
pub mod junit;
mod number;
mod part;
pub mod sarif;
mod told;

use crate::error::{Error, Result};
use crate::grade::Grade;

/// What a grade can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// GitHub Classroom's two notices, for the log of a workflow
    ClassicNotices,
    /// GitHub Classroom's step output `result`, in base64
    ClassicResult,
    /// Classroom 50's result.json
    Classroom50,
    /// GitHub Classroom's table of grades, of one row
    Csv,
    /// Gradescope's results.json
    Gradescope,
    /// course's own JSON, after the schema `grade`
    Json,
    /// JUnit XML
    Junit,
    /// Findings as SARIF 2.1.0
    Sarif,
}

/// What some formats need beside the grade.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// What Classroom 50 says of the submission; only its own format needs it.
    pub run: Option<classroom50::Run>,
    /// Whose grade it is, for the table.
    pub owner: csv::Owner,
}

/// A grade as text.
///
/// # Errors
///
/// `Error::Input` where the format needs more than the context has; `Error::Internal` where text cannot be written, which does
/// not happen.
pub fn emit(format: Format, grade: &Grade, context: &Context) -> Result<String> {
    match format {
        Format::ClassicNotices => Ok(classic::notices(grade)),
        Format::ClassicResult => classic::payload(grade),
        Format::Classroom50 => match &context.run {
            Some(run) => classroom50::text(grade, run),
            None => Err(Error::input(
                "the format `classroom50` needs what the runner of Classroom 50 says of a submission: run it there, or choose another format",
            )),
        },
        Format::Csv => Ok(csv::table([(grade, &context.owner)])),
        Format::Gradescope => gradescope::text(grade),
        Format::Json => json::text(grade),
        Format::Junit => junit::text(grade),
        Format::Sarif => sarif::text(grade),
    }
}
