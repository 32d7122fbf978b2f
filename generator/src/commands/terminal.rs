//! The terminal: text, JSON, colours, progress. Colours are for terminals only, and never where `NO_COLOR`
//! is set: `anstream` takes them out elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::build::Step;
use crate::error::{Error, Result};

/// What went wrong.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What should be looked at.
pub(super) const NOTE: Style = AnsiColor::Yellow.on_default();
/// What holds.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();

/// A text in a colour.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Prints text to standard output. A closed pipe (`| head`) is no error; a disk that is full is one.
pub(super) fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::Machine {
            doing: "write to standard output".to_owned(),
            source: error.into(),
        }),
        _ => Ok(()),
    }
}

/// Prints a line of progress or advice to standard error.
pub(super) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints a value as JSON.
pub(super) fn print_json(value: &impl Serialize) -> Result<()> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| Error::Internal(error.to_string()))?;
    print(&(text + "\n"))
}

/// What takes less needs no progress.
const QUIET: Duration = Duration::from_secs(1);
/// How often a line is written where lines stay.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Progress of work that takes over a second, with an estimate: on a terminal one line that is overwritten,
/// elsewhere a line now and then.
pub(super) struct Progress {
    started: Instant,
    /// When the last line was written, where lines stay.
    last: std::sync::Mutex<Instant>,
}

impl Progress {
    pub(super) fn start() -> Progress {
        let now = Instant::now();
        Progress {
            started: now,
            last: std::sync::Mutex::new(now),
        }
    }

    pub(super) fn step(&self, step: &Step) {
        let elapsed = self.started.elapsed();
        if std::io::stderr().is_terminal() {
            // What is begun may be long: on a terminal it is named at once.
            let end = if step.done == step.total {
                "\r\x1b[2K"
            } else {
                ""
            };
            let _ = write!(std::io::stderr(), "\r\x1b[2K{}{end}", line(step, elapsed));
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if elapsed >= QUIET && last.elapsed() >= BETWEEN_LINES {
            *last = Instant::now();
            say(&line(step, elapsed));
        }
    }
}

fn line(step: &Step, elapsed: Duration) -> String {
    let Step { done, total, what } = step;
    let left = match u32::try_from(*done) {
        // The first piece builds what all depend on, and says nothing of the others.
        Ok(0..=2) | Err(_) => String::new(),
        Ok(done) => {
            let left = u32::try_from(total - step.done).unwrap_or(u32::MAX);
            format!(" (about {} s left)", (elapsed / done * left).as_secs())
        }
    };
    format!("[{done:>3}/{total}] {what}{left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_needs_something_done() {
        let step = |done| Step {
            done,
            total: 4,
            what: "work".to_owned(),
        };
        assert_eq!(line(&step(0), Duration::from_secs(9)), "[  0/4] work");
        let most = line(&step(3), Duration::from_secs(30));
        assert_eq!(most, "[  3/4] work (about 10 s left)");
    }
}
