//! Our own JSON, after `generator/schemas/grade.json`.

use serde::Serialize;

use super::told::told;
use crate::error::{Error, Result};
use crate::grade::Grade;

/// The grade as it may be told to anybody, with a line end.
///
/// # Errors
///
/// `Error::Internal` where JSON cannot be written, which does not happen.
pub fn text(grade: &Grade) -> Result<String> {
    pretty(&told(grade))
}

/// Any value as JSON for people, with a line end.
pub(super) fn pretty(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(text + "\n")
}
