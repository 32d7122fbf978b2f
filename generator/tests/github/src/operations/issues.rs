//! Issues, comments and labels. Each pull request is an issue too.

use serde_json::Value;

use super::{Operation, operation};
use crate::access::{Needs, given};
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::state::{Comment, Issue, Label, Level, Repository, Role};

const READ: Needs = Needs::Repository("issues", Level::Read, Role::Pull);
/// Whoever reads may write comments and issues.
const SAY: Needs = Needs::Repository("issues", Level::Write, Role::Pull);

/// Letters that a text may have.
pub(super) const BODY_LETTERS: usize = 65_536;
/// Letters that a heading may have.
pub(super) const TITLE_LETTERS: usize = 256;

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/repos/{owner}/{repo}/issues", READ, list),
    operation("POST", "/repos/{owner}/{repo}/issues", SAY, create),
    operation(
        "PATCH",
        "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        SAY,
        update_comment,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/issues/{issue_number}",
        READ,
        get,
    ),
    operation(
        "PATCH",
        "/repos/{owner}/{repo}/issues/{issue_number}",
        SAY,
        update,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        READ,
        comments,
    ),
    operation(
        "POST",
        "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        SAY,
        create_comment,
    ),
    operation(
        "POST",
        "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        Needs::Repository("issues", Level::Write, Role::Triage),
        add_labels,
    ),
    operation("GET", "/repos/{owner}/{repo}/labels", READ, labels),
    operation(
        "POST",
        "/repos/{owner}/{repo}/labels",
        Needs::Repository("issues", Level::Write, Role::Push),
        create_label,
    ),
];

/// Refuses a text that is longer than a field may be.
pub(super) fn refuse_length(
    resource: &str,
    field: &str,
    text: &str,
    letters: usize,
) -> Result<(), Refused> {
    if text.chars().count() > letters {
        return Err(Refused::custom(
            resource,
            field,
            format!("{field} is too long (maximum is {letters} characters)"),
        ));
    }
    Ok(())
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let wanted = |name: &str| call.query.get(name).map(String::as_str);
    let labels: Vec<&str> = wanted("labels")
        .map(|names| names.split(',').collect())
        .unwrap_or_default();
    let mut found: Vec<&Issue> = repository
        .issues
        .iter()
        .filter(|issue| in_state(wanted("state"), issue))
        .filter(|issue| {
            labels
                .iter()
                .all(|label| issue.labels.iter().any(|each| each == label))
        })
        .filter(|issue| wanted("creator").is_none_or(|login| issue.author == login))
        .filter(|issue| {
            wanted("since")
                .and_then(|since| since.parse().ok())
                .is_none_or(|since| issue.updated_at >= since)
        })
        .collect();
    if wanted("sort") == Some("updated") {
        found.sort_by_key(|issue| issue.updated_at);
    }
    if wanted("direction") != Some("asc") {
        found.reverse();
    }
    Ok(call.page(&found, |issue| {
        call.shapes.issue(call.state, repository, issue)
    }))
}

/// Is an issue one of those that a query for a state asks for?
pub(super) fn in_state(state: Option<&str>, issue: &Issue) -> bool {
    match state.unwrap_or("open") {
        "all" => true,
        "closed" => !issue.open,
        _ => issue.open,
    }
}

fn found<'a>(call: &'a Call<'_>) -> Result<(&'a Repository, &'a Issue), Refused> {
    let number = call.number("issue_number")?;
    let repository = call.repository()?;
    let issue = repository.issue(number).ok_or_else(Refused::not_found)?;
    Ok((repository, issue))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (repository, issue) = found(call)?;
    Ok(Answer::ok(call.shapes.issue(call.state, repository, issue)))
}

