//! What of a submission's code goes beyond the capabilities of its exercise.

use super::calls::Call;
use super::compile::{Compiler, Linted};
use super::report::{Finding, FindingKind};
use crate::capability;
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;

/// How many findings of one kind are told one by one.
const TOLD: usize = 20;

/// Variables that every source may read when it is compiled: cargo's own about the package.
const OWN_VARIABLES: [&str; 3] = ["CARGO_PKG_", "CARGO_CRATE_NAME", "CARGO_MANIFEST_DIR"];

/// Collects findings against one exercise.
struct Denied<'a> {
    exercise: &'a Exercise,
    findings: Vec<Finding>,
    untold: usize,
}

impl Denied<'_> {
    fn of(exercise: &Exercise) -> Denied<'_> {
        Denied {
            exercise,
            findings: Vec::new(),
            untold: 0,
        }
    }

    fn add(&mut self, path: Option<String>, line: Option<usize>, what: &str) {
        if self.findings.len() == TOLD {
            self.untold += 1;
            return;
        }
        self.findings.push(Finding {
            kind: FindingKind::DeniedUse,
            path,
            line,
            message: format!(
                "{what}; `{}` counts 0 until it is gone",
                self.exercise.name()
            ),
        });
    }

    fn done(mut self) -> Vec<Finding> {
        if self.untold > 0 {
            let untold = self.untold;
            self.findings.push(Finding {
                kind: FindingKind::DeniedUse,
                path: None,
                line: None,
                message: format!("and {untold} more of that kind"),
            });
        }
        self.findings
    }
}

/// Words of unsafe code in its sources, where it may not be used: in those that the compiler read, or where it did not come
/// to an end, in all of them.
pub(super) fn unsafe_words(
    exercise: &Exercise,
    editable: &FileTree,
    read: Option<&Read>,
) -> Vec<Finding> {
    let mut denied = Denied::of(exercise);
    if exercise.entry.capabilities.contains(&Capability::Unsafe) {
        return denied.done();
    }
    let start = format!("{}/", exercise.name());
    let counts = |path: &str| match read {
        Some(read) => read.files.iter().any(|file| file == path),
        None => path.starts_with(&start) && path.ends_with(".rs"),
    };
    for (path, text) in editable.texts().filter(|(path, _)| counts(path)) {
        let words = match (capability::unsafe_words(text), read) {
            (Some(words), _) => words,
            // The compiler could not read it either, and says why.
            (None, None) => continue,
            (None, Some(_)) => {
                let what = "it compiles, and cannot be read word by word, so nobody can say that it holds no unsafe code";
                denied.add(Some(path.to_owned()), None, what);
                continue;
            }
        };
        for found in words {
            let what = format!(
                "`{}` is a word of unsafe code, and this exercise does without: `unsafe` is not among its capabilities",
                found.word
            );
            denied.add(Some(path.to_owned()), Some(found.line), &what);
        }
    }
    denied.done()
}

/// Uses of the standard library that its capabilities leave denied.
pub(super) fn std_uses(
    compiler: Compiler<'_>,
    call: &Call,
    exercise: &Exercise,
) -> Result<Vec<Finding>> {
    let mut denied = Denied::of(exercise);
    match compiler.lint(call, exercise)? {
        Linted::Uses(uses) => {
            for found in uses {
                let why = capability::why_denied(&found.item, &exercise.entry.capabilities);
                denied.add(Some(found.path), Some(found.line), &why);
            }
        }
        Linted::Unknown => denied.add(
            None,
            None,
            "the check of what its code uses did not come to an end, so nobody can say that it keeps to its capabilities",
        ),
    }
    Ok(denied.done())
}

/// Files and variables that were read when it was compiled, and are not its own. The compiler itself writes them down.
pub(super) fn sources_read(exercise: &Exercise, read: &Read) -> Vec<Finding> {
    let mut denied = Denied::of(exercise);
    for file in read.files.iter().filter(|file| !is_inside(file)) {
        denied.add(
            Some(file.clone()),
            None,
            "it is read when the code is compiled, and is no file of the repository",
        );
    }
    if !exercise.entry.capabilities.contains(&Capability::Env) {
        let own = |variable: &&String| OWN_VARIABLES.iter().any(|own| variable.starts_with(own));
        for variable in read.variables.iter().filter(|variable| !own(variable)) {
            let what = format!(
                "the variable `{variable}` is read when the code is compiled, and this exercise does without: `env` is not among its capabilities"
            );
            denied.add(None, None, &what);
        }
    }
    denied.done()
}

/// What the compiler read, as it wrote down itself.
pub(super) struct Read {
    /// Files, from the root of the tree where they are in it.
    files: Vec<String>,
    /// Variables.
    variables: Vec<String>,
}

impl Read {
    /// What it read for a crate that it compiled.
    pub(super) fn of(compiler: Compiler<'_>, call: &Call) -> Result<Read> {
        let path = compiler.folder.out().join(format!("{}.d", call.stem()));
        let text =
            std::fs::read_to_string(&path).map_err(|error| Error::at("read", &path, error))?;
        let tree = format!("{}/", compiler.folder.tree().display());
        let rules = text.lines().filter(|line| !line.starts_with('#'));
        let files = rules
            .filter_map(|line| line.split_once(": "))
            .flat_map(|(_, files)| names(files));
        let files = files.map(|file| {
            let file = direct(&file);
            file.strip_prefix(&tree).map(str::to_owned).unwrap_or(file)
        });
        let variables = text
            .lines()
            .filter_map(|line| line.strip_prefix("# env-dep:"));
        let variables =
            variables.map(|variable| variable.split('=').next().unwrap_or_default().to_owned());
        let mut files: Vec<String> = files.collect();
        files.sort();
        files.dedup();
        Ok(Read {
            files,
            variables: variables.collect(),
        })
    }
}

/// A path without detours: a file has one name, however it was asked for. One that leads out of the tree begins with `..`
/// or `/`.
fn direct(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Whether a path without detours is in the tree.
fn is_inside(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').next() != Some("..")
}

/// The names in a rule of a makefile: blanks in a name are escaped.
fn names(rule: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut letters = rule.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => names
                .last_mut()
                .into_iter()
                .for_each(|name| name.extend(letters.next())),
            ' ' => names.push(String::new()),
            _ => names
                .last_mut()
                .into_iter()
                .for_each(|name| name.push(letter)),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_blanks_are_one() {
        assert_eq!(names("a/b.rs a/c\\ d.rs"), ["a/b.rs", "a/c d.rs"]);
    }

    #[test]
    fn a_file_has_one_name() {
        assert_eq!(direct("stack/src/./../src//a.rs"), "stack/src/a.rs");
        assert_eq!(direct("/tree/stack/../other/a.rs"), "/tree/other/a.rs");
        assert_eq!(direct("stack/../../x"), "../x");
        assert!(is_inside("stack/README.md"));
        assert!(!is_inside("../x") && !is_inside("/etc/passwd"));
    }
}
