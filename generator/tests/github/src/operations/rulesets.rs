//! Rulesets of organisations and repositories.

use serde_json::{Value, json};

use super::{Operation, operation};
use crate::access::{Near, Needs};
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::rulesets::{KNOWN, active};
use crate::state::{Level, Plan, Role, Ruleset};

const ORGANISATION: Needs = Needs::Organisation(
    "organization_administration",
    Level::Write,
    "admin:org",
    Near::Owner,
);
const READ: Needs = Needs::Repository("metadata", Level::Read, Role::Pull);
const WRITE: Needs = Needs::Repository("administration", Level::Write, Role::Admin);

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/orgs/{org}/rulesets", ORGANISATION, list),
    operation("POST", "/orgs/{org}/rulesets", ORGANISATION, create),
    operation(
        "GET",
        "/orgs/{org}/rulesets/{ruleset_id}",
        ORGANISATION,
        get,
    ),
    operation(
        "PUT",
        "/orgs/{org}/rulesets/{ruleset_id}",
        ORGANISATION,
        update,
    ),
    operation(
        "DELETE",
        "/orgs/{org}/rulesets/{ruleset_id}",
        ORGANISATION,
        delete,
    ),
    operation("GET", "/repos/{owner}/{repo}/rulesets", READ, list),
    operation("POST", "/repos/{owner}/{repo}/rulesets", WRITE, create),
    operation(
        "GET",
        "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
        READ,
        get,
    ),
    operation(
        "PUT",
        "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
        WRITE,
        update,
    ),
    operation(
        "DELETE",
        "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
        WRITE,
        delete,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/rules/branches/{branch}",
        READ,
        of_branch,
    ),
];

/// Where the rulesets of the path are: a name as answers have it, and the list.
fn source(call: &Call<'_>) -> Result<String, Refused> {
    if call.parameters.contains_key("org") {
        let (login, organisation) = call
            .state
            .organisation(call.parameter("org"))
            .ok_or_else(Refused::not_found)?;
        if organisation.plan == Plan::Free {
            return Err(Refused::forbidden(
                "Upgrade to GitHub Team to enable this feature.",
            ));
        }
        return Ok(login.to_owned());
    }
    let repository = call.repository()?;
    let owner = call.state.organisations.get(&repository.owner);
    if repository.private && owner.is_none_or(|owner| owner.plan == Plan::Free) {
        return Err(Refused::forbidden(
            "Upgrade to GitHub Pro or make this repository public to enable this feature.",
        ));
    }
    Ok(repository.full_name())
}

fn all<'a>(call: &'a mut Call<'_>, source: &str) -> Result<&'a mut Vec<Ruleset>, Refused> {
    match source.split_once('/') {
        Some((owner, name)) => call
            .state
            .repository_mut(owner, name)
            .map(|repository| &mut repository.rulesets),
        None => call
            .state
            .organisations
            .get_mut(source)
            .map(|organisation| &mut organisation.rulesets),
    }
    .ok_or_else(Refused::not_found)
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let source = source(call)?;
    let mut found: Vec<(String, Ruleset)> = all(call, &source)?
        .iter()
        .map(|each| (source.clone(), each.clone()))
        .collect();
    // A repository lists what its organisation lays on it too, unless told not to.
    let parents = call
        .query
        .get("includes_parents")
        .is_none_or(|word| word == "true");
    if let Some((owner, _)) = source.split_once('/')
        && parents
    {
        let repository = call.repository()?;
        let default = format!("refs/heads/{}", repository.default_branch);
        let laid = active(call.state, repository, &default).filter(|(from, _)| from == owner);
        found.extend(laid.map(|(from, each)| (from, each.clone())));
    }
    Ok(call.page(&found, |(source, each)| {
        call.shapes.ruleset(source, each, false)
    }))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (source, id) = (source(call)?, call.number("ruleset_id")?);
    let found = all(call, &source)?
        .iter()
        .find(|each| each.id == id)
        .cloned();
    let found = found.ok_or_else(Refused::not_found)?;
    Ok(Answer::ok(call.shapes.ruleset(&source, &found, true)))
}

