//! Who may work with a repository, and who was asked to.

use serde_json::json;

use super::{Operation, operation};
use crate::access::Needs;
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::clock::hours_after;
use crate::shapes::INVITATION_HOURS;
use crate::state::{Invitation, Level, Repository, Role};

const ADMIN: Needs = Needs::Repository("administration", Level::Write, Role::Admin);
const READ: Needs = Needs::Repository("metadata", Level::Read, Role::Push);

/// Invitations to one repository within 24 hours; members of the organisation are not counted.
pub(crate) const INVITATIONS_A_DAY: usize = 50;

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/repos/{owner}/{repo}/collaborators", READ, list),
    operation(
        "GET",
        "/repos/{owner}/{repo}/collaborators/{username}/permission",
        Needs::Repository("metadata", Level::Read, Role::Pull),
        permission,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/collaborators/{username}",
        READ,
        check,
    ),
    operation(
        "PUT",
        "/repos/{owner}/{repo}/collaborators/{username}",
        ADMIN,
        add,
    ),
    operation(
        "DELETE",
        "/repos/{owner}/{repo}/collaborators/{username}",
        ADMIN,
        remove,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/invitations",
        Needs::Repository("administration", Level::Read, Role::Admin),
        invitations,
    ),
    operation(
        "PATCH",
        "/repos/{owner}/{repo}/invitations/{invitation_id}",
        ADMIN,
        change,
    ),
    operation(
        "DELETE",
        "/repos/{owner}/{repo}/invitations/{invitation_id}",
        ADMIN,
        withdraw,
    ),
    operation("GET", "/user/repository_invitations", Needs::User, mine),
    operation(
        "PATCH",
        "/user/repository_invitations/{invitation_id}",
        Needs::User,
        accept,
    ),
    operation(
        "DELETE",
        "/user/repository_invitations/{invitation_id}",
        Needs::User,
        decline,
    ),
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let affiliation = call.query.get("affiliation").map_or("all", String::as_str);
    let wanted = call.query.get("permission").and_then(|word| Role::of(word));
    let organisation = call.state.organisations.get(&repository.owner);
    let member = |login: &str| organisation.is_some_and(|organisation| organisation.has(login));
    let by_membership = organisation
        .into_iter()
        .flat_map(|each| each.owners.iter().chain(&each.members));
    let mut logins: Vec<&String> = match affiliation {
        "direct" => repository.collaborators.keys().collect(),
        "outside" => repository
            .collaborators
            .keys()
            .filter(|login| !member(login))
            .collect(),
        _ => repository
            .collaborators
            .keys()
            .chain(by_membership)
            .collect(),
    };
    logins.sort();
    logins.dedup();
    let role = |login: &String| call.state.role(login, repository);
    logins.retain(|login| {
        role(login).is_some() && wanted.is_none_or(|wanted| role(login) == Some(wanted))
    });
    Ok(call.page(&logins, |login| {
        call.shapes
            .collaborator(call.state, login, role(login).unwrap_or(Role::Pull))
    }))
}

fn given(call: &Call<'_>) -> Result<(String, Option<Role>), Refused> {
    let (login, _) = call
        .state
        .user(call.parameter("username"))
        .ok_or_else(Refused::not_found)?;
    Ok((login.to_owned(), call.state.role(login, call.repository()?)))
}

fn permission(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (login, role) = given(call)?;
    let legacy = match role {
        None => "none",
        Some(Role::Pull | Role::Triage) => "read",
        Some(Role::Push | Role::Maintain) => "write",
        Some(Role::Admin) => "admin",
    };
    let user = call
        .shapes
        .collaborator(call.state, &login, role.unwrap_or(Role::Pull));
    Ok(Answer::ok(json!({
        "permission": legacy,
        "role_name": role.map_or("none", Role::answered),
        "user": user,
    })))
}

fn check(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (login, _) = given(call)?;
    let repository = call.repository()?;
    let organisation = call.state.organisations.get(&repository.owner);
    let member = organisation.is_some_and(|each| each.base_role(&login).is_some());
    if repository.collaborators.contains_key(&login) || member || repository.owner == login {
        Ok(Answer::nothing())
    } else {
        Err(Refused::not_found())
    }
}

