//! The door to programs: a command run to its end or to its limit, its output in a file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
#[cfg(unix)]
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result};

/// The most output of a program that is read back; the rest is cut and said to be cut.
const MAX_OUTPUT_BYTES: u64 = 4 * 1024 * 1024;

/// What stands at the end of output that was cut.
const OUTPUT_CUT: &str = "[output cut here]\n";

/// As much of cargo: each warning of a compiler is a kilobyte or two.
const MAX_CARGO_OUTPUT_BYTES: u64 = 64 * 1024 * 1024;

/// How the variables begin by which a caller tells cargo how to build.
const BUILD_SETTINGS: [&str; 9] = [
    "CARGO_BUILD_",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "CARGO_ENCODED_",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "CARGO_INCREMENTAL",
];

/// A program may keep so many processors busy until its time limit.
#[cfg(unix)]
const PROCESSORS_AT_FULL_LOAD: u64 = 4;

/// The largest file that a program may write, its output too: 1 GiB in blocks of 512 bytes.
#[cfg(unix)]
const MAX_FILE_BLOCKS: u64 = 2 * 1024 * 1024;

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It returned this exit code.
    Exit(i32),
    /// A signal ended it (an abort, a stack overflow, a kill from outside).
    Signal,
    /// It was still running at its time limit; its whole process group was killed.
    Timeout,
}

/// What a program left behind.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Standard output, cut at 4 MiB (cargo's at 64).
    pub stdout: String,
    /// Standard error, cut likewise.
    pub stderr: String,
    /// Whether one of them was cut.
    pub cut: bool,
}

impl Outcome {
    /// Whether it returned 0.
    pub fn succeeded(&self) -> bool {
        self.end == End::Exit(0)
    }
}

/// A program with its arguments, environment and time limit.
#[derive(Debug, Clone)]
pub struct Run {
    program: PathBuf,
    args: Vec<String>,
    dir: PathBuf,
    env: Vec<(String, String)>,
    without: Vec<String>,
    bare: bool,
    limit: Duration,
    max_output: u64,
}

impl Run {
    /// A run of `program` in the folder `dir`, ten minutes at most.
    pub fn new(program: impl Into<PathBuf>, dir: &Path) -> Run {
        Run {
            program: program.into(),
            args: Vec::new(),
            dir: dir.to_owned(),
            env: Vec::new(),
            without: Vec::new(),
            bare: false,
            limit: Duration::from_secs(600),
            max_output: MAX_OUTPUT_BYTES,
        }
    }

    /// Cargo, the one that runs us or else the one on the path.
    pub fn cargo(dir: &Path) -> Run {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut run = Run::new(cargo, dir);
        run.max_output = MAX_CARGO_OUTPUT_BYTES;
        // A caller's settings for its own build must not reach ours.
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        run.without = names
            .filter(|name| {
                BUILD_SETTINGS
                    .iter()
                    .any(|setting| name.starts_with(setting))
            })
            .collect();
        run
    }

