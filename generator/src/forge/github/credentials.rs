//! Who we are on GitHub. A token never stands in an argument, a log or a message: it has no text form here.

use std::fs;

use secrecy::SecretString;

use crate::error::{Error, Result};
use crate::process::Run;

/// Variables that may hold a token, the first that is set counts.
const TOKENS: [&str; 3] = ["COURSE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"];

/// The number of a GitHub App.
const APP_ID: &str = "COURSE_APP_ID";

/// Its private key: the text of the file that GitHub gives, or the file's path.
const APP_KEY: &str = "COURSE_APP_KEY";

/// How the text of a key begins.
const KEY_BEGINS: &str = "-----BEGIN";

/// What we show to GitHub.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A token of somebody's.
    Token {
        /// The token.
        token: SecretString,
        /// Where it was found, in words.
        found: String,
    },
    /// A GitHub App, installed in the organisation.
    App {
        /// Its number.
        id: u64,
        /// Its private key, as PEM.
        key: SecretString,
    },
}

impl Credentials {
    /// Finds credentials: an App's in the environment, a token there, or that of the program `gh`, for this host.
    ///
    /// # Errors
    ///
    /// Refuses half of an App, and a machine that has none of them.
    pub fn find(host: &str) -> Result<Credentials> {
        let variable = |name: &str| {
            std::env::var(name)
                .ok()
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        match (variable(APP_ID), variable(APP_KEY)) {
            (None, None) => {}
            (Some(id), Some(key)) => return app(&id, &key),
            (Some(_), None) | (None, Some(_)) => {
                return Err(Error::input(format!(
                    "an App needs both {APP_ID} and {APP_KEY} in the environment; set the other one, too"
                )));
            }
        }
        for name in TOKENS {
            if let Some(token) = variable(name) {
                return Ok(Credentials::Token {
                    token: SecretString::from(token),
                    found: format!("the variable {name}"),
                });
            }
        }
        if let Some(token) = of_gh(host) {
            return Ok(Credentials::Token {
                token,
                found: "`gh auth token`".to_owned(),
            });
        }
        Err(Error::input(format!(
            "there is no token for {host}: run `gh auth login --scopes repo,workflow,admin:org`, set {}, or set {APP_ID} and {APP_KEY} for a GitHub App",
            TOKENS[0]
        )))
    }

    /// Where they were found, in words.
    pub fn found(&self) -> String {
        match self {
            Credentials::Token { found, .. } => format!("a token, by {found}"),
            Credentials::App { id, .. } => {
                format!("the GitHub App {id}, by {APP_ID} and {APP_KEY}")
            }
        }
    }
}

fn app(id: &str, key: &str) -> Result<Credentials> {
    let id = id.parse().map_err(|_| {
        Error::input(format!(
            "{APP_ID}: it is no number; take the App ID of the App's settings page"
        ))
    })?;
    let key = match key.starts_with(KEY_BEGINS) {
        true => key.to_owned(),
        false => fs::read_to_string(key).map_err(|_| {
            Error::input(format!(
                "{APP_KEY}: it is neither a private key nor a file that can be read; take the .pem file that GitHub gave"
            ))
        })?,
    };
    Ok(Credentials::App {
        id,
        key: SecretString::from(key),
    })
}

/// The token that the program `gh` keeps, if it is there and logged in.
fn of_gh(host: &str) -> Option<SecretString> {
    let here = std::env::current_dir().ok()?;
    let outcome = Run::new("gh", &here)
        .args(["auth", "token", "--hostname", host])
        .outcome()
        .ok()?;
    let token = outcome.stdout.trim();
    (outcome.succeeded() && !token.is_empty()).then(|| SecretString::from(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let credentials = Credentials::Token {
            token: SecretString::from("ghp_abc"),
            found: "here".to_owned(),
        };
        assert!(!format!("{credentials:?}").contains("ghp_abc"));
    }
}
