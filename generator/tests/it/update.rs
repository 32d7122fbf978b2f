//! `course update`: a new release in repositories that students already work in. Nothing of theirs is ever lost.

use std::fs;

use course::forge::{Clock, ForgeReader, Journal, LocalForge, Write, carry_out};
use course::git::Signed;
use course::publish::Releases;
use course::update::{Planner, Words};
use serde_json::Value;

use crate::builder::{Ran, STACK, Tiny};

/// What a student writes in place of a `todo!`.
const COUNT: (&str, &str) = (
    "todo!(\"stage 1: count the items\")",
    "self.items.len() // mine",
);

/// A line of the starter that the second release changes, and what it becomes.
const LINE: (&str, &str) = (
    "/// The greatest item, in constant time.",
    "/// The greatest item, without a search.",
);

const LIB: &str = "stack/src/lib.rs";
const BRANCH: &str = "course-update-1.1.0";

impl Tiny {
    /// Publishes version 1.1.0: another line in the starter, another in a page that is the course's.
    fn releases_again(&self) -> &Tiny {
        self.edit(&format!("{STACK}/src/lib.rs"), LINE.0, LINE.1);
        self.edit(
            &format!("{STACK}/README.md"),
            "takes the top item away",
            "takes the top item off",
        );
        self.releases("1.0.0", "1.1.0")
    }

    /// Publishes what the source is now, as another version.
    fn releases(&self, old: &str, new: &str) -> &Tiny {
        let version = |of: &str| format!("\nversion = \"{of}\"");
        self.edit(
            "assignments/01-tiny/assignment.toml",
            &version(old),
            &version(new),
        );
        self.course("publish --execute").succeeds();
        self
    }

    /// The one repository of a report.
    #[track_caller]
    fn update(&self, words: &str) -> Value {
        let ran = self
            .course(&format!("update 01-tiny --json {words}"))
            .succeeds();
        let mut report = ran.json();
        report["repositories"][0].take()
    }

    #[track_caller]
    fn undo(&self, words: &str) -> Ran {
        self.course(&format!("update 01-tiny --undo {words}"))
    }

    /// What git says of the forge's repository of `ada`.
    #[track_caller]
    fn at_forge(&self, words: &str) -> String {
        let git = format!("--git-dir {} {words}", self.forge("01-tiny-ada"));
        self.git(".", &git).trim().to_owned()
    }

    fn commit_of(&self, revision: &str) -> String {
        self.at_forge(&format!("rev-parse {revision}"))
    }

    /// The branches of the forge's repository of `ada` with their commits.
    fn branches(&self) -> String {
        self.at_forge("for-each-ref refs/heads")
    }

    fn file(&self, revision: &str, path: &str) -> String {
        self.at_forge(&format!("show {revision}:{path}"))
    }

    /// Merges what is proposed into the clone's `main` and pushes it.
    fn merges(&self, how: &str) -> &Tiny {
        self.git("ada", "fetch -q");
        self.git("ada", &format!("merge -q {how} origin/{BRANCH}"));
        self.git("ada", "commit -q --allow-empty -m merged");
        self.git("ada", "push -q");
        self
    }
}

/// The student has written a line, and the release changes another.
fn worked() -> Tiny {
    let tiny = Tiny::accepted();
    tiny.edit(&format!("ada/{LIB}"), COUNT.0, COUNT.1);
    tiny.write("ada/notes.txt", "mine").pushes();
    tiny.releases_again();
    tiny
}

/// The student has changed the line that the release changes.
fn conflicting() -> Tiny {
    let tiny = Tiny::accepted();
    tiny.edit(
        &format!("ada/{LIB}"),
        LINE.0,
        "/// The greatest, as I say it.",
    );
    tiny.pushes();
    tiny.releases_again();
    tiny
}

#[track_caller]
fn outcome<'a>(plan: &'a Value, path: &str) -> &'a str {
    plan["files"][path]["outcome"]
        .as_str()
        .unwrap_or_else(|| panic!("{path}: {plan:#}"))
}

#[test]
fn nothing_happens_without_execute() {
    let tiny = worked();
    let before = tiny.files();
    tiny.course("update 01-tiny")
        .says(0, "run again with --execute");
    assert!(tiny.files() == before);
}

