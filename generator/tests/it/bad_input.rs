//! Sources, repositories and machines that are wrong: each row says what was done, the exit code, and what
//! the one message holds.

use std::fs;

use crate::builder::{STACK, Tiny};

/// A way to spoil a course, the verb that meets it, and what it must say.
struct Row {
    what: &'static str,
    spoil: fn(&Tiny),
    verb: &'static str,
    code: i32,
    says: &'static str,
}

const LIB: &str = "assignments/01-tiny/stack/src/lib.rs";
const SETTINGS: &str = "assignments/01-tiny/assignment.toml";

const ROWS: &[Row] = &[
    Row {
        what: "windows line ends",
        spoil: |tiny| {
            tiny.write(LIB, &tiny.read(LIB).replace('\n', "\r\n"));
        },
        verb: "check",
        code: 1,
        says: "lib.rs:1: a carriage return stands here",
    },
    Row {
        what: "a byte order mark",
        spoil: |tiny| {
            tiny.write(LIB, &format!("\u{feff}{}", tiny.read(LIB)));
        },
        verb: "check",
        code: 1,
        says: "lib.rs:1: it begins with a byte order mark",
    },
    Row {
        what: "a source that is not UTF-8",
        spoil: |tiny| fs::write(tiny.path(LIB), b"// a\n// \xff\n").expect("written"),
        verb: "check",
        code: 1,
        says: "lib.rs:2: it is not UTF-8 here",
    },
    Row {
        what: "a file of 20 MB",
        spoil: |tiny| {
            tiny.write("assignments/01-tiny/big.bin", &"x".repeat(20_000_000));
        },
        verb: "check",
        code: 3,
        says: "big.bin: 20000000 bytes is more than the 16777216",
    },
    Row {
        what: "no classroom.yml",
        spoil: |tiny| {
            tiny.remove("classroom.yml");
        },
        verb: "check",
        code: 3,
        says: "no classroom.yml here or above; go into a course or name it with --course DIR",
    },
    Row {
        what: "an empty classroom.yml",
        spoil: |tiny| {
            tiny.write("classroom.yml", "");
        },
        verb: "check",
        code: 1,
        says: "classroom.yml:1: ",
    },
    Row {
        what: "a classroom.yml that is no YAML",
        spoil: |tiny| {
            tiny.write("classroom.yml", "title: A\norganisation: [\n");
        },
        verb: "check",
        code: 1,
        says: "classroom.yml:2: ",
    },
    Row {
        what: "an assignment without its folder",
        spoil: |tiny| {
            tiny.edit(
                "classroom.yml",
                "  01-tiny: {}",
                "  01-tiny: {}\n  02-none: {}",
            );
        },
        verb: "check",
        code: 1,
        says: "assignments/02-none/assignment.toml:1: it is missing",
    },
    Row {
        what: "an assignment.toml that is no TOML",
        spoil: |tiny| {
            tiny.write(SETTINGS, "title = \"a\"\nstatus = = 1\n");
        },
        verb: "check",
        code: 1,
        says: "assignment.toml:2: ",
    },
    Row {
        what: "an assignment.toml without a title",
        spoil: |tiny| {
            tiny.edit(SETTINGS, "title = \"Tiny\"\n", "");
        },
        verb: "check",
        code: 1,
        says: "missing field `title`",
    },
    Row {
        what: "a status that is none",
        spoil: |tiny| {
            tiny.edit(SETTINGS, "status = \"complete\"", "status = \"done\"");
        },
        verb: "check",
        code: 1,
        says: "assignment.toml:2: ",
    },
    Row {
        what: "points below nothing",
        spoil: |tiny| {
            tiny.edit(SETTINGS, "points = 4", "points = -4");
        },
        verb: "check",
        code: 1,
        says: "assignment.toml:25: ",
    },
    Row {
        what: "an exercise without its folder",
        spoil: |tiny| {
            tiny.edit(SETTINGS, "name = \"stack\"", "name = \"queue\"");
        },
        verb: "check",
        code: 1,
        says: "the exercise `queue` has no folder",
    },
    Row {
        what: "a glob that is none",
        spoil: |tiny| {
            tiny.edit(SETTINGS, "src/**/*.rs", "src/[*.rs");
        },
        verb: "check",
        code: 1,
        says: "mend the glob",
    },
    Row {
        what: "a package that is no member",
        spoil: |tiny| {
            tiny.edit("Cargo.toml", "01-tiny/stack", "01-tiny/other");
        },
        verb: "check",
        code: 1,
        says: "`assignments/01-tiny/stack` is no member of the workspace",
    },
    Row {
        what: "a manifest that is no TOML",
        spoil: |tiny| {
            tiny.write("assignments/01-tiny/stack/Cargo.toml", "[package\n");
        },
        verb: "check",
        code: 1,
        says: "stack/Cargo.toml:1: no package in it",
    },
    Row {
        what: "a lock that is no TOML",
        spoil: |tiny| {
            tiny.write("assignments/01-tiny/Cargo.lock", "[[[\n");
        },
        verb: "check",
        code: 1,
        says: "assignments/01-tiny/Cargo.lock:1: not a lock file",
    },
    Row {
        what: "hints that are no TOML",
        spoil: |tiny| {
            tiny.write("assignments/01-tiny/stack/hints.toml", "[push_pop\n");
        },
        verb: "check",
        code: 1,
        says: "hints.toml:1: ",
    },
    Row {
        what: "a mistake without a header",
        spoil: |tiny| {
            tiny.write(
                "assignments/01-tiny/stack/mistakes/stage-1-len-of-one.patch",
                "--- a/src/lib.rs\n",
            );
        },
        verb: "check",
        code: 1,
        says: "stage-1-len-of-one.patch:1: ",
    },
    Row {
        what: "no templates",
        spoil: |tiny| fs::remove_dir_all(tiny.path("templates/assignment")).expect("removed"),
        verb: "new 02-raft",
        code: 3,
        says: "templates/assignment/: it is missing; restore it",
    },
    Row {
        what: "a template that is no Liquid",
        spoil: |tiny| {
            tiny.write("templates/student-repo/X.md.liquid", "{% if %}\n");
        },
        verb: "render --out out",
        code: 3,
        says: "templates/student-repo/X.md.liquid: ",
    },
    Row {
        what: "an assignment that is only a roadmap",
        spoil: |tiny| {
            tiny.edit(SETTINGS, "status = \"complete\"", "status = \"roadmap\"");
        },
        verb: "publish 01-tiny",
        code: 3,
        says: "`01-tiny` is a roadmap",
    },
    Row {
        what: "a forge whose place is a file",
        spoil: |tiny| {
            tiny.write(".forge", "mine");
        },
        verb: "publish --execute",
        code: 4,
        says: ".forge",
    },
    Row {
        what: "a repository on the forge that is none",
        spoil: |tiny| {
            tiny.write(".forge/rust-systems-course/01-tiny.git/mine.txt", "mine");
        },
        verb: "publish --execute",
        code: 3,
        says: "01-tiny.git: no git repository",
    },
    Row {
        what: "a folder that is no repository",
        spoil: |tiny| {
            tiny.write("work/main.rs", "fn main() {}");
        },
        verb: "grade work",
        code: 3,
        says: "work: no git repository; name the root of one",
    },
    Row {
        what: "a word that is no verb",
        spoil: |_| (),
        verb: "frobnicate",
        code: 2,
        says: "unrecognized subcommand 'frobnicate'",
    },
    Row {
        what: "a flag that is none",
        spoil: |_| (),
        verb: "check --quick",
        code: 2,
        says: "unexpected argument '--quick'",
    },
    Row {
        what: "two formats at once",
        spoil: |_| (),
        verb: "grade x --json --markdown",
        code: 2,
        says: "cannot be used with",
    },
];

