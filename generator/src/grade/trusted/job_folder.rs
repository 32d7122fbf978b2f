//! The folder of one submission while it is graded: gone afterwards, whatever it became.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::file_tree::{self, FileTree, Staging};

/// The one folder in it, which a later run knows as ours should we be killed.
const CONTENT: &str = "tree";

/// A folder with a tree, a place for what is compiled of it, one for what the lints write, and one for scratch files.
#[derive(Debug)]
pub(super) struct JobFolder {
    root: PathBuf,
    _staging: Staging,
}

impl JobFolder {
    /// A new one below `work`, with this tree laid in it.
    pub(super) fn new(work: &Path, tree: &FileTree) -> Result<JobFolder> {
        let work = std::path::absolute(work).unwrap_or_else(|_| work.to_owned());
        let staging = Staging::beside(&work.join("jobs").join("job"))?;
        let folder = JobFolder {
            root: staging.path().join(CONTENT),
            _staging: staging,
        };
        file_tree::update(&folder.tree(), tree, &[])?;
        for path in [folder.out(), folder.lints(), folder.scratch()] {
            std::fs::create_dir_all(&path)
                .map_err(|error| Error::at("create the folder", &path, error))?;
        }
        Ok(folder)
    }

    /// Where the tree is.
    pub(super) fn tree(&self) -> PathBuf {
        self.root.join("tree")
    }

    /// Where compiled code goes.
    pub(super) fn out(&self) -> PathBuf {
        self.root.join("out")
    }

    /// Where the lints' own output goes.
    pub(super) fn lints(&self) -> PathBuf {
        self.root.join("lints")
    }

    /// Where files go that nobody needs afterwards.
    pub(super) fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }

    /// Adds files to the tree, below `folder` of it.
    pub(super) fn add(&self, folder: &str, files: &FileTree) -> Result<()> {
        for (path, file) in files.iter() {
            let path = self.tree().join(folder).join(path);
            let write = || {
                path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
                std::fs::write(&path, &file.bytes)
            };
            write().map_err(|error| Error::at("write", &path, error))?;
        }
        Ok(())
    }

    /// Takes a folder out of the tree.
    pub(super) fn remove(&self, folder: &str) -> Result<()> {
        let path = self.tree().join(folder);
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::at("remove", &path, error))
            }
            _ => Ok(()),
        }
    }
}
