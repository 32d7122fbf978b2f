use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::context::{SourceArgs, choose_complete, work_dir};
use super::submission;
use super::terminal::{Progress, print, print_json, say};
use super::wall::{WallArgs, wall_words};
use crate::error::{Error, Result};
use crate::file_tree;
use crate::gates::{self, Environment, GateGrade, GateVerdict};
use crate::grade::{self, Grader};

/// Measure the gates of a commit, whatever its tests do: verdicts, numbers, pictures
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course gate 01-core-rust-ada                          all gates of a repository of the forge
  course gate ../my-solution --gate get_time --svg .    one gate of a repository here, with a picture

Only what is committed is measured. Exit code 1: a gate fails. An inconclusive one does not: it is too near to its bar,
or the machine too restless, to say. GATES.md tells how the numbers are come by, and what they promise.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    wall: WallArgs,
    /// A folder with a git repository, or the name of a repository on the forge
    #[arg(value_name = "PATH|REPO")]
    repository: String,
    /// Measure this one only
    #[arg(long, value_name = "NAME")]
    gate: Option<String>,
    /// The commit, tag or branch [default: the newest commit of main]
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// The assignment [default: what the repository's first commit says]
    #[arg(long, value_name = "SLUG")]
    assignment: Option<String>,
    /// Take inputs from this number, as a report names it [default: another each time]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Write a picture of each gate that is timed into this folder
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Print verdicts, samples and the machine as JSON; `course schema gates` prints its schema
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the table as Markdown
    #[arg(long)]
    markdown: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Report {
    /// The assignment's slug.
    assignment: String,
    /// The commit that was measured.
    commit: String,
    /// The machine that measured.
    measured_on: Environment,
    /// The gates of all exercises in order.
    gates: Vec<GateGrade>,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let root = args.source.root()?;
    let found = submission::find(
        &args.source,
        &args.repository,
        args.commit.as_deref(),
        args.assignment.as_deref(),
    )?;
    let course = args.source.load(Some(&found.slug))?;
    let assignment = choose_complete(&course, Some(&found.slug))?[0];
    let known: Vec<&str> = assignment
        .exercises
        .iter()
        .flat_map(|exercise| &exercise.entry.gates)
        .map(|gate| gate.name.as_str())
        .collect();
    if known.is_empty() {
        return Err(Error::input(format!("{}: it has no gates", found.slug)));
    }
    if let Some(name) = args.gate.as_deref().filter(|name| !known.contains(name)) {
        return Err(Error::input(format!(
            "{} has no gate `{name}`; there are: {}",
            found.slug,
            known.join(", ")
        )));
    }
    let work = work_dir(&root).join("grade");
    let sandbox = args.wall.sandbox(&work)?;
    say(&format!(
        "measuring {} at {}, {}",
        found.name,
        found.commit,
        wall_words(sandbox.kind())
    ));
    let grader = Grader {
        seed: args.seed,
        ..args.wall.grader(&work, sandbox.as_ref())?
    };
    let progress = Progress::start();
    let ready = grader.ready(&course, assignment, &|step| progress.step(step))?;
    let submission = grade::read(&found.repository, found.commit, ready.editable())?;
    let measured_on = Environment::here();
    let gates = ready.gates(&submission, args.gate.as_deref(), &|step| {
        progress.step(step)
    })?;
    if let Some(folder) = &args.svg {
        for gate in &gates {
            if let Some(picture) = gates::svg(gate) {
                let path = folder.join(format!("{}-{}.svg", gate.exercise, gate.name));
                file_tree::write_text(&path, &picture)?;
            }
        }
    }
    let fails = gates.iter().any(|gate| gate.verdict == GateVerdict::Fail);
    if args.json {
        print_json(&Report {
            assignment: found.slug,
            commit: found.commit.to_string(),
            measured_on,
            gates,
        })?;
    } else if args.markdown {
        print(&grade::gates_markdown(&gates))?;
    } else {
        print(&grade::gates_table(&gates))?;
    }
    Ok(Answer::of(!fails))
}
