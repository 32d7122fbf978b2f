//! Gates on real code behind the real sandbox: each layer catches what it is for, and who attacks the benchmark gets
//! nothing by it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::builder::{Ran, Tiny, generator};

/// A file of `fixtures/submissions/gates`: an attack on a gate, as edits of the solution.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attack {
    #[serde(skip)]
    name: String,
    /// What it does, in a sentence.
    what: String,
    assignment: String,
    /// The gate that it attacks.
    gate: Option<String>,
    /// What the gate must say.
    verdict: Option<String>,
    /// Whether it must be called too good to be true.
    #[serde(default)]
    too_good: bool,
    /// Whether the whole submission is graded, and not its gate alone.
    #[serde(default)]
    grade: bool,
    /// The kinds of findings of that.
    #[serde(default)]
    findings: Vec<String>,
    /// Words of the report.
    #[serde(default)]
    says: String,
    /// What stands nowhere on the page.
    #[serde(default)]
    never: Vec<String>,
    /// The time limit of a test, and of a process of a gate.
    seconds: Option<u64>,
    edit: Vec<Edit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    path: String,
    old: String,
    new: String,
}

fn attacks() -> Vec<Attack> {
    let folder = generator().join("tests/fixtures/submissions/gates");
    let mut attacks = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        let mut attack: Attack =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        attack.name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        attacks.push(attack);
    }
    attacks.sort_by(|a, b| a.name.cmp(&b.name));
    attacks
}

/// This repository's own course, read only.
fn own() -> PathBuf {
    generator().join("..").canonicalize().expect("a folder")
}

/// A repository with the solution and these edits, committed.
fn solved(tiny: &Tiny, root: &Path, assignment: &str, name: &str, edits: &[Edit]) -> String {
    let folder = format!("submissions/{name}");
    tiny.course(&format!(
        "render {assignment} --course {} --out {}",
        root.display(),
        tiny.path(&folder).display()
    ))
    .succeeds();
    let folder = format!("{folder}/{assignment}");
    let sources = root.join("assignments").join(assignment);
    for exercise in fs::read_dir(&sources).expect("a folder").flatten() {
        let from = exercise.path().join("src");
        if from.is_dir() {
            let to = Path::new(&folder).join(exercise.file_name()).join("src");
            crate::builder::copy(&from, &tiny.path(&to.to_string_lossy()));
        }
    }
    for edit in edits {
        // A text in three quotes begins on the next line.
        tiny.edit(&format!("{folder}/{}", edit.path), &edit.old, &edit.new);
    }
    tiny.git(&folder, "init -q -b main");
    tiny.git(&folder, "add -A");
    tiny.git(&folder, "commit -q -m work");
    tiny.path(&folder).display().to_string()
}

fn gate_of<'a>(report: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let gates = report["gates"].as_array().expect("gates");
    gates
        .iter()
        .find(|gate| gate["name"] == name)
        .unwrap_or_else(|| panic!("no gate {name}: {report}"))
}

