//! What the forge is asked to forbid in students' repositories.

use super::admission::FEEDBACK;
use super::changes::{Change, MAIN};
use crate::error::Result;
use crate::forge::{Forbids, ForgeReader, Ruleset, Rulesets, Write};

/// What belongs to the course in each repository and decides what runs there.
const PROTECTED: [&str; 2] = [".course/**/*", ".github/**/*"];

/// The rulesets of a course: students' history is kept, and what tests their work stays as it was handed out.
fn wanted(title: &str, slugs: &[String], app: Option<u64>) -> Vec<Ruleset> {
    let mut repositories: Vec<String> = slugs.iter().map(|slug| format!("{slug}-*")).collect();
    repositories.sort();
    let ruleset = |what: &str, forbids| Ruleset {
        name: format!("{title}: {what}"),
        repositories: repositories.clone(),
        forbids,
        above: app.into_iter().collect(),
    };
    let branches = [MAIN, FEEDBACK].map(str::to_owned).to_vec();
    let paths = PROTECTED.map(str::to_owned).to_vec();
    vec![
        ruleset("history", Forbids::Rewriting(branches)),
        ruleset("protected paths", Forbids::Changing(paths)),
    ]
}

/// What of a course's rulesets is missing or other, and where the forge has none, why. The App makes students' repositories,
/// with what they are not to change in them.
pub fn protection(
    forge: &dyn ForgeReader,
    title: &str,
    slugs: &[String],
    app: Option<u64>,
) -> Result<(Vec<Change>, Option<String>)> {
    let known = match forge.rulesets()? {
        Rulesets::Known(known) => known,
        Rulesets::None(why) => return Ok((Vec::new(), Some(why))),
    };
    let mut changes = Vec::new();
    for ruleset in wanted(title, slugs, app) {
        let there = known.iter().find(|(_, known)| known.name == ruleset.name);
        if there.is_none_or(|(_, known)| !known.is_as(&ruleset)) {
            changes.push(Change::Protect {
                ruleset,
                number: there.map(|(number, _)| *number),
            });
        }
    }
    Ok((changes, None))
}

/// The writes that make changes of rulesets.
pub fn protection_writes(changes: &[Change]) -> Vec<Write> {
    let protect = |change: &Change| match change {
        Change::Protect { ruleset, number } => Some(Write::Protect {
            ruleset: ruleset.clone(),
            number: *number,
        }),
        _ => None,
    };
    changes.iter().filter_map(protect).collect()
}
