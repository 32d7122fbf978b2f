//! Assignment links: the two repositories that `course enrol init` makes, and `course accept` by an issue, on a forge that is
//! a folder. There the answer is printed; what GitHub shows is in `github::enrol`.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::builder::{Ran, Tiny, generator};

/// A course on which everything is published, with this roster and these settings of its assignment.
fn enrolling(roster: Option<&str>, schedule: &str) -> Tiny {
    let tiny = Tiny::new();
    tiny.edit(
        "classroom.yml",
        "  01-tiny: {}",
        &format!("  01-tiny: {{{schedule}}}"),
    );
    if let Some(roster) = roster {
        tiny.write("class.csv", roster);
        tiny.edit(
            "classroom.yml",
            "assignments:\n",
            "roster: class.csv\nassignments:\n",
        );
    }
    tiny.course("publish --execute").succeeds();
    tiny.course("enrol init --execute").succeeds();
    fetch(&tiny);
    tiny
}

/// Clones what students see, as the workflow does, to the folder `enrol`.
fn fetch(tiny: &Tiny) {
    tiny.git(".", &format!("clone -q {} enrol", tiny.forge("enrol")));
}

/// The fixture of this name.
fn fixture(path: &str) -> String {
    let path = generator().join("tests/fixtures/enrolment").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The event of Ada's issue, with changes.
pub(crate) fn event(changes: &Value) -> Value {
    let mut event: Value = serde_json::from_str(&fixture("event.json")).expect("JSON");
    change(&mut event, changes);
    event
}

/// Lays keys over keys.
fn change(value: &mut Value, changes: &Value) {
    match (value, changes) {
        (Value::Object(value), Value::Object(changes)) => {
            for (key, new) in changes {
                change(value.entry(key.clone()).or_insert(Value::Null), new);
            }
        }
        (value, new) => *value = new.clone(),
    }
}

/// Who asks, and when the issue was opened.
fn asks(account: &str, when: &str) -> Value {
    let user = json!({ "login": account });
    event(&json!({ "issue": { "user": user, "created_at": when }, "sender": user }))
}

/// Runs what the workflow runs.
fn accepts(tiny: &Tiny, event: &Value) -> Ran {
    tiny.write("event.json", &event.to_string());
    tiny.course("accept --issue event.json --enrolment enrol/enrolment.json")
}

/// A file of a published repository.
fn published(tiny: &Tiny, repository: &str, path: &str) -> String {
    let forge = tiny.forge(repository);
    tiny.git(".", &format!("--git-dir {forge} show main:{path}"))
}

/// The repositories of the forge, with their branches.
fn on_the_forge(tiny: &Tiny) -> BTreeMap<String, String> {
    let folder = tiny.path(".forge/rust-systems-course");
    let names = fs::read_dir(&folder).expect("a forge").map(|entry| {
        let name = entry.expect("an entry").file_name();
        name.into_string().expect("a name")
    });
    let names = names.filter(|name| name.ends_with(".git"));
    names
        .map(|name| {
            let path = folder.join(&name).display().to_string();
            let branches = tiny.git(".", &format!("--git-dir {path} for-each-ref"));
            (name, branches)
        })
        .collect()
}

const IN_TIME: &str = "2026-09-30T10:00:00Z";
const DUE: &str = "due: \"2026-10-01T23:59:00Z\"";
const LATE: &str = "2026-10-01T23:59:01Z";

#[test]
fn nothing_happens_without_execute_and_twice_is_once() {
    let tiny = Tiny::new();
    tiny.course("enrol init").says(0, "create enrol: 6 files");
    assert!(!tiny.path(".forge").exists());
    tiny.course("enrol init --execute")
        .says(0, "01-tiny is not published yet");
    let forge = on_the_forge(&tiny);
    assert_eq!(forge.len(), 1, "no roster, no repository of it: {forge:?}");
    tiny.course("enrol init --execute")
        .says(0, "nothing to do for enrol");
    assert_eq!(on_the_forge(&tiny), forge);
}

#[test]
fn the_roster_s_repository_holds_accounts_and_groups_and_the_other_none_of_it() {
    let tiny = enrolling(
        Some("name,github,group,mail\nAda L,Ada,red,ada@x.example\nBob,bob,red,b@x.example\n"),
        "",
    );
    let roster = published(&tiny, "roster", "roster.csv");
    assert_eq!(roster, "account,group\nada,red\nbob,red\n");
    let forge = tiny.forge("enrol");
    let words = format!("--git-dir {forge} grep -ilE bob|x.example main --");
    let found = std::process::Command::new("git")
        .args(words.split(' '))
        .output()
        .expect("git runs");
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
    tiny.write("class.csv", "github,group\nada,red\n");
    tiny.course("enrol init").says(0, "~ roster.csv");
}

#[test]
fn repositories_that_are_not_ours_are_refused() {
    for (repository, says) in [
        ("enrol", "not where students of `rust-systems-course` enrol"),
        ("roster", "and is no roster"),
    ] {
        let tiny = Tiny::new();
        tiny.write("class.csv", "ada\n");
        tiny.edit(
            "classroom.yml",
            "assignments:\n",
            "roster: class.csv\nassignments:\n",
        );
        tiny.has_foreign(repository);
        let before = on_the_forge(&tiny);
        tiny.course("enrol init").says(3, says);
        tiny.course("enrol init --execute").says(3, says);
        assert_eq!(
            on_the_forge(&tiny)[&format!("{repository}.git")],
            before[&format!("{repository}.git")]
        );
    }
}

/// What a title may hold and YAML takes for something else.
const TITLES: [&str; 6] = [
    "Tiny",
    "Lists: and #more",
    "\"Quoted\", 'twice' \\ backslash",
    "- [x] & *star* !tag %x @y `z`",
    "yes",
    "{a: b}, ünï 🦀",
];

/// A form's text once it is filled in, as GitHub writes it.
fn filled_in(form: &Value) -> String {
    let mut text = String::new();
    for element in form["body"].as_array().expect("elements") {
        let attributes = &element["attributes"];
        let chosen = match element["type"].as_str().expect("a type") {
            "markdown" => continue,
            "dropdown" => {
                let default = attributes["default"].as_u64().expect("a default");
                attributes["options"][usize::try_from(default).expect("small")]
                    .as_str()
                    .expect("an option")
                    .to_owned()
            }
            "checkboxes" => format!(
                "- [X] {}",
                attributes["options"][0]["label"].as_str().expect("a label")
            ),
            other => panic!("an element of the type {other}"),
        };
        let label = attributes["label"].as_str().expect("a label");
        text += &format!("### {label}\n\n{chosen}\n\n");
    }
    text.trim_end().to_owned()
}

#[test]
fn a_form_is_yaml_whatever_the_title_is_and_filled_in_it_is_read() {
    for title in TITLES {
        let tiny = Tiny::new();
        let settings = "assignments/01-tiny/assignment.toml";
        let quoted = toml_string(title);
        tiny.edit(settings, "title = \"Tiny\"", &format!("title = {quoted}"));
        tiny.course("publish --execute").succeeds();
        tiny.course("enrol init --execute").succeeds();
        fetch(&tiny);
        let form = published(&tiny, "enrol", ".github/ISSUE_TEMPLATE/01-tiny.yml");
        let form: Value =
            serde_saphyr::from_str(&form).unwrap_or_else(|error| panic!("{error}: {form}"));
        assert_eq!(form["name"], format!("01-tiny: {title}"));
        // Keys that GitHub knows; all that it demands.
        let keys: Vec<&String> = form.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["name", "description", "title", "body"]);
        accepts(
            &tiny,
            &event(&json!({ "issue": { "body": filled_in(&form) } })),
        )
        .says(0, "accepted\n\nYour repository for");
        assert!(on_the_forge(&tiny).contains_key("01-tiny-ada.git"));
    }
}

