use std::path::Path;

use super::processors;
use crate::error::{Error, Result};
use crate::grade::{Bounds, Defences, Grader};
use crate::sandbox::{self, Kind, Sandbox, Unsandboxed};

const BUILD_SECONDS: u64 = 120;
const TEST_SECONDS: u64 = 20;

/// Flags of every verb that runs code of submissions.
#[derive(clap::Args, Clone)]
pub(super) struct WallArgs {
    /// Take this sandbox [default: the strongest that works here]
    #[arg(long, value_name = "NAME", value_enum)]
    sandbox: Option<Wall>,
    /// Run the submission without a sandbox: it can do whatever you can
    #[arg(long, conflicts_with = "sandbox")]
    unsandboxed: bool,
    /// The longest that a call of the compiler may take
    #[arg(long, value_name = "N", default_value_t = BUILD_SECONDS, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    build_seconds: u64,
    /// The longest that a test may take; all tests of a program together get ten times as long
    #[arg(long, value_name = "N", default_value_t = TEST_SECONDS, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    test_seconds: u64,
}

/// The sandboxes that can be asked for by name.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Wall {
    Bubblewrap,
    Landlock,
}

impl WallArgs {
    /// The sandbox that is asked for, or else the strongest; none only where that is said.
    pub(super) fn sandbox(&self, work: &Path) -> Result<Box<dyn Sandbox>> {
        if self.unsandboxed {
            return Ok(Box::new(Unsandboxed));
        }
        let wanted = self.sandbox.map(|wall| match wall {
            Wall::Bubblewrap => Kind::Bubblewrap,
            Wall::Landlock => Kind::Landlock,
        });
        sandbox::choose(wanted, work, &this_program()?)
    }

    /// A grader behind this sandbox.
    pub(super) fn grader<'a>(&self, work: &Path, sandbox: &'a dyn Sandbox) -> Result<Grader<'a>> {
        Ok(Grader {
            bounds: Bounds::of_seconds(self.build_seconds, self.test_seconds),
            ..grader_behind(work, sandbox)?
        })
    }
}

/// A grader with the usual bounds.
pub(super) fn grader_behind<'a>(work: &Path, sandbox: &'a dyn Sandbox) -> Result<Grader<'a>> {
    Ok(Grader {
        work: work.to_owned(),
        course: this_program()?,
        sandbox,
        bounds: Bounds::of_seconds(BUILD_SECONDS, TEST_SECONDS),
        lanes: processors(),
        seed: None,
        defences: Defences::ALL,
    })
}

/// Where this program is.
pub(super) fn this_program() -> Result<std::path::PathBuf> {
    std::env::current_exe().map_err(|error| Error::at("find", Path::new("this program"), error))
}

/// How a submission is run, for whoever watches.
pub(super) fn wall_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Bubblewrap => "in a bubblewrap sandbox",
        Kind::Landlock => "behind Landlock",
        Kind::None => "NOT SANDBOXED",
    }
}
