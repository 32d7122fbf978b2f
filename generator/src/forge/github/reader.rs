//! What GitHub is asked.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::GitHub;
use crate::error::Result;
use crate::forge::reader::{
    Access, Branches, Comment, ForgeReader, Listed, Offers, PullRequest, PullState, earliest,
};
use crate::forge::rulesets::Rulesets;
use crate::forge::write::Settings;
use crate::git::{BRANCH, CommitId, Repository};

#[derive(Deserialize)]
struct RepositoryAnswer {
    name: String,
    description: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    private: bool,
    #[serde(default)]
    is_template: bool,
    #[serde(default)]
    archived: bool,
}

#[derive(Deserialize)]
struct Account {
    login: String,
}

#[derive(Deserialize)]
struct Collaborator {
    login: String,
    permissions: Option<Permissions>,
}

#[derive(Deserialize)]
struct Permissions {
    push: bool,
}

/// An invitation, with what of it is used.
#[derive(Deserialize)]
pub(super) struct Invitation {
    pub id: u64,
    invitee: Option<Account>,
    #[serde(default)]
    pub expired: bool,
}

impl Invitation {
    pub(super) fn account(&self) -> Option<String> {
        let invitee = self.invitee.as_ref()?;
        Some(invitee.login.to_lowercase())
    }
}

#[derive(Deserialize)]
struct PullAnswer {
    number: u64,
    state: String,
    merged_at: Option<String>,
    head: End,
    base: End,
}

#[derive(Deserialize)]
struct End {
    #[serde(rename = "ref")]
    branch: String,
}

#[derive(Deserialize)]
struct CommentAnswer {
    body: Option<String>,
    /// Null where the account is gone.
    user: Option<Author>,
}

#[derive(Deserialize)]
struct Author {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Activity {
    after: String,
    timestamp: String,
}

impl GitHub {
    pub(super) fn invitations(&self, repository: &str) -> Result<Vec<Invitation>> {
        self.client.list(&self.route(repository, "/invitations"))
    }

    /// The pull requests from one branch to another, the newest first.
    pub(super) fn pulls(&self, repository: &str, filter: &str) -> Result<Vec<PullRequest>> {
        let pulls: Vec<PullAnswer> = self
            .client
            .list(&self.route(repository, &format!("/pulls?state=all{filter}")))?;
        let pulls = pulls.into_iter().map(|pull| PullRequest {
            number: pull.number,
            head: pull.head.branch,
            base: pull.base.branch,
            state: match (pull.state.as_str(), pull.merged_at) {
                ("open", _) => PullState::Open,
                (_, Some(_)) => PullState::Merged,
                (_, None) => PullState::Closed,
            },
        });
        Ok(pulls.collect())
    }
}

impl ForgeReader for GitHub {
    fn address(&self, repository: &str) -> String {
        self.mirror.address(repository)
    }

    fn address_of_all(&self) -> String {
        format!("{}/{}", self.place.web, self.place.organisation)
    }

    fn offers(&self) -> Offers {
        Offers {
            access: true,
            pull_requests: true,
            settings: true,
            issues: true,
        }
    }

    fn repositories(&self) -> Result<BTreeMap<String, Listed>> {
        let organisation = &self.place.organisation;
        let all: Vec<RepositoryAnswer> =
            self.client.list(&format!("/orgs/{organisation}/repos"))?;
        let all = all.into_iter().map(|each| {
            let archived = each.archived;
            (each.name, Listed { archived })
        });
        Ok(all.collect())
    }

    fn settings(&self, repository: &str) -> Result<Option<Settings>> {
        let found: Option<RepositoryAnswer> = self.client.find(&self.route(repository, ""))?;
        Ok(found.map(|found| {
            let mut topics = found.topics;
            topics.sort();
            Settings {
                description: found.description.unwrap_or_default(),
                topics,
                private: found.private,
                is_template: found.is_template,
            }
        }))
    }

    fn branches(&self, repository: &str) -> Result<Option<Branches>> {
        self.mirror.branches(repository, &self.client.token()?)
    }

    fn open(&self, repository: &str) -> Result<Option<Repository>> {
        self.mirror.fetch(repository, &self.client.token()?)
    }

    fn access(&self, repository: &str) -> Result<BTreeMap<String, Access>> {
        let mut access = BTreeMap::new();
        for invitation in self.invitations(repository)? {
            let state = match invitation.expired {
                true => Access::Expired,
                false => Access::Invited,
            };
            if let Some(account) = invitation.account() {
                access.insert(account, state);
            }
        }
        let route = self.route(repository, "/collaborators?affiliation=direct");
        let collaborators: Vec<Collaborator> = self.client.list(&route)?;
        for collaborator in collaborators {
            if collaborator.permissions.is_some_and(|may| may.push) {
                access.insert(collaborator.login.to_lowercase(), Access::Given);
            }
        }
        Ok(access)
    }

    fn knows(&self, account: &str) -> Result<bool> {
        if self.is_member(account)? {
            return Ok(true);
        }
        let found: Option<Account> = self.client.find(&format!("/users/{account}"))?;
        Ok(found.is_some())
    }

    fn is_member(&self, account: &str) -> Result<bool> {
        if let Some(members) = self.members.get() {
            return Ok(members.contains(account));
        }
        let organisation = &self.place.organisation;
        let all: Vec<Account> = self.client.list(&format!("/orgs/{organisation}/members"))?;
        let all = all.into_iter().map(|member| member.login.to_lowercase());
        Ok(self.members.get_or_init(|| all.collect()).contains(account))
    }

    fn pull_requests(&self, repository: &str) -> Result<Vec<PullRequest>> {
        self.pulls(repository, "")
    }

    fn comments(&self, repository: &str, issue: u64) -> Result<Vec<Comment>> {
        let route = self.route(repository, &format!("/issues/{issue}/comments"));
        let comments: Vec<CommentAnswer> = self.client.list(&route)?;
        let comments = comments.into_iter().map(|comment| Comment {
            by_app: comment.user.is_some_and(|user| user.kind == "Bot"),
            body: comment.body.unwrap_or_default(),
        });
        Ok(comments.collect())
    }

    fn rulesets(&self) -> Result<Rulesets> {
        self.known_rulesets()
    }

    fn first_seen(&self, repository: &str, commit: CommitId) -> Result<Option<u64>> {
        let Some(opened) = self.open(repository)? else {
            return Ok(None);
        };
        let route = self.route(repository, &format!("/activity?ref={BRANCH}"));
        let activities: Vec<Activity> = self.client.list(&route)?;
        let mut heads = Vec::new();
        for activity in activities {
            let seen = activity.timestamp.parse::<jiff::Timestamp>().ok();
            let seen = seen.and_then(|seen| u64::try_from(seen.as_second()).ok());
            if let (Some(seen), Some(head)) = (seen, opened.find(&activity.after)?) {
                heads.push((seen, head));
            }
        }
        earliest(&opened, &heads, commit)
    }
}
