//! Branches, commits and files as GitHub shows them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use git2::{Commit, Delta, Oid, Repository as Commits};
use serde_json::{Value, json};

use crate::clock::written;
use crate::shapes::Shapes;
use crate::state::{Repository, State};

impl Shapes {
    /// A reference and what it names.
    pub(crate) fn reference(&self, repository: &Repository, name: &str, id: Oid) -> Value {
        let repository = repository.full_name();
        json!({
            "ref": name,
            "node_id": format!("REF_{id}"),
            "url": self.url(&format!("repos/{repository}/git/{name}")),
            "object": {
                "sha": id.to_string(),
                "type": "commit",
                "url": self.url(&format!("repos/{repository}/git/commits/{id}")),
            },
        })
    }

    /// A branch as part of a list.
    pub(crate) fn short_branch(
        &self,
        repository: &Repository,
        name: &str,
        id: Oid,
        protected: bool,
    ) -> Value {
        let full = repository.full_name();
        json!({
            "name": name,
            "commit": {"sha": id.to_string(), "url": self.url(&format!("repos/{full}/commits/{id}"))},
            "protected": protected,
        })
    }

    /// A branch.
    pub(crate) fn branch(
        &self,
        state: &State,
        repository: &Repository,
        name: &str,
        commit: &Commit<'_>,
        protected: bool,
    ) -> Value {
        let full = repository.full_name();
        let at = self.url(&format!("repos/{full}/branches/{name}"));
        json!({
            "name": name,
            "commit": self.commit(state, repository, commit),
            "_links": {"self": at, "html": format!("https://github.com/{full}/tree/{name}")},
            "protected": protected,
            "protection": {"enabled": protected},
            "protection_url": format!("{at}/protection"),
        })
    }

    /// A commit without its files.
    pub(crate) fn commit(
        &self,
        state: &State,
        repository: &Repository,
        commit: &Commit<'_>,
    ) -> Value {
        let full = repository.full_name();
        let id = commit.id();
        let url = |kind: &str, id: Oid| self.url(&format!("repos/{full}/{kind}/{id}"));
        let html = |id: Oid| format!("https://github.com/{full}/commit/{id}");
        let parents: Vec<Value> = commit
            .parent_ids()
            .map(|parent| json!({"sha": parent.to_string(), "url": url("commits", parent), "html_url": html(parent)}))
            .collect();
        let author = commit.author();
        json!({
            "sha": id.to_string(),
            "node_id": format!("C_{id}"),
            "url": url("commits", id),
            "html_url": html(id),
            "comments_url": format!("{}/comments", url("commits", id)),
            "commit": {
                "url": url("git/commits", id),
                "author": signed(&commit.author()),
                "committer": signed(&commit.committer()),
                "message": String::from_utf8_lossy(commit.message_bytes()).trim_end(),
                "tree": {"sha": commit.tree_id().to_string(), "url": url("git/trees", commit.tree_id())},
                "comment_count": 0,
                "verification": {
                    "verified": false,
                    "reason": "unsigned",
                    "signature": null,
                    "payload": null,
                    "verified_at": null,
                },
            },
            "author": self.author(state, &author),
            "committer": self.author(state, &commit.committer()),
            "parents": parents,
        })
    }

    /// The user whose address a signature has.
    fn author(&self, state: &State, signature: &git2::Signature<'_>) -> Option<Value> {
        let address = signature.email().ok()?;
        let (login, _) = state
            .users
            .iter()
            .find(|(_, user)| user.email.as_deref() == Some(address))?;
        Some(self.account(state, login))
    }

