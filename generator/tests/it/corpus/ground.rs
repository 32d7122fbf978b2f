//! Where the corpus is graded: a tiny course with the capabilities that a fixture asks for, its repository with a commit
//! for each fixture, and what lies outside and must not change.

use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use course::course::{Course, Editable};
use course::file_tree::{self, FileTree};
use course::git::Repository;
use course::grade::{Bounds, Defences, Grade, Grader, Ready};
use course::sandbox::Sandbox;

use super::fixture::{Fixture, Reach};
use crate::builder::Tiny;

/// What an attack reaches for.
pub(crate) struct Outside {
    folder: tempfile::TempDir,
    tcp: TcpListener,
    udp: UdpSocket,
    pub(crate) reach: Reach,
}

/// The words of the file that is nobody's to read.
pub(crate) const SECRET: &str = "the secret of the other student";

impl Outside {
    pub(crate) fn new() -> Outside {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("a mode");
        fs::write(folder.path().join("secret"), SECRET).expect("a file");
        let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = tcp.local_addr().expect("an address").port();
        let udp = UdpSocket::bind(("127.0.0.1", port)).expect("the same port");
        tcp.set_nonblocking(true).expect("a mode");
        udp.set_nonblocking(true).expect("a mode");
        let reach = Reach {
            outside: folder.path().display().to_string(),
            port,
            mark: format!("course-mark-{port}-{}", std::process::id()),
        };
        Outside {
            folder,
            tcp,
            udp,
            reach,
        }
    }

    /// Everything in the folder, with modes.
    pub(crate) fn files(&self) -> BTreeMap<String, (u32, Vec<u8>)> {
        let entries = walkdir::WalkDir::new(self.folder.path()).into_iter();
        let read = entries.map(|entry| {
            let entry = entry.expect("an entry");
            let mode = entry.metadata().expect("metadata").permissions().mode();
            let content = fs::read(entry.path()).unwrap_or_default();
            (entry.path().display().to_string(), (mode, content))
        });
        read.collect()
    }

    /// Whether somebody came by the network since it was last asked.
    pub(crate) fn was_called(&self) -> bool {
        self.tcp.accept().is_ok() || self.udp.recv(&mut [0; 8]).is_ok()
    }

