//! A student's repository tested where it is.

use serde_json::Value;

use crate::builder::{Tiny, copy, generator};

/// Lays a submission over the clone and tests it there. All tests of one place for builds run one after the other.
fn graded(tiny: &Tiny, submission: &str, more: &str) -> Value {
    copy(
        &generator()
            .join("tests/fixtures/submissions")
            .join(submission),
        &tiny.path("ada"),
    );
    autograde(tiny, more)
}

fn autograde(tiny: &Tiny, more: &str) -> Value {
    tiny.course(&format!("autograde ada --work work --json {more}"))
        .succeeds()
        .json()
}

fn findings(grade: &Value) -> Vec<&str> {
    let findings = grade["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| finding["kind"].as_str().expect("a kind"))
        .collect()
}

fn end(grade: &Value, stage: usize, test: usize) -> &Value {
    &grade["stages"][stage]["tests"][test]["end"]
}

fn reset(tiny: &Tiny) {
    tiny.git("ada", "checkout -q .");
    tiny.git("ada", "clean -q -f -d");
}

#[test]
fn each_submission_gets_what_its_public_tests_give() {
    let tiny = Tiny::accepted();
    let starter = autograde(&tiny, "");
    assert_eq!(
        (&starter["points"], &starter["tier"]),
        (&0.0.into(), &"T0".into())
    );
    let passes = graded(&tiny, "passes", "");
    assert_eq!(passes["points"], 10.0, "{passes}");
    assert!(findings(&passes).is_empty(), "{passes}");
    assert!(
        passes["commit"]
            .as_str()
            .expect("a commit")
            .ends_with("-dirty")
    );
    reset(&tiny);
    let broken = graded(&tiny, "does-not-compile", "");
    assert_eq!(broken["points"], 0.0);
    let error = broken["stages"][0]["errors"][0].as_str().expect("an error");
    assert!(error.contains("stack/src/lib.rs:"), "{error}");
    reset(&tiny);
    // Of the second stage's tests each asks for what is not there; the first stage counts.
    let half = graded(&tiny, "one-stage-does-not-compile", "");
    assert_eq!(half["stages"][0]["points"], 4.0, "{half}");
    let error = half["stages"][1]["errors"][0].as_str().expect("an error");
    assert!(error.contains("stack/tests/stage_2_maximum.rs:"), "{error}");
    reset(&tiny);
    let exits = graded(&tiny, "exits-zero", "");
    assert_eq!(
        (end(&exits, 0, 0), &exits["points"]),
        (&"aborted".into(), &0.0.into())
    );
    assert!(findings(&exits).contains(&"denied-use"), "{exits}");
    reset(&tiny);
    let hangs = graded(&tiny, "never-ends", "--test-seconds 1");
    assert_eq!(hangs["stages"][0]["points"], 4.0, "{hangs}");
    assert_eq!(end(&hangs, 1, 0), "timed-out");
}

/// What belongs to the course is taken from the repository's own history, whatever became of it.
#[test]
fn tests_and_manifests_are_the_course_s_own() {
    let tiny = Tiny::accepted();
    let edited = graded(&tiny, "edits-the-tests", "");
    assert_eq!(edited["points"], 0.0, "{edited}");
    let changed = findings(&edited);
    assert_eq!(
        changed,
        ["protected-changed", "protected-changed"],
        "{edited}"
    );
    reset(&tiny);
    tiny.remove("ada/stack/tests/stage_1_push_pop.rs");
    let gone = graded(&tiny, "passes", "");
    assert_eq!(gone["points"], 10.0, "{gone}");
    assert_eq!(findings(&gone), ["protected-missing"]);
    reset(&tiny);
    // Committed, and then in a clone that does not have the first commit.
    tiny.submits("edits-the-tests");
    let address = format!("file://{}", tiny.forge("01-tiny-ada"));
    tiny.git(".", &format!("clone -q --depth 1 {address} shallow"));
    tiny.course("autograde shallow --work work")
        .says(3, "restore it from the repository's first commit");
}

/// A project that cargo-generate made has a package of another name, no history, and its own lock file.
#[test]
fn a_generated_project_is_tested_too() {
    let tiny = Tiny::new();
    tiny.course("render 01-tiny --name my-stack --out .")
        .succeeds();
    let passes = generator().join("tests/fixtures/submissions/passes");
    copy(&passes, &tiny.path("my-stack"));
    let grade = tiny
        .course("autograde my-stack --work work --json")
        .succeeds()
        .json();
    assert_eq!(grade["points"], 10.0, "{grade}");
    assert!(findings(&grade).is_empty(), "{grade}");
    assert_eq!(grade["commit"], "nothing committed yet");
}

#[test]
fn what_is_no_student_s_repository_is_refused() {
    let tiny = Tiny::accepted();
    tiny.course("autograde assignments")
        .says(3, "no .course/autograding.json in it");
    tiny.edit(
        "ada/.course/autograding.json",
        "\"format\": 1",
        "\"format\": 2",
    );
    tiny.course("autograde ada")
        .says(3, "has format 2 and this program reads 1");
    tiny.write("ada/.course/autograding.json", "{\"format\": 1}");
    tiny.course("autograde ada").says(3, "restore it");
    // A link in place of the student's file is not followed.
    tiny.git("ada", "checkout -q .");
    tiny.remove("ada/stack/src/lib.rs");
    tiny.link("/etc/passwd", "ada/stack/src/lib.rs");
    let grade = autograde(&tiny, "");
    assert_eq!(findings(&grade), ["refused"], "{grade}");
    assert_eq!(grade["points"], 0.0);
}

/// The reports that a workflow takes, each as a file.
#[test]
fn reports_are_written_for_a_workflow() {
    let tiny = Tiny::accepted();
    graded(&tiny, "never-ends", "--test-seconds 1 --out report");
    let comment = tiny.read("report/comment.md");
    assert!(
        comment.starts_with("<!-- course-feedback:autograding -->\n"),
        "{comment}"
    );
    assert!(
        tiny.read("report/outputs.txt")
            .contains("points=4\nmax-points=10\nfull=false\nresult=")
    );
    assert!(tiny.read("report/notices.txt").contains("::Points 4/10"));
    assert_eq!(
        tiny.read("report/status.txt"),
        "4/10 points: an empty stack has no maximum\n"
    );
    // The next one says what changed since.
    reset(&tiny);
    let more = "--previous report/comment.md --out next --address https://forge.example/blob/1";
    graded(&tiny, "passes", more);
    let next = tiny.read("next/summary.md");
    assert!(
        next.contains("**+6**") && next.contains("| 6/6 (+6) |"),
        "{next}"
    );
    assert!(
        next.contains("Everything that a machine asks is there"),
        "{next}"
    );
}

/// Whatever a panic says: no terminal, no workflow and no page takes it for an order.
#[test]
fn hostile_words_act_on_nobody() {
    let tiny = Tiny::accepted();
    graded(&tiny, "hostile-words", "--out report");
    let shown = tiny.course("autograde ada --work work").succeeds();
    let mut said = vec![shown.stdout, shown.stderr];
    for name in ["annotations.txt", "notices.txt", "summary.md", "comment.md"] {
        said.push(tiny.read(&format!("report/{name}")));
    }
    for text in &said {
        let acts = |c: char| c == '\u{1b}' || c == '\u{7}' || c == '\u{202e}';
        assert!(!text.contains(acts), "{text:?}");
    }
    // Only our own commands begin a line.
    for text in &said {
        let commands = text
            .lines()
            .filter(|line| line.trim_start().starts_with("::"));
        for line in commands {
            let ours = line.starts_with("::notice title=Autograding ")
                || line.starts_with("::error file=stack/src/lib.rs,line=19,title=Push and pop%3A ");
            // Some runners end the properties at the last pair of colons.
            assert!(ours && line.matches("::").count() == 2, "{line}");
        }
        assert!(!text.contains("\n##["), "{text}");
    }
    // On a page all of it stands in a fence that it does not end.
    for page in &said[4..] {
        let start = page.find("````text\n").expect("a longer fence");
        let end = start + page[start + 9..].find("\n````\n").expect("its end");
        for word in ["<img", "@octocat", "javascript:", "www.evil"] {
            let places = page.match_indices(word).map(|(at, _)| at);
            for at in places {
                assert!(
                    (start..=end + 9).contains(&at),
                    "`{word}` outside of the fence:\n{page}"
                );
            }
        }
    }
}

/// The trusted grade's comment has another marker, counts the hidden tests, and of one that fails says what it checks.
#[test]
fn the_trusted_grade_names_a_hidden_test_and_shows_nothing_of_it() {
    let tiny = Tiny::accepted();
    let passes = generator().join("tests/fixtures/submissions/passes");
    copy(&passes, &tiny.path("ada"));
    // The greatest item that ever was: no public test takes one away again.
    tiny.edit(
        "ada/stack/src/lib.rs",
        "self.items.pop().map(|(item, _)| item)",
        "let (item, maximum) = self.items.pop()?;\n        for (_, old) in &mut self.items {\n            *old = maximum;\n        }\n        Some(item)",
    );
    let here = autograde(&tiny, "--out report");
    assert_eq!(here["points"], 10.0, "{here}");
    let page = tiny.read("report/summary.md");
    assert!(
        page.contains("a test that only the grader has: 1.5 of these points hang on it"),
        "{page}"
    );
    tiny.pushes();
    let grade = tiny.grade();
    tiny.write("grade.json", &grade.to_string());
    let comment = tiny
        .course("feedback grade.json --repository ada --text comment")
        .succeeds()
        .stdout;
    assert!(
        comment.starts_with("<!-- course-feedback:grade -->\n"),
        "{comment}"
    );
    assert!(
        comment.contains("it checks that *a popped maximum is forgotten*"),
        "{comment}"
    );
    for line in ["stack.push(8)", "Some(8)", "stage_2_more"] {
        assert!(!comment.contains(line), "`{line}` in:\n{comment}");
    }
    assert!(comment.contains("Tier T1"), "{comment}");
}
