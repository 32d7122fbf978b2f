//! Users and organisations.

use super::{Operation, operation};
use crate::access::{Near, Needs};
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::server::locked;
use crate::state::{Level, Organisation};

const MEMBERS: Needs = Needs::Organisation("members", Level::Read, "read:org", Near::Member);

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/user", Needs::User, me),
    operation("GET", "/rate_limit", Needs::Anybody, limits),
    operation("GET", "/users/{username}", Needs::Anybody, user),
    operation(
        "GET",
        "/user/memberships/orgs/{org}",
        Needs::User,
        my_membership,
    ),
    operation(
        "GET",
        "/orgs/{org}",
        Needs::Organisation("", Level::Read, "", Near::Anybody),
        organisation,
    ),
    operation("GET", "/orgs/{org}/members", MEMBERS, members),
    operation(
        "GET",
        "/orgs/{org}/members/{username}",
        Needs::Organisation("", Level::Read, "", Near::Anybody),
        is_member,
    ),
    operation(
        "GET",
        "/orgs/{org}/memberships/{username}",
        MEMBERS,
        membership,
    ),
];

fn me(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let login = call.who.login();
    Ok(Answer::ok(call.shapes.user(call.state, &login, true)))
}

fn limits(call: &mut Call<'_>) -> Result<Answer, Refused> {
    Ok(Answer::ok(locked(call.meter).overview(call.who)))
}

fn user(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let login = call.parameter("username");
    let (login, _) = call.state.user(login).ok_or_else(Refused::not_found)?;
    Ok(Answer::ok(call.shapes.user(call.state, login, false)))
}

fn found<'a>(call: &'a Call<'_>) -> Result<(&'a str, &'a Organisation), Refused> {
    call.state
        .organisation(call.parameter("org"))
        .ok_or_else(Refused::not_found)
}

fn organisation(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (login, organisation) = found(call)?;
    let owner = call
        .who
        .user()
        .is_some_and(|user| organisation.owners.contains(user));
    Ok(Answer::ok(call.shapes.organisation(
        login,
        organisation,
        owner,
    )))
}

fn my_membership(call: &mut Call<'_>) -> Result<Answer, Refused> {
    // The token's scope is asked for only here, where a path names an organisation and a user is meant.
    if call.who.scopes().is_some_and(|scopes| {
        !scopes
            .iter()
            .any(|scope| scope.ends_with(":org") || scope == "user")
    }) {
        return Err(Refused::forbidden(
            "You need at least read:org scope to access this resource.",
        ));
    }
    let login = call.who.login();
    membership_of(call, &login)
}

fn membership(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let login = call.parameter("username").to_owned();
    membership_of(call, &login)
}

fn membership_of(call: &Call<'_>, user: &str) -> Result<Answer, Refused> {
    let (login, organisation) = found(call)?;
    let (user, _) = call.state.user(user).ok_or_else(Refused::not_found)?;
    if !organisation.has(user) {
        return Err(Refused::not_found());
    }
    let owner = organisation.owners.contains(user);
    Ok(Answer::ok(
        call.shapes.membership(call.state, login, user, owner),
    ))
}

fn members(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (_, organisation) = found(call)?;
    let role = call.query.get("role").map_or("all", String::as_str);
    let owners = organisation.owners.iter().filter(|_| role != "member");
    let members = organisation.members.iter().filter(|_| role != "admin");
    let mut logins: Vec<&String> = owners.chain(members).collect();
    logins.sort();
    Ok(call.page(&logins, |login| call.shapes.account(call.state, login)))
}

fn is_member(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (login, organisation) = found(call)?;
    let user = call.parameter("username");
    if !call.who.user().is_some_and(|asks| organisation.has(asks)) {
        // Strangers see public members only, and here all members are private.
        let public = call
            .shapes
            .url(&format!("orgs/{login}/public_members/{user}"));
        return Ok(Answer::redirect(302, public));
    }
    if !organisation.has(user) {
        return Err(Refused::new(
            404,
            "User does not exist or is not a member of the organization",
        ));
    }
    Ok(Answer::nothing())
}
