//! `course update` on GitHub: fifty repositories in every state, pull requests opened, changed and closed again.

use std::collections::BTreeMap;

use local_github::state::{Issue, Repository};
use serde_json::Value;

use super::world::{SCHOOL, World};

const STUDENTS: usize = 50;
const LIB: &str = "stack/src/lib.rs";
const BRANCH: &str = "course-update-1.1.0";

/// What became of a repository since it was accepted: every seventh is in the same state.
const STATES: [&str; 7] = [
    "untouched",
    "worked-on",
    "conflicting",
    "of-its-own",
    "archived",
    "deleted",
    "empty",
];

fn name(number: usize) -> String {
    format!("01-tiny-student-{number:03}")
}

impl World {
    /// Publishes the first release and fifty students accept it.
    fn class() -> World {
        let world = World::new();
        world.has_class(STUDENTS, |_| true);
        world.course("publish --execute").succeeds();
        world.course("assign 01-tiny --execute").succeeds();
        for number in 0..STUDENTS {
            world.becomes(&name(number), STATES[number % STATES.len()]);
        }
        world
    }

    fn git_at(&self, repository: &str, words: &str) -> String {
        let folder = self
            .github
            .repository_folder(SCHOOL, repository)
            .expect("a repository");
        let words = format!("--git-dir {} {words}", folder.display());
        self.tiny.git(".", &words).trim().to_owned()
    }

    fn starter(&self, repository: &str) -> String {
        self.git_at(repository, &format!("show feedback:{LIB}"))
    }

    fn pushes(&self, repository: &str, text: &str) {
        self.github
            .commit(SCHOOL, repository, "main", &[(LIB, text.as_bytes())])
            .expect("a commit");
    }

    fn becomes(&self, repository: &str, state: &str) {
        let starter = self.starter(repository);
        match state {
            "worked-on" => self.pushes(
                repository,
                &starter.replace("todo!(\"stage 1: count the items\")", "7 // mine"),
            ),
            "conflicting" => self.pushes(
                repository,
                &starter.replace("in constant time.", "as I say it."),
            ),
            "of-its-own" => {
                let commit = self.git_at(repository, "commit-tree main^{tree} -m all");
                self.git_at(repository, &format!("update-ref refs/heads/main {commit}"));
                self.pushes(
                    repository,
                    &starter.replace("todo!(\"stage 1: count the items\")", "7 // mine"),
                );
            }
            "archived" => self.github.state(|state| {
                let found = state
                    .repositories
                    .get_mut(&format!("{SCHOOL}/{repository}"));
                found.expect("a repository").archived = true;
            }),
            "deleted" => self.github.state(|state| {
                let path = format!("{SCHOOL}/{repository}");
                assert!(state.repositories.remove(&path).is_some());
            }),
            "empty" => drop(self.git_at(repository, "update-ref -d refs/heads/main")),
            _ => {}
        }
    }

    fn releases_again(&self) {
        let (old, new) = ("in constant time.", "without a search.");
        let at = |path: &str| format!("assignments/01-tiny/{path}");
        self.tiny.edit(&at("stack/src/lib.rs"), old, new);
        self.tiny.edit(
            &at("assignment.toml"),
            "\nversion = \"1.0.0\"",
            "\nversion = \"1.1.0\"",
        );
        self.course("publish --execute").succeeds();
    }

    fn update(&self, words: &str) -> Vec<Value> {
        let report = self
            .course(&format!("update 01-tiny --json {words}"))
            .succeeds()
            .json();
        report["repositories"].as_array().expect("a list").clone()
    }

    fn repository(&self, name: &str) -> Repository {
        self.github
            .state(|state| state.repositories[&format!("{SCHOOL}/{name}")].clone())
    }

    /// The pull requests that propose the release to a repository.
    fn proposals(&self, name: &str) -> Vec<Issue> {
        let asks = |issue: &Issue| issue.pull.as_ref().is_some_and(|pull| pull.head == BRANCH);
        self.repository(name)
            .issues
            .into_iter()
            .filter(asks)
            .collect()
    }

    /// All branches of all repositories that are there, by number.
    fn branches(&self) -> BTreeMap<usize, String> {
        (0..STUDENTS)
            .filter(|number| is_there(*number))
            .map(|number| {
                (
                    number,
                    self.git_at(&name(number), "for-each-ref refs/heads"),
                )
            })
            .collect()
    }
}

