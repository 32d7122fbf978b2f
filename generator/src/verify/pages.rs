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
    let outcome = outcomes.get(&assignment.slug, NAME);
    let Some(said) = outcome.and_then(|outcome| outcome.errors.first()) else {
        return Vec::new();
    };
    let findings: Vec<Finding> = failed_snippets(said)
        .map(|(path, line, why)| {
            let path = format!("assignments/{}/{path}", assignment.slug);
            Finding::at(&path, line, format!("the snippet does not hold: {why}"))
        })
        .collect();
    match findings.is_empty() {
        true => vec![Finding::new(
            &assignment.slug,
            format!("{NAME} do not hold: {said}"),
        )],
        false => findings,
    }
}

/// The page, the line and the reason of each snippet that rustdoc says failed.
fn failed_snippets(said: &str) -> impl Iterator<Item = (&str, usize, String)> {
    let sections = said.split("\n---- ").skip(1);
    sections.filter_map(|section| {
        let (head, body) = section.split_once(" stdout ----\n")?;
        // The last one is followed by the list of all.
        let body = body.split("\nfailures:\n").next().unwrap_or(body);
        let (page, rest) = head.split_once(" - ")?;
        let path = page.split_once("pages/")?.1;
        let line = rest
            .split_once("(line ")?
            .1
            .trim_end_matches(')')
            .parse()
            .ok()?;
        Some((path, line, reason(body)))
    })
}

/// The compiler's first error, or what the panic said.
fn reason(body: &str) -> String {
    if let Some(error) = body.lines().find(|line| line.starts_with("error")) {
        return error.to_owned();
    }
    let mut lines = body
        .lines()
        .skip_while(|line| !line.contains(" panicked at "))
        .skip(1);
    let said: Vec<&str> = lines
        .by_ref()
        .take_while(|line| !line.trim().is_empty() && !line.starts_with("note:"))
        .map(str::trim)
        .collect();
    match said.is_empty() {
        true => "it failed".to_owned(),
        false => said.join(", "),
    }
}
