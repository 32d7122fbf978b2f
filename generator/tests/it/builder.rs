//! A course in a temporary folder, and `course` run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[cfg(target_os = "linux")]
use course::sandbox::{self, Kind};
use walkdir::WalkDir;

use crate::big_course::{self, Size};

/// The exercise of the tiny course.
pub(crate) const STACK: &str = "assignments/01-tiny/stack";

/// The repository's `generator` folder.
pub(crate) fn generator() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a run of `course` left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Fails with all output unless it exited with 0.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Ran {
        assert_eq!(self.code, 0, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless it exited with this code and said this in its output.
    #[track_caller]
    pub(crate) fn says(self, code: i32, what: &str) -> Ran {
        let said = format!("{}\n{}", self.stdout, self.stderr);
        assert!(said.contains(what), "nobody said `{what}`:\n{said}");
        assert_eq!(self.code, code, "{said}");
        self
    }

    /// Its standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A copy of the tiny course with the repository's own templates.
pub(crate) struct Tiny {
    folder: tempfile::TempDir,
}

impl Tiny {
    pub(crate) fn new() -> Tiny {
        Tiny::of("tiny-course")
    }

    /// A copy of the course whose exercises have gates of every kind, with the crate that measures them.
    pub(crate) fn layers() -> Tiny {
        let layers = Tiny::of("gate-course");
        let measuring = layers.path("generator/gate");
        copy(&generator().join("gate/src"), &measuring.join("src"));
        let manifest = generator().join("gate/Cargo.toml");
        fs::copy(manifest, measuring.join("Cargo.toml")).expect("a file");
        layers
    }

    /// A course of two assignments, made by rule.
    pub(crate) fn big() -> Tiny {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let templates = generator().join("../templates");
        copy(&templates, &folder.path().join("templates"));
        let size = Size {
            exercises: 2,
            stages: 2,
        };
        big_course::write(folder.path(), size).expect("a course");
        Tiny { folder }
    }

    fn of(fixture: &str) -> Tiny {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(
            &generator().join("tests/fixtures").join(fixture),
            folder.path(),
        );
        copy(
            &generator().join("../templates"),
            &folder.path().join("templates"),
        );
        Tiny { folder }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Tiny {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Tiny {
        fs::remove_file(self.path(path)).expect("a file to remove");
        self
    }

    /// Replaces a text that stands exactly once in a file.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) -> &Tiny {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {path}:\n{text}");
        self.write(path, &text.replacen(old, new, 1))
    }

    /// All files and folders of the course with their contents, but what cargo builds and the locks of a
    /// forge, which are nobody's data.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let entries = WalkDir::new(self.root()).into_iter();
        for entry in entries.filter_entry(|entry| entry.file_name() != "target") {
            // What a test made unreadable is not ours to read either.
            let Ok(entry) = entry else { continue };
            let path = entry.path().strip_prefix(self.root()).expect("below");
            let path = path.display().to_string();
            if path.starts_with(".forge") && path.ends_with(".lock") {
                continue;
            }
            let content = match entry.file_type().is_file() {
                true => fs::read(entry.path()).unwrap_or_default(),
                false => Vec::new(),
            };
            files.insert(path, content);
        }
        files
    }

    /// Makes a symbolic link.
    #[cfg(unix)]
    pub(crate) fn link(&self, target: &str, path: &str) {
        std::os::unix::fs::symlink(target, self.path(path)).expect("a link");
    }

    /// Makes a named pipe.
    #[cfg(unix)]
    pub(crate) fn pipe(&self, path: &str) {
        run(Command::new("mkfifo").arg(self.path(path))).succeeds();
    }

    /// Makes a file whose name is not UTF-8.
    #[cfg(unix)]
    pub(crate) fn strange_name(&self, folder: &str) {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"\xff.txt");
        fs::write(self.path(folder).join(name), "").expect("a file");
    }

    /// Copies the exercise `stack` to a second one, `queue`.
    pub(crate) fn has_second_exercise(&self) {
        let queue = "assignments/01-tiny/queue";
        copy(&self.path(STACK), &self.path(queue));
        for path in ["Cargo.toml", "README.md", "src/lib.rs"] {
            let text = self.read(&format!("{queue}/{path}"));
            self.write(
                &format!("{queue}/{path}"),
                &text
                    .replace("stack\"", "queue\"")
                    .replace("stack::", "queue::"),
            );
        }
        for path in [
            "tests/stage_1_push_pop.rs",
            "tests/stage_2_maximum.rs",
            "hidden/stage_2_more.rs",
        ] {
            let path = format!("{queue}/{path}");
            self.write(&path, &self.read(&path).replace("stack::", "queue::"));
        }
        let settings = self.read("assignments/01-tiny/assignment.toml");
        let at = settings.find("[[exercise]]").expect("an exercise");
        let second = settings[at..].replace("name = \"stack\"", "name = \"queue\"");
        let settings = settings.replacen("points = 10", "points = 20", 1);
        self.write(
            "assignments/01-tiny/assignment.toml",
            &(settings + "\n" + &second),
        );
        self.edit(
            "Cargo.toml",
            "01-tiny/stack\",",
            "01-tiny/stack\",\n    \"assignments/01-tiny/queue\",",
        );
        for path in ["Cargo.lock", "assignments/01-tiny/Cargo.lock"] {
            let entry = "[[package]]\nname = \"stack\"";
            self.edit(
                path,
                entry,
                &format!("[[package]]\nname = \"queue\"\nversion = \"0.1.0\"\n\n{entry}"),
            );
        }
    }

    /// Runs `course` with these words in the course's root.
    pub(crate) fn course(&self, words: &str) -> Ran {
        run(Command::new(env!("CARGO_BIN_EXE_course"))
            .args(words.split_whitespace())
            .current_dir(self.root())
            .env_remove("CARGO_TARGET_DIR"))
    }

    /// Runs the machine's git.
    #[track_caller]
    pub(crate) fn git(&self, folder: &str, words: &str) -> String {
        let ran = run(Command::new("git")
            .args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@students.example",
            ])
            .args(words.split_whitespace())
            .current_dir(self.path(folder)));
        ran.succeeds().stdout
    }

    /// Puts a repository with a history of its own on the forge.
    pub(crate) fn has_foreign(&self, repository: &str) {
        self.write("other/file.txt", "mine");
        self.git("other", "init -q -b main");
        self.git("other", "add -A");
        self.git("other", "commit -q -m mine");
        self.git(
            ".",
            &format!("clone -q --bare other {}", self.forge(repository)),
        );
    }

    /// The repository of the forge.
    pub(crate) fn forge(&self, repository: &str) -> String {
        let forge = self.path(".forge/rust-systems-course");
        forge
            .join(format!("{repository}.git"))
            .display()
            .to_string()
    }

    /// Publishes, accepts as `ada` and clones to the folder `ada`.
    pub(crate) fn accepted() -> Tiny {
        let tiny = Tiny::new();
        tiny.course("publish --execute").succeeds();
        tiny.course("accept 01-tiny --student ada").succeeds();
        tiny.git(".", &format!("clone -q {} ada", tiny.forge("01-tiny-ada")));
        tiny
    }

    /// Accepts the assignment for a student and pushes a submission of `fixtures/submissions` for them; `starter` is what
    /// they got.
    pub(crate) fn has_student(&self, student: &str, submission: &str) -> &Tiny {
        self.course(&format!("accept 01-tiny --student {student}"))
            .succeeds();
        if submission != "starter" {
            let repository = format!("01-tiny-{student}");
            self.git(
                ".",
                &format!("clone -q {} {student}", self.forge(&repository)),
            );
            let folder = generator()
                .join("tests/fixtures/submissions")
                .join(submission);
            copy(&folder, &self.path(student));
            self.git(student, "add -A");
            self.git(student, "commit -q -m work");
            self.git(student, "push -q");
        }
        self
    }

    /// Commits whatever stands in the clone and pushes it.
    pub(crate) fn pushes(&self) -> &Tiny {
        self.git("ada", "add -A");
        self.git("ada", "commit -q --allow-empty -m work");
        self.git("ada", "push -q");
        self
    }

    /// Lays the files of a submission of `fixtures/submissions` over the clone and pushes them.
    pub(crate) fn submits(&self, submission: &str) -> &Tiny {
        copy(
            &generator()
                .join("tests/fixtures/submissions")
                .join(submission),
            &self.path("ada"),
        );
        self.pushes()
    }

    /// Grades what the forge has of `ada`.
    #[track_caller]
    pub(crate) fn grade(&self) -> serde_json::Value {
        self.course("grade 01-tiny-ada --json").succeeds().json()
    }
}

