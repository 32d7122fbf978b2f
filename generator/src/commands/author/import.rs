use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Answer;
use super::context::name_of_slug;
use super::terminal::{print, say};
use crate::error::{Error, Result};
use crate::file_tree::{self, FileTree};
use crate::import::{self, Draft, skeleton};
use crate::words::count;

/// Make assignment.toml of what a class left behind in GitHub Classroom: its tests, its export
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course import .github/classroom/autograding.json --slug 03-hello --out imported
  course import .github/workflows/classroom.yml assignments.json --assignment hello --out imported
  course import classroom-1/assignments.json classroom-1/*/grades.csv --out imported

It reads autograding.json, the later workflow with autograding graders, and what GitHub's classroom-export-utility wrote:
assignments.json, assignment.json, accepted-assignments.json, grades.csv. Each test becomes a stage with its points, tests whose
names begin alike (`Lists: push`, `Lists: pop`) one stage together; what they ran stands beside it as comments, to be written anew
as Rust tests. Then `course new SLUG` makes the rest of the assignment; put this assignment.toml in its place.")]
pub(in crate::commands) struct Args {
    /// The old files, of one assignment or of an export
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// A new or empty folder; each assignment gets a folder in it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the only assignment is called: NN-name [default: its number in the export and its name there]
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    /// Take this assignment of the export only: its slug, title or number there
    #[arg(long, value_name = "NAME")]
    assignment: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    if let Some(slug) = &args.slug {
        name_of_slug(slug)?;
    }
    let mut files = Vec::new();
    for path in &args.files {
        let name = path.display().to_string();
        let contents = import::read(&name, &text(path)?);
        let contents = contents.map_err(|problem| Error::input(problem.to_string()))?;
        files.push((name, contents));
    }
    let drafts = import::drafts(files, args.slug.as_deref(), args.assignment.as_deref())?;
    let mut tree = FileTree::default();
    let mut said = String::new();
    for draft in &drafts {
        let path = format!("{}/assignment.toml", draft.slug);
        tree.insert_text(path.as_str(), skeleton::assignment_toml(draft)?);
        said += &line(&args.out.join(path), draft)?;
    }
    refuse_other(&args.out, &tree)?;
    file_tree::replace(&args.out, &tree)?;
    print(&(said + &schedules(&drafts)))?;
    say(
        "next: `course new SLUG` for each, then this assignment.toml in place of the one that it made",
    );
    Ok(Answer::Yes)
}

/// What is printed of an assignment.
fn line(path: &Path, draft: &Draft) -> Result<String> {
    let stages = skeleton::stages(&draft.tests)?;
    let points: u64 = stages.iter().map(|stage| u64::from(stage.points)).sum();
    let what = match stages.is_empty() {
        true => "no tests were read, so one empty stage".to_owned(),
        false => format!(
            "{} of {}, {points} points",
            count(stages.len(), "stage"),
            count(draft.tests.len(), "test")
        ),
    };
    let missing = draft.tests.iter().filter(|test| test.points.is_none());
    let missing = match missing.count() {
        0 => String::new(),
        number => format!("; {} had no points", count(number, "test")),
    };
    Ok(format!("{}: {what}{missing}\n", path.display()))
}

/// The due dates, as lines for classroom.yml.
fn schedules(drafts: &[Draft]) -> String {
    let due: BTreeSet<String> = drafts
        .iter()
        .filter(|draft| draft.classic.deadline.is_some())
        .map(Draft::schedule)
        .collect();
    match due.is_empty() {
        true => String::new(),
        false => format!(
            "when they were due, for `assignments:` in classroom.yml:\n{}\n",
            due.into_iter().collect::<Vec<_>>().join("\n")
        ),
    }
}

fn text(path: &Path) -> Result<String> {
    let refuse = |what: &str| Error::input(format!("{}: {what}", path.display()));
    if path.is_dir() {
        return Err(refuse("it is a folder; name the files in it"));
    }
    if !path.is_file() {
        return Err(refuse("no such file; name an existing one"));
    }
    let file = file_tree::read_file(path)?;
    let text = std::str::from_utf8(&file.bytes);
    text.map(str::to_owned)
        .map_err(|_| refuse("it is not UTF-8; save it as UTF-8"))
}

/// Only a new or an empty folder is ours to fill, or one that holds just this already.
fn refuse_other(out: &Path, tree: &FileTree) -> Result<()> {
    if out.exists() && !out.is_dir() {
        return Err(Error::input(format!(
            "{}: it is no folder; name another --out",
            out.display()
        )));
    }
    let refuse = || {
        Error::input(format!(
            "{}: something else stands there; name a new --out, or remove it",
            out.display()
        ))
    };
    if !out.is_dir() {
        return Ok(());
    }
    let entries = out
        .read_dir()
        .map_err(|error| Error::at("read the folder", out, error))?;
    // The names first: what is not ours may be large.
    for entry in entries {
        let name = entry
            .map_err(|error| Error::at("read the folder", out, error))?
            .file_name();
        let ours = |path: &str| path.split('/').next().is_some_and(|first| name == first);
        if !tree.paths().any(ours) {
            return Err(refuse());
        }
    }
    let present = file_tree::read(out, &[])?;
    match present.is_empty() || present == *tree {
        true => Ok(()),
        false => Err(refuse()),
    }
}
