//! What this program does to itself before it becomes a job behind Landlock.

use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Resource, Rlimit, Signal, setrlimit};

use super::{Job, landlock, seccomp};
use crate::error::{Error, Result};

/// Becomes the job. Returns only where that fails.
///
/// # Errors
///
/// Whatever kept it from being confined or started; nothing of the job has run then.
pub fn confine(job: &Job) -> Error {
    match lay_bounds(job) {
        Err(error) => error,
        Ok(()) => {
            let mut command = Command::new(&job.program);
            command
                .args(&job.args)
                .current_dir(&job.dir)
                .env_clear()
                .envs(job.scratch.iter().map(|scratch| ("TMPDIR", scratch)))
                .envs(job.env.iter().map(|(name, value)| (name, value)));
            Error::at("run", &job.program, command.exec())
        }
    }
}

fn lay_bounds(job: &Job) -> Result<()> {
    let failed = |error: rustix::io::Errno| Error::Machine {
        doing: "limit a job".to_owned(),
        source: std::io::Error::from(error).into(),
    };
    // Where the grader is killed nobody else would end it.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).map_err(failed)?;
    let limits = &job.limits;
    for (resource, most) in [
        (Resource::As, limits.memory),
        (Resource::Nproc, limits.processes),
        (Resource::Fsize, limits.file),
        (Resource::Cpu, limits.processor_seconds()),
        (Resource::Stack, limits.stack),
        (Resource::Nofile, 256),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit).map_err(failed)?;
    }
    landlock::restrict(job)?;
    seccomp::apply(seccomp::Wall::Landlock, job.freedom)
}
