//! Rulesets of the organisation, as GitHub has them.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::GitHub;
use super::client::{Method, unexpected};
use crate::error::Result;
use crate::forge::rulesets::{Forbids, Ruleset, Rulesets};

/// GitHub's number of the role of an organisation's owners.
const OWNERS: u64 = 1;

#[derive(Deserialize)]
struct Summary {
    id: u64,
}

impl GitHub {
    /// The rulesets of the organisation.
    pub(super) fn known_rulesets(&self) -> Result<Rulesets> {
        let route = self.rulesets_route();
        let answer = self.client.get(&format!("{route}?per_page=100"))?;
        if [403, 404].contains(&answer.status) {
            return Ok(Rulesets::None(format!(
                "GitHub answers {} ({}): rulesets of an organisation need the plan Team and a token that may administer it",
                answer.status,
                answer.message()
            )));
        }
        if !answer.succeeded() {
            return Err(unexpected("list the rulesets", &answer));
        }
        let summaries: Vec<Summary> = serde_json::from_value(answer.body).unwrap_or_default();
        let mut known = Vec::new();
        for Summary { id } in summaries {
            let whole: Option<Value> = self.client.find(&format!("{route}/{id}"))?;
            let ruleset = whole.as_ref().and_then(read);
            known.extend(ruleset.map(|ruleset| (id, ruleset)));
        }
        Ok(Rulesets::Known(known))
    }

    /// Makes a ruleset, or changes the one of this number.
    pub(super) fn protect(&self, ruleset: &Ruleset, number: Option<u64>) -> Result<()> {
        let route = self.rulesets_route();
        let body = self.written(ruleset);
        match number {
            Some(number) => self.settle(Method::Put, &format!("{route}/{number}"), &body),
            None => {
                // Two of one name would be two: it is looked for before it is tried again.
                let is_there = || -> Result<bool> {
                    Ok(match self.known_rulesets()? {
                        Rulesets::Known(known) => {
                            known.iter().any(|(_, known)| known.name == ruleset.name)
                        }
                        Rulesets::None(_) => false,
                    })
                };
                self.make(
                    &route,
                    &body,
                    &format!("make the ruleset {}", ruleset.name),
                    &is_there,
                )
            }
        }
    }

    fn rulesets_route(&self) -> String {
        format!("/orgs/{}/rulesets", self.place.organisation)
    }

    fn written(&self, ruleset: &Ruleset) -> Value {
        let mut conditions = json!({
            "repository_name": {"include": ruleset.repositories, "exclude": [], "protected": false},
        });
        let (target, rules) = match &ruleset.forbids {
            Forbids::Rewriting(branches) => {
                let include: Vec<String> = branches
                    .iter()
                    .map(|branch| format!("refs/heads/{branch}"))
                    .collect();
                conditions["ref_name"] = json!({"include": include, "exclude": []});
                (
                    "branch",
                    json!([{"type": "deletion"}, {"type": "non_fast_forward"}]),
                )
            }
            Forbids::Changing(paths) => (
                "push",
                json!([{
                    "type": "file_path_restriction",
                    "parameters": {"restricted_file_paths": paths},
                }]),
            ),
        };
        let mut above = vec![json!({
            "actor_id": OWNERS, "actor_type": "OrganizationAdmin", "bypass_mode": "always",
        })];
        let apps: BTreeSet<u64> = ruleset
            .above
            .iter()
            .copied()
            .chain(self.client.app())
            .collect();
        for app in apps {
            above.push(json!({
                "actor_id": app, "actor_type": "Integration", "bypass_mode": "always",
            }));
        }
        json!({
            "name": ruleset.name,
            "target": target,
            "enforcement": "active",
            "bypass_actors": above,
            "conditions": conditions,
            "rules": rules,
        })
    }
}

/// A ruleset as we would write it, if it is one such.
fn read(whole: &Value) -> Option<Ruleset> {
    let texts = |value: &Value| -> Option<Vec<String>> {
        let texts = value.as_array()?.iter();
        texts.map(|text| text.as_str().map(str::to_owned)).collect()
    };
    if whole["enforcement"] != "active" {
        return None;
    }
    let rules = whole["rules"].as_array()?;
    let kinds: Vec<&str> = rules
        .iter()
        .filter_map(|rule| rule["type"].as_str())
        .collect();
    let forbids = if kinds == ["file_path_restriction"] {
        Forbids::Changing(texts(&rules[0]["parameters"]["restricted_file_paths"])?)
    } else if kinds.len() == 2
        && ["deletion", "non_fast_forward"]
            .iter()
            .all(|kind| kinds.contains(kind))
    {
        let branches = texts(&whole["conditions"]["ref_name"]["include"])?;
        let names = branches.iter().map(|name| {
            let name = name.strip_prefix("refs/heads/").unwrap_or(name);
            name.to_owned()
        });
        Forbids::Rewriting(names.collect())
    } else {
        return None;
    };
    let actors = whole["bypass_actors"].as_array().into_iter().flatten();
    let above = actors
        .filter(|actor| actor["actor_type"] == "Integration")
        .filter_map(|actor| actor["actor_id"].as_u64());
    Some(Ruleset {
        name: whole["name"].as_str()?.to_owned(),
        repositories: texts(&whole["conditions"]["repository_name"]["include"])?,
        forbids,
        above: above.collect(),
    })
}
