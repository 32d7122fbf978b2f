//! A university: two hundred students and two assignments, killed and disturbed, and no limit broken.
//!
//! Ignored unless asked for: `cargo test --package course --test it -- --ignored github`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use local_github::state::Role;
use local_github::{Fault, Faults};

use super::world::{Course, TOKEN, World};
use crate::random::Random;

const STUDENTS: usize = 200;
const SLUGS: [&str; 2] = ["01-module", "02-module"];
const KILLS: usize = 20;
/// The usual seed; another by `COURSE_SEED`.
const SEED: u64 = 8;

/// The most bytes that a run that is killed writes to the journal: all kills come before the end, however fast the machine is.
const JOURNALED: u64 = 20_000;

#[test]
#[ignore = "takes minutes"]
#[expect(clippy::print_stdout, reason = "the seed, and what was measured")]
fn two_hundred_students_twenty_kills_and_faults_in_one_request_of_twenty() {
    let (mut random, seed) = Random::seeded(SEED);
    println!("COURSE_SEED={seed}");
    let world = World::of(Course::Big, 150.0);
    // Members need no invitation.
    let names = world.has_class(STUDENTS, |number| number % 2 == 0);
    world.course("publish --execute").succeeds();
    let before = (world.writes(), world.github.requests().len());
    world.github.set_faults(Faults {
        seed,
        rate: 0.05,
        // All but answers that GitHub never gives.
        kinds: Fault::ALL
            .into_iter()
            .filter(|fault| *fault != Fault::LacksField)
            .collect(),
    });
    let looked = Looked::begin();
    let began = Instant::now();
    let mut said = String::new();
    let mut kills = 0;
    for slug in SLUGS {
        loop {
            let words = format!("assign {slug} --execute");
            let point = (kills < KILLS).then(|| Point {
                journaled: random.below(JOURNALED),
                then: Duration::from_millis(random.below(60)),
            });
            let (ended, output) = world.run_to(&words, point);
            said.push_str(&output);
            match ended {
                Some(0) => break,
                Some(code) => panic!("{words} ended with {code}:\n{output}"),
                None => kills += 1,
            }
        }
    }
    let took = began.elapsed();
    world.github.set_faults(Faults {
        seed,
        rate: 0.0,
        kinds: Vec::new(),
    });
    let (arguments, processes) = looked.end();

    assert_eq!(kills, KILLS, "both assignments were done before all kills");
    assert_eq!(world.github.limits_broken(), []);
    assert_whole(&world, &names);
    let requests: Vec<_> = world.github.requests().split_off(before.1);
    let mut by_kind: BTreeMap<String, usize> = BTreeMap::new();
    for request in &requests {
        let what = request.operation.clone().unwrap_or_default();
        *by_kind
            .entry(format!("{} {what}", request.method))
            .or_default() += 1;
    }
    let writes = world.writes() - before.0;
    let faults = world.github.faults().len();
    let each = STUDENTS * SLUGS.len();
    println!(
        "{each} repositories: {} requests ({writes} writes, {:.2} each), {faults} faults, {kills} kills, {:.0} s real at 150 times",
        requests.len(),
        writes as f64 / each as f64,
        took.as_secs_f64(),
    );
    for (what, number) in by_kind {
        println!("{number:6} {what}");
    }

    let writes = world.writes();
    for slug in SLUGS {
        world
            .course(&format!("assign {slug} --execute"))
            .says(0, "0 of 200 repositories to do");
        world
            .course(&format!("assign {slug} --execute --recheck"))
            .says(0, "0 of 200 repositories to do");
    }
    assert_eq!(world.writes(), writes, "a second run does nothing");

    assert!(processes > 1000, "{processes} processes were looked at");
    assert!(!arguments, "a token stood in an argument");
    assert!(!said.contains(TOKEN));
    let mut files = 0;
    for (path, content) in world.tiny.files() {
        files += 1;
        let content = String::from_utf8_lossy(&content);
        assert!(!content.contains(TOKEN), "{path} holds a token");
    }
    println!("{files} files and {processes} processes hold no token");
}