#[test]
#[ignore = "takes minutes; CI runs it as a part of its own"]
fn gates_who_attacks_the_benchmark_gets_nothing_by_it() {
    let layers = Tiny::layers();
    let own = own();
    let mut wrong = Vec::new();
    for attack in attacks() {
        let root = match attack.assignment.as_str() {
            "01-layers" => layers.root().to_owned(),
            _ => own.clone(),
        };
        let path = solved(
            &layers,
            &root,
            &attack.assignment,
            &attack.name,
            &attack.edit,
        );
        let words = |format: &str| {
            let verb = if attack.grade { "grade" } else { "gate" };
            let gate = attack.gate.as_ref().filter(|_| !attack.grade);
            let gate = gate
                .map(|gate| format!("--gate {gate}"))
                .unwrap_or_default();
            let seconds = attack.seconds.map(|n| format!("--test-seconds {n}"));
            format!(
                "{verb} {path} --course {} --assignment {} {gate} {} {format}",
                root.display(),
                attack.assignment,
                seconds.unwrap_or_default()
            )
        };
        let ran = layers.course(&words("--json"));
        let mut complain =
            |what: String| wrong.push(format!("{} ({}): {what}", attack.name, attack.what));
        if ran.code > 1 {
            complain(ran.stderr.clone());
            continue;
        }
        let report = ran.json();
        if let (Some(name), Some(verdict)) = (&attack.gate, &attack.verdict) {
            let gate = gate_of(&report, name);
            let points = gate["points"].as_u64().expect("points");
            if gate["verdict"] != verdict.as_str() || (verdict == "fail") != (points == 0) {
                complain(format!(
                    "{} with {points} points: {}",
                    gate["verdict"], gate["why"]
                ));
            }
            if gate["too_good"] != attack.too_good {
                complain(format!("too good: {}", gate["too_good"]));
            }
        }
        let found: Vec<&str> = report["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|finding| finding["kind"].as_str())
            .collect();
        for kind in &attack.findings {
            if !found.contains(&kind.as_str()) {
                complain(format!("no finding `{kind}`: {}", report["findings"]));
            }
        }
        if attack.findings.contains(&"denied-use".to_owned()) && report["points"] != 0.0 {
            complain(format!("{} points", report["points"]));
        }
        let page = layers.course(&words("--markdown")).stdout;
        for word in attack
            .never
            .iter()
            .filter(|word| page.contains(word.as_str()))
        {
            complain(format!("`{word}` stands on the page:\n{page}"));
        }
        if page.len() > 20_000 {
            complain(format!("a page of {} bytes", page.len()));
        }
        let table = layers.course(&words("")).stdout;
        if !table.contains(&attack.says) {
            complain(format!("nobody said `{}`:\n{table}", attack.says));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What each slow variant of the course of layers is caught by: these gates fail and no others.
const LAYERS: [(&str, &[&str]); 11] = [
    ("commits-nothing", &["syncs", "writes"]),
    ("never-syncs", &["syncs"]),
    ("pads-to-a-page", &["bytes"]),
    ("syncs-by-turns", &["syncs"]),
    ("syncs-each-record", &["syncs", "writes"]),
    ("syncs-first", &["syncs"]),
    ("syncs-twice", &["syncs"]),
    ("writes-each-record", &["writes"]),
    ("reads-byte-by-byte", &["reads", "round_trips"]),
    ("writes-byte-by-byte", &["writes", "round_trips"]),
    ("tries-all", &["time"]),
];

#[test]
#[ignore = "takes minutes; CI runs it as a part of its own"]
fn gates_each_layer_catches_what_it_is_for() {
    let layers = Tiny::layers();
    let report = layers.course("verify --json").succeeds().json();
    let exercises = report["exercises"].as_array().expect("exercises");
    let variants = exercises
        .iter()
        .flat_map(|exercise| exercise["gates"].as_array().expect("gates"));
    let mut seen = Vec::new();
    for variant in variants {
        let gates = variant["gates"].as_array().expect("gates");
        let failed: Vec<&str> = gates
            .iter()
            .filter(|gate| gate["verdict"] == "fail")
            .map(|gate| gate["name"].as_str().expect("a name"))
            .collect();
        let name = variant["variant"].as_str().expect("a name");
        match LAYERS.iter().find(|(known, _)| *known == name) {
            Some((_, wanted)) => {
                assert_eq!(failed, *wanted, "{name}");
                seen.push(name.to_owned());
            }
            None => assert!(failed.is_empty(), "{name}: {failed:?}"),
        }
    }
    assert_eq!(seen.len(), LAYERS.len(), "{seen:?}");
}

#[test]
#[ignore = "takes minutes; CI runs it as a part of its own"]
fn gates_that_prove_nothing_are_refused() {
    let layers = Tiny::layers();
    let settings = "assignments/01-layers/assignment.toml";
    // A limit that the solution just meets, one that the naive version meets, and a name that no program knows.
    layers.edit(settings, "limit = 2\n", "limit = 1.2\n");
    layers.edit(settings, "limit = 2.5\n", "limit = 1000\n");
    layers.edit(settings, "name = \"bytes\"", "name = \"octets\"");
    let mistake = "assignments/01-layers/journal/mistakes/pads-to-a-page.patch";
    layers.edit(mistake, "gates = [\"bytes\"]", "gates = [\"writes\"]");
    // The exercise may not depend on what its peer is made of.
    let manifest = "assignments/01-layers/journal/Cargo.toml";
    layers.write("assignments/01-layers/lines/gates/extra.txt", "");
    layers.edit(
        manifest,
        "[lints.rust]",
        "[dependencies]\ncourse-gate.workspace = true\n\n[lints.rust]",
    );
    layers.course("lock").succeeds();
    let ran = layers.course("verify");
    for said in [
        "is more than 0.6 of its limit 1.2: honest code would fail; make the limit",
        "the gate `round_trips` does not catch it",
        "no mistake fails the gate `round_trips`: one that passes slow code is decoration",
        "assignment.toml has the gate `octets`, and gates/benches/gates.rs does not",
        "gates/benches/gates.rs has the gate `bytes`, and assignment.toml does not",
        "the gate `writes` does not catch it: 1.00",
        "it depends on course-gate, with which its gates are measured",
    ] {
        assert!(
            ran.stdout.contains(said),
            "nobody said `{said}`:\n{}\n{}",
            ran.stdout,
            ran.stderr
        );
    }
    assert_eq!(ran.code, 1);
}

#[test]
#[ignore = "takes minutes; CI runs it as a part of its own"]
fn gates_wait_for_tests_and_give_their_points_then() {
    let layers = Tiny::layers();
    let grade = |path: &str| -> Ran {
        layers.course(&format!("grade {path} --assignment 01-layers --json"))
    };
    let root = layers.root().to_owned();
    let whole = solved(&layers, &root, "01-layers", "whole", &[]);
    let report = grade(&whole).succeeds().json();
    assert_eq!(report["points"], 40.0, "{report}");
    assert!(report["measured_on"]["processors"].as_u64() > Some(0));
    let broken = Edit {
        path: "divisors/src/lib.rs".to_owned(),
        old: "    let mut count = 0;\n".to_owned(),
        new: "    let mut count = u64::from(n == 36);\n".to_owned(),
    };
    let broken = solved(&layers, &root, "01-layers", "broken", &[broken]);
    let report = grade(&broken).succeeds().json();
    let gate = gate_of(&report, "time");
    assert_eq!(
        (&gate["verdict"], &gate["points"]),
        (&"waiting".into(), &0.into())
    );
    // The same seed asks the same: what is counted is equal to the last event.
    let counted = |_| {
        let words = format!("gate {whole} --assignment 01-layers --gate bytes --seed 7 --json");
        layers.course(&words).succeeds().json()["gates"].clone()
    };
    assert_eq!(counted(1), counted(2));
    // A picture for each gate that a clock decides, and a page.
    let words =
        format!("gate {whole} --assignment 01-layers --gate time --svg pictures --markdown");
    let page = layers.course(&words).succeeds().stdout;
    assert!(
        page.contains("| gate | points | verdict | measured | demanded |"),
        "{page}"
    );
    assert!(
        layers
            .read("pictures/divisors-time.svg")
            .starts_with("<svg ")
    );
    layers
        .course(&format!("gate {whole} --assignment 01-layers --gate bites"))
        .says(
            3,
            "01-layers has no gate `bites`; there are: syncs, writes, bytes",
        );
    // Nothing of it is in what students get but the gates themselves.
    assert!(
        !layers
            .path("submissions/whole/01-layers/journal/mistakes")
            .exists()
    );
}
