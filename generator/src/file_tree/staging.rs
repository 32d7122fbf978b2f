//! Where things are made before they are put in place: a folder beside that place, on the same disk.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// How the folders begin; hidden, and ours.
const PREFIX: &str = ".course-making-";
/// How many random letters and digits follow.
const RANDOM: usize = 6;
/// All that ever stands in one: what is made, and what it replaced.
const CONTENTS: [&str; 4] = ["tree", "old", "text", "repository.git"];

/// Whether a folder of this name is one in which something is made: it is no part of what it stands in.
pub(super) fn is_staging(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == RANDOM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether nothing but what we put there stands in a folder. Somebody else's folder of such a name is kept.
fn is_ours(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).into_iter().flatten();
    entries.all(|entry| {
        entry.is_ok_and(|entry| CONTENTS.iter().any(|known| entry.file_name() == *known))
    })
}

/// A folder that is gone when it is dropped. One that a killed run left behind is removed by the next run
/// that makes one beside it.
#[derive(Debug)]
pub struct Staging {
    /// `None` only while it is being dropped.
    folder: Option<tempfile::TempDir>,
    /// The folders above it that were not there, the deepest first.
    made: Vec<PathBuf>,
    /// Held as long as we live, however we end: what is not held was left behind.
    _held: Option<fs::File>,
}

impl Staging {
    /// A folder beside `place`.
    pub fn beside(place: &Path) -> Result<Staging> {
        let parent = match place.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let missing = |folder: &&Path| **folder != *Path::new("") && !folder.exists();
        let made = parent.ancestors().take_while(missing);
        let made: Vec<PathBuf> = made.map(Path::to_owned).collect();
        fs::create_dir_all(parent)
            .map_err(|error| Error::at("create the folder", parent, error))?;
        sweep(parent);
        loop {
            let folder = tempfile::Builder::new()
                .prefix(PREFIX)
                .rand_bytes(RANDOM)
                .tempdir_in(parent)
                .map_err(|error| Error::at("create a folder in", parent, error))?;
            let held = hold(folder.path());
            // Somebody who swept just now may have taken it for left behind.
            if folder.path().exists() {
                return Ok(Staging {
                    folder: Some(folder),
                    made,
                    _held: held,
                });
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder
            .as_ref()
            .map_or(Path::new(""), tempfile::TempDir::path)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        drop(self.folder.take());
        // Where something was put in place these hold it, and stay.
        for folder in &self.made {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

/// Locks the folder itself, since a file in it would be a second thing to lose.
#[cfg(unix)]
fn hold(folder: &Path) -> Option<fs::File> {
    let open = fs::File::open(folder).ok()?;
    open.lock().ok()?;
    Some(open)
}

/// Removes what killed runs left in `parent`. What cannot be removed is the next run's to try again.
#[cfg(unix)]
pub fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries {
        if !is_staging(&entry.file_name()) {
            continue;
        }
        let Ok(open) = fs::File::open(entry.path()) else {
            continue;
        };
        // Held while it is removed: whoever waits for it looks afterwards whether it is still there.
        if open.try_lock().is_ok() && is_ours(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Folders cannot be locked here, so one in use cannot be told from one left behind.
#[cfg(not(unix))]
fn hold(_: &Path) -> Option<fs::File> {
    None
}

/// Removes nothing: one in use cannot be told from one left behind.
#[cfg(not(unix))]
pub fn sweep(_: &Path) {}
