//! The releases of an assignment, as the history of its template repository holds them.

use crate::error::Result;
use crate::file_tree::FileTree;
use crate::forge::ForgeReader;
use crate::git::{CommitId, Repository};
use crate::render::{Release, release_of};

/// A release that was published.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its commit in the template repository.
    pub commit: CommitId,
    /// What it says of itself.
    pub release: Release,
    /// Its files.
    pub files: FileTree,
}

/// The template repository of an assignment, and the releases in its history.
pub struct Releases {
    /// The repository.
    pub repository: Repository,
    /// Its releases, the newest first; never none.
    pub all: Vec<Published>,
}

impl Releases {
    /// Reads them; `None` where nothing is published.
    pub fn read(forge: &dyn ForgeReader, slug: &str) -> Result<Option<Releases>> {
        let Some(repository) = forge.open(slug)? else {
            return Ok(None);
        };
        let Some(head) = repository.head()? else {
            return Ok(None);
        };
        let mut all: Vec<Published> = Vec::new();
        for commit in repository.history(head)? {
            let mut files = repository.tree(commit)?;
            let Some(release) = release_of(&files).filter(|known| known.assignment == slug) else {
                continue;
            };
            if let Some(later) = all.last() {
                share(&mut files, &later.files);
            }
            all.push(Published {
                commit,
                release,
                files,
            });
        }
        Ok((!all.is_empty()).then_some(Releases { repository, all }))
    }

    /// The newest.
    pub fn newest(&self) -> &Published {
        &self.all[0]
    }
}

/// Releases have most files in common: each is held once.
fn share(files: &mut FileTree, known: &FileTree) {
    for (path, file) in known.iter() {
        if files.get(path) == Some(file) {
            files.insert(path, file.clone());
        }
    }
}
