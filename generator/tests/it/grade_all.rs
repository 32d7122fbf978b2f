//! `course grade --all` and `course regrade`: every submission of an assignment, and whose points a changed course changes.

use std::fs;

use serde_json::Value;

use crate::builder::{STACK, Tiny, generator};

const SETTINGS: &str = "assignments/01-tiny/assignment.toml";

/// A class of four: two that work, one that does not compile, one that has not begun.
fn class() -> Tiny {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    tiny.has_student("ada", "passes")
        .has_student("bob", "one-stage-does-not-compile");
    tiny.has_student("cay", "does-not-compile")
        .has_student("dan", "starter");
    tiny
}

fn results(tiny: &Tiny) -> Value {
    serde_json::from_str(&tiny.read(".grades/01-tiny/results/results.json")).expect("JSON")
}

fn points(results: &Value) -> Vec<(String, f64)> {
    let rows = results["submissions"].as_array().expect("rows").iter();
    let points = rows.map(|row| {
        let points = row["outcome"]["grade"]["points"].as_f64().unwrap_or(-1.0);
        (
            row["student"].as_str().expect("a student").to_owned(),
            points,
        )
    });
    points.collect()
}

fn pairs(wanted: &[(&str, f64)]) -> Vec<(String, f64)> {
    wanted
        .iter()
        .map(|(student, points)| ((*student).to_owned(), *points))
        .collect()
}

#[test]
fn everybody_is_graded_and_the_results_are_kept() {
    let tiny = class();
    let ran = tiny.course("grade --all 01-tiny").succeeds();
    assert!(ran.stdout.contains("ada      10/10"), "{}", ran.stdout);
    let wanted = pairs(&[("ada", 10.0), ("bob", 4.0), ("cay", 0.0), ("dan", 0.0)]);
    assert_eq!(points(&results(&tiny)), wanted);
    let table = tiny.read(".grades/01-tiny/results/results.csv");
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(
        table
            .lines()
            .nth(1)
            .expect("ada")
            .starts_with("01-tiny,ada,01-tiny-ada,"),
        "{table}"
    );
    assert!(
        tiny.read(".grades/01-tiny/results/pages/01-tiny-cay.md")
            .contains("E0599")
    );
    assert!(
        !tiny.path(".grades/01-tiny/grade").exists(),
        "nothing is left to be resumed"
    );
}

#[test]
fn the_same_commits_give_equal_results() {
    let tiny = class();
    tiny.course("grade --all 01-tiny").succeeds();
    let first = tiny.files();
    tiny.course("grade --all 01-tiny").succeeds();
    let second = tiny.files();
    for path in ["results.json", "results.csv", "pages/01-tiny-bob.md"] {
        let path = format!(".grades/01-tiny/results/{path}");
        assert!(first[&path] == second[&path], "{path}");
    }
}

#[test]
fn a_broken_repository_stops_nobody_else() {
    let tiny = class();
    fs::remove_dir_all(format!("{}/objects", tiny.forge("01-tiny-cay"))).expect("removed");
    fs::remove_dir_all(format!("{}/refs", tiny.forge("01-tiny-dan"))).expect("removed");
    // An object that is cut in half.
    let packs = format!("{}/objects/pack", tiny.forge("01-tiny-bob"));
    for pack in fs::read_dir(packs).expect("packs") {
        let path = pack.expect("a pack").path();
        if path.extension().is_some_and(|ending| ending == "pack") {
            let bytes = fs::read(&path).expect("bytes");
            fs::remove_file(&path).expect("removed");
            fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
        }
    }
    let ran = tiny.course("grade --all 01-tiny").succeeds();
    assert!(ran.stdout.contains("ada      10/10"), "{}", ran.stdout);
    let lines: Vec<&str> = ran
        .stdout
        .lines()
        .filter(|line| line.contains("  -  "))
        .collect();
    assert!(
        lines.len() >= 2 && lines.iter().all(|line| line.contains(".git")),
        "{lines:?}"
    );
}

