//! Gathers the outcomes of all variants: from the store, or by building them in two lanes.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use super::outcome::{Outcomes, Store, VariantOutcome};
use super::task::Task;
use super::variant;
use crate::build::{self, Place, Step};
use crate::error::{Error, Result};
use crate::file_tree::Claim;

/// Where proofs are made and kept.
#[derive(Debug, Clone)]
pub struct Work {
    /// A folder of our own: lanes with their target folders, and the store.
    pub dir: PathBuf,
    /// How many lanes build at once.
    pub lanes: usize,
    /// Whether only the matrix is proven, without the two ends and the snippets.
    pub matrix_only: bool,
}

/// Gathers the outcomes of these tasks.
pub(super) fn outcomes(
    tasks: Vec<Task<'_>>,
    work: &Work,
    on_step: &(dyn Fn(&Step) + Sync),
) -> Result<Outcomes> {
    let _claim = Claim::of(&work.dir.join("lanes"))?;
    let store = Store::new(&work.dir.join("proofs"));
    let toolchain = build::toolchain()?;
    let mut outcomes = Outcomes::default();
    let mut todo: Vec<(String, Task<'_>)> = Vec::new();
    for task in tasks {
        let key = variant::key(&toolchain, &task.how, &task.tree);
        match store.get(&key) {
            Some(outcome) => {
                outcomes.reused += 1;
                outcomes.by_name.insert((task.owner, task.name), outcome);
            }
            None => todo.push((key, task)),
        }
    }
    outcomes.proven = todo.len();
    let total = todo.len();
    if let Some((_, task)) = todo.first() {
        on_step(&Step {
            done: 0,
            total,
            what: format!("{}: {}, and what it depends on", task.owner, task.name),
        });
    }
    let found = Mutex::new((Vec::new(), 0));
    // Contiguous shares: neighbours differ little, so cargo has little to do between them.
    let lanes = if total < 4 { 1 } else { work.lanes.max(1) };
    let share = total.div_ceil(lanes).max(1);
    thread::scope(|scope| -> Result<()> {
        let handles: Vec<_> = todo
            .chunks(share)
            .enumerate()
            .map(|(lane, tasks)| {
                let root = work.dir.join(format!("lane-{lane}"));
                let (store, found) = (&store, &found);
                scope.spawn(move || -> Result<()> {
                    for (key, task) in tasks {
                        let outcome = run(&root, task)?;
                        if outcome.is_settled() {
                            store.put(key, &outcome)?;
                        }
                        let mut found = found
                            .lock()
                            .map_err(|_| Error::Internal("a lane panicked".to_owned()))?;
                        found
                            .0
                            .push(((task.owner.clone(), task.name.clone()), outcome));
                        found.1 += 1;
                        on_step(&Step {
                            done: found.1,
                            total,
                            what: format!("{}: {}", task.owner, task.name),
                        });
                    }
                    Ok(())
                })
            })
            .collect();
        for handle in handles {
            handle
                .join()
                .map_err(|_| Error::Internal("a lane panicked".to_owned()))??;
        }
        Ok(())
    })?;
    let (found, _) = found
        .into_inner()
        .map_err(|_| Error::Internal("a lane panicked".to_owned()))?;
    outcomes.by_name.extend(found);
    Ok(outcomes)
}

fn run(root: &Path, task: &Task<'_>) -> Result<VariantOutcome> {
    let place = Place::new(root, &task.place);
    let changed = place.lay(&task.tree)?;
    (task.prove)(&place, &changed)
}