/// Adds an issue or a pull request under the next number.
pub(super) fn open(call: &mut Call<'_>, issue: Issue) -> Result<u64, Refused> {
    let (id, now, author) = (call.state.next_id(), call.now, call.who.login());
    let issues = &mut call.repository_mut()?.issues;
    let number = issues.iter().map(|issue| issue.number).max().unwrap_or(0) + 1;
    issues.push(Issue {
        id,
        number,
        author,
        created_at: now,
        updated_at: now,
        ..issue
    });
    Ok(number)
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let disabled = call.repository()?.settings.get("has_issues") == Some(&Value::Bool(false));
    if disabled {
        return Err(Refused::new(410, "Issues are disabled for this repo"));
    }
    let title = call.body.get("title").map(|title| {
        title
            .as_str()
            .map_or_else(|| title.to_string(), str::to_owned)
    });
    let title = title
        .filter(|title| !title.trim().is_empty())
        .ok_or_else(|| Refused::field("Issue", "title", "missing_field"))?;
    refuse_length("Issue", "title", &title, TITLE_LETTERS)?;
    let body = call.text("body");
    refuse_length(
        "Issue",
        "body",
        body.as_deref().unwrap_or_default(),
        BODY_LETTERS,
    )?;
    // From those who may not sort issues GitHub drops labels without a word.
    let sorts = given(call.state, call.who, call.repository()?) >= Some(Role::Triage);
    let names = if sorts {
        names_of_labels(call)
    } else {
        Vec::new()
    };
    make_labels(call, &names)?;
    let labels = names;
    let number = open(
        call,
        Issue {
            title,
            body,
            labels,
            ..Issue::default()
        },
    )?;
    let repository = call.repository()?;
    let issue = repository.issue(number).ok_or_else(Refused::not_found)?;
    Ok(Answer::created(
        call.shapes.issue(call.state, repository, issue),
    ))
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (repository, issue) = found(call)?;
    let role = given(call.state, call.who, repository);
    let own = issue.author == call.who.login();
    if role < Some(Role::Triage) && !own {
        return Err(Refused::forbidden("Must have admin rights to Repository."));
    }
    let number = issue.number;
    let state = call.text("state");
    if state
        .as_deref()
        .is_some_and(|state| !["open", "closed"].contains(&state))
    {
        return Err(Refused::field("Issue", "state", "invalid"));
    }
    let (title, reason) = (call.text("title"), call.text("state_reason"));
    refuse_length(
        "Issue",
        "title",
        title.as_deref().unwrap_or_default(),
        TITLE_LETTERS,
    )?;
    let body = call.body.contains_key("body").then(|| call.text("body"));
    refuse_length(
        "Issue",
        "body",
        body.iter().flatten().next().map_or("", String::as_str),
        BODY_LETTERS,
    )?;
    let labels = call
        .body
        .contains_key("labels")
        .then(|| names_of_labels(call));
    if let Some(labels) = &labels {
        make_labels(call, labels)?;
    }
    let now = call.now;
    let issue = call
        .repository_mut()?
        .issue_mut(number)
        .ok_or_else(Refused::not_found)?;
    issue.updated_at = now;
    issue.title = title.unwrap_or_else(|| issue.title.clone());
    issue.body = body.unwrap_or_else(|| issue.body.clone());
    issue.labels = labels.unwrap_or_else(|| issue.labels.clone());
    match state.as_deref() {
        Some("closed") => {
            if issue.open {
                issue.closed_at = Some(now);
            }
            issue.open = false;
            let completed = issue.pull.is_none().then(|| "completed".to_owned());
            issue.state_reason = reason.or(completed);
        }
        Some("open") => {
            if !issue.open {
                issue.state_reason = Some("reopened".to_owned());
            }
            (issue.open, issue.closed_at) = (true, None);
        }
        _ => {}
    }
    get(call)
}

fn comments(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (repository, issue) = found(call)?;
    let since = call
        .query
        .get("since")
        .and_then(|since| since.parse::<jiff::Timestamp>().ok());
    let found: Vec<&Comment> = repository
        .comments
        .iter()
        .filter(|comment| {
            comment.issue == issue.number && since.is_none_or(|since| comment.updated_at >= since)
        })
        .collect();
    Ok(call.page(&found, |comment| {
        call.shapes.comment(call.state, repository, comment)
    }))
}

fn comment_body(call: &Call<'_>) -> Result<String, Refused> {
    let body = call.needed("IssueComment", "body")?;
    if body.chars().count() > BODY_LETTERS {
        return Err(Refused::custom(
            "IssueComment",
            "body",
            format!("Body is too long (maximum is {BODY_LETTERS} characters)"),
        ));
    }
    Ok(body)
}

