//! Statuses of commits.

use serde_json::json;

use super::{Operation, operation};
use crate::access::Needs;
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::git::resolve;
use crate::state::{Level, Role, Status};

const STATES: &[&str] = &["error", "failure", "pending", "success"];
/// Letters that the description of a status may have.
const DESCRIPTION_LETTERS: usize = 140;
/// Statuses that a commit may have in one context.
const IN_CONTEXT: usize = 1_000;

pub(super) const OPERATIONS: &[Operation] = &[
    operation(
        "POST",
        "/repos/{owner}/{repo}/statuses/{sha}",
        Needs::Repository("statuses", Level::Write, Role::Push),
        create,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/commits/{ref}/status",
        Needs::Repository("statuses", Level::Read, Role::Pull),
        combined,
    ),
];

fn create(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let sha = call.parameter("sha").to_owned();
    let commits = call.git.open(call.repository()?)?;
    let whole = sha.len() == 40 && resolve(&commits, &sha).is_some();
    if !whole {
        return Err(Refused::new(422, format!("No commit found for SHA: {sha}")));
    }
    let state = call.needed("Status", "state")?;
    if !STATES.contains(&state.as_str()) {
        return Err(Refused::custom(
            "Status",
            "state",
            "state is not included in the list",
        ));
    }
    let description = call.text("description");
    if description
        .as_ref()
        .is_some_and(|text| text.chars().count() > DESCRIPTION_LETTERS)
    {
        let words =
            format!("description is too long (maximum is {DESCRIPTION_LETTERS} characters)");
        return Err(Refused::custom("Status", "description", words));
    }
    let context = call.text("context").unwrap_or_else(|| "default".to_owned());
    let all = call.repository()?.statuses.iter();
    if all
        .filter(|each| each.sha == sha && each.context == context)
        .count()
        >= IN_CONTEXT
    {
        return Err(Refused::new(
            422,
            "This SHA and context has reached the maximum number of statuses.",
        ));
    }
    let status = Status {
        id: call.state.next_id(),
        sha,
        author: call.who.login(),
        state,
        description,
        target_url: call.text("target_url"),
        context,
        created_at: call.now,
    };
    call.repository_mut()?.statuses.push(status.clone());
    Ok(Answer::created(call.shapes.status(
        call.state,
        call.repository()?,
        &status,
    )))
}

fn combined(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    let name = call.parameter("ref");
    let sha = resolve(&commits, name)
        .map(|commit| commit.id().to_string())
        .ok_or_else(Refused::not_found)?;
    // Of each context the last one.
    let mut last: Vec<&Status> = Vec::new();
    for status in repository
        .statuses
        .iter()
        .filter(|status| status.sha == sha)
    {
        last.retain(|each| each.context != status.context);
        last.push(status);
    }
    let any = |states: &[&str]| {
        last.iter()
            .any(|status| states.contains(&status.state.as_str()))
    };
    let state = match () {
        () if any(&["error", "failure"]) => "failure",
        () if last.is_empty() || any(&["pending"]) => "pending",
        () => "success",
    };
    let (page, links) = call.turn(last.len());
    let full = repository.full_name();
    let statuses: Vec<_> = last[page]
        .iter()
        .map(|status| {
            let mut shown = call.shapes.status(call.state, repository, status);
            if let Some(shown) = shown.as_object_mut() {
                shown.remove("creator");
            }
            shown
        })
        .collect();
    let mut answer = Answer::ok(json!({
        "state": state,
        "statuses": statuses,
        "sha": sha,
        "total_count": last.len(),
        "repository": call.shapes.repository(call.state, repository, None, false),
        "commit_url": call.shapes.url(&format!("repos/{full}/commits/{sha}")),
        "url": call.shapes.url(&format!("repos/{full}/commits/{sha}/status")),
    }));
    answer.headers.extend(links);
    Ok(answer)
}
