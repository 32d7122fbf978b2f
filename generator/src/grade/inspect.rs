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

/// Words of its sources that need `unsafe`, where it may not be used.
pub(super) fn unsafe_words(exercise: &Exercise, editable: &FileTree) -> Vec<Finding> {
    let mut denied = Denied {
        exercise,
        findings: Vec::new(),
        untold: 0,
    };
    if exercise.entry.capabilities.contains(&Capability::Unsafe) {
        return denied.findings;
    }
    let start = format!("{}/", exercise.name());
    for (path, text) in editable
        .texts()
        .filter(|(path, _)| path.starts_with(&start) && path.ends_with(".rs"))
    {
        // What cannot be split into words does not compile either, or else the lints have seen it.
        for found in capability::unsafe_words(text).unwrap_or_default() {
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
    let mut denied = Denied {
        exercise,
        findings: Vec::new(),
        untold: 0,
    };
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
pub(super) fn sources_read(
    compiler: Compiler<'_>,
    call: &Call,
    exercise: &Exercise,
) -> Result<Vec<Finding>> {
    let mut denied = Denied {
        exercise,
        findings: Vec::new(),
        untold: 0,
    };
    let path = compiler.folder.out().join(format!("{}.d", call.stem()));
    let text = std::fs::read_to_string(&path).map_err(|error| Error::at("read", &path, error))?;
    let tree = compiler.folder.tree();
    let rule = text
        .lines()
        .next()
        .and_then(|line| line.split_once(": "))
        .map_or("", |(_, files)| files);
    for file in names(rule) {
        let inside = file
            .strip_prefix(&*tree.to_string_lossy())
            .map_or(file.as_str(), |rest| rest.trim_start_matches('/'));
        let outside = inside.starts_with('/') || inside.split('/').any(|part| part == "..");
        if outside && !is_inside(inside) {
            denied.add(
                Some(file.clone()),
                None,
                "it is read when the code is compiled, and is no file of the repository",
            );
        }
    }
    if !exercise.entry.capabilities.contains(&Capability::Env) {
        let variables = text
            .lines()
            .filter_map(|line| line.strip_prefix("# env-dep:"));
        for variable in variables.map(|variable| variable.split('=').next().unwrap_or_default()) {
            if !OWN_VARIABLES.iter().any(|own| variable.starts_with(own)) {
                let what = format!(
                    "the variable `{variable}` is read when the code is compiled, and this exercise does without: `env` is not among its capabilities"
                );
                denied.add(None, None, &what);
            }
        }
    }
    Ok(denied.done())
}

/// Whether a path that goes up comes down in the same folder again.
fn is_inside(path: &str) -> bool {
    let mut depth = 0_i32;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return false;
        }
    }
    !path.starts_with('/')
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
    fn a_path_that_comes_back_is_inside() {
        assert!(is_inside("stack/src/../README.md"));
        assert!(!is_inside("stack/../../x"));
        assert!(!is_inside("/etc/passwd"));
    }
}
