//! Rules of the kernel that `course` lays on itself before it becomes the job: for machines without bubblewrap.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::job::system_folders;
use super::{Job, Kind, Sandbox};
use crate::error::{Error, Result};
use crate::process::Run;

/// The version from which on a job can be kept from signalling others: Linux 6.12. An older one is no wall.
const VERSION: ABI = ABI::V6;

/// This program, which confines itself.
pub(super) struct Landlock {
    course: PathBuf,
}

impl Landlock {
    /// Asks the kernel.
    pub(super) fn new(course: &Path) -> std::result::Result<Landlock, String> {
        let ruleset = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(AccessFs::from_all(VERSION))
            .and_then(|ruleset| ruleset.scope(Scope::Signal))
            .and_then(landlock::Ruleset::create);
        match ruleset {
            Ok(_) => Ok(Landlock {
                course: course.to_owned(),
            }),
            Err(_) => Err("the kernel has no Landlock of version 6 (Linux 6.12)".to_owned()),
        }
    }
}

impl Sandbox for Landlock {
    fn kind(&self) -> Kind {
        Kind::Landlock
    }

    fn wrap(&self, job: &Job) -> Result<Run> {
        if job.freedom.sockets {
            return Err(Error::input(
                "code that may use the network needs a network of its own, which only bubblewrap gives; run `course doctor` for the command that brings it",
            ));
        }
        let words =
            serde_json::to_string(job).map_err(|error| Error::Internal(error.to_string()))?;
        let run = Run::new(&self.course, Path::new("/")).args(["confine".to_owned(), words]);
        Ok(run.limit(job.limits.time))
    }
}

/// Lays the rules of a job on the calling thread, for good.
pub(super) fn restrict(job: &Job) -> Result<()> {
    let failed = |error: landlock::RulesetError| Error::Machine {
        doing: "lay Landlock rules".to_owned(),
        source: error.into(),
    };
    let read = AccessFs::from_read(VERSION);
    let all = AccessFs::from_all(VERSION);
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(all)
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(VERSION)))
        .and_then(|ruleset| ruleset.scope(Scope::Signal))
        .and_then(|ruleset| ruleset.scope(Scope::AbstractUnixSocket))
        .and_then(landlock::Ruleset::create)
        .map_err(failed)?;
    let mut rules: Vec<(&Path, _)> = vec![(Path::new("/dev/null"), AccessFs::from_file(VERSION))];
    rules.extend(system_folders().map(|path| (path, read)));
    rules.extend(job.readable.iter().map(|path| (path.as_path(), read)));
    let writable = job.writable.iter().chain(&job.scratch);
    rules.extend(writable.map(|path| (path.as_path(), all)));
    for (path, access) in rules {
        let open = PathFd::new(path).map_err(|error| Error::at("open", path, error))?;
        let access = match path.is_dir() {
            true => access,
            false => access & AccessFs::from_file(VERSION),
        };
        ruleset = ruleset
            .add_rule(PathBeneath::new(open, access))
            .map_err(failed)?;
    }
    let status = ruleset.restrict_self().map_err(failed)?;
    match status.ruleset {
        RulesetStatus::FullyEnforced => Ok(()),
        _ => Err(Error::Machine {
            doing: "lay Landlock rules".to_owned(),
            source: "the kernel enforces only a part of them".into(),
        }),
    }
}