    /// Adds arguments.
    pub fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Run {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Run {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Starts from an empty environment but for PATH.
    pub fn bare(mut self) -> Run {
        self.bare = true;
        self
    }

    /// Sets the time limit.
    pub fn limit(mut self, limit: Duration) -> Run {
        self.limit = limit;
        self
    }

    /// Runs the program to its end or its limit. Output goes to files, since a grandchild that keeps a
    /// pipe open would hold us for ever.
    ///
    /// # Errors
    ///
    /// Only where the program cannot be started or watched; how it ends is in the [`Outcome`].
    pub fn outcome(&self) -> Result<Outcome> {
        let failed = |error| self.failed(error);
        let output_file = || {
            let folder = std::env::temp_dir();
            tempfile::tempfile().map_err(|error| Error::at("create a file in", &folder, error))
        };
        let mut stdout = output_file()?;
        let mut stderr = output_file()?;
        let written = [&stdout, &stderr].map(File::try_clone);
        let [to_stdout, to_stderr] = written;
        let end = self.run(
            Stdio::null(),
            to_stdout.map_err(failed)?.into(),
            to_stderr.map_err(failed)?.into(),
        )?;
        let stdout = read_back(&mut stdout, self.max_output).map_err(failed)?;
        let stderr = read_back(&mut stderr, self.max_output).map_err(failed)?;
        Ok(Outcome {
            end,
            cut: [&stdout, &stderr]
                .iter()
                .any(|text| text.ends_with(OUTPUT_CUT)),
            stdout,
            stderr,
        })
    }

    /// Runs the program to its end or its limit with this as its standard input. What it prints is lost.
    ///
    /// # Errors
    ///
    /// Only where the program cannot be started or watched.
    pub fn silently(&self, stdin: Stdio) -> Result<End> {
        self.run(stdin, Stdio::null(), Stdio::null())
    }

    fn failed(&self, source: std::io::Error) -> Error {
        let remedy = match source.kind() {
            std::io::ErrorKind::NotFound => " (is it installed and on the PATH?)",
            _ => "",
        };
        Error::Machine {
            doing: format!("run {}{remedy}", self.program.display()),
            source: source.into(),
        }
    }

    fn run(&self, stdin: Stdio, stdout: Stdio, stderr: Stdio) -> Result<End> {
        let failed = |error| self.failed(error);
        let mut command = self.command();
        command
            .args(&self.args)
            .current_dir(&self.dir)
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr);
        if self.bare {
            let path = std::env::var_os("PATH").unwrap_or_default();
            command.env_clear().env("PATH", path);
        }
        for name in &self.without {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let mut child = command.spawn().map_err(failed)?;
        // Ours are closed here, so that who reads the other end of one sees when the program has closed its own.
        drop(command);
        wait(&mut child, self.limit).map_err(failed)
    }
}

#[cfg(unix)]
impl Run {
    /// Bare programs get limits from the system. Where we are killed ourselves, nobody else is left to stop
    /// one that loops for ever; and its output goes to a file, which must not fill the disk.
    fn command(&self) -> Command {
        if !self.bare {
            return Command::new(&self.program);
        }
        let seconds = self
            .limit
            .as_secs()
            .saturating_mul(PROCESSORS_AT_FULL_LOAD)
            .max(1);
        let limits = format!("ulimit -t {seconds} && ulimit -f {MAX_FILE_BLOCKS} && exec \"$@\"");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &limits, "sh"]).arg(&self.program);
        command
    }
}

#[cfg(not(unix))]
impl Run {
    fn command(&self) -> Command {
        Command::new(&self.program)
    }
}

/// Waits for the program's end or its limit; ends what it left running.
#[cfg(unix)]
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<End> {
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let id = id.ok_or_else(|| std::io::Error::other("a process without an id"))?;
    // The group bears the program's own id. Until the program is waited for, that id is nobody else's.
    // No such group is the usual case: nothing was left running.
    let kill_group = || {
        let _ = kill_process_group(id, Signal::KILL);
    };
    let (ended, still_running) = mpsc::channel::<()>();
    let timed_out = thread::scope(|scope| -> std::io::Result<bool> {
        let watchdog = scope.spawn(move || {
            let timed_out = still_running.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if timed_out {
                kill_group();
            }
            timed_out
        });
        let waited = loop {
            match waitid(
                WaitId::Pid(id),
                WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
            ) {
                Err(rustix::io::Errno::INTR) => {}
                other => break other,
            }
        };
        drop(ended);
        let timed_out = watchdog.join().unwrap_or(false);
        waited?;
        Ok(timed_out)
    })?;
    kill_group();
    let status = child.wait()?;
    Ok(match (timed_out, status.code()) {
        (true, _) => End::Timeout,
        (false, Some(code)) => End::Exit(code),
        (false, None) => End::Signal,
    })
}

/// Waits for the program's end or its limit.
#[cfg(not(unix))]
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<End> {
    let deadline = std::time::Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().map_or(End::Signal, End::Exit));
        }
        if std::time::Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(End::Timeout);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn read_back(file: &mut File, max: u64) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(max).read_to_end(&mut bytes)?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if bytes.len() as u64 == max {
        // A line that was cut is no line.
        text.truncate(text.rfind('\n').map_or(0, |at| at + 1));
        text.push_str(OUTPUT_CUT);
    }
    Ok(text)
}
