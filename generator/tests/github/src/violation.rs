//! What broke GitHub's description, and in which request.

use serde::Serialize;

/// A request that GitHub does not know, or an answer of the double's that it does not give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation {
    /// Whose fault it is.
    pub side: Side,
    /// The request's method.
    pub method: String,
    /// The request's path with its query.
    pub path: String,
    /// What is wrong, a sentence each.
    pub what: Vec<String>,
}

/// Whose fault a violation is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The client's: it would get nothing of this from GitHub, or something else than it thinks.
    Request,
    /// The double's own.
    Answer,
}