/// Every repository exists once, with the right content, access and pull request.
fn assert_whole(world: &World, names: &[String]) {
    let head = |repository: &str, branch: &str, what: &str| {
        let folder = world.github.repository_folder("big", repository);
        let folder = folder.expect("a repository").display().to_string();
        world
            .tiny
            .git(".", &format!("--git-dir {folder} rev-parse {branch}{what}"))
    };
    for slug in SLUGS {
        let template = head(slug, "main", "");
        let tree = head(slug, "main", "^{tree}");
        for name in names {
            let repository = format!("{slug}-{name}");
            assert_eq!(head(&repository, "feedback", ""), template, "{repository}");
            assert_eq!(head(&repository, "main", "~1"), template, "{repository}");
            assert_eq!(head(&repository, "main", "^{tree}"), tree, "{repository}");
        }
    }
    world.github.state(|state| {
        assert_eq!(state.repositories.len(), SLUGS.len() * (1 + names.len()));
        for slug in SLUGS {
            for (number, name) in names.iter().enumerate() {
                let repository = &state.repositories[&format!("big/{slug}-{name}")];
                let pulls = repository
                    .issues
                    .iter()
                    .filter(|issue| issue.pull.is_some());
                assert_eq!(pulls.count(), 1, "{slug}-{name}");
                let invited: Vec<&str> = repository
                    .invitations
                    .iter()
                    .map(|invitation| invitation.invitee.as_str())
                    .collect();
                match number % 2 {
                    0 => {
                        assert_eq!(repository.collaborators.get(name), Some(&Role::Push));
                        assert!(invited.is_empty());
                    }
                    _ => assert_eq!(invited, [name]),
                }
            }
        }
    });
}

/// Where a run is killed.
struct Point {
    /// So many bytes were written to the journal.
    journaled: u64,
    /// So long after that.
    then: Duration,
}

/// Looks at the arguments of every process on this machine, again and again.
struct Looked {
    stop: std::sync::Arc<AtomicBool>,
    thread: thread::JoinHandle<(bool, usize)>,
}

impl Looked {
    fn begin() -> Looked {
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = thread::spawn(move || {
            let (mut found, mut processes) = (false, 0);
            while !stopped.load(Ordering::Relaxed) {
                for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
                    if let Ok(arguments) = fs::read(entry.path().join("cmdline")) {
                        processes += 1;
                        found |= String::from_utf8_lossy(&arguments).contains(TOKEN);
                    }
                }
                thread::sleep(Duration::from_millis(10));
            }
            (found, processes)
        });
        Looked { stop, thread }
    }

    fn end(self) -> (bool, usize) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("it looked")
    }
}

impl World {
    /// Runs `course` to its end, or kills it at a point: its exit code and all it said.
    fn run_to(&self, words: &str, point: Option<Point>) -> (Option<i32>, String) {
        let mut command = self.ready(TOKEN, words);
        let output = tempfile::NamedTempFile::new().expect("a file");
        let to = |file: &tempfile::NamedTempFile| Stdio::from(file.reopen().expect("opened"));
        command.stdout(to(&output)).stderr(Stdio::from(
            fs::OpenOptions::new()
                .append(true)
                .open(output.path())
                .expect("opened"),
        ));
        let journal = format!(".forge/127.0.0.1-{}/big.journal", self.github.port());
        let journaled = || fs::metadata(self.tiny.path(&journal)).map_or(0, |file| file.len());
        let before = journaled();
        let mut child = command.spawn().expect("it runs");
        let code = loop {
            if let Some(status) = child.try_wait().expect("watched") {
                break Some(status.code().unwrap_or(-1));
            }
            if let Some(point) = &point
                && journaled() - before > point.journaled
            {
                thread::sleep(point.then);
                child.kill().expect("killed");
                child.wait().expect("ended");
                break None;
            }
            thread::sleep(Duration::from_millis(1));
        };
        let mut said = String::new();
        let mut file = output.reopen().expect("opened");
        file.read_to_string(&mut said).expect("text");
        (code, said)
    }
}
