//! Several runs at once on the same course: each ends as if it were alone.

use std::thread;

use crate::builder::{Ran, Tiny};

/// Runs `course` with each of these words at the same time; all must succeed.
fn at_once(tiny: &Tiny, words: &[&str]) -> Vec<Ran> {
    thread::scope(|scope| {
        let runs: Vec<_> = words
            .iter()
            .map(|words| scope.spawn(|| tiny.course(words)))
            .collect();
        runs.into_iter()
            .map(|run| run.join().expect("no panic").succeeds())
            .collect()
    })
}

#[test]
fn two_proofs() {
    let tiny = Tiny::new();
    let ran = at_once(&tiny, &["verify --json"; 2]);
    // The second takes what the first proved.
    let proven: Vec<u64> = ran
        .iter()
        .filter_map(|ran| ran.json()["proven"].as_u64())
        .collect();
    assert!(proven.contains(&0), "{proven:?}");
}

#[test]
fn four_renders_into_one_folder() {
    let tiny = Tiny::new();
    at_once(&tiny, &["render --out out"; 4]);
    tiny.course("render --out out --check").succeeds();
    let left = std::fs::read_dir(tiny.path("out"))
        .expect("a folder")
        .count();
    assert_eq!(left, 1, "nothing is left of the making");
}

#[test]
fn four_publications() {
    let tiny = Tiny::new();
    at_once(&tiny, &["publish --execute"; 4]);
    let forge = tiny.forge("01-tiny");
    let log = tiny.git(".", &format!("--git-dir {forge} log --format=%H main"));
    assert_eq!(log.lines().count(), 1, "{log}");
}

#[test]
fn four_students_and_one_of_them_twice() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    let students =
        ["ada", "bob", "zoe", "ada"].map(|name| format!("accept 01-tiny --student {name} --json"));
    let ran = at_once(&tiny, &students.each_ref().map(String::as_str));
    let created = ran
        .iter()
        .filter(|ran| ran.json()["created"] == true)
        .count();
    assert_eq!(created, 3);
}

#[test]
fn three_new_assignments() {
    let tiny = Tiny::new();
    at_once(&tiny, &["new 02-raft", "new 03-tree", "new 04-heap"]);
    for slug in ["02-raft", "03-tree", "04-heap"] {
        assert!(
            tiny.read("classroom.yml")
                .contains(&format!("  {slug}: {{}}")),
            "{slug}"
        );
        assert!(
            tiny.read("Cargo.toml")
                .contains(&format!("assignments/{slug}/")),
            "{slug}"
        );
        assert!(
            tiny.path(&format!("assignments/{slug}/Cargo.lock"))
                .exists(),
            "{slug}"
        );
    }
}