#[test]
fn every_row_gets_its_message_and_its_exit_code() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let tiny = Tiny::new();
        (row.spoil)(&tiny);
        let ran = tiny.course(row.verb);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        if ran.code != row.code || !said.contains(row.says) {
            wrong.push(format!(
                "{}: wanted {} and `{}`, got {}:\n{said}",
                row.what, row.code, row.says, ran.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_the_source_are_refused() {
    use std::os::unix::fs::symlink;
    for (target, name) in [
        (".", "loop"),
        ("nowhere", "dangling"),
        ("README.md", "alias"),
    ] {
        let tiny = Tiny::new();
        symlink(target, tiny.path("assignments/01-tiny").join(name)).expect("a link");
        tiny.course("check")
            .says(3, &format!("{name}: not a regular file"));
    }
}

#[test]
fn a_path_with_spaces_and_other_letters_is_a_path() {
    let tiny = Tiny::new();
    let parent = tempfile::tempdir().expect("a folder");
    let root = parent.path().join("Übung 3 – größe");
    crate::builder::copy(tiny.root(), &root);
    let there = root.display().to_string();
    for verb in ["check", "verify"] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_course"))
            .args([verb, "--course", &there])
            .env_remove("CARGO_TARGET_DIR")
            .output()
            .expect("course runs");
        assert!(output.status.success(), "{verb}: {output:?}");
    }
}

#[test]
fn without_cargo_the_message_says_so() {
    let tiny = Tiny::new();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_course"))
        .arg("verify")
        .current_dir(tiny.root())
        .env("PATH", "/nonexistent")
        .env("CARGO", "/nonexistent/cargo")
        .env_remove("RUSTC")
        .output()
        .expect("course runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("is it installed and on the PATH?"), "{said}");
}

#[test]
fn a_shallow_clone_and_a_detached_head_are_graded() {
    let tiny = Tiny::accepted();
    tiny.submits("passes");
    tiny.git(
        ".",
        &format!(
            "clone -q --depth 1 file://{} shallow",
            tiny.forge("01-tiny-ada")
        ),
    );
    tiny.course("grade shallow").says(0, "points 10/10");
    tiny.git("ada", "checkout -q HEAD~1");
    tiny.course("grade ada").says(0, "points 10/10");
    tiny.course("grade ada --commit HEAD")
        .says(0, "points 0/10");
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let tiny = Tiny::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| tiny.course("verify")))
            .collect();
        for run in runs {
            run.join().expect("no panic").succeeds();
        }
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| tiny.course("render --out out")))
            .collect();
        for run in runs {
            run.join().expect("no panic").succeeds();
        }
    });
    tiny.course("render --out out --check").succeeds();
    assert!(
        tiny.read(&format!(
            "out/01-tiny/{}/README.md",
            STACK.rsplit('/').next().expect("a name")
        ))
        .contains("Stage 1")
    );
}
