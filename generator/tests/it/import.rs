//! `course import`: what a class left behind in GitHub Classroom becomes `assignment.toml`.

use std::fs;

use course::course::assignment_file::AssignmentFile;
use course::course::classroom;
use course::import::{self, Contents, skeleton};

use crate::builder::{Tiny, copy, generator};

/// A tiny course beside which the old files lie in `old`.
fn tiny() -> Tiny {
    let tiny = Tiny::new();
    copy(
        &generator().join("tests/fixtures/import"),
        &tiny.path("old"),
    );
    tiny
}

/// The file that was made, which must be one of ours and add up.
#[track_caller]
fn made(tiny: &Tiny, slug: &str) -> AssignmentFile {
    let text = tiny.read(&format!("new/{slug}/assignment.toml"));
    let file: AssignmentFile = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let [exercise] = file.exercises.as_slice() else {
        panic!("one exercise: {text}")
    };
    let stages: u32 = exercise.stages.iter().map(|stage| stage.points).sum();
    assert_eq!((file.points, exercise.points), (stages, stages), "{text}");
    file
}

/// Name, title and points of each stage.
fn stages(file: &AssignmentFile) -> Vec<(&str, &str, u32)> {
    let stages = file.exercises[0].stages.iter();
    stages
        .map(|stage| (stage.name.as_str(), stage.title.as_str(), stage.points))
        .collect()
}

#[test]
fn autograding_json_becomes_stages_with_its_points_and_its_commands() {
    let tiny = tiny();
    tiny.course("import old/autograding.json --slug 03-hello --out new")
        .succeeds()
        .says(
            0,
            "03-hello/assignment.toml: 2 stages of 3 tests, 8 points; 1 test had no points",
        );
    let file = made(&tiny, "03-hello");
    assert_eq!((file.title.as_str(), file.points), ("hello", 8));
    assert_eq!(file.exercises[0].name, "hello");
    assert_eq!(
        stages(&file),
        [
            ("lists", "Lists", 8),
            (
                "prints_a_greeting_politely",
                "Prints a \"greeting\" politely",
                0
            ),
        ]
    );
    let text = tiny.read("new/03-hello/assignment.toml");
    for kept in [
        "# TO WRITE: tests/stage_1_lists.rs, which tests what this did:\n#   Lists: push: 5 points (autograding.json, test 1)\n#     setup: cargo build\n#     command: cargo test push\n",
        "points = 0 # TO WRITE: points; 1 old test had none\n",
        "#     input:\n#       Ada\n#       Bob\n#     expected output (regex): Hello, (Ada|Bob)!\n#     minutes until it was ended: 1\n",
    ] {
        assert!(text.contains(kept), "{kept}\nin\n{text}");
    }
}

#[test]
fn the_workflow_becomes_stages_and_what_the_reporter_left_out_has_no_points() {
    let tiny = tiny();
    tiny.course("import old/classroom.yml --slug 03-hello --out new")
        .succeeds();
    let file = made(&tiny, "03-hello");
    assert_eq!(
        stages(&file),
        [
            ("adds", "adds", 4),
            ("shouts", "shouts", 6),
            ("style", "style", 0),
            ("python_test", "Python test", 0),
        ]
    );
    let text = tiny.read("new/03-hello/assignment.toml");
    for kept in [
        "#   adds: 4 points (classroom.yml, line 18)\n#     command: cargo test adds -- --exact\n",
        "#     command:\n#       cargo build\n#       cargo run --quiet\n#     input: hello\n#     expected output (exact): HELLO\n",
        "#     note: the reporter did not name this step and its 5 points never counted\n#     command: true\n",
        "#     note: a Python grader: it ran pytest",
    ] {
        assert!(text.contains(kept), "{kept}\nin\n{text}");
    }
}

#[test]
fn an_export_gives_titles_due_dates_and_what_the_grades_were_of() {
    let tiny = tiny();
    let ran = tiny.course("import old/classrooms.json old/assignments.json old/assignment.json old/grades.csv --out new");
    let schedule = "  01-intro-to-binaries: { due: \"2026-03-26T19:06:43Z\" }";
    let stdout = ran
        .succeeds()
        .says(0, "no tests were read, so one empty stage")
        .says(0, schedule)
        .stdout;
    assert!(!stdout.contains("02-lists-maps: {"), "{stdout}");
    let file = made(&tiny, "01-intro-to-binaries");
    assert_eq!(
        (file.title.as_str(), file.points),
        ("Intro to Binaries", 15)
    );
    let text = tiny.read("new/01-intro-to-binaries/assignment.toml");
    assert!(
        text.contains("# The starter repository was octo-school/binaries-starter.\n"),
        "{text}"
    );
    let file = made(&tiny, "02-lists-maps");
    assert_eq!((file.title.as_str(), file.points), ("2nd: Lists & Maps", 0));
    // The printed line is one of classroom.yml.
    let yaml = tiny.read("classroom.yml") + schedule + "\n";
    let classroom = classroom::parse("classroom.yml", &yaml).expect("a classroom");
    let due = classroom.assignments["01-intro-to-binaries"].due.as_deref();
    assert_eq!(due, Some("2026-03-26T19:06:43Z"));
}

