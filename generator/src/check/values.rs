//! Names, numbers and texts that are well-formed as TOML or YAML and would do harm further on: in a path, a
//! workflow, a commit, a table.

use super::{at_settings, settings_text};
use crate::course::classroom::Forge;
use crate::course::markdown::Page;
use crate::course::{Course, Problem};
use crate::plan::is_plain_path;

/// Names that Rust, cargo or the layout of an assignment have a use for.
const RESERVED: [&str; 12] = [
    "alloc",
    "core",
    "examples",
    "lectures",
    "proc-macro",
    "self",
    "src",
    "std",
    "super",
    "target",
    "test",
    "tests",
];

/// Whether a package of the course may be named so.
pub fn is_package_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(plain)
        && !name.ends_with('-')
        && !RESERVED.contains(&name)
        && !crate::course::is_keyword(name)
}

/// Whether a text stands in a line, also in a cell of a table.
pub fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(|c| c.is_control() || c == '|')
}

pub(super) fn names_are_plain(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let slug = &assignment.slug;
        let text = settings_text(course, slug);
        for (index, exercise) in assignment.file.exercises.iter().enumerate() {
            let index = index.to_string();
            if !is_package_name(&exercise.name) {
                problems.push(at_settings(
                    slug,
                    text,
                    &["exercise", &index, "name"],
                    format!("{:?} can name no exercise", exercise.name),
                    "begin with a letter, go on with a-z, 0-9 and `-`, and take no word that Rust or cargo use",
                ));
            }
            for (number, stage) in exercise.stages.iter().enumerate() {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                if stage.name.is_empty() || !stage.name.chars().all(plain) {
                    problems.push(at_settings(
                        slug,
                        text,
                        &["exercise", &index, "stage", &number.to_string(), "name"],
                        format!("{:?} can name no stage", stage.name),
                        "take a-z, 0-9 and `_`: it is part of a file's name and of commands",
                    ));
                }
            }
        }
    }
    problems
}

pub(super) fn texts_fit_a_line(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let slug = &assignment.slug;
        let text = settings_text(course, slug);
        let file = &assignment.file;
        let mut check = |keys: &[&str], value: &str| {
            if !is_line(value) {
                problems.push(at_settings(
                    slug,
                    text,
                    keys,
                    format!(
                        "`{}` is empty, or holds a line break, another control character or `|`",
                        keys[keys.len() - 1]
                    ),
                    "write it in one line: it stands in titles, tables and commits",
                ));
            }
        };
        check(&["title"], &file.title);
        check(&["summary"], &file.summary);
        check(&["version"], &file.version);
        for (index, part) in file.manual.iter().enumerate() {
            check(&["manual", &index.to_string(), "name"], &part.name);
            check(&["manual", &index.to_string(), "look_for"], &part.look_for);
        }
        for (index, exercise) in file.exercises.iter().enumerate() {
            let index = index.to_string();
            check(&["exercise", &index, "title"], &exercise.title);
            for (number, stage) in exercise.stages.iter().enumerate() {
                check(
                    &["exercise", &index, "stage", &number.to_string(), "title"],
                    &stage.title,
                );
            }
        }
    }
    problems
}

pub(super) fn hours_are_hours(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let text = settings_text(course, &assignment.slug);
        let mut check = |keys: &[&str], hours: f64| {
            if !(hours.is_finite() && hours >= 0.0) {
                let remedy = "write a number from 0";
                problems.push(at_settings(
                    &assignment.slug,
                    text,
                    keys,
                    format!("{hours} hours"),
                    remedy,
                ));
            }
        };
        check(&["hours"], assignment.file.hours);
        for (index, exercise) in assignment.file.exercises.iter().enumerate() {
            let index = index.to_string();
            check(&["exercise", &index, "hours"], exercise.hours);
            for (number, stage) in exercise.stages.iter().enumerate() {
                check(
                    &["exercise", &index, "stage", &number.to_string(), "hours"],
                    stage.hours,
                );
            }
        }
    }
    problems
}

/// What feedback says to read is there.
pub(super) fn what_is_to_be_read_is_there(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let text = settings_text(course, &assignment.slug);
        for (index, exercise) in assignment.file.exercises.iter().enumerate() {
            for (number, stage) in exercise.stages.iter().enumerate() {
                let keys = ["exercise", &index.to_string(), "stage", &number.to_string()];
                if stage.invariant.as_ref().is_some_and(|said| !is_line(said)) {
                    problems.push(at_settings(
                        &assignment.slug,
                        text,
                        &[&keys[..], &["invariant"]].concat(),
                        "the invariant is empty, or holds a line break or `|`".to_owned(),
                        "write it in one line, or leave it out",
                    ));
                }
                let missing = stage.read.iter().filter(|target| {
                    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
                    let page = assignment.pages.text(path).map(Page::parse);
                    !page.is_some_and(|page| {
                        anchor.is_empty() || page.anchors().any(|known| known == anchor)
                    })
                });
                problems.extend(missing.map(|target| {
                    at_settings(
                        &assignment.slug,
                        text,
                        &[&keys[..], &["read"]].concat(),
                        format!("{target:?} is no page of this assignment, or has no such section"),
                        "write the path from the folder of the assignment, as in lectures/01-title.md#a-section",
                    )
                }));
            }
        }
    }
    problems
}

