//! One file per verb: its flags and its `run`. The only place that joins the steps of the road, and the
//! only one that talks to the terminal.

#[cfg(feature = "author")]
mod author;
#[cfg(unix)]
mod autograde;
#[cfg(all(target_os = "linux", feature = "author"))]
mod confine;
mod feedback;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::{Error, Result};
use terminal::{BAD, paint, say};

/// Build, prove, publish and grade the assignments of a course
#[derive(Parser)]
#[command(name = "course", version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; a submission was graded, whatever its points
  1  the answer is no: problems found, proof failed, output differs
  2  the command line is wrong
  3  the input is wrong: the message names it and the remedy
  4  the machine failed: a folder, a program, git";

#[derive(Subcommand)]
enum Verb {
    #[cfg(feature = "author")]
    #[command(flatten)]
    Author(author::Verb),
    #[cfg(unix)]
    Autograde(autograde::Args),
    Feedback(feedback::Args),
    #[cfg(all(target_os = "linux", feature = "author"))]
    #[command(hide = true)]
    Confine(confine::Args),
}

/// What a verb answers: `Yes` exits with 0, `No` with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
}

impl Answer {
    fn of(holds: bool) -> Answer {
        if holds { Answer::Yes } else { Answer::No }
    }
}

/// The first file descriptor after standard input, output and error.
#[cfg(unix)]
const FIRST_OTHER: i32 = 3;

/// Parses the command line and runs the verb.
pub fn main() -> ExitCode {
    // What our caller left open (a lock, a list, a pipe of CI) is not for the programs that we start.
    #[cfg(unix)]
    close_fds::set_fds_cloexec(FIRST_OTHER, &[]);
    // Then cargo calls us, in place of the compiler.
    #[cfg(all(unix, feature = "author"))]
    if let Some(folder) = std::env::var_os(crate::grade::RECORDS) {
        return failed(&crate::grade::record(folder.as_ref()));
    }
    match dispatch(Cli::parse().verb) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(error) => failed(&error),
    }
}

fn failed(error: &Error) -> ExitCode {
    say(&format!("{}: {error}", paint(BAD, "error")));
    ExitCode::from(error.exit_code())
}

fn dispatch(verb: Verb) -> Result<Answer> {
    match verb {
        #[cfg(feature = "author")]
        Verb::Author(verb) => author::run(verb),
        #[cfg(unix)]
        Verb::Autograde(args) => autograde::run(&args),
        Verb::Feedback(args) => feedback::run(&args),
        #[cfg(all(target_os = "linux", feature = "author"))]
        Verb::Confine(args) => confine::run(&args),
    }
}

/// How many things can be done at once.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
