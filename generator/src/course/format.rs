//! JSON that bears the number of its format, so that an older program does not read it wrongly.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Reads a text whose key `format` must be this number; `path` names it in messages, `remedy` says how to get a right one.
///
/// # Errors
///
/// Refuses what cannot be read, and what another version of the program wrote.
pub(super) fn parse<T: DeserializeOwned>(
    path: &str,
    text: &str,
    format: u32,
    remedy: &str,
) -> Result<T> {
    #[derive(Deserialize)]
    struct Which {
        format: u32,
    }
    let refuse = |error: serde_json::Error| Error::input(format!("{path}: {error}; {remedy}"));
    let which: Which = serde_json::from_str(text).map_err(refuse)?;
    if which.format != format {
        return Err(Error::input(format!(
            "{path}: it has format {} and this program reads {format}; use the version of `course` that the workflow names",
            which.format
        )));
    }
    serde_json::from_str(text).map_err(refuse)
}