#[test]
fn a_roster_says_whose() {
    let tiny = class();
    tiny.write("roster.csv", "# the class\nADA, Ada Lovelace\nzoe\n");
    let ran = tiny
        .course("grade --all 01-tiny --roster roster.csv --out elsewhere --json")
        .succeeds();
    let results = ran.json();
    assert_eq!(points(&results), pairs(&[("ada", 10.0), ("zoe", -1.0)]));
    let why = results["submissions"][1]["outcome"]["nothing"]["why"]
        .as_str()
        .expect("a reason");
    assert!(why.contains("was not accepted"), "{why}");
    assert!(tiny.path("elsewhere/results/results.csv").exists());
    tiny.course("grade --all 01-tiny --roster nowhere.csv")
        .says(3, "nowhere.csv: no such file");
}

#[test]
fn nobody_to_grade_is_refused() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    tiny.course("grade --all 01-tiny")
        .says(3, "nobody has accepted `01-tiny` on");
    tiny.course("regrade 01-tiny")
        .says(3, "run `course grade --all 01-tiny` first");
}

#[test]
fn what_is_pushed_after_the_commits_were_pinned_does_not_count() {
    let tiny = class();
    tiny.course("grade --all 01-tiny").succeeds();
    // As if the run had been killed before its end: its roster is there, and a part of its journal.
    let results = results(&tiny);
    let pinned: Vec<Value> = results["submissions"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let mut row = row.clone();
            row.as_object_mut().expect("a row").remove("outcome");
            row
        })
        .collect();
    let roster = serde_json::json!({ "assignment": "01-tiny", "pinned": pinned });
    tiny.write(".grades/01-tiny/grade/roster.json", &roster.to_string());
    tiny.write("ada/stack/src/lib.rs", "nothing")
        .git("ada", "commit -q -a -m late");
    tiny.git("ada", "push -q");
    let ran = tiny.course("grade --all 01-tiny").succeeds();
    assert!(
        ran.stderr
            .contains("going on with the run that was not finished"),
        "{}",
        ran.stderr
    );
    assert_eq!(points(&self::results(&tiny))[0].1, 10.0);
    tiny.course("grade --all 01-tiny").succeeds();
    assert_eq!(points(&self::results(&tiny))[0].1, 0.0);
}

