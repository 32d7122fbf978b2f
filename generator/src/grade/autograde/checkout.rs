//! A student's repository as it lies on the disk: the student's files as they are, the course's as they were handed out.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::course::handed_out::{HANDED_OUT, blob_id};
use crate::course::{Assignment, Editable, HandedOut};
use crate::error::{Error, Result};
use crate::file_tree::{self, File, FileTree};
use crate::grade::report::{Finding, FindingKind};
use crate::process::Run;

/// The largest file of the student's that counts, as the trusted grade has it.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The most files of the student's that count.
const MAX_FILES: usize = 1000;

/// A checkout, read.
#[derive(Debug)]
pub struct Checkout {
    /// What the repository says of itself.
    pub handed_out: HandedOut,
    /// The assignment as it has it.
    pub assignment: Assignment,
    /// Its commit, with `-dirty` behind it where files differ from it, or words for there being none.
    pub commit: String,
    /// The tree to build: the course's files, and the student's.
    pub tree: FileTree,
    /// The student's files alone.
    pub editable: FileTree,
    /// What was changed and does not count.
    pub findings: Vec<Finding>,
    /// Whether the lock file is the course's own.
    pub lock_is_ours: bool,
}

impl Checkout {
    /// Reads the repository in a folder.
    ///
    /// # Errors
    ///
    /// Refuses a folder that is no student's repository.
    pub fn read(dir: &Path) -> Result<Checkout> {
        let place = dir.join(HANDED_OUT);
        if !place.is_file() {
            return Err(Error::input(format!(
                "{}: no {HANDED_OUT} in it; name a repository that `course render` or an assignment link made",
                dir.display()
            )));
        }
        let text = read_text(&place)?;
        let handed_out = HandedOut::parse(&place.display().to_string(), &text)?;
        let mut reader = Reader {
            dir,
            tree: FileTree::default(),
            editable: FileTree::default(),
            findings: Vec::new(),
        };
        for (path, id) in &handed_out.files {
            reader.take_ours(path, id, &handed_out)?;
        }
        let settings = handed_out.settings.clone();
        // Of the exercises only tests are asked for, and those are the course's.
        let assignment = Assignment::of_repository(&handed_out.slug, settings, &reader.tree);
        reader.take_theirs(&assignment)?;
        let lock = reader.tree.get("Cargo.lock");
        let lock_is_ours =
            lock.map(|file| blob_id(&file.bytes)).as_ref() == handed_out.files.get("Cargo.lock");
        let Reader {
            tree,
            editable,
            findings,
            ..
        } = reader;
        Ok(Checkout {
            commit: commit(dir)?,
            assignment,
            handed_out,
            tree,
            editable,
            findings,
            lock_is_ours,
        })
    }
}

struct Reader<'a> {
    dir: &'a Path,
    tree: FileTree,
    editable: FileTree,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    /// Takes a file of the course's, as it was handed out.
    fn take_ours(&mut self, path: &str, id: &str, handed_out: &HandedOut) -> Result<()> {
        let place = self.dir.join(path);
        // Nothing here follows a link.
        let is_file = std::fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_file());
        let theirs = match is_file {
            true => file_tree::read_file(&place).ok(),
            false => None,
        };
        if let Some(file) = theirs.as_ref().filter(|file| blob_id(&file.bytes) == id) {
            self.tree.insert(path, file.clone());
            return Ok(());
        }
        if let Some(renamed) = theirs
            .as_ref()
            .and_then(|file| unnamed(path, file, handed_out))
        {
            self.tree.insert(path, renamed);
            return Ok(());
        }
        // Cargo enters a new name, or a dependency of the student's own tools, by itself; nobody meant harm.
        if path == "Cargo.lock" && is_generated(self.dir) {
            self.tree
                .insert(path, theirs.unwrap_or_else(|| text_file("")));
            return Ok(());
        }
        let (kind, what) = match theirs {
            Some(_) => (FindingKind::ProtectedChanged, "was changed"),
            None => (FindingKind::ProtectedMissing, "is gone"),
        };
        let original = original(self.dir, id)?;
        let done = match original {
            Some(_) => "ours was used",
            None => {
                "ours is not in this clone, so what needs it does not count; restore it from the repository's first commit"
            }
        };
        self.findings.push(Finding {
            kind,
            path: Some(path.to_owned()),
            line: None,
            message: format!("it belongs to the course and {what}; {done}"),
        });
        match original {
            Some(file) => self.tree.insert(path, file),
            // Cargo would say less about it.
            None if path.ends_with("Cargo.toml") => {
                return Err(Error::input(format!(
                    "{}: it {what}, and this clone does not have what was handed out; restore it from the repository's first commit (`git fetch --unshallow` brings that)",
                    place.display()
                )));
            }
            None => {}
        }
        Ok(())
    }

    /// Takes the student's files.
    fn take_theirs(&mut self, assignment: &Assignment) -> Result<()> {
        let editable = Editable::of(&assignment.exercises).map_err(Error::Input)?;
        for exercise in &assignment.exercises {
            let folder = self.dir.join(exercise.name());
            let wanted = |entry: &walkdir::DirEntry| entry.file_name() != "target";
            let entries = WalkDir::new(&folder).sort_by_file_name().into_iter();
            for entry in entries.filter_entry(wanted) {
                let Ok(entry) = entry else { continue };
                let Some(path) = relative(self.dir, entry.path()) else {
                    continue;
                };
                if entry.file_type().is_dir() || !editable.matches(&path) {
                    continue;
                }
                let size = entry.metadata().map_or(0, |metadata| metadata.len());
                let refused = if !entry.file_type().is_file() {
                    Some((
                        FindingKind::Refused,
                        "it is no regular file; it was left out".to_owned(),
                    ))
                } else if size > MAX_FILE_BYTES || self.editable.len() == MAX_FILES {
                    let why = format!(
                        "a file may have {MAX_FILE_BYTES} bytes, and a submission {MAX_FILES} files; it was left out"
                    );
                    Some((FindingKind::TooLarge, why))
                } else {
                    None
                };
                match refused {
                    Some((kind, message)) => self.findings.push(Finding {
                        kind,
                        path: Some(path),
                        line: None,
                        message,
                    }),
                    None => self
                        .editable
                        .insert(path, file_tree::read_file(entry.path())?),
                }
            }
        }
        let editable = std::mem::take(&mut self.editable);
        self.tree.lay("", &editable);
        self.editable = editable;
        Ok(())
    }
}

