//! The log: every request that was answered.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// A request that was answered. It never has a token.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// As `GET`.
    pub method: String,
    /// With its query.
    pub path: String,
    /// The operation's path in GitHub's description, or `git push` and `git fetch`; none where there is no such operation.
    pub operation: Option<String>,
    /// Who sent it, where that is known.
    pub login: Option<String>,
    /// The body, where it was JSON.
    pub sent: Option<Value>,
    /// The status of the answer; 0 where the connection was dropped without one.
    pub status: u16,
    /// The simulated time.
    pub time: Timestamp,
}
