//! Tokens: who holds one and what it allows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a permission goes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// To look.
    Read,
    /// To change.
    Write,
}

/// Fine-grained permissions by GitHub's names, as `pull_requests`.
pub type Permissions = BTreeMap<String, Level>;

/// A token without its secret.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Token {
    /// Who has it.
    #[serde(flatten)]
    pub holder: Holder,
    /// From when on it is worth nothing.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// The kinds of tokens.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Holder {
    /// A classic personal token: does what the user may, within its scopes.
    Classic {
        /// The user.
        login: String,
        /// GitHub's names, as `repo`, `workflow`, `admin:org`.
        scopes: BTreeSet<String>,
    },
    /// A fine-grained personal token, for what one owner has.
    FineGrained {
        /// The user.
        login: String,
        /// Whose repositories it is for.
        owner: String,
        /// What it allows of that which the user may.
        permissions: Permissions,
        /// The names of the repositories; all of the owner's where there is no list.
        #[serde(default)]
        repositories: Option<BTreeSet<String>>,
    },
    /// An App's token for one of its installations.
    Installation {
        /// The installation's number.
        installation: u64,
        /// What it allows: at most what the installation was granted.
        permissions: Permissions,
        /// The names of the repositories; all of the installation's where there is no list.
        #[serde(default)]
        repositories: Option<BTreeSet<String>>,
    },
    /// The `GITHUB_TOKEN` of a workflow's run.
    Workflow {
        /// The repository `owner/name` that it runs in.
        repository: String,
        /// What the workflow's `permissions:` say.
        permissions: Permissions,
    },
}

impl Token {
    /// A classic token with these scopes, which does not expire.
    #[must_use]
    pub fn classic(login: &str, scopes: &[&str]) -> Token {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Token {
            holder: Holder::Classic {
                login: login.to_owned(),
                scopes,
            },
            expires_at: None,
        }
    }

    /// A fine-grained token for all repositories of an owner, which does not expire.
    #[must_use]
    pub fn fine_grained(login: &str, owner: &str, permissions: &[(&str, Level)]) -> Token {
        Token {
            holder: Holder::FineGrained {
                login: login.to_owned(),
                owner: owner.to_owned(),
                permissions: named(permissions),
                repositories: None,
            },
            expires_at: None,
        }
    }

    /// The token of a workflow's run in `owner/name`.
    #[must_use]
    pub fn workflow(repository: &str, permissions: &[(&str, Level)]) -> Token {
        Token {
            holder: Holder::Workflow {
                repository: repository.to_owned(),
                permissions: named(permissions),
            },
            expires_at: None,
        }
    }
}

fn named(permissions: &[(&str, Level)]) -> Permissions {
    let owned = |(name, level): &(&str, Level)| ((*name).to_owned(), *level);
    permissions.iter().map(owned).collect()
}
