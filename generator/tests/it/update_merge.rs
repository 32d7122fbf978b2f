//! The merge of a release into a student's work, by itself: whatever the three sides are, no line of the student's is lost.

use course::course::{Assignment, Editable};
use course::file_tree::{File, FileTree};
use course::update::{Conflict, Merged, Outcome, Work, merge};

use crate::random::Random;

/// `x/src` is the student's, all else the course's.
fn editable() -> Editable {
    let text = std::fs::read_to_string(
        crate::builder::generator()
            .join("tests/fixtures/tiny-course/assignments/01-tiny/assignment.toml"),
    );
    let settings = text
        .expect("settings")
        .replace("name = \"stack\"", "name = \"x\"");
    let settings = toml::from_str(&settings).expect("settings");
    let assignment = Assignment::of_repository("01-tiny", settings, &FileTree::default());
    Editable::of(&assignment.exercises).expect("globs")
}

fn tree(files: &[(&str, &str)]) -> FileTree {
    let mut tree = FileTree::default();
    for (path, text) in files {
        tree.insert_text(*path, *text);
    }
    tree
}

fn merged(base: &FileTree, files: &FileTree, others: &[&str], release: &FileTree) -> Merged {
    let work = Work {
        files: files.clone(),
        others: others.iter().map(|path| (*path).to_owned()).collect(),
    };
    merge(base, &work, release, &editable())
}

/// One file of the student's on all three sides: what is written there, and what is told.
#[track_caller]
fn one(
    base: Option<&str>,
    theirs: Option<&str>,
    ours: Option<&str>,
) -> (Option<String>, Option<Outcome>) {
    let side = |text: Option<&str>| {
        text.map_or_else(FileTree::default, |text| tree(&[("x/src/lib.rs", text)]))
    };
    let mut merged = merged(&side(base), &side(theirs), &[], &side(ours));
    let written = merged.changes.remove("x/src/lib.rs");
    let text = match written {
        Some(Some(file)) => Some(String::from_utf8(file.bytes.to_vec()).expect("text")),
        Some(None) => None,
        None => theirs.map(str::to_owned),
    };
    (text, merged.outcomes.remove("x/src/lib.rs"))
}

