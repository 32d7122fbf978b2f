//! Commits, what lies between them, and the files in them.

use serde_json::{Value, json};

use super::{Operation, operation};
use crate::access::Needs;
use crate::answer::{Answer, Refused};
use crate::call::Call;
use crate::git::{is_empty, refuse_empty, resolve};
use crate::state::{Level, Role};

const READ: Needs = Needs::Repository("contents", Level::Read, Role::Pull);

/// Commits that a comparison lists at most when no page is asked for.
const COMPARED: usize = 250;

pub(super) const OPERATIONS: &[Operation] = &[
    operation("GET", "/repos/{owner}/{repo}/commits/{ref}", READ, get),
    operation(
        "GET",
        "/repos/{owner}/{repo}/compare/{basehead}",
        READ,
        compare,
    ),
    operation(
        "GET",
        "/repos/{owner}/{repo}/contents/{path}",
        READ,
        content,
    ),
];

fn get(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    refuse_empty(&commits)?;
    let name = call.parameter("ref");
    let commit = resolve(&commits, name)
        .ok_or_else(|| Refused::new(422, format!("No commit found for SHA: {name}")))?;
    let mut shown = call.shapes.commit(call.state, repository, &commit);
    let parent = commit.parent(0).and_then(|parent| parent.tree()).ok();
    let files = call.shapes.changes(
        repository,
        &commits,
        commit.id(),
        (parent.as_ref(), &commit.tree()?),
    )?;
    let sum = |field: &str| {
        files
            .iter()
            .filter_map(|file| file[field].as_u64())
            .sum::<u64>()
    };
    shown["stats"] = json!({
        "total": sum("changes"),
        "additions": sum("additions"),
        "deletions": sum("deletions"),
    });
    shown["files"] = Value::Array(files);
    Ok(Answer::ok(shown))
}

fn compare(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    refuse_empty(&commits)?;
    let names = call.parameter("basehead").to_owned();
    let (base, head) = names.split_once("...").ok_or_else(Refused::not_found)?;
    let of = |name: &str| {
        // `owner:branch` names a fork's; here every fork is the repository itself.
        let branch = name.split_once(':').map_or(name, |(_, branch)| branch);
        resolve(&commits, branch).ok_or_else(Refused::not_found)
    };
    let (base_commit, head_commit) = (of(base)?, of(head)?);
    let parted = commits
        .merge_base(base_commit.id(), head_commit.id())
        .map_err(|_| {
            Refused::new(
                404,
                format!("No common ancestor between {base} and {head}."),
            )
        })?;
    let (ahead, behind) = commits.graph_ahead_behind(head_commit.id(), base_commit.id())?;
    let mut walk = commits.revwalk()?;
    walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE)?;
    walk.push(head_commit.id())?;
    walk.hide(base_commit.id())?;
    let ids = walk.collect::<Result<Vec<_>, _>>()?;
    let paged = call.query.contains_key("page") || call.query.contains_key("per_page");
    let (page, links) = if paged {
        call.turn(ids.len())
    } else {
        (0..ids.len().min(COMPARED), None)
    };
    let mut list = Vec::new();
    for id in &ids[page] {
        list.push(
            call.shapes
                .commit(call.state, repository, &commits.find_commit(*id)?),
        );
    }
    let parted_commit = commits.find_commit(parted)?;
    let trees = (Some(&parted_commit.tree()?), &head_commit.tree()?);
    let trees = (trees.0, trees.1);
    let files = call
        .shapes
        .changes(repository, &commits, head_commit.id(), trees)?;
    let status = match (ahead, behind) {
        (0, 0) => "identical",
        (0, _) => "behind",
        (_, 0) => "ahead",
        _ => "diverged",
    };
    let full = repository.full_name();
    let url = call.shapes.url(&format!("repos/{full}/compare/{names}"));
    let html = format!("https://github.com/{full}/compare/{names}");
    let mut answer = Answer::ok(json!({
        "url": url,
        "html_url": html,
        "permalink_url": format!("https://github.com/{full}/compare/{}...{}", base_commit.id(), head_commit.id()),
        "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"),
        "base_commit": call.shapes.commit(call.state, repository, &base_commit),
        "merge_base_commit": call.shapes.commit(call.state, repository, &parted_commit),
        "status": status,
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ids.len(),
        "commits": list,
        "files": files,
    }));
    answer.headers.extend(links);
    Ok(answer)
}

fn content(call: &mut Call<'_>) -> Result<Answer, Refused> {
    let repository = call.repository()?;
    let commits = call.git.open(repository)?;
    let name = call.query.get("ref").unwrap_or(&repository.default_branch);
    let missing = || Refused::new(404, format!("No commit found for the ref {name}"));
    if is_empty(&commits)? {
        return Err(Refused::new(404, "This repository is empty."));
    }
    let commit = resolve(&commits, name).ok_or_else(missing)?;
    let found = call
        .shapes
        .content(repository, &commits, &commit, call.parameter("path"))?;
    found.map(Answer::ok).ok_or_else(Refused::not_found)
}
