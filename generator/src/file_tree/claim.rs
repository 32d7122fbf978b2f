//! One user of a folder at a time, across processes.

use std::fs::{self, File};
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
        let path = folder.with_extension("lock");
        let claim = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            let lock = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)?;
            lock.lock()?;
            Ok(lock)
        };
        let lock = claim().map_err(|error: std::io::Error| Error::at("lock", &path, error))?;
        Ok(Claim { _lock: lock })
    }
}
