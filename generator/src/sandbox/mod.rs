//! The door behind which a submission's code runs: a [`Job`] goes in, a program to run comes out.
//!
//! - [`Job`]: what runs, what it may see, do and use up
//! - `bubblewrap`: namespaces, the strongest; `landlock`: rules of the kernel, where bubblewrap is not there;
//!   `unsandboxed`: nothing, only where somebody asks for it
//! - `seccomp`: the calls of the system that no job may make
//! - [`confine`]: what `course` does to itself before it becomes a job behind Landlock

#[cfg(all(target_os = "linux", feature = "author"))]
mod bubblewrap;
#[cfg(all(target_os = "linux", feature = "author"))]
mod confine;
mod job;
#[cfg(all(target_os = "linux", feature = "author"))]
mod landlock;
#[cfg(all(target_os = "linux", feature = "author"))]
mod seccomp;
mod unsandboxed;

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[cfg(all(target_os = "linux", feature = "author"))]
pub use confine::confine;
pub use job::{Freedom, Job, Limits};
pub use unsandboxed::Unsandboxed;

use crate::error::{Error, Result};
use crate::process::Run;

/// What keeps a submission's code from the machine, the strongest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Namespaces of its own: it sees a few folders, no other process and no network.
    Bubblewrap,
    /// Rules of the kernel: it may open a few folders, and neither reach other processes nor the network.
    Landlock,
    /// Nothing: it can read and write whatever the grader's user can.
    None,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kind::Bubblewrap => "bubblewrap",
            Kind::Landlock => "landlock",
            Kind::None => "none",
        })
    }
}

/// Turns jobs into programs that run behind a wall.
pub trait Sandbox: Send + Sync {
    /// Which wall.
    fn kind(&self) -> Kind;

    /// The program that runs the job behind it.
    ///
    /// # Errors
    ///
    /// Refuses a job that this wall cannot hold.
    fn wrap(&self, job: &Job) -> Result<Run>;
}

/// A sandbox that was looked for: it, or why it does not work here.
pub struct Found {
    /// Which.
    pub kind: Kind,
    /// The sandbox, tried once.
    pub works: std::result::Result<Box<dyn Sandbox>, String>,
}

/// Looks for each kind of sandbox, the strongest first, and tries it. `work` is a folder of ours for what they need on
/// disk; `course` is this program, which confines itself where Landlock is used.
pub fn look(work: &Path, course: &Path) -> Vec<Found> {
    #[cfg(all(target_os = "linux", feature = "author"))]
    {
        // A job is started in a folder of its own, from where a path must lead there, too.
        let work = &std::path::absolute(work).unwrap_or_else(|_| work.to_owned());
        // Where it cannot be made, trying them says why.
        let _ = std::fs::create_dir_all(work);
        let bubblewrap = bubblewrap::Bubblewrap::new(work).map(boxed);
        let landlock = landlock::Landlock::new(course).map(boxed);
        vec![
            Found {
                kind: Kind::Bubblewrap,
                works: bubblewrap.and_then(tried),
            },
            Found {
                kind: Kind::Landlock,
                works: landlock.and_then(tried),
            },
        ]
    }
    #[cfg(not(all(target_os = "linux", feature = "author")))]
    {
        let _ = (work, course);
        let nowhere = |kind| Found {
            kind,
            works: Err("only Linux has it, and only the whole program".to_owned()),
        };
        vec![nowhere(Kind::Bubblewrap), nowhere(Kind::Landlock)]
    }
}

/// The strongest sandbox that works here, or the one that is asked for.
///
/// # Errors
///
/// Names what is missing and the remedy.
pub fn choose(wanted: Option<Kind>, work: &Path, course: &Path) -> Result<Box<dyn Sandbox>> {
    let mut reasons = Vec::new();
    for found in look(work, course) {
        if wanted.is_some_and(|wanted| wanted != found.kind) {
            continue;
        }
        match found.works {
            Ok(sandbox) => return Ok(sandbox),
            Err(why) => reasons.push(format!("{}: {why}", found.kind)),
        }
    }
    Err(Error::input(format!(
        "no sandbox works here ({}); run `course doctor` for the command that brings one, or say --unsandboxed for code that you would run yourself",
        reasons.join("; ")
    )))
}

#[cfg(all(target_os = "linux", feature = "author"))]
fn boxed<S: Sandbox + 'static>(sandbox: S) -> Box<dyn Sandbox> {
    Box::new(sandbox)
}

/// Runs a program that does nothing, so that a sandbox that cannot start is known before it matters.
#[cfg(all(target_os = "linux", feature = "author"))]
fn tried(sandbox: Box<dyn Sandbox>) -> std::result::Result<Box<dyn Sandbox>, String> {
    match starts(sandbox.as_ref()) {
        Ok(None) => Ok(sandbox),
        Ok(Some(why)) => Err(why),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the sandbox can run a program at all: `None`, or what it said.
pub fn starts(sandbox: &dyn Sandbox) -> Result<Option<String>> {
    let job = Job::nothing();
    let outcome = sandbox.wrap(&job)?.outcome()?;
    if outcome.succeeded() {
        return Ok(None);
    }
    let said = outcome.stderr.trim().lines().last().unwrap_or_default();
    Ok(Some(match said {
        "" => format!("it cannot run {}", job.program.display()),
        said => said.to_owned(),
    }))
}

/// Refuses to go on where the sandbox cannot run a program at all: that is the machine's failure, never the submission's.
///
/// # Errors
///
/// Says what the sandbox said.
pub fn must_start(sandbox: &dyn Sandbox) -> Result<()> {
    match starts(sandbox)? {
        None => Ok(()),
        Some(why) => Err(Error::Machine {
            doing: "start the sandbox".to_owned(),
            source: why.into(),
        }),
    }
}
