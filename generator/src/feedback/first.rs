//! The first thing to look at, explained: what was tried, what came out, what must hold, where to read on.

use serde::Serialize;

use super::links::{Links, split_place};
use super::{Past, Sources};
use crate::build::{Failure, TestEnd};
use crate::course::markdown::Page;
use crate::course::{Assignment, Exercise, Stage};
use crate::grade::{Grade, StageGrade, TestGrade, excerpt};
use crate::harmless::{code_span, fenced, harmless_markdown};

/// The first failing stage, and in it the first failing test.
#[derive(Debug, Serialize)]
pub(super) struct First {
    exercise: String,
    number: usize,
    title: String,
    /// `errors`, `unwritten`, `assertion`, `panic`, `ended`, `hung`, `hidden` or `missing`.
    pub(super) kind: &'static str,
    /// The test's name as words.
    test: String,
    /// The test's own code, fenced.
    scenario: Option<String>,
    /// Where it failed, as a link.
    place: Option<String>,
    /// What an assertion wanted and got, as code.
    expected: Option<String>,
    got: Option<String>,
    /// What the assertion says must hold.
    reason: Option<String>,
    /// The whole message, fenced.
    message: Option<String>,
    /// What always holds in this stage.
    invariant: Option<String>,
    /// Where to read, as links.
    read: Vec<String>,
    /// The level of the hint to open next, from 1, and where it stands.
    hint: usize,
    hint_link: String,
    /// For how many pushes it has been the first.
    pushes: usize,
}

/// The first stage of a grade that is not done, if any.
pub(super) fn of(
    grade: &Grade,
    assignment: &Assignment,
    sources: &Sources<'_>,
    now: &Past,
) -> Option<First> {
    let (graded, test) = grade.first_open()?;
    let exercise = assignment
        .exercises
        .iter()
        .find(|exercise| exercise.name() == graded.exercise);
    let stage = exercise.and_then(|exercise| exercise.stages.get(graded.number - 1));
    let links = Links {
        address: sources.address,
    };
    let hint = (now.pushes + 1).min(3);
    let mut first = First {
        exercise: graded.exercise.clone(),
        number: graded.number,
        title: graded.title.clone(),
        kind: kind(graded, test),
        test: test.words(),
        scenario: exercise.and_then(|exercise| scenario(exercise, test)),
        place: None,
        expected: None,
        got: None,
        reason: None,
        message: None,
        invariant: stage.and_then(|stage| stage.entry.invariant.clone()),
        read: reading(links, sources, exercise, stage),
        hint,
        hint_link: hint_link(links, graded),
        pushes: now.pushes,
    };
    if let (TestEnd::Failed(failure), false) = (&test.end, first.kind == "hidden") {
        let place = failure.at.as_deref().and_then(split_place);
        first.place = place.map(|(path, line)| links.place(path, Some(line)));
        first.message = Some(fenced("text", &excerpt(&failure.message)));
        let parts = Compared::of(&failure.message);
        first.got = parts.got.map(code_span);
        first.expected = parts.expected.map(code_span);
        let says_why = matches!(first.kind, "assertion" | "unwritten");
        first.reason = parts.reason.filter(|_| says_why).map(harmless_markdown);
    }
    Some(first)
}

fn kind(stage: &StageGrade, test: &TestGrade) -> &'static str {
    if !stage.errors.is_empty() {
        return "errors";
    }
    match &test.end {
        _ if test.waits() => "unwritten",
        _ if test.hidden => "hidden",
        TestEnd::Failed(failure) if is_assertion(failure) => "assertion",
        TestEnd::Failed(_) => "panic",
        TestEnd::Aborted => "ended",
        TestEnd::TimedOut => "hung",
        TestEnd::Missing | TestEnd::Passed => "missing",
    }
}

/// Whether it was the test that was not content, and not the code that gave up.
fn is_assertion(failure: &Failure) -> bool {
    let place = failure.at.as_deref().unwrap_or_default();
    failure.message.starts_with("assertion") || place.contains("/tests/")
}

