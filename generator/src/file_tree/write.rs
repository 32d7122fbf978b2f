//! A tree written to a folder.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{File, FileTree, Staging, read};
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
/// rebuilds what changed and nothing else. Folders named in `keep` are left alone at the root.
/// Returns the paths that were written or removed.
pub fn update(dir: &Path, tree: &FileTree, keep: &[&str]) -> Result<Vec<String>> {
    make_folder(dir)?;
    let present = read(dir, keep)?;
    let mut changed = Vec::new();
    for path in present.paths().filter(|path| tree.get(path).is_none()) {
        changed.push(path.to_owned());
        let path = dir.join(path);
        fs::remove_file(&path).map_err(|error| Error::at("remove", &path, error))?;
    }
    for (path, file) in tree.iter() {
        if present.get(path) != Some(file) {
            let place = dir.join(path);
            place.parent().map(make_folder).transpose()?;
            write_file(&place, file)?;
            changed.push(path.to_owned());
        }
    }
    Ok(changed)
}

/// Writes one text file in one step: a reader sees the old text or the new one.
pub fn write_text(path: &Path, text: &str) -> Result<()> {
    let staging = Staging::beside(path)?;
    let fresh = staging.path().join("text");
    fs::write(&fresh, text)
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
    let write = || options.open(path)?.write_all(&file.bytes);
    write().map_err(|error| Error::at("write", path, error))
}