/// A text as TOML writes it.
fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[test]
fn only_finished_assignments_have_a_form() {
    let tiny = Tiny::new();
    tiny.course("new 02-later").succeeds();
    tiny.edit(
        "classroom.yml",
        "  01-tiny: {}",
        "  01-tiny: {}\n  02-later: {}",
    );
    tiny.write(
        "assignments/02-later/assignment.toml",
        &tiny
            .read("assignments/02-later/assignment.toml")
            .replace("\"complete\"", "\"roadmap\""),
    );
    let changes = tiny.course("enrol init").stdout;
    // A roadmap adds no file.
    assert!(
        changes.contains("create enrol: 6 files") || changes.is_empty(),
        "{changes}"
    );
}

#[test]
fn whoever_asks_gets_a_repository_and_asking_again_the_same() {
    let tiny = enrolling(None, "");
    accepts(&tiny, &asks("Ada", IN_TIME)).says(0, "accepted");
    let first = on_the_forge(&tiny);
    assert!(first["01-tiny-ada.git"].contains("refs/heads/feedback"));
    // The same as by its own verb: one road, one result.
    tiny.course("accept 01-tiny --student ada")
        .says(0, "was there already");
    tiny.git(".", &format!("clone -q {} ada", tiny.forge("01-tiny-ada")));
    tiny.pushes();
    let worked = on_the_forge(&tiny);
    let reopened = json!({ "action": "reopened", "issue": { "updated_at": LATE } });
    for again in [asks("ada", IN_TIME), event(&reopened)] {
        accepts(&tiny, &again).says(0, "accepted");
        assert_eq!(on_the_forge(&tiny), worked);
    }
}

