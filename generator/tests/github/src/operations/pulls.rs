//! Pull requests.

use git2::Oid;

use super::issues::{BODY_LETTERS, TITLE_LETTERS, in_state, open, refuse_length};
use super::{Operation, operation};
use crate::access::Needs;
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::git::resolve;
use crate::state::{Issue, Level, Pull, Repository, Role};

const READ: Needs = Needs::Repository("pull_requests", Level::Read, Role::Pull);
const WRITE: Needs = Needs::Repository("pull_requests", Level::Write, Role::Push);

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/repos/{owner}/{repo}/pulls", READ, list),
    operation("POST", "/repos/{owner}/{repo}/pulls", WRITE, create),
    operation(
        "GET",
        "/repos/{owner}/{repo}/pulls/{pull_number}",
        READ,
        get,
    ),
    operation(
        "PATCH",
        "/repos/{owner}/{repo}/pulls/{pull_number}",
        WRITE,
        update,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
        READ,
        of_commit,
    ),
];

fn owner(full_name: &str) -> &str {
    full_name.split('/').next().unwrap_or_default()
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let wanted = |name: &str| call.query.get(name).map(String::as_str);
    let (head, base) = (wanted("head"), wanted("base"));
    let fits = |pull: &Pull| {
        // A head without `user:` is no filter at all.
        let head = head.filter(|head| head.contains(':'));
        let named = format!("{}:{}", owner(&pull.head_repository), pull.head);
        head.is_none_or(|head| head.eq_ignore_ascii_case(&named))
            && base.is_none_or(|base| base == pull.base)
    };
    let mut found: Vec<&Issue> = repository
        .issues
        .iter()
        .filter(|issue| in_state(wanted("state"), issue))
        .filter(|issue| issue.pull.as_ref().is_some_and(fits))
        .collect();
    match wanted("sort") {
        Some("updated") => found.sort_by_key(|issue| issue.updated_at),
        _ => found.sort_by_key(|issue| issue.number),
    }
    let ascending = wanted("direction")
        .map_or(!matches!(wanted("sort"), None | Some("created")), |word| {
            word == "asc"
        });
    if !ascending {
        found.reverse();
    }
    Ok(call.page(&found, |issue| {
        call.shapes
            .pull(call.state, call.git, repository, issue, false)
    }))
}

fn found<'a>(call: &'a Call<'_>) -> Result<(&'a Repository, &'a Issue), Refused> {
    let number = call.number("pull_number")?;
    let repository = call.repository()?;
    let issue = repository
        .issue(number)
        .filter(|issue| issue.pull.is_some());
    Ok((repository, issue.ok_or_else(Refused::not_found)?))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (repository, issue) = found(call)?;
    Ok(Answer::ok(
        call.shapes
            .pull(call.state, call.git, repository, issue, true),
    ))
}

/// The commit of a branch, as a field of the request names it.
fn tip(call: &Call<'_>, field: &str, branch: &str) -> Result<Oid, Refused> {
    let commits = call.git.open(call.repository()?)?;
    let found = resolve(&commits, &format!("refs/heads/{branch}")).map(|commit| commit.id());
    found.ok_or_else(|| Refused::field("PullRequest", field, "invalid"))
}

/// Refuses a pull request that has nothing to merge, or cannot.
fn refuse_branches(call: &Call<'_>, head: (&str, Oid), base: (&str, Oid)) -> Result<(), Refused> {
    let commits = call.git.open(call.repository()?)?;
    let custom = |message: String| {
        let mut refused = Refused::custom("PullRequest", "base", message);
        // These are about the pull request as a whole: there is no field.
        if let Some(error) = refused
            .errors
            .first_mut()
            .and_then(|error| error.as_object_mut())
        {
            error.remove("field");
        }
        refused
    };
    if commits.merge_base(base.1, head.1).is_err() {
        return Err(custom(format!(
            "The {} branch has no history in common with {}",
            head.0, base.0
        )));
    }
    let (ahead, _) = commits.graph_ahead_behind(head.1, base.1)?;
    if ahead == 0 {
        return Err(custom(format!(
            "No commits between {} and {}",
            base.0, head.0
        )));
    }
    Ok(())
}