#[test]
fn where_nobody_worked_main_gets_the_release() {
    let tiny = Tiny::accepted();
    tiny.releases_again();
    let main = tiny.commit_of("main");
    let plan = tiny.update("--execute");
    assert_eq!(plan["state"], "fast-forward", "{plan:#}");
    assert_eq!(plan["commit"], tiny.commit_of("main"));
    assert_eq!(main, tiny.commit_of("main~1"));
    let newest = tiny.git(
        ".",
        &format!(
            "--git-dir {} rev-parse main main^{{tree}}",
            tiny.forge("01-tiny")
        ),
    );
    let ours = tiny.at_forge("rev-parse main^2 main^{tree}");
    assert_eq!(
        newest.trim(),
        ours,
        "its second parent and its files are the release's"
    );
    assert!(!tiny.at_forge("fsck --strict").contains("error"));
    assert_eq!(tiny.update("--execute")["state"], "up-to-date");
}

#[test]
fn where_somebody_worked_it_is_proposed_with_the_lines_of_both() {
    let tiny = worked();
    let main = tiny.commit_of("main");
    let plan = tiny.update("--execute");
    assert_eq!(plan["state"], "propose", "{plan:#}");
    assert_eq!(outcome(&plan, LIB), "merged");
    assert_eq!(outcome(&plan, "stack/README.md"), "changed");
    assert_eq!(main, tiny.commit_of("main"), "main is the student's");
    let merged = tiny.file(BRANCH, LIB);
    assert!(
        merged.contains(COUNT.1) && merged.contains(LINE.1),
        "{merged}"
    );
    assert_eq!(tiny.file(BRANCH, "notes.txt"), "mine");
    let said = tiny.at_forge(&format!("log -1 --format=%B {BRANCH}"));
    assert!(
        said.contains("Update to release 1.1.0") && said.contains("- `stack/src/lib.rs`"),
        "{said}"
    );
}

#[test]
fn a_second_run_does_nothing() {
    let tiny = worked();
    tiny.update("--execute");
    let before = tiny.files();
    let plan = tiny.update("--execute");
    assert_eq!(plan["state"], "waiting", "{plan:#}");
    assert!(tiny.files() == before);
}

#[test]
fn equal_repositories_get_equal_commits() {
    let commit = || {
        let tiny = Tiny::accepted();
        tiny.releases_again();
        tiny.update("")["commit"].clone()
    };
    assert_eq!(commit(), commit());
}

#[test]
fn what_both_changed_stays_as_the_student_has_it_and_is_explained() {
    let tiny = conflicting();
    let plan = tiny.update("--execute");
    assert_eq!(plan["files"][LIB]["why"], "same-lines", "{plan:#}");
    assert_eq!(tiny.file("main", LIB), tiny.file(BRANCH, LIB));
    let said = tiny.at_forge(&format!("log -1 --format=%B {BRANCH}"));
    assert!(said.contains(&format!("+    {}", LINE.1)), "{said}");
}

#[test]
fn what_the_student_removed_or_renamed_stays_so() {
    let tiny = Tiny::accepted();
    tiny.git("ada", "mv stack/src/lib.rs stack/src/other.rs");
    tiny.pushes();
    tiny.releases_again();
    let plan = tiny.update("--execute");
    assert_eq!(plan["files"][LIB]["why"], "removed-by-student", "{plan:#}");
    let files = tiny.at_forge(&format!("ls-tree -r --name-only {BRANCH}"));
    assert!(
        !files.contains(LIB) && files.contains("stack/src/other.rs"),
        "{files}"
    );
}

#[test]
fn what_belongs_to_the_course_is_as_the_release_has_it() {
    let tiny = Tiny::accepted();
    tiny.write("ada/stack/tests/stage_1_push_pop.rs", "// easy\n");
    tiny.remove("ada/RUBRIC.md").pushes();
    tiny.releases_again();
    let plan = tiny.update("--execute");
    for path in ["stack/tests/stage_1_push_pop.rs", "RUBRIC.md"] {
        assert_eq!(outcome(&plan, path), "reset");
        assert_eq!(tiny.file(BRANCH, path), tiny.file("feedback", path));
    }
    assert_eq!(
        tiny.file("main", "stack/tests/stage_1_push_pop.rs"),
        "// easy"
    );
}

#[test]
fn no_hunk_is_asked_for_again_once_it_was_merged() {
    // However it is merged: "squash" takes the files over and not the commit.
    for how in ["--no-ff", "--squash"] {
        let tiny = conflicting();
        tiny.update("--execute");
        tiny.merges(how);
        assert_eq!(tiny.update("--execute")["state"], "up-to-date", "{how}");
        tiny.edit(
            &format!("{STACK}/src/lib.rs"),
            "/// Puts an item on top.",
            "/// Puts one on top.",
        );
        tiny.releases("1.1.0", "1.2.0");
        let plan = tiny.update("--execute");
        assert_eq!(outcome(&plan, LIB), "merged", "{how}: {plan:#}");
        let merged = tiny.file("course-update-1.2.0", LIB);
        assert!(
            merged.contains("as I say it") && merged.contains("Puts one on top"),
            "{merged}"
        );
    }
}

