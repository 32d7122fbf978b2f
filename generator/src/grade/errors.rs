//! Errors of the compiler and messages of tests, as far as a report shows them.

/// How many a report shows.
const SHOWN: usize = 3;

/// The first ones, each as far as anybody would read it.
pub(super) fn first_errors(errors: impl IntoIterator<Item = String>) -> Vec<String> {
    let errors = errors.into_iter().take(SHOWN);
    errors.map(|error| cut(&error)).collect()
}

/// How many lines of a test's message are shown.
const MESSAGE_LINES: usize = 12;

/// A test's message, as far as a report shows it.
pub fn excerpt(message: &str) -> String {
    let lines: Vec<&str> = message.lines().collect();
    match lines.len().saturating_sub(MESSAGE_LINES) {
        0 => message.to_owned(),
        more => format!("{}\n[{more} more lines]", lines[..MESSAGE_LINES].join("\n")),
    }
}

/// The most lines of an error that are kept, and the most characters of a line.
const ERROR_LINES: usize = 60;
const LINE_CHARACTERS: usize = 300;

/// An error as far as anybody would read it.
pub(super) fn cut(text: &str) -> String {
    let mut kept = Vec::new();
    for line in text.lines().take(ERROR_LINES) {
        kept.push(match line.char_indices().nth(LINE_CHARACTERS) {
            Some((at, _)) => format!("{}[line cut here]", &line[..at]),
            None => line.to_owned(),
        });
    }
    match text.lines().count().saturating_sub(ERROR_LINES) {
        0 => kept.join("\n"),
        more => format!("{}\n[{more} more lines]", kept.join("\n")),
    }
}
