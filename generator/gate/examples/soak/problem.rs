use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the soak could not do its work. None of these says anything about the gates.
#[derive(Debug)]
pub(crate) enum Problem {
    /// A name that is no variant's.
    Variant(String),
    /// A file that could not be read or written.
    File(PathBuf, io::Error),
    /// A pool that is not as `record` writes them.
    Pool(String),
    /// A process that did not measure.
    Process(String),
}

impl Problem {
    /// For `map_err` on what is done with a file.
    pub(crate) fn file(path: &Path) -> impl Fn(io::Error) -> Problem {
        move |error| Problem::File(path.to_owned(), error)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Variant(name) => write!(f, "there is no variant `{name}`"),
            Problem::File(path, error) => write!(f, "{}: {error}", path.display()),
            Problem::Pool(why) => write!(f, "the pool: {why}"),
            Problem::Process(why) => write!(f, "a process did not measure: {why}"),
        }
    }
}
