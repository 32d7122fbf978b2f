//! One file per verb: its flags and its `run`. The only place that joins the steps of the road, and the
//! only one that talks to the terminal.

mod accept;
#[cfg(unix)]
mod calibrate;
mod check;
mod completions;
#[cfg(target_os = "linux")]
mod confine;
mod context;
mod demo;
mod doctor;
mod gate;
mod grade;
mod grade_all;
mod lock;
mod man;
mod new;
mod plan;
mod publish;
mod regrade;
mod render;
mod schema;
mod submission;
mod terminal;
mod verify;
mod wall;

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
    Check(check::Args),
    Plan(plan::Args),
    Render(render::Args),
    Verify(verify::Args),
    Publish(publish::Args),
    Accept(accept::Args),
    Grade(grade::Args),
    Regrade(regrade::Args),
    Gate(gate::Args),
    #[cfg(unix)]
    Calibrate(calibrate::Args),
    Demo(demo::Args),
    New(new::Args),
    Lock(lock::Args),
    Schema(schema::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
    #[cfg(target_os = "linux")]
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
    #[cfg(unix)]
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
        Verb::Check(args) => check::run(&args),
        Verb::Plan(args) => plan::run(&args),
        Verb::Render(args) => render::run(&args),
        Verb::Verify(args) => verify::run(&args),
        Verb::Publish(args) => publish::run(&args),
        Verb::Accept(args) => accept::run(&args),
        Verb::Grade(args) => grade::run(&args),
        Verb::Regrade(args) => regrade::run(&args),
        Verb::Gate(args) => gate::run(&args),
        #[cfg(unix)]
        Verb::Calibrate(args) => calibrate::run(&args),
        Verb::Demo(args) => demo::run(&args),
        Verb::New(args) => new::run(&args),
        Verb::Lock(args) => lock::run(&args),
        Verb::Schema(args) => schema::run(&args),
        Verb::Doctor(args) => doctor::run(&args),
        Verb::Completions(args) => completions::run(&args),
        Verb::Man(args) => man::run(&args),
        #[cfg(target_os = "linux")]
        Verb::Confine(args) => confine::run(&args),
    }
}