/// Whether a token may be sent there: nobody on the way reads it.
fn is_safe_address(address: &str) -> bool {
    let (secure, host) = match address.split_once("://") {
        Some(("https", rest)) => (true, rest),
        Some(("http", rest)) => (false, rest),
        _ => return false,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:/".contains(c);
    let name = host.split(['/', ':']).next().unwrap_or_default();
    let here = ["127.0.0.1", "localhost"].contains(&name);
    !name.is_empty() && !host.ends_with('/') && host.chars().all(plain) && (secure || here)
}

pub(super) fn the_classroom_is_sound(course: &Course) -> Vec<Problem> {
    let classroom = &course.classroom;
    let mut problems = Vec::new();
    let text = course.files.text("classroom.yml").unwrap_or_default();
    let mut refuse = |key: &str, message: String, remedy: &str| {
        let named = |line: &str| line.trim_start().starts_with(&format!("{key}:"));
        let line = text.lines().position(named).map_or(1, |index| index + 1);
        problems.push(Problem::new("classroom.yml", line, message, remedy));
    };
    let account = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let organisation = &classroom.organisation;
    if organisation.is_empty() || !organisation.chars().all(account) {
        refuse(
            "organisation",
            format!("{organisation:?} can name no organisation"),
            "take letters, digits and `-`",
        );
    }
    let inside = ["assignments", "templates", "generator", ".git", "target"];
    let first = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    match &classroom.forge {
        Forge::Local(folder) => {
            if !is_plain_path(folder) || inside.contains(&first(folder).as_str()) {
                refuse(
                    "local",
                    format!("{folder:?} can be no forge"),
                    "name a folder of its own below the root of the course: students' work is kept there",
                );
            }
        }
        Forge::Github(github) => {
            for (key, address) in [("api", &github.api), ("web", &github.web)] {
                if address
                    .as_deref()
                    .is_some_and(|address| !is_safe_address(address))
                {
                    refuse(
                        key,
                        format!(
                            "{:?} is no address of a forge",
                            address.as_deref().unwrap_or_default()
                        ),
                        "write https:// and a host, without a slash at the end; only this machine itself may be http://",
                    );
                }
            }
        }
    }
    if let Some(roster) = &classroom.roster
        && !is_plain_path(roster)
    {
        refuse(
            "roster",
            format!("{roster:?} can be no roster"),
            "name a file below the root of the course",
        );
    }
    let action = &classroom.action;
    let part = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && part.chars().all(plain)
    };
    let parts: Vec<&str> = action.repository.split('/').collect();
    if parts.len() != 2 || !parts.into_iter().all(part) {
        refuse(
            "repository",
            format!("{:?} is no repository of an action", action.repository),
            "write owner/name",
        );
    }
    let digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    if action.commit.len() != 40 || !action.commit.chars().all(digit) {
        refuse(
            "commit",
            format!("{:?} is no commit", action.commit),
            "write all forty digits of a commit that has .github/actions/grade: a branch or a tag can be moved",
        );
    }
    let numbers: Vec<&str> = classroom.rust.split('.').collect();
    let version = numbers.len() == 3 && numbers.iter().all(|part| part.parse::<u32>().is_ok());
    if !version {
        refuse(
            "rust",
            format!("{:?} is no version of Rust", classroom.rust),
            "write all three numbers, as in \"1.95.0\"",
        );
    }
    if !is_line(&classroom.title) {
        refuse(
            "title",
            "the title is empty, or holds a line break or `|`".to_owned(),
            "write it in one line",
        );
    }
    for (key, value) in [
        ("name", &classroom.author.name),
        ("email", &classroom.author.email),
    ] {
        if !is_line(value) || value.contains(['<', '>']) {
            refuse(
                key,
                format!("{value:?} cannot sign a commit"),
                "write it in one line, without `<` and `>`",
            );
        }
    }
    if !(0..i64::from(u32::MAX)).contains(&classroom.author.time) {
        refuse(
            "time",
            format!("{} is no time of a commit", classroom.author.time),
            "write seconds since 1970, below 4294967295",
        );
    }
    for (slug, schedule) in &classroom.assignments {
        let due = schedule
            .due
            .as_deref()
            .map(str::parse::<toml::value::Datetime>);
        let moment = |due: &toml::value::Datetime| {
            due.date.is_some() && due.time.is_some() && due.offset.is_some()
        };
        if due.is_some_and(|due| !due.is_ok_and(|due| moment(&due))) {
            refuse(
                slug,
                format!("the due date of `{slug}` is no moment"),
                "write it as in \"2026-10-01T23:59:00Z\"",
            );
        }
        if schedule.late_percent_per_day > 100 {
            refuse(
                slug,
                format!("`{slug}` loses more than all its points a day"),
                "write a late_percent_per_day from 0 to 100",
            );
        }
    }
    problems
}

/// Without it the student's repository is none.
pub(super) fn templates_are_there(course: &Course) -> Vec<Problem> {
    let needed = [
        "templates/student-repo/Cargo.toml.liquid",
        "templates/feedback/report.md.liquid",
        "templates/feedback/status.txt.liquid",
    ];
    let missing = needed
        .into_iter()
        .find(|path| course.files.get(path).is_none());
    let problem = |path| {
        Problem::new(
            path,
            1,
            "it is missing, so no student's repository can be built",
            "restore the templates from the project",
        )
    };
    missing.map(problem).into_iter().collect()
}
