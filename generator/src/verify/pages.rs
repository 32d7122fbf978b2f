//! Rust snippets of lectures and pages: each is compiled and run as a doc test, on the solution.

use super::outcome::{Outcomes, VariantOutcome};
use super::report::Finding;
use super::task::Task;
use crate::build::Place;
use crate::course::Assignment;
use crate::error::Result;
use crate::file_tree::FileTree;

const NAME: &str = "the snippets of its pages";

/// A package whose documentation is the assignment's pages and handouts, beside the solutions that they
/// speak of.
pub(super) fn task(assignment: &Assignment) -> Option<Task<'_>> {
    let package = format!("pages-{}", assignment.slug);
    let mut tree = FileTree::default();
    let mut lib = String::new();
    let mut add = |path: &str, text: &str| {
        let module: String = path
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect();
        tree.insert_text(format!("pages/{path}"), text);
        lib.push_str(&format!(
            "#[doc = include_str!(\"../pages/{path}\")]\npub mod page_{module} {{}}\n"
        ));
    };
    for (path, text) in assignment
        .pages
        .texts()
        .filter(|(path, text)| path.ends_with(".md") && text.contains("```rust"))
    {
        add(path, text);
    }
    for exercise in &assignment.exercises {
        let handout = exercise.files.text("README.md").unwrap_or_default();
        if handout.contains("```rust") {
            add(&format!("{}/README.md", exercise.name()), handout);
        }
    }
    if lib.is_empty() {
        return None;
    }
    let mut manifest = format!(
        "[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n"
    );
    for exercise in &assignment.exercises {
        manifest.push_str(&format!(
            "{0} = {{ path = \"solutions/{0}\" }}\n",
            exercise.name()
        ));
        let solution = exercise.tree(exercise.stages.len(), false);
        for (path, file) in solution
            .iter()
            .filter(|(path, _)| *path == "Cargo.toml" || path.starts_with("src/"))
        {
            tree.insert(
                format!("solutions/{}/{path}", exercise.name()),
                file.clone(),
            );
        }
    }
    tree.insert_text("Cargo.toml", manifest);
    tree.insert_text("src/lib.rs", lib);
    Some(Task {
        owner: assignment.slug.clone(),
        name: NAME.to_owned(),
        place: package,
        how: "doc tests".to_owned(),
        tree,
        prove: Box::new(|place, _| prove(place)),
    })
}

fn prove(place: &Place) -> Result<VariantOutcome> {
    // No lock file of its own: dependencies of the solutions are found in the registry's cache.
    let run = place.cargo(&["test", "--doc"])?;
    let mut outcome = VariantOutcome::default();
    if !run.succeeded() {
        outcome.errors.push(format!("{}{}", run.stdout, run.stderr));
    }
    Ok(outcome)
}

pub(super) fn judge(assignment: &Assignment, outcomes: &Outcomes) -> Vec<Finding> {
    outcomes
        .get(&assignment.slug, NAME)
        .and_then(|outcome| outcome.errors.first())
        .map(|error| Finding::new(&assignment.slug, format!("{NAME} do not hold: {error}")))
        .into_iter()
        .collect()
}
