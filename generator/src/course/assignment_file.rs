//! `assignment.toml` as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gate::GateEntry;

/// How far an assignment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A module page and nothing to solve yet; it cannot be published.
    Roadmap,
    /// All there.
    Complete,
}

/// `assignment.toml` as it is written.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct AssignmentFile {
    /// Title of the module.
    pub title: String,
    /// How far it is written.
    pub status: Status,
    /// Version of what students get; raised with every change that they should notice.
    pub version: String,
    /// What it is about, in a sentence.
    pub summary: String,
    /// What a student can show afterwards.
    pub objectives: Vec<String>,
    /// Hours that a student needs.
    pub hours: f64,
    /// Points given by machine: the sum over the exercises.
    pub points: u32,
    /// Points given by a person: the sum over `manual`.
    pub manual_points: u32,
    /// The parts of the rubric that a person grades.
    #[serde(default)]
    pub manual: Vec<ManualPart>,
    /// The exercises in order.
    #[serde(default, rename = "exercise")]
    pub exercises: Vec<ExerciseEntry>,
}

/// A part of the rubric that a person grades.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct ManualPart {
    /// Its name.
    pub name: String,
    /// Its points.
    pub points: u32,
    /// What earns them.
    pub look_for: String,
}

/// An exercise as `assignment.toml` writes it.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct ExerciseEntry {
    /// The folder, which is also the Cargo package.
    pub name: String,
    /// Title.
    pub title: String,
    /// Points: the sum over stages and gates.
    pub points: u32,
    /// Hours that a student needs.
    pub hours: f64,
    /// Globs of the files that a submission may change or add, from the exercise's folder.
    #[serde(default = "all_sources")]
    pub editable: Vec<String>,
    /// What its code may use; what is not declared is denied.
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// The stages in order.
    #[serde(default, rename = "stage")]
    pub stages: Vec<StageEntry>,
    /// Tests that pass before their stage.
    #[serde(default, rename = "guard")]
    pub guards: Vec<Guard>,
    /// Tests that a later stage breaks.
    #[serde(default, rename = "retired")]
    pub retired: Vec<Retired>,
    /// Bars for how fast and how frugal its code is, in the order in which they are measured.
    #[serde(default, rename = "gate")]
    pub gates: Vec<GateEntry>,
}

fn all_sources() -> Vec<String> {
    vec!["src/**/*.rs".to_owned()]
}

/// Something an exercise's code may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// Files.
    Fs,
    /// Sockets.
    Net,
    /// Threads.
    Threads,
    /// Other programs.
    Process,
    /// Environment and arguments.
    Env,
    /// Clocks.
    Time,
    /// Unsafe code.
    Unsafe,
}

impl Capability {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Capability; 7] = [
        Capability::Fs,
        Capability::Net,
        Capability::Threads,
        Capability::Process,
        Capability::Env,
        Capability::Time,
        Capability::Unsafe,
    ];

    /// The word by which `assignment.toml` declares it.
    pub fn word(self) -> &'static str {
        match self {
            Capability::Fs => "fs",
            Capability::Net => "net",
            Capability::Threads => "threads",
            Capability::Process => "process",
            Capability::Env => "env",
            Capability::Time => "time",
            Capability::Unsafe => "unsafe",
        }
    }

    /// What it is about, in words for a student.
    pub fn about(self) -> &'static str {
        match self {
            Capability::Fs => "files",
            Capability::Net => "the network",
            Capability::Threads => "threads",
            Capability::Process => "other programs or the end of its own",
            Capability::Env => "the environment, arguments and standard input",
            Capability::Time => "clocks",
            Capability::Unsafe => "unsafe code",
        }
    }
}

/// A stage as `assignment.toml` writes it.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct StageEntry {
    /// Name, as in `tests/stage_N_name.rs`.
    pub name: String,
    /// Title, as in the handout's heading.
    pub title: String,
    /// Points.
    pub points: u32,
    /// Hours that a student needs.
    pub hours: f64,
    /// What always holds once it is solved, in a sentence: feedback on a failing test says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invariant: Option<String>,
    /// Pages to read for it, from the folder of the assignment, with or without an anchor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
}

/// A test that already passes before its stage and protects old behaviour.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct Guard {
    /// The test, as `stage_N_name::function`.
    pub test: String,
    /// What it protects.
    pub reason: String,
}

/// A test whose promise a later stage takes back.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct Retired {
    /// The test, as `stage_N_name::function`.
    pub test: String,
    /// The last stage in which it holds.
    pub until: usize,
    /// Why the promise is taken back.
    pub reason: String,
}
