//! `hints.toml`: three hints for each stage, from a question to the plan.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The hints of one stage, in the order in which they are opened.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Hints {
    /// Makes the student think.
    pub question: String,
    /// Says where to look.
    pub pointer: String,
    /// Says what to do, but in no language that compiles.
    pub pseudo_code: String,
}

/// All hints of an exercise, by the name of the stage.
pub type HintsFile = BTreeMap<String, Hints>;
