//! The variants of an exercise: its trees and its mistakes, each a workspace that can be built.

use crate::build::{self, COMBINED};
use crate::course::assignment::Exercise;
use crate::course::mistake::Mistake;
use crate::file_tree::{self, FileTree};

/// Raised when the same input could give another outcome: how trees are laid, run or read.
const VERSION: &str = "2";

/// What a variant is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    /// The solution up to this stage.
    Tree(usize),
    /// A mistake on the tree of its stage.
    Mistake(&'a Mistake),
}

/// A tree or a mistake of an exercise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant<'a> {
    pub(super) exercise: &'a Exercise,
    pub(super) kind: Kind<'a>,
}

impl<'a> Variant<'a> {
    /// All variants in the order in which cargo has least to do: tree s, the mistakes of s, tree s+1.
    pub(super) fn of(exercise: &'a Exercise) -> Vec<Variant<'a>> {
        let mut variants = Vec::new();
        for stage in 0..=exercise.stages.len() {
            variants.push(Variant {
                exercise,
                kind: Kind::Tree(stage),
            });
            let mistakes = exercise
                .mistakes
                .iter()
                .filter(|mistake| mistake.header.stage == stage);
            variants.extend(mistakes.map(|mistake| Variant {
                exercise,
                kind: Kind::Mistake(mistake),
            }));
        }
        variants
    }

    /// Its name in reports, unique in the exercise.
    pub(super) fn name(&self) -> String {
        match self.kind {
            Kind::Tree(stage) => format!("tree {stage}"),
            Kind::Mistake(mistake) => mistake.name.clone(),
        }
    }

    /// The package as it is laid: sources, tests of all stages (hidden ones too), and the target that
    /// combines them. No pages: a changed word must not cost a proof.
    pub(super) fn package(&self) -> FileTree {
        let whole = match self.kind {
            Kind::Tree(stage) => self.exercise.tree(stage, true),
            Kind::Mistake(mistake) => self.exercise.mistake_tree(mistake),
        };
        let mut package = FileTree::default();
        for (path, file) in whole.iter() {
            let needed = path == "Cargo.toml"
                || ["src/", "tests/"]
                    .iter()
                    .any(|folder| path.starts_with(folder));
            if needed {
                package.insert(path, file.clone());
            }
        }
        for target in self
            .exercise
            .test_targets()
            .iter()
            .filter(|target| target.hidden)
        {
            if let Some(file) = whole.get(&target.path) {
                package.insert(format!("tests/{}.rs", target.name), file.clone());
            }
        }
        let (together, _) = self.exercise.programs();
        package.insert_text(format!("tests/{COMBINED}.rs"), build::combined(&together));
        package
    }
}

/// The key of an outcome: everything that it depends on.
pub(super) fn key(toolchain: &str, how: &str, tree: &FileTree) -> String {
    let parts = [VERSION, toolchain, how, &tree.digest()];
    file_tree::hash(parts.map(str::as_bytes))
}
