//! Where everything is: the program, the course, the peers, a folder to work in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use walkdir::WalkDir;

use crate::big_course::{self, Size};

pub(crate) type Failed = Box<dyn std::error::Error>;

/// What belongs to the source of a course.
const SOURCE: [&str; 7] = [
    "assignments",
    "generator/gate/Cargo.toml",
    "generator/gate/src",
    "templates",
    "classroom.yml",
    "Cargo.toml",
    "Cargo.lock",
];

/// Everything that a measurement needs.
pub(crate) struct Ground {
    scratch: tempfile::TempDir,
    root: PathBuf,
}

impl Ground {
    pub(crate) fn new() -> Result<Ground, Failed> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("no root")?;
        Ok(Ground {
            // Not below a workspace: cargo-generate would enter what it makes as members.
            scratch: tempfile::tempdir()?,
            root: root.to_owned(),
        })
    }

    /// A new, empty folder. Nothing is removed before the end: a disk that has just been made to forget
    /// thousands of files is slow to make new ones, and that would be counted.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, Failed> {
        let folder = tempfile::Builder::new()
            .prefix(name)
            .tempdir_in(self.scratch.path())?;
        Ok(folder.keep())
    }

    /// Moves what an earlier round made out of the way.
    pub(crate) fn put_aside(&self, folder: &Path) -> Result<(), Failed> {
        if folder.exists() {
            fs::rename(folder, self.folder("aside")?.join("it"))?;
        }
        Ok(())
    }

    /// A copy of this repository's course, to be changed at will.
    pub(crate) fn course_copy(&self, name: &str) -> Result<PathBuf, Failed> {
        let folder = self.folder(name)?;
        for part in SOURCE {
            copy(&self.root.join(part), &folder.join(part))?;
        }
        Ok(folder)
    }

    /// A course of this size.
    pub(crate) fn big_course(&self, name: &str, size: Size) -> Result<PathBuf, Failed> {
        let folder = self.folder(name)?;
        copy(&self.root.join("templates"), &folder.join("templates"))?;
        big_course::write(&folder, size)?;
        Ok(folder)
    }

    /// `course` in a course, silent.
    pub(crate) fn course(&self, course: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command.args(words).current_dir(course);
        silent(command)
    }

    /// The real cargo-generate.
    pub(crate) fn cargo_generate(&self) -> Result<PathBuf, Failed> {
        let script = self.root.join("generator/tests/cargo_generate.sh");
        let said = Command::new(script)
            .arg("--path")
            .stderr(Stdio::inherit())
            .output()?;
        Ok(PathBuf::from(String::from_utf8(said.stdout)?.trim()))
    }

    /// What was measured on, in a line.
    pub(crate) fn machine(&self) -> Result<String, Failed> {
        let rustc = Command::new("rustc").arg("--version").output()?;
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Ok(format!(
            "{} processors, {}, {}, load at the start {}",
            std::thread::available_parallelism()?,
            std::env::consts::OS,
            String::from_utf8(rustc.stdout)?.trim(),
            load.split(' ').next().unwrap_or("unknown"),
        ))
    }
}

/// A program whose words nobody reads.
pub(crate) fn silent(mut command: Command) -> Command {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null());
    command
}

/// Runs a program that must succeed.
pub(crate) fn succeed(mut command: Command) -> Result<(), Failed> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed").into()),
    }
}

/// Runs the git program as somebody.
pub(crate) fn git(folder: &Path, words: &[&str]) -> Result<(), Failed> {
    let mut command = Command::new("git");
    command.args([
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@students.example",
    ]);
    command.args(words).current_dir(folder);
    succeed(silent(command))
}

/// Copies a file or a folder, without what was built in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    let wanted = |entry: &walkdir::DirEntry| entry.file_name() != "target";
    for entry in WalkDir::new(from).into_iter().filter_entry(wanted) {
        let entry = entry?;
        let below = entry.path().strip_prefix(from)?;
        let target = match below.as_os_str().is_empty() {
            true => to.to_owned(),
            false => to.join(below),
        };
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
        } else {
            fs::create_dir_all(target.parent().ok_or("no folder")?)?;
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