    /// The command lines of processes that an attack left behind. The system ends those of a namespace once its first
    /// process has ended, which takes a moment; what is left behind lives for many seconds.
    pub(crate) fn survivors(&self) -> Vec<String> {
        for _ in 0..200 {
            let left = self.running();
            if left.is_empty() {
                return left;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        self.running()
    }

    fn running(&self) -> Vec<String> {
        let lines = command_lines().into_iter();
        lines
            .filter(|line| line.contains(&self.reach.mark))
            .collect()
    }
}

fn command_lines() -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let lines = processes.filter_map(|process| {
        let line = fs::read(process.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    });
    lines.collect()
}

/// A course, and a repository with a commit for each fixture.
pub(crate) struct Ground {
    tiny: Tiny,
    course: Course,
}

impl Ground {
    /// The tiny course, whose exercise declares these capabilities.
    pub(crate) fn new(capabilities: &[String]) -> Ground {
        let tiny = Tiny::new();
        let list: Vec<String> = capabilities
            .iter()
            .map(|word| format!("\"{word}\""))
            .collect();
        tiny.edit(
            "assignments/01-tiny/assignment.toml",
            "editable = [\"src/**/*.rs\"]",
            &format!(
                "editable = [\"src/**/*.rs\"]\ncapabilities = [{}]",
                list.join(", ")
            ),
        );
        tiny.course("publish --execute").succeeds();
        let mut files = FileTree::default();
        for folder in ["assignments", "templates"] {
            files.lay(
                folder,
                &file_tree::read(&tiny.path(folder), &["target"]).expect("files"),
            );
        }
        for name in ["classroom.yml", "Cargo.toml", "Cargo.lock"] {
            files.insert(
                name,
                file_tree::read_file(&tiny.path(name)).expect("a file"),
            );
        }
        let course = Course::parse(files).0.expect("a course");
        Ground { tiny, course }
    }

    pub(crate) fn root(&self) -> &Path {
        self.tiny.root()
    }

    /// All files of course and forge.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.tiny.files()
    }

    /// A grader below the ground's own folder for builds.
    pub(crate) fn grader<'a>(
        &self,
        sandbox: &'a dyn Sandbox,
        bounds: Bounds,
        defences: Defences,
    ) -> Grader<'a> {
        Grader {
            work: self.tiny.path("target/course/grade"),
            course: env!("CARGO_BIN_EXE_course").into(),
            sandbox,
            bounds,
            lanes: 1,
            seed: None,
            defences,
        }
    }

    /// The grader ready for the assignment.
    pub(crate) fn ready<'a>(&'a self, grader: &'a Grader<'a>) -> Ready<'a> {
        grader
            .ready(&self.course, &self.course.assignments[0], &|_| {})
            .expect("a control with full marks")
    }

    /// The repository of the assignment.
    fn repository(&self) -> git2::Repository {
        git2::Repository::open(self.tiny.forge("01-tiny")).expect("a repository")
    }

    /// Commits a fixture on top of the release.
    pub(crate) fn commit(&self, fixture: &Fixture, reach: &Reach) -> String {
        let repository = self.repository();
        let head = repository.refname_to_id("refs/heads/main").expect("main");
        let head = repository.find_commit(head).expect("a commit");
        let whole = head.tree().expect("a tree");
        let links = fixture.links(reach);
        // What stands in a folder must go before something else stands in its place.
        let mut first = git2::build::TreeUpdateBuilder::new();
        let mut places: Vec<&String> = links.keys().chain(fixture.submodules.keys()).collect();
        places.extend(&fixture.gone);
        for place in places {
            if whole.get_path(Path::new(place)).is_ok() {
                first.remove(place.as_str());
            }
        }
        let whole = first.create_updated(&repository, &whole).expect("a tree");
        let whole = repository.find_tree(whole).expect("a tree");
        let mut update = git2::build::TreeUpdateBuilder::new();
        let blob = |bytes: &[u8]| repository.blob(bytes).expect("a blob");
        for (path, text) in fixture.files(reach) {
            let mode = match fixture.executable.contains(&path) {
                true => git2::FileMode::BlobExecutable,
                false => git2::FileMode::Blob,
            };
            update.upsert(path, blob(text.as_bytes()), mode);
        }
        for (path, target) in links {
            update.upsert(path, blob(target.as_bytes()), git2::FileMode::Link);
        }
        for (path, id) in &fixture.submodules {
            let id = git2::Oid::from_str(id).expect("an id");
            update.upsert(path.as_str(), id, git2::FileMode::Commit);
        }
        let tree = update.create_updated(&repository, &whole).expect("a tree");
        let tree = repository.find_tree(tree).expect("a tree");
        let who = git2::Signature::new("Ada", "ada@students.example", &git2::Time::new(0, 0))
            .expect("a signature");
        let commit = repository
            .commit(None, &who, &who, &fixture.name, &tree, &[&head])
            .expect("a commit");
        commit.to_string()
    }

    /// Where people clone the repository from.
    pub(crate) fn address(&self) -> String {
        self.tiny.forge("01-tiny")
    }

    /// Commits a fixture and makes a branch of it, so that it can be cloned.
    pub(crate) fn branch(&self, fixture: &Fixture, reach: &Reach) -> String {
        let commit = self.commit(fixture, reach);
        let id = git2::Oid::from_str(&commit).expect("an id");
        let name = format!("refs/heads/{}", fixture.name);
        self.repository()
            .reference(&name, id, true, "attack")
            .expect("a branch");
        commit
    }

    /// Grades a fixture.
    pub(crate) fn grade(&self, ready: &Ready<'_>, fixture: &Fixture, reach: &Reach) -> Grade {
        let commit = self.commit(fixture, reach);
        let repository =
            Repository::open(Path::new(&self.tiny.forge("01-tiny"))).expect("a repository");
        let commit = repository.resolve(&commit).expect("a commit");
        let editable = Editable::of(&self.course.assignments[0].exercises).expect("globs");
        let submission = course::grade::read(&repository, commit, &editable).expect("a submission");
        ready
            .grade(&submission, &|_| {})
            .unwrap_or_else(|error| panic!("{}: {error}", fixture.name))
    }
}