#[test]
fn a_proposal_follows_the_student_and_the_course() {
    let tiny = worked();
    tiny.update("--execute");
    tiny.write("ada/notes.txt", "more of mine").pushes();
    let plan = tiny.update("--execute");
    assert_eq!(plan["state"], "propose", "{plan:#}");
    assert_eq!(tiny.file(BRANCH, "notes.txt"), "more of mine");
    tiny.edit(
        &format!("{STACK}/src/lib.rs"),
        "/// Puts an item on top.",
        "/// Puts one on top.",
    );
    tiny.releases("1.1.0", "1.2.0");
    tiny.update("--execute");
    let branches = tiny.branches();
    assert!(branches.contains("course-update-1.2.0"), "{branches}");
    assert!(
        !branches.contains(BRANCH),
        "one proposal at a time: {branches}"
    );
}

#[test]
fn a_branch_on_which_somebody_works_is_theirs() {
    let tiny = worked();
    tiny.update("--execute");
    tiny.git("ada", "fetch -q");
    tiny.git("ada", &format!("checkout -q {BRANCH}"));
    tiny.write("ada/notes.txt", "on the branch").pushes();
    tiny.git("ada", "checkout -q main");
    tiny.write("ada/notes.txt", "on main").pushes();
    let before = tiny.branches();
    let plan = tiny.update("--execute");
    assert!(
        plan["why"]
            .as_str()
            .is_some_and(|why| why.contains("somebody works on the branch")),
        "{plan:#}"
    );
    assert_eq!(tiny.branches(), before);
}

#[test]
fn a_history_that_dropped_our_commits_gets_them_again() {
    let tiny = Tiny::accepted();
    let before = tiny.commit_of("main");
    tiny.releases_again();
    tiny.update("--execute");
    tiny.git("ada", "commit -q --allow-empty -m mine");
    tiny.git("ada", "push -q --force");
    let plan = tiny.update("--execute");
    // A commit without changes is no work.
    assert_eq!(plan["state"], "fast-forward", "{plan:#}");
    assert_eq!(before, tiny.commit_of("main~2"));
}

#[test]
fn a_history_of_its_own_stands_on_the_release_that_its_files_name() {
    let tiny = Tiny::accepted();
    tiny.edit(&format!("ada/{LIB}"), COUNT.0, COUNT.1);
    tiny.git("ada", "checkout -q --orphan fresh");
    tiny.git("ada", "add -A");
    tiny.git("ada", "commit -q -m all");
    tiny.git("ada", "push -q --force origin fresh:main");
    tiny.releases_again();
    let plan = tiny.update("--execute");
    assert_eq!(outcome(&plan, LIB), "merged", "{plan:#}");
    assert_eq!(
        tiny.commit_of("main"),
        tiny.commit_of(&format!("{BRANCH}~1"))
    );
    assert_eq!(
        tiny.at_forge(&format!("rev-list --count {BRANCH}")),
        "2",
        "histories stay apart"
    );
}

#[test]
fn without_a_mark_the_branch_of_feedback_tells_what_was_accepted() {
    let tiny = Tiny::accepted();
    tiny.git("ada", "checkout -q --orphan fresh");
    tiny.git("ada", "rm -rfq --cached .course");
    fs::remove_dir_all(tiny.path("ada/.course")).expect("removed");
    tiny.git("ada", "add -A");
    tiny.git("ada", "commit -q -m all");
    tiny.git("ada", "push -q --force origin fresh:main");
    tiny.releases_again();
    let plan = tiny.update("--execute");
    assert_eq!(plan["from"], "1.0.0", "{plan:#}");
    assert_eq!(outcome(&plan, ".course/release.json"), "reset");
    tiny.git("ada", "push -q origin :feedback");
    tiny.git("ada", "push -q --force origin fresh~0:main");
    let plan = tiny.update("");
    assert!(
        plan["why"]
            .as_str()
            .is_some_and(|why| why.contains("which release")),
        "{plan:#}"
    );
}

