//! What can go wrong that is not a student's result, told apart by who can mend it.

use std::path::Path;

/// A failure of a step. A failing submission is never one: it is a `Grade`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was handed to us is wrong: the message names the thing and the remedy. Exit code 3.
    #[error("{0}")]
    Input(String),
    /// The machine did not do what it was asked: a folder, a program, git. Exit code 4.
    #[error("{doing}: {source}")]
    Machine {
        /// What was being done, with the path, fit to stand after "failed to".
        doing: String,
        /// What the machine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// We contradict ourselves; a bug in the generator. Exit code 4.
    #[error("internal error: {0}; please report it")]
    Internal(String),
}

/// The result of a step.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Refuses an input with a message that names it and the remedy.
    pub fn input(message: impl Into<String>) -> Error {
        Error::Input(message.into())
    }

    /// Wraps what the machine said with what was being done to `path`.
    pub fn at(
        doing: &str,
        path: &Path,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        Error::Machine {
            doing: format!("{doing} {}", path.display()),
            source: source.into(),
        }
    }

    /// The documented exit code: 3 where the input is wrong, 4 where the machine is.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Input(_) => 3,
            Error::Machine { .. } | Error::Internal(_) => 4,
        }
    }
}
