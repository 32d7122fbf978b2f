//! A folder read into a tree.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::Path;

use walkdir::WalkDir;

use super::staging::is_staging;
use super::{File, FileTree};
use crate::error::{Error, Result};

/// The largest file that is read; a course or a submission has no use for more.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a folder. `skip` names folders that are passed over wherever they stand; what somebody is making
/// there at the moment is passed over too.
///
/// # Errors
///
/// Refuses symbolic links, files over [`MAX_FILE_BYTES`] and paths that are not UTF-8.
pub fn read(root: &Path, skip: &[&str]) -> Result<FileTree> {
    if !root.is_dir() {
        return Err(Error::input(format!(
            "{}: no such folder; name an existing one",
            root.display()
        )));
    }
    let mut tree = FileTree::default();
    let skipped = |name: &OsStr| skip.iter().any(|skip| name == *skip) || is_staging(name);
    let wanted = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !(entry.file_type().is_dir() && skipped(entry.file_name()))
    };
    for entry in WalkDir::new(root).into_iter().filter_entry(wanted) {
        let entry = entry.map_err(|error| Error::at("read the folder", root, error))?;
        let path = entry.path();
        if entry.file_type().is_dir() {
            continue;
        }
        if !entry.file_type().is_file() {
            return Err(Error::input(format!(
                "{}: not a regular file; replace the link or device by a file",
                path.display()
            )));
        }
        tree.insert(relative_path(root, path)?, read_file(path)?);
    }
    Ok(tree)
}

/// Reads one file.
///
/// # Errors
///
/// Refuses one over [`MAX_FILE_BYTES`].
pub fn read_file(path: &Path) -> Result<File> {
    let at = |error| Error::at("read", path, error);
    let open = fs::File::open(path).map_err(at)?;
    let metadata = open.metadata().map_err(at)?;
    let size = metadata.len();
    if size > MAX_FILE_BYTES {
        return Err(Error::input(format!(
            "{}: {size} bytes is more than the {MAX_FILE_BYTES} that a file may have; take it out",
            path.display()
        )));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    // The capacity is right already; through `take` the standard library does not ask for it again.
    open.take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(at)?;
    Ok(File {
        bytes: bytes.into(),
        executable: is_executable(&metadata),
    })
}

fn relative_path(root: &Path, path: &Path) -> Result<String> {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| {
        Error::input(format!(
            "{}: the name is not UTF-8; rename it",
            path.display()
        ))
    })
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}
