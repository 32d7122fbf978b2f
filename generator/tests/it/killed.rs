//! `kill -9` at every step: what stands there afterwards is the old or the new, and the next run ends where
//! an undisturbed one would have.
//!
//! Ignored unless asked for: `cargo test --package course --test it -- --ignored killed`. strace (of Debian's
//! package of that name) does the killing, at each call in turn that changes a disk.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::builder::{STACK, Tiny, run};

/// The calls that change a disk.
const CALLS: [&str; 12] = [
    "mkdir",
    "rename",
    "renameat2",
    "write",
    "unlink",
    "unlinkat",
    "rmdir",
    "link",
    "symlink",
    "ftruncate",
    "chmod",
    "openat",
];

/// `openat` opens far more files than it makes; a few of them are enough.
const EACH_NTH_OPEN: usize = 25;

/// What is done, and to what.
struct Scenario {
    begin: fn() -> Tiny,
    words: &'static str,
    /// Whether it is one step: then there is nothing between the old and the new.
    one_step: bool,
}

type Files = BTreeMap<String, Vec<u8>>;

/// The files that count: not what a killed run may leave for the next to sweep, nor what bears the time or
/// the place of this run.
fn counted(tiny: &Tiny) -> Files {
    let mut files = tiny.files();
    files.retain(|path, content| {
        // Objects are in whatever pack they were written to; branches say which of them count.
        let passing = [
            ".course-",
            "course-pushes.log",
            ".journal",
            "FETCH_HEAD",
            "/objects/",
        ];
        // Folders are no data.
        !passing.iter().any(|part| path.contains(part)) && !content.is_empty()
    });
    files
}

/// Runs `course` until the n-th of these calls, which kills it. Whether it was killed.
fn kills_at(tiny: &Tiny, words: &str, call: &str, n: usize) -> bool {
    let mut command = Command::new("strace");
    let inject = format!("inject={call}:signal=KILL:when={n}");
    command.args([
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &format!("trace={call}"),
        "-e",
        &inject,
    ]);
    command
        .arg(env!("CARGO_BIN_EXE_course"))
        .args(words.split(' '))
        .current_dir(tiny.root());
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env_remove("CARGO_TARGET_DIR");
    let status = command.status().expect("strace runs: install it");
    // strace ends as its program did.
    let killed = status.signal() == Some(9);
    assert!(killed || status.success(), "{words}: {call} {n}: {status}");
    killed
}

/// Kills a scenario at each call, each time on a fresh course; how often.
fn at_each_call(scenario: &Scenario) -> usize {
    let undisturbed = (scenario.begin)();
    let old = counted(&undisturbed);
    undisturbed.course(scenario.words).succeeds();
    let new = counted(&undisturbed);
    assert_ne!(old, new);
    let mut kills = 0;
    for call in CALLS {
        let step = if call == "openat" { EACH_NTH_OPEN } else { 1 };
        for n in (1..).step_by(step) {
            let tiny = (scenario.begin)();
            if !kills_at(&tiny, scenario.words, call, n) {
                break;
            }
            kills += 1;
            let left = counted(&tiny);
            if scenario.one_step {
                assert!(
                    left == old || left == new,
                    "{}: {call} {n}: {}",
                    scenario.words,
                    differs(&left, &old)
                );
            }
            tiny.course(scenario.words).succeeds();
            let again = counted(&tiny);
            assert!(
                again == new,
                "{}: {call} {n}: {}",
                scenario.words,
                differs(&again, &new)
            );
            assert!(
                swept(&tiny, scenario.words),
                "{}: {call} {n}",
                scenario.words
            );
        }
    }
    kills
}

