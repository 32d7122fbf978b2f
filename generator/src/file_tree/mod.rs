//! The door to folders: a folder read into a value, a value written to a folder.
//!
//! - [`FileTree`]: the value
//! - `read`: from a folder
//! - `write`: to a folder, in one step or only what differs
//! - [`Claim`]: one user of a folder at a time
//! - `staging`: where things are made that are then put in place

mod claim;
mod read;
mod staging;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

pub use claim::Claim;
pub use read::{MAX_FILE_BYTES, read, read_file};
pub use staging::{Staging, sweep};
pub use write::{replace, update, write_bytes, write_text};

/// One regular file. A clone shares the content, since a file is in many trees at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The content.
    pub bytes: Arc<[u8]>,
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
                bytes: bytes.into(),
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

/// SHA-256 over several parts, each told from the next, in hexadecimal.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// Bytes in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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

    /// Whatever a program left in the folder: nothing of it is read, and nothing of it stays.
    #[cfg(unix)]
    #[test]
    fn an_update_removes_strangers_of_every_kind() {
        use std::fs;
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path();
        update(
            dir,
            &tree(&[("src/x.rs/y.rs", "1"), ("src/target/mod.rs", "1")]),
            &["target"],
        )
        .expect("written");
        std::os::unix::fs::symlink("nowhere", dir.join("src/link")).expect("a link");
        fs::write(
            dir.join("src").join(std::ffi::OsStr::from_bytes(b"\xff")),
            "",
        )
        .expect("a file");
        fs::write(dir.join("big"), vec![0; 17_000_000]).expect("a file");
        fs::create_dir_all(dir.join("target/debug")).expect("a folder");
        fs::create_dir_all(dir.join(".course-making-abcdef")).expect("a folder");
        let second = tree(&[("src/x.rs", "2")]);
        update(dir, &second, &["target"]).expect("written");
        assert!(dir.join("target/debug").is_dir());
        fs::remove_dir_all(dir.join("target")).expect("removed");
        assert_eq!(read(dir, &[]).expect("read"), second);
        assert_eq!(fs::read_dir(dir).expect("a folder").count(), 1);
    }

    #[test]
    fn somebody_else_s_folder_is_not_swept() {
        let folder = tempfile::tempdir().expect("a folder");
        let notes = folder.path().join(".course-making-backup/notes");
        let named_so = folder.path().join(".course-notes/notes");
        for path in [&notes, &named_so] {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, "precious").expect("written");
        }
        write_text(&folder.path().join("x"), "x").expect("written");
        assert!(notes.exists() && named_so.exists());
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
