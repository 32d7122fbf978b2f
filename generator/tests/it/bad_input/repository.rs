//! Repositories and commits, of students and of others.

use std::fs;

use super::{Row, row};
use crate::builder::Tiny;

/// A repository of somebody's, with one commit.
fn foreign(tiny: &Tiny) {
    tiny.write("work/main.rs", "fn main() {}");
    for words in ["init -q -b main", "add -A", "commit -q -m mine"] {
        tiny.git("work", words);
    }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "a repository that is not there",
        |_| (),
        "grade 01-tiny-bob",
        3,
        "`01-tiny-bob` is neither a folder here nor a repository of the forge",
    ),
    row(
        "a class that nobody has joined",
        |tiny| {
            tiny.course("publish --execute").succeeds();
        },
        "grade --all 01-tiny",
        3,
        " yet; run `course accept 01-tiny --student NAME`, or name a roster",
    ),
    row(
        "an update of what is not published",
        |_| (),
        "update 01-tiny --execute",
        3,
        "it is not published; run `course publish 01-tiny --execute` first",
    ),
    row(
        "an update of what nobody has accepted",
        |tiny| {
            tiny.course("publish --execute").succeeds();
        },
        "update 01-tiny --execute",
        3,
        "nobody has accepted `01-tiny`",
    ),
    row(
        "an update for a name that is none",
        |_| (),
        "update 01-tiny --student a--b",
        3,
        "`a--b` is no student's name",
    ),
    row(
        "an update without the text of its pull request",
        |tiny| {
            tiny.remove("templates/enrolment/update.md.liquid");
        },
        "update 01-tiny",
        3,
        "templates/enrolment/update.md.liquid: it is missing or not text; restore it",
    )
    .accepted(),
    row(
        "an undo where nothing was updated",
        |_| (),
        "update 01-tiny --undo --execute",
        3,
        "no update of `01-tiny` is known here that could be undone",
    ),
    row(
        "a record of an update that is none",
        |tiny| {
            tiny.write(".forge/updates/01-tiny.json", "{}");
        },
        "update 01-tiny --undo",
        3,
        "it is no record of an update",
    )
    .accepted(),
    row(
        "a roster that is not there",
        |_| (),
        "grade --all 01-tiny --roster names.csv",
        3,
        "names.csv: no such file; name the roster",
    ),
    row(
        "a roster without a name",
        |tiny| {
            tiny.write("names.csv", "# nobody yet\n");
        },
        "grade --all 01-tiny --roster names.csv",
        3,
        "names.csv:1: there is no name in it; write one student a line",
    ),
    row(
        "a roster with a name twice",
        |tiny| {
            tiny.write("names.csv", "ada\nbob\nAda\n");
        },
        "grade --all 01-tiny --roster names.csv",
        3,
        "names.csv:3: `ada` stands twice; take one of them out",
    ),
    row(
        "nothing to grade again",
        |_| (),
        "regrade 01-tiny",
        3,
        "no results of `01-tiny` there to compare with; run `course grade --all 01-tiny` first",
    ),
    row(
        "results that somebody edited",
        |tiny| {
            tiny.write(".grades/01-tiny/results/results.json", "{}");
            // Made by whoever asks first.
            tiny.write(".grades/01-tiny.lock", "");
        },
        "regrade 01-tiny",
        3,
        "results.json: it is not what this version writes",
    ),
    row(
        "a folder that is no repository",
        |tiny| {
            tiny.write("work/main.rs", "fn main() {}");
        },
        "grade work",
        3,
        "work: no git repository; name the root of one",
    ),
    row(
        "a file in place of a repository",
        |tiny| {
            tiny.write("work", "mine");
        },
        "grade work",
        3,
        "work: no git repository; name the root of one",
    ),
    row(
        "an empty repository",
        |tiny| {
            tiny.git(".", "init -q -b main work");
        },
        "grade work",
        3,
        "work: it holds no commit yet; push one first",
    ),
    row(
        "an empty bare repository",
        |tiny| {
            tiny.git(".", "init -q --bare -b main work.git");
        },
        "grade work.git",
        3,
        "work.git: it holds no commit yet; push one first",
    ),
    row(
        "a repository of no assignment",
        foreign,
        "grade work",
        3,
        "nothing says which assignment it is",
    ),
    row(
        "a repository of an assignment that is gone",
        |tiny| {
            tiny.write(
                "work/.course/release.json",
                "{\"assignment\":\"09-gone\",\"version\":\"1\",\"content\":\"\"}",
            );
            foreign(tiny);
        },
        "grade work",
        3,
        "there is no assignment `09-gone`; there are: 01-tiny",
    ),
    row(
        "a commit that is not there",
        |_| (),
        "grade 01-tiny-ada --commit 0123456789012345678901234567890123456789",
        3,
        "there is no commit `0123456789012345678901234567890123456789`",
    )
    .accepted(),
    row(
        "a branch that is not there",
        |_| (),
        "grade ada --commit feature/x",
        3,
        "there is no commit `feature/x`",
    )
    .accepted(),
    row(
        "a revision that is a file",
        |_| (),
        "grade ada --commit main:README.md",
        3,
        "there is no commit `main:README.md`",
    )
    .accepted(),
    row(
        "a revision that is no revision",
        |_| (),
        "grade ada --commit ^{/",
        3,
        "there is no commit `^{/`",
    )
    .accepted(),
    row(
        "an assignment that is not there",
        |_| (),
        "grade ada --assignment 02-huge",
        3,
        "there is no assignment `02-huge`; there are: 01-tiny",
    )
    .accepted(),
    row(
        "a branch that is garbage",
        |tiny| {
            tiny.write("ada/.git/refs/heads/main", "garbage\n");
        },
        "grade ada",
        4,
        "read the head of ada: ",
    )
    .accepted(),
    row(
        "a pack that was cut off",
        |tiny| {
            let packs = tiny.path(".forge/rust-systems-course/01-tiny-ada.git/objects/pack");
            for entry in fs::read_dir(packs).expect("packs") {
                let path = entry.expect("a pack").path();
                if path.extension().is_some_and(|end| end == "pack") {
                    let bytes = fs::read(&path).expect("a pack");
                    let mut permissions = fs::metadata(&path).expect("a pack").permissions();
                    #[expect(
                        clippy::permissions_set_readonly_false,
                        reason = "a file of this test"
                    )]
                    permissions.set_readonly(false);
                    fs::set_permissions(&path, permissions).expect("writable");
                    fs::write(&path, &bytes[..bytes.len() / 3]).expect("cut");
                }
            }
        },
        "grade 01-tiny-ada",
        4,
        "01-tiny-ada.git: ",
    )
    .accepted(),
    row(
        "an accept of what is not published",
        |_| (),
        "accept 01-tiny --student ada",
        3,
        "course publish 01-tiny --execute",
    ),
    row(
        "a student's name that is none",
        |_| (),
        "accept 01-tiny --student ../ada",
        3,
        "`../ada` is no student's name",
    ),
    row(
        "a student's repository with another history",
        |tiny| tiny.has_foreign("01-tiny-bob"),
        "accept 01-tiny --student bob",
        3,
        "it stands there with another history; rename or remove that repository",
    )
    .accepted(),
    row(
        "a repository of that name on the forge that we did not publish",
        |tiny| tiny.has_foreign("01-tiny"),
        "publish --execute",
        3,
        "it stands on the forge and is no release of `01-tiny`",
    ),
    row(
        "a folder on the forge that is no repository",
        |tiny| {
            tiny.write(".forge/rust-systems-course/01-tiny.git/mine.txt", "mine");
        },
        "publish --execute",
        3,
        "01-tiny.git: no git repository",
    ),
];
