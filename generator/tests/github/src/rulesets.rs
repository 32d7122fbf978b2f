//! What rulesets and tokens forbid of a push or of a call that moves branches.

use std::collections::BTreeSet;

use git2::Repository as Commits;
use globset::{GlobBuilder, GlobMatcher};
use serde_json::{Map, Value};

use crate::access::{Who, find_installation};
use crate::git::judge::Move;
use crate::state::{Bypass, Holder, Repository, Role, Ruleset, State};

/// The kinds of rules that are obeyed here. A ruleset with another one is refused when it is made.
pub(crate) const KNOWN: &[&str] = &[
    "creation",
    "update",
    "deletion",
    "non_fast_forward",
    "pull_request",
    "file_path_restriction",
];

/// Why these moves are refused, a line each; none where they are not.
pub(crate) fn refusals(
    state: &State,
    repository: &Repository,
    who: &Who,
    commits: &Commits,
    moves: &[Move],
) -> Result<Vec<String>, git2::Error> {
    let mut lines = Vec::new();
    for each in moves {
        let mut files = None;
        if let Err(refused) = who.may_change_workflows()
            && let Some(file) = touched(commits, each)?
                .iter()
                .find(|path| path.starts_with(".github/workflows/"))
        {
            lines.push(format!("{refused} `{file}`"));
        }
        for ruleset in bypassed_not(state, repository, who, &each.name) {
            for rule in &ruleset.rules {
                if let Some(why) = breaks(rule, commits, each, &mut files)? {
                    lines.push(format!(
                        "GH013: Repository rule violations found for {}. {why} (ruleset `{}`)",
                        each.name, ruleset.name
                    ));
                }
            }
        }
    }
    Ok(lines)
}

/// The active rulesets of the repository and its organisation for a branch or tag.
pub(crate) fn active<'a>(
    state: &'a State,
    repository: &'a Repository,
    reference: &'a str,
) -> impl Iterator<Item = (String, &'a Ruleset)> {
    let organisation = state.organisations.get(&repository.owner);
    let of_all = organisation
        .into_iter()
        .flat_map(|organisation| &organisation.rulesets);
    let of_all = of_all
        .filter(|ruleset| {
            names(
                &ruleset.conditions,
                "repository_name",
                &repository.name,
                None,
            )
        })
        .map(|ruleset| (repository.owner.clone(), ruleset));
    let own = repository
        .rulesets
        .iter()
        .map(|ruleset| (repository.full_name(), ruleset));
    of_all.chain(own).filter(move |(_, ruleset)| {
        let of_this_kind = match ruleset.target.as_str() {
            "branch" => reference.starts_with("refs/heads/"),
            "tag" => reference.starts_with("refs/tags/"),
            // A ruleset of pushes is for all of them.
            "push" => return ruleset.enforcement == "active",
            _ => false,
        };
        let default = format!("refs/heads/{}", repository.default_branch);
        let named = names(&ruleset.conditions, "ref_name", reference, Some(&default));
        ruleset.enforcement == "active" && of_this_kind && named
    })
}

fn bypassed_not<'a>(
    state: &'a State,
    repository: &'a Repository,
    who: &'a Who,
    reference: &'a str,
) -> impl Iterator<Item = &'a Ruleset> {
    active(state, repository, reference)
        .map(|(_, ruleset)| ruleset)
        .filter(move |ruleset| {
            !ruleset
                .bypass_actors
                .iter()
                .any(|actor| is(state, repository, who, actor))
        })
}

/// Is this actor of a ruleset who asks?
fn is(state: &State, repository: &Repository, who: &Who, actor: &Bypass) -> bool {
    if actor.bypass_mode == "pull_request" {
        return false;
    }
    let user = who.user();
    match actor.actor_type.as_str() {
        "OrganizationAdmin" => user.is_some_and(|user| {
            let organisation = state.organisations.get(&repository.owner);
            organisation.is_some_and(|organisation| organisation.owners.contains(user))
        }),
        "User" => user
            .and_then(|user| state.users.get(user))
            .is_some_and(|user| Some(user.id) == actor.actor_id),
        "Integration" => match who {
            Who::Holder {
                holder: Holder::Installation { installation, .. },
                ..
            } => find_installation(state, *installation)
                .is_some_and(|(app, _)| Some(app.id) == actor.actor_id),
            _ => false,
        },
        "RepositoryRole" => user.is_some_and(|user| {
            let needed = match actor.actor_id {
                Some(2) => Role::Maintain,
                Some(4) => Role::Push,
                Some(5) => Role::Admin,
                _ => return false,
            };
            state.role(user, repository) >= Some(needed)
        }),
        _ => false,
    }
}

