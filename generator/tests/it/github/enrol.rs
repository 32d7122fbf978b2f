//! Assignment links on GitHub: forms of a repository, and answers in its issues by an App.

use local_github::state::{Comment, Issue, Repository};
use serde_json::json;

use super::world::{APP, SCHOOL, World};
use crate::builder::Ran;
use crate::enrol::event;

/// The number of the student's issue.
const ISSUE: u64 = 1;

/// Where students enrol, in a world whose roster names `ada` and `bob`.
struct Enrolling {
    world: World,
    key: String,
}

impl Enrolling {
    fn new() -> Enrolling {
        let (world, key) = World::with_app();
        world.tiny.write("class.csv", "ada\nbob\n");
        world.tiny.edit(
            "classroom.yml",
            "assignments:\n",
            &format!("roster: class.csv\nenrolment: {{app: {APP}}}\nassignments:\n"),
        );
        world.course("publish --execute").succeeds();
        world.course("enrol init --execute").succeeds();
        let enrol = world.github.address() + "/" + SCHOOL + "/enrol";
        world.tiny.git(".", &format!("clone -q {enrol} enrol"));
        Enrolling { world, key }
    }

    /// A student opens an issue with the form filled in.
    fn has_issue_of(&self, student: &str) {
        self.world.github.state(|state| {
            let enrol = state.repository_mut(SCHOOL, "enrol").expect("a repository");
            enrol.issues.push(Issue {
                number: ISSUE,
                author: student.to_owned(),
                title: "01-tiny".to_owned(),
                open: true,
                ..Issue::default()
            });
        });
    }

    /// Runs what the workflow runs for the student's issue.
    fn accepts(&self, student: &str) -> Ran {
        let user = json!({ "login": student });
        let event = event(&json!({
            "issue": { "number": ISSUE, "user": user },
            "sender": user,
        }));
        self.world.tiny.write("event.json", &event.to_string());
        let words = "accept --issue event.json --enrolment enrol/enrolment.json";
        self.world.course_as_app(&self.key, words)
    }

    fn repository(&self, name: &str) -> Option<Repository> {
        let github = &self.world.github;
        github.state(|state| state.repository(SCHOOL, name).cloned())
    }

    /// The student's issue, and what was said to it.
    fn issue(&self) -> (Issue, Vec<Comment>) {
        let enrol = self.repository("enrol").expect("a repository");
        let issue = enrol.issue(ISSUE).expect("an issue").clone();
        (issue, enrol.comments)
    }
}

#[test]
fn the_forms_are_there_for_all_and_the_roster_for_nobody() {
    let (world, _) = World::with_app();
    world.tiny.write("class.csv", "ada\n");
    world.tiny.edit(
        "classroom.yml",
        "assignments:\n",
        "roster: class.csv\nassignments:\n",
    );
    let link = format!(
        "01-tiny: {}/{SCHOOL}/enrol/issues/new?template=01-tiny.yml",
        world.github.address()
    );
    world.course("enrol init").says(0, &link);
    assert_eq!(world.writes(), 0);
    world.course("enrol init --execute").says(0, &link);
    let made = world.writes();
    let private = |name: &str| {
        let repository = world
            .github
            .state(|state| state.repository(SCHOOL, name).cloned());
        repository.expect("a repository").private
    };
    assert!(private("roster") && !private("enrol"));
    world
        .course("enrol init --execute")
        .says(0, "nothing to do for roster");
    assert_eq!(world.writes(), made);
    // Whoever opens the roster to everybody is set right.
    world.github.state(|state| {
        let roster = state.repository_mut(SCHOOL, "roster");
        roster.expect("a repository").private = false;
    });
    world
        .course("enrol init --execute")
        .says(0, "+ private: true");
    assert!(private("roster"));
}

