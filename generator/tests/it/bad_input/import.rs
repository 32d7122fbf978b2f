//! Files that a class left behind in GitHub Classroom.

use super::{Row, row};
use crate::builder::Tiny;

fn json(tiny: &Tiny, text: &str) {
    tiny.write("autograding.json", text);
}

/// A workflow of the job that the service looked at, with these steps.
fn workflow(tiny: &Tiny, steps: &str) {
    tiny.write(
        "old.yml",
        &format!("name: Autograding Tests\njobs:\n  run-autograding-tests:\n    steps:\n{steps}"),
    );
}

const GRADER: &str = "      - uses: classroom-resources/autograding-command-grader@v1\n";
const JSON: &str = "import autograding.json --slug 03-hello --out new";
const YAML: &str = "import old.yml --slug 03-hello --out new";
const EXPORT: &str = "import assignments.json --out new";

pub(super) const ROWS: &[Row] = &[
    row(
        "a file that is not there",
        |_| (),
        JSON,
        3,
        "autograding.json: no such file; name an existing one",
    ),
    row(
        "a folder in place of a file",
        |tiny| {
            tiny.write("autograding.json/x", "");
        },
        JSON,
        3,
        "autograding.json: it is a folder; name the files in it",
    ),
    row(
        "a file that is not UTF-8",
        |tiny| std::fs::write(tiny.path("autograding.json"), b"\xff\xfe{").expect("a file"),
        JSON,
        3,
        "autograding.json: it is not UTF-8",
    ),
    row(
        "tests that are no JSON",
        |tiny| json(tiny, "{\"tests\": [\n  {\"name\": \"adds\",}\n]}"),
        JSON,
        3,
        "autograding.json:2: ",
    ),
    row(
        "a list of no tests",
        |tiny| json(tiny, "{\"tests\": []}"),
        JSON,
        3,
        "autograding.json:1: there is no test in it",
    ),
    row(
        "a test without a command",
        |tiny| json(tiny, "{\"tests\": [\n  {\"name\": \"adds\"}\n]}"),
        JSON,
        3,
        "autograding.json:2: missing field `run`",
    ),
    row(
        "a test with an empty name",
        |tiny| {
            json(
                tiny,
                "{\"tests\": [\n  {\"name\": \" \", \"run\": \"x\"}\n]}",
            )
        },
        JSON,
        3,
        "autograding.json:2: an empty text where one is needed",
    ),
    row(
        "points that are not whole",
        |tiny| {
            json(
                tiny,
                "{\"tests\": [\n  {\"name\": \"a\", \"run\": \"x\",\n   \"points\": 2.5}\n]}",
            );
        },
        JSON,
        3,
        "autograding.json:3: `2.5` is no whole number from 0 to 1000000, and only those can be kept",
    ),
    row(
        "points below 0",
        |tiny| {
            json(
                tiny,
                "{\"tests\": [{\"name\": \"a\", \"run\": \"x\", \"points\": -1}]}",
            )
        },
        JSON,
        3,
        "autograding.json:1: `-1` is no whole number",
    ),
    row(
        "a comparison that there never was",
        |tiny| {
            json(
                tiny,
                "{\"tests\": [{\"name\": \"a\", \"run\": \"x\", \"comparison\": \"fuzzy\"}]}",
            )
        },
        JSON,
        3,
        "the comparison `fuzzy` is none of exact, included, regex",
    ),
    row(
        "JSON of something else",
        |tiny| json(tiny, "{\"name\": \"my-package\"}"),
        JSON,
        3,
        "this JSON is neither a file of tests nor an answer of GitHub Classroom",
    ),
    row(
        "a workflow that is no YAML",
        |tiny| {
            tiny.write("old.yml", "jobs:\n  a:\n    steps: \"x\n");
        },
        YAML,
        3,
        "old.yml:",
    ),
    row(
        "a workflow without graders",
        |tiny| workflow(tiny, "      - run: cargo test\n"),
        YAML,
        3,
        "old.yml:1: no step of it uses an autograding grader",
    ),
    row(
        "a workflow of the time of autograding.json",
        |tiny| workflow(tiny, "      - uses: education/autograding@v1\n"),
        YAML,
        3,
        "old.yml:5: this step takes its tests from another file; import .github/classroom/autograding.json",
    ),
    row(
        "a grader without a command",
        |tiny| {
            workflow(
                tiny,
                &format!("{GRADER}        with:\n          max-score: 1\n"),
            )
        },
        YAML,
        3,
        "old.yml:5: this grader has no `command`",
    ),
    row(
        "points that only a run would know",
        |tiny| {
            workflow(
                tiny,
                &format!(
                    "{GRADER}        with:\n          command: x\n          max-score: ${{{{ env.MAX }}}}\n"
                ),
            );
        },
        YAML,
        3,
        "old.yml:5: `max-score` of this step: `${{ env.MAX }}` is no whole number",
    ),
    row(
        "a reporter that names no step",
        |tiny| {
            workflow(
                tiny,
                &format!(
                    "{GRADER}        id: adds\n        with:\n          command: x\n      - uses: classroom-resources/autograding-grading-reporter@v1\n        with:\n          runners: adds,pops\n"
                ),
            );
        },
        YAML,
        3,
        "old.yml:9: the reporter names the runner `pops`, and no grader has that id",
    ),
    row(
        "tests that stand in two files",
        |tiny| {
            json(tiny, "{\"tests\": [{\"name\": \"adds\", \"run\": \"x\"}]}");
            workflow(
                tiny,
                &format!(
                    "{GRADER}        with:\n          test-name: adds\n          command: x\n"
                ),
            );
        },
        "import autograding.json old.yml --slug 03-hello --out new",
        3,
        "old.yml: the test `adds` stands in another of these files too",
    ),
    row(
        "tests of an assignment without a name",
        |tiny| json(tiny, "{\"tests\": [{\"name\": \"adds\", \"run\": \"x\"}]}"),
        "import autograding.json --out new",
        3,
        "these files do not say what the assignment is called; name it with --slug NN-name",
    ),
    row(
        "a deadline that is no moment",
        |tiny| {
            tiny.write(
                "assignments.json",
                "[\n  {\"title\": \"Lists\", \"slug\": \"lists\",\n   \"deadline\": \"next Friday\"}\n]",
            );
        },
        EXPORT,
        3,
        "assignments.json:3: `next Friday` is no moment, as 2026-09-14T23:59:00Z is one",
    ),
    row(
        "an assignment of which no slug can be made",
        |tiny| {
            tiny.write(
                "assignments.json",
                "[{\"title\": \"Übung 1\", \"slug\": \"1\"}]",
            );
        },
        EXPORT,
        3,
        "no slug can be made of `1`; name one with --slug NN-name",
    ),
    row(
        "an export of nothing",
        |tiny| {
            tiny.write("assignments.json", "[]");
        },
        EXPORT,
        3,
        "these files name no assignment and no test",
    ),
    row(
        "an assignment that the export does not have",
        |tiny| {
            tiny.write(
                "assignments.json",
                "[{\"title\": \"Lists\", \"slug\": \"lists\"}]",
            );
        },
        "import assignments.json --assignment maps --out new",
        3,
        "there is no assignment `maps` in these files; there are: lists",
    ),
    row(
        "one slug for several assignments",
        |tiny| {
            tiny.write(
                "assignments.json",
                "[{\"title\": \"Lists\"}, {\"title\": \"Maps\"}]",
            );
        },
        "import assignments.json --slug 03-hello --out new",
        3,
        "choose one with --assignment: Lists, Maps",
    ),
    row(
        "grades without their columns",
        |tiny| {
            tiny.write("grades.csv", "name,points\nada,5\n");
        },
        "import grades.csv --out new",
        3,
        "grades.csv:1: there is no column `assignment_name`",
    ),
    row(
        "grades with points that are not whole",
        |tiny| {
            tiny.write(
                "grades.csv",
                "assignment_name,points_available\nLists,10\nLists,ten\n",
            );
        },
        "import grades.csv --out new",
        3,
        "grades.csv:3: `points_available`: `ten` is no whole number",
    ),
    row(
        "an output in which something stands",
        |tiny| json(tiny, "{\"tests\": [{\"name\": \"adds\", \"run\": \"x\"}]}"),
        "import autograding.json --slug 03-hello --out assignments",
        3,
        "assignments: something else stands there; name a new --out, or remove it",
    ),
    row(
        "an output of an import that is a file",
        |tiny| json(tiny, "{\"tests\": [{\"name\": \"adds\", \"run\": \"x\"}]}"),
        "import autograding.json --slug 03-hello --out classroom.yml",
        3,
        "classroom.yml: it is no folder; name another --out",
    ),
];
