//! `install.sh`: where the program comes from.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::root;
use crate::builder::{Ran, copy, run};

/// The action beside a source of some version, and a home; no program of ours, no cargo and no rustup on the path.
struct Runner {
    folder: tempfile::TempDir,
}

impl Runner {
    fn of_version(version: &str) -> Runner {
        let runner = Runner {
            folder: tempfile::tempdir().expect("a folder"),
        };
        copy(
            &root().join(".github/actions/grade"),
            &runner.path("source/.github/actions/grade"),
        );
        let manifest = format!("[workspace.package]\nversion = \"{version}\"\n");
        fs::write(runner.path("source/Cargo.toml"), manifest).expect("written");
        for folder in ["bin", "home"] {
            fs::create_dir(runner.path(folder)).expect("a folder");
        }
        runner
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A program on the path.
    fn has(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }

    /// A release with this digest: this program's own file.
    fn released(&self, digest: &str) {
        let system = |word: &str| run(Command::new("uname").arg(word)).succeeds().stdout;
        let line = format!(
            "{}-{} file://{} {digest}\n",
            system("-s").trim(),
            system("-m").trim(),
            env!("CARGO_BIN_EXE_course")
        );
        let releases = self.path("source/.github/actions/grade/releases");
        fs::write(releases, line).expect("written");
    }

    fn install(&self) -> Ran {
        self.install_parts(&[])
    }

    /// Installs what these words ask for.
    fn install_parts(&self, words: &[&str]) -> Ran {
        let script = self.path("source/.github/actions/grade/install.sh");
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        run(Command::new(script)
            .args(words)
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.path("home"))
            .env("GITHUB_PATH", self.path("github-path"))
            .current_dir(self.path("home")))
    }

    /// The program that later steps find.
    fn installed(&self) -> Option<PathBuf> {
        let added = fs::read_to_string(self.path("github-path")).ok()?;
        Some(Path::new(added.trim()).join("course"))
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn digest() -> String {
    let ran = run(Command::new("sha256sum").arg(env!("CARGO_BIN_EXE_course"))).succeeds();
    ran.stdout.split(' ').next().expect("a digest").to_owned()
}

#[test]
#[ignore = "needs curl"]
fn a_program_on_the_path_is_taken_as_it_is() {
    let runner = Runner::of_version(VERSION);
    runner.has("course", &format!("echo course {VERSION}"));
    runner
        .install()
        .says(0, &format!("course {VERSION} is there"));
    assert_eq!(runner.installed(), None);
}

#[test]
#[ignore = "needs curl"]
fn a_released_program_of_the_right_digest_is_taken() {
    let runner = Runner::of_version(VERSION);
    // One of another version is not.
    runner.has("course", "echo course 0.0.0");
    runner.has("cargo", "exit 9");
    runner.released(&digest());
    runner.install().succeeds();
    let program = runner.installed().expect("on the path");
    let says = run(Command::new(program).arg("--version")).succeeds();
    assert_eq!(says.stdout.trim(), format!("course {VERSION}"));
}

#[test]
#[ignore = "needs curl"]
fn one_of_another_digest_is_built_instead() {
    let runner = Runner::of_version(VERSION);
    runner.released(&"0".repeat(64));
    // What cargo would do, told by its arguments.
    runner.has(
        "cargo",
        &format!(
            "[ \"$*\" = \"install --locked --path generator --no-default-features --profile workflow --root $HOME/.course --force\" ] || exit 9\nmkdir -p \"$HOME/.course/bin\"\nprintf '#!/bin/sh\\necho course {VERSION}\\n' >\"$HOME/.course/bin/course\"\nchmod +x \"$HOME/.course/bin/course\"\npwd"
        ),
    );
    let ran = runner.install().succeeds();
    assert!(
        ran.stdout
            .contains("is not the program that this action names"),
        "{ran:?}"
    );
    let source = runner.path("source").canonicalize().expect("a path");
    assert!(
        ran.stdout.contains(&source.display().to_string()),
        "{ran:?}"
    );
    assert!(runner.installed().is_some());
    // The next time it is there.
    runner.has("cargo", "exit 9");
    runner.install().succeeds();
}

#[test]
#[ignore = "needs curl"]
fn for_enrolment_all_of_the_program_is_brought() {
    let runner = Runner::of_version(VERSION);
    // One that only tests repositories is of the right version, and is not enough; nor is its release.
    runner.has(
        "course",
        &format!("[ \"$1\" = --version ] || exit 2\necho course {VERSION}"),
    );
    runner.released(&digest());
    runner.has(
        "cargo",
        &format!(
            "[ \"$*\" = \"install --locked --path generator --features=author --profile workflow --root $HOME/.course --force\" ] || exit 9\nmkdir -p \"$HOME/.course/bin\"\ncp {} \"$HOME/.course/bin/course\"",
            env!("CARGO_BIN_EXE_course")
        ),
    );
    runner.install_parts(&["author"]).succeeds();
    let program = runner.installed().expect("on the path");
    run(Command::new(program).args(["accept", "--help"])).says(0, "--issue");
    runner
        .install_parts(&["everything"])
        .says(2, "there are no parts `everything`");
}
