//! The rules of the house, held by a machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use crate::builder::{Tiny, generator, run};

/// The floors from the top: a module imports from floors below its own, and from beside it only where
/// `BESIDE` says so.
const FLOORS: &[&[&str]] = &[
    &["commands"],
    &["gradebook"],
    &["feedback"],
    &[
        "publish",
        "update",
        "enrol",
        "grade",
        "verify",
        "import",
        "actions_cost",
        "doctor",
    ],
    &["check", "render", "skeleton"],
    &["plan", "build", "capability", "gates"],
    &["course"],
    &["forge"],
    &[
        "file_tree",
        "process",
        "git",
        "liquid",
        "sandbox",
        "witness",
    ],
    &["lanes"],
    &["error", "words", "harmless"],
];

/// Imports within one floor, each with its reason.
const BESIDE: &[(&str, &str, &str)] = &[
    (
        "git",
        "file_tree",
        "a commit is read and written as a file tree",
    ),
    (
        "sandbox",
        "process",
        "a job behind a wall is a program to run",
    ),
    (
        "update",
        "publish",
        "what is brought into repositories is what was published",
    ),
    (
        "grade",
        "publish",
        "what was published is no doing of a student's",
    ),
    ("witness", "process", "a witness is a program to run"),
    ("sandbox", "file_tree", "filters of system calls are files"),
    (
        "enrol",
        "publish",
        "whoever enrols gets a workplace as everybody else",
    ),
];

/// The longest source file, in lines: what is longer holds a second idea.
const MAX_LINES: usize = 550;

fn sources() -> Vec<(String, String)> {
    let root = generator().join("src");
    let mut sources = Vec::new();
    for entry in WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.expect("readable");
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            let path = entry
                .path()
                .strip_prefix(&root)
                .expect("below")
                .to_string_lossy()
                .replace('\\', "/");
            sources.push((path, fs::read_to_string(entry.path()).expect("text")));
        }
    }
    sources
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The module of a file: its first folder or its own name.
fn module_of(path: &str) -> &str {
    path.split('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".rs")
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        let Some(own) = floor(module) else { continue };
        for (line, imported) in imports(&text) {
            if imported == module {
                continue;
            }
            let beside = BESIDE
                .iter()
                .any(|(from, to, _)| *from == module && *to == imported);
            match floor(&imported) {
                Some(other) if other > own || beside => {}
                _ => wrong.push(format!("{path}:{line}: `{module}` imports `{imported}`")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules that a file names after `crate::`.
fn imports(text: &str) -> BTreeSet<(usize, String)> {
    let mut found = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        // A macro's `$crate` is whatever crate it stands in.
        let named = line.match_indices("crate::");
        for (at, _) in named.filter(|(at, _)| !line[..*at].ends_with('$')) {
            let rest = &line[at + "crate::".len()..];
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !name.is_empty() && name.starts_with(|c: char| c.is_lowercase()) {
                found.insert((number, name));
            }
        }
    }
    found
}

#[test]
fn every_module_stands_on_a_floor() {
    for (path, _) in sources() {
        let module = module_of(&path);
        let known = matches!(module, "main" | "lib") || floor(module).is_some();
        assert!(known, "{path}: put `{module}` on a floor in tidy.rs");
    }
}

#[test]
fn files_are_short() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(
            lines <= MAX_LINES,
            "{path} has {lines} lines; split it at its second idea"
        );
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in sources() {
        // A verb's file is introduced by its help text.
        let verb = path.starts_with("commands/");
        assert!(
            verb || text.starts_with("//! "),
            "{path}: begin with a sentence on what it is"
        );
    }
}

#[test]
fn no_name_fits_everything() {
    for (path, _) in sources() {
        for vague in ["utils", "helpers", "common", "misc", "imp.rs", "types.rs"] {
            assert!(!path.contains(vague), "{path}: name it for its idea");
        }
    }
}

#[test]
fn schemas_are_what_the_program_prints() {
    for name in [
        "grade",
        "results",
        "changes",
        "update",
        "gates",
        "actions-cost",
        "verify",
        "plan",
        "assignment",
        "classroom",
        "enrolment",
    ] {
        let path = generator().join(format!("schemas/{name}.json"));
        let printed = Tiny::new()
            .course(&format!("schema {name}"))
            .succeeds()
            .stdout;
        let published = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            printed == published,
            "{} is stale: cargo course schema {name} > {0}",
            path.display()
        );
    }
}

#[test]
fn texts_name_nothing_of_this_machine() {
    let root = generator().parent().expect("a root");
    for path in tracked(root) {
        let Ok(text) = fs::read_to_string(root.join(&path)) else {
            continue;
        };
        // Written apart, so that this file does not name them itself.
        for host in [
            ["crates", ".io"].concat(),
            ["pypi", ".org"].concat(),
            ["npmjs", ".com"].concat(),
            ["/ho", "me/"].concat(),
            ["/ro", "ot/"].concat(),
        ] {
            let lock = path.ends_with("Cargo.lock");
            assert!(lock || !text.contains(&host), "{path} names `{host}`");
        }
    }
}

/// All files that git tracks; outside a repository none.
fn tracked(root: &Path) -> Vec<String> {
    let output = std::process::Command::new("git")
        .arg("ls-files")
        .current_dir(root)
        .output()
        .expect("git runs");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Students run the action of the commit in classroom.yml on repositories that are rendered today.
#[test]
fn the_pinned_action_is_there_and_reads_what_is_rendered() {
    let root = generator().join("..");
    let settings = fs::read_to_string(root.join("classroom.yml")).expect("settings");
    let (_, action) = settings.split_once("\naction:\n").expect("an action");
    let (_, commit) = action.split_once("commit: ").expect("a commit");
    let commit = commit.lines().next().expect("a line").trim();
    let git = |words: &[&str]| {
        let mut git = std::process::Command::new("git");
        run(git.arg("-C").arg(&root).args(words))
    };
    // A clone without history cannot say.
    if git(&["cat-file", "-e", &format!("{commit}^{{commit}}")]).code != 0 {
        return;
    }
    let then = |path: &str| {
        git(&["show", &format!("{commit}:{path}")])
            .succeeds()
            .stdout
    };
    for action in ["grade", "enrol"] {
        let text = then(&format!(".github/actions/{action}/action.yml"));
        assert!(text.contains("using: composite"), "{action}");
    }
    let path = "generator/src/course/handed_out.rs";
    let now = fs::read_to_string(root.join(path)).expect("text");
    let format = |text: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with("pub const FORMAT: u32 = "));
        line.expect("a format").to_owned()
    };
    assert_eq!(
        format(&then(path)),
        format(&now),
        "name a newer commit in classroom.yml"
    );
}
