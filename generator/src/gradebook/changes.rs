//! Whose points change between two gradings of the same commits, and by how much.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::results::{Graded, Results};
use crate::words::count;

/// Everything that changes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Changes {
    /// The assignment's slug.
    pub assignment: String,
    /// How many submissions were graded again.
    pub submissions: usize,
    /// Those whose points change, sorted by student.
    pub changed: Vec<Change>,
}

/// A submission whose points change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// The student.
    pub student: String,
    /// The points so far.
    pub before: f64,
    /// The points now.
    pub after: f64,
    /// The stages that make the difference, as `exercise stage`.
    pub stages: Vec<StageChange>,
}

/// A stage whose points change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StageChange {
    /// `exercise N. Title`.
    pub stage: String,
    /// The points so far, 0 for one that is new.
    pub before: f64,
    /// The points now, 0 for one that is gone.
    pub after: f64,
}

/// What differs between results of the same commits.
pub fn changes(before: &Results, after: &Results) -> Changes {
    let pairs = after.submissions.iter().filter_map(|new| {
        let same = |old: &&Graded| old.pinned.repository == new.pinned.repository;
        let old = before.submissions.iter().find(same)?;
        let stages = stage_changes(old, new);
        let changed = old.points() != new.points() || !stages.is_empty();
        changed.then(|| Change {
            student: new.pinned.student.clone(),
            before: old.points(),
            after: new.points(),
            stages,
        })
    });
    Changes {
        assignment: after.assignment.clone(),
        submissions: after.submissions.len(),
        changed: pairs.collect(),
    }
}

fn stage_changes(before: &Graded, after: &Graded) -> Vec<StageChange> {
    let points = |graded: &Graded| -> Vec<(String, f64)> {
        let stages = graded
            .grade()
            .map(|grade| grade.stages.as_slice())
            .unwrap_or_default();
        let named = stages.iter().map(|stage| {
            let name = format!("{} {}. {}", stage.exercise, stage.number, stage.title);
            (name, stage.points)
        });
        named.collect()
    };
    let (before, after) = (points(before), points(after));
    let of = |list: &[(String, f64)], name: &str| {
        list.iter()
            .find(|(known, _)| known == name)
            .map_or(0.0, |(_, points)| *points)
    };
    let mut names: Vec<&String> = after.iter().chain(&before).map(|(name, _)| name).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let changed = names.into_iter().map(|name| StageChange {
        stage: name.clone(),
        before: of(&before, name),
        after: of(&after, name),
    });
    changed
        .filter(|change| change.before != change.after)
        .collect()
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let submissions = count(self.submissions, "submission");
        if self.changed.is_empty() {
            return writeln!(
                f,
                "{}: {submissions} graded again, nobody's points change",
                self.assignment
            );
        }
        let changed = self.changed.len();
        writeln!(
            f,
            "{}: {submissions} graded again, the points of {changed} change",
            self.assignment
        )?;
        let width = self
            .changed
            .iter()
            .map(|change| change.student.len())
            .max()
            .unwrap_or(0);
        for change in &self.changed {
            let (before, after) = (change.before, change.after);
            writeln!(
                f,
                "  {:width$}  {before} -> {after} ({})",
                change.student,
                signed(after - before)
            )?;
            for stage in &change.stages {
                writeln!(
                    f,
                    "  {:width$}    {}: {} -> {}",
                    "", stage.stage, stage.before, stage.after
                )?;
            }
        }
        Ok(())
    }
}

/// A difference with its sign, to hundredths.
fn signed(difference: f64) -> String {
    let rounded = (difference * 100.0).round() / 100.0;
    match rounded > 0.0 {
        true => format!("+{rounded}"),
        false => rounded.to_string(),
    }
}
