//! What came out for each submission.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roster::Pinned;
use crate::grade::Grade;

/// The results of an assignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Results {
    /// The assignment's slug.
    pub assignment: String,
    /// Everything that decided about the grades but the submissions, in hexadecimal.
    pub key: String,
    /// The submissions, sorted by student.
    pub submissions: Vec<Graded>,
}

/// A submission and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Graded {
    /// Whose, and which commit.
    #[serde(flatten)]
    pub pinned: Pinned,
    /// What came out.
    pub outcome: Outcome,
}

/// What came out of a submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was graded.
    Grade(Box<Grade>),
    /// There was nothing to grade.
    Nothing {
        /// Why.
        why: String,
    },
    /// The machine failed.
    NotGraded {
        /// How.
        why: String,
    },
}

impl Graded {
    /// The grade, if there is one.
    pub fn grade(&self) -> Option<&Grade> {
        match &self.outcome {
            Outcome::Grade(grade) => Some(grade),
            Outcome::Nothing { .. } | Outcome::NotGraded { .. } => None,
        }
    }

    /// The points: none where there was nothing to grade.
    pub fn points(&self) -> f64 {
        self.grade().map_or(0.0, |grade| grade.points)
    }

    /// Why there is no grade, where there is none.
    pub fn why_not(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Grade(_) => None,
            Outcome::Nothing { why } | Outcome::NotGraded { why } => Some(why),
        }
    }
}

impl Results {
    /// The submissions that the machine failed to grade.
    pub fn not_graded(&self) -> impl Iterator<Item = &Graded> {
        self.submissions
            .iter()
            .filter(|graded| matches!(graded.outcome, Outcome::NotGraded { .. }))
    }
}
