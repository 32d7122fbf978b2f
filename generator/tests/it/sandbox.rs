//! The walls by themselves: a program that reaches for everything gets nowhere behind them, and everywhere without.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use course::process::{End, Outcome};
use course::sandbox::{self, Freedom, Job, Kind, Limits, Sandbox, Unsandboxed};

use crate::builder::{generator, run, walls};
use crate::corpus::ground::Outside;

const MIB: u64 = 1024 * 1024;

/// A folder with a program compiled in it.
struct Lab {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Lab {
    fn with(source: &str) -> Lab {
        let folder = tempfile::tempdir().expect("a folder");
        let (text, program) = (folder.path().join("probe.rs"), folder.path().join("probe"));
        fs::write(&text, source).expect("written");
        let mut rustc = Command::new("rustc");
        rustc
            .args(["--edition", "2024", "-o"])
            .arg(&program)
            .arg(&text);
        run(&mut rustc).succeeds();
        fs::create_dir(folder.path().join("scratch")).expect("a folder");
        Lab { folder, program }
    }

    fn sandbox(&self, kind: Kind) -> Box<dyn Sandbox> {
        match kind {
            Kind::None => Box::new(Unsandboxed),
            wanted => {
                let course = env!("CARGO_BIN_EXE_course");
                sandbox::choose(Some(wanted), self.folder.path(), course.as_ref())
                    .expect("a sandbox")
            }
        }
    }

