//! Where things are made before they are put in place: a folder beside that place, on the same disk.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// How the folders begin; hidden, and ours.
const PREFIX: &str = ".course-";

/// Whether a folder of this name is one in which something is made: it is no part of what it stands in.
pub(super) fn is_staging(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with(PREFIX)
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
        if open.try_lock().is_ok() && open.metadata().is_ok_and(|about| about.is_dir()) {
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
