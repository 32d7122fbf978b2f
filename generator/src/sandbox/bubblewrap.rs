//! Namespaces by bubblewrap, limits by prlimit, another user by setpriv.

use std::collections::BTreeSet;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};

use super::job::system_folders;
use super::seccomp;
use super::{Job, Kind, Sandbox};
use crate::error::{Error, Result};
use crate::process::Run;

/// Where the filter of system calls is handed to bubblewrap: an open file under this number.
const FILTER: &str = "9";

/// Opens the filter, which a program cannot be handed without the shell, and becomes bubblewrap.
const WITH_FILTER: &str = "exec 9<\"$1\" && shift && exec \"$@\"";

/// The first user id of jobs where the grader is root: far above those of people and services.
const FIRST_USER: u32 = 1_000_000_000;

/// How many jobs one grader may run at once.
const JOBS: u32 = 64;

/// The newest process id plus one, of any Linux: 4 Mi.
const PROCESS_IDS: u32 = 4 * 1024 * 1024;

/// The three programs, and where filters lie.
pub(super) struct Bubblewrap {
    bwrap: PathBuf,
    setpriv: PathBuf,
    prlimit: PathBuf,
    filters: seccomp::Filters,
}

impl Bubblewrap {
    /// Finds the programs.
    pub(super) fn new(work: &Path) -> std::result::Result<Bubblewrap, String> {
        let [bwrap, setpriv, prlimit] = ["bwrap", "setpriv", "prlimit"].map(on_path);
        Ok(Bubblewrap {
            bwrap: bwrap?,
            setpriv: setpriv?,
            prlimit: prlimit?,
            filters: seccomp::Filters::below(work).map_err(|error| error.to_string())?,
        })
    }
}

/// A program on the PATH.
fn on_path(name: &str) -> std::result::Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(name));
    let found = places.find(|place| place.is_file());
    // Behind the wall there are only the system's folders, whatever links lead there.
    let found = found.and_then(|place| place.canonicalize().ok());
    found.ok_or_else(|| format!("{name} is not on the PATH"))
}

impl Sandbox for Bubblewrap {
    fn kind(&self) -> Kind {
        Kind::Bubblewrap
    }

    fn wrap(&self, job: &Job) -> Result<Run> {
        let filter = self.filters.of(seccomp::Wall::Namespaces, job.freedom)?;
        let root = rustix::process::geteuid().is_root();
        if root {
            let user = Some(user(job.number));
            for path in &job.writable {
                chown(path, user, user).map_err(|error| Error::at("hand over", path, error))?;
            }
        }
        let mut args: Vec<String> = ["-c", WITH_FILTER, "sh"].map(str::to_owned).to_vec();
        args.push(text(&filter));
        args.push(text(&self.bwrap));
        args.extend(namespaces(root));
        args.extend(folders(job));
        args.extend(environment(job));
        args.extend(["--chdir".to_owned(), text(&job.dir), "--".to_owned()]);
        args.push(text(&self.setpriv));
        args.extend(privileges(root, job.number));
        args.push(text(&self.prlimit));
        args.extend(limits(job));
        args.push(text(&job.program));
        args.extend(job.args.iter().cloned());
        let run = Run::new("/bin/sh", Path::new("/")).args(args);
        Ok(run.limit(job.limits.time))
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Nothing is shared with the machine but what `folders` brings in.
fn namespaces(root: bool) -> Vec<String> {
    let mut args = vec![
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--seccomp",
        FILTER,
    ];
    // Root needs no user namespace to make the others, and changes to another user inside.
    if !root {
        args.extend(["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]);
    }
    args.into_iter().map(str::to_owned).collect()
}

/// The folders of the system and of the job. The others are not there.
fn folders(job: &Job) -> Vec<String> {
    let mut args: Vec<String> = Vec::new();
    // First, so that it does not hide a folder of the job that is below it.
    if job.scratch.is_some() {
        let room = job.limits.scratch.to_string();
        args.extend(["--perms", "1777", "--size", &room, "--tmpfs", "/tmp"].map(str::to_owned));
    }
    let mut made = BTreeSet::new();
    if job.scratch.is_some() {
        made.insert(PathBuf::from("/tmp"));
    }
    let mut bind = |how: &str, path: &Path| {
        // Bubblewrap would make the folders above it for their owner only.
        let above: Vec<&Path> = path.ancestors().skip(1).collect();
        for folder in above.into_iter().rev().skip(1) {
            if made.insert(folder.to_owned()) {
                args.extend(["--perms", "0755", "--dir"].map(str::to_owned));
                args.push(text(folder));
            }
        }
        made.insert(path.to_owned());
        args.extend([how.to_owned(), text(path), text(path)]);
    };
    bind("--dev-bind", Path::new("/dev/null"));
    for path in &job.readable {
        bind("--ro-bind", path);
    }
    for path in &job.writable {
        bind("--bind", path);
    }
    for path in system_folders() {
        if !path.is_symlink() {
            bind("--ro-bind", path);
        }
    }
    for path in system_folders() {
        if let Ok(target) = std::fs::read_link(path) {
            args.extend(["--symlink".to_owned(), text(&target), text(path)]);
        }
    }
    args
}

fn environment(job: &Job) -> Vec<String> {
    let scratch = job.scratch.as_ref().map(|_| ("TMPDIR", "/tmp"));
    let own = job
        .env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    scratch
        .into_iter()
        .chain(own)
        .flat_map(|(name, value)| ["--setenv", name, value].map(str::to_owned))
        .collect()
}

/// No way back to more rights; where the grader is root, a user that owns nothing.
fn privileges(root: bool, number: u32) -> Vec<String> {
    let mut args = vec!["--no-new-privs".to_owned()];
    if root {
        let user = user(number).to_string();
        args.extend(["--reuid", &user, "--regid", &user, "--clear-groups"].map(str::to_owned));
        args.extend(["--inh-caps=-all", "--bounding-set=-all"].map(str::to_owned));
    }
    args.push("--".to_owned());
    args
}

/// The user of a job where the grader is root: another one for each job of each grader that runs at the moment, since the
/// system counts processes by user.
fn user(number: u32) -> u32 {
    FIRST_USER + (std::process::id() % PROCESS_IDS) * JOBS + number % JOBS
}

fn limits(job: &Job) -> Vec<String> {
    let limits = &job.limits;
    // In a user namespace bubblewrap's own first process is counted too.
    vec![
        format!("--as={}", limits.memory),
        format!("--nproc={}", limits.processes + 1),
        format!("--fsize={}", limits.file),
        format!("--cpu={}", limits.processor_seconds()),
        format!("--stack={}", limits.stack),
        "--nofile=256".to_owned(),
        "--core=0".to_owned(),
        "--".to_owned(),
    ]
}