fn is_there(number: usize) -> bool {
    STATES[number % STATES.len()] != "deleted"
}

fn state(plans: &[Value], number: usize) -> &str {
    let plan = plans
        .iter()
        .find(|plan| plan["repository"] == name(number).as_str());
    plan.expect("a plan")["state"].as_str().expect("a state")
}

#[test]
fn fifty_repositories_in_seven_states() {
    let world = World::class();
    world.releases_again();
    let (before, writes) = (world.branches(), world.writes());
    let there = (0..STUDENTS).filter(|number| is_there(*number));
    assert_eq!(world.update("").len(), there.clone().count());
    world
        .course("update 01-tiny")
        .says(0, "21 writes; at 490 an hour");
    assert_eq!(
        (world.branches(), world.writes()),
        (before.clone(), writes),
        "dry"
    );

    let plans = world.update("--execute");
    for number in there {
        let expected = match STATES[number % STATES.len()] {
            "untouched" => "fast-forward",
            "archived" | "empty" => "skipped",
            _ => "propose",
        };
        assert_eq!(state(&plans, number), expected, "{number}");
        let open = world.proposals(&name(number));
        assert_eq!(open.len(), usize::from(expected == "propose"), "{number}");
    }
    assert_eq!(
        world.writes() - writes,
        21,
        "a pull request each, and pushes are not counted"
    );

    // One student had the same line, and sees what to do by hand.
    let asked = &world.proposals(&name(2))[0];
    assert_eq!(asked.title, "Update to release 1.1.0");
    let body = asked.body.clone().unwrap_or_default();
    assert!(
        body.contains("+    /// The greatest item, without a search."),
        "{body}"
    );
    // Another has both lines, and main as it was.
    let merged = world.git_at(&name(1), &format!("show {BRANCH}:{LIB}"));
    assert!(
        merged.contains("7 // mine") && merged.contains("without a search."),
        "{merged}"
    );

    let (after, writes) = (world.branches(), world.writes());
    let again = world.update("--execute");
    for (number, expected) in [
        (0, "up-to-date"),
        (1, "waiting"),
        (2, "waiting"),
        (3, "waiting"),
        (4, "skipped"),
    ] {
        assert_eq!(state(&again, number), expected);
    }
    assert_eq!(
        (world.branches(), world.writes()),
        (after, writes),
        "a second run does nothing"
    );

    // The student goes on: the same pull request says what is so now.
    let starter = world.starter(&name(1));
    world.pushes(&name(1), &starter.replace("in constant time.", "mine too."));
    let plans = world.update("--execute --student student-001");
    assert_eq!(state(&plans, 1), "propose");
    let asked = world.proposals(&name(1));
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0]
            .body
            .as_ref()
            .is_some_and(|body| body.contains("you changed the same lines"))
    );
    assert_eq!(world.writes() - writes, 1);

    world.course("update 01-tiny --undo --execute").succeeds();
    for (number, now) in &world.branches() {
        // But for what the student pushed meanwhile.
        assert!(*now == before[number] || *number == 1, "{number}: {now}");
        assert!(
            world
                .proposals(&name(*number))
                .iter()
                .all(|issue| !issue.open)
        );
    }
    assert!(!world.branches()[&1].contains(BRANCH));

    // Of one that is deleted nothing is made.
    world
        .course("update 01-tiny --student student-005 --execute")
        .says(0, "there is no such repository");

    // Taken back by us is not declined by the student.
    let plans = world.update("--execute");
    assert_eq!(state(&plans, 2), "propose");
    assert_eq!(world.github.limits_broken(), []);
}

#[test]
fn who_closes_the_pull_request_is_not_asked_again() {
    let world = World::new();
    world.course("publish --execute").succeeds();
    world.course("accept 01-tiny --student ada").succeeds();
    world.becomes("01-tiny-ada", "worked-on");
    world.releases_again();
    world.update("--execute");
    world.github.state(|state| {
        let ada = state.repositories.get_mut(&format!("{SCHOOL}/01-tiny-ada"));
        let issues = &mut ada.expect("a repository").issues;
        let asked = issues
            .iter_mut()
            .find(|issue| issue.title.starts_with("Update"));
        asked.expect("a pull request").open = false;
    });
    world
        .course("update 01-tiny --execute")
        .says(0, "it was declined");
}
