//! Whether what we are on GitHub may do what a course needs, before anything is written.

use serde::Deserialize;
use serde_json::Value;

use super::GitHub;
use super::client::unexpected;
use crate::error;
use crate::forge::rulesets::Rulesets;

/// Scopes of a classic token, each with what it is for. Pushing a workflow needs one of its own.
const SCOPES: [(&str, &str); 2] = [
    ("repo", "to make repositories and to push"),
    ("workflow", "to push the workflow that tests students' work"),
];

/// Permissions of a GitHub App, each with what it must at least allow and what it is for.
const PERMISSIONS: [(&str, &str, &str); 6] = [
    (
        "administration",
        "write",
        "to make repositories and to let students in",
    ),
    ("contents", "write", "to push"),
    (
        "workflows",
        "write",
        "to push the workflow that tests students' work",
    ),
    (
        "pull_requests",
        "write",
        "to open the pull request for feedback",
    ),
    ("issues", "write", "to answer whoever asks for a repository"),
    ("members", "read", "to know who needs no invitation"),
];

/// What GitHub says of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Who we are there.
    pub who: String,
    /// What we are in the organisation and which plan that has, in words.
    pub organisation: Result<String, String>,
    /// The rights that are missing, each with what it is for.
    pub lacking: Vec<String>,
    /// Whether rulesets can be had, or why not.
    pub rulesets: Result<String, String>,
}

#[derive(Deserialize)]
struct Membership {
    state: String,
    role: String,
}

impl GitHub {
    /// Asks who we are, what we may do, and what the organisation's plan allows.
    pub fn inspect(&self) -> error::Result<Inspection> {
        let (who, lacking) = match self.client.app_permissions() {
            Some((app, permissions)) => (format!("the GitHub App {app}"), lacking(permissions)),
            None => self.inspect_token()?,
        };
        let rulesets = match self.known_rulesets()? {
            Rulesets::Known(_) => Ok("allowed".to_owned()),
            Rulesets::None(why) => Err(why),
        };
        Ok(Inspection {
            who,
            organisation: self.inspect_organisation()?,
            lacking,
            rulesets,
        })
    }

    fn inspect_token(&self) -> error::Result<(String, Vec<String>)> {
        let answer = self.client.get("/user")?;
        if answer.status != 200 {
            return Err(unexpected("ask GitHub who we are", &answer));
        }
        let login = answer.body["login"].as_str().unwrap_or_default().to_owned();
        // Fine-grained tokens have permissions of their own kind, and GitHub tells nobody which.
        let lacking = match &answer.scopes {
            None => Vec::new(),
            Some(scopes) => {
                let has: Vec<&str> = scopes.split(',').map(str::trim).collect();
                SCOPES
                    .iter()
                    .filter(|(scope, _)| !has.contains(scope))
                    .map(|(scope, what)| format!("the scope `{scope}`, {what}"))
                    .collect()
            }
        };
        Ok((login, lacking))
    }

    fn inspect_organisation(&self) -> error::Result<Result<String, String>> {
        let organisation = &self.place.organisation;
        let found: Option<Value> = self.client.find(&format!("/orgs/{organisation}"))?;
        let Some(found) = found else {
            return Ok(Err(format!("there is no organisation `{organisation}`")));
        };
        let plan = found["plan"]["name"].as_str().unwrap_or("unknown to us");
        if self.client.app().is_some() {
            return Ok(Ok(format!("installed in {organisation}, plan {plan}")));
        }
        let route = format!("/user/memberships/orgs/{organisation}");
        let answer = self.client.get(&route)?;
        let membership = match answer.status {
            200 => serde_json::from_value::<Membership>(answer.body).ok(),
            _ => None,
        };
        Ok(match membership {
            Some(Membership { state, role }) if state == "active" && role == "admin" => {
                Ok(format!("owner of {organisation}, plan {plan}"))
            }
            Some(Membership { state, role }) => Err(format!(
                "{role} ({state}) of {organisation}, and only owners can do all that a course needs"
            )),
            None => Err(format!("no member of {organisation}")),
        })
    }
}

/// The permissions that an App lacks.
fn lacking(permissions: &Value) -> Vec<String> {
    PERMISSIONS
        .iter()
        .filter(|(name, least, _)| {
            let has = permissions[name].as_str().unwrap_or("none");
            !(has == "write" || has == *least)
        })
        .map(|(name, least, what)| format!("the permission `{name}: {least}`, {what}"))
        .collect()
}