/// What the message of an assertion says. Our tests compare what came out with what is wanted, in this order.
#[derive(Debug, Default, PartialEq)]
struct Compared<'a> {
    reason: Option<&'a str>,
    got: Option<&'a str>,
    expected: Option<&'a str>,
}

impl Compared<'_> {
    fn of(message: &str) -> Compared<'_> {
        let (head, rest) = match message.split_once("\n  left: ") {
            Some((head, rest)) => (head, Some(rest)),
            None => (message, None),
        };
        let reason = match head.strip_prefix("assertion ") {
            // What `assert!` was told to say is all that it says.
            None => head.lines().next(),
            Some(rest) => rest.split_once("` failed: ").map(|(_, reason)| reason),
        };
        let equal = head.starts_with("assertion `left == right`");
        let sides = rest.and_then(|rest| rest.split_once("\n right: "));
        let (got, expected) = match sides.filter(|_| equal) {
            Some((got, expected)) => (Some(got), Some(expected)),
            None => (None, None),
        };
        Compared {
            reason,
            got,
            expected,
        }
    }
}

/// The code of a public test: from its attribute, with what is said before it, to the brace that ends it.
fn scenario(exercise: &Exercise, test: &TestGrade) -> Option<String> {
    let known = exercise
        .tests()
        .find(|known| known.id == test.test && !known.hidden)?;
    let text = exercise.files.text(&known.path)?;
    let lines: Vec<&str> = text.lines().collect();
    let function = known.line - 1;
    let line = lines.get(function)?;
    let indent = &line[..line.len() - line.trim_start().len()];
    let before = lines[..function].iter().rev();
    let belongs = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("#[") || line.starts_with("//")
    };
    let start = function - before.take_while(belongs).count();
    let end = format!("{indent}}}");
    let length = lines[function..].iter().position(|line| *line == end)?;
    let body = lines[start..=function + length].iter();
    let body: Vec<&str> = body
        .map(|line| line.strip_prefix(indent).unwrap_or(line))
        .collect();
    Some(fenced("rust", &body.join("\n")))
}

/// The stage's section of the handout, and the pages that its author names.
fn reading(
    links: Links<'_>,
    sources: &Sources<'_>,
    exercise: Option<&Exercise>,
    stage: Option<&Stage>,
) -> Vec<String> {
    let (Some(exercise), Some(stage)) = (exercise, stage) else {
        return Vec::new();
    };
    let handout = format!("{}/README.md", exercise.name());
    let page = Page::parse(sources.repository.text(&handout).unwrap_or_default());
    let start = format!("stage-{}-", stage.number);
    let anchor = page.anchors().find(|anchor| anchor.starts_with(&start));
    let section = anchor.map(|anchor| {
        let words = format!("stage {} of the handout", stage.number);
        links.page(&words, &format!("{handout}#{anchor}"))
    });
    let pages = stage.entry.read.iter().map(|target| {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let page = Page::parse(sources.repository.text(path).unwrap_or_default());
        let titles = page.headings.iter().map(|(_, _, title)| title);
        let title = page
            .anchors()
            .zip(titles)
            .find(|(known, _)| anchor.is_empty() || known == anchor)
            .map_or(path.to_owned(), |(_, title)| title.clone());
        links.page(&title, target)
    });
    section.into_iter().chain(pages).collect()
}

fn hint_link(links: Links<'_>, stage: &StageGrade) -> String {
    let words = format!("hints of stage {}", stage.number);
    links.page(&words, &format!("{}/HINTS.md", stage.exercise))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_is_taken_apart() {
        let message =
            "assertion `left == right` failed: `a` makes room\n  left: Some(1)\n right: None";
        assert_eq!(
            Compared::of(message),
            Compared {
                reason: Some("`a` makes room"),
                got: Some("Some(1)"),
                expected: Some("None"),
            }
        );
        assert_eq!(Compared::of("it holds\nx").reason, Some("it holds"));
        let bare = Compared::of("assertion failed: it holds");
        assert_eq!(bare.reason, None, "the condition is no reason");
    }
}
