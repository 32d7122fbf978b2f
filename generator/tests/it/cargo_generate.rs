//! Each repository as a template of the real cargo-generate. Ignored unless
//! `generator/tests/cargo_generate.sh` runs them: it installs the program.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use walkdir::WalkDir;

use crate::builder::{Ran, Tiny, copy, generator, run};

/// Somebody who learns alone, in a folder of their own outside the course, and what the course renders for
/// them: the repository as students get it, and as `my-stack`.
struct Learner {
    tiny: Tiny,
    folder: tempfile::TempDir,
}

impl Learner {
    fn new() -> Learner {
        Learner::of(Tiny::new())
    }

    fn of(tiny: Tiny) -> Learner {
        tiny.course("render --out out").succeeds();
        tiny.course("render 01-tiny --out out --name my-stack")
            .succeeds();
        let folder = tempfile::tempdir().expect("a folder");
        Learner { tiny, folder }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A program in the learner's folder, without the identity of the person who runs the tests.
    fn runs(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for name in [
            "CARGO_NAME",
            "GIT_AUTHOR_NAME",
            "GIT_COMMITTER_NAME",
            "USER",
            "USERNAME",
            "NAME",
        ] {
            command.env_remove(name);
        }
        command
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("CARGO_TARGET_DIR")
            .current_dir(self.folder.path());
        command
    }

    /// Generates `my-stack` from a template, silently.
    fn generates(&self, from: [&str; 2], user: Option<&str>) -> Ran {
        let mut command = self.runs(program());
        command
            .arg("generate")
            .args(from)
            .args(["--name", "my-stack", "--silent"]);
        if let Some(user) = user {
            command.env("USER", user);
        }
        run(&mut command)
    }

    /// Generates `my-stack` from the rendered repository.
    #[track_caller]
    fn generated() -> Learner {
        let learner = Learner::new();
        learner
            .generates(["--path", &learner.template()], Some("ada"))
            .succeeds();
        learner
    }

    fn template(&self) -> String {
        self.tiny.path("out/01-tiny").display().to_string()
    }

    #[track_caller]
    fn has_what_was_rendered(&self) {
        assert_eq!(
            files(&self.path("my-stack")),
            files(&self.tiny.path("out/my-stack"))
        );
    }
}

/// The real cargo-generate.
fn program() -> OsString {
    std::env::var_os("COURSE_CARGO_GENERATE")
        .expect("COURSE_CARGO_GENERATE names the program; run generator/tests/cargo_generate.sh")
}

/// All files below a folder with their contents, git's own apart.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(folder)
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".git")
        .map(|entry| entry.expect("readable"));
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("below");
            let content = fs::read(entry.path()).expect("a file");
            (path.display().to_string(), content)
        })
        .collect()
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn by_path_it_makes_what_course_renders_under_that_name() {
    Learner::generated().has_what_was_rendered();
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn by_git_from_the_forge_it_makes_the_same() {
    let learner = Learner::new();
    learner.tiny.course("publish --execute").succeeds();
    let address = format!("file://{}", learner.tiny.forge("01-tiny"));
    learner
        .generates(["--git", &address], Some("ada"))
        .succeeds();
    learner.has_what_was_rendered();
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn what_differs_from_the_student_s_repository_is_the_name() {
    let learner = Learner::generated();
    let students = files(&learner.tiny.path("out/01-tiny"));
    let named = files(&learner.path("my-stack"));
    let differs: Vec<&String> = students
        .iter()
        .filter(|(path, content)| named.get(*path) != Some(content))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(
        differs,
        [
            "cargo-generate.toml",
            "stack/Cargo.toml",
            "stack/Cargo.toml.liquid"
        ]
    );
    assert!(named.keys().all(|path| students.contains_key(path)));
    let manifest = learner.tiny.read("out/01-tiny/stack/Cargo.toml");
    let renamed = manifest.replace("name = \"stack\"", "name = \"my-stack\"");
    assert_eq!(
        String::from_utf8_lossy(&named["stack/Cargo.toml"]),
        format!("{renamed}\n[lib]\nname = \"stack\"\n")
    );
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn its_tests_compile_and_github_s_braces_are_there() {
    let learner = Learner::generated();
    let workflow = fs::read_to_string(learner.path("my-stack/.github/workflows/autograding.yml"));
    let workflow = workflow.expect("a workflow");
    assert!(workflow.contains("${{ github.ref }}"), "{workflow}");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--no-run", "--package", "my-stack"])
        .current_dir(learner.path("my-stack"))
        .env_remove("CARGO_TARGET_DIR");
    run(&mut command).succeeds();
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn a_generated_repository_is_graded_like_an_accepted_one() {
    let learner = Learner::generated();
    let repository = learner.path("my-stack");
    let graded = || {
        for words in ["add -A", "commit -q -m work"] {
            let mut git = learner.runs("git");
            git.args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@students.example",
            ])
            .args(words.split(' '))
            .current_dir(&repository);
            run(&mut git).succeeds();
        }
        let words = format!("grade {} --json", repository.display());
        learner.tiny.course(&words).succeeds().json()
    };
    let begun = graded();
    assert_eq!(begun["points"], 0.0, "{begun:#}");
    assert_eq!(
        begun["findings"].as_array().map(Vec::len),
        Some(0),
        "{begun:#}"
    );
    copy(
        &generator().join("tests/fixtures/submissions/passes"),
        &repository,
    );
    let solved = graded();
    assert_eq!(solved["points"], 10.0, "{solved:#}");
    assert_eq!(
        solved["findings"].as_array().map(Vec::len),
        Some(0),
        "{solved:#}"
    );
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn asked_at_a_terminal_it_takes_the_name_that_is_typed() {
    for (variable, name) in [("USER", "ada"), ("CARGO_NAME", "Ada")] {
        let learner = Learner::new();
        let program = program().display().to_string();
        let words = format!("'{program}' generate --path '{}'", learner.template());
        // util-linux's `script` gives it a terminal.
        let mut child = learner
            .runs("script")
            .args(["-qec", &words, "/dev/null"])
            .env(variable, name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script runs");
        let mut from = child.stdout.take().expect("its output");
        let mut said = Vec::new();
        let mut byte = [0];
        while !said.ends_with(b"Project Name") && from.read(&mut byte).expect("output") == 1 {
            said.push(byte[0]);
        }
        let mut to = child.stdin.take().expect("its input");
        to.write_all(b"my-stack\r").expect("typed");
        from.read_to_end(&mut said).expect("output");
        let ended = child.wait().expect("it ended");
        assert!(ended.success(), "{}", String::from_utf8_lossy(&said));
        learner.has_what_was_rendered();
    }
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn without_anybody_s_name_it_says_so_and_leaves_nothing() {
    let learner = Learner::new();
    let template = learner.template();
    learner
        .generates(["--path", &template], None)
        .says(1, "please set $USER");
    assert!(!learner.path("my-stack").exists());
    // Git's identity is enough.
    let identity = "[user]\n\tname = Ada\n\temail = ada@students.example\n";
    fs::write(learner.path(".gitconfig"), identity).expect("written");
    learner.generates(["--path", &template], None).succeeds();
    learner.has_what_was_rendered();
}

#[test]
#[ignore = "needs cargo-generate: generator/tests/cargo_generate.sh"]
fn several_packages_keep_their_names() {
    let tiny = Tiny::new();
    tiny.has_second_exercise();
    let learner = Learner::of(tiny);
    learner
        .generates(["--path", &learner.template()], Some("ada"))
        .succeeds();
    learner.has_what_was_rendered();
    for name in ["stack", "queue"] {
        let manifest = fs::read_to_string(learner.path(&format!("my-stack/{name}/Cargo.toml")));
        let ours = learner
            .tiny
            .read(&format!("assignments/01-tiny/{name}/Cargo.toml"));
        assert_eq!(manifest.expect("a manifest"), ours);
    }
}
