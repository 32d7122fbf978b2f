//! The tests judge behaviour, not our code: a right solution with another data layout gets full marks.

use std::fs;
use std::process::Command;

use crate::builder::{copy, generator};

#[test]
fn an_lru_cache_with_another_layout_gets_full_marks() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = generator().parent().expect("the repository");
    let course = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_course"))
            .args(args)
            .current_dir(root)
            .output()
            .expect("course runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    course(&[
        "render",
        "01-core-rust",
        "--out",
        &folder.path().display().to_string(),
    ]);
    let repository = folder.path().join("01-core-rust");
    let sources = repository.join("lru-cache/src");
    fs::remove_dir_all(&sources).expect("removed");
    let submission = generator().join("tests/fixtures/submissions/another-lru-cache");
    copy(&submission, &repository);
    for words in [
        "init -q -b main",
        "add -A",
        "-c user.name=Ada -c user.email=ada@students.example commit -q -m solved",
    ] {
        let status = Command::new("git")
            .args(words.split(' '))
            .current_dir(&repository)
            .status();
        assert!(status.expect("git runs").success(), "{words}");
    }
    let grade = course(&["grade", &repository.display().to_string(), "--json"]);
    let grade: serde_json::Value = serde_json::from_str(&grade).expect("JSON");
    assert_eq!(
        grade["points"].as_f64(),
        grade["max_points"].as_f64(),
        "{grade:#}"
    );
    assert_eq!(
        grade["findings"].as_array().map(Vec::len),
        Some(0),
        "{grade:#}"
    );
}