fn create_comment(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (repository, issue) = found(call)?;
    if issue.locked && given(call.state, call.who, repository) < Some(Role::Push) {
        return Err(Refused::forbidden(
            "Unable to create comment because issue is locked.",
        ));
    }
    let (number, body, now, author) = (
        issue.number,
        comment_body(call)?,
        call.now,
        call.who.login(),
    );
    let comment = Comment {
        id: call.state.next_id(),
        issue: number,
        author,
        body,
        created_at: now,
        updated_at: now,
    };
    let repository = call.repository_mut()?;
    repository.comments.push(comment.clone());
    if let Some(issue) = repository.issue_mut(number) {
        issue.updated_at = now;
    }
    Ok(Answer::created(call.shapes.comment(
        call.state,
        call.repository()?,
        &comment,
    )))
}

fn update_comment(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let id = call.number("comment_id")?;
    let repository = call.repository()?;
    let comment = repository
        .comments
        .iter()
        .find(|comment| comment.id == id)
        .ok_or_else(Refused::not_found)?;
    let own = comment.author == call.who.login();
    if !own && given(call.state, call.who, repository) < Some(Role::Push) {
        return Err(Refused::forbidden("Must have admin rights to Repository."));
    }
    let (body, now) = (comment_body(call)?, call.now);
    let mut comments = call.repository_mut()?.comments.iter_mut();
    let comment = comments
        .find(|comment| comment.id == id)
        .ok_or_else(Refused::not_found)?;
    comment.body = body;
    comment.updated_at = now;
    let comment = comment.clone();
    Ok(Answer::ok(call.shapes.comment(
        call.state,
        call.repository()?,
        &comment,
    )))
}

/// The names in `labels`: texts, or objects with a name.
fn names_of_labels(call: &Call<'_>) -> Vec<String> {
    let list = call
        .body
        .get("labels")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    list.filter_map(|label| label.as_str().or_else(|| label["name"].as_str()))
        .map(str::to_owned)
        .collect()
}

/// Makes the labels that are not there yet: naming one is enough.
fn make_labels(call: &mut Call<'_>, names: &[String]) -> Result<(), Refused> {
    for name in names {
        if call
            .repository()?
            .labels
            .iter()
            .any(|label| label.name == *name)
        {
            continue;
        }
        let id = call.state.next_id();
        call.repository_mut()?.labels.push(Label {
            id,
            name: name.clone(),
            color: "ededed".to_owned(),
            description: None,
        });
    }
    Ok(())
}

fn add_labels(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let number = found(call)?.1.number;
    let names = names_of_labels(call);
    make_labels(call, &names)?;
    let repository = call.repository_mut()?;
    let issue = repository
        .issue_mut(number)
        .ok_or_else(Refused::not_found)?;
    for name in names {
        if !issue.labels.contains(&name) {
            issue.labels.push(name);
        }
    }
    let (repository, issue) = found(call)?;
    let labels = repository
        .labels
        .iter()
        .filter(|label| issue.labels.contains(&label.name));
    Ok(Answer::ok(
        labels
            .map(|label| call.shapes.label(repository, label))
            .collect(),
    ))
}

fn labels(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    Ok(call.page(&repository.labels, |label| {
        call.shapes.label(repository, label)
    }))
}

fn create_label(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let name = call.needed("Label", "name")?;
    let taken = call
        .repository()?
        .labels
        .iter()
        .any(|label| label.name.eq_ignore_ascii_case(&name));
    if taken {
        return Err(Refused::field("Label", "name", "already_exists"));
    }
    let color = call.text("color").unwrap_or_else(|| "ededed".to_owned());
    if color.len() != 6 || !color.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Refused::field("Label", "color", "invalid"));
    }
    let label = Label {
        id: call.state.next_id(),
        name,
        color,
        description: call.text("description"),
    };
    call.repository_mut()?.labels.push(label.clone());
    Ok(Answer::created(
        call.shapes.label(call.repository()?, &label),
    ))
}
