use std::path::Path;

use super::Answer;
use super::context::{SourceArgs, name_of_slug, refuse_no_package_name, work_dir};
use super::lock::write_lock;
use super::terminal::print;
use crate::check;
use crate::course::{Course, classroom};
use crate::error::{Error, Result};
use crate::file_tree::{self, Claim, FileTree};
use crate::process::Run;
use crate::skeleton::{skeleton, with_assignment, with_member};

/// Make the skeleton of a new assignment and enter it in Cargo.toml and classroom.yml
#[derive(clap::Args)]
#[command(
    after_help = "Example: course new 13-raft --title Raft --exercise raft-node\n\nThe skeleton passes `course check` but for the list of what is still to write.\nassignments/README.md is the checklist."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// Folder and repository name: NN-name
    slug: String,
    /// The module's title [default: made of the slug]
    #[arg(long)]
    title: Option<String>,
    /// Folder and package name of its first exercise [default: the slug without its number]
    #[arg(long, value_name = "NAME")]
    exercise: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let slug = &args.slug;
    let (title, exercise) = names(args)?;
    let root = args.source.root()?;
    // Two lists are read, changed and written.
    let _claim = Claim::of(&work_dir(&root).join("source"))?;
    let course = args.source.load_unfinished()?;
    refuse_taken(&course, slug, &exercise)?;
    let tree = skeleton(&course, &title, &exercise)?;
    let folder = root.join("assignments").join(slug);
    refuse_other(&folder, &tree)?;
    // Both lists are made before anything is written: one that cannot be extended stops all of it.
    let before = Lists::of(&course);
    let after = before.with(slug, &exercise)?;
    // In this order a run that was killed is finished by the next one: a folder that nobody names harms
    // nobody, a name without a folder would stop cargo.
    let made = !folder.exists();
    if made {
        file_tree::replace(&folder, &tree)?;
    } else {
        file_tree::sweep(&root.join("assignments"));
    }
    after.write(&root)?;
    let outcome = Run::cargo(&root)
        .args(["metadata", "--format-version", "1"])
        .outcome()?;
    if !outcome.succeeded() {
        before.write(&root)?;
        if made {
            std::fs::remove_dir_all(&folder)
                .map_err(|error| Error::at("remove", &folder, error))?;
        }
        return Err(Error::input(format!(
            "Cargo.toml: cargo cannot read the workspace with the new member, so nothing was changed; mend what it says and run again: {}",
            outcome.stderr.trim().replace('\n', " ")
        )));
    }
    let course = args.source.load_unfinished()?;
    let mut assignments = course.assignments.iter();
    if let Some(assignment) = assignments.find(|assignment| assignment.slug == *slug) {
        write_lock(&root, &course, assignment)?;
    }
    print(&format!(
        "{}: {} files\n`course check` lists what is still to write\n",
        folder.display(),
        tree.len()
    ))?;
    Ok(Answer::Yes)
}

/// The title and the exercise's name, given or made of the slug; all three must be fit for what they become.
fn names(args: &Args) -> Result<(String, String)> {
    let name = name_of_slug(&args.slug)?;
    let exercise = args.exercise.as_deref().unwrap_or(name);
    refuse_no_package_name(exercise)?;
    let title = args.title.clone().unwrap_or_else(|| name.replace('-', " "));
    if !check::is_line(&title) || title.contains(['"', '\\']) {
        return Err(Error::input(
            "--title: it is empty, or holds a line break, `|`, `\"` or `\\`; leave them out",
        ));
    }
    Ok((title, exercise.to_owned()))
}

/// Two packages of one name would share build artefacts.
fn refuse_taken(course: &Course, slug: &str, exercise: &str) -> Result<()> {
    let mut exercises = course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises);
    let taken = exercises.find(|known| known.name() == exercise && known.assignment != slug);
    match taken {
        Some(taken) => Err(Error::input(format!(
            "the package `{exercise}` is in {} already; name another with --exercise",
            taken.folder()
        ))),
        None => Ok(()),
    }
}

/// The two lists that name an assignment.
struct Lists {
    manifest: String,
    classroom: String,
}

impl Lists {
    /// As they are.
    fn of(course: &Course) -> Lists {
        let text = |name: &str| course.files.text(name).unwrap_or_default().to_owned();
        Lists {
            manifest: text("Cargo.toml"),
            classroom: text("classroom.yml"),
        }
    }

    /// With one more assignment.
    fn with(&self, slug: &str, exercise: &str) -> Result<Lists> {
        let member = format!("assignments/{slug}/{exercise}");
        let lists = Lists {
            manifest: with_member(&self.manifest, &member)?,
            classroom: with_assignment(&self.classroom, slug)?,
        };
        match classroom::parse("classroom.yml", &lists.classroom) {
            Ok(_) => Ok(lists),
            Err(problem) => Err(Error::input(format!(
                "classroom.yml: with `{slug}` in it, it would be broken ({}); enter it there by hand and run again",
                problem.message
            ))),
        }
    }

    fn write(&self, root: &Path) -> Result<()> {
        file_tree::write_text(&root.join("Cargo.toml"), &self.manifest)?;
        file_tree::write_text(&root.join("classroom.yml"), &self.classroom)
    }
}

/// A folder in which somebody wrote already is not ours to fill.
fn refuse_other(folder: &Path, tree: &FileTree) -> Result<()> {
    if folder.exists() {
        let mut present = file_tree::read(folder, &["target"])?;
        present.remove("Cargo.lock");
        if present != *tree {
            return Err(Error::input(format!(
                "{}: it stands there already; choose another slug",
                folder.display()
            )));
        }
    }
    Ok(())
}