/// Whether what a killed run left is gone once somebody has made something in the same place.
fn swept(tiny: &Tiny, words: &str) -> bool {
    if tiny.path(".forge").exists() {
        tiny.course("accept 01-tiny --student zoe").succeeds();
        let fsck = tiny.git(
            ".",
            &format!("--git-dir {} fsck --strict", tiny.forge("01-tiny-zoe")),
        );
        assert!(!fsck.contains("error"), "{fsck}");
    }
    if words.starts_with("render") {
        tiny.course("render --out out").succeeds();
    }
    // The root of the course is swept by whoever next writes there.
    let left = tiny.files();
    let mut left = left
        .keys()
        .filter(|path| path.contains(".course-") && !path.starts_with(".course-"));
    left.next().is_none()
}

fn differs(left: &Files, right: &Files) -> String {
    let paths = left.keys().chain(right.keys());
    let paths = paths.filter(|path| left.get(*path) != right.get(*path));
    paths
        .take(5)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

#[expect(
    clippy::print_stderr,
    reason = "how much was tried, for who runs it by hand"
)]
fn survives(scenario: &Scenario, at_least: usize) {
    let kills = at_each_call(scenario);
    eprintln!("{}: killed {kills} times", scenario.words);
    assert!(
        kills >= at_least,
        "only {kills} kills: did strace inject them?"
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_renders() {
    survives(
        &Scenario {
            begin: Tiny::new,
            words: "render --out out",
            one_step: true,
        },
        30,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_replaces_what_was_rendered() {
    survives(
        &Scenario {
            begin: || {
                let tiny = Tiny::new();
                tiny.course("render --out out").succeeds();
                tiny.edit(
                    &format!("{STACK}/README.md"),
                    "takes the top item away",
                    "takes the top item off",
                );
                tiny
            },
            words: "render --out out",
            one_step: true,
        },
        30,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_publishes() {
    survives(
        &Scenario {
            begin: Tiny::new,
            words: "publish --execute",
            one_step: true,
        },
        30,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_publishes_a_change() {
    survives(
        &Scenario {
            begin: || {
                let tiny = Tiny::new();
                tiny.course("publish --execute").succeeds();
                tiny.edit(
                    &format!("{STACK}/README.md"),
                    "takes the top item away",
                    "takes the top item off",
                );
                tiny
            },
            words: "publish --execute",
            // What is beside the branch says that somebody is writing.
            one_step: false,
        },
        20,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_accepts() {
    survives(
        &Scenario {
            begin: || {
                let tiny = Tiny::new();
                tiny.course("publish --execute").succeeds();
                tiny
            },
            words: "accept 01-tiny --student ada",
            one_step: true,
        },
        30,
    );
}

/// One student has begun and another has not, and a release has come. All of it is the same each time.
fn released_again() -> Tiny {
    let tiny = Tiny::accepted();
    tiny.write("ada/stack/src/mine.rs", "// mine\n");
    tiny.git("ada", "add -A");
    let mut commit = Command::new("git");
    commit
        .args(["commit", "-q", "-m", "work"])
        .current_dir(tiny.path("ada"));
    for who in ["AUTHOR", "COMMITTER"] {
        commit
            .env(format!("GIT_{who}_NAME"), "Ada")
            .env(format!("GIT_{who}_EMAIL"), "ada@students.example")
            .env(format!("GIT_{who}_DATE"), "1788220800 +0000");
    }
    run(&mut commit).succeeds();
    tiny.git("ada", "push -q");
    std::fs::remove_dir_all(tiny.path("ada")).expect("removed");
    tiny.course("accept 01-tiny --student bob").succeeds();
    tiny.edit(
        &format!("{STACK}/README.md"),
        "takes the top item away",
        "takes the top item off",
    );
    tiny.course("publish --execute").succeeds();
    tiny
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_updates() {
    survives(
        &Scenario {
            begin: released_again,
            words: "update 01-tiny --execute",
            // A record, and a branch for each student.
            one_step: false,
        },
        30,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_undoes_an_update() {
    survives(
        &Scenario {
            begin: || {
                let tiny = released_again();
                tiny.course("update 01-tiny --execute").succeeds();
                tiny
            },
            words: "update 01-tiny --undo --execute",
            one_step: false,
        },
        10,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_accepts_by_an_issue() {
    survives(
        &Scenario {
            begin: || {
                let tiny = Tiny::new();
                tiny.course("publish --execute").succeeds();
                tiny.course("enrol init --execute").succeeds();
                let forge = tiny.forge("enrol");
                let words = format!("--git-dir {forge} show main:enrolment.json");
                tiny.write("enrolment.json", &tiny.git(".", &words));
                let event = crate::enrol::event(&serde_json::json!({}));
                tiny.write("event.json", &event.to_string());
                tiny
            },
            words: "accept --issue event.json",
            one_step: true,
        },
        30,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_makes_an_assignment() {
    survives(
        &Scenario {
            begin: Tiny::new,
            words: "new 02-raft",
            // A folder and two lists, in an order that the next run can finish.
            one_step: false,
        },
        30,
    );
}

#[test]
#[ignore = "needs strace"]
fn killed_while_it_imports() {
    survives(
        &Scenario {
            begin: || {
                let tiny = Tiny::new();
                let test = r#"{"tests": [{"name": "adds", "run": "cargo test", "points": 1}]}"#;
                tiny.write("autograding.json", test);
                tiny
            },
            words: "import autograding.json --slug 03-hello --out new",
            one_step: true,
        },
        10,
    );
}

/// Kills a long run at moments spread over the time that it takes; then it must give the same result.
fn at_moments(begin: fn() -> Tiny, words: &str, result: fn(&str) -> serde_json::Value) {
    const MOMENTS: u32 = 6;
    let undisturbed = begin();
    let start = Instant::now();
    let wanted = result(&undisturbed.course(words).succeeds().stdout);
    let took = start.elapsed();
    for moment in 1..=MOMENTS {
        let tiny = begin();
        let mut child = Command::new(env!("CARGO_BIN_EXE_course"))
            .args(words.split(' '))
            .current_dir(tiny.root())
            .env_remove("CARGO_TARGET_DIR")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("course runs");
        std::thread::sleep(took * moment / (MOMENTS + 1));
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert_eq!(
            result(&tiny.course(words).succeeds().stdout),
            wanted,
            "moment {moment}"
        );
    }
}

fn without(text: &str, keys: &[&str]) -> serde_json::Value {
    let mut value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    for key in keys {
        value.as_object_mut().expect("an object").remove(*key);
    }
    value
}

#[test]
#[ignore = "takes a minute"]
fn killed_while_it_proves() {
    at_moments(Tiny::new, "verify --json", |text| {
        without(text, &["proven", "reused"])
    });
}

#[test]
#[ignore = "takes a minute"]
fn killed_while_it_grades() {
    let begin = || {
        let tiny = Tiny::accepted();
        tiny.submits("passes");
        tiny
    };
    at_moments(begin, "grade 01-tiny-ada --json", |text| {
        without(text, &["commit"])
    });
}

#[test]
#[ignore = "takes a minute"]
fn killed_while_it_tests_a_checkout() {
    let begin = || {
        let tiny = Tiny::accepted();
        tiny.submits("passes");
        tiny
    };
    at_moments(begin, "autograde ada --json", |text| {
        without(text, &["commit"])
    });
}

/// A class to be graded, with everything prepared: what is killed is the grading itself.
fn class() -> Tiny {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    tiny.has_student("ada", "passes")
        .has_student("bob", "one-stage-does-not-compile")
        .has_student("cay", "starter");
    tiny.course("grade 01-tiny-cay").succeeds();
    tiny
}

/// The phases of `grade --all`, as its calls of the system show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Repositories are read and commits pinned.
    Fetch,
    /// The compiler runs.
    Build,
    /// Tests run.
    Run,
    /// A result is written down.
    Journal,
}

/// Calls that are watched: opening, starting a program, making a program executable only, putting a file in place.
const WATCHED: &str = "trace=openat,clone3,vfork,fchmodat,chmod,rename";

/// `course grade --all` on one processor, where all work is done by its first thread: so its calls come in one order.
fn grade_all(tiny: &Tiny, options: &[&str]) -> std::process::ExitStatus {
    let mut command = Command::new("taskset");
    command
        .args(["-c", "0", "strace", "-qq", "-e", WATCHED])
        .args(options);
    command
        .arg(env!("CARGO_BIN_EXE_course"))
        .args(["grade", "--all", "01-tiny"]);
    command
        .current_dir(tiny.root())
        .env_remove("CARGO_TARGET_DIR");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
        .status()
        .expect("strace and taskset run: install them")
}

/// For each watched call in order: its phase, its name, and how many of that name came before.
fn phases(log: &str) -> Vec<(Phase, String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut phase = Phase::Fetch;
    let mut calls = Vec::new();
    for line in log.lines() {
        let Some((name, rest)) = line.split_once('(') else {
            continue;
        };
        let count = counts.entry(name.to_owned()).or_default();
        *count += 1;
        // A name is put in place: the roster's ends the fetch, a submission's journal is written.
        let journal = rest.contains("/journal/") || rest.contains(".grades");
        let here = if journal && phase != Phase::Fetch {
            Phase::Journal
        } else {
            phase
        };
        calls.push((here, name.to_owned(), *count));
        phase = match (phase, name) {
            (Phase::Fetch, "rename") if rest.contains("roster.json") => Phase::Build,
            (Phase::Build, "fchmodat" | "chmod") => Phase::Run,
            (Phase::Run | Phase::Build, "rename") if rest.contains("/journal/") => Phase::Build,
            (phase, _) => phase,
        };
    }
    calls
}

fn kept(tiny: &Tiny) -> Files {
    let mut files = tiny.files();
    files.retain(|path, _| path.starts_with(".grades/01-tiny/results/"));
    assert!(files.len() > 3, "{:?}", files.keys());
    files
}

/// Times of pushes are the forge's to say, and differ from class to class.
fn copied(class: &Tiny) -> Tiny {
    let tiny = Tiny::new();
    crate::builder::copy(class.root(), tiny.root());
    tiny
}

#[test]
#[ignore = "needs strace"]
#[expect(
    clippy::print_stderr,
    reason = "what was tried, for who runs it by hand"
)]
fn killed_while_it_grades_a_class() {
    let class = class();
    let undisturbed = copied(&class);
    let log = undisturbed.path("calls.log").display().to_string();
    assert!(grade_all(&undisturbed, &["-o", &log]).success());
    let wanted = kept(&undisturbed);
    let calls = phases(&undisturbed.read("calls.log"));
    for phase in [Phase::Fetch, Phase::Build, Phase::Run, Phase::Journal] {
        let all: Vec<&(Phase, String, usize)> =
            calls.iter().filter(|(of, ..)| *of == phase).collect();
        assert!(all.len() >= 3, "{phase:?}: {all:?}");
        // At its beginning, in its middle, at its end.
        for at in [0, all.len() / 2, all.len() - 1] {
            let (_, name, count) = all[at];
            let tiny = copied(&class);
            let inject = format!("inject={name}:signal=KILL:when={count}");
            let status = grade_all(&tiny, &["-o", "/dev/null", "-e", &inject]);
            assert_eq!(status.signal(), Some(9), "{phase:?}: {name} {count}");
            eprintln!("killed in {phase:?} at call {count} of {name}");
            tiny.course("grade --all 01-tiny").succeeds();
            let left = kept(&tiny);
            assert!(
                left == wanted,
                "{phase:?}: {name} {count}: {}",
                differs(&left, &wanted)
            );
            assert!(!tiny.path(".grades/01-tiny/grade").exists());
        }
    }
}
