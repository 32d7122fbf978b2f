//! One user of a folder at a time, across processes.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::error::{Error, Result};

/// Holds a folder until it is dropped. Two runs that laid their trees in one place would judge each
/// other's code.
#[derive(Debug)]
pub struct Claim {
    _lock: File,
}

impl Claim {
    /// Waits until nobody else holds the folder. The system lets go of it when the process ends, however it
    /// ends.
    pub fn of(folder: &Path) -> Result<Claim> {
        Claim::by(folder, File::lock)
    }

    /// Waits until nobody holds the folder alone. Whoever only reads there shares it with others who do.
    pub fn shared(folder: &Path) -> Result<Claim> {
        Claim::by(folder, File::lock_shared)
    }

    /// Holds the folder alone, if nobody has it at the moment.
    pub fn if_free(folder: &Path) -> Option<Claim> {
        Claim::by(folder, |lock| lock.try_lock().map_err(Into::into)).ok()
    }

    fn by(folder: &Path, lock: impl Fn(&File) -> io::Result<()>) -> Result<Claim> {
        let path = folder.with_extension("lock");
        let claim = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)?;
            lock(&file)?;
            Ok(file)
        };
        let lock = claim().map_err(|error: io::Error| Error::at("lock", &path, error))?;
        Ok(Claim { _lock: lock })
    }
}