fn add(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (login, _) = given(call)?;
    let word = call.text("permission").unwrap_or_else(|| "push".to_owned());
    let role =
        Role::of(&word).ok_or_else(|| Refused::field("Repository", "permission", "invalid"))?;
    let (now, inviter) = (call.now, call.who.login());
    let repository = call.repository()?;
    let organisation = call.state.organisations.get(&repository.owner);
    let member = organisation.is_some_and(|organisation| organisation.has(&login));
    if repository.owner == login {
        return Err(Refused::custom(
            "Repository",
            "invitee",
            "Repository owner cannot be a collaborator",
        ));
    }
    if member || repository.collaborators.contains_key(&login) {
        call.repository_mut()?.collaborators.insert(login, role);
        return Ok(Answer::nothing());
    }
    let repository = call.repository_mut()?;
    forget(repository, now);
    // Asked again, the same invitation is changed and none is sent.
    let open = repository
        .invitations
        .iter_mut()
        .find(|each| each.invitee == login);
    let invitation = if let Some(invitation) = open {
        invitation.role = role;
        invitation.clone()
    } else {
        repository
            .invited_at
            .retain(|sent| hours_after(*sent, 24) > now);
        if repository.invited_at.len() >= INVITATIONS_A_DAY {
            return Err(Refused::custom(
                "Repository",
                "invitee",
                "You have exceeded the number of invitations to a repository in 24 hours",
            ));
        }
        repository.invited_at.push(now);
        let id = call.state.next_id();
        let invitation = Invitation {
            id,
            invitee: login,
            inviter,
            role,
            created_at: now,
        };
        call.repository_mut()?.invitations.push(invitation.clone());
        invitation
    };
    Ok(Answer::created(call.shapes.invitation(
        call.state,
        call.repository()?,
        &invitation,
        now,
    )))
}

/// Forgets invitations that can no longer be accepted.
fn forget(repository: &mut Repository, now: jiff::Timestamp) {
    repository
        .invitations
        .retain(|each| hours_after(each.created_at, INVITATION_HOURS) > now);
}

fn remove(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let login = call.parameter("username").to_owned();
    let repository = call.repository_mut()?;
    repository.collaborators.remove(&login);
    repository.invitations.retain(|each| each.invitee != login);
    Ok(Answer::nothing())
}

fn invitations(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    Ok(call.page(&repository.invitations, |each| {
        call.shapes
            .invitation(call.state, repository, each, call.now)
    }))
}

fn change(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let id = call.number("invitation_id")?;
    let word = call.text("permissions");
    let role = word.and_then(|word| Role::of(&word));
    let invitations = &mut call.repository_mut()?.invitations;
    let invitation = invitations
        .iter_mut()
        .find(|each| each.id == id)
        .ok_or_else(Refused::not_found)?;
    invitation.role = role.unwrap_or(invitation.role);
    let invitation = invitation.clone();
    Ok(Answer::ok(call.shapes.invitation(
        call.state,
        call.repository()?,
        &invitation,
        call.now,
    )))
}

fn withdraw(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let id = call.number("invitation_id")?;
    let invitations = &mut call.repository_mut()?.invitations;
    let at = invitations
        .iter()
        .position(|each| each.id == id)
        .ok_or_else(Refused::not_found)?;
    invitations.remove(at);
    Ok(Answer::nothing())
}

fn mine(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let login = call.who.login();
    let all = call.state.repositories.values();
    let found: Vec<(&Repository, &Invitation)> = all
        .flat_map(|repository| {
            repository
                .invitations
                .iter()
                .map(move |each| (repository, each))
        })
        .filter(|(_, each)| {
            each.invitee == login && hours_after(each.created_at, INVITATION_HOURS) > call.now
        })
        .collect();
    Ok(call.page(&found, |(repository, each)| {
        call.shapes
            .invitation(call.state, repository, each, call.now)
    }))
}

/// Takes the caller's invitation of this number out of its repository.
fn answered(call: &mut Call<'_>) -> Result<(String, Invitation), Refused> {
    let (id, login, now) = (call.number("invitation_id")?, call.who.login(), call.now);
    for (key, repository) in &mut call.state.repositories {
        let at = repository
            .invitations
            .iter()
            .position(|each| each.id == id && each.invitee == login);
        if let Some(at) = at {
            let invitation = repository.invitations.remove(at);
            if hours_after(invitation.created_at, INVITATION_HOURS) <= now {
                return Err(Refused::not_found());
            }
            return Ok((key.clone(), invitation));
        }
    }
    Err(Refused::not_found())
}

fn accept(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (key, invitation) = answered(call)?;
    if let Some(repository) = call.state.repositories.get_mut(&key) {
        repository
            .collaborators
            .insert(invitation.invitee, invitation.role);
    }
    Ok(Answer::nothing())
}

fn decline(call: &mut Call<'_>) -> Result<Answer, Refused> {
    answered(call)?;
    Ok(Answer::nothing())
}
