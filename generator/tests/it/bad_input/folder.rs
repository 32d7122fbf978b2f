//! Folders that are written to, or read as a course.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "a course that is not there",
        |_| (),
        "check --course nowhere",
        3,
        "nowhere: no classroom.yml in it; name the root of a course",
    ),
    row(
        "a bare repository in place of a course",
        |tiny| {
            tiny.git(".", "init -q --bare bare.git");
        },
        "check --course bare.git",
        3,
        "bare.git: no classroom.yml in it",
    ),
    row(
        "an output inside the source",
        |_| (),
        "render --out assignments/01-tiny/stack",
        3,
        "it lies in assignments/, which is source",
    ),
    row(
        "an output that leads into the source",
        |tiny| tiny.link("templates", "out"),
        "render --out out",
        3,
        "it lies in templates/, which is source",
    ),
    row(
        "an output that is a file",
        |_| (),
        "render --out classroom.yml",
        3,
        "classroom.yml: it is no folder; name another --out",
    ),
    row(
        "an output below a file",
        |_| (),
        "render --out classroom.yml/out",
        4,
        "classroom.yml/out",
    ),
    row(
        "an output in which somebody else's work stands",
        |tiny| {
            tiny.write("out/01-tiny/thesis.txt", "years of work");
        },
        "render --out out",
        3,
        "it stands there and is no rendered repository",
    ),
    row(
        "an output that somebody works in",
        |tiny| {
            tiny.course("render --out out").succeeds();
            tiny.git("out/01-tiny", "init -q -b main");
        },
        "render --out out",
        3,
        "it stands there and is no rendered repository",
    ),
    row(
        "an output that is a bare repository",
        |tiny| {
            tiny.git(".", "init -q --bare out/01-tiny");
        },
        "render --out out",
        3,
        "it stands there and is no rendered repository",
    ),
    row(
        "a forge whose place is a file",
        |tiny| {
            tiny.write(".forge", "mine");
        },
        "publish --execute",
        4,
        ".forge/rust-systems-course",
    ),
    row(
        "a folder for proofs that is a file",
        |_| (),
        "verify --work classroom.yml",
        4,
        "classroom.yml",
    ),
    row(
        "a new assignment where something stands",
        |tiny| {
            tiny.write("assignments/02-raft/README.md", "# Mine\n");
        },
        "new 02-raft",
        3,
        "it stands there already; choose another slug",
    ),
    row(
        "a workspace without a list of members",
        |tiny| {
            tiny.write("Cargo.toml", "[workspace]\n");
        },
        "new 02-raft",
        3,
        "Cargo.toml: there is no [workspace] with members",
    ),
    row(
        "a classroom.yml whose assignments stand on one line",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "assignments:\n  01-tiny: {}",
                "assignments: { 01-tiny: {} }",
            );
        },
        "new 02-raft",
        3,
        "classroom.yml: there is no line `assignments:` of its own",
    ),
    row(
        "an output in which somebody worked, without git",
        |tiny| {
            tiny.course("render --out out").succeeds();
            tiny.edit(
                "out/01-tiny/stack/src/lib.rs",
                "todo!(\"stage 1: count the items\")",
                "0",
            );
        },
        "render --out out",
        3,
        "out/01-tiny: somebody changed what was rendered there",
    ),
    row(
        "a project of one's own, generated once more",
        |tiny| {
            tiny.course("render 01-tiny --name my-stack --out out")
                .succeeds();
            tiny.write("out/my-stack/NOTES.md", "mine");
        },
        "render 01-tiny --name my-stack --out out",
        3,
        "out/my-stack: somebody changed what was rendered there",
    ),
    row(
        "an output in the forge",
        |tiny| {
            tiny.course("publish --execute").succeeds();
        },
        "render --out .forge/x",
        3,
        "it lies in .forge/, which is the forge",
    ),
    row(
        "an output in git's folder",
        |tiny| {
            tiny.git(".", "init -q");
        },
        "render --out .git",
        3,
        "it lies in .git/, which is git's",
    ),
    row(
        "a workspace that cargo cannot read",
        |tiny| {
            tiny.edit(
                "Cargo.toml",
                "members = [\n",
                "members = [\n    \"gone\",\n",
            );
        },
        "new 02-raft",
        3,
        "so nothing was changed; mend what it says and run again",
    )
    .by(|tiny, words| Some(tiny.course(words))),
    row(
        "a title that breaks TOML",
        |_| (),
        "new 02-raft --title a\"b",
        3,
        "--title: it is empty, or holds",
    ),
    row(
        "an exercise named as a folder of cargo's",
        |_| (),
        "new 02-raft --exercise target",
        3,
        "`target` is no package name",
    ),
];
