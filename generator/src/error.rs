//! What can go wrong that is not a student's result, told apart by who can mend it.

use std::io;
use std::path::Path;

/// A failure of a step. A failing submission is never one: it is a `Grade`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was handed to us is wrong: the message names the thing and the remedy. Exit code 3.
    #[error("{0}")]
    Input(String),
    /// The machine did not do what it was asked: a folder, a program, git. Exit code 4.
    #[error("{doing}: {source}{}", remedy(source.as_ref()))]
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

/// What to do about what the system said, where it said something that is known to have a remedy.
fn remedy(source: &(dyn std::error::Error + Send + Sync + 'static)) -> &'static str {
    #[cfg(feature = "author")]
    if let Some(error) = source.downcast_ref::<git2::Error>() {
        return match error.class() {
            git2::ErrorClass::Os => "; is there room on that disk, and may you write there?",
            _ => "; `git fsck` in that repository says more",
        };
    }
    match source.downcast_ref::<io::Error>().map(io::Error::kind) {
        Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            "; make room on that disk"
        }
        Some(io::ErrorKind::FileTooLarge) => {
            "; a limit on the size of files (ulimit -f) forbids it"
        }
        Some(io::ErrorKind::ReadOnlyFilesystem) => {
            "; nothing can be written there: name another folder"
        }
        Some(io::ErrorKind::PermissionDenied) => {
            "; you may not: change its owner or its mode, or name another"
        }
        Some(io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists) => {
            "; a file stands where a folder should be: move it, or name another"
        }
        _ => "",
    }
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

    /// Whether a repository is damaged: its objects, not the disk that they are on.
    #[cfg(feature = "author")]
    pub fn is_damaged_repository(&self) -> bool {
        match self {
            Error::Machine { source, .. } => source
                .downcast_ref::<git2::Error>()
                .is_some_and(|error| error.class() != git2::ErrorClass::Os),
            Error::Input(_) | Error::Internal(_) => false,
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
