//! Branches and other references.

use git2::{ErrorCode, Oid};

use super::{Operation, operation};
use crate::access::Needs;
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::git::judge::{self, Move};
use crate::git::refuse_empty;
use crate::rulesets;
use crate::state::{Level, Repository, Role};

const READ: Needs = Needs::Repository("contents", Level::Read, Role::Pull);
const WRITE: Needs = Needs::Repository("contents", Level::Write, Role::Push);

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/repos/{owner}/{repo}/branches", READ, list),
    operation("GET", "/repos/{owner}/{repo}/branches/{branch}", READ, get),
    operation(
        "GET",
        "/repos/{owner}/{repo}/git/ref/{ref}",
        READ,
        reference,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/git/matching-refs/{ref}",
        READ,
        matching,
    ),
    operation("POST", "/repos/{owner}/{repo}/git/refs", WRITE, create),
    operation(
        "PATCH",
        "/repos/{owner}/{repo}/git/refs/{ref}",
        WRITE,
        update,
    ),
    operation(
        "DELETE",
        "/repos/{owner}/{repo}/git/refs/{ref}",
        WRITE,
        delete,
    ),
];

fn protected(call: &Call<'_>, repository: &Repository, branch: &str) -> bool {
    let name = format!("refs/heads/{branch}");
    rulesets::active(call.state, repository, &name).any(|(_, ruleset)| ruleset.target == "branch")
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    let mut found = Vec::new();
    for reference in commits.references_glob("refs/heads/*")?.flatten() {
        if let (Ok(name), Some(id)) = (reference.shorthand(), reference.target()) {
            found.push((name.to_owned(), id));
        }
    }
    found.sort();
    if let Some(wanted) = call.query.get("protected") {
        found.retain(|(name, _)| protected(call, repository, name).to_string() == *wanted);
    }
    Ok(call.page(&found, |(name, id)| {
        call.shapes
            .short_branch(repository, name, *id, protected(call, repository, name))
    }))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    let name = call.parameter("branch");
    let found = commits.find_reference(&format!("refs/heads/{name}"));
    let commit = found.and_then(|reference| reference.peel_to_commit());
    let commit = commit.map_err(|_| Refused::new(404, "Branch not found"))?;
    let protected = protected(call, repository, name);
    Ok(Answer::ok(
        call.shapes
            .branch(call.state, repository, name, &commit, protected),
    ))
}

fn reference(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    refuse_empty(&commits)?;
    let name = format!("refs/{}", call.parameter("ref"));
    let id = commits
        .refname_to_id(&name)
        .map_err(|_| Refused::not_found())?;
    Ok(Answer::ok(call.shapes.reference(repository, &name, id)))
}

fn matching(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    refuse_empty(&commits)?;
    let start = format!("refs/{}", call.parameter("ref"));
    let mut found = Vec::new();
    for reference in commits.references()?.flatten() {
        if let (Ok(name), Some(id)) = (reference.name(), reference.target())
            && name.starts_with(&start)
        {
            found.push((name.to_owned(), id));
        }
    }
    found.sort();
    Ok(call.page(&found, |(name, id)| {
        call.shapes.reference(repository, name, *id)
    }))
}

fn commit_of(call: &Call<'_>) -> Result<Oid, Refused> {
    let sha = call.needed("Reference", "sha")?;
    let id = Oid::from_str(&sha).ok().filter(|_| sha.len() == 40);
    let id = id.ok_or_else(|| {
        Refused::new(
            422,
            "The sha parameter must be exactly 40 characters and contain only [0-9a-f].",
        )
    })?;
    call.git
        .open(call.repository()?)?
        .find_object(id, None)
        .map_err(|_| Refused::new(422, "Object does not exist"))?;
    Ok(id)
}

/// Refuses what rulesets and the token forbid.
fn refuse_move(call: &Call<'_>, each: &Move) -> Result<(), Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    let refused = rulesets::refusals(
        call.state,
        repository,
        call.who,
        &commits,
        std::slice::from_ref(each),
    )?;
    match refused.first() {
        None => Ok(()),
        Some(_) => Err(Refused::new(
            422,
            format!(
                "Repository rule violations found\n\n{}\n",
                refused.join("\n")
            ),
        )),
    }
}

fn record(call: &mut Call<'_>, each: Move) -> Result<(), Refused> {
    let repository = call.repository()?;
    let place = (repository.owner.clone(), repository.name.clone());
    let login = call.who.login();
    let place = (place.0.as_str(), place.1.as_str());
    judge::moved(call.state, call.git, place, &[each], &login, call.now)?;
    Ok(())
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let name = call.needed("Reference", "ref")?;
    let after = {
        let commits = call.git.open(call.repository()?)?;
        refuse_empty(&commits)?;
        if !name.starts_with("refs/")
            || name.matches('/').count() < 2
            || !git2::Reference::is_valid_name(&name)
        {
            return Err(Refused::new(
                422,
                "Reference name must start with 'refs/' and contain at least two slashes.",
            ));
        }
        let after = commit_of(call)?;
        if commits.find_reference(&name).is_ok() {
            return Err(Refused::new(422, "Reference already exists"));
        }
        after
    };
    let each = Move {
        name: name.clone(),
        before: Oid::ZERO_SHA1,
        after,
    };
    refuse_move(call, &each)?;
    call.git
        .open(call.repository()?)?
        .reference(&name, after, false, "created")?;
    record(call, each)?;
    Ok(Answer::created(call.shapes.reference(
        call.repository()?,
        &name,
        after,
    )))
}

fn existing(call: &Call<'_>) -> Result<(String, Oid), Refused> {
    let name = format!("refs/{}", call.parameter("ref"));
    let commits = call.git.open(call.repository()?)?;
    refuse_empty(&commits)?;
    match commits.refname_to_id(&name) {
        Ok(id) => Ok((name, id)),
        Err(error) if error.code() == ErrorCode::NotFound => {
            Err(Refused::new(422, "Reference does not exist"))
        }
        Err(error) => Err(error.into()),
    }
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (name, before) = existing(call)?;
    let after = commit_of(call)?;
    let commits = call.git.open(call.repository()?)?;
    let forward = after == before || commits.graph_descendant_of(after, before)?;
    if !forward && call.truth("force") != Some(true) {
        return Err(Refused::new(422, "Update is not a fast forward"));
    }
    let each = Move {
        name: name.clone(),
        before,
        after,
    };
    refuse_move(call, &each)?;
    commits.reference(&name, after, true, "moved")?;
    record(call, each)?;
    Ok(Answer::ok(call.shapes.reference(
        call.repository()?,
        &name,
        after,
    )))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let (name, before) = existing(call)?;
    if name == format!("refs/heads/{}", call.repository()?.default_branch) {
        return Err(Refused::new(422, "Cannot delete the default branch"));
    }
    let each = Move {
        name: name.clone(),
        before,
        after: Oid::ZERO_SHA1,
    };
    refuse_move(call, &each)?;
    call.git
        .open(call.repository()?)?
        .find_reference(&name)?
        .delete()?;
    record(call, each)?;
    Ok(Answer::nothing())
}
