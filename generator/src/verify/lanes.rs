//! Gathers the outcomes of all variants: from the store, or by building them in two lanes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use super::outcome::{Store, VariantOutcome};
use super::variant::{self, Variant};
use super::{ends, pages};
use crate::build::{self, COMBINED, Claim, Level, Limits, Place, TestEnd};
use crate::course::assignment::{Exercise, TestTarget};
use crate::course::{Assignment, Course};
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::render;

/// A matrix run of an exercise's tests stays under half a second; what takes so much longer hangs.
const LIMITS: Limits = Limits {
    together: Duration::from_secs(30),
    alone: Duration::from_secs(10),
};

/// Tests in the matrix run with few cases; at the ends they run in full.
const MATRIX_ENV: [(&str, &str); 2] = [
    ("COURSE_EFFORT", "small"),
    ("PROPTEST_MAX_SHRINK_ITERS", "0"),
];

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

/// Progress: a piece of work that was done.
#[derive(Debug, Clone)]
pub struct Step {
    /// How many pieces are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
    /// Which one this was.
    pub what: String,
}

/// All outcomes, by owner (exercise or assignment) and name.
#[derive(Default)]
pub(super) struct Outcomes {
    by_name: BTreeMap<(String, String), VariantOutcome>,
    /// How many were built now.
    pub(super) proven: usize,
    /// How many came from the store.
    pub(super) reused: usize,
}

impl Outcomes {
    pub(super) fn get(&self, owner: &str, name: &str) -> Option<&VariantOutcome> {
        self.by_name.get(&(owner.to_owned(), name.to_owned()))
    }
}

/// Gets an outcome of the tree that is laid in a place; the paths are those that changed there.
type Prove<'a> = Box<dyn Fn(&Place, &[String]) -> Result<VariantOutcome> + Send + Sync + 'a>;

/// One thing to prove: a tree to lay in a place, and how to get its outcome there.
pub(super) struct Task<'a> {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) how: String,
    pub(super) tree: FileTree,
    pub(super) prove: Prove<'a>,
}

/// Gathers the outcomes of these assignments.
pub(super) fn outcomes(
    course: &Course,
    assignments: &[&Assignment],
    work: &Work,
    on_step: &(dyn Fn(&Step) + Sync),
) -> Result<Outcomes> {
    let _claim = Claim::of(&work.dir.join("lanes"))?;
    let store = Store::new(&work.dir.join("proofs"));
    let toolchain = build::toolchain()?;
    let mut outcomes = Outcomes::default();
    let mut todo: Vec<(String, Task<'_>)> = Vec::new();
    for assignment in assignments {
        for task in tasks(course, assignment, work)? {
            let key = variant::key(&toolchain, &task.how, &task.tree);
            match store.get(&key) {
                Some(outcome) => {
                    outcomes.reused += 1;
                    outcomes.by_name.insert((task.owner, task.name), outcome);
                }
                None => todo.push((key, task)),
            }
        }
    }
    outcomes.proven = todo.len();
    let total = todo.len();
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

fn tasks<'a>(course: &'a Course, assignment: &'a Assignment, work: &Work) -> Result<Vec<Task<'a>>> {
    let rendered = render::render(course, assignment)?;
    let mut tasks = Vec::new();
    for exercise in &assignment.exercises {
        tasks.extend(
            Variant::of(exercise)
                .into_iter()
                .map(|variant| matrix_task(assignment, &rendered, variant)),
        );
    }
    if !work.matrix_only {
        tasks.extend(ends::tasks(assignment, &rendered));
        tasks.extend(pages::task(assignment));
    }
    Ok(tasks)
}

/// The workspace of a variant: the rendered repository's manifest, lock and packages, as far as cargo
/// needs them, with the variant in place of its exercise.
fn matrix_task<'a>(
    assignment: &'a Assignment,
    rendered: &FileTree,
    variant: Variant<'a>,
) -> Task<'a> {
    let mut tree = FileTree::default();
    let needed = |path: &str| {
        matches!(path, "Cargo.toml" | "Cargo.lock")
            || assignment.exercises.iter().any(|exercise| {
                path.strip_prefix(exercise.name())
                    .is_some_and(|inside| inside == "/Cargo.toml" || inside.starts_with("/src/"))
                    && exercise.name() != variant.exercise.name()
            })
    };
    for (path, file) in rendered.iter().filter(|(path, _)| needed(path)) {
        tree.insert(path, file.clone());
    }
    tree.lay(variant.exercise.name(), &variant.package());
    Task {
        owner: variant.exercise.name().to_owned(),
        name: variant.name(),
        place: assignment.slug.clone(),
        how: format!("matrix {} {MATRIX_ENV:?}", variant.exercise.name()),
        tree,
        prove: Box::new(move |place, changed| prove_variant(place, changed, variant)),
    }
}

fn prove_variant(
    place: &Place,
    changed: &[String],
    variant: Variant<'_>,
) -> Result<VariantOutcome> {
    let exercise = variant.exercise;
    let (_, alone) = variant.targets();
    let place = place
        .clone()
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "1");
    let mut args = vec![
        "test",
        "--no-run",
        "--locked",
        "--message-format=json",
        "-p",
        exercise.name(),
        "--test",
        COMBINED,
    ];
    for target in &alone {
        args.extend(["--test", &target.name]);
    }
    let build = place.build(&args)?;
    place.refuse_stale(&build, changed)?;
    let mut outcome = diagnostics(&build);
    if !outcome.errors.is_empty() {
        return Ok(outcome);
    }
    let mut programs: Vec<(&str, Option<&TestTarget>)> = vec![(COMBINED, None)];
    programs.extend(
        alone
            .iter()
            .map(|target| (target.name.as_str(), Some(target))),
    );
    for (program, own_target) in programs {
        let executable = build.executables.get(program).ok_or_else(|| {
            Error::Internal(format!("cargo built `{program}` and did not say where"))
        })?;
        let names = build::list_tests(executable)?;
        let ends = build::run_together(executable, &names, &MATRIX_ENV, LIMITS)?;
        outcome
            .tests
            .extend(ends.into_iter().map(|(name, end)| match own_target {
                Some(target) => (format!("{}::{name}", target.name), end),
                None => (name, end),
            }));
    }
    add_missing(exercise, &mut outcome);
    Ok(outcome)
}

/// Tests that stand in the text and not in the program. Those in the program and not in the text are left:
/// the judge names them.
fn add_missing(exercise: &Exercise, outcome: &mut VariantOutcome) {
    for test in exercise.tests() {
        outcome
            .tests
            .entry(test.id.clone())
            .or_insert(TestEnd::Missing);
    }
}

/// Errors and warnings of a build, each once.
pub(super) fn diagnostics(build: &build::Build) -> VariantOutcome {
    let at = |level| {
        let mut texts: Vec<String> = Vec::new();
        for diagnostic in build.at(level) {
            if !texts.contains(&diagnostic.text) {
                texts.push(diagnostic.text.clone());
            }
        }
        texts
    };
    VariantOutcome {
        errors: at(Level::Error),
        warnings: at(Level::Warning),
        ..VariantOutcome::default()
    }
}
