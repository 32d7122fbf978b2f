//! What each defence is worth: an attack gets through where there is none, and through none of those that its row names,
//! each of them alone.
//!
//! Ignored unless asked for: `cargo test --package course --test it -- --ignored defences`. Everything runs in an outer
//! sandbox, since some of the attacks work. `COURSE_ALL=1` tries all of them against the naive grader, not only a part.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use course::error::Result;
use course::grade::{Bounds, Defences, FindingKind, Grade};
use course::process::Run;
use course::sandbox::{self, Job, Kind, Limits, Sandbox, Unsandboxed};

use crate::builder::generator;
use crate::corpus::fixture::{self, Fixture};
use crate::corpus::ground::{Ground, Outside, SECRET};
use crate::corpus::outer::{in_outer_sandbox, is_inside};
use crate::corpus::{bounds, part, report_acts};

/// How long the naive grader is waited for, in seconds.
const PATIENCE: u64 = 12;

/// What is always on: with everything else off it stops what it is for.
const STRUCTURAL: [&str; 7] = [
    "pristine", "recorded", "process", "harness", "reader", "escape", "clock",
];

/// Nothing but limits: no namespace, no rules.
struct LimitsOnly;

impl Sandbox for LimitsOnly {
    fn kind(&self) -> Kind {
        Kind::None
    }

    fn wrap(&self, job: &Job) -> Result<Run> {
        let Limits {
            time,
            memory,
            processes,
            file,
            stack,
            ..
        } = job.limits;
        let mut run = Run::new("/usr/bin/prlimit", &job.dir).args([
            format!("--as={memory}"),
            format!("--nproc={processes}"),
            format!("--fsize={file}"),
            format!("--stack={stack}"),
            "--core=0".to_owned(),
            job.program.display().to_string(),
        ]);
        run = run.args(job.args.iter().cloned()).bare().limit(time);
        for (name, value) in &job.env {
            run = run.env(name, value.as_str());
        }
        Ok(run)
    }
}

/// Bounds that bound nothing of what the corpus does.
fn generous() -> Bounds {
    const GIB: u64 = 1 << 30;
    let limits = Limits {
        time: Duration::from_secs(90),
        memory: 16 * GIB,
        processes: 10_000,
        file: 4 * GIB,
        scratch: 2 * GIB,
        stack: 8 << 20,
    };
    Bounds {
        build: limits,
        test: limits,
        gate: limits,
        gates_together: Duration::from_secs(90),
        tests_together: Duration::from_secs(90),
    }
}

/// The attacks by what their exercise declares.
fn by_capabilities(attacks: &[Fixture]) -> BTreeMap<Vec<String>, Vec<&Fixture>> {
    let mut sorted: BTreeMap<Vec<String>, Vec<&Fixture>> = BTreeMap::new();
    for attack in attacks {
        sorted
            .entry(attack.capabilities.clone())
            .or_default()
            .push(attack);
    }
    sorted
}

/// Whether an attack won what it is after, behind a part of our defences.
fn gained(attack: &Fixture, grade: &Grade, outside: &Outside, changed: bool) -> bool {
    let table = grade.table();
    let ends = [
        "was still running at its time limit",
        "did not compile within",
        "the compiler itself did not survive it",
    ];
    let stopped_by_time = ends.iter().any(|end| table.contains(end));
    match attack
        .gain
        .as_ref()
        .expect("an attack is after something")
        .kind
        .as_str()
    {
        "points" if attack.earns_something() => grade.points > attack.expect.points,
        "points" => grade.points > 0.0,
        "memory" | "disk" | "output" | "untried" => grade.points > attack.expect.points,
        "unseen" => !grade
            .findings
            .iter()
            .any(|finding| finding.kind == FindingKind::DeniedUse),
        "time" => !stopped_by_time,
        "outside" => {
            changed
                || [table, grade.markdown()]
                    .iter()
                    .any(|text| text.contains(SECRET))
        }
        "network" => outside.was_called(),
        "survivor" => !outside.survivors().is_empty(),
        "report" => !report_acts(&table, &grade.markdown()).is_empty(),
        other => panic!("{}: nobody knows the gain `{other}`", attack.name),
    }
}

