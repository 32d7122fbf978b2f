//! Objects as GitHub shows them: its own published example of each, with the state laid over it.

mod people;
mod texts;

pub(crate) use people::INVITATION_HOURS;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::clock::written;
use crate::description::Description;
use crate::state::{Activity, Repository, Role, Ruleset, State};

/// What examples have and no object here ever has.
const NEVER: &[&str] = &[
    "parent",
    "source",
    "organization",
    "template_repository",
    "license",
    "security_and_analysis",
    "custom_properties",
    "body_html",
    "body_text",
];

/// Makes objects.
#[derive(Debug)]
pub(crate) struct Shapes {
    /// The double's own address, `http://127.0.0.1:PORT`.
    pub(crate) address: String,
    /// Where the examples come from; without them objects have only what the state says.
    pub(crate) description: Option<Arc<Description>>,
}

impl Shapes {
    /// The example of a schema as of a repository `owner/name` and a login, with these fields instead of its own.
    fn fill(&self, schema: &str, repository: &str, login: &str, fields: Value) -> Value {
        let mut object = self.example(schema, repository, login);
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        Value::Object(object)
    }

    fn example(&self, schema: &str, repository: &str, login: &str) -> Map<String, Value> {
        let example = self
            .description
            .as_ref()
            .and_then(|all| all.example(schema));
        let mut object = match example {
            Some(Value::Object(example)) => example.clone(),
            _ => Map::new(),
        };
        object.retain(|name, _| !NEVER.contains(&name.as_str()));
        let address = format!("{}/", self.address);
        let encoded = crate::path::encoded(login);
        for value in object.values_mut() {
            renamed(value, &|text| {
                // A bot's name has brackets, which an address may not have.
                let login = if text.contains("://") {
                    &encoded
                } else {
                    login
                };
                text.replace("octocat/Hello-World", repository)
                    .replace("https://api.github.com/", &address)
                    .replace("octocat", login)
                    .replace("my-org", login)
            });
        }
        object
    }

    /// The address of something in the interface.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    /// A repository, in full or as part of lists.
    pub(crate) fn repository(
        &self,
        state: &State,
        repository: &Repository,
        role: Option<Role>,
        full: bool,
    ) -> Value {
        let name = repository.full_name();
        let visibility = if repository.private {
            "private"
        } else {
            "public"
        };
        let mut fields = json!({
            "id": repository.id,
            "name": repository.name,
            "full_name": name,
            "owner": self.account(state, &repository.owner),
            "private": repository.private,
            "visibility": visibility,
            "html_url": format!("https://github.com/{name}"),
            "description": repository.description,
            "homepage": null,
            "fork": false,
            "clone_url": self.url(&format!("{name}.git")),
            "git_url": format!("git:github.com/{name}.git"),
            "ssh_url": format!("git@github.com:{name}.git"),
            "default_branch": repository.default_branch,
            "archived": repository.archived,
            "disabled": false,
            "is_template": repository.is_template,
            "topics": repository.topics,
            "has_issues": true,
            "has_discussions": false,
            "license": null,
            "open_issues": repository.issues.iter().filter(|issue| issue.open).count(),
            "open_issues_count": repository.issues.iter().filter(|issue| issue.open).count(),
            "created_at": written(repository.created_at),
            "updated_at": written(repository.updated_at),
            "pushed_at": written(repository.pushed_at),
        });
        if let Some(role) = role {
            fields["permissions"] = permissions(role);
        }
        for (name, value) in &repository.settings {
            fields[name] = value.clone();
        }
        if full {
            fields["temp_clone_token"] = json!("");
            // What `settings` say of these goes over it.
            for setting in ["allow_update_branch", "use_squash_pr_title_as_default"] {
                if fields.get(setting).is_none() {
                    fields[setting] = json!(false);
                }
            }
        }
        if full && let Some(organisation) = state.organisations.get(&repository.owner) {
            fields["organization"] = self.account(state, &repository.owner);
            fields["organization"]["id"] = json!(organisation.id);
        }
        if full && let Some(generated) = &repository.generated {
            let (owner, name) = generated.from.split_once('/').unwrap_or_default();
            if let Some(template) = state.repository(owner, name) {
                fields["template_repository"] = self.repository(state, template, None, true);
            }
        }
        let schema = if full {
            "full-repository"
        } else {
            "minimal-repository"
        };
        self.fill(schema, &name, &repository.owner, fields)
    }

    pub(crate) fn activity(&self, state: &State, activity: &Activity) -> Value {
        json!({
            "id": activity.id,
            "node_id": format!("PSH_{}", activity.id),
            "before": activity.before,
            "after": activity.after,
            "ref": activity.r#ref,
            "timestamp": written(activity.timestamp),
            "activity_type": activity.activity_type,
            "actor": self.account(state, &activity.actor),
        })
    }

    /// A ruleset of `source`: an organisation or `owner/name`. Lists leave its rules out.
    pub(crate) fn ruleset(&self, source: &str, ruleset: &Ruleset, full: bool) -> Value {
        let (kind, path, html) = match source.contains('/') {
            true => (
                "Repository",
                format!("repos/{source}"),
                format!("https://github.com/{source}/rules/{}", ruleset.id),
            ),
            false => (
                "Organization",
                format!("orgs/{source}"),
                format!(
                    "https://github.com/organizations/{source}/settings/rules/{}",
                    ruleset.id
                ),
            ),
        };
        let mut shown = json!({
            "id": ruleset.id,
            "name": ruleset.name,
            "target": ruleset.target,
            "source_type": kind,
            "source": source,
            "enforcement": ruleset.enforcement,
            "node_id": format!("RRS_{}", ruleset.id),
            "_links": {
                "self": {"href": self.url(&format!("{path}/rulesets/{}", ruleset.id))},
                "html": {"href": html},
            },
            "created_at": written(ruleset.created_at),
            "updated_at": written(ruleset.updated_at),
        });
        if full {
            shown["bypass_actors"] = json!(ruleset.bypass_actors);
            shown["conditions"] = Value::Object(ruleset.conditions.clone());
            shown["rules"] = json!(ruleset.rules);
        }
        shown
    }
}

/// What a role allows, a word each.
fn permissions(role: Role) -> Value {
    let words = Role::ALL.iter().rev();
    words
        .map(|each| (each.word().to_owned(), json!(role >= *each)))
        .collect::<Map<_, _>>()
        .into()
}

fn id_of(state: &State, login: &str) -> u64 {
    let user = state.users.get(login).map(|user| user.id);
    let organisation = state
        .organisations
        .get(login)
        .map(|organisation| organisation.id);
    // The number of GitHub's own bot; other bots share it here.
    user.or(organisation).unwrap_or(41_898_282)
}

/// Every text in a value, as `change` makes it.
fn renamed(value: &mut Value, change: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| renamed(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| renamed(value, change)),
        _ => {}
    }
}