#[test]
fn a_form_becomes_a_repository_and_is_answered_once() {
    let enrolling = Enrolling::new();
    enrolling.has_issue_of("ada");
    let before = enrolling.world.writes();
    enrolling.accepts("ada").says(0, "accepted");
    // The App's own token is asked for by POST, once.
    assert_eq!(
        enrolling.world.writes() - before,
        5 + 1,
        "repository, invitation, pull request, answer, close"
    );
    let ada = enrolling.repository("01-tiny-ada").expect("a repository");
    assert!(ada.private);
    assert_eq!(ada.invitations.len(), 1);
    let (issue, comments) = enrolling.issue();
    assert!(!issue.open);
    assert_eq!(issue.state_reason.as_deref(), Some("completed"));
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0].author, "enrolment[bot]");
    let link = format!("{}/{SCHOOL}/01-tiny-ada", enrolling.world.github.address());
    assert!(comments[0].body.contains(&link), "{}", comments[0].body);
    enrolling.accepts("ada").says(0, "accepted");
    let now = enrolling.issue().1.len();
    assert_eq!(now, 1, "the same event is answered once");
}

#[test]
fn a_marker_that_a_person_writes_silences_nobody() {
    let enrolling = Enrolling::new();
    enrolling.has_issue_of("ada");
    let said = enrolling.accepts("ada").succeeds().stdout;
    let marker = said.lines().last().expect("a marker").to_owned();
    assert!(marker.starts_with("<!-- course-enrol:"), "{said}");
    enrolling.world.github.state(|state| {
        let enrol = state.repository_mut(SCHOOL, "enrol").expect("a repository");
        for comment in &mut enrol.comments {
            comment.author = "mallory".to_owned();
        }
    });
    enrolling.accepts("ada").succeeds();
    assert_eq!(enrolling.issue().1.len(), 2);
}

#[test]
fn who_is_not_on_the_roster_is_answered_and_nothing_is_made() {
    let enrolling = Enrolling::new();
    enrolling.has_issue_of("zoe");
    enrolling.accepts("zoe").says(0, "not-on-the-roster");
    assert!(enrolling.repository("01-tiny-zoe").is_none());
    let (issue, comments) = enrolling.issue();
    assert_eq!(issue.state_reason.as_deref(), Some("not_planned"));
    assert!(!issue.open && comments.len() == 1);
}

#[test]
fn trouble_leaves_the_issue_open_and_the_next_run_answers() {
    let enrolling = Enrolling::new();
    enrolling.has_issue_of("ada");
    // The App may not let anybody in.
    let allowed = enrolling.world.github.state(|state| {
        let permissions = &mut state.apps[0].installations[0].permissions;
        permissions.remove("administration").expect("a permission")
    });
    let ran = enrolling.accepts("ada");
    assert_ne!(ran.code, 0, "{ran:?}");
    let (issue, comments) = enrolling.issue();
    assert!(issue.open && comments.len() == 1, "{comments:?}");
    enrolling.world.github.state(|state| {
        let permissions = &mut state.apps[0].installations[0].permissions;
        permissions.insert("administration".to_owned(), allowed);
    });
    enrolling.accepts("ada").says(0, "accepted");
    let (issue, comments) = enrolling.issue();
    assert!(!issue.open && comments.len() == 2, "{comments:?}");
}

#[test]
fn an_invitation_that_ran_out_is_sent_anew() {
    let enrolling = Enrolling::new();
    enrolling.has_issue_of("ada");
    enrolling.accepts("ada").says(0, "accepted");
    let invitation = |enrolling: &Enrolling| {
        let ada = enrolling.repository("01-tiny-ada").expect("a repository");
        assert_eq!(ada.invitations.len(), 1);
        ada.invitations[0].clone()
    };
    let first = invitation(&enrolling).id;
    enrolling.world.github.state(|state| {
        let ada = state.repository_mut(SCHOOL, "01-tiny-ada");
        let invitation = &mut ada.expect("a repository").invitations[0];
        invitation.created_at -= jiff::SignedDuration::from_hours(8 * 24);
    });
    enrolling.accepts("ada").says(0, "accepted");
    assert_ne!(invitation(&enrolling).id, first);
}

#[test]
fn a_ruleset_lets_the_app_pass_once_its_number_is_known() {
    let (world, _) = World::with_app();
    world.course("publish --execute").succeeds();
    world.tiny.edit(
        "classroom.yml",
        "assignments:\n",
        &format!("enrolment: {{app: {APP}}}\nassignments:\n"),
    );
    world
        .course("publish --execute")
        .says(0, "change the ruleset `A Tiny Course: protected paths`");
    let ran = world.course("publish").succeeds();
    assert!(!ran.stdout.contains("ruleset"), "{ran:?}");
}
