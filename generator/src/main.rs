//! `course`: parse, dispatch, print the error, exit with a documented code.

use std::process::ExitCode;

fn main() -> ExitCode {
    course::commands::main()
}