#[test]
fn what_is_empty_damaged_or_gone_stops_no_other() {
    let tiny = worked();
    for student in ["bob", "cay"] {
        tiny.course(&format!("accept 01-tiny --student {student}"))
            .succeeds();
    }
    // Bob's branch is gone, and Cay's newest commit cannot be read.
    let git = format!(
        "--git-dir {} update-ref -d refs/heads/main",
        tiny.forge("01-tiny-bob")
    );
    tiny.git(".", &git);
    tiny.write(
        ".forge/rust-systems-course/01-tiny-cay.git/refs/heads/main",
        &format!("{:040x}\n", 7),
    );
    let ran = tiny.course(
        "update 01-tiny --execute --json --student ada --student bob --student cay --student dan",
    );
    let report = ran.succeeds().json();
    let states: Vec<&str> = report["repositories"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|plan| plan["state"].as_str().expect("a state"))
        .collect();
    assert_eq!(
        states,
        ["propose", "skipped", "skipped", "skipped"],
        "{report:#}"
    );
}

#[test]
fn a_push_between_plan_and_write_is_not_lost() {
    let tiny = Tiny::accepted();
    tiny.releases_again();
    let forge = LocalForge::new(&tiny.path(".forge"), "rust-systems-course");
    let releases = Releases::read(&forge, "01-tiny")
        .expect("read")
        .expect("published");
    let signed = Signed {
        name: "Course".to_owned(),
        email: "course@example.org".to_owned(),
        time: 1_788_220_800,
    };
    let words = Words {
        title: "Tiny".to_owned(),
        template: tiny.read("templates/enrolment/update.md.liquid"),
    };
    let planner = Planner::new(&forge, &releases, &signed, &words).expect("ready");
    let listed = forge.repositories().expect("a list");
    let plan = planner
        .plan("01-tiny-ada", listed.get("01-tiny-ada"))
        .expect("a plan");
    assert!(matches!(plan.writes[..], [Write::Move { .. }]), "{plan:?}");
    tiny.write("ada/notes.txt", "meanwhile").pushes();
    let pushed = tiny.commit_of("main");
    planner.prepare(&plan).expect("prepared");
    let journal = Journal::open(&tiny.path("journal"), Clock::system()).expect("a journal");
    let refused = carry_out(&journal, &forge, &plan.writes, None, &|_| {}).expect("carried out");
    assert!(
        refused[0].why.contains("main moved meanwhile"),
        "{refused:?}"
    );
    assert_eq!(tiny.commit_of("main"), pushed);
    // The next run sees what was pushed.
    assert_eq!(tiny.update("--execute")["state"], "propose");
    assert_eq!(tiny.file(BRANCH, "notes.txt"), "meanwhile");
}

#[test]
fn an_undone_update_leaves_everything_as_it_was() {
    for begin in [worked as fn() -> Tiny, conflicting, || {
        let tiny = Tiny::accepted();
        tiny.releases_again();
        tiny
    }] {
        let tiny = begin();
        let before = tiny.branches();
        let plan = tiny.update("--execute");
        assert_ne!(tiny.branches(), before);
        let during = tiny.branches();
        tiny.undo("").says(0, "run again with --execute");
        assert_eq!(tiny.branches(), during, "dry");
        tiny.undo("--execute").succeeds();
        assert_eq!(tiny.branches(), before);
        tiny.undo("")
            .says(3, "no update of `01-tiny` is known here");
        assert_eq!(tiny.update("--execute"), plan, "and it can be done again");
    }
}

#[test]
fn undo_leaves_what_the_student_went_on_with() {
    let tiny = Tiny::accepted();
    tiny.releases_again();
    tiny.update("--execute");
    tiny.git("ada", "pull -q");
    tiny.write("ada/notes.txt", "on top of it").pushes();
    let before = tiny.branches();
    tiny.undo("--execute").says(0, "it was worked on since");
    assert_eq!(tiny.branches(), before);
    // It is remembered: the student may go back, and then it can be undone.
    tiny.undo("").says(0, "it was worked on since");

    let tiny = worked();
    tiny.update("--execute");
    tiny.merges("--no-ff");
    let before = tiny.branches();
    tiny.undo("--execute").says(0, "it was merged");
    assert_eq!(tiny.branches(), before);
}

#[test]
fn two_runs_for_one_release_are_undone_together() {
    let tiny = worked();
    let before = tiny.branches();
    tiny.update("--execute");
    let notes = tiny.commit_of("main");
    tiny.write("ada/notes.txt", "more").pushes();
    tiny.update("--execute");
    tiny.undo("--execute").succeeds();
    let after = tiny.branches();
    assert_eq!(after, before.replace(&notes, &tiny.commit_of("main")));
}

