//! The door to folders: a folder read into a value, a value written to a folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::error::{Error, Result};

/// The largest file that is read; a course or a submission has no use for more.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// One regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The content.
    pub bytes: Vec<u8>,
    /// Whether the owner may execute it.
    pub executable: bool,
}

/// A folder as a value: paths relative to its root, with `/` on every system, in sorted order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree {
    files: BTreeMap<String, File>,
}

impl FileTree {
    /// The file at `path`.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// The file at `path` as UTF-8 text; `None` where it is missing or not text.
    pub fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(&self.files.get(path)?.bytes).ok()
    }

    /// Puts a file in, replacing what stood there.
    pub fn insert(&mut self, path: impl Into<String>, file: File) {
        self.files.insert(path.into(), file);
    }

    /// Puts an ordinary text file in, replacing what stood there.
    pub fn insert_text(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let bytes = text.into().into_bytes();
        self.insert(
            path,
            File {
                bytes,
                executable: false,
            },
        );
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) -> Option<File> {
        self.files.remove(path)
    }

    /// All files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// All text files, sorted by path.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter()
            .filter_map(|(path, file)| Some((path, std::str::from_utf8(&file.bytes).ok()?)))
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files below `folder`, with paths relative to it.
    pub fn under(&self, folder: &str) -> FileTree {
        let prefix = format!("{folder}/");
        let files = self
            .files
            .range(prefix.clone()..)
            .map_while(|(path, file)| Some((path.strip_prefix(&prefix)?.to_owned(), file.clone())))
            .collect();
        FileTree { files }
    }

    /// Lays `other` over this tree, below `folder` (the root where it is empty).
    pub fn lay(&mut self, folder: &str, other: &FileTree) {
        for (path, file) in other.iter() {
            let path = match folder {
                "" => path.to_owned(),
                _ => format!("{folder}/{path}"),
            };
            self.insert(path, file.clone());
        }
    }

    /// SHA-256 over all paths, modes and contents, in hexadecimal.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (path, file) in self.iter() {
            hash.update((path.len() as u64).to_le_bytes());
            hash.update(path);
            hash.update([u8::from(file.executable)]);
            hash.update((file.bytes.len() as u64).to_le_bytes());
            hash.update(&file.bytes);
        }
        hex(&hash.finalize())
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a folder. `skip` names folders that are passed over wherever they stand.
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
    let wanted = |entry: &walkdir::DirEntry| {
        entry.depth() == 0
            || !(entry.file_type().is_dir() && skip.iter().any(|name| entry.file_name() == *name))
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
        let size = entry
            .metadata()
            .map_err(|error| Error::at("read", path, error))?
            .len();
        if size > MAX_FILE_BYTES {
            return Err(Error::input(format!(
                "{}: {size} bytes is more than the {MAX_FILE_BYTES} that a file may have; take it out",
                path.display()
            )));
        }
        let relative = relative_path(root, path)?;
        let bytes = fs::read(path).map_err(|error| Error::at("read", path, error))?;
        let executable = is_executable(path)?;
        tree.insert(relative, File { bytes, executable });
    }
    Ok(tree)
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
fn is_executable(path: &Path) -> Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(|error| Error::at("read", path, error))?;
    Ok(metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "same signature on every system")]
fn is_executable(_: &Path) -> Result<bool> {
    Ok(false)
}

/// Writes one file, with the folders above it.
fn write_file(path: &Path, file: &File) -> Result<()> {
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(if file.executable { 0o755 } else { 0o644 });
        }
        options.open(path)?.write_all(&file.bytes)
    };
    write().map_err(|error| Error::at("write", path, error))
}

/// Makes the folder `dir` hold exactly `tree`, in one step: whoever looks, or kills us half-way, finds
/// the old tree or the new one. The caller decides whether what stands there may be replaced.
pub fn replace(dir: &Path, tree: &FileTree) -> Result<()> {
    let parent = dir.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| Error::at("create the folder", parent, error))?;
    let staging = tempfile::Builder::new()
        .prefix(".course-")
        .tempdir_in(parent)
        .map_err(|error| Error::at("create a folder in", parent, error))?;
    let fresh = staging.path().join("tree");
    fs::create_dir(&fresh).map_err(|error| Error::at("create the folder", &fresh, error))?;
    for (path, file) in tree.iter() {
        write_file(&fresh.join(path), file)?;
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
    fs::create_dir_all(dir).map_err(|error| Error::at("create the folder", dir, error))?;
    let present = read(dir, keep)?;
    let mut changed = Vec::new();
    for path in present.paths().filter(|path| tree.get(path).is_none()) {
        changed.push(path.to_owned());
        let path = dir.join(path);
        fs::remove_file(&path).map_err(|error| Error::at("remove", &path, error))?;
    }
    for (path, file) in tree.iter() {
        if present.get(path) != Some(file) {
            write_file(&dir.join(path), file)?;
            changed.push(path.to_owned());
        }
    }
    Ok(changed)
}

/// Writes one text file in one step: a reader sees the old text or the new one.
pub fn write_text(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        fs::create_dir_all(parent)?;
        let mut staging = tempfile::NamedTempFile::new_in(parent)?;
        staging.write_all(text.as_bytes())?;
        staging.persist(path)?;
        Ok(())
    };
    write().map_err(|error| Error::at("write", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> FileTree {
        let mut tree = FileTree::default();
        for (path, text) in files {
            tree.insert_text(*path, *text);
        }
        tree
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("out");
        let written = tree(&[("a.txt", "a"), ("b/c.txt", "c")]);
        replace(&dir, &written).expect("written");
        assert_eq!(read(&dir, &[]).expect("read"), written);
        let other = tree(&[("d.txt", "d")]);
        replace(&dir, &other).expect("replaced");
        assert_eq!(read(&dir, &[]).expect("read"), other);
    }

    #[test]
    fn an_update_writes_only_what_differs() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = tree(&[("a", "1"), ("b", "1"), ("c", "1")]);
        update(folder.path(), &first, &[]).expect("written");
        let second = tree(&[("a", "1"), ("b", "2"), ("d", "1")]);
        let mut changed = update(folder.path(), &second, &[]).expect("written");
        changed.sort();
        assert_eq!(changed, ["b", "c", "d"]);
        assert_eq!(read(folder.path(), &[]).expect("read"), second);
    }

    #[test]
    fn the_digest_tells_paths_from_contents() {
        let digests = [
            tree(&[("ab", "c")]).digest(),
            tree(&[("a", "bc")]).digest(),
            tree(&[("a", "b"), ("c", "")]).digest(),
        ];
        assert_ne!(digests[0], digests[1]);
        assert_ne!(digests[1], digests[2]);
    }

    #[test]
    fn a_part_of_a_tree_is_laid_elsewhere() {
        let mut target = tree(&[("x/a", "old")]);
        target.lay("x", &tree(&[("y/a", "new"), ("y/b", "new")]).under("y"));
        assert_eq!(target, tree(&[("x/a", "new"), ("x/b", "new")]));
    }
}