/// The walls that this machine has. With `COURSE_ALL_WALLS=1` in the environment, as in CI, it must have both; one it must
/// have in any case.
#[cfg(target_os = "linux")]
pub(crate) fn walls() -> Vec<Kind> {
    let work = tempfile::tempdir().expect("a folder");
    let all = std::env::var_os("COURSE_ALL_WALLS").is_some();
    let found = sandbox::look(work.path(), env!("CARGO_BIN_EXE_course").as_ref());
    let walls: Vec<Kind> = found
        .into_iter()
        .filter(|found| match &found.works {
            Ok(_) => true,
            Err(why) => {
                assert!(!all, "{}: {why}", found.kind);
                false
            }
        })
        .map(|found| found.kind)
        .collect();
    assert!(
        !walls.is_empty(),
        "no sandbox works here: `cargo course doctor` says how to get one"
    );
    walls
}

/// Compares a text with a file of the repository. With `COURSE_BLESS=1` in the environment the file is
/// written instead: look at what changed before you commit it.
#[track_caller]
pub(crate) fn assert_pinned(path: &str, text: &str) {
    let file = generator().join(path);
    if std::env::var_os("COURSE_BLESS").is_some() {
        fs::write(&file, text).expect("written");
    }
    let pinned = fs::read_to_string(&file).unwrap_or_default();
    let mut lines = text.lines().zip(pinned.lines()).zip(1..);
    let differs = lines.find(|((now, pinned), _)| now != pinned);
    assert!(
        text == pinned,
        "{path} is not what is printed now, first here: {differs:?}; if it should be, run the test with COURSE_BLESS=1"
    );
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().expect("the program runs");
    Ran {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.expect("a readable folder");
        let target = to.join(entry.path().strip_prefix(from).expect("a path below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("a folder");
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}
