//! Objects as GitHub shows them: its own published example of each, with the state laid over it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::clock::{hours_after, written};
use crate::description::Description;
use crate::git::Git;
use crate::state::{
    Activity, App, Comment, Installation, Invitation, Issue, Label, Organisation, Repository, Role,
    Ruleset, State, Status,
};

/// Hours in which an invitation can be accepted.
pub(crate) const INVITATION_HOURS: i64 = 7 * 24;

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

    pub(crate) fn issue(&self, state: &State, repository: &Repository, issue: &Issue) -> Value {
        let name = repository.full_name();
        let url = self.url(&format!("repos/{name}/issues/{}", issue.number));
        let kind = if issue.pull.is_some() {
            "pull"
        } else {
            "issues"
        };
        let html = format!("https://github.com/{name}/{kind}/{}", issue.number);
        let labels = self.labels_of(repository, issue);
        let mut fields = json!({
            "id": issue.id,
            "number": issue.number,
            "url": url,
            "repository_url": self.url(&format!("repos/{name}")),
            "labels_url": format!("{url}/labels{{/name}}"),
            "comments_url": format!("{url}/comments"),
            "events_url": format!("{url}/events"),
            "html_url": html,
            "state": if issue.open { "open" } else { "closed" },
            "state_reason": issue.state_reason,
            "title": issue.title,
            "body": issue.body,
            "user": self.account(state, &issue.author),
            "labels": labels,
            "assignee": null,
            "assignees": [],
            "milestone": null,
            "locked": issue.locked,
            "active_lock_reason": null,
            "closed_by": null,
            "performed_via_github_app": null,
            "timeline_url": format!("{url}/timeline"),
            "reactions": reactions(&url),
            "comments": repository.comments.iter().filter(|comment| comment.issue == issue.number).count(),
            "closed_at": issue.closed_at.map(written),
            "created_at": written(issue.created_at),
            "updated_at": written(issue.updated_at),
            "author_association": self.association(state, repository, &issue.author),
        });
        if issue.pull.is_some() {
            let pull = self.url(&format!("repos/{name}/pulls/{}", issue.number));
            fields["pull_request"] = json!({
                "url": pull,
                "html_url": html,
                "diff_url": format!("{html}.diff"),
                "patch_url": format!("{html}.patch"),
            });
        }
        let mut shown = self.fill("issue", &name, &repository.owner, fields);
        if issue.pull.is_none()
            && let Some(shown) = shown.as_object_mut()
        {
            shown.remove("pull_request");
        }
        shown
    }

    fn labels_of(&self, repository: &Repository, issue: &Issue) -> Vec<Value> {
        let labels = repository.labels.iter();
        labels
            .filter(|label| issue.labels.contains(&label.name))
            .map(|label| self.label(repository, label))
            .collect()
    }

    pub(crate) fn label(&self, repository: &Repository, label: &Label) -> Value {
        let name = repository.full_name();
        json!({
            "id": label.id,
            "node_id": format!("LA_{}", label.id),
            "url": self.url(&format!("repos/{name}/labels/{}", crate::path::encoded(&label.name))),
            "name": label.name,
            "description": label.description,
            "color": label.color,
            "default": false,
        })
    }

    pub(crate) fn comment(
        &self,
        state: &State,
        repository: &Repository,
        comment: &Comment,
    ) -> Value {
        let name = repository.full_name();
        let issue = comment.issue;
        let is_pull = repository
            .issue(issue)
            .is_some_and(|issue| issue.pull.is_some());
        let kind = if is_pull { "pull" } else { "issues" };
        let fields = json!({
            "id": comment.id,
            "url": self.url(&format!("repos/{name}/issues/comments/{}", comment.id)),
            "html_url": format!("https://github.com/{name}/{kind}/{issue}#issuecomment-{}", comment.id),
            "issue_url": self.url(&format!("repos/{name}/issues/{issue}")),
            "user": self.account(state, &comment.author),
            "created_at": written(comment.created_at),
            "updated_at": written(comment.updated_at),
            "body": comment.body,
            "author_association": self.association(state, repository, &comment.author),
            "performed_via_github_app": null,
        });
        self.fill("issue-comment", &name, &repository.owner, fields)
    }

    fn association(&self, state: &State, repository: &Repository, login: &str) -> &'static str {
        let organisation = state.organisations.get(&repository.owner);
        if repository.owner == login {
            "OWNER"
        } else if organisation.is_some_and(|organisation| organisation.has(login)) {
            "MEMBER"
        } else if repository.collaborators.contains_key(login) {
            "COLLABORATOR"
        } else {
            "NONE"
        }
    }

    /// A pull request, in full or as part of lists.
    pub(crate) fn pull(
        &self,
        state: &State,
        git: &Git,
        repository: &Repository,
        issue: &Issue,
        full: bool,
    ) -> Value {
        let Some(pull) = &issue.pull else {
            return Value::Null;
        };
        let name = repository.full_name();
        let url = self.url(&format!("repos/{name}/pulls/{}", issue.number));
        let issue_url = self.url(&format!("repos/{name}/issues/{}", issue.number));
        let html = format!("https://github.com/{name}/pull/{}", issue.number);
        let (head_owner, head_name) = pull.head_repository.split_once('/').unwrap_or_default();
        let end = |repository: Option<&Repository>, owner: &str, branch: &str, sha: &str| {
            json!({
                "label": format!("{owner}:{branch}"),
                "ref": branch,
                "sha": sha,
                "user": self.account(state, owner),
                "repo": repository.map(|repository| self.repository(state, repository, None, true)),
            })
        };
        let link = |href: String| json!({"href": href});
        let links = json!({
            "self": link(url.clone()),
            "html": link(html.clone()),
            "issue": link(issue_url.clone()),
            "comments": link(format!("{issue_url}/comments")),
            "review_comments": link(format!("{url}/comments")),
            "review_comment": link(self.url(&format!("repos/{name}/pulls/comments{{/number}}"))),
            "commits": link(format!("{url}/commits")),
            "statuses": link(self.url(&format!("repos/{name}/statuses/{}", pull.head_sha))),
        });
        let mut fields = json!({
            "id": issue.id,
            "number": issue.number,
            "url": url,
            "html_url": html,
            "diff_url": format!("{html}.diff"),
            "patch_url": format!("{html}.patch"),
            "issue_url": issue_url,
            "commits_url": format!("{url}/commits"),
            "review_comments_url": format!("{url}/comments"),
            "review_comment_url": self.url(&format!("repos/{name}/pulls/comments{{/number}}")),
            "comments_url": format!("{issue_url}/comments"),
            "statuses_url": self.url(&format!("repos/{name}/statuses/{}", pull.head_sha)),
            "state": if issue.open { "open" } else { "closed" },
            "locked": issue.locked,
            "active_lock_reason": null,
            "title": issue.title,
            "user": self.account(state, &issue.author),
            "body": issue.body,
            "labels": self.labels_of(repository, issue),
            "milestone": null,
            "assignee": null,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "auto_merge": null,
            "draft": pull.draft,
            "created_at": written(issue.created_at),
            "updated_at": written(issue.updated_at),
            "closed_at": issue.closed_at.map(written),
            "merged_at": pull.merged_at.map(written),
            "merge_commit_sha": null,
            "head": end(state.repository(head_owner, head_name), head_owner, &pull.head, &pull.head_sha),
            "base": end(Some(repository), &repository.owner, &pull.base, &pull.base_sha),
            "author_association": self.association(state, repository, &issue.author),
            "_links": links,
        });
        if full {
            let size = git.size_of_pull(repository, pull);
            let more = json!({
                "merged": pull.merged_at.is_some(),
                "merged_by": null,
                "mergeable": issue.open.then_some(true),
                "rebaseable": null,
                "mergeable_state": if issue.open { "clean" } else { "unknown" },
                "comments": repository.comments.iter().filter(|comment| comment.issue == issue.number).count(),
                "review_comments": 0,
                "maintainer_can_modify": false,
                "commits": size.commits,
                "additions": size.additions,
                "deletions": size.deletions,
                "changed_files": size.files,
            });
            if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
                fields.extend(more);
            }
        }
        let schema = if full {
            "pull-request"
        } else {
            "pull-request-simple"
        };
        self.fill(schema, &name, &repository.owner, fields)
    }

    pub(crate) fn status(&self, state: &State, repository: &Repository, status: &Status) -> Value {
        let name = repository.full_name();
        let creator = self.account(state, &status.author);
        let fields = json!({
            "url": self.url(&format!("repos/{name}/statuses/{}", status.sha)),
            "avatar_url": creator["avatar_url"],
            "id": status.id,
            "node_id": format!("SC_{}", status.id),
            "state": status.state,
            "description": status.description,
            "target_url": status.target_url,
            "context": status.context,
            "created_at": written(status.created_at),
            "updated_at": written(status.created_at),
            "creator": creator,
        });
        self.fill("status", &name, &repository.owner, fields)
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

/// How many people reacted to something, by how: nobody.
fn reactions(url: &str) -> Value {
    json!({
        "url": format!("{url}/reactions"),
        "total_count": 0,
        "+1": 0,
        "-1": 0,
        "laugh": 0,
        "hooray": 0,
        "confused": 0,
        "heart": 0,
        "rocket": 0,
        "eyes": 0,
    })
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