#[test]
fn regrading_tells_who_changes_and_by_how_much() {
    let tiny = class();
    tiny.course("grade --all 01-tiny").succeeds();
    let before = tiny.files();
    tiny.course("regrade 01-tiny")
        .says(0, "4 submissions graded again, nobody's points change");
    // Another weight, and a commit that must not count.
    tiny.edit(SETTINGS, "points = 4", "points = 7")
        .edit(SETTINGS, "points = 6", "points = 3");
    tiny.write("ada/stack/src/lib.rs", "nothing")
        .git("ada", "commit -q -a -m late");
    tiny.git("ada", "push -q");
    let ran = tiny.course("regrade 01-tiny").succeeds();
    assert!(ran.stdout.contains("bob  4 -> 7 (+3)"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("stack 1. Push and pop: 4 -> 7"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("dan"), "{}", ran.stdout);
    let path = ".grades/01-tiny/results/results.json";
    assert!(before[path] == tiny.files()[path], "dry by default");
    let changes = tiny.course("regrade 01-tiny --json").succeeds().json();
    assert_eq!(changes["changed"][1]["after"], 7.0, "{changes:#}");
    tiny.course("regrade 01-tiny --execute").succeeds();
    assert_eq!(points(&results(&tiny))[1], ("bob".to_owned(), 7.0));
    tiny.course("regrade 01-tiny")
        .says(0, "nobody's points change");
}

#[test]
fn a_changed_test_changes_points_too() {
    let tiny = class();
    tiny.course("grade --all 01-tiny").succeeds();
    tiny.edit(
        &format!("{STACK}/tests/stage_1_push_pop.rs"),
        "stack.push(7);\n    stack.push(7);\n    assert_eq!(stack.len(), 2);",
        "stack.push(7);\n    assert_eq!(stack.len(), 1);\n    assert_eq!(stack.maximum(), Some(7));",
    );
    let ran = tiny.course("regrade 01-tiny");
    // The course's own solution passes, since its stages are all there; bob's maximum is his own to call.
    ran.says(0, "bob");
}

/// The forge's clock decides, not the dates in commits.
#[test]
fn lateness_is_counted_by_the_forge_s_clock() {
    let tiny = class();
    tiny.edit(
        "classroom.yml",
        "01-tiny: {}",
        "01-tiny: { due: \"2026-01-01T00:00:00Z\", late_percent_per_day: 10 }",
    );
    // Ada says that she committed long before; the forge saw it three days late, Bob's in time.
    let head = tiny.git("ada", "rev-parse HEAD").trim().to_owned();
    let due = 1_767_225_600;
    let log = |student: &str, moment: u64, commit: &str| {
        let path = format!(
            "{}/course-pushes.log",
            tiny.forge(&format!("01-tiny-{student}"))
        );
        fs::write(path, format!("{moment} {commit} refs/heads/main push\n")).expect("written");
    };
    log("ada", due + 2 * 24 * 3600 + 1, &head);
    let bob = tiny.git("bob", "rev-parse HEAD").trim().to_owned();
    log("bob", due, &bob);
    let grade = tiny.course("grade 01-tiny-ada --json").succeeds().json();
    assert_eq!(grade["points"], 7.0, "{grade:#}");
    assert_eq!(grade["lateness"]["days"], 3);
    assert_eq!(grade["lateness"]["points_in_time"], 10.0);
    let ran = tiny.course("grade --all 01-tiny").succeeds();
    assert!(ran.stdout.contains("7/10  (3 days late)"), "{}", ran.stdout);
    assert_eq!(points(&results(&tiny))[1].1, 4.0, "in time");
    // A repository that the forge does not have bears no record.
    tiny.course("grade ada")
        .says(0, "when it was pushed is not known here");
}

/// An old commit on top of which something newer was pushed was seen with that.
#[test]
fn a_commit_is_as_old_as_the_push_that_brought_it() {
    let tiny = class();
    tiny.edit(
        "classroom.yml",
        "01-tiny: {}",
        "01-tiny: { due: \"2099-01-01T00:00:00Z\", late_percent_per_day: 10 }",
    );
    let first = tiny.git("ada", "rev-parse HEAD").trim().to_owned();
    tiny.git("ada", "commit -q --allow-empty -m more");
    tiny.git("ada", "push -q");
    let second = tiny.git("ada", "rev-parse HEAD").trim().to_owned();
    let path = format!("{}/course-pushes.log", tiny.forge("01-tiny-ada"));
    fs::write(path, format!("5000000000 {second} refs/heads/main push\n")).expect("written");
    let grade = tiny
        .course(&format!("grade 01-tiny-ada --json --commit {first}"))
        .succeeds()
        .json();
    // (5,000,000,000 - 4,070,908,800) seconds are 10,753.4 days.
    assert_eq!(grade["lateness"]["days"], 10_754, "{grade:#}");
    assert_eq!(grade["points"], 0.0);
}

#[test]
fn results_obey_the_published_schema() {
    let tiny = class();
    let results = tiny.course("grade --all 01-tiny --json").succeeds().json();
    let schema = fs::read_to_string(generator().join("schemas/results.json")).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(&results)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// A folder that only looks like a student's repository is named, and stops nobody.
#[test]
fn what_is_no_student_s_repository_is_left_out_aloud() {
    let tiny = class();
    crate::builder::copy(
        tiny.forge("01-tiny-ada").as_ref(),
        tiny.forge("01-tiny-ada.bak").as_ref(),
    );
    tiny.write(".forge/rust-systems-course/01-tiny-notes.git", "no folder");
    let ran = tiny.course("grade --all 01-tiny").succeeds();
    assert!(
        ran.stderr
            .contains("01-tiny-ada.bak is no student's repository"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stdout.contains("ada        10/10") && ran.stdout.contains("notes       -"),
        "{}",
        ran.stdout
    );
}

/// A first commit that claims to be of another assignment does not make a student vanish.
#[test]
fn nobody_vanishes_by_claiming_another_assignment() {
    let tiny = class();
    tiny.write(
        "ada/.course/release.json",
        "{\"assignment\":\"02-other\",\"version\":\"1\",\"content\":\"\"}",
    );
    tiny.git("ada", "checkout -q --orphan fresh");
    tiny.git("ada", "add -A");
    tiny.git("ada", "commit -q -m fresh");
    tiny.git("ada", "push -q --force origin fresh:main");
    let ran = tiny.course("grade --all 01-tiny").succeeds();
    assert!(ran.stdout.contains("ada      10/10"), "{}", ran.stdout);
}

/// A due date decides about a grade, so what was journaled under another one is graded again.
#[test]
fn a_due_date_that_moves_is_regraded() {
    let tiny = class();
    let due = |moment: &str| format!("01-tiny: {{ due: \"{moment}\", late_percent_per_day: 100 }}");
    tiny.edit("classroom.yml", "01-tiny: {}", &due("2020-01-01T00:00:00Z"));
    tiny.course("grade --all 01-tiny").succeeds();
    assert_eq!(points(&results(&tiny))[0].1, 0.0);
    tiny.course("regrade 01-tiny")
        .says(0, "nobody's points change");
    tiny.edit(
        "classroom.yml",
        &due("2020-01-01T00:00:00Z"),
        &due("2099-01-01T00:00:00Z"),
    );
    tiny.course("regrade 01-tiny").says(0, "ada  0 -> 10 (+10)");
}

/// Branches beside main are nobody's submission, however many there are.
#[test]
fn only_pushes_to_main_are_dated() {
    let tiny = class();
    tiny.edit(
        "classroom.yml",
        "01-tiny: {}",
        "01-tiny: { due: \"2026-01-01T00:00:00Z\", late_percent_per_day: 10 }",
    );
    let head = tiny.git("ada", "rev-parse HEAD").trim().to_owned();
    let path = format!("{}/course-pushes.log", tiny.forge("01-tiny-ada"));
    let zeros = "0".repeat(40);
    fs::write(path, format!("1 {head} refs/heads/draft push\n2 {zeros} refs/heads/main push\n1767225601 {head} refs/heads/main push\n")).expect("written");
    let grade = tiny.course("grade 01-tiny-ada --json").succeeds().json();
    assert_eq!(grade["lateness"]["days"], 1, "{grade:#}");
}

/// Where the machine fails the run is not at its end: the next one finishes it, at the same commits.
#[test]
fn what_the_machine_could_not_do_the_next_run_does() {
    let tiny = class();
    tiny.course("grade 01-tiny-dan").succeeds();
    let jobs = "target/course/grade/jobs";
    let _ = fs::remove_dir_all(tiny.path(jobs));
    tiny.write(jobs, "a file in place of the folder for jobs");
    let ran = tiny.course("grade --all 01-tiny");
    let ran = ran.says(1, "4 submissions could not be graded by this machine");
    assert!(
        ran.stdout
            .contains("a file stands where a folder should be"),
        "{}",
        ran.stdout
    );
    assert!(!tiny.path(".grades/01-tiny/results").exists());
    tiny.remove(jobs);
    tiny.write("ada/stack/src/lib.rs", "nothing")
        .git("ada", "commit -q -a -m late");
    tiny.git("ada", "push -q");
    tiny.course("grade --all 01-tiny")
        .says(0, "going on with the run that was not finished");
    assert_eq!(points(&results(&tiny))[0].1, 10.0);
}