#[test]
fn tests_and_one_assignment_of_an_export_go_together() {
    let tiny = tiny();
    let words =
        "import old/autograding.json old/assignments.json old/accepted-assignments.json --out new";
    tiny.course(words).says(
        3,
        "choose one with --assignment: intro-to-binaries, 2nd-lists-maps",
    );
    tiny.course(&format!("{words} --assignment intro-to-binaries"))
        .succeeds();
    let file = made(&tiny, "01-intro-to-binaries");
    assert_eq!((file.title.as_str(), file.points), ("Intro to Binaries", 8));
    let text = tiny.read("new/01-intro-to-binaries/assignment.toml");
    assert!(
        text.contains("# Its old grades are of 15 points, and the stages here have 8.\n"),
        "{text}"
    );
}

#[test]
fn what_was_made_is_made_again_and_nothing_else_is_replaced() {
    let tiny = tiny();
    let words = "import old/autograding.json --slug 03-hello --out new";
    tiny.course(words).succeeds();
    tiny.course(words).succeeds();
    tiny.write("new/03-hello/assignment.toml", "mine");
    tiny.course(words)
        .says(3, "new: something else stands there");
    assert_eq!(tiny.read("new/03-hello/assignment.toml"), "mine");
}

#[test]
fn in_its_place_only_what_is_to_write_is_left_of_the_settings() {
    let tiny = tiny();
    tiny.course("import old/autograding.json --slug 03-hello --out new")
        .succeeds();
    tiny.course("new 03-hello").succeeds();
    let text = tiny.read("new/03-hello/assignment.toml");
    tiny.write("assignments/03-hello/assignment.toml", &text);
    let problems = tiny.course("check --json").json();
    let problems = problems["problems"].as_array().or(problems.as_array());
    let settings = problems.expect("a list").iter().filter(|problem| {
        problem["path"] == "assignments/03-hello/assignment.toml"
            && !problem["message"]
                .as_str()
                .expect("words")
                .starts_with("still to write")
    });
    // Tests, handout and mistakes of the new stages are missing, and that is all.
    for problem in settings {
        let message = problem["message"].as_str().expect("words");
        assert!(
            message.contains("stage") || message.contains("tests"),
            "{problem}"
        );
    }
}

/// Whatever stands in the old files, a comment stays a comment and a string a string.
#[test]
fn words_of_others_stay_in_comments_and_strings() {
    let name = "a\u{202e}b\u{7}\"\"\"\n[[exercise]]\nname = 'x'";
    let json = serde_json::json!({"tests": [{
        "name": name,
        "run": "one\r\ntitle = 'x'\u{0}\u{2028}\n\n[[exercise]]",
        "output": "\r",
        "points": 1,
    }]});
    let read = import::read("a.json", &json.to_string()).expect("readable");
    let drafts = import::drafts(vec![("a.json".to_owned(), read)], Some("03-hello"), None);
    let text = skeleton::assignment_toml(&drafts.expect("drafts")[0]).expect("a file");
    let file: AssignmentFile = toml::from_str(&text).expect("TOML");
    assert_eq!((file.exercises.len(), file.points), (1, 1));
    assert!(
        !text.contains(['\u{0}', '\u{7}', '\u{202e}', '\u{2028}']),
        "{text:?}"
    );
}

#[test]
fn grades_as_json_and_one_entry_alone_are_read_too() {
    let read = |name: &str| {
        let path = generator().join("tests/fixtures/import").join(name);
        let text = fs::read_to_string(path).expect("a fixture");
        match import::read(name, &text).expect("readable") {
            Contents::Assignments(known) => known,
            Contents::Tests(tests) => panic!("{tests:?}"),
        }
    };
    for name in ["grades.json", "grades.csv", "accepted-assignments.json"] {
        let [known] = read(name).try_into().expect("one assignment");
        assert_eq!(known.points_available, Some(15), "{name}");
        assert_eq!(known.title, "Intro to Binaries", "{name}");
    }
    assert_eq!(read("assignment.json").len(), 1);
    assert_eq!(read("classrooms.json").len(), 0);
    assert_eq!(
        import::read("assignments.json", "[]"),
        Ok(Contents::Assignments(Vec::new()))
    );
}
