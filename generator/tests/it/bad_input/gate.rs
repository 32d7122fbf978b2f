//! Gates.

use super::{Row, SETTINGS, Tiny, problem, row};

/// Adds a gate to the tiny course's exercise; its program is not there.
fn gate(tiny: &Tiny, lines: &str) {
    let text = tiny.read(SETTINGS);
    let head = "\n[[exercise.gate]]\nname = \"push_time\"\ntitle = \"Time of push\"\nstage = 1\npromise = \"It is quick.\"\n";
    tiny.write(SETTINGS, &(text + head + lines));
}

/// A course with gates, spoilt.
const fn layered(what: &'static str, spoil: fn(&Tiny), says: &'static str) -> Row {
    Row {
        begin: Tiny::layers,
        ..problem(what, spoil, says)
    }
}

const LAYERS: &str = "assignments/01-layers/assignment.toml";

pub(super) const ROWS: &[Row] = &[
    problem(
        "a gate without a program",
        |tiny| gate(tiny, "kind = \"ratio\"\nlimit = 2\n"),
        "assignments/01-tiny/stack/gates has no gate program",
    ),
    problem(
        "a gate of a kind that there is not",
        |tiny| gate(tiny, "kind = \"speed\"\n"),
        "unknown variant `speed`",
    ),
    problem(
        "a key of a gate that is misspelt",
        |tiny| gate(tiny, "kind = \"ratio\"\nlimits = 2\n"),
        "unknown key `limits`",
    ),
    layered(
        "a race without a limit",
        |tiny| {
            tiny.edit(LAYERS, "limit = 2\n", "");
        },
        "a gate of kind `ratio` has a `limit` above 0: `time`",
    ),
    layered(
        "a count whose bounds are exchanged",
        |tiny| {
            tiny.edit(
                LAYERS,
                "unit = \"reads a line\"\nmin = 1",
                "unit = \"reads a line\"\nmin = 3",
            );
        },
        "a gate of kind `count` has a `min` and a `max` that is not below it: `reads`",
    ),
    layered(
        "a limit of something that is counted",
        |tiny| {
            tiny.edit(
                LAYERS,
                "unit = \"reads a line\"",
                "unit = \"reads a line\"\nlimit = 2",
            );
        },
        "a gate of kind `count` has no use for `limit`: `reads`",
    ),
    layered(
        "points for a report",
        |tiny| {
            tiny.edit(
                LAYERS,
                "kind = \"ratio\"\npoints = 5\nlimit = 2",
                "kind = \"report\"\npoints = 5",
            );
        },
        "a report is never judged, so it has no points: `time`",
    ),
    layered(
        "a gate of a stage that there is not",
        |tiny| {
            tiny.edit(
                LAYERS,
                "title = \"Time of a count\"\nstage = 1",
                "title = \"Time of a count\"\nstage = 2",
            );
        },
        "the gate `time` is of stage 2, which there is not",
    ),
    layered(
        "two gates of one name",
        |tiny| {
            tiny.edit(LAYERS, "name = \"bytes\"", "name = \"syncs\"");
        },
        "the gate `syncs` stands twice",
    ),
    layered(
        "a gate program without gates",
        |tiny| {
            let text = tiny.read(LAYERS);
            let at = text.rfind("[[exercise.gate]]").expect("a gate");
            tiny.write(LAYERS, &text[..at]);
        },
        "is there, and the exercise has no gate",
    ),
    layered(
        "a gate package that is no member",
        |tiny| {
            tiny.edit(
                "Cargo.toml",
                "    \"assignments/01-layers/divisors/gates\",\n",
                "",
            );
        },
        "`assignments/01-layers/divisors/gates` is no member of the workspace",
    ),
    layered(
        "a program driven from outside by who may not use the network",
        |tiny| {
            tiny.edit(LAYERS, "capabilities = [\"net\"]", "capabilities = []");
        },
        "the gate `round_trips` drives a program from outside, and the exercise may use no socket",
    ),
    Row {
        begin: Tiny::layers,
        ..row(
            "a course that does not say where the measuring crate is",
            |tiny| {
                tiny.edit(
                    "Cargo.toml",
                    "course-gate = { path = \"generator/gate\" }",
                    "",
                );
            },
            "render 01-layers --out out",
            3,
            "exercises with gates need the crate that measures them",
        )
    },
    Row {
        begin: Tiny::layers,
        ..row(
            "a measuring crate that is not there",
            |tiny| {
                tiny.edit("Cargo.toml", "generator/gate", "elsewhere");
            },
            "render 01-layers --out out",
            3,
            "elsewhere is to hold the crate course-gate and does not",
        )
    },
    row(
        "a calibration of what has no gates",
        |_| {},
        "calibrate 01-tiny",
        3,
        "01-tiny: it has no gates",
    ),
    row(
        "a calibration of nothing",
        |_| {},
        "calibrate 02-huge",
        3,
        "there is no assignment `02-huge`",
    ),
];
