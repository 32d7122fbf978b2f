//! Issues, pull requests, comments and statuses.

use serde_json::{Value, json};

use super::Shapes;
use crate::clock::written;
use crate::git::Git;
use crate::state::{Comment, Issue, Label, Repository, State, Status};

impl Shapes {
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
