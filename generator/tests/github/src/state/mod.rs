//! What the double holds, as plain values. Commits and branches are git's; all else is here.

mod account;
mod issue;
mod repository;
mod ruleset;
mod token;

pub use account::{App, Installation, Organisation, Plan, User};
pub use issue::{Comment, Issue, Label, Pull, Status};
pub use repository::{Activity, Generated, Invitation, Repository, Role};
pub use ruleset::{Bypass, Ruleset};
pub use token::{Holder, Level, Permissions, Token};

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything that GitHub would keep in its database.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// By login.
    pub users: BTreeMap<String, User>,
    /// By login.
    pub organisations: BTreeMap<String, Organisation>,
    /// GitHub Apps.
    pub apps: Vec<App>,
    /// By their secret, so it is read but never shown.
    #[serde(skip_serializing)]
    pub tokens: BTreeMap<String, Token>,
    /// By `owner/name` in lower case: GitHub does not tell `A/b` from `a/B`.
    pub repositories: BTreeMap<String, Repository>,
    /// The number that was given last, to whatever needs one.
    pub last_id: u64,
}

impl State {
    /// A number that nothing else has.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Adds a user, if there is none of this login.
    pub fn add_user(&mut self, login: &str) -> &mut User {
        let id = self.next_id();
        self.users.entry(login.to_owned()).or_insert(User {
            id,
            name: None,
            email: None,
        })
    }

    /// Adds an organisation on the plan `team` with these owners, who become users too.
    pub fn add_organisation(
        &mut self,
        login: &str,
        owners: &[&str],
        created_at: Timestamp,
    ) -> &mut Organisation {
        for owner in owners {
            self.add_user(owner);
        }
        let id = self.next_id();
        let owners = owners.iter().map(|owner| (*owner).to_owned()).collect();
        self.organisations
            .entry(login.to_owned())
            .or_insert(Organisation {
                id,
                owners,
                created_at,
                ..Organisation::default()
            })
    }

    /// Adds a token; see [`Token`] for the kinds.
    pub fn add_token(&mut self, secret: &str, token: Token) {
        self.tokens.insert(secret.to_owned(), token);
    }

    /// The repository of this owner and name.
    #[must_use]
    pub fn repository(&self, owner: &str, name: &str) -> Option<&Repository> {
        self.repositories.get(&key(owner, name))
    }

    /// The same, to be changed.
    pub fn repository_mut(&mut self, owner: &str, name: &str) -> Option<&mut Repository> {
        self.repositories.get_mut(&key(owner, name))
    }

    /// The organisation of this login, whatever its case.
    pub(crate) fn organisation(&self, login: &str) -> Option<(&str, &Organisation)> {
        find(&self.organisations, login)
    }

    /// The user of this login, whatever its case.
    pub(crate) fn user(&self, login: &str) -> Option<(&str, &User)> {
        find(&self.users, login)
    }

    /// Adds a repository under its own name, with a number.
    pub(crate) fn insert(&mut self, mut repository: Repository) -> &mut Repository {
        if repository.id == 0 {
            repository.id = self.next_id();
        }
        let key = key(&repository.owner, &repository.name);
        self.repositories.entry(key).or_insert(repository)
    }

    /// What a user may do with a repository, by ownership, membership or as a collaborator.
    #[must_use]
    pub fn role(&self, login: &str, repository: &Repository) -> Option<Role> {
        let own = repository.collaborators.get(login).copied();
        if repository.owner == login {
            return Some(Role::Admin);
        }
        let organisation = self.organisations.get(&repository.owner);
        let member = organisation.and_then(|organisation| organisation.base_role(login));
        let public = (!repository.private).then_some(Role::Pull);
        own.max(member).max(public)
    }
}

/// Under what a repository is kept.
pub(crate) fn key(owner: &str, name: &str) -> String {
    format!("{owner}/{name}").to_lowercase()
}

fn find<'a, T>(values: &'a BTreeMap<String, T>, login: &str) -> Option<(&'a str, &'a T)> {
    let exact = values.get_key_value(login);
    exact
        .or_else(|| {
            values
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(login))
        })
        .map(|(login, value)| (login.as_str(), value))
}
