//! The test programs that grade: the tests of the course, each a function that a harness of our own calls.
//!
//! `harness.rs` beside this file is that harness; it is compiled with the tests, never into this program. Lines stay
//! where they are in the tests' own files, so that a failure names the place that a student can look up.

use crate::course::assignment::{Assignment, Exercise, Test, TestTarget};
use crate::course::test_source;
use crate::file_tree::FileTree;

/// The harness.
const HARNESS: &str = include_str!("harness.rs");

/// The harness's module in a test program, and its name for the assertions.
const MODULE: &str = "course_harness";

/// The folder of the test programs in an exercise; reports name [`SHOWN_FOLDER`] instead.
pub(super) const FOLDER: &str = "course-tests";

/// Where students have the public ones.
pub(super) const SHOWN_FOLDER: &str = "tests";

/// The test program of all stages.
pub(super) const TOGETHER: &str = "course_tests";

/// A test program, and what is in it.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// Its name as a test target of cargo.
    pub(super) name: String,
    /// The test files in it.
    pub(super) targets: Vec<TestTarget>,
    /// The ids of its tests: what the harness calls the first, the second and so on.
    pub(super) tests: Vec<String>,
}

impl Program {
    /// Its crate root, from the root of the exercise.
    pub(super) fn root(&self) -> String {
        format!("{FOLDER}/{}.rs", self.name)
    }

    fn of(name: String, targets: Vec<TestTarget>, exercise: &Exercise) -> Program {
        let tests = targets.iter().flat_map(|target| {
            let ours = |test: &&Test| test.path == target.path;
            exercise.tests().filter(ours).map(|test| test.id.clone())
        });
        Program {
            name,
            tests: tests.collect(),
            targets,
        }
    }
}

/// The programs of an exercise: one for all test files that can share it, one for each that cannot.
pub(super) fn programs(exercise: &Exercise) -> Vec<Program> {
    let (together, alone) = exercise.programs();
    let mut programs = Vec::new();
    if !together.is_empty() {
        programs.push(Program::of(TOGETHER.to_owned(), together, exercise));
    }
    programs.extend(alone.into_iter().map(|target| {
        let name = format!("{TOGETHER}_{}", target.name);
        Program::of(name, vec![target], exercise)
    }));
    programs
}

/// A program for each test file of one that does not compile: then one that does not costs its stage only.
pub(super) fn apart(program: &Program, exercise: &Exercise) -> Vec<Program> {
    let each = program.targets.iter().map(|target| {
        let name = format!("{TOGETHER}_of_{}", target.name);
        Program::of(name, vec![target.clone()], exercise)
    });
    each.collect()
}

/// All files of the test programs, from the root of the exercise: the tests turned into modules, what they share, the
/// harness, and a crate root for each program.
pub(super) fn sources(exercise: &Exercise, programs: &[Program], checks_types: bool) -> FileTree {
    let mut tree = FileTree::default();
    let harness = match checks_types {
        true => HARNESS.to_owned(),
        false => any_type(HARNESS),
    };
    tree.insert_text(format!("{FOLDER}/{MODULE}.rs"), harness);
    let whole = exercise.tree(0, true);
    let targets = exercise.test_targets();
    for (path, file) in whole.iter() {
        let shared = path
            .strip_prefix("tests/")
            .or_else(|| path.strip_prefix("hidden/"))
            .filter(|_| targets.iter().all(|target| target.path != path));
        if let Some(inside) = shared {
            match whole.text(path).filter(|_| path.ends_with(".rs")) {
                Some(text) => {
                    let text = insert_before_items(text, &imports());
                    tree.insert_text(format!("{FOLDER}/{inside}"), text);
                }
                None => tree.insert(format!("{FOLDER}/{inside}"), file.clone()),
            }
        }
    }
    for program in programs {
        let alone = program.targets.len() == 1 && needs_root(&program.targets[0], exercise);
        for target in &program.targets {
            let text = whole.text(&target.path).unwrap_or_default();
            if alone {
                tree.insert_text(program.root(), root_of_one(text));
            } else {
                let path = format!("{FOLDER}/{}.rs", target.name);
                tree.insert_text(path, module_of_tests(text));
            }
        }
        if !alone {
            tree.insert_text(program.root(), root(&program.targets));
        }
    }
    tree
}

/// Lays the test programs of all exercises in the tree of a repository, for cargo to compile.
pub(super) fn lay(tree: &mut FileTree, assignment: &Assignment) {
    for exercise in &assignment.exercises {
        let programs = programs(exercise);
        tree.lay(exercise.name(), &sources(exercise, &programs, true));
        let path = format!("{}/Cargo.toml", exercise.name());
        let text = tree.text(&path).unwrap_or_default().to_owned();
        tree.insert_text(path, text + &manifest(&programs));
    }
}

