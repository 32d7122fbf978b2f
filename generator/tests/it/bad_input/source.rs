//! Texts, tests, patches, pages and templates of the source.

use std::fs;

use super::{LIB, Row, SETTINGS, STACK, problem, row};

const PATCH: &str = "assignments/01-tiny/stack/mistakes/stage-1-len-of-one.patch";

pub(super) const ROWS: &[Row] = &[
    problem(
        "Windows line ends",
        |tiny| {
            tiny.write(LIB, &tiny.read(LIB).replace('\n', "\r\n"));
        },
        "lib.rs:1: a carriage return stands here",
    ),
    problem(
        "a byte order mark",
        |tiny| {
            tiny.write(LIB, &format!("\u{feff}{}", tiny.read(LIB)));
        },
        "lib.rs:1: it begins with a byte order mark",
    ),
    problem(
        "a text that is not UTF-8",
        |tiny| fs::write(tiny.path(LIB), b"// a\n// \xff\n").expect("written"),
        "lib.rs:2: it is not UTF-8 here",
    ),
    problem(
        "settings that are not UTF-8",
        |tiny| fs::write(tiny.path(SETTINGS), b"title = \"\xff\"\n").expect("written"),
        "assignment.toml:1: it is missing or not UTF-8 text",
    ),
    row(
        "a file of 20 MB",
        |tiny| {
            tiny.write("assignments/01-tiny/big.bin", &"x".repeat(20_000_000));
        },
        "check",
        3,
        "big.bin: 20000000 bytes is more than the 16777216",
    ),
    row(
        "a classroom.yml of 20 MB",
        |tiny| {
            tiny.write("classroom.yml", &"#".repeat(20_000_000));
        },
        "check",
        3,
        "classroom.yml: 20000000 bytes is more than the 16777216",
    ),
    row(
        "a link that leads to itself",
        |tiny| tiny.link("loop", "assignments/01-tiny/loop"),
        "check",
        3,
        "loop: not a regular file",
    ),
    row(
        "a link to the folder that it is in",
        |tiny| tiny.link(".", "assignments/01-tiny/lectures/again"),
        "check",
        3,
        "again: not a regular file",
    ),
    row(
        "a link that leads nowhere",
        |tiny| tiny.link("nowhere", "assignments/01-tiny/dangling"),
        "check",
        3,
        "dangling: not a regular file",
    ),
    row(
        "a pipe among the files",
        |tiny| tiny.pipe("assignments/01-tiny/pipe"),
        "check",
        3,
        "pipe: not a regular file",
    ),
    row(
        "a file name that is not UTF-8",
        |tiny| tiny.strange_name("assignments/01-tiny"),
        "check",
        3,
        "the name is not UTF-8; rename it",
    ),
    problem(
        "a stage without tests",
        |tiny| {
            tiny.remove(&format!("{STACK}/tests/stage_1_push_pop.rs"));
        },
        "stage 1 has no test target",
    ),
    problem(
        "a test file of a stage that is not there",
        |tiny| {
            tiny.write(
                &format!("{STACK}/tests/stage_9_later.rs"),
                "#[test]\nfn later() {}\n",
            );
        },
        "stage_9_later.rs:1: ",
    ),
    problem(
        "should_panic that any panic satisfies",
        |tiny| {
            tiny.edit(
                &format!("{STACK}/tests/stage_1_push_pop.rs"),
                "#[test]\nfn an_empty",
                "#[test]\n#[should_panic]\nfn an_empty",
            );
        },
        "stage_1_push_pop.rs:",
    ),
    problem(
        "a stage without a mistake",
        |tiny| {
            tiny.remove(PATCH);
        },
        "stage 1 has no mistake",
    ),
    problem(
        "a mistake without a header",
        |tiny| {
            tiny.write(PATCH, "--- a/src/lib.rs\n");
        },
        "stage-1-len-of-one.patch:1: ",
    ),
    problem(
        "a mistake without a diff",
        |tiny| {
            tiny.write(PATCH, "stage = 1\nwhy = \"a\"\n");
        },
        "stage-1-len-of-one.patch:1: no unified diff in it",
    ),
    problem(
        "a mistake whose diff does not apply",
        |tiny| {
            tiny.edit(
                LIB,
                "        self.items.len()\n",
                "        self.items.iter().count()\n",
            );
        },
        "stage-1-len-of-one.patch:8: ",
    ),
    problem(
        "a mistake in a file that is not there",
        |tiny| {
            tiny.write(
                PATCH,
                &tiny.read(PATCH).replace("src/lib.rs", "src/gone.rs"),
            );
        },
        "`src/gone.rs`, which the exercise does not have",
    ),
    problem(
        "a mistake outside the regions of its stage",
        |tiny| {
            tiny.write(PATCH, "stage = 1\nwhy = \"a\"\n--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -46,3 +46,3 @@\n     pub fn is_empty(&self) -> bool {\n-        self.len() == 0\n+        self.len() == 1\n     }\n");
        },
        "which is in no solution region of stage 1 or earlier",
    ),
    problem(
        "a handout without a stage's section",
        |tiny| {
            tiny.edit(
                &format!("{STACK}/README.md"),
                "## Stage 2: The maximum",
                "## The maximum",
            );
        },
        "assignment.toml:",
    ),
    problem(
        "a link to nowhere",
        |tiny| {
            tiny.edit(
                "assignments/01-tiny/README.md",
                "lectures/01-stacks.md",
                "lectures/gone.md",
            );
        },
        "README.md:3: the link `lectures/gone.md` leads nowhere",
    ),
    problem(
        "a link to what students do not get",
        |tiny| {
            tiny.edit(
                "assignments/01-tiny/README.md",
                "lectures/01-stacks.md",
                "stack/COMMENTARY.md",
            );
        },
        "leads to what students do not get",
    ),
    problem(
        "a commentary on code that is gone",
        |tiny| {
            tiny.edit(&format!("{STACK}/COMMENTARY.md"), "note_push", "note_add");
        },
        "the code has no `note_add`",
    ),
    problem(
        "a hidden test in a page",
        |tiny| {
            tiny.edit(&format!("{STACK}/README.md"), "`push` puts an item on top", "```rust,ignore\nlet mut stack = Stack::default();\nstack.push(8);\nstack.push(9);\nstack.pop();\nassert_eq!(stack.maximum(), Some(8));\n```\n`push` puts an item on top");
        },
        "gives away stack/hidden/stage_2_more.rs",
    ),
    problem(
        "a page that is still to be written",
        |tiny| {
            tiny.edit(
                "assignments/01-tiny/README.md",
                "# Tiny\n",
                "# Tiny\n\nTO WRITE: what it is about\n",
            );
        },
        "README.md:3: still to write: what it is about",
    ),
    row(
        "a template that is no Liquid",
        |tiny| {
            tiny.write("templates/student-repo/X.md.liquid", "{% if %}\n");
        },
        "render --out out",
        3,
        "templates/student-repo/X.md.liquid:1: ",
    ),
    row(
        "a template that names nothing",
        |tiny| {
            tiny.edit(
                "templates/student-repo/README.md.liquid",
                "{{ assignment.summary }}",
                "{{ assignment.sumary }}",
            );
        },
        "render --out out",
        3,
        "templates/student-repo/README.md.liquid:3: ",
    ),
    row(
        "a template of feedback that names nothing",
        |tiny| {
            tiny.edit(
                "templates/feedback/report.md.liquid",
                "{{ first.reason }}",
                "{{ first.raison }}",
            );
        },
        "publish --execute",
        3,
        "templates/feedback/report.md.liquid:46: `first` has no `raison`; it has: ",
    ),
    problem(
        "a template of feedback that is no Liquid",
        |tiny| {
            tiny.write("templates/feedback/status.txt.liquid", "{% if %}\n");
        },
        "templates/feedback/status.txt.liquid:1: ",
    ),
    problem(
        "no templates of feedback",
        |tiny| fs::remove_dir_all(tiny.path("templates/feedback")).expect("removed"),
        "templates/feedback/report.md.liquid:1: it is missing",
    ),
    row(
        "two sources of one file",
        |tiny| {
            tiny.write("assignments/01-tiny/AGENTS.md", "# Mine\n");
        },
        "render --out out",
        3,
        "AGENTS.md would be made of this file too",
    ),
    row(
        "no skeleton for new assignments",
        |tiny| fs::remove_dir_all(tiny.path("templates/assignment")).expect("removed"),
        "new 02-raft",
        3,
        "templates/assignment/: it is missing; restore it",
    ),
    problem(
        "no templates for student repositories",
        |tiny| fs::remove_dir_all(tiny.path("templates/student-repo")).expect("removed"),
        "templates/student-repo/Cargo.toml.liquid:1: it is missing",
    ),
    row(
        "a template without a name",
        |tiny| {
            tiny.write("templates/student-repo/EXERCISE/.liquid", "x\n");
        },
        "render --out out",
        3,
        "`stack/` can be no path in a repository",
    ),
    row(
        "a template of git's own folder",
        |tiny| {
            tiny.write("templates/student-repo/.git.liquid", "x\n");
        },
        "publish --execute",
        3,
        "`.git` can be no path in a repository",
    ),
    row(
        "a file where another source makes a folder",
        |tiny| {
            tiny.write("templates/student-repo/stack", "x\n");
        },
        "render --out out",
        3,
        "another source makes a file of that name",
    ),
];