/// Attacks that get through one of the defences that are said to stop them.
fn through(attacks: &[Fixture]) -> Vec<String> {
    let mut through = Vec::new();
    for (capabilities, attacks) in by_capabilities(attacks) {
        let ground = Ground::new(&capabilities);
        let alone: BTreeSet<&str> = attacks
            .iter()
            .flat_map(|attack| &attack.stopped.by)
            .map(String::as_str)
            .collect();
        for defence in alone {
            let none = Defences::NONE;
            let (defences, kinds, bounds): (_, &[Option<Kind>], _) = match defence {
                "lints" => (
                    Defences {
                        lints: true,
                        ..none
                    },
                    &[None],
                    generous(),
                ),
                "words" => (
                    Defences {
                        words: true,
                        ..none
                    },
                    &[None],
                    generous(),
                ),
                "sources" => (
                    Defences {
                        sources: true,
                        ..none
                    },
                    &[None],
                    generous(),
                ),
                "late-tests" => (
                    Defences {
                        late_tests: true,
                        ..none
                    },
                    &[None],
                    generous(),
                ),
                "proof" => (
                    Defences {
                        proof: true,
                        ..none
                    },
                    &[None],
                    generous(),
                ),
                "types" => (
                    Defences {
                        types: true,
                        ..none
                    },
                    &[None],
                    generous(),
                ),
                "wall" => (
                    none,
                    &[Some(Kind::Bubblewrap), Some(Kind::Landlock)],
                    generous(),
                ),
                "limits" => (none, &[Some(Kind::None)], bounds()),
                structural if STRUCTURAL.contains(&structural) => (none, &[None], generous()),
                other => panic!("nobody knows the defence `{other}`"),
            };
            for kind in kinds {
                if *kind == Some(Kind::Landlock) && capabilities.iter().any(|word| word == "net") {
                    continue;
                }
                let sandbox: Box<dyn Sandbox> = match kind {
                    None => Box::new(Unsandboxed),
                    Some(Kind::None) => Box::new(LimitsOnly),
                    Some(kind) => {
                        let course = Path::new(env!("CARGO_BIN_EXE_course"));
                        sandbox::choose(Some(*kind), ground.root(), course).expect("a sandbox")
                    }
                };
                let grader = ground.grader(sandbox.as_ref(), bounds, defences);
                let ready = ground.ready(&grader);
                let stopped = |attack: &&&Fixture| attack.stopped.by.iter().any(|by| by == defence);
                for attack in attacks.iter().filter(stopped) {
                    let outside = Outside::new();
                    let before = outside.files();
                    let grade = ground.grade(&ready, attack, &outside.reach);
                    if gained(attack, &grade, &outside, outside.files() != before) {
                        through.push(format!(
                            "{} through `{defence}` ({kind:?}):\n{}",
                            attack.name,
                            grade.table()
                        ));
                    }
                }
            }
        }
    }
    through
}

#[test]
#[ignore = "needs bubblewrap, takes minutes"]
fn defences_each_stop_alone_what_they_are_said_to() {
    if !is_inside() {
        return in_outer_sandbox("defences::defences_each_stop_alone_what_they_are_said_to");
    }
    let attacks = fixture::all("attacks");
    let rows: usize = attacks.iter().map(|attack| attack.stopped.by.len()).sum();
    assert!(rows > attacks.len() / 2, "most attacks have a row");
    let through = through(&attacks);
    assert!(
        through.is_empty(),
        "{} of {rows} rows:\n{}",
        through.len(),
        through.join("\n")
    );
}

/// Whether the naive grader is tried with an attack: not with one that has no bound or is after a grader of another kind,
/// and not where nobody looks for what is to be seen.
fn is_tried(attack: &Fixture) -> bool {
    let gain = attack.gain.as_ref().map(|gain| gain.kind.as_str());
    !matches!(gain, Some("untried" | "unseen"))
}

/// What an attack wins from a grader that believes.
fn wins(attack: &Fixture, ground: &Ground) -> bool {
    let outside = Outside::new();
    let before = outside.files();
    let commit = ground.branch(attack, &outside.reach);
    let folder = tempfile::tempdir().expect("a folder");
    let mut naive = Command::new(generator().join("tests/naive_grader.sh"));
    naive.args([
        &ground.address(),
        &commit,
        &folder.path().display().to_string(),
        &PATIENCE.to_string(),
    ]);
    let start = Instant::now();
    let status = naive.status().expect("it runs");
    let slow = start.elapsed() >= Duration::from_secs(PATIENCE);
    let said = std::fs::read(folder.path().join("output")).unwrap_or_default();
    let said = String::from_utf8_lossy(&said).into_owned();
    let passed = said
        .lines()
        .filter(|line| line.starts_with("test ") && line.ends_with("... ok"))
        .count();
    let forged = status.success() || said.contains("test result: ok.");
    match attack
        .gain
        .as_ref()
        .expect("an attack is after something")
        .kind
        .as_str()
    {
        "points" => passed > 0 || forged,
        "memory" | "disk" | "output" => forged || passed > 0,
        "time" => slow,
        "outside" => outside.files() != before || said.contains(SECRET),
        "network" => outside.was_called(),
        "survivor" => !outside.survivors().is_empty(),
        "report" => !report_acts(&said, &said).is_empty(),
        other => panic!("{}: nobody can win `{other}`", attack.name),
    }
}

#[test]
#[ignore = "needs bubblewrap, takes minutes"]
fn defences_are_needed() {
    if !is_inside() {
        return in_outer_sandbox("defences::defences_are_needed");
    }
    let all = fixture::all("attacks");
    let attacks = match std::env::var_os("COURSE_ALL") {
        Some(_) => all,
        None => part(all),
    };
    let many = attacks.len();
    let attacks: Vec<Fixture> = attacks.into_iter().filter(is_tried).collect();
    assert!(attacks.len() > many / 2, "most attacks are tried");
    let mut powerless = Vec::new();
    for (capabilities, attacks) in by_capabilities(&attacks) {
        let ground = Ground::new(&capabilities);
        let without = attacks.iter().filter(|attack| !wins(attack, &ground));
        powerless.extend(without.map(|attack| attack.name.clone()));
    }
    assert!(
        powerless.is_empty(),
        "these win nothing where nothing defends: {powerless:?}"
    );
}