/// What cargo must know of the programs, to be added to the manifest.
pub(super) fn manifest(programs: &[Program]) -> String {
    let target = |program: &Program| {
        format!(
            "\n[[test]]\nname = \"{}\"\npath = \"{}\"\nharness = false\n",
            program.name,
            program.root()
        )
    };
    programs.iter().map(target).collect()
}

fn needs_root(target: &TestTarget, exercise: &Exercise) -> bool {
    let text = exercise.files.text(&target.path).unwrap_or_default();
    test_source::needs_own_program(text).is_some()
}

/// The harness without its rule on types: only a test of the rule itself wants that.
fn any_type(harness: &str) -> String {
    harness.replace(
        "pub(crate) fn plain<T: Plain + ?Sized>",
        "pub(crate) fn plain<T: ?Sized>",
    )
}

/// The crate root of a program: the harness first, then a module for each test file.
fn root(targets: &[TestTarget]) -> String {
    let modules = targets
        .iter()
        .map(|target| format!("#[path = \"{0}.rs\"]\nmod {0};\n", target.name));
    let tables = targets
        .iter()
        .map(|target| format!("{}::COURSE_TESTS", target.name));
    format!(
        "#![allow(warnings)]\nmod {MODULE};\n{}fn main() {{ {MODULE}::main(&[{}]) }}\n",
        modules.collect::<String>(),
        tables.collect::<Vec<_>>().join(", ")
    )
}

/// A test file that must be the root of its own crate, as that.
fn root_of_one(text: &str) -> String {
    let first = format!("mod {MODULE}; {}", imports());
    let main = format!("fn main() {{ {MODULE}::main(&[COURSE_TESTS]) }}\n");
    insert_before_items(&without_attributes(text), &first) + &table(text) + &main
}

/// A test file as a module.
fn module_of_tests(text: &str) -> String {
    insert_before_items(&without_attributes(text), &imports()) + &table(text)
}

/// Names that are imported one by one win against what a file imports as a whole.
fn imports() -> String {
    format!(
        "#[allow(unused_imports)] use crate::{MODULE}::{{assert, assert_eq, assert_ne, prop_assert, prop_assert_eq, prop_assert_ne}}; "
    )
}

/// The tests of a file without what makes them the compiler's: each stays on its line.
fn without_attributes(text: &str) -> String {
    let mut marked = false;
    let lines = text.lines().map(|line| {
        let word = line.trim();
        let attribute = word == "#[test]" || (marked && word.starts_with("#[should_panic"));
        marked = attribute || (marked && (word.starts_with("#[") || word.starts_with("//")));
        if attribute { "" } else { line }
    });
    lines.map(|line| line.to_owned() + "\n").collect()
}

/// The table of a file's tests, in their order.
fn table(text: &str) -> String {
    let rows = test_source::tests(text).into_iter().map(|test| {
        let panics = match test.expected_panic() {
            Some(words) => format!("Some(\"{words}\")"),
            None => "None".to_owned(),
        };
        format!("(|| crate::{MODULE}::run({}), {panics})", test.name)
    });
    format!(
        "pub(crate) const COURSE_TESTS: &[crate::{MODULE}::Test] = &[{}];\n",
        rows.collect::<Vec<_>>().join(", ")
    )
}

/// Puts words in front of the first item of a file, on its line: what must come before (attributes and documentation of
/// the file itself) stays before.
fn insert_before_items(text: &str, words: &str) -> String {
    let mut inside = 0_usize;
    let mut out = String::with_capacity(text.len() + words.len());
    let mut lines = text.split_inclusive('\n');
    for line in lines.by_ref() {
        let word = line.trim();
        let opens = |line: &str| line.matches('[').count();
        let closes = |line: &str| line.matches(']').count();
        let inner = inside > 0 || word.starts_with("#![");
        if inner {
            inside = (inside + opens(line)).saturating_sub(closes(line));
        } else if !(word.is_empty() || word.starts_with("//")) || word.starts_with("///") {
            out.push_str(words);
            out.push_str(line);
            break;
        }
        out.push_str(line);
    }
    out.extend(lines);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_keep_their_lines() {
        let text = "//! About.\n#![allow(\n    dead_code,\n)]\n\nuse x::X;\n\n#[test]\n#[should_panic(expected = \"no\")]\nfn one() {}\n";
        let module = module_of_tests(text);
        let lines: Vec<&str> = module.lines().collect();
        assert!(
            lines[5].ends_with("use x::X;") && lines[5].contains("assert_eq"),
            "{module}"
        );
        assert_eq!(&lines[7..10], ["", "", "fn one() {}"]);
        assert!(lines[10].contains("run(one), Some(\"no\"))"), "{module}");
    }

    #[test]
    fn what_is_imported_stands_before_documented_items() {
        let text = "// A comment.\n/// Documented.\nfn one() {}\n";
        assert_eq!(
            insert_before_items(text, "use y; "),
            "// A comment.\nuse y; /// Documented.\nfn one() {}\n"
        );
    }
}