    /// What changed between two trees, file by file.
    pub(crate) fn changes(
        &self,
        repository: &Repository,
        commits: &Commits,
        at: Oid,
        (old, new): (Option<&git2::Tree<'_>>, &git2::Tree<'_>),
    ) -> Result<Vec<Value>, git2::Error> {
        let full = repository.full_name();
        let mut diff = commits.diff_tree_to_tree(old, Some(new), None)?;
        diff.find_similar(None)?;
        let mut files = Vec::new();
        for (number, delta) in diff.deltas().enumerate() {
            let side = if delta.status() == Delta::Deleted {
                delta.old_file()
            } else {
                delta.new_file()
            };
            let path = side
                .path()
                .unwrap_or(std::path::Path::new(""))
                .to_string_lossy()
                .into_owned();
            let mut patch = git2::Patch::from_diff(&diff, number)?;
            let (_, additions, deletions) = patch
                .as_ref()
                .map_or(Ok((0, 0, 0)), git2::Patch::line_stats)?;
            let text = patch.as_mut().map(git2::Patch::to_buf).transpose()?;
            // GitHub shows the hunks alone.
            let text = text
                .as_deref()
                .map(|text| String::from_utf8_lossy(text).into_owned());
            let hunks = text.and_then(|text| {
                text.find("@@")
                    .map(|start| text[start..].trim_end().to_owned())
            });
            let mut file = json!({
                "sha": side.id().to_string(),
                "filename": path,
                "status": match delta.status() {
                    Delta::Added => "added",
                    Delta::Deleted => "removed",
                    Delta::Renamed => "renamed",
                    _ => "modified",
                },
                "additions": additions,
                "deletions": deletions,
                "changes": additions + deletions,
                "blob_url": format!("https://github.com/{full}/blob/{at}/{path}"),
                "raw_url": format!("https://github.com/{full}/raw/{at}/{path}"),
                "contents_url": self.url(&format!("repos/{full}/contents/{path}?ref={at}")),
            });
            if let Some(hunks) = hunks {
                file["patch"] = json!(hunks);
            }
            files.push(file);
        }
        Ok(files)
    }

    /// A file or folder at a commit, by its path; nothing where there is none.
    pub(crate) fn content(
        &self,
        repository: &Repository,
        commits: &Commits,
        commit: &Commit<'_>,
        path: &str,
    ) -> Result<Option<Value>, git2::Error> {
        let tree = commit.tree()?;
        let path = path.trim_matches('/');
        let entry = if path.is_empty() {
            None
        } else {
            match tree.get_path(std::path::Path::new(path)) {
                Ok(entry) => Some(entry),
                Err(_) => return Ok(None),
            }
        };
        let folder = match &entry {
            None => Some(tree),
            Some(entry) if entry.kind() == Some(git2::ObjectType::Tree) => {
                Some(commits.find_tree(entry.id())?)
            }
            Some(_) => None,
        };
        if let Some(folder) = folder {
            let mut list = Vec::new();
            for entry in &folder {
                let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                let below = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}/{name}")
                };
                list.push(self.entry(repository, commits, commit.id(), &below, &entry));
            }
            return Ok(Some(Value::Array(list)));
        }
        let Some(entry) = entry else { return Ok(None) };
        let mut shown = self.entry(repository, commits, commit.id(), path, &entry);
        if let Ok(blob) = commits.find_blob(entry.id()) {
            // GitHub breaks the lines as in mail.
            let text = STANDARD.encode(blob.content());
            let lines: Vec<&str> = (0..text.len())
                .step_by(60)
                .map(|at| &text[at..text.len().min(at + 60)])
                .collect();
            shown["content"] = json!(
                lines
                    .iter()
                    .map(|line| format!("{line}\n"))
                    .collect::<String>()
            );
            shown["encoding"] = json!("base64");
        }
        Ok(Some(shown))
    }

    fn entry(
        &self,
        repository: &Repository,
        commits: &Commits,
        at: Oid,
        path: &str,
        entry: &git2::TreeEntry<'_>,
    ) -> Value {
        let full = repository.full_name();
        let (kind, word) = match (entry.kind(), entry.filemode()) {
            (Some(git2::ObjectType::Tree), _) => ("dir", "tree"),
            (Some(git2::ObjectType::Commit), _) => ("submodule", "tree"),
            (_, 0o120_000) => ("symlink", "blob"),
            _ => ("file", "blob"),
        };
        let size = commits.find_blob(entry.id()).map_or(0, |blob| blob.size());
        let url = self.url(&format!("repos/{full}/contents/{path}?ref={at}"));
        let git = self.url(&format!("repos/{full}/git/{word}s/{}", entry.id()));
        let html = format!("https://github.com/{full}/{word}/{at}/{path}");
        json!({
            "type": kind,
            "name": path.rsplit('/').next(),
            "path": path,
            "sha": entry.id().to_string(),
            "size": size,
            "url": url,
            "git_url": git,
            "html_url": html,
            "download_url": (kind == "file").then(|| format!("https://raw.githubusercontent.com/{full}/{at}/{path}")),
            "_links": {"self": url, "git": git, "html": html},
        })
    }
}

fn signed(signature: &git2::Signature<'_>) -> Value {
    let time = jiff::Timestamp::from_second(signature.when().seconds()).unwrap_or_default();
    json!({
        "name": String::from_utf8_lossy(signature.name_bytes()),
        "email": String::from_utf8_lossy(signature.email_bytes()),
        "date": written(time),
    })
}
