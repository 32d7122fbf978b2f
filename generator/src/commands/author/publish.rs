use super::Answer;
use super::context::{SourceArgs, choose_complete};
use super::forge::{Home, reader, signed, writing};
use super::terminal::{NOTE, paint, print, print_json, say};
use crate::course::Classroom;
use crate::course::classroom::Forge;
use crate::error::{Error, Result};
use crate::feedback;
use crate::file_tree::FileTree;
use crate::forge::Settings;
use crate::git::Repository;
use crate::publish::{Change, changes, protection, writes};
use crate::render;

/// Bring the forge's template repositories up to date; prints the changes, makes them with --execute
#[derive(clap::Args)]
#[command(
    after_help = "Example: course publish 01-core-rust --execute\n\nEqual source gives equal commits: publishing twice does nothing, and a run that was killed is\nfinished by the next."
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// The assignment [default: all]
    slug: Option<String>,
    /// Make the changes
    #[arg(long)]
    execute: bool,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let course = args.source.load(args.slug.as_deref())?;
    let root = args.source.root()?;
    // All of it can be rendered, and its feedback be written, or none of it is published.
    let mut rendered = Vec::new();
    for assignment in choose_complete(&course, args.slug.as_deref())? {
        let tree = render::render(&course, assignment)?;
        feedback::rehearse(&tree)?;
        rendered.push((assignment, tree));
    }
    let writing = args
        .execute
        .then(|| writing(Home::of(&root, &course.classroom)))
        .transpose()?;
    let reader = reader(Home::of(&root, &course.classroom))?;
    let scratch = tempfile::tempdir()
        .map_err(|error| Error::at("create a folder in", &std::env::temp_dir(), error))?;
    let scratch = Repository::create(scratch.path())?;
    let signed = signed(&course.classroom.author);
    let mut planned = Vec::new();
    let mut whole = true;
    let mut make = |changes: Vec<Change>, tree: &FileTree, settings: &Settings| -> Result<()> {
        if !args.json {
            for change in &changes {
                print(&format!("{change}\n"))?;
            }
        }
        if let Some(writing) = &writing {
            let reader = writing.reader.as_ref();
            let writes = writes(reader, &changes, tree, settings, &signed, &scratch)?;
            whole &= writing.carry_out(&writes)?.is_empty();
        }
        planned.extend(changes);
        Ok(())
    };
    for (assignment, tree) in rendered {
        let settings = settings(&course.classroom, &assignment.file.title);
        let changes = changes(reader.as_ref(), &assignment.slug, &tree, &settings)?;
        make(changes, &tree, &settings)?;
    }
    if reader.offers().settings {
        let all = choose_complete(&course, None)?;
        let slugs: Vec<String> = all.into_iter().map(|each| each.slug.clone()).collect();
        let (changes, why_not) = protection(reader.as_ref(), &course.classroom.title, &slugs)?;
        make(changes, &FileTree::default(), &Settings::default())?;
        if let Some(why) = why_not {
            say(&format!(
                "{}: students may rewrite their history and change what tests their work, for no ruleset forbids it; grades are right all the same ({why})",
                paint(NOTE, "warning")
            ));
        }
    }
    if args.json {
        print_json(&serde_json::json!({ "executed": args.execute, "changes": planned }))?;
    } else if !args.execute
        && planned
            .iter()
            .any(|change| !matches!(change, Change::Nothing { .. }))
    {
        say("nothing was changed; run again with --execute");
    }
    Ok(Answer::of(whole))
}

/// What the forge says of an assignment's template repository.
fn settings(classroom: &Classroom, title: &str) -> Settings {
    let public = matches!(&classroom.forge, Forge::Github(github) if github.public);
    Settings {
        description: format!("{title}: {}", classroom.title),
        topics: vec!["assignment".to_owned(), "rust".to_owned()],
        private: !public,
        is_template: true,
    }
}
