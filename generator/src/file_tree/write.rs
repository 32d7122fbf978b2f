//! A tree written to a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{File, FileTree, Staging, read_file};
use crate::error::{Error, Result};

/// Makes the folder `dir` hold exactly `tree`, in one step: whoever looks, or kills us half-way, finds
/// the old tree or the new one. The caller decides whether what stands there may be replaced.
pub fn replace(dir: &Path, tree: &FileTree) -> Result<()> {
    let staging = Staging::beside(dir)?;
    let fresh = staging.path().join("tree");
    make_folder(&fresh)?;
    // Sorted paths: the files of a folder mostly follow each other.
    let mut folder = fresh.clone();
    for (path, file) in tree.iter() {
        let path = fresh.join(path);
        if let Some(parent) = path.parent().filter(|parent| *parent != folder) {
            make_folder(parent)?;
            folder = parent.to_owned();
        }
        write_file(&path, file)?;
    }
    swap(&fresh, dir).map_err(|error| Error::at("put in place", dir, error))
}

/// Exchanges two folders atomically where the system can, so that there is no moment without `dir`.
fn swap(fresh: &Path, dir: &Path) -> io::Result<()> {
    if !dir.exists() {
        return fs::rename(fresh, dir);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, fresh, CWD, dir, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let old: PathBuf = fresh.with_file_name("old");
    fs::rename(dir, &old)?;
    fs::rename(fresh, dir)
}

/// Makes `dir` hold exactly `tree`, writing only what differs and never setting times, so that cargo
/// rebuilds what changed and nothing else. Whatever else stands there, of whatever kind, is removed unread;
/// only what `keep` names at the root is left alone. Returns the paths that were written or removed.
pub fn update(dir: &Path, tree: &FileTree, keep: &[&str]) -> Result<Vec<String>> {
    make_folder(dir)?;
    let mut folders = BTreeSet::new();
    for path in tree.paths() {
        folders.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
    }
    let mut changed = Vec::new();
    remove_strangers(dir, "", tree, &folders, keep, &mut changed)?;
    for (path, file) in tree.iter() {
        let place = dir.join(path);
        if !holds(&place, file) {
            place.parent().map(make_folder).transpose()?;
            write_file(&place, file)?;
            changed.push(path.to_owned());
        }
    }
    Ok(changed)
}

/// Removes what is no file of `tree` and no folder of one, below the folder `inside` of `dir`.
fn remove_strangers(
    dir: &Path,
    inside: &str,
    tree: &FileTree,
    folders: &BTreeSet<&str>,
    keep: &[&str],
    changed: &mut Vec<String>,
) -> Result<()> {
    let here = dir.join(inside);
    let at = |error| Error::at("read the folder", &here, error);
    for entry in fs::read_dir(&here).map_err(at)? {
        let entry = entry.map_err(at)?;
        let name = entry.file_name();
        let kind = entry.file_type().map_err(at)?;
        if inside.is_empty() && keep.iter().any(|kept| name == *kept) {
            continue;
        }
        let path = match inside {
            "" => name.to_string_lossy().into_owned(),
            _ => format!("{inside}/{}", name.to_string_lossy()),
        };
        let removed = if kind.is_dir() && folders.contains(path.as_str()) {
            remove_strangers(dir, &path, tree, folders, keep, changed)?;
            continue;
        } else if kind.is_dir() {
            fs::remove_dir_all(entry.path())
        } else if kind.is_file() && tree.get(&path).is_some() {
            continue;
        } else {
            fs::remove_file(entry.path())
        };
        removed.map_err(|error| Error::at("remove", &entry.path(), error))?;
        changed.push(path);
    }
    Ok(())
}

/// Whether a file with this content and mode stands there.
fn holds(path: &Path, file: &File) -> bool {
    let same_size = fs::metadata(path).is_ok_and(|about| about.len() == file.bytes.len() as u64);
    same_size && read_file(path).is_ok_and(|present| present == *file)
}

/// Writes one text file in one step: a reader sees the old text or the new one.
pub fn write_text(path: &Path, text: &str) -> Result<()> {
    write_bytes(path, text.as_bytes())
}

/// Writes one file in one step: a reader sees the old content or the new one.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    let staging = Staging::beside(path)?;
    let fresh = staging.path().join("text");
    fs::write(&fresh, bytes)
        .and_then(|()| fs::rename(&fresh, path))
        .map_err(|error| Error::at("write", path, error))
}

fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| Error::at("create the folder", path, error))
}

/// Writes one file into a folder that is there.
fn write_file(path: &Path, file: &File) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if file.executable { 0o755 } else { 0o644 });
    }
    let write = || -> io::Result<()> {
        let mut open = options.open(path)?;
        open.write_all(&file.bytes)?;
        set_executable(&open, file.executable)
    };
    write().map_err(|error| Error::at("write", path, error))
}

/// A file that stood there keeps its mode when it is written; a new one gets the one that it is opened with.
#[cfg(unix)]
fn set_executable(open: &fs::File, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = open.metadata()?.permissions();
    if (permissions.mode() & 0o100 != 0) == executable {
        return Ok(());
    }
    permissions.set_mode(if executable { 0o755 } else { 0o644 });
    open.set_permissions(permissions)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "same signature on every system")]
fn set_executable(_: &fs::File, _: bool) -> io::Result<()> {
    Ok(())
}
