//! What a forge itself forbids in many repositories at once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule for all repositories of an organisation whose names fit. Owners of the organisation stand above it, and so does
/// the App that writes it, if an App does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ruleset {
    /// What it is called; there is one of each name.
    pub name: String,
    /// Patterns of repositories' names, sorted.
    pub repositories: Vec<String>,
    /// What it forbids.
    pub forbids: Forbids,
    /// The numbers of the Apps that stand above it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<u64>,
}

impl Ruleset {
    /// Whether it forbids what another one does, to nobody whom that one lets pass.
    pub fn is_as(&self, wanted: &Ruleset) -> bool {
        let lets_pass = wanted.above.iter().all(|app| self.above.contains(app));
        (&self.repositories, &self.forbids) == (&wanted.repositories, &wanted.forbids) && lets_pass
    }
}

/// What a ruleset forbids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Forbids {
    /// To take these branches away, or to push to them by force.
    Rewriting(Vec<String>),
    /// To push changes of files on these paths.
    Changing(Vec<String>),
}

/// The rulesets of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rulesets {
    /// Those that are there, each with its number. Such as this program would not write are left out.
    Known(Vec<(u64, Ruleset)>),
    /// The forge has none, or not for this organisation, with the reason.
    None(String),
}