fn refuse_double(call: &Call<'_>, head: &str, base: &str) -> Result<(), Refused> {
    let repository = call.repository()?;
    let same = |issue: &&Issue| {
        let pull = issue.pull.as_ref();
        issue.open
            && pull.is_some_and(|pull| {
                pull.head == head
                    && pull.base == base
                    && pull.head_repository == repository.full_name()
            })
    };
    match repository.issues.iter().find(same) {
        None => Ok(()),
        Some(_) => {
            let words = format!(
                "A pull request already exists for {}:{head}.",
                repository.owner
            );
            let mut refused = Refused::custom("PullRequest", "head", words);
            if let Some(error) = refused
                .errors
                .first_mut()
                .and_then(|error| error.as_object_mut())
            {
                error.remove("field");
            }
            Err(refused)
        }
    }
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let (full_name, own) = (repository.full_name(), repository.owner.clone());
    let head = call.needed("PullRequest", "head")?;
    let base = call.needed("PullRequest", "base")?;
    let head = match head.split_once(':') {
        Some((user, branch)) if user.eq_ignore_ascii_case(&own) => branch.to_owned(),
        // A fork's: there are none here.
        Some(_) => return Err(Refused::field("PullRequest", "head", "invalid")),
        None => head,
    };
    let (head_id, base_id) = (tip(call, "head", &head)?, tip(call, "base", &base)?);
    let title = call.needed("PullRequest", "title")?;
    refuse_length("PullRequest", "title", &title, TITLE_LETTERS)?;
    let body = call.text("body");
    refuse_length(
        "PullRequest",
        "body",
        body.as_deref().unwrap_or_default(),
        BODY_LETTERS,
    )?;
    refuse_double(call, &head, &base)?;
    refuse_branches(call, (&head, head_id), (&base, base_id))?;
    let pull = Pull {
        head_repository: full_name,
        head,
        head_sha: head_id.to_string(),
        base,
        base_sha: base_id.to_string(),
        draft: call.truth("draft").unwrap_or(false),
        merged_at: None,
    };
    let number = open(
        call,
        Issue {
            title,
            body,
            pull: Some(pull),
            ..Issue::default()
        },
    )?;
    let repository = call.repository()?;
    let issue = repository.issue(number).ok_or_else(Refused::not_found)?;
    let shown = call
        .shapes
        .pull(call.state, call.git, repository, issue, true);
    Ok(Answer::created(shown))
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (_, issue) = found(call)?;
    let (number, was_open) = (issue.number, issue.open);
    let pull = issue.pull.clone().ok_or_else(Refused::not_found)?;
    let (title, body, state, base) = (
        call.text("title"),
        call.text("body"),
        call.text("state"),
        call.text("base"),
    );
    refuse_length(
        "PullRequest",
        "title",
        title.as_deref().unwrap_or_default(),
        TITLE_LETTERS,
    )?;
    refuse_length(
        "PullRequest",
        "body",
        body.as_deref().unwrap_or_default(),
        BODY_LETTERS,
    )?;
    if pull.merged_at.is_some() && state.as_deref() == Some("open") {
        return Err(Refused::custom(
            "PullRequest",
            "state",
            "state cannot be changed. The pull request was merged.",
        ));
    }
    let mut base_sha = None;
    if let Some(base) = base.as_ref().filter(|base| **base != pull.base) {
        base_sha = Some(tip(call, "base", base)?.to_string());
        refuse_double(call, &pull.head, base)?;
    }
    let mut head_sha = None;
    if state.as_deref() == Some("open") && !was_open {
        let branches = (base.as_deref().unwrap_or(&pull.base), &pull.head);
        let (head_id, base_id) = (
            tip(call, "state", branches.1)?,
            tip(call, "state", branches.0)?,
        );
        refuse_double(call, branches.1, branches.0)?;
        refuse_branches(call, (branches.1, head_id), (branches.0, base_id))?;
        head_sha = Some(head_id.to_string());
    }
    let now = call.now;
    let has_body = call.body.contains_key("body");
    let issue = call
        .repository_mut()?
        .issue_mut(number)
        .ok_or_else(Refused::not_found)?;
    issue.updated_at = now;
    issue.title = title.unwrap_or_else(|| issue.title.clone());
    if has_body {
        issue.body = body;
    }
    if let Some(pull) = &mut issue.pull {
        pull.base = base.unwrap_or_else(|| pull.base.clone());
        pull.base_sha = base_sha.unwrap_or_else(|| pull.base_sha.clone());
        pull.head_sha = head_sha.unwrap_or_else(|| pull.head_sha.clone());
    }
    match state.as_deref() {
        Some("closed") if was_open => (issue.open, issue.closed_at) = (false, Some(now)),
        Some("open") => (issue.open, issue.closed_at) = (true, None),
        _ => {}
    }
    get(call)
}

/// Once the default branch has a commit, only what merged it is given; else every open pull request that holds it.
fn of_commit(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    let sha = call.parameter("commit_sha");
    let commit = resolve(&commits, sha)
        .ok_or_else(|| Refused::new(422, format!("No commit found for SHA: {sha}")))?;
    let holds = |sha: &str| {
        let id = Oid::from_str(sha).ok();
        id.is_some_and(|id| {
            id == commit.id()
                || commits
                    .graph_descendant_of(id, commit.id())
                    .unwrap_or(false)
        })
    };
    let default = resolve(&commits, &repository.default_branch);
    let landed = default.is_some_and(|tip| holds(&tip.id().to_string()));
    let found: Vec<&Issue> = repository
        .issues
        .iter()
        .filter(|issue| {
            issue.pull.as_ref().is_some_and(|pull| {
                let fits = if landed {
                    pull.merged_at.is_some()
                } else {
                    issue.open
                };
                fits && holds(&pull.head_sha)
            })
        })
        .collect();
    Ok(call.page(&found, |issue| {
        call.shapes
            .pull(call.state, call.git, repository, issue, false)
    }))
}
