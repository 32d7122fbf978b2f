//! Users, organisations and Apps, and what they have to do with a repository.

use serde_json::{Value, json};

use super::{Shapes, id_of, permissions};
use crate::clock::{hours_after, written};
use crate::state::{App, Installation, Invitation, Organisation, Repository, Role, State};

/// Hours in which an invitation can be accepted.
pub(crate) const INVITATION_HOURS: i64 = 7 * 24;

/// What only its owners see of an organisation.
const OF_OWNERS: &[&str] = &[
    "plan",
    "billing_email",
    "total_private_repos",
    "owned_private_repos",
    "private_gists",
    "disk_usage",
    "collaborators",
    "default_repository_permission",
    "two_factor_requirement_enabled",
];

impl Shapes {
    /// A user, an organisation or a bot, as part of other objects.
    pub(crate) fn account(&self, state: &State, login: &str) -> Value {
        let kind = if login.ends_with("[bot]") {
            "Bot"
        } else if state.organisations.contains_key(login) {
            "Organization"
        } else {
            "User"
        };
        let fields =
            json!({"login": login, "id": id_of(state, login), "type": kind, "site_admin": false});
        self.fill("simple-user", "", login, fields)
    }

    /// A user on their own page, as they see it themselves or as others do.
    pub(crate) fn user(&self, state: &State, login: &str, own: bool) -> Value {
        let user = state.users.get(login).cloned().unwrap_or_default();
        let fields = json!({
            "login": login,
            "id": id_of(state, login),
            "name": user.name,
            "email": user.email,
            "user_view_type": if own { "private" } else { "public" },
            "type": "User",
            "site_admin": false,
        });
        let schema = if own { "private-user" } else { "public-user" };
        self.fill(schema, "", login, fields)
    }

    /// An organisation on its own page.
    pub(crate) fn organisation(
        &self,
        login: &str,
        organisation: &Organisation,
        owner: bool,
    ) -> Value {
        let mut fields = json!({
            "login": login,
            "id": organisation.id,
            "created_at": written(organisation.created_at),
            "updated_at": written(organisation.created_at),
            "archived_at": null,
            "type": "Organization",
        });
        if owner {
            let plan = match organisation.plan {
                crate::state::Plan::Free => "free",
                crate::state::Plan::Team => "team",
            };
            let seats = organisation.owners.len() + organisation.members.len();
            fields["plan"] = json!({"name": plan, "space": 976_562_499, "private_repos": 9999, "filled_seats": seats, "seats": seats});
            fields["default_repository_permission"] =
                json!(organisation.members_may.map_or("none", Role::answered));
            fields["members_can_create_repositories"] =
                json!(organisation.members_create_repositories);
        }
        let mut shown = self.fill("organization-full", "", login, fields);
        if let Some(shown) = shown.as_object_mut().filter(|_| !owner) {
            shown.retain(|name, _| !OF_OWNERS.contains(&name.as_str()));
        }
        shown
    }

    /// A membership of an organisation.
    pub(crate) fn membership(&self, state: &State, login: &str, user: &str, owner: bool) -> Value {
        let fields = json!({
            "url": self.url(&format!("orgs/{login}/memberships/{user}")),
            "state": "active",
            "role": if owner { "admin" } else { "member" },
            "organization_url": self.url(&format!("orgs/{login}")),
            "organization": self.fill("organization-simple", "", login, json!({
                "login": login,
                "id": id_of(state, login),
            })),
            "user": self.account(state, user),
        });
        self.fill("org-membership", "", login, fields)
    }

    /// Somebody who may do something with a repository.
    pub(crate) fn collaborator(&self, state: &State, login: &str, role: Role) -> Value {
        let mut shown = self.account(state, login);
        shown["permissions"] = permissions(role);
        shown["role_name"] = json!(role.answered());
        shown
    }

    pub(crate) fn invitation(
        &self,
        state: &State,
        repository: &Repository,
        invitation: &Invitation,
        now: jiff::Timestamp,
    ) -> Value {
        let name = repository.full_name();
        let fields = json!({
            "id": invitation.id,
            "repository": self.repository(state, repository, None, false),
            "invitee": self.account(state, &invitation.invitee),
            "inviter": self.account(state, &invitation.inviter),
            "permissions": invitation.role.answered(),
            "created_at": written(invitation.created_at),
            "expired": hours_after(invitation.created_at, INVITATION_HOURS) <= now,
            "url": self.url(&format!("user/repository_invitations/{}", invitation.id)),
            "html_url": format!("https://github.com/{name}/invitations"),
        });
        self.fill("repository-invitation", &name, &repository.owner, fields)
    }

    pub(crate) fn app(&self, app: &App) -> Value {
        let fields = json!({
            "id": app.id,
            "slug": app.slug,
            "name": app.slug,
            "installations_count": app.installations.len(),
        });
        self.fill("integration", "", &app.slug, fields)
    }

    pub(crate) fn installation(
        &self,
        state: &State,
        app: &App,
        installation: &Installation,
    ) -> Value {
        let organisation = &installation.organisation;
        let fields = json!({
            "id": installation.id,
            "account": self.account(state, organisation),
            "access_tokens_url": self.url(&format!("app/installations/{}/access_tokens", installation.id)),
            "repositories_url": self.url("installation/repositories"),
            "html_url": format!("https://github.com/organizations/{organisation}/settings/installations/{}", installation.id),
            "app_id": app.id,
            "app_slug": app.slug,
            "target_id": id_of(state, organisation),
            "target_type": "Organization",
            "permissions": installation.permissions,
            "events": [],
            "repository_selection": if installation.repositories.is_some() { "selected" } else { "all" },
            "suspended_at": null,
            "suspended_by": null,
            "single_file_name": null,
        });
        self.fill("installation", "", organisation, fields)
    }
}
