//! Words that are no command.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "a word that is no verb",
        |_| (),
        "frobnicate",
        2,
        "unrecognized subcommand 'frobnicate'",
    ),
    row(
        "a flag that is none",
        |_| (),
        "check --quick",
        2,
        "unexpected argument '--quick'",
    ),
    row(
        "no output",
        |_| (),
        "render",
        2,
        "the following required arguments were not provided",
    ),
    row(
        "two formats at once",
        |_| (),
        "grade x --json --markdown",
        2,
        "cannot be used with",
    ),
    row(
        "no lane",
        |_| (),
        "verify --lanes 0",
        2,
        "invalid value '0' for '--lanes <LANES>'",
    ),
    row(
        "a schema of nothing",
        |_| (),
        "schema rubric",
        2,
        "invalid value 'rubric'",
    ),
    row(
        "a shell that is none",
        |_| (),
        "completions cmd",
        2,
        "invalid value 'cmd'",
    ),
    row(
        "a name without an assignment",
        |_| (),
        "render --out out --name my-stack",
        2,
        "the following required arguments were not provided",
    ),
    row(
        "a name that no package may have",
        |_| (),
        "render 01-tiny --out out --name ../x",
        3,
        "`../x` is no package name",
    ),
    row(
        "an assignment that is not there",
        |_| (),
        "render 02-huge --out out",
        3,
        "there is no assignment `02-huge`; there are: 01-tiny",
    ),
    row(
        "a slug that is none",
        |_| (),
        "new raft",
        3,
        "`raft` is no slug",
    ),
    row(
        "an exercise whose package is taken",
        |_| (),
        "new 02-raft --exercise stack",
        3,
        "the package `stack` is in assignments/01-tiny/stack already",
    ),
];