    fn job(&self, args: &[&str]) -> Job {
        Job {
            program: self.program.clone(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            dir: PathBuf::from("/"),
            env: Vec::new(),
            readable: vec![self.program.clone()],
            writable: Vec::new(),
            scratch: None,
            freedom: Freedom::default(),
            limits: Limits {
                time: Duration::from_secs(5),
                memory: 256 * MIB,
                processes: 16,
                file: 8 * MIB,
                scratch: 8 * MIB,
                stack: 2 * MIB,
            },
            number: 7,
        }
    }

    fn run(&self, kind: Kind, job: &Job) -> Outcome {
        self.sandbox(kind)
            .wrap(job)
            .expect("a program")
            .outcome()
            .expect("it runs")
    }
}

fn reached(outcome: &Outcome) -> BTreeSet<String> {
    assert!(outcome.stdout.ends_with("done\n"), "{outcome:?}");
    let lines = outcome
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("reached "));
    lines.map(str::to_owned).collect()
}

fn probed(kind: Kind, freedom: Freedom) -> (BTreeSet<String>, bool, bool) {
    let source = fs::read_to_string(generator().join("tests/fixtures/probe.rs")).expect("a probe");
    let lab = Lab::with(&source);
    let outside = Outside::new();
    let before = outside.files();
    let port = outside.reach.port.to_string();
    let mut job = lab.job(&[&outside.reach.outside, &port, &outside.reach.mark]);
    job.freedom = freedom;
    let outcome = lab.run(kind, &job);
    let called = outside.was_called();
    let left = !outside.survivors().is_empty() || outside.files() != before;
    (reached(&outcome), called, left)
}

const EVERYTHING: Freedom = Freedom {
    sockets: true,
    threads: true,
    programs: true,
    modes: true,
};

#[test]
fn without_a_wall_the_probe_gets_everywhere() {
    let (reached, called, left) = probed(Kind::None, EVERYTHING);
    for what in [
        "a file outside",
        "a new file outside",
        "a mode outside",
        "the list of users",
        "processes",
        "a server",
        "another program",
        "a process that outlives it",
    ] {
        assert!(
            reached.contains(what),
            "the probe could not reach {what}, so it proves nothing: {reached:?}"
        );
    }
    assert!(called && left);
}

#[test]
fn with_all_its_freedom_it_reaches_nothing_outside() {
    for kind in walls() {
        let freedom = Freedom {
            sockets: kind == Kind::Bubblewrap,
            ..EVERYTHING
        };
        let (reached, called, left) = probed(kind, freedom);
        // What is sent arrives nowhere: the network is its own.
        let mut inside = BTreeSet::from([
            "a process that outlives it",
            "a socket",
            "a datagram",
            "another program",
            "a thread",
        ]);
        if kind == Kind::Landlock {
            // Landlock cannot keep the owner of a file from changing its mode, so no test of a submission may.
            inside.insert("a mode outside");
        }
        let beyond: Vec<&String> = reached
            .iter()
            .filter(|what| !inside.contains(what.as_str()))
            .collect();
        assert!(beyond.is_empty(), "{kind}: {beyond:?}");
        assert!(!called, "{kind}");
        assert!(!left || reached.contains("a mode outside"), "{kind}");
    }
}

#[test]
fn without_freedom_it_does_nothing_but_compute() {
    for kind in walls() {
        let (reached, called, left) = probed(kind, Freedom::default());
        assert_eq!(reached, BTreeSet::new(), "{kind}");
        assert!(!called && !left, "{kind}");
    }
}

/// A program that does one thing, and how it ends behind each wall.
fn ends(source: &str, freedom: Freedom, scratch: bool) -> Vec<(Kind, Outcome)> {
    let lab = Lab::with(source);
    let ends = walls().into_iter().map(|kind| {
        let mut job = lab.job(&[]);
        job.freedom = freedom;
        job.scratch = scratch.then(|| lab.folder.path().join("scratch"));
        job.limits.time = Duration::from_secs(2);
        (kind, lab.run(kind, &job))
    });
    ends.collect()
}

#[test]
fn memory_is_limited() {
    let source = "fn main() { let mut v: Vec<u8> = Vec::new(); for n in 0..100 { v.extend(vec![n; 8 << 20]); } println!(\"{}\", v.len()); }";
    for (kind, outcome) in ends(source, Freedom::default(), false) {
        assert_ne!(outcome.end, End::Exit(0), "{kind}: {outcome:?}");
    }
}

#[test]
fn time_is_limited_whether_it_computes_or_waits() {
    for source in [
        "fn main() { loop { std::hint::spin_loop() } }",
        "fn main() { std::thread::sleep(std::time::Duration::from_secs(30)) }",
    ] {
        for (kind, outcome) in ends(source, Freedom::default(), false) {
            assert_eq!(outcome.end, End::Timeout, "{kind}: {outcome:?}");
        }
    }
}

#[test]
fn threads_are_counted() {
    let source = "fn main() { let mut n = 0; let (send, wait) = std::sync::mpsc::channel::<()>(); let wait = std::sync::Arc::new(std::sync::Mutex::new(wait)); while n < 200 { let wait = wait.clone(); match std::thread::Builder::new().stack_size(65536).spawn(move || { let _ = wait.lock().map(|wait| wait.recv()); }) { Ok(_) => n += 1, Err(_) => break } } println!(\"{n} threads\"); drop(send); std::process::exit(0) }";
    let freedom = Freedom {
        threads: true,
        ..Freedom::default()
    };
    let root = rustix::process::geteuid().is_root();
    for (kind, outcome) in ends(source, freedom, false) {
        // Linux does not count root's processes, and Landlock leaves it root.
        if kind == Kind::Landlock && root {
            continue;
        }
        let count: usize = outcome
            .stdout
            .split(' ')
            .next()
            .and_then(|word| word.parse().ok())
            .unwrap_or(999);
        assert!(count < 20, "{kind}: {outcome:?}");
    }
}

#[test]
fn files_are_limited_in_size_and_in_place() {
    let source = "fn main() { let dir = std::env::temp_dir(); let mut sum = 0; for n in 0..4 { if std::fs::write(dir.join(format!(\"{n}\")), vec![0u8; 6 << 20]).is_ok() { sum += 6; } } println!(\"{sum}\"); let _ = std::fs::write(dir.join(\"big\"), vec![0u8; 9 << 20]); println!(\"lived\"); }";
    for (kind, outcome) in ends(source, Freedom::default(), true) {
        let first = outcome
            .stdout
            .lines()
            .next()
            .and_then(|line| line.parse::<u32>().ok());
        match kind {
            // A disk of memory of 8 MiB holds one of them.
            Kind::Bubblewrap => assert_eq!(first, Some(6), "{outcome:?}"),
            _ => assert!(first.is_some(), "{outcome:?}"),
        }
        assert!(
            !outcome.stdout.contains("lived") || kind == Kind::Bubblewrap,
            "a file over the limit ends it: {outcome:?}"
        );
    }
}

/// Calls that newer systems have beside the old ones.
#[test]
fn modes_cannot_be_changed_by_newer_calls_either() {
    let lab = Lab::with("fn main() {}");
    let outside = Outside::new();
    let before = outside.files();
    let secret = format!("{}/secret", outside.reach.outside);
    // fchmodat2, for the folder that it starts in: it has one number on all processors.
    let words =
        format!("my $path = \"{secret}\"; syscall(452, -100, $path, 0777, 0); print \"done\\n\"");
    let mut job = lab.job(&["-e", &words]);
    job.program = "/usr/bin/perl".into();
    job.freedom.programs = true;
    for kind in walls() {
        let outcome = lab.run(kind, &job);
        assert_eq!(outcome.stdout, "done\n", "{kind}: {outcome:?}");
        assert!(outside.files() == before, "{kind}");
    }
}
