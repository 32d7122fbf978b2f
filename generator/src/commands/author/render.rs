use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::Answer;
use super::context::{SourceArgs, choose, refuse_no_package_name};
use super::forge::FORGES;
use super::terminal::{print, print_json};
use crate::check;
use crate::course::classroom::Forge;
use crate::course::{Classroom, Problem};
use crate::error::{Error, Result};
use crate::file_tree::{self, FileTree};
use crate::plan::RELEASE;
use crate::render;

/// Write the student repositories, one folder each
#[derive(clap::Args)]
#[command(
    after_help = "Example: course render 01-core-rust --out /tmp/repos\n\nA folder is replaced in one step: a killed run leaves the old tree or the new one. One in which\nsomebody worked is not replaced."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: all]
    slug: Option<String>,
    /// The folder that gets a folder per assignment
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Render one assignment as `cargo generate` would for a project of this name
    #[arg(long, value_name = "NAME", requires = "slug")]
    name: Option<String>,
    /// Write nothing; fail with a diff where the folder differs from what would be written
    #[arg(long)]
    check: bool,
    /// Print what was rendered as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    // One may look at what is still to be written.
    let allowed = |problem: &Problem| args.slug.is_some() && check::is_unfinished(problem);
    let course = args.source.load_but(args.slug.as_deref(), allowed)?;
    refuse_source(&args.source.root()?, &args.out, &course.classroom)?;
    if let Some(name) = &args.name {
        refuse_no_package_name(name)?;
    }
    let mut releases = Vec::new();
    let mut equal = true;
    for assignment in choose(&course, args.slug.as_deref())? {
        let mut tree = render::render(&course, assignment)?;
        if let Some(name) = &args.name {
            tree = render::generated(&tree, name)?;
        }
        let dir = args
            .out
            .join(args.name.as_ref().unwrap_or(&assignment.slug));
        if args.check {
            let present = if dir.is_dir() {
                file_tree::read(&dir, &[".git", "target"])?
            } else {
                FileTree::default()
            };
            let diff = diff(&dir, &present, &tree);
            equal &= diff.is_empty();
            if !args.json {
                print(&diff)?;
            }
        } else {
            refuse_strange(&dir, &tree)?;
            file_tree::replace(&dir, &tree)?;
            if !args.json {
                print(&format!("{}: {} files\n", dir.display(), tree.len()))?;
            }
        }
        releases.extend(render::release_of(&tree));
    }
    if args.json {
        print_json(
            &serde_json::json!({ "releases": releases, "equal": args.check.then_some(equal) }),
        )?;
    }
    Ok(Answer::of(equal))
}

/// What is rendered into the source would be read as source the next time; other folders are not ours.
fn refuse_source(root: &Path, out: &Path, classroom: &Classroom) -> Result<()> {
    if out.exists() && !out.is_dir() {
        return Err(Error::input(format!(
            "{}: it is no folder; name another --out",
            out.display()
        )));
    }
    let real = |path: &Path| std::path::absolute(path).and_then(|path| nearest_real(&path));
    let at = |error| Error::at("find", out, error);
    let out_path = real(out).map_err(at)?;
    let forge = match &classroom.forge {
        Forge::Local(folder) => folder,
        Forge::Github(_) => FORGES,
    };
    for (folder, what) in [
        ("assignments", "source"),
        ("templates", "source"),
        (".git", "git's"),
        (forge, "the forge"),
    ] {
        if out_path.starts_with(real(&root.join(folder)).map_err(at)?) {
            return Err(Error::input(format!(
                "{}: it lies in {folder}/, which is {what}; name another --out",
                out.display()
            )));
        }
    }
    Ok(())
}

/// The path with links followed as far as it exists.
fn nearest_real(path: &Path) -> std::io::Result<PathBuf> {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Err(_), Some(parent), Some(name)) => Ok(nearest_real(parent)?.join(name)),
        (real, _, _) => real,
    }
}

/// A folder that we did not render, or that somebody works in, is not ours to replace.
fn refuse_strange(dir: &Path, tree: &FileTree) -> Result<()> {
    let nothing = |dir: &Path| {
        dir.read_dir()
            .is_ok_and(|mut entries| entries.next().is_none())
    };
    if !dir.exists() || nothing(dir) {
        return Ok(());
    }
    if !dir.join(RELEASE).is_file() || dir.join(".git").exists() {
        return Err(Error::input(format!(
            "{}: it stands there and is no rendered repository; name another --out, or remove it",
            dir.display()
        )));
    }
    // What was built there is nobody's work.
    let mut present = file_tree::read(dir, &["target"])?;
    if present == *tree {
        return Ok(());
    }
    let release = render::release_of(&present);
    present.remove(RELEASE);
    match release.is_some_and(|release| release.content == present.digest()) {
        true => Ok(()),
        false => Err(Error::input(format!(
            "{}: somebody changed what was rendered there; name another --out, or remove it",
            dir.display()
        ))),
    }
}

fn diff(dir: &Path, present: &FileTree, wanted: &FileTree) -> String {
    let mut text = String::new();
    let mut paths: Vec<&str> = present.paths().chain(wanted.paths()).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let (old, new) = (present.get(path), wanted.get(path));
        if old == new {
            continue;
        }
        let name = dir.join(path).display().to_string();
        let lines = |file: Option<&file_tree::File>| {
            file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned())
                .unwrap_or_default()
        };
        let (old, new) = (lines(old), lines(new));
        let diff = TextDiff::from_lines(&old, &new);
        text.push_str(
            &diff
                .unified_diff()
                .header(&name, &format!("{name} (as rendered)"))
                .to_string(),
        );
        if old == new {
            text.push_str(&format!(
                "{name}: only its presence or its executable bit differs\n"
            ));
        }
    }
    text
}
