//! `classroom.yml`, `assignment.toml`, hints, manifests, locks.

use super::{Row, SETTINGS, STACK, problem, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "no classroom.yml",
        |tiny| {
            tiny.remove("classroom.yml");
        },
        "check",
        3,
        "no classroom.yml here or above; go into a course or name it with --course DIR",
    ),
    problem(
        "an empty classroom.yml",
        |tiny| {
            tiny.write("classroom.yml", "");
        },
        "classroom.yml:1: ",
    ),
    problem(
        "a classroom.yml that is no YAML",
        |tiny| {
            tiny.write("classroom.yml", "title: A\norganisation: [\n");
        },
        "classroom.yml:2: ",
    ),
    problem(
        "an unknown key in classroom.yml",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "title: A Tiny Course",
                "title: A Tiny Course\ncolour: red",
            );
        },
        "classroom.yml:3: ",
    ),
    problem(
        "a key twice in classroom.yml",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "title: A Tiny Course",
                "title: A Tiny Course\ntitle: Another",
            );
        },
        "classroom.yml:3: ",
    ),
    problem(
        "a tab as indentation in classroom.yml",
        |tiny| {
            tiny.edit("classroom.yml", "  local: .forge", "\tlocal: .forge");
        },
        "classroom.yml:",
    ),
    problem(
        "a forge of no known kind",
        |tiny| {
            tiny.edit("classroom.yml", "  local: .forge", "  gitlab: .forge");
        },
        "classroom.yml:",
    ),
    problem(
        "an assignment without its folder",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "  01-tiny: {}",
                "  01-tiny: {}\n  02-none: {}",
            );
        },
        "assignments/02-none/assignment.toml:1: it is missing",
    ),
    problem(
        "a slug with capital letters",
        |tiny| {
            tiny.edit("classroom.yml", "  01-tiny: {}", "  01-Tiny: {}");
            std::fs::rename(
                tiny.path("assignments/01-tiny"),
                tiny.path("assignments/01-Tiny"),
            )
            .expect("renamed");
        },
        "the slug `01-Tiny`",
    ),
    problem(
        "an assignment.toml that is no TOML",
        |tiny| {
            tiny.write(SETTINGS, "title = \"a\"\nstatus = = 1\n");
        },
        "assignment.toml:2: ",
    ),
    problem(
        "an unknown key in assignment.toml",
        |tiny| {
            tiny.edit(
                SETTINGS,
                "hours = 1\npoints = 10\nmanual",
                "hours = 1\nponits = 10\npoints = 10\nmanual",
            );
        },
        "assignment.toml:7: unknown key `ponits`",
    ),
    problem(
        "an unknown key in a stage",
        |tiny| {
            tiny.edit(
                SETTINGS,
                "title = \"Push and pop\"\n",
                "title = \"Push and pop\"\nweight = 2\n",
            );
        },
        "assignment.toml:25: unknown key `weight`",
    ),
    problem(
        "a key twice in assignment.toml",
        |tiny| {
            tiny.edit(
                SETTINGS,
                "title = \"Tiny\"\n",
                "title = \"Tiny\"\ntitle = \"Huge\"\n",
            );
        },
        "assignment.toml:2: ",
    ),
    problem(
        "an assignment.toml without a title",
        |tiny| {
            tiny.edit(SETTINGS, "title = \"Tiny\"\n", "");
        },
        "missing field `title`",
    ),
    problem(
        "a status that is none",
        |tiny| {
            tiny.edit(SETTINGS, "status = \"complete\"", "status = \"done\"");
        },
        "assignment.toml:2: ",
    ),
    problem(
        "points in words",
        |tiny| {
            tiny.edit(SETTINGS, "manual_points = 5", "manual_points = \"five\"");
        },
        "assignment.toml:8: ",
    ),
    problem(
        "points below nothing",
        |tiny| {
            tiny.edit(SETTINGS, "points = 4", "points = -4");
        },
        "assignment.toml:25: ",
    ),
    problem(
        "points that do not add up",
        |tiny| {
            tiny.edit(SETTINGS, "points = 4", "points = 5");
        },
        "assignment.toml:18: ",
    ),
    problem(
        "a capability that is none",
        |tiny| {
            tiny.edit(
                SETTINGS,
                "editable = [\"src/**/*.rs\"]",
                "capabilities = [\"files\"]",
            );
        },
        "assignment.toml:20: ",
    ),
    problem(
        "a glob that is none",
        |tiny| {
            tiny.edit(SETTINGS, "src/**/*.rs", "src/[*.rs");
        },
        "mend the glob",
    ),
    problem(
        "an exercise without its folder",
        |tiny| {
            tiny.edit(SETTINGS, "name = \"stack\"", "name = \"queue\"");
        },
        "the exercise `queue` has no folder",
    ),
    problem(
        "a guard of no test",
        |tiny| {
            tiny.edit(
                SETTINGS,
                "popping_everything_leaves_it_empty",
                "popping_all",
            );
        },
        "there is no test `stage_2_maximum::popping_all`",
    ),
    problem(
        "a stage without hints",
        |tiny| {
            tiny.edit(&format!("{STACK}/hints.toml"), "[maximum]", "[minimum]");
        },
        "stage 2 has no hints",
    ),
    problem(
        "hints that are no TOML",
        |tiny| {
            tiny.write(&format!("{STACK}/hints.toml"), "[push_pop\n");
        },
        "hints.toml:1: ",
    ),
    problem(
        "a package that is no member of the workspace",
        |tiny| {
            tiny.edit("Cargo.toml", "01-tiny/stack", "01-tiny/other");
        },
        "`assignments/01-tiny/stack` is no member of the workspace",
    ),
    problem(
        "a package named otherwise than its folder",
        |tiny| {
            tiny.edit(
                &format!("{STACK}/Cargo.toml"),
                "name = \"stack\"",
                "name = \"pile\"",
            );
        },
        "the package is named `pile` and its folder `stack`",
    ),
    problem(
        "a manifest that is no TOML",
        |tiny| {
            tiny.write(&format!("{STACK}/Cargo.toml"), "[package\n");
        },
        "stack/Cargo.toml:1: no package in it",
    ),
    problem(
        "no lock file",
        |tiny| {
            tiny.remove("assignments/01-tiny/Cargo.lock");
        },
        "course lock 01-tiny",
    ),
    problem(
        "a lock file that is none",
        |tiny| {
            tiny.write("assignments/01-tiny/Cargo.lock", "[[[\n");
        },
        "assignments/01-tiny/Cargo.lock:1: not a lock file",
    ),
    problem(
        "a lock file that differs from the workspace's",
        |tiny| {
            tiny.edit(
                "assignments/01-tiny/Cargo.lock",
                "version = \"0.1.0\"",
                "version = \"0.2.0\"",
            );
        },
        "assignments/01-tiny/Cargo.lock:6: stack 0.2.0",
    ),
    row(
        "an assignment that is only a roadmap",
        |tiny| {
            tiny.edit(SETTINGS, "status = \"complete\"", "status = \"roadmap\"");
        },
        "publish 01-tiny",
        3,
        "`01-tiny` is a roadmap",
    ),
    problem(
        "a forge inside the source",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "local: .forge",
                "local: assignments/01-tiny/forge",
            );
        },
        "classroom.yml:6: \"assignments/01-tiny/forge\" can be no forge",
    ),
    problem(
        "a forge outside the course",
        |tiny| {
            tiny.edit("classroom.yml", "local: .forge", "local: ../forge");
        },
        "classroom.yml:6: \"../forge\" can be no forge",
    ),
    problem(
        "GitHub at an address that others on the way can read",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "  local: .forge",
                "  github: {api: \"http://git.example/api/v3\"}",
            );
        },
        "\"http://git.example/api/v3\" is no address of a forge; write https:// and a host",
    ),
    problem(
        "a roster outside of the course",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "assignments:\n",
                "roster: ../class.csv\nassignments:\n",
            );
        },
        "\"../class.csv\" can be no roster",
    ),
    row(
        "a roster that names somebody twice",
        |tiny| {
            tiny.write("class.csv", "ada\nbob\nAda\n");
        },
        "assign 01-tiny --roster class.csv",
        3,
        "class.csv:3: `ada` stands twice; take one of them out",
    ),
    row(
        "a class without a roster",
        |_| (),
        "assign 01-tiny",
        3,
        "it names no roster; add the key `roster`, or name a file with --roster",
    ),
    problem(
        "an organisation that is a path",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "organisation: rust-systems-course",
                "organisation: ../../x",
            );
        },
        "classroom.yml:3: \"../../x\" can name no organisation",
    ),
    problem(
        "a version of Rust that is none",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "rust: \"1.95.0\"",
                "rust: \"1.95\\\"\\n[x]\"",
            );
        },
        "is no version of Rust",
    ),
    problem(
        "an author who cannot sign",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "course@rust-systems-course.example",
                "\"<a@b>\"",
            );
        },
        "\"<a@b>\" cannot sign a commit",
    ),
    problem(
        "a time before 1970",
        |tiny| {
            tiny.edit("classroom.yml", "time: 1788220800", "time: -1");
        },
        "-1 is no time of a commit",
    ),
    problem(
        "a due date that is none",
        |tiny| {
            tiny.edit("classroom.yml", "01-tiny: {}", "01-tiny: { due: soon }");
        },
        "the due date of `01-tiny` is no moment",
    ),
    problem(
        "more than all points lost a day",
        |tiny| {
            tiny.edit(
                "classroom.yml",
                "01-tiny: {}",
                "01-tiny: { late_percent_per_day: 101 }",
            );
        },
        "`01-tiny` loses more than all its points a day",
    ),
    problem(
        "more points than fit",
        |tiny| {
            tiny.edit(SETTINGS, "points = 4", "points = 4294967295");
        },
        "its stages and gates sum up to 4294967301",
    ),
    problem(
        "hours that are no number",
        |tiny| {
            tiny.edit(
                SETTINGS,
                "hours = 1\npoints = 10\nmanual",
                "hours = nan\npoints = 10\nmanual",
            );
        },
        "assignment.toml:6: NaN hours",
    ),
    problem(
        "a title of two lines",
        |tiny| {
            tiny.edit(SETTINGS, "title = \"Tiny\"", "title = \"Tiny\\n# Huge\"");
        },
        "assignment.toml:1: `title` is empty, or holds a line break",
    ),
    problem(
        "a stage whose name is a command",
        |tiny| {
            tiny.edit(SETTINGS, "name = \"maximum\"", "name = \"maximum; curl x\"");
        },
        "\"maximum; curl x\" can name no stage",
    ),
    problem(
        "an exercise whose name is a path",
        |tiny| {
            tiny.edit(SETTINGS, "name = \"stack\"", "name = \"../stack\"");
        },
        "\"../stack\" can name no exercise",
    ),
    problem(
        "nothing that students may change",
        |tiny| {
            tiny.edit(SETTINGS, "src/**/*.rs", "sources/**");
        },
        "students cannot change src/lib.rs, in which they are to write",
    ),
    problem(
        "tests that students may change",
        |tiny| {
            tiny.edit(SETTINGS, "src/**/*.rs", "**");
        },
        "which the course owns",
    ),
];
