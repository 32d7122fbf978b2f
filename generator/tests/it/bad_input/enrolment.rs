//! Where students enrol: what an instructor writes, and what the workflow is handed.

use super::{Row, problem, row};
use crate::builder::Tiny;

const ANSWERS: &str = "templates/enrolment/answer.md.liquid";

/// Adds keys to `classroom.yml`.
fn keys(tiny: &Tiny, keys: &str) {
    tiny.edit(
        "classroom.yml",
        "assignments:\n",
        &format!("{keys}\nassignments:\n"),
    );
}

/// A list of what can be enrolled in, with nothing in it.
fn has_list(tiny: &Tiny, format: u32, more: &str) {
    let text = format!(
        "{{\"format\": {format}, \"course\": \"A\", \"organisation\": \"org\", \"forge\": {{\"local\": \".forge\"}}, \"author\": {{\"name\": \"A\", \"email\": \"a@b.example\", \"time\": 0}}, \"repository\": \"enrol\", \"assignments\": {{}}, \"templates\": {{}}{more}}}"
    );
    tiny.write("enrolment.json", &text);
}

pub(super) const ROWS: &[Row] = &[
    problem(
        "forms in an assignment's repository",
        |tiny| keys(tiny, "enrolment: {repository: 01-tiny}"),
        "\"01-tiny\" is an assignment's repository",
    ),
    problem(
        "a roster where students see it",
        |tiny| keys(tiny, "enrolment:\n  roster_repository: Enrol"),
        "\"Enrol\" would hold the roster, and students see it",
    ),
    problem(
        "a repository's name that is none",
        |tiny| keys(tiny, "enrolment:\n  repository: ../enrol"),
        "\"../enrol\" can name no repository",
    ),
    row(
        "groups, and nobody says who is in one",
        |tiny| {
            tiny.edit("classroom.yml", "01-tiny: {}", "01-tiny: {groups: true}");
        },
        "enrol init --execute",
        3,
        "`01-tiny` is for groups, and no roster says who is in one; add the key `roster`",
    ),
    row(
        "a name on the roster that nobody can be let in by",
        |tiny| {
            tiny.write("class.csv", "ada\nbob_b\n");
            keys(tiny, "roster: class.csv");
        },
        "enrol init --execute",
        3,
        "`bob_b` is no student's name",
    ),
    row(
        "answers of which one is missing",
        |tiny| {
            tiny.edit(
                ANSWERS,
                "{%- when \"too-late\" -%}",
                "{%- when \"late\" -%}",
            );
        },
        "enrol init --execute",
        3,
        "it has no answer for the outcome `too-late`; restore it",
    ),
    row(
        "answers that name what there is not",
        |tiny| {
            tiny.edit(ANSWERS, "{{ said }}", "{{ sayd }}");
        },
        "enrol init --execute",
        3,
        "there is no `sayd`",
    ),
    row(
        "no templates of the enrolment repository",
        |tiny| {
            std::fs::remove_dir_all(tiny.path("templates/enrolment/enrol")).expect("gone");
        },
        "enrol init --execute",
        3,
        "templates/enrolment/enrol/: it is missing or empty; restore the templates from the project",
    ),
    row(
        "a repository of that name that is not where students enrol",
        |tiny| tiny.has_foreign("enrol"),
        "enrol init --execute",
        3,
        "it stands on the forge and is not where students of `rust-systems-course` enrol",
    ),
    row(
        "an issue where nothing can be enrolled in",
        |tiny| {
            tiny.write("event.json", "{}");
        },
        "accept --issue event.json",
        3,
        "enrolment.json: no such file; name an existing one",
    ),
    row(
        "a list of another version",
        |tiny| has_list(tiny, 9, ""),
        "accept --issue event.json",
        3,
        "enrolment.json: it has format 9 and this program reads 1",
    ),
    row(
        "a list with an unknown key",
        |tiny| has_list(tiny, 1, ", \"colour\": 1"),
        "accept --issue event.json",
        3,
        "unknown field `colour`",
    ),
    row(
        "no event",
        |tiny| has_list(tiny, 1, ""),
        "accept --issue event.json",
        3,
        "event.json: no such file; name an existing one",
    ),
    row(
        "a folder in place of the event",
        |tiny| {
            has_list(tiny, 1, "");
            tiny.write("events/one.json", "{}");
        },
        "accept --issue events",
        3,
        "events: it is a folder; name a file",
    ),
    row(
        "an event of something else",
        |tiny| {
            has_list(tiny, 1, "");
            tiny.write("event.json", "{\"action\": \"opened\", \"number\": 1}");
        },
        "accept --issue event.json",
        3,
        "it is no event of an issue",
    ),
    row(
        "a student and an issue at once",
        |_| (),
        "accept 01-tiny --student ada --issue event.json",
        2,
        "cannot be used with",
    ),
    row(
        "a list without an issue",
        |_| (),
        "accept 01-tiny --student ada --enrolment enrolment.json",
        2,
        "cannot be used with",
    ),
    row(
        "nobody to accept",
        |_| (),
        "accept",
        2,
        "the following required arguments were not provided",
    ),
];