fn text_file(text: &str) -> File {
    File {
        bytes: text.as_bytes().into(),
        executable: false,
    }
}

fn read_text(path: &Path) -> Result<String> {
    let file = file_tree::read_file(path)?;
    String::from_utf8(file.bytes.to_vec()).map_err(|_| {
        Error::input(format!(
            "{}: it is not UTF-8 text; restore it from the repository's first commit",
            path.display()
        ))
    })
}

fn relative(dir: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path
        .strip_prefix(dir)
        .ok()?
        .iter()
        .map(|part| part.to_str())
        .collect();
    Some(parts?.join("/"))
}

/// Whether cargo-generate made the repository: what only it reads is gone then.
fn is_generated(dir: &Path) -> bool {
    !dir.join("cargo-generate.toml").exists()
}

/// A manifest that cargo-generate made for a project of another name, with the exercise's own.
fn unnamed(path: &str, file: &File, handed_out: &HandedOut) -> Option<File> {
    let [exercise] = &handed_out.settings.exercises[..] else {
        return None;
    };
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let back = if path == format!("{}/Cargo.toml", exercise.name) {
        let manifest: toml::Table = text.parse().ok()?;
        let name = manifest.get("package")?.get("name")?.as_str()?;
        if name == exercise.name {
            return None;
        }
        text.replacen(
            &format!("name = \"{name}\""),
            &format!("name = \"{}\"", exercise.name),
            1,
        )
    } else if path == format!("{}/gates/Cargo.toml", exercise.name) {
        let manifest: toml::Table = text.parse().ok()?;
        let dependency = manifest.get("dev-dependencies")?.get(&exercise.name)?;
        let name = dependency.get("package")?.as_str()?;
        text.replacen(&format!(", package = \"{name}\""), "", 1)
    } else {
        return None;
    };
    Some(text_file(&back))
}

/// A file that git keeps under this id, if it is in the clone.
fn original(dir: &Path, id: &str) -> Result<Option<File>> {
    let outcome = git(dir, &["cat-file", "blob", id])?;
    Ok(outcome
        .filter(|outcome| blob_id(outcome.as_bytes()) == id)
        .map(|text| text_file(&text)))
}

/// The commit that is checked out.
fn commit(dir: &Path) -> Result<String> {
    let Some(head) = git(dir, &["rev-parse", "HEAD"])? else {
        return Ok("nothing committed yet".to_owned());
    };
    let head = head.trim();
    let changed = git(dir, &["status", "--porcelain", "--untracked-files=no"])?;
    Ok(match changed.is_none_or(|changed| changed.is_empty()) {
        true => head.to_owned(),
        false => format!("{head}-dirty"),
    })
}

/// What a command of git's prints, where it succeeds. A folder that is no repository is no error, nor is a machine
/// without git.
fn git(dir: &Path, args: &[&str]) -> Result<Option<String>> {
    let dir: PathBuf = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let run = Run::new("git", &dir)
        // The checkout may be another user's: in a container, say.
        .args(["-c", "safe.directory=*"])
        .args(args.iter().copied())
        .env("GIT_CONFIG_NOSYSTEM", "1");
    match run.outcome() {
        Ok(outcome) => Ok(outcome.succeeded().then_some(outcome.stdout)),
        Err(Error::Machine { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
