//! Everything that can be wrong with a source, a repository, a folder, a machine, a command line: each a row
//! of a table, which stands in `generator/BAD_INPUT.md` with the messages as they are printed.
//!
//! A row is a course that was spoilt, a command, the exit code, and what the one message holds. After the
//! command everything is as it was before: nothing is lost, nothing is half-written.

mod command_line;
mod enrolment;
mod folder;
mod gate;
mod import;
mod machine;
mod marker;
mod repository;
mod settings;
mod source;
mod tolerated;

use std::fmt::Write as _;

use crate::builder::{Ran, STACK, Tiny, assert_pinned};

const SETTINGS: &str = "assignments/01-tiny/assignment.toml";
const LIB: &str = "assignments/01-tiny/stack/src/lib.rs";

/// A way of being wrong.
struct Row {
    what: &'static str,
    /// What is spoilt.
    begin: fn() -> Tiny,
    spoil: fn(&Tiny),
    words: &'static str,
    /// How the command is run; `None` where this machine does not let us.
    run: fn(&Tiny, &str) -> Option<Ran>,
    code: i32,
    says: &'static str,
    /// Whether the rest of the message differs from machine to machine.
    varies: bool,
}

/// A tiny course that is spoilt, and a command.
const fn row(
    what: &'static str,
    spoil: fn(&Tiny),
    words: &'static str,
    code: i32,
    says: &'static str,
) -> Row {
    Row {
        what,
        begin: Tiny::new,
        spoil,
        words,
        run: |tiny, words| Some(tiny.course(words)),
        code,
        says,
        varies: false,
    }
}

/// A source in which `check` finds a problem.
const fn problem(what: &'static str, spoil: fn(&Tiny), says: &'static str) -> Row {
    row(what, spoil, "check", 1, says)
}

impl Row {
    /// Begins with a course that is published, accepted by `ada` and cloned to the folder `ada`.
    const fn accepted(self) -> Row {
        Row {
            begin: Tiny::accepted,
            ..self
        }
    }

    /// Runs the command in another way, on a machine of another kind.
    const fn by(self, run: fn(&Tiny, &str) -> Option<Ran>) -> Row {
        Row {
            run,
            varies: true,
            ..self
        }
    }
}

/// The tables, in the order of the page.
const TABLES: [(&str, &[Row]); 10] = [
    ("Markers in the source", marker::ROWS),
    ("Settings", settings::ROWS),
    ("Gates", gate::ROWS),
    ("Files of the source", source::ROWS),
    ("Repositories and commits", repository::ROWS),
    ("Where students enrol", enrolment::ROWS),
    ("Files of GitHub Classroom", import::ROWS),
    ("Folders", folder::ROWS),
    ("The machine", machine::ROWS),
    ("The command line", command_line::ROWS),
];

#[cfg(target_os = "linux")]
#[test]
fn every_row_gets_its_message_and_its_exit_code_and_nothing_is_lost() {
    let mut page = "# Bad input\n\nWhat `course` says when something is wrong: written by the tests (`tests/it/bad_input`), which check each row, its exit code, and that nothing was changed,\nlost or half-written. Exit codes: 1 the answer is no, 2 the command line, 3 the input, 4 the machine. `COURSE` stands for the root of the course.\n".to_owned();
    let mut wrong = String::new();
    let mut rows = 0;
    for (title, table) in TABLES {
        let _ = write!(
            page,
            "\n## {title}\n\n| what is wrong | command | exit | message |\n|---|---|---|---|\n"
        );
        for row in table {
            rows += 1;
            let _ = writeln!(
                page,
                "| {} | `{}` | {} | {} |",
                row.what,
                row.words,
                row.code,
                message(row, &mut wrong)
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(rows >= 40, "{rows} rows");
    assert_pinned("BAD_INPUT.md", &page);
}

/// The message of a row, for the page. What is not as the row promises is added to `wrong`.
fn message(row: &Row, wrong: &mut String) -> String {
    let tiny = (row.begin)();
    (row.spoil)(&tiny);
    let before = tiny.files();
    let Some(ran) = (row.run)(&tiny, row.words) else {
        return format!("... {} ...", row.says);
    };
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| line.contains(row.says))
        .collect();
    let mut fault = |what: String| {
        let _ = writeln!(wrong, "{}: {what}:\n{said}", row.what);
    };
    if ran.code != row.code {
        fault(format!("exit code {} instead of {}", ran.code, row.code));
    }
    if lines.is_empty() {
        fault(format!("nobody says `{}`", row.says));
    }
    // The answer no is given on standard output; all else is one error.
    let errors = ran
        .stderr
        .lines()
        .filter(|line| line.starts_with("error: "));
    if (row.code == 1) != (errors.count() == 0) {
        fault("not one error".to_owned());
    }
    let after = tiny.files();
    if let Some((path, _)) = after
        .iter()
        .find(|(path, content)| before.get(*path) != Some(content))
    {
        fault(format!("{path} is new or changed"));
    }
    if let Some(path) = before.keys().find(|path| !after.contains_key(*path)) {
        fault(format!("{path} is gone"));
    }
    if row.varies {
        return format!("... {} ...", row.says);
    }
    let root = tiny.root().display().to_string();
    let line = match row.code {
        // Clap goes on in further lines, then shows the usage.
        2 => said
            .lines()
            .take_while(|line| !line.is_empty())
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" "),
        _ => lines.first().copied().unwrap_or_default().to_owned(),
    };
    line.trim_start_matches("error: ")
        .replace(&root, "COURSE")
        .replace('|', "\\|")
}
