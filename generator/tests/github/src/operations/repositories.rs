//! Repositories: made, found, changed, made from a template, and what happened to their branches.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Operation, operation};
use crate::access::{Near, Needs, given, sees};
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::git::{Git, is_empty, judge};
use crate::state::{Generated, Level, Repository, Role, State};

const READ: Needs = Needs::Repository("metadata", Level::Read, Role::Pull);

pub(super) const OPERATIONS: &[Operation] = &[
    operation(
        "GET",
        "/orgs/{org}/repos",
        Needs::Organisation("", Level::Read, "", Near::Anybody),
        list,
    ),
    operation(
        "POST",
        "/orgs/{org}/repos",
        Needs::Organisation("administration", Level::Write, "", Near::Member),
        create,
    ),
    operation(
        "POST",
        "/repos/{template_owner}/{template_repo}/generate",
        Needs::EvenArchived("contents", Level::Read, Role::Pull),
        generate,
    ),
    operation("GET", "/repos/{owner}/{repo}/topics", READ, topics),
    operation(
        "PUT",
        "/repos/{owner}/{repo}/topics",
        Needs::Repository("administration", Level::Write, Role::Maintain),
        set_topics,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/activity",
        Needs::Repository("contents", Level::Read, Role::Push),
        activity,
    ),
    operation("GET", "/repos/{owner}/{repo}", READ, get),
    operation(
        "PATCH",
        "/repos/{owner}/{repo}",
        Needs::EvenArchived("administration", Level::Write, Role::Admin),
        update,
    ),
    operation(
        "DELETE",
        "/repos/{owner}/{repo}",
        Needs::EvenArchived("administration", Level::Write, Role::Admin),
        delete,
    ),
];

/// Milliseconds after which the content of a generated repository is there.
const CONTENT_MILLISECONDS: i64 = 1_500;

/// Settings that are kept as they are given and shown again.
const SETTINGS: &[&str] = &[
    "homepage",
    "has_issues",
    "has_projects",
    "has_wiki",
    "has_discussions",
    "allow_squash_merge",
    "allow_merge_commit",
    "allow_rebase_merge",
    "allow_auto_merge",
    "delete_branch_on_merge",
    "allow_update_branch",
    "use_squash_pr_title_as_default",
    "squash_merge_commit_title",
    "squash_merge_commit_message",
    "merge_commit_title",
    "merge_commit_message",
    "allow_forking",
    "web_commit_signoff_required",
];

/// Does what was to be done by now: the content of generated repositories.
pub(crate) fn due(state: &mut State, git: &Git, now: Timestamp) {
    let waits = |repository: &Repository| {
        repository
            .generated
            .as_ref()
            .is_some_and(|generated| !generated.done && generated.ready_at <= now)
    };
    let waiting: Vec<String> = state
        .repositories
        .iter()
        .filter(|(_, repository)| waits(repository))
        .map(|(key, _)| key.clone())
        .collect();
    for key in waiting {
        let Some(repository) = state.repositories.get(&key).cloned() else {
            continue;
        };
        let from = repository
            .generated
            .as_ref()
            .map(|generated| generated.from.to_lowercase());
        let template = from.and_then(|from| state.repositories.get(&from).cloned());
        if let Some(template) = template
            && let Ok(after) = git.copy_content(&template, &repository, now.as_second())
        {
            let name = format!("refs/heads/{}", repository.default_branch);
            let moves = [judge::Move {
                name,
                before: git2::Oid::ZERO_SHA1,
                after,
            }];
            let place = (repository.owner.as_str(), repository.name.as_str());
            judge::moved(state, git, place, &moves, &repository.owner, now).ok();
        }
        if let Some(Some(generated)) = state
            .repositories
            .get_mut(&key)
            .map(|repository| &mut repository.generated)
        {
            generated.done = true;
        }
    }
}

