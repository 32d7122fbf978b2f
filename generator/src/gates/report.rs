//! The grade of a gate as a value; a part of `generator/schemas/grade.json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::course::gate::{Bar, GateEntry, GateKind};

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GateVerdict {
    /// Within its bar.
    Pass,
    /// Beyond it.
    Fail,
    /// Too near to it, or the machine too restless, to say. It gives the points; a regrade settles it.
    Inconclusive,
    /// Not measured yet: tests up to its stage fail.
    Waiting,
    /// A number to read, never judged.
    Report,
}

/// What a gate gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateGrade {
    /// The exercise.
    pub exercise: String,
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The stage that it belongs to.
    pub stage: usize,
    /// How it is measured.
    pub kind: GateKind,
    /// What the code is held to.
    pub promise: String,
    /// What it demands of its number, in words.
    pub demand: String,
    /// The least that passes, of what is counted.
    pub min: Option<f64>,
    /// The most that passes, of what is counted or timed.
    pub max: Option<f64>,
    /// What it says.
    pub verdict: GateVerdict,
    /// Points.
    pub points: u32,
    /// The most points.
    pub max_points: u32,
    /// Its number: a median over all instances, or a count over its operations.
    pub value: Option<f64>,
    /// Of what is timed: the least and the greatest median of a process.
    pub range: Option<(f64, f64)>,
    /// Which share of all instances lies over the limit, of what is timed.
    pub over: Option<f64>,
    /// Events and operations, of what is counted.
    pub count: Option<(u64, u64)>,
    /// What the number is a number of.
    pub unit: String,
    /// Where it fails: why.
    pub why: Option<String>,
    /// Whether the number is too good to be true: a person should look.
    pub too_good: bool,
    /// Whether its processes differ as no honest code's do: a person should look.
    pub unsteady: bool,
    /// What the inputs came from; each further process took the next number.
    pub seed: Option<u64>,
    /// In how many batches the outputs were equal to the peer's.
    pub agreed: u64,
    /// Nanoseconds of an operation, student's and peer's, to read; of growth at the smallest and the greatest size.
    pub nanoseconds: Option<(f64, f64)>,
    /// Of what is timed: what the instances of each process gave.
    pub processes: Vec<Vec<f64>>,
    /// The command that measures it where the student is.
    pub command: String,
}

impl GateGrade {
    /// A gate that was not measured.
    pub fn waiting(exercise: &str, gates_package: &str, entry: &GateEntry) -> GateGrade {
        let (min, max) = match entry.bar() {
            Ok(Bar::Between(min, max)) => (Some(min), Some(max)),
            Ok(Bar::Below(limit)) => (None, Some(limit)),
            _ => (None, None),
        };
        let unit = match entry.kind {
            GateKind::Ratio | GateKind::Process => "times the peer",
            GateKind::Growth => "powers of the size",
            _ => entry.unit.as_deref().unwrap_or_default(),
        };
        GateGrade {
            exercise: exercise.to_owned(),
            name: entry.name.clone(),
            title: entry.title.clone(),
            stage: entry.stage,
            kind: entry.kind,
            promise: entry.promise.clone(),
            demand: entry.demand(),
            min,
            max,
            verdict: GateVerdict::Waiting,
            points: 0,
            max_points: entry.points,
            value: None,
            range: None,
            over: None,
            count: None,
            unit: unit.to_owned(),
            why: None,
            too_good: false,
            unsteady: false,
            seed: None,
            agreed: 0,
            nanoseconds: None,
            processes: Vec::new(),
            command: format!("cargo bench --package {gates_package} -- {}", entry.name),
        }
    }

    /// By which it is known in the assignment.
    pub fn id(&self) -> String {
        format!("{}/{}", self.exercise, self.name)
    }

    /// As it is, failed for this reason.
    pub fn failed(self, why: String) -> GateGrade {
        GateGrade {
            verdict: GateVerdict::Fail,
            why: Some(why),
            ..self
        }
    }
}
