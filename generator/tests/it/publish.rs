//! `course publish` on the local forge: dry by default, equal commits for equal source, a linear history.

use crate::builder::{STACK, Tiny};

#[test]
fn nothing_happens_without_execute() {
    let tiny = Tiny::new();
    tiny.course("publish")
        .says(0, "create 01-tiny: release 1.0.0");
    assert!(!tiny.path(".forge").exists());
}

#[test]
fn publishing_twice_does_nothing() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").says(0, "create 01-tiny");
    tiny.course("publish").says(0, "nothing to do for 01-tiny");
    tiny.course("publish --execute")
        .says(0, "nothing to do for 01-tiny");
    assert_eq!(log(&tiny).lines().count(), 1);
}

#[test]
fn equal_source_gives_equal_commits() {
    let (one, two) = (Tiny::new(), Tiny::new());
    one.course("publish --execute").succeeds();
    two.course("publish --execute").succeeds();
    assert_eq!(log(&one), log(&two));
}

#[test]
fn a_changed_source_adds_one_commit() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    let before = log(&tiny);
    tiny.edit(
        &format!("{STACK}/README.md"),
        "takes the top item away",
        "takes the top item off",
    );
    tiny.course("publish").says(0, "~ stack/README.md");
    tiny.course("publish --execute").succeeds();
    let after = log(&tiny);
    assert_eq!(after.lines().count(), 2);
    assert!(
        after.ends_with(&before),
        "the history grew at its end:\n{after}"
    );
}

#[test]
fn a_release_is_in_the_repository_and_in_the_commit() {
    let tiny = Tiny::new();
    let changes = tiny.course("publish --execute --json").succeeds().json();
    let content = changes["changes"][0]["release"]["content"]
        .as_str()
        .expect("a hash")
        .to_owned();
    let forge = tiny.forge("01-tiny");
    let release = tiny.git(
        ".",
        &format!("--git-dir {forge} show main:.course/release.json"),
    );
    assert!(release.contains(&content), "{release}");
    let message = tiny.git(".", &format!("--git-dir {forge} log -1 --format=%B"));
    assert!(message.contains(&content), "{message}");
}

#[test]
fn a_repository_that_is_not_ours_is_refused() {
    let tiny = Tiny::new();
    tiny.has_foreign("01-tiny");
    tiny.course("publish --execute")
        .says(3, "is no release of `01-tiny`");
    assert_eq!(log(&tiny).lines().count(), 1);
}

#[test]
fn a_push_by_git_is_recorded_with_the_forge_s_own_time() {
    let tiny = Tiny::accepted();
    let before = now();
    tiny.write("ada/notes.txt", "mine");
    tiny.git("ada", "add -A");
    tiny.git("ada", "commit -q -m late --date 2001-01-01T00:00:00Z");
    tiny.git("ada", "push -q");
    let head = tiny.git("ada", "rev-parse HEAD");
    let pushes =
        std::fs::read_to_string(format!("{}/course-pushes.log", tiny.forge("01-tiny-ada")))
            .expect("a record");
    let line = pushes
        .lines()
        .find(|line| line.contains(head.trim()))
        .unwrap_or_else(|| panic!("{head} in {pushes}"));
    let seen: u64 = line
        .split(' ')
        .next()
        .and_then(|seen| seen.parse().ok())
        .expect("seconds");
    assert!(before <= seen && seen <= now(), "{line}");
}

#[test]
fn what_was_published_once_and_gives_a_secret_away_is_found_in_the_history() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    tiny.git(".", &format!("clone -q {} leak", tiny.forge("01-tiny")));
    tiny.write(
        "leak/stack/src/lib.rs",
        &tiny.read(&format!("{STACK}/src/lib.rs")),
    );
    tiny.git("leak", "commit -q -am oops");
    tiny.git("leak", "revert --no-edit HEAD");
    tiny.git("leak", "push -q");
    tiny.course("verify --matrix-only")
        .says(1, "of the published repository gives away a region marker");
}

fn log(tiny: &Tiny) -> String {
    tiny.git(
        ".",
        &format!("--git-dir {} log --format=%H main", tiny.forge("01-tiny")),
    )
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("a clock").as_secs()
}
