//! Apps and their installations.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Operation, operation};
use crate::access::{Needs, Who};
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::clock::{hours_after, written};
use crate::state::{App, Holder, Installation, Permissions, Token};

/// Hours for which an installation's token is good.
const TOKEN_HOURS: i64 = 1;

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/app", Needs::App, app),
    operation("GET", "/app/installations", Needs::App, installations),
    operation("GET", "/orgs/{org}/installation", Needs::App, installation),
    operation(
        "POST",
        "/app/installations/{installation_id}/access_tokens",
        Needs::App,
        token,
    ),
];

fn own<'a>(call: &'a Call<'_>) -> Result<&'a App, Refused> {
    let Who::App { id, .. } = call.who else {
        return Err(Refused::not_found());
    };
    call.state
        .apps
        .iter()
        .find(|app| app.id == *id)
        .ok_or_else(Refused::not_found)
}

fn app(call: &mut Call<'_>) -> Result<Answer, Refused> {
    Ok(Answer::ok(call.shapes.app(own(call)?)))
}

fn installations(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let app = own(call)?;
    Ok(call.page(&app.installations, |each| {
        call.shapes.installation(call.state, app, each)
    }))
}

fn installation(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let app = own(call)?;
    let login = call.parameter("org");
    let mut all = app.installations.iter();
    let found = all
        .find(|each| each.organisation.eq_ignore_ascii_case(login))
        .ok_or_else(Refused::not_found)?;
    Ok(Answer::ok(call.shapes.installation(call.state, app, found)))
}

fn token(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let id = call.number("installation_id")?;
    let app = own(call)?;
    let installation: Installation = app
        .installations
        .iter()
        .find(|each| each.id == id)
        .cloned()
        .ok_or_else(Refused::not_found)?;
    let permissions: Permissions = match call.body.get("permissions") {
        None => installation.permissions.clone(),
        Some(asked) => serde_json::from_value(asked.clone())
            .map_err(|_| Refused::field("Integration", "permissions", "invalid"))?,
    };
    let granted = |(name, level): (&String, &crate::state::Level)| {
        installation.permissions.get(name) >= Some(level)
    };
    if !permissions.iter().all(granted) {
        return Err(Refused::new(
            422,
            "The permissions requested are not granted to this installation.",
        ));
    }
    let names: Option<BTreeSet<String>> = call
        .texts("repositories")
        .map(|names| names.into_iter().collect());
    let exists = |name: &String| {
        let listed = installation
            .repositories
            .as_ref()
            .is_none_or(|names| names.contains(name));
        listed
            && call
                .state
                .repository(&installation.organisation, name)
                .is_some()
    };
    if names
        .as_ref()
        .is_some_and(|names| !names.iter().all(exists))
    {
        return Err(Refused::new(
            422,
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        ));
    }
    let secret = format!("ghs_{:036}", call.state.next_id());
    let end = hours_after(call.now, TOKEN_HOURS);
    let mut shown = json!({
        "token": secret,
        "expires_at": written(end),
        "permissions": permissions,
        "repository_selection": if names.is_some() { "selected" } else { "all" },
    });
    if let Some(names) = &names {
        let found = names
            .iter()
            .filter_map(|name| call.state.repository(&installation.organisation, name));
        shown["repositories"] = found
            .map(|each| call.shapes.repository(call.state, each, None, true))
            .collect();
    }
    let holder = Holder::Installation {
        installation: id,
        permissions,
        repositories: names,
    };
    let expires_at = Some(end);
    call.state
        .tokens
        .insert(secret, Token { holder, expires_at });
    Ok(Answer::created(shown))
}