/// Why a rule forbids a move.
fn breaks(
    rule: &Value,
    commits: &Commits,
    each: &Move,
    files: &mut Option<BTreeSet<String>>,
) -> Result<Option<String>, git2::Error> {
    let (made, deleted) = (each.before.is_zero(), each.after.is_zero());
    let words = match rule["type"].as_str().unwrap_or_default() {
        "creation" if made => {
            Some("Cannot create ref due to creations being restricted.".to_owned())
        }
        "update" if !made && !deleted => Some("Cannot update this protected ref.".to_owned()),
        "deletion" if deleted => Some("Cannot delete this protected ref.".to_owned()),
        "non_fast_forward"
            if !made && !deleted && !commits.graph_descendant_of(each.after, each.before)? =>
        {
            Some("Cannot force-push to this branch.".to_owned())
        }
        "pull_request" if !deleted && !made => {
            Some("Changes must be made through a pull request.".to_owned())
        }
        "file_path_restriction" => {
            let patterns: Vec<GlobMatcher> = rule["parameters"]["restricted_file_paths"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|pattern| glob(pattern.as_str()?))
                .collect();
            if files.is_none() {
                *files = Some(touched(commits, each)?);
            }
            let touched = files.iter().flatten();
            touched
                .into_iter()
                .find(|path| patterns.iter().any(|pattern| pattern.is_match(path)))
                .map(|path| format!("File path is restricted: {path}"))
        }
        _ => None,
    };
    Ok(words)
}

/// The paths that a move's new commits change, each commit compared with its first parent.
fn touched(commits: &Commits, each: &Move) -> Result<BTreeSet<String>, git2::Error> {
    let mut paths = BTreeSet::new();
    if each.after.is_zero() || commits.find_commit(each.after).is_err() {
        return Ok(paths);
    }
    let mut walk = commits.revwalk()?;
    walk.push(each.after)?;
    for reference in commits.references()?.flatten() {
        if let Some(known) = reference.target() {
            walk.hide(known).ok();
        }
    }
    for id in walk {
        let commit = commits.find_commit(id?)?;
        let parent = match commit.parent(0) {
            Ok(parent) => Some(parent.tree()?),
            Err(_) => None,
        };
        let diff = commits.diff_tree_to_tree(parent.as_ref(), Some(&commit.tree()?), None)?;
        for delta in diff.deltas() {
            for file in [delta.old_file(), delta.new_file()] {
                paths.extend(file.path().map(|path| path.to_string_lossy().into_owned()));
            }
        }
    }
    Ok(paths)
}

/// Does a condition's list include this name and not exclude it? Without the condition every name is meant.
fn names(
    conditions: &Map<String, Value>,
    condition: &str,
    name: &str,
    default: Option<&str>,
) -> bool {
    let Some(condition) = conditions.get(condition) else {
        return true;
    };
    let any = |list: &str| {
        let patterns = condition[list].as_array().into_iter().flatten();
        patterns
            .filter_map(Value::as_str)
            .any(|pattern| match pattern {
                "~ALL" => true,
                "~DEFAULT_BRANCH" => default == Some(name),
                pattern => glob(pattern).is_some_and(|glob| glob.is_match(name)),
            })
    };
    any("include") && !any("exclude")
}

/// A pattern as `fnmatch` reads it where names are paths: `*` stops at a slash, and `**` is more than that only as a
/// folder of its own, as in `a/**/*`.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    let parts: Vec<&str> = pattern.split('/').collect();
    let last = parts.len() - 1;
    let folders = parts.iter().enumerate().map(|(at, part)| match *part {
        "**" if at < last => "**".to_owned(),
        part => part.replace("**", "*"),
    });
    let pattern = folders.collect::<Vec<_>>().join("/");
    let glob = GlobBuilder::new(&pattern)
        .literal_separator(true)
        .build()
        .ok()?;
    Some(glob.compile_matcher())
}