#[test]
fn after_the_due_date_nothing_is_begun_unless_late_work_counts() {
    for (percent, begins) in [(0, false), (10, true), (100, false)] {
        let tiny = enrolling(None, &format!("{DUE}, late_percent_per_day: {percent}"));
        accepts(&tiny, &asks("ada", IN_TIME)).says(0, "due at 2026-10-01 23:59 UTC");
        let late = accepts(&tiny, &asks("bob", LATE));
        match begins {
            true => late.says(0, "accepted"),
            false => late.says(0, "too-late"),
        };
        let bob = on_the_forge(&tiny).contains_key("01-tiny-bob.git");
        assert_eq!(bob, begins, "{percent} %");
        // Whoever has begun finds the way back.
        accepts(&tiny, &asks("ada", LATE)).says(0, "accepted");
    }
}

#[test]
fn who_is_not_on_the_roster_gets_nothing_and_learns_nobody_s_name() {
    let tiny = enrolling(Some("ada\nbob\n"), "");
    let ran = accepts(&tiny, &asks("mallory", IN_TIME)).says(0, "not-on-the-roster");
    for name in ["ada", "bob"] {
        assert!(
            !ran.stdout.contains(name) && !ran.stderr.contains(name),
            "{ran:?}"
        );
    }
    assert!(!on_the_forge(&tiny).contains_key("01-tiny-mallory.git"));
    // Once they are on it, the same form is enough.
    tiny.write("class.csv", "ada\nbob\nmallory\n");
    tiny.course("enrol init --execute").succeeds();
    accepts(&tiny, &asks("Mallory", IN_TIME)).says(0, "accepted");
}

#[test]
fn a_group_shares_a_repository() {
    let tiny = enrolling(
        Some("student,group\nada,red\nbob,red\nzoe,blue\n"),
        "groups: true",
    );
    for student in ["ada", "bob"] {
        accepts(&tiny, &asks(student, IN_TIME)).says(0, "01-tiny-red");
    }
    let forge = on_the_forge(&tiny);
    assert!(forge.contains_key("01-tiny-red.git") && !forge.contains_key("01-tiny-blue.git"));
}

#[test]
fn trouble_is_answered_too_and_the_log_has_the_reason() {
    let tiny = enrolling(Some("ada\n"), "");
    fs::remove_dir_all(tiny.forge("01-tiny")).expect("gone");
    let ran = accepts(&tiny, &asks("ada", IN_TIME)).says(3, "it is not published");
    assert!(ran.stdout.starts_with("trouble\n"), "{ran:?}");
    tiny.course("publish --execute").succeeds();
    fs::remove_dir_all(tiny.forge("roster")).expect("gone");
    accepts(&tiny, &asks("ada", IN_TIME)).says(3, "there is no roster in it");
    tiny.course("enrol init --execute").succeeds();
    accepts(&tiny, &asks("ada", IN_TIME)).says(0, "accepted");
}

/// Each file of `fixtures/enrolment/forms`, and what it comes to.
const FORMS: [(&str, &str); 14] = [
    ("a-letter", "not-the-form"),
    ("another-assignment", "no-such-assignment"),
    ("another-student", "not-the-form"),
    ("control-characters", "no-such-assignment"),
    ("mentions-and-html", "no-such-assignment"),
    ("nothing-chosen", "no-such-assignment"),
    ("path-traversal", "no-such-assignment"),
    ("shell", "no-such-assignment"),
    ("template-expression", "no-such-assignment"),
    ("two-assignments", "not-the-form"),
    ("unticked", "not-confirmed"),
    ("upper-case", "no-such-assignment"),
    ("workflow-command", "not-the-form"),
    ("workflow-expression", "no-such-assignment"),
];

/// Each file of `fixtures/enrolment/events`: changes of an event, what it comes to, and the exit code.
const EVENTS: [(&str, &str, i32); 13] = [
    (
        "action-with-a-command",
        "the issue was \"opened\\n::error::x\"",
        3,
    ),
    ("another-action", "the issue was \"edited\"", 3),
    ("another-repository", "the issue is another repository's", 3),
    ("bot", "a program asks, not a person", 3),
    ("bot-reopens", "a program asks, not a person", 3),
    ("login-of-a-company", "no-name-for-a-repository", 0),
    ("login-with-newline", "no-name-for-a-repository", 0),
    ("login-with-shell", "no-name-for-a-repository", 0),
    ("no-issue", "it is no event of an issue", 3),
    ("no-moment", "\"yesterday\" is no moment", 3),
    ("number-below-zero", "it is no event of an issue", 3),
    ("odd-login", "no-name-for-a-repository", 0),
    ("opened-by-another", "somebody else opened the issue", 3),
];