/// What a grade blames, and what of.
fn findings(grade: &Value) -> Vec<(&str, &str)> {
    let findings = grade["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|finding| {
            let word = |key| finding[key].as_str().unwrap_or_default();
            (word("kind"), word("path"))
        })
        .collect()
}

#[test]
fn both_graders_know_what_an_update_brought() {
    for how in ["--no-ff", "--squash"] {
        let tiny = worked();
        tiny.update("--execute");
        tiny.merges(how);
        assert_eq!(findings(&tiny.grade()), [("left-out", "")], "{how}");
        let here = tiny.course("autograde ada --json").succeeds().json();
        assert_eq!(findings(&here), [], "{how}: {here:#}");
        // A release later, nothing of the last one is the student's doing.
        tiny.edit(
            &format!("{STACK}/README.md"),
            "takes the top item off",
            "takes one off",
        );
        tiny.releases("1.1.0", "1.2.0");
        let expected = [("other-release", ".course/release.json"), ("left-out", "")];
        assert_eq!(findings(&tiny.grade()), expected, "{how}");
        tiny.write("ada/stack/README.md", "mine").pushes();
        let expected = [
            ("protected-changed", "stack/README.md"),
            expected[0],
            expected[1],
        ];
        assert_eq!(findings(&tiny.grade()), expected, "{how}");
        tiny.remove("ada/stack/README.md").pushes();
        assert_eq!(
            findings(&tiny.grade())[0],
            ("protected-missing", "stack/README.md"),
            "{how}"
        );
    }
}

#[test]
fn who_accepted_a_later_release_is_not_blamed_for_the_first() {
    let tiny = Tiny::new();
    tiny.course("publish --execute").succeeds();
    tiny.releases_again();
    tiny.course("accept 01-tiny --student ada").succeeds();
    tiny.edit(
        &format!("{STACK}/README.md"),
        "takes the top item off",
        "takes one off",
    );
    tiny.releases("1.1.0", "1.2.0");
    let grade = tiny.grade();
    assert_eq!(
        findings(&grade),
        [("other-release", ".course/release.json")],
        "{grade:#}"
    );
    // A repository that no forge here knows shows by its history what it was handed out.
    tiny.git(
        ".",
        &format!("clone -q {} elsewhere", tiny.forge("01-tiny-ada")),
    );
    let grade = tiny.course("grade elsewhere --json").succeeds().json();
    assert_eq!(
        findings(&grade),
        [("other-release", ".course/release.json")],
        "{grade:#}"
    );
}

/// A commit that calls itself a release does not make the student's changes the course's.
#[test]
fn a_release_that_nobody_published_hides_nothing() {
    let tiny = Tiny::accepted();
    tiny.write("ada/stack/tests/stage_1_push_pop.rs", "// easy\n");
    tiny.edit("ada/.course/release.json", "1.0.0", "1.0.9")
        .pushes();
    let grade = tiny.grade();
    let changed = ("protected-changed", "stack/tests/stage_1_push_pop.rs");
    assert!(findings(&grade).contains(&changed), "{grade:#}");
    let grade = tiny.course("grade ada --json").succeeds().json();
    assert!(findings(&grade).contains(&changed), "{grade:#}");
}

/// A run is killed after it wrote down that a proposal moves on, and before the proposal does.
#[test]
fn a_proposal_that_was_about_to_move_on_is_taken_back() {
    let tiny = worked();
    let before = tiny.branches();
    tiny.update("--execute");
    let there = format!("\"{}\"", tiny.commit_of(BRANCH));
    let record = ".forge/updates/01-tiny.json";
    tiny.edit(
        record,
        &there,
        "\"0123456789012345678901234567890123456789\"",
    );
    tiny.edit(record, "null", &there);
    tiny.undo("--execute").says(0, "is taken back");
    assert_eq!(tiny.branches(), before);
}

#[test]
fn only_those_who_are_named_are_updated() {
    let tiny = worked();
    tiny.course("accept 01-tiny --student bob").succeeds();
    let ran = tiny
        .course("update 01-tiny --student Ada --execute")
        .succeeds();
    assert!(ran.stdout.contains("1 repository: "), "{}", ran.stdout);
    tiny.course("update 01-tiny --undo --student bob")
        .succeeds();
    tiny.undo("--student ada --execute")
        .says(0, "is taken back");
}
