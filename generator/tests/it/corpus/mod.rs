//! The corpus: submissions that attack the grader, and honest ones that look strange. Each says in its own file what it
//! must get.
//!
//! A seeded part of it runs with all tests; the whole of it is ignored unless asked for:
//! `cargo test --package course --test it -- --ignored corpus`.

pub(crate) mod fixture;
pub(crate) mod ground;
pub(crate) mod outer;
mod page;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use course::grade::{Bounds, Defences, Grade};
use course::sandbox::{self, Kind};

use crate::builder::walls;
use crate::random::Random;
use fixture::Fixture;
use ground::{Ground, Outside, SECRET};

/// How many of each folder run with all tests.
const PART: usize = 25;

/// Short, since some of them never end; long enough for honest ones on a busy machine.
pub(crate) fn bounds() -> Bounds {
    Bounds {
        tests_together: Duration::from_secs(8),
        ..Bounds::of_seconds(15, 5)
    }
}

/// A part of the corpus by the seed `COURSE_SEED`, which is printed.
#[expect(clippy::print_stdout, reason = "a failure needs its seed")]
pub(crate) fn part(mut fixtures: Vec<Fixture>) -> Vec<Fixture> {
    let (mut random, seed) = Random::seeded(20_261_127);
    println!("COURSE_SEED={seed}");
    let mut chosen = Vec::new();
    while chosen.len() < PART && !fixtures.is_empty() {
        let at = usize::try_from(random.below(fixtures.len() as u64)).expect("small");
        chosen.push(fixtures.swap_remove(at));
    }
    chosen
}

/// What is wrong with a grade, if anything.
fn complaints(fixture: &Fixture, grade: &Grade) -> Vec<String> {
    let expect = &fixture.expect;
    let table = grade.table();
    let mut wrong = Vec::new();
    if grade.points != expect.points {
        wrong.push(format!(
            "{} points instead of {}",
            grade.points, expect.points
        ));
    }
    let found = serde_json::to_value(&grade.findings).expect("findings");
    let kinds: Vec<&str> = found
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|finding| finding["kind"].as_str())
        .collect();
    for kind in &expect.findings {
        if !kinds.contains(&kind.as_str()) {
            wrong.push(format!("no finding `{kind}`"));
        }
    }
    if let Some(says) = &expect.says
        && !table.contains(says)
    {
        wrong.push(format!("nobody said `{says}`"));
    }
    let json = serde_json::to_string(grade).expect("JSON");
    if [&table, &grade.markdown(), &json]
        .iter()
        .any(|text| text.contains(SECRET))
    {
        wrong.push("the report tells the secret".to_owned());
    }
    wrong.extend(report_acts(&table, &grade.markdown()));
    if wrong.is_empty() {
        wrong
    } else {
        vec![format!("{}: {}\n{table}", fixture.name, wrong.join("; "))]
    }
}

/// Words of a submission that would act on who reads a report: a terminal, a workflow, a page.
pub(crate) fn report_acts(table: &str, page: &str) -> Vec<String> {
    let mut acts = Vec::new();
    for text in [table, page] {
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
        let strange = |c: &char| (c.is_control() && *c != '\n') || turns(*c);
        if let Some(letter) = text.chars().find(strange) {
            acts.push(format!("the report holds {letter:?}"));
        }
        let command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
        if let Some(line) = text.lines().find(command) {
            acts.push(format!("the report holds a command: {line}"));
        }
    }
    // As a browser would show it: our own headings, no links, no HTML of its own.
    let ours = [
        "01-tiny: ",
        "Does not compile",
        "Failed tests",
        "Not written yet",
        "Findings",
    ];
    let mut heading = None;
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                heading.iter_mut().for_each(|words| words.push_str(&text))
            }
            Event::End(TagEnd::Heading(_)) => {
                let words = heading.take().unwrap_or_default();
                if !ours.iter().any(|own| words.starts_with(own)) {
                    acts.push(format!("the page has a heading: {words}"));
                }
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                acts.push(format!("the page has HTML: {text}"))
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                acts.push(format!("the page has a link: {dest_url}"))
            }
            _ => {}
        }
    }
    acts
}

