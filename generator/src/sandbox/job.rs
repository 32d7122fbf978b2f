//! What runs behind a wall: the program, what it may see, what it may do, how much it may use up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A program and its bounds. What is not named here it does not get: no environment, no folder, no network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// The program.
    pub program: PathBuf,
    /// Its arguments. Everybody on the machine can read them, so they hold no secret.
    pub args: Vec<String>,
    /// The folder that it starts in.
    pub dir: PathBuf,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
    /// Folders and files that it may read and run, beside the system's own.
    pub readable: Vec<PathBuf>,
    /// Folders that it may write.
    pub writable: Vec<PathBuf>,
    /// An empty folder for files that nobody needs afterwards. Bubblewrap gives a disk of memory instead.
    pub scratch: Option<PathBuf>,
    /// What it may do beside reading and computing.
    pub freedom: Freedom,
    /// What it may use up.
    pub limits: Limits,
    /// Tells jobs that run at the same time apart. Where the grader is root, each number is a user of its own.
    pub number: u32,
}

/// What a job may do beside reading and computing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freedom {
    /// Make sockets. They reach nothing but the job itself.
    pub sockets: bool,
    /// Start threads.
    pub threads: bool,
    /// Start programs.
    pub programs: bool,
    /// Change modes, owners and times of files that it may open.
    pub modes: bool,
}

/// What a job may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Time from start to end.
    pub time: Duration,
    /// Address space of each of its processes, in bytes.
    pub memory: u64,
    /// Processes and threads together.
    pub processes: u64,
    /// The largest file that it may write, in bytes.
    pub file: u64,
    /// Room in its scratch folder, in bytes.
    pub scratch: u64,
    /// The stack of its first thread, in bytes.
    pub stack: u64,
}

/// How many processors a job may keep busy until its time is over.
const PROCESSORS_AT_FULL_LOAD: u64 = 4;

impl Limits {
    /// Seconds of processor time of each process: what a loop that nobody is left to stop may use.
    pub fn processor_seconds(&self) -> u64 {
        let seconds = self.time.as_secs().saturating_add(1);
        seconds.saturating_mul(PROCESSORS_AT_FULL_LOAD)
    }
}

impl Job {
    /// A job that ends at once, to try a sandbox with.
    pub fn nothing() -> Job {
        let programs = ["/usr/bin/true", "/bin/true"].map(PathBuf::from);
        let program = programs.iter().find(|program| program.exists());
        Job {
            program: program.unwrap_or(&programs[0]).clone(),
            args: Vec::new(),
            dir: PathBuf::from("/"),
            env: Vec::new(),
            readable: Vec::new(),
            writable: Vec::new(),
            scratch: None,
            freedom: Freedom::default(),
            limits: Limits {
                time: Duration::from_secs(10),
                memory: 1 << 30,
                processes: 16,
                file: 1 << 20,
                scratch: 1 << 20,
                stack: 2 << 20,
            },
            number: 0,
        }
    }
}

/// Folders of the system that hold its libraries and programs, as far as they are there.
pub(super) fn system_folders() -> impl Iterator<Item = &'static Path> {
    [
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/etc/alternatives",
        "/etc/ld.so.cache",
        "/nix/store",
    ]
    .into_iter()
    .map(Path::new)
    .filter(|path| path.exists())
}
