use std::path::{Path, PathBuf};

use super::Answer;
use super::context::{SourceArgs, choose};
use super::terminal::print;
use crate::build::Place;
use crate::course::{Assignment, Course};
use crate::error::{Error, Result};
use crate::file_tree;
use crate::render;

/// Write assignments/SLUG/Cargo.lock, the part of the workspace's lock that students get
#[derive(clap::Args)]
#[command(
    after_help = "Example: course lock 01-core-rust\n\nRun it after a dependency changed. Cargo itself prunes the lock, since only it knows which\nfeatures a smaller workspace switches on."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: all]
    slug: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load_unfinished()?;
    let root = args.source.root()?;
    for assignment in choose(&course, args.slug.as_deref())? {
        if assignment.exercises.is_empty() {
            continue;
        }
        let (path, packages) = write_lock(&root, &course, assignment)?;
        print(&format!("{}: {packages} packages\n", path.display()))?;
    }
    Ok(Answer::Yes)
}

/// Writes the lock of one assignment. Returns where, and how many packages it has.
pub(super) fn write_lock(
    root: &Path,
    course: &Course,
    assignment: &Assignment,
) -> Result<(PathBuf, usize)> {
    let mut tree = assignment.solved_on(&render::render(course, assignment)?);
    tree.insert_text(
        "Cargo.lock",
        course.files.text("Cargo.lock").unwrap_or_default(),
    );
    let scratch = tempfile::tempdir()
        .map_err(|error| Error::at("create a folder in", &std::env::temp_dir(), error))?;
    let place = Place::new(scratch.path(), &assignment.slug);
    place.lay(&tree)?;
    let outcome = place.cargo(&["metadata", "--format-version", "1"])?;
    if !outcome.succeeded() {
        return Err(Error::input(format!(
            "assignments/{}: cargo cannot resolve its packages: {}",
            assignment.slug,
            outcome.stderr.trim()
        )));
    }
    let lock = place.dir().join("Cargo.lock");
    let text = std::fs::read_to_string(&lock).map_err(|error| Error::at("read", &lock, error))?;
    let path = root
        .join("assignments")
        .join(&assignment.slug)
        .join("Cargo.lock");
    file_tree::write_text(&path, &text)?;
    Ok((path, text.matches("[[package]]").count()))
}