/// Grades fixtures behind a sandbox, two at once, and looks at what lies outside after each folder of them. What is
/// wrong, in sentences.
fn grade_all(fixtures: &[Fixture], kind: Kind) -> Vec<String> {
    let mut by_capabilities: BTreeMap<Vec<String>, Vec<&Fixture>> = BTreeMap::new();
    for fixture in fixtures {
        by_capabilities
            .entry(fixture.capabilities.clone())
            .or_default()
            .push(fixture);
    }
    let mut wrong = Vec::new();
    for (capabilities, fixtures) in by_capabilities {
        // Landlock has no network of its own to give.
        if kind == Kind::Landlock && capabilities.iter().any(|word| word == "net") {
            continue;
        }
        let ground = Ground::new(&capabilities);
        let outside = Outside::new();
        let course = env!("CARGO_BIN_EXE_course");
        let sandbox =
            sandbox::choose(Some(kind), ground.root(), course.as_ref()).expect("a sandbox");
        let grader = ground.grader(sandbox.as_ref(), bounds(), Defences::ALL);
        let ready = ground.ready(&grader);
        for fixture in &fixtures {
            ground.commit(fixture, &outside.reach);
        }
        let (files, around) = (ground.files(), outside.files());
        let next = AtomicUsize::new(0);
        let found = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Some(fixture) = fixtures.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let grade = ground.grade(&ready, fixture, &outside.reach);
                        let mut found = found.lock().expect("nobody panicked");
                        found.extend(complaints(fixture, &grade));
                        if outside.files() != around {
                            found.push(format!(
                                "{} or its neighbour changed what lies outside",
                                fixture.name
                            ));
                        }
                        let left = outside.survivors();
                        if !left.is_empty() {
                            found.push(format!("{} or its neighbour left {left:?}", fixture.name));
                        }
                        if outside.was_called() {
                            found.push(format!(
                                "{} or its neighbour used the network",
                                fixture.name
                            ));
                        }
                    }
                });
            }
        });
        wrong.extend(found.into_inner().expect("nobody panicked"));
        let differs = changed(&files, &ground.files());
        if !differs.is_empty() {
            wrong.push(format!(
                "{capabilities:?}: files of course or forge changed: {differs:?}"
            ));
        }
    }
    wrong
}

/// The paths that differ, but for what git itself writes when something is committed.
fn changed(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let paths = before.keys().chain(after.keys());
    let differing = paths.filter(|path| before.get(*path) != after.get(*path));
    let mut differing: Vec<String> = differing
        .filter(|path| !path.contains("/objects"))
        .cloned()
        .collect();
    differing.sort();
    differing.dedup();
    differing
}

#[track_caller]
fn all_as_they_must(fixtures: &[Fixture], kind: Kind) {
    let wrong = grade_all(fixtures, kind);
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        fixtures.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_part_of_the_attacks_gets_its_outcome() {
    all_as_they_must(&part(fixture::all("attacks")), walls()[0]);
}

#[test]
fn a_part_of_the_honest_loses_nothing() {
    all_as_they_must(&part(fixture::all("honest")), walls()[0]);
}

#[test]
#[ignore = "takes minutes"]
fn every_attack_gets_its_outcome_in_bubblewrap() {
    all_as_they_must(&fixture::all("attacks"), Kind::Bubblewrap);
}

#[test]
#[ignore = "takes minutes"]
fn every_attack_gets_its_outcome_behind_landlock() {
    all_as_they_must(&fixture::all("attacks"), Kind::Landlock);
}

#[test]
#[ignore = "takes minutes"]
fn no_honest_submission_loses_anything() {
    for kind in [Kind::Bubblewrap, Kind::Landlock] {
        all_as_they_must(&fixture::all("honest"), kind);
    }
}

/// Root's walls and an ordinary user's are built in other ways.
#[test]
#[ignore = "takes minutes"]
fn an_ordinary_user_gets_the_same() {
    let test = "corpus::an_ordinary_user_gets_the_same";
    if rustix::process::geteuid().is_root() && !outer::is_inside() {
        return outer::as_ordinary_user(test);
    }
    assert!(!rustix::process::geteuid().is_root());
    for kind in [Kind::Bubblewrap, Kind::Landlock] {
        all_as_they_must(&part(fixture::all("attacks")), kind);
        all_as_they_must(&part(fixture::all("honest")), kind);
    }
}