/// The ruleset of the body, laid over one that there is.
fn given(call: &Call<'_>, mut ruleset: Ruleset) -> Result<Ruleset, Refused> {
    let invalid = |field: &str| Refused::field("Ruleset", field, "invalid");
    ruleset.name = call.text("name").unwrap_or(ruleset.name);
    ruleset.target = call.text("target").unwrap_or(ruleset.target);
    ruleset.enforcement = call.text("enforcement").unwrap_or(ruleset.enforcement);
    ruleset.updated_at = call.now;
    if let Some(actors) = call.body.get("bypass_actors") {
        ruleset.bypass_actors =
            serde_json::from_value(actors.clone()).map_err(|_| invalid("bypass_actors"))?;
    }
    if let Some(conditions) = call.body.get("conditions") {
        ruleset.conditions = conditions
            .as_object()
            .cloned()
            .ok_or_else(|| invalid("conditions"))?;
    }
    if let Some(rules) = call.body.get("rules") {
        ruleset.rules = rules.as_array().cloned().ok_or_else(|| invalid("rules"))?;
    }
    let kind = |rule: &Value| rule["type"].as_str().unwrap_or_default().to_owned();
    for rule in &ruleset.rules {
        if !KNOWN.contains(&kind(rule).as_str()) {
            let words = format!("local-github does not know the rule `{}` yet", kind(rule));
            return Err(Refused::custom("Ruleset", "rules", words));
        }
        // Rules of files are for rulesets of pushes, and those have no others.
        if (kind(rule) == "file_path_restriction") != (ruleset.target == "push") {
            return Err(Refused::custom(
                "Ruleset",
                "rules",
                format!(
                    "Invalid rule '{}' for target {}",
                    kind(rule),
                    ruleset.target
                ),
            ));
        }
    }
    if ruleset.target == "push" {
        let public = call.parameters.contains_key("repo") && !call.repository()?.private;
        if public {
            return Err(Refused::new(
                422,
                "Push rulesets are for private repositories.",
            ));
        }
        if ruleset.conditions.contains_key("ref_name") {
            return Err(invalid("conditions"));
        }
    }
    Ok(ruleset)
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let source = source(call)?;
    let name = call.needed("Ruleset", "name")?;
    if all(call, &source)?.iter().any(|each| each.name == name) {
        return Err(Refused::custom("Ruleset", "name", "Name must be unique"));
    }
    let mut ruleset = given(call, Ruleset::default())?;
    ruleset.id = call.state.next_id();
    ruleset.created_at = call.now;
    all(call, &source)?.push(ruleset.clone());
    Ok(Answer::created(
        call.shapes.ruleset(&source, &ruleset, true),
    ))
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (source, id) = (source(call)?, call.number("ruleset_id")?);
    let old = all(call, &source)?
        .iter()
        .find(|each| each.id == id)
        .cloned();
    let new = given(call, old.ok_or_else(Refused::not_found)?)?;
    let mut rulesets = all(call, &source)?.iter_mut();
    if let Some(ruleset) = rulesets.find(|each| each.id == id) {
        *ruleset = new.clone();
    }
    Ok(Answer::ok(call.shapes.ruleset(&source, &new, true)))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (source, id) = (source(call)?, call.number("ruleset_id")?);
    let rulesets = all(call, &source)?;
    let at = rulesets
        .iter()
        .position(|each| each.id == id)
        .ok_or_else(Refused::not_found)?;
    rulesets.remove(at);
    Ok(Answer::nothing())
}

fn of_branch(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let branch = format!("refs/heads/{}", call.parameter("branch"));
    let mut found = Vec::new();
    for (source, ruleset) in active(call.state, repository, &branch) {
        for rule in ruleset.rules.iter().filter(|_| ruleset.target == "branch") {
            let mut rule = rule.clone();
            rule["ruleset_source_type"] = json!(if source.contains('/') {
                "Repository"
            } else {
                "Organization"
            });
            rule["ruleset_source"] = json!(source);
            rule["ruleset_id"] = json!(ruleset.id);
            found.push(rule);
        }
    }
    Ok(call.page(&found, Value::clone))
}