fn shown(call: &Call<'_>, repository: &Repository) -> Value {
    let role =
        given(call.state, call.who, repository).or((!repository.private).then_some(Role::Pull));
    call.shapes.repository(call.state, repository, role, true)
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refused> {
    Ok(Answer::ok(shown(call, call.repository()?)))
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let organisation = call.parameter("org").to_lowercase();
    let kind = call.query.get("type").map_or("all", String::as_str);
    let mut found: Vec<&Repository> = call
        .state
        .repositories
        .values()
        .filter(|repository| repository.owner.to_lowercase() == organisation)
        .filter(|repository| sees(call.state, call.who, repository))
        .filter(|repository| match kind {
            "private" => repository.private,
            "public" => !repository.private,
            "forks" => false,
            _ => true,
        })
        .collect();
    let sort = call.query.get("sort").map_or("created", String::as_str);
    match sort {
        "full_name" => found.sort_by_key(|repository| repository.full_name().to_lowercase()),
        "updated" => found.sort_by_key(|repository| repository.updated_at),
        "pushed" => found.sort_by_key(|repository| repository.pushed_at),
        _ => found.sort_by_key(|repository| repository.id),
    }
    let ascending = call
        .query
        .get("direction")
        .map_or(sort == "full_name", |direction| direction == "asc");
    if !ascending {
        found.reverse();
    }
    Ok(call.page(&found, |repository| {
        let role = given(call.state, call.who, repository).or(Some(Role::Pull));
        call.shapes.repository(call.state, repository, role, false)
    }))
}

/// What somebody hears who wants a name that is taken.
pub(crate) fn name_taken() -> Refused {
    Refused {
        message: "Repository creation failed.".to_owned(),
        ..Refused::custom("Repository", "name", "name already exists on this account")
    }
}

/// Refuses names that no repository may have, and those that are taken.
fn refuse_name(state: &State, owner: &str, name: &str) -> Result<(), Refused> {
    let letters = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let invalid = name.is_empty()
        || name.len() > 100
        || !name.chars().all(letters)
        || [".", ".."].contains(&name)
        || name.ends_with(".git");
    if invalid {
        return Err(Refused {
            message: "Repository creation failed.".to_owned(),
            ..Refused::custom(
                "Repository",
                "name",
                "name is invalid: only letters, digits, `-`, `_` and `.`, at most 100",
            )
        });
    }
    if state.repository(owner, name).is_some() {
        return Err(name_taken());
    }
    Ok(())
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (owner, organisation) = call
        .state
        .organisation(call.parameter("org"))
        .ok_or_else(Refused::not_found)?;
    let owner = owner.to_owned();
    let private = call.truth("private").unwrap_or(false)
        || call.text("visibility").as_deref() == Some("private");
    if let Some(user) = call.who.user() {
        if !organisation.owners.contains(user) && !organisation.members_create_repositories {
            return Err(Refused::forbidden(
                "You need admin access to the organization before adding a repository to it.",
            ));
        }
        refuse_scope(call, private)?;
    }
    let name = call.needed("Repository", "name")?;
    refuse_name(call.state, &owner, &name)?;
    let mut repository = Repository::new(&owner, &name, call.now);
    repository.private = private;
    repository.description = call.text("description");
    repository.is_template = call.truth("is_template").unwrap_or(false);
    repository.settings = settings(&call.body);
    // A personal token's holder becomes an administrator of what they make.
    if let Some(user) = call.who.user() {
        repository
            .collaborators
            .insert(user.to_owned(), Role::Admin);
    }
    let repository = call.state.insert(repository).clone();
    call.git.open(&repository)?;
    if call.truth("auto_init") == Some(true) {
        let text = format!("# {name}\n");
        let seconds = call.now.as_second();
        call.git.commit(
            &repository,
            &repository.default_branch,
            &[("README.md", text.as_bytes())],
            "Initial commit",
            seconds,
        )?;
    }
    let mut answer = Answer::created(shown(call, &repository));
    let place = call.shapes.url(&format!("repos/{owner}/{name}"));
    answer.headers.push(("location", place));
    Ok(answer)
}

/// A classic token needs `repo` for a private repository, and at least `public_repo` for a public one.
fn refuse_scope(call: &Call<'_>, private: bool) -> Result<(), Refused> {
    let Some(scopes) = call.who.scopes() else {
        return Ok(());
    };
    let has = |wanted: &str| scopes.iter().any(|scope| scope == wanted);
    if has("repo") || (!private && has("public_repo")) {
        Ok(())
    } else {
        Err(Refused::not_found())
    }
}

fn settings(body: &Map<String, Value>) -> Map<String, Value> {
    let kept = body
        .iter()
        .filter(|(name, _)| SETTINGS.contains(&name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn generate(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let template = call.repository()?.clone();
    if !template.is_template {
        return Err(Refused::custom(
            "Repository",
            "base",
            format!("{} is not a template repository", template.full_name()),
        ));
    }
    let owner = call.text("owner").unwrap_or_else(|| call.who.login());
    let private = call.truth("private").unwrap_or(false);
    if let Some((_, organisation)) = call.state.organisation(&owner)
        && let Some(user) = call.who.user()
        && !organisation.owners.contains(user)
        && !(organisation.has(user) && organisation.members_create_repositories)
    {
        return Err(Refused::forbidden(
            "You need admin access to the organization before adding a repository to it.",
        ));
    }
    if call.state.organisation(&owner).is_none() && call.who.user() != Some(owner.as_str()) {
        return Err(Refused::not_found());
    }
    refuse_scope(call, private)?;
    let name = call.needed("Repository", "name")?;
    refuse_name(call.state, &owner, &name)?;
    if is_empty(&call.git.open(&template)?)? {
        return Err(Refused::custom(
            "Repository",
            "base",
            "the template repository is empty",
        ));
    }
    let mut repository = Repository::new(&owner, &name, call.now);
    repository.private = private;
    repository.description = call.text("description");
    repository
        .default_branch
        .clone_from(&template.default_branch);
    let later = jiff::SignedDuration::from_millis(CONTENT_MILLISECONDS);
    repository.generated = Some(Generated {
        from: template.full_name(),
        ready_at: call.now.saturating_add(later).unwrap_or(call.now),
        done: false,
    });
    if let Some(user) = call.who.user() {
        repository
            .collaborators
            .insert(user.to_owned(), Role::Admin);
    }
    let repository = call.state.insert(repository).clone();
    call.git.open(&repository)?;
    Ok(Answer::created(shown(call, &repository)))
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let old = call.repository()?.clone();
    let unarchives = call.body.len() == 1 && call.truth("archived") == Some(false);
    if old.archived && !unarchives {
        return Err(Refused::forbidden(
            "Repository was archived so is read-only.",
        ));
    }
    let name = call.text("name").unwrap_or_else(|| old.name.clone());
    if !name.eq_ignore_ascii_case(&old.name) {
        refuse_name(call.state, &old.owner, &name)?;
    }
    let branch = call
        .text("default_branch")
        .unwrap_or_else(|| old.default_branch.clone());
    let commits = call.git.open(&old)?;
    if branch != old.default_branch
        && commits
            .find_reference(&format!("refs/heads/{branch}"))
            .is_err()
    {
        return Err(Refused::custom(
            "Repository",
            "default_branch",
            format!(
                "The branch {branch} was not found. Please push that ref first or create it via the Git Data API."
            ),
        ));
    }
    let mut new = old.clone();
    new.name = name;
    new.default_branch = branch;
    new.updated_at = call.now;
    if call.body.contains_key("description") {
        new.description = call.text("description");
    }
    let visibility = call.text("visibility").map(|word| word == "private");
    new.private = call.truth("private").or(visibility).unwrap_or(old.private);
    new.archived = call.truth("archived").unwrap_or(old.archived);
    new.is_template = call.truth("is_template").unwrap_or(old.is_template);
    new.settings.extend(settings(&call.body));
    call.git.set_default(&new)?;
    call.state
        .repositories
        .remove(&crate::state::key(&old.owner, &old.name));
    let new = call.state.insert(new).clone();
    Ok(Answer::ok(shown(call, &new)))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refused> {
    if call
        .who
        .scopes()
        .is_some_and(|scopes| !scopes.iter().any(|scope| scope == "delete_repo"))
    {
        return Err(Refused::forbidden("Must have admin rights to Repository."));
    }
    let repository = call.repository()?.clone();
    call.state
        .repositories
        .remove(&crate::state::key(&repository.owner, &repository.name));
    call.git.remove(repository.id);
    Ok(Answer::nothing())
}

fn topics(call: &mut Call<'_>) -> Result<Answer, Refused> {
    Ok(Answer::ok(json!({"names": call.repository()?.topics})))
}

fn set_topics(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let names = call
        .texts("names")
        .ok_or_else(|| Refused::field("Repository", "names", "missing_field"))?;
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let invalid = |name: &String| {
        name.is_empty()
            || name.len() > 50
            || name.starts_with('-')
            || !name.to_lowercase().chars().all(letters)
    };
    if names.len() > 20 || names.iter().any(invalid) {
        return Err(Refused::new(
            422,
            "Topics must start with a lowercase letter or number, consist of 50 characters or less, and can include hyphens; at most 20.",
        ));
    }
    let repository = call.repository_mut()?;
    repository.topics = names.iter().map(|name| name.to_lowercase()).collect();
    Ok(Answer::ok(json!({"names": repository.topics})))
}

fn activity(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let wanted = |name: &str| call.query.get(name).map(String::as_str);
    let hours = match wanted("time_period") {
        Some("day") => Some(24),
        Some("week") => Some(7 * 24),
        Some("month") => Some(30 * 24),
        Some("quarter") => Some(91 * 24),
        Some("year") => Some(365 * 24),
        _ => None,
    };
    let since = hours.map(|hours| crate::clock::hours_after(call.now, -hours));
    let all = call.repository()?.activity.iter();
    let mut found: Vec<_> = all
        .filter(|each| {
            wanted("ref")
                .is_none_or(|name| each.r#ref == name || each.r#ref == format!("refs/heads/{name}"))
        })
        .filter(|each| wanted("actor").is_none_or(|actor| each.actor == actor))
        .filter(|each| wanted("activity_type").is_none_or(|kind| each.activity_type == kind))
        .filter(|each| since.is_none_or(|since| each.timestamp >= since))
        .collect();
    if wanted("direction") != Some("asc") {
        found.reverse();
    }
    Ok(by_cursor(call, &found))
}

/// A page of a list that is turned by a cursor, not by numbers: the next one begins after the last number shown.
fn by_cursor(call: &Call<'_>, found: &[&crate::state::Activity]) -> Answer {
    let asked = |name: &str| {
        call.query
            .get(name)
            .and_then(|value| value.parse::<u64>().ok())
    };
    let size = asked("per_page").unwrap_or(30).clamp(1, 100) as usize;
    let place = |id: Option<u64>| found.iter().position(|each| Some(each.id) == id);
    let start = place(asked("after")).map_or(0, |at| at + 1);
    let page = &found[start..found.len().min(start + size)];
    let mut answer = Answer::ok(
        page.iter()
            .map(|each| call.shapes.activity(call.state, each))
            .collect(),
    );
    if let Some(last) = page.last()
        && start + page.len() < found.len()
    {
        let mut query = call.query.clone();
        query.insert("after".to_owned(), last.id.to_string());
        let pairs: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", crate::path::encoded(value)))
            .collect();
        let link = format!(
            "<{}{}?{}>; rel=\"next\"",
            call.shapes.address,
            call.path,
            pairs.join("&")
        );
        answer.headers.push(("link", link));
    }
    answer
}
