//! Ways in which wrong code has "passed" elsewhere; each must be noticed here.

use std::fs::File;
use std::time::{Duration, SystemTime};

use course::build::{Build, Limits, Place, TestEnd, list_tests, run_together};
use course::file_tree::FileTree;

use crate::builder::{STACK, Tiny};

const TESTS: &str = "tests/it.rs";
const LIMITS: Limits = Limits {
    together: Duration::from_secs(2),
    alone: Duration::from_secs(1),
};

/// A package `x` in a workspace of its own.
fn package(lib: &str, tests: &str) -> FileTree {
    let mut tree = FileTree::default();
    tree.insert_text(
        "Cargo.toml",
        "[workspace]\nmembers = [\"x\"]\nresolver = \"3\"\n",
    );
    tree.insert_text(
        "x/Cargo.toml",
        "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    tree.insert_text("x/src/lib.rs", lib);
    tree.insert_text(format!("x/{TESTS}"), tests);
    tree
}

fn build(place: &Place) -> Build {
    place
        .build(&["test", "--no-run", "--message-format=json", "--test", "it"])
        .expect("cargo runs")
}

const ONE: &str = "pub fn one() -> u32 { 1 }\n";
const TWO: &str = "pub fn one() -> u32 { 2 }\n";
const ASKS_ONE: &str = "#[test]\nfn one_is_one() { assert_eq!(x::one(), 1); }\n";

/// Trap 1: cargo goes by file times and calls a changed file fresh when its time lies in the past.
#[test]
fn a_changed_file_with_an_old_time_is_not_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::new(folder.path(), "x");
    place.lay(&package(ONE, ASKS_ONE)).expect("laid");
    build(&place);
    let changed = place.lay(&package(TWO, ASKS_ONE)).expect("laid");
    assert!(changed.contains(&"x/src/lib.rs".to_owned()), "{changed:?}");
    let lib = File::options()
        .write(true)
        .open(place.dir().join("x/src/lib.rs"))
        .expect("a file");
    lib.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
        .expect("a time");
    let stale = build(&place);
    let refused = place
        .refuse_stale(&stale, &changed)
        .expect_err("the program is the old one");
    assert!(
        refused
            .to_string()
            .contains("x/src/lib.rs changed and cargo calls `it` fresh"),
        "{refused}"
    );
}

/// Trap 2: two packages of one name that share a target folder share programs.
#[test]
fn a_package_name_that_stands_twice_is_named() {
    let tiny = Tiny::new();
    tiny.course("new 02-raft --exercise raft").succeeds();
    let settings = tiny
        .read("assignments/02-raft/assignment.toml")
        .replace("name = \"raft\"", "name = \"stack\"");
    tiny.write("assignments/02-raft/assignment.toml", &settings);
    std::fs::rename(
        tiny.path("assignments/02-raft/raft"),
        tiny.path("assignments/02-raft/stack"),
    )
    .expect("renamed");
    tiny.edit(
        "assignments/02-raft/stack/Cargo.toml",
        "name = \"raft\"",
        "name = \"stack\"",
    );
    tiny.course("check")
        .says(1, "the package name `stack` stands in");
}

/// Trap 2 again, one floor lower: whatever cargo makes of it, the second place never passes on the first's.
#[test]
fn another_folder_with_the_same_package_does_not_pass_on_the_first_s_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let (right, wrong) = (
        Place::new(folder.path(), "right"),
        Place::new(folder.path(), "wrong"),
    );
    right.lay(&package(ONE, ASKS_ONE)).expect("laid");
    build(&right);
    let changed = wrong.lay(&package(TWO, ASKS_ONE)).expect("laid");
    let built = build(&wrong);
    if wrong.refuse_stale(&built, &changed).is_ok() {
        let program = &built.executables["it"];
        let ends = run_together(program, &["one_is_one".to_owned()], &[], LIMITS).expect("runs");
        assert_ne!(ends["one_is_one"], TestEnd::Passed);
    }
}

/// Trap 3: an abort takes the results of all other tests with it, a hang keeps them for ever.
#[test]
fn an_abort_and_a_hang_take_nobody_else_s_result() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::new(folder.path(), "x");
    let tests = "
