//! What the compiler read for a submission's code.

use super::calls::Call;
use super::compile::Compiler;
use crate::course::Exercise;
use crate::course::assignment_file::Capability;
use crate::error::{Error, Result};
use crate::grade::denied::Denied;
use crate::grade::report::Finding;

/// Variables that every source may read when it is compiled: cargo's own about the package.
const OWN_VARIABLES: [&str; 3] = ["CARGO_PKG_", "CARGO_CRATE_NAME", "CARGO_MANIFEST_DIR"];

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
    pub(super) files: Vec<String>,
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