#[track_caller]
fn conflicts(base: Option<&str>, theirs: Option<&str>, ours: Option<&str>, expected: Conflict) {
    let (text, outcome) = one(base, theirs, ours);
    assert_eq!(text.as_deref(), theirs, "it stays as the student has it");
    match outcome {
        Some(Outcome::Conflict { why, .. }) => assert_eq!(why, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_one_side_changed_is_taken_from_that_side() {
    let (a, b) = (Some("a\n"), Some("b\n"));
    for (base, theirs, ours, text, outcome) in [
        (a, a, a, a, None),
        (a, b, a, b, None),
        (a, a, b, b, Some(Outcome::Changed)),
        (a, b, b, b, None),
        (None, None, b, b, Some(Outcome::Added)),
        (a, a, None, None, Some(Outcome::Removed)),
        (a, None, a, None, None),
        (a, None, None, None, None),
        (None, b, None, b, None),
    ] {
        let found = one(base, theirs, ours);
        assert_eq!(
            (found.0.as_deref(), found.1),
            (text, outcome),
            "{base:?} {theirs:?} {ours:?}"
        );
    }
}

#[test]
fn what_both_changed_and_cannot_be_merged_stays() {
    let [a, b, c] = ["a\n", "b\n", "c\n"].map(Some);
    conflicts(a, b, c, Conflict::SameLines);
    conflicts(a, None, c, Conflict::RemovedByStudent);
    conflicts(a, b, None, Conflict::RemovedByRelease);
    conflicts(None, b, c, Conflict::BothAdded);
    conflicts(a, Some("b\0"), c, Conflict::NotText);
    // Their last lines end differently, and so are changed lines.
    conflicts(
        Some("a\nb"),
        Some("a\nb\nmine\n"),
        Some("a\nb\nours\n"),
        Conflict::SameLines,
    );
}

#[test]
fn lines_that_end_as_on_windows_are_the_same_lines() {
    let (text, outcome) = one(
        Some("a\nb\nc\n"),
        Some("a\r\nb\r\nc\r\n"),
        Some("A\nb\nc\n"),
    );
    assert_eq!(
        (text.as_deref(), outcome),
        (Some("A\r\nb\r\nc\r\n"), Some(Outcome::Changed))
    );
    let (text, outcome) = one(
        Some("a\nb\nc\n"),
        Some("a\r\nb\r\nmine\r\n"),
        Some("A\nb\nc\n"),
    );
    assert_eq!(
        (text.as_deref(), outcome),
        (Some("A\r\nb\r\nmine\r\n"), Some(Outcome::Merged))
    );
}

#[test]
fn an_executable_file_stays_so() {
    let with = |text: &str, executable| {
        let mut tree = FileTree::default();
        let bytes = text.as_bytes().into();
        tree.insert("x/src/run.rs", File { bytes, executable });
        tree
    };
    let merged = merged(
        &with("a\nb\nc\n", false),
        &with("a\nb\nmine\n", true),
        &[],
        &with("A\nb\nc\n", false),
    );
    assert!(
        merged.changes["x/src/run.rs"]
            .as_ref()
            .is_some_and(|file| file.executable)
    );
}

#[test]
fn what_is_no_file_of_lines_is_not_touched() {
    let (base, ours) = (
        tree(&[("x/src/lib.rs", "a")]),
        tree(&[
            ("x/src/lib.rs", "b"),
            ("x/src/new/mod.rs", "b"),
            ("x/src/n", "b"),
        ]),
    );
    // A link where the file was, a file where the folder comes, a folder where the file comes.
    let theirs = ["x/src/lib.rs", "x/src/new", "x/src/n/mine.rs"];
    let merged = merged(&base, &FileTree::default(), &theirs, &ours);
    assert!(merged.changes.is_empty(), "{:?}", merged.changes);
    let why = |path: &str| match &merged.outcomes[path] {
        Outcome::Conflict { why, .. } => *why,
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(why("x/src/lib.rs"), Conflict::NotText);
    assert_eq!(why("x/src/new/mod.rs"), Conflict::InTheWay);
    assert_eq!(why("x/src/n"), Conflict::InTheWay);
}

#[test]
fn a_folder_of_the_release_takes_the_place_of_its_own_file() {
    let (base, ours) = (tree(&[("x/tests", "a")]), tree(&[("x/tests/one.rs", "b")]));
    let merged = merged(&base, &base, &[], &ours);
    assert_eq!(merged.changes["x/tests"], None);
    assert!(merged.changes["x/tests/one.rs"].is_some());
}

/// Texts by chance.
struct Numbers(Random);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.0.below(most as u64)).expect("small")
    }

    /// A text of a few lines, many of them equal, as lines of programs are.
    fn text(&mut self) -> Vec<String> {
        let lines = [
            "{",
            "}",
            "",
            "let a = 1;",
            "let b = 2;",
            "push(a);",
            "    }",
            "loop {",
        ];
        (0..self.below(16))
            .map(|_| lines[self.below(lines.len())].to_owned())
            .collect()
    }

    /// The same with lines removed and with new ones, each like no other, and those.
    fn edited(&mut self, text: &[String], whose: &str) -> (Vec<String>, Vec<String>) {
        let (mut edited, mut added) = (Vec::new(), Vec::new());
        for line in text.iter().map(Some).chain([None]) {
            let what = self.below(10);
            if what < 2 {
                for _ in 0..=self.below(2) {
                    let new = format!("// {whose} {}", added.len());
                    edited.push(new.clone());
                    added.push(new);
                }
            }
            edited.extend(line.filter(|_| what != 2).cloned());
        }
        (edited, added)
    }

    /// Lines as a file, now and then without an end to the last, or with ends as on Windows.
    fn joined(&mut self, lines: &[String]) -> String {
        let end = if self.below(8) == 0 { "\r\n" } else { "\n" };
        let last = if self.below(4) == 0 { "" } else { end };
        match lines.is_empty() {
            true => String::new(),
            false => lines.join(end) + last,
        }
    }
}

/// Whether all of these are lines of a text, in their order.
fn holds_in_order(text: &str, wanted: &[String]) -> bool {
    let mut lines = text.lines();
    wanted.iter().all(|line| lines.any(|known| known == line))
}

#[test]
fn no_line_that_a_student_added_is_ever_lost_or_moved() {
    let (random, seed) = Random::seeded(20_260_901);
    let mut numbers = Numbers(random);
    let (mut clean, mut left) = (0, 0);
    for round in 0..20_000 {
        let base = numbers.text();
        let (theirs, mine) = numbers.edited(&base, "mine");
        let (ours, yours) = numbers.edited(&base, "ours");
        let [base, theirs, ours] = [base, theirs, ours].map(|lines| numbers.joined(&lines));
        let (text, outcome) = one(Some(&base), Some(&theirs), Some(&ours));
        let text = text.unwrap_or_default();
        let said =
            format!("COURSE_SEED={seed}, round {round}: {base:?} {theirs:?} {ours:?} -> {text:?}");
        assert!(holds_in_order(&text, &mine), "{said}");
        match outcome {
            Some(Outcome::Conflict { .. }) => {
                left += 1;
                assert_eq!(text, theirs, "{said}");
            }
            Some(_) => {
                clean += 1;
                assert!(holds_in_order(&text, &yours), "ours are there, too: {said}");
            }
            None => assert_eq!(text, theirs, "{said}"),
        }
    }
    assert!(clean > 1000 && left > 1000, "{clean} merged, {left} left");
}