/// The names of the fixtures in a folder.
fn fixtures(folder: &str) -> Vec<String> {
    let folder = generator().join("tests/fixtures/enrolment").join(folder);
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Lines that do something where a workflow prints them, or a terminal shows them.
#[track_caller]
fn acts_on_nobody(name: &str, ran: &Ran) {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let acts = |letter: char| letter.is_control() && letter != '\n';
    assert!(!said.contains(acts), "{name}: {said:?}");
    assert!(!said.contains('\u{202e}'), "{name}: {said:?}");
    let command = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    assert!(!said.lines().any(command), "{name}: {said}");
}

/// Markdown in which nothing but what the answer itself says would be a link, a mention or HTML.
#[track_caller]
fn is_plain(name: &str, answer: &str) {
    let parser = pulldown_cmark::Parser::new(answer);
    for event in parser {
        use pulldown_cmark::{Event, Tag};
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.contains("/issues/new"), "{name}: {dest_url}");
            }
            Event::Start(Tag::Image { dest_url, .. }) => panic!("{name}: a picture {dest_url}"),
            Event::InlineHtml(html) | Event::Html(html) => {
                assert!(html.starts_with("<!-- course-enrol:"), "{name}: {html}");
            }
            Event::Text(text) => assert!(!text.contains(['@', '#']), "{name}: {text}"),
            _ => {}
        }
    }
}

#[test]
fn a_hostile_form_does_nothing_and_its_words_act_on_nobody() {
    let tiny = enrolling(Some("ada\nbob\n"), "");
    let before = on_the_forge(&tiny);
    let names: Vec<&str> = FORMS.iter().map(|(name, _)| *name).collect();
    assert_eq!(fixtures("forms"), names);
    let huge = "### Assignment\n\n01-tiny\n\n".repeat(3000);
    let files = FORMS.map(|(name, outcome)| (name, fixture(&format!("forms/{name}.md")), outcome));
    let more = [
        ("huge", huge, "not-the-form"),
        ("empty", String::new(), "not-the-form"),
    ];
    for (name, body, outcome) in files.into_iter().chain(more) {
        let event = event(&json!({ "issue": { "body": body } }));
        let ran = accepts(&tiny, &event).succeeds();
        acts_on_nobody(name, &ran);
        let (said, answer) = ran.stdout.split_once("\n\n").expect("an answer");
        assert_eq!(said, outcome, "{name}: {ran:?}");
        assert!(answer.len() < 600, "{name}: {answer}");
        is_plain(name, answer);
        assert_eq!(on_the_forge(&tiny), before, "{name}");
    }
    accepts(&tiny, &event(&json!({ "issue": { "body": null } }))).says(0, "not-the-form");
    assert!(!std::path::Path::new("/tmp/course-was-here").exists());
}

#[test]
fn a_hostile_event_does_nothing() {
    let tiny = enrolling(None, "");
    let before = on_the_forge(&tiny);
    let names: Vec<&str> = EVENTS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(fixtures("events"), names);
    for (name, says, code) in EVENTS {
        let changes = serde_json::from_str(&fixture(&format!("events/{name}.json"))).expect("JSON");
        let ran = accepts(&tiny, &event(&changes)).says(code, says);
        acts_on_nobody(name, &ran);
        assert_eq!(on_the_forge(&tiny), before, "{name}");
    }
}

#[test]
fn words_of_the_issue_never_reach_a_shell() {
    let tiny = Tiny::new();
    tiny.course("enrol init --execute").succeeds();
    let workflow = published(&tiny, "enrol", ".github/workflows/enrol.yml");
    let workflow: Value = serde_saphyr::from_str(&workflow).expect("YAML");
    assert_eq!(workflow["permissions"], json!({}));
    let jobs = workflow["jobs"].as_object().expect("jobs");
    assert_eq!(jobs.len(), 1);
    let steps = jobs["enrol"]["steps"].as_array().expect("steps");
    let mut with_secrets = 0;
    for step in steps {
        let run = step["run"].as_str().unwrap_or_default();
        assert!(!run.contains("${{"), "{run}");
        if let Some(uses) = step["uses"].as_str() {
            let (_, commit) = uses.split_once('@').expect("a commit");
            assert_eq!(commit.len(), 40, "{uses}");
        }
        if step.to_string().contains("secrets.") {
            with_secrets += 1;
            assert_eq!(run, "course accept --issue \"$GITHUB_EVENT_PATH\"");
        }
    }
    assert_eq!(with_secrets, 1);
}
