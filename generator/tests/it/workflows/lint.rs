//! Linters read every workflow and action: of this repository, and of each student repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{root, workflows};
use crate::builder::{Ran, Tiny, run};

fn lint(files: &[PathBuf]) -> Ran {
    run(Command::new(workflows().join("lint.sh")).args(files))
}

/// The workflow of a rendered repository.
fn rendered(repository: &Path) -> PathBuf {
    repository.join(".github/workflows/autograding.yml")
}

#[test]
#[ignore = "installs linters"]
fn our_workflows_and_our_actions_are_sound() {
    let folder = fs::read_dir(root().join(".github/workflows")).expect("a folder");
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.expect("an entry").path())
        .collect();
    for action in ["grade", "enrol"] {
        files.push(root().join(format!(".github/actions/{action}/action.yml")));
    }
    files.sort();
    lint(&files).says(0, "no complaints");
}

#[test]
#[ignore = "installs linters"]
fn workflows_of_student_repositories_are_sound() {
    let out = tempfile::tempdir().expect("a folder");
    let tiny = Tiny::new();
    tiny.course(&format!("render 01-tiny --out {}", out.path().display()))
        .succeeds();
    let mut files = vec![rendered(&out.path().join("01-tiny"))];
    for entry in fs::read_dir(root().join("assignments")).expect("a folder") {
        let entry = entry.expect("an entry");
        if !entry.path().join("assignment.toml").exists() {
            continue;
        }
        let slug = entry.file_name().into_string().expect("a slug");
        run(Command::new(env!("CARGO_BIN_EXE_course"))
            .args(["render", &slug, "--out"])
            .arg(out.path())
            .current_dir(root()))
        .succeeds();
        files.push(rendered(&out.path().join(slug)));
    }
    assert!(files.len() > 1, "no assignment was found");
    lint(&files).says(0, "no complaints");
}

#[test]
#[ignore = "installs linters"]
fn the_workflow_of_the_enrolment_repository_is_sound() {
    let tiny = Tiny::new();
    tiny.course("enrol init --execute").succeeds();
    tiny.git(".", &format!("clone -q {} enrol", tiny.forge("enrol")));
    lint(&[tiny.path("enrol/.github/workflows/enrol.yml")]).says(0, "1 files, no complaints");
}

/// A file, what is wrong with it, and who says so where.
const WRONG: &[(&str, &str, &[&str])] = &[
    (
        "misspelt.yml",
        "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - rum: ls\n",
        &[
            "misspelt.yml:7:9: Unexpected value 'rum' [github]",
            "[actionlint syntax-check]",
            "[zizmor schema]",
        ],
    ),
    (
        "runner.yml",
        "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.40\n    steps:\n      - run: ls\n",
        &["runner.yml:5:14: label \"ubuntu-24.40\" is unknown."],
    ),
    (
        "injection.yml",
        "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.ref_name }}\n",
        &[
            "injection.yml:7:23: code injection via template expansion",
            "[zizmor template-injection]",
        ],
    ),
    (
        "action.yml",
        "name: a\ndescription: b\nruns:\n  using: composite\n  steps:\n    - uses: actions/cache@v4\n    - run: ls\n",
        &[
            "action.yml:7:7: Required property is missing: shell [github]",
            "[zizmor",
        ],
    ),
];

#[test]
#[ignore = "installs linters"]
fn what_is_wrong_is_said_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text, says) in WRONG {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("written");
        let ran = lint(&[file]);
        for what in *says {
            assert!(ran.stdout.contains(what), "{name}: {ran:?}");
        }
        assert_eq!(ran.code, 1, "{name}: {ran:?}");
    }
}
