//! The compiler's messages about a tree, in terms of the marked source that the author sees.

use super::report::Finding;
use crate::course::Exercise;

/// What authors meet in stubs: a part of the compiler's message, and what helps.
const ADVICE: [(&str, &str); 3] = [
    (
        "`!` is not an iterator",
        "where `impl Iterator` is returned, write `//= std::iter::once_with(|| todo!(\"stage N: ...\"))`",
    ),
    (
        "error[E0392]",
        "keep the parameter in use with `//= _items: std::marker::PhantomData<T>,`",
    ),
    (
        "warning: unused",
        "the region at the head of lib.rs that allows it in the starter must be of the last stage",
    ),
];

/// The first line of a compiler message, with the place it names.
pub(super) fn brief(text: &str) -> String {
    match place(text) {
        Some(place) => format!("{} ({place})", first_line(text)),
        None => first_line(text).to_owned(),
    }
}

/// A compiler message about the tree of a stage as a finding at the marked source.
pub(super) fn finding(exercise: &Exercise, stage: usize, what: &str, text: &str) -> Finding {
    let advice = ADVICE
        .iter()
        .find(|(part, _)| first_line(text).contains(part));
    let advice = advice
        .map(|(_, advice)| format!("; {advice}"))
        .unwrap_or_default();
    match source_place(exercise, stage, text) {
        Some((path, line)) => Finding::at(
            &format!("{}/{path}", exercise.folder()),
            line,
            format!("{what}: {}{advice}", first_line(text)),
        ),
        None => Finding::new(
            &exercise.folder(),
            format!("{what}: {}{advice}", brief(text)),
        ),
    }
}

/// The file of the exercise, and its line.
fn source_place(exercise: &Exercise, stage: usize, text: &str) -> Option<(String, usize)> {
    let inside = place(text)?
        .strip_prefix(exercise.name())?
        .strip_prefix('/')?;
    let mut parts = inside.rsplitn(3, ':').skip(1);
    let line: usize = parts.next()?.parse().ok()?;
    let path = parts.next()?;
    let targets = exercise.test_targets();
    let laid = |name: &str| format!("tests/{name}.rs") == path;
    // Hidden tests are laid under another name than they are kept under.
    let path = match targets.iter().find(|target| laid(&target.name)) {
        Some(target) => target.path.as_str(),
        None => path,
    };
    exercise.files.get(path)?;
    Some((path.to_owned(), exercise.source_line(path, line, stage)))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn place(text: &str) -> Option<&str> {
    text.lines()
        .find_map(|line| line.trim().strip_prefix("--> "))
}
