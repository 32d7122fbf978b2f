//! Who acts: users, organisations, Apps.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::repository::Role;
use super::token::Permissions;

/// A person.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// Its number.
    pub id: u64,
    /// The name on its page.
    pub name: Option<String>,
    /// The address on its page.
    pub email: Option<String>,
}

/// What an organisation pays for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// Nothing: rulesets of the whole organisation and of private repositories are not to be had.
    Free,
    /// GitHub Team, which GitHub gives to teachers.
    #[default]
    Team,
}

/// An organisation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// Its number.
    pub id: u64,
    /// What it pays for.
    pub plan: Plan,
    /// When it was made: new ones may invite fewer people.
    pub created_at: Timestamp,
    /// The logins of its owners.
    pub owners: BTreeSet<String>,
    /// The logins of its other members.
    pub members: BTreeSet<String>,
    /// What each member may do with each repository.
    pub members_may: Option<Role>,
    /// May members that are no owners make repositories?
    pub members_create_repositories: bool,
    /// Rulesets for its repositories.
    pub rulesets: Vec<super::Ruleset>,
}

impl Default for Organisation {
    fn default() -> Organisation {
        Organisation {
            id: 0,
            plan: Plan::default(),
            created_at: Timestamp::UNIX_EPOCH,
            owners: BTreeSet::new(),
            members: BTreeSet::new(),
            members_may: Some(Role::Pull),
            members_create_repositories: false,
            rulesets: Vec::new(),
        }
    }
}

impl Organisation {
    /// Is this login one of its owners or members?
    #[must_use]
    pub fn has(&self, login: &str) -> bool {
        self.owners.contains(login) || self.members.contains(login)
    }

    /// What membership alone allows with each repository.
    pub(crate) fn base_role(&self, login: &str) -> Option<Role> {
        if self.owners.contains(login) {
            Some(Role::Admin)
        } else if self.members.contains(login) {
            self.members_may
        } else {
            None
        }
    }
}

/// A GitHub App.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// Its number, which its tokens name as their issuer.
    pub id: u64,
    /// Its name in addresses: it acts as `SLUG[bot]`.
    pub slug: String,
    /// The public half of its key in PEM. Its own tokens are checked with it.
    pub public_key: String,
    /// Where it is installed.
    pub installations: Vec<Installation>,
}

/// An App in an organisation.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Installation {
    /// Its number.
    pub id: u64,
    /// The organisation's login.
    pub organisation: String,
    /// What it was granted.
    pub permissions: Permissions,
    /// The names of the repositories that it sees; all of them where there is no list.
    pub repositories: Option<BTreeSet<String>>,
}