#[test] fn a_passes() {}
#[test] fn b_aborts() { std::process::abort() }
#[test] fn c_fails() { assert_eq!(1, 2, \"one is not two\") }
#[test] fn d_hangs() { loop { std::thread::park() } }
#[test] fn e_passes() {}
#[test] fn f_exits() { std::process::exit(0) }
";
    place.lay(&package("", tests)).expect("laid");
    let built = build(&place);
    let program = &built.executables["it"];
    let names = list_tests(program).expect("listed");
    let ends = run_together(program, &names, &[], LIMITS).expect("runs");
    assert_eq!(ends["a_passes"], TestEnd::Passed);
    assert_eq!(ends["b_aborts"], TestEnd::Aborted);
    assert!(
        matches!(&ends["c_fails"], TestEnd::Failed(failure) if failure.message.contains("one is not two")),
        "{ends:?}"
    );
    assert_eq!(ends["d_hangs"], TestEnd::TimedOut);
    assert_eq!(ends["e_passes"], TestEnd::Passed);
    assert_eq!(ends["f_exits"], TestEnd::Aborted, "an exit is no pass");
}

/// Trap 4: tests that are green on the starter.
#[test]
fn each_test_that_is_green_on_the_starter_is_named() {
    let tiny = Tiny::new();
    let path = format!("{STACK}/tests/stage_2_maximum.rs");
    let vacuous = "
#[test]
fn catches_its_own_panic() {
    let _ = std::panic::catch_unwind(|| assert_eq!(Stack::default().maximum(), None));
}

#[test]
fn forgets_its_thread() {
    std::thread::spawn(|| assert_eq!(Stack::default().maximum(), None));
}

#[test]
fn looks_only_where_it_went_well() {
    if let Ok(maximum) = std::panic::catch_unwind(|| Stack::default().maximum()) {
        assert_eq!(maximum, None);
    }
}

#[test]
fn tests_its_own_helper() {
    let greatest = |numbers: &[u32]| numbers.iter().copied().max();
    assert_eq!(greatest(&[1, 3, 2]), Some(3));
}
";
    let tests = tiny.read(&path) + vacuous;
    tiny.write(&path, &tests);
    let said = tiny
        .course("verify --matrix-only")
        .says(1, "it proves nothing")
        .stdout;
    for name in [
        "catches_its_own_panic",
        "forgets_its_thread",
        "looks_only_where_it_went_well",
        "tests_its_own_helper",
    ] {
        assert!(
            said.contains(&format!("`stage_2_maximum::{name}` passes on tree 0")),
            "{name}: {said}"
        );
    }
}

/// Trap 4 again: a panic of any kind would do, the stub's too.
#[test]
fn a_stub_that_says_what_a_panic_test_expects_is_named() {
    let tiny = Tiny::new();
    let path = format!("{STACK}/tests/stage_1_push_pop.rs");
    let tests = tiny.read(&path)
        + "\n#[test]\n#[should_panic(expected = \"count the items\")]\nfn len_panics() {\n    Stack::default().len();\n}\n";
    tiny.write(&path, &tests);
    tiny.course("check").says(1, "stage_1_push_pop.rs:");
}

/// Trap 5: what cannot stand twice in one program is built alone.
#[test]
fn two_allocators_do_not_stop_the_proof() {
    let tiny = Tiny::new();
    for target in ["stage_1_push_pop", "stage_2_maximum"] {
        let path = format!("{STACK}/tests/{target}.rs");
        let tests = tiny.read(&path)
            + "\n#[global_allocator]\nstatic ALLOCATOR: std::alloc::System = std::alloc::System;\n";
        tiny.write(&path, &tests);
    }
    tiny.course("verify").succeeds();
}

/// Trap 6: a build that fails leaves the program of the last one that did not.
#[test]
fn a_failed_build_offers_no_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::new(folder.path(), "x");
    place.lay(&package(ONE, ASKS_ONE)).expect("laid");
    assert!(build(&place).executables.contains_key("it"));
    place
        .lay(&package("pub fn one() -> u32 { \"two\" }\n", ASKS_ONE))
        .expect("laid");
    let failed = build(&place);
    assert!(!failed.complete);
    assert!(failed.executables.is_empty(), "{:?}", failed.executables);
}

/// Trap 7: a stub that does not compile is no failing test.
#[test]
fn a_stub_that_does_not_compile_is_named() {
    let tiny = Tiny::new();
    tiny.edit(
        &format!("{STACK}/src/lib.rs"),
        "    /// Whether there is no item.\n",
        "    /// All items.
    pub fn items(&self) -> impl Iterator<Item = u32> {
        // region: solution stage=2 items
        self.items.clone().into_iter()
        //= todo!(\"stage 2: all items\")
        // endregion
    }

    /// Whether there is no item.\n",
    );
    tiny.course("verify --matrix-only")
        .says(1, "tree 0 does not compile: error[E0277]");
}
