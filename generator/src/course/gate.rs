//! A gate as `assignment.toml` writes it, and the crate that measures it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a gate is measured, and so what it may demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GateKind {
    /// Outputs equal to the peer's, batch for batch.
    Agree,
    /// Events over operations, between a lower and an upper bound.
    Count,
    /// By which power of the size time grows.
    Growth,
    /// Student's time over the peer's.
    Ratio,
    /// Threads that finish while another is held.
    Held,
    /// As ratio, for programs that are driven from outside.
    Process,
    /// A number to read, never judged.
    Report,
}

impl GateKind {
    /// The word by which `assignment.toml` names it.
    pub fn word(self) -> &'static str {
        match self {
            GateKind::Agree => "agree",
            GateKind::Count => "count",
            GateKind::Growth => "growth",
            GateKind::Ratio => "ratio",
            GateKind::Held => "held",
            GateKind::Process => "process",
            GateKind::Report => "report",
        }
    }

    /// Whether a clock decides. Then it may be inconclusive, and takes several processes.
    pub fn is_timed(self) -> bool {
        matches!(self, GateKind::Growth | GateKind::Ratio | GateKind::Process)
    }
}

/// A gate of an exercise.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct GateEntry {
    /// Its name in the gate program.
    pub name: String,
    /// Title.
    pub title: String,
    /// The stage that it belongs to: it is measured once all tests up to there pass.
    pub stage: usize,
    /// How it is measured.
    pub kind: GateKind,
    /// Points; none for a report.
    #[serde(default)]
    pub points: u32,
    /// What the code is held to, in a sentence.
    pub promise: String,
    /// Of what is timed: the most that passes, times the peer or as a power.
    pub limit: Option<f64>,
    /// Of what is counted: the least that passes.
    pub min: Option<f64>,
    /// Of what is counted: the most that passes.
    pub max: Option<f64>,
    /// Of what is counted or reported: what a number is a number of.
    pub unit: Option<String>,
}

/// What a gate demands of its number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// No number: it holds or it does not.
    None,
    /// At most this.
    Below(f64),
    /// From the first to the second, both allowed.
    Between(f64, f64),
}

impl GateEntry {
    /// What it demands.
    ///
    /// # Errors
    ///
    /// Says which key its kind lacks, or has no use for.
    pub fn bar(&self) -> Result<Bar, String> {
        let word = self.kind.word();
        let needless = |keys: &[(&str, bool)]| {
            let found = keys.iter().find(|(_, is_there)| *is_there);
            found.map(|(key, _)| format!("a gate of kind `{word}` has no use for `{key}`"))
        };
        let (limit, min, max) = (
            ("limit", self.limit.is_some()),
            ("min", self.min.is_some()),
            ("max", self.max.is_some()),
        );
        let (bar, spare) = match self.kind {
            GateKind::Agree | GateKind::Held | GateKind::Report => {
                (Bar::None, needless(&[limit, min, max]))
            }
            GateKind::Count => match (self.min, self.max) {
                (Some(min), Some(max)) if min >= 0.0 && min <= max && max.is_finite() => {
                    (Bar::Between(min, max), needless(&[limit]))
                }
                _ => {
                    return Err(
                        "a gate of kind `count` has a `min` and a `max` that is not below it"
                            .to_owned(),
                    );
                }
            },
            GateKind::Growth | GateKind::Ratio | GateKind::Process => match self.limit {
                Some(limit) if limit > 0.0 && limit.is_finite() => {
                    (Bar::Below(limit), needless(&[min, max]))
                }
                _ => return Err(format!("a gate of kind `{word}` has a `limit` above 0")),
            },
        };
        if self.kind == GateKind::Report && self.points > 0 {
            return Err("a report is never judged, so it has no points".to_owned());
        }
        match spare {
            Some(message) => Err(message),
            None => Ok(bar),
        }
    }
}

impl GateEntry {
    /// What it demands, in words.
    pub fn demand(&self) -> String {
        let unit = self.unit.as_deref().unwrap_or_default();
        match (self.kind, self.bar()) {
            (GateKind::Growth, Ok(Bar::Below(limit))) => {
                format!("grows by at most {limit} powers of the size")
            }
            (_, Ok(Bar::Below(limit))) => format!("at most {limit} times the peer"),
            (_, Ok(Bar::Between(min, max))) if min == max => format!("{min} {unit}"),
            (_, Ok(Bar::Between(min, max))) => format!("{min} to {max} {unit}"),
            (GateKind::Agree, _) => "outputs equal to the peer's".to_owned(),
            (GateKind::Held, _) => "others finish while one is held".to_owned(),
            (_, _) => "not judged".to_owned(),
        }
    }
}

/// The crate that gate programs measure with.
pub const CRATE: &str = "course-gate";

/// Where a student's repository has it.
pub const CRATE_PLACE: &str = ".course/gate";

/// The folder of an exercise with its gate program and the peers, a package of its own.
pub const FOLDER: &str = "gates";

/// The gate program, as a benchmark of cargo's.
pub const PROGRAM: &str = "gates";

/// What measuring the solution and the mistakes gave: for authors.
pub const CALIBRATION: &str = "gates/CALIBRATION.md";

/// Where the course has the measuring crate: its workspace says so, as for its own gate packages.
pub fn crate_folder(workspace_manifest: &str) -> Option<String> {
    let manifest: toml::Table = workspace_manifest.parse().ok()?;
    let dependencies = manifest.get("workspace")?.get("dependencies")?;
    Some(
        dependencies
            .get(CRATE)?
            .get("path")?
            .as_str()?
            .trim_end_matches('/')
            .to_owned(),
    )
}
