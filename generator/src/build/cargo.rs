//! What cargo says while it compiles, read from its JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::process::{End, Outcome};

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It compiles all the same.
    Warning,
    /// It does not compile.
    Error,
}

/// A message of the compiler about one of our targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// The target that was compiled.
    pub target: String,
    /// Whether that target is the library, which every other needs.
    pub library: bool,
    /// The message as the compiler renders it.
    pub text: String,
}

/// A program that was built.
#[derive(Debug, Clone)]
pub struct Executable {
    /// Where it is. Taken from this run's messages: a failed build leaves the old program beside it.
    pub path: PathBuf,
    /// The folder of its package, which its tests run in.
    pub package: PathBuf,
    /// Whether cargo found nothing to do.
    pub fresh: bool,
}

/// What a build left.
#[derive(Debug, Default)]
pub struct Build {
    /// Test programs by target name.
    pub executables: BTreeMap<String, Executable>,
    /// Other programs by name.
    pub binaries: BTreeMap<String, Executable>,
    /// Compiled libraries, those of dependencies too.
    pub libraries: Vec<PathBuf>,
    /// Warnings and errors.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether everything that was asked for was built.
    pub complete: bool,
}

impl Build {
    /// The messages of one level.
    pub fn at(&self, level: Level) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .filter(move |diagnostic| diagnostic.level == level)
    }
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-message")]
    Diagnostic { target: Target, message: Rendered },
    #[serde(rename = "compiler-artifact")]
    Artifact {
        target: Target,
        manifest_path: PathBuf,
        executable: Option<PathBuf>,
        filenames: Vec<PathBuf>,
        fresh: bool,
        profile: Profile,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Target {
    fn is(&self, kind: &str) -> bool {
        self.kind.iter().any(|own| own == kind)
    }
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Rendered {
    level: String,
    rendered: Option<String>,
}

/// Reads cargo's messages.
///
/// # Errors
///
/// Where cargo failed before it compiled anything: a lock file that is stale, a dependency that is
/// missing, a time-out.
pub(super) fn parse(outcome: &Outcome) -> Result<Build> {
    let mut build = Build {
        complete: outcome.succeeded(),
        ..Build::default()
    };
    for line in outcome.stdout.lines().filter(|line| line.starts_with('{')) {
        let message: Message = serde_json::from_str(line).map_err(|error| {
            Error::Internal(format!("a message of cargo cannot be read: {error}"))
        })?;
        match message {
            Message::Diagnostic { target, message } => {
                let level = match message.level.as_str() {
                    "warning" => Level::Warning,
                    "error" => Level::Error,
                    _ => continue,
                };
                let text = message.rendered.unwrap_or_default();
                // The closing count of errors and warnings repeats what was said.
                if text.contains("aborting due to")
                    || text.contains("warnings emitted")
                    || text.contains("warning emitted")
                {
                    continue;
                }
                build.diagnostics.push(Diagnostic {
                    level,
                    library: target.is("lib"),
                    target: target.name,
                    text,
                });
            }
            Message::Artifact {
                target,
                manifest_path,
                executable: Some(path),
                fresh,
                profile,
                ..
            } => {
                let package = manifest_path.parent().map(PathBuf::from);
                let executable = Executable {
                    path,
                    package: package.unwrap_or_default(),
                    fresh,
                };
                if profile.test || target.is("bench") {
                    build.executables.insert(target.name, executable);
                } else if target.is("bin") {
                    build.binaries.insert(target.name, executable);
                }
            }
            Message::Artifact {
                filenames,
                executable: None,
                ..
            } => build.libraries.extend(filenames),
            _ => {}
        }
    }
    if !build.complete && build.at(Level::Error).next().is_none() {
        let doing = match outcome.end {
            End::Timeout => "compile within the time limit".to_owned(),
            _ => "compile with cargo".to_owned(),
        };
        return Err(Error::Machine {
            doing,
            source: outcome.stderr.trim().to_owned().into(),
        });
    }
    Ok(build)
}
