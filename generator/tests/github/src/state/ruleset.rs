//! Rulesets: what must not be done to branches and files.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A ruleset of an organisation or of one repository. Conditions and rules are kept in GitHub's own words.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ruleset {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// `branch`, `tag`, `push` or `repository`.
    pub target: String,
    /// `active`, `evaluate` or `disabled`; only the first refuses anything.
    pub enforcement: String,
    /// Whom it does not bind.
    pub bypass_actors: Vec<Bypass>,
    /// Which branches and repositories it is for.
    pub conditions: Map<String, Value>,
    /// As `{"type": "deletion"}`.
    pub rules: Vec<Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

impl Default for Ruleset {
    fn default() -> Ruleset {
        Ruleset {
            id: 0,
            name: String::new(),
            target: "branch".to_owned(),
            enforcement: "active".to_owned(),
            bypass_actors: Vec::new(),
            conditions: Map::new(),
            rules: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }
}

/// Somebody whom a ruleset does not bind.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bypass {
    /// An App's number, or a role's; `OrganizationAdmin` needs none.
    #[serde(default)]
    pub actor_id: Option<u64>,
    /// `OrganizationAdmin`, `Integration`, `RepositoryRole`, `User`, `Team` or `DeployKey`.
    pub actor_type: String,
    /// `always`, `pull_request` or `exempt`.
    #[serde(default = "always")]
    pub bypass_mode: String,
}

fn always() -> String {
    "always".to_owned()
}
