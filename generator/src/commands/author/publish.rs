use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::Answer;
use super::context::{SourceArgs, choose_complete};
use super::forge::{Home, Writing, reader_beside, signed, writing};
use super::terminal::{NOTE, paint, print, print_json, say};
use crate::course::Classroom;
use crate::course::classroom::Forge;
use crate::error::{Error, Result};
use crate::feedback;
use crate::forge::{ForgeReader, ForgeWriter, LocalForge, Settings};
use crate::git::{Repository, Signed};
use crate::publish::{Change, Publication, changes, protection, protection_writes, writes};
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
    let classroom = &course.classroom;
    // All of it can be rendered, and its feedback be written, or none of it is published.
    let mut wanted = Vec::new();
    for assignment in choose_complete(&course, args.slug.as_deref())? {
        let tree = render::render(&course, assignment)?;
        feedback::rehearse(&tree)?;
        let settings = settings(classroom, &assignment.file.title);
        wanted.push(Publication::template(&assignment.slug, tree, settings)?);
    }
    let mut publishing = Publishing::begin(Home::of(&root, classroom), args.execute, args.json)?;
    for wanted in &wanted {
        publishing.bring_up_to_date(wanted, &signed(&classroom.author))?;
    }
    if publishing.reader.offers().settings {
        let all = choose_complete(&course, None)?;
        let slugs: Vec<String> = all.into_iter().map(|each| each.slug.clone()).collect();
        publishing.protect(classroom, &slugs)?;
    }
    if args.json {
        print_json(
            &serde_json::json!({ "executed": args.execute, "changes": publishing.changes }),
        )?;
    }
    publishing.end()
}

/// Repositories on their way to where the source has them.
pub(super) struct Publishing {
    pub(super) reader: Arc<dyn ForgeReader>,
    /// What they lacked.
    pub(super) changes: Vec<Change>,
    /// There where it is to be changed, not only told.
    writing: Option<Writing>,
    json: bool,
    scratch: TempDir,
    /// Whether all that was tried was done.
    whole: bool,
}

impl Publishing {
    /// Nothing is changed without `execute`. With `json` changes are not printed as they are found.
    pub(super) fn begin(home: Home<'_>, execute: bool, json: bool) -> Result<Publishing> {
        let scratch = tempfile::tempdir()
            .map_err(|error| Error::at("create a folder in", &std::env::temp_dir(), error))?;
        let writing = execute.then(|| writing(home)).transpose()?;
        Ok(Publishing {
            reader: reader_beside(home, writing.as_ref())?,
            writing,
            changes: Vec::new(),
            json,
            scratch,
            whole: true,
        })
    }

    /// Brings one repository up to date.
    pub(super) fn bring_up_to_date(&mut self, wanted: &Publication, signed: &Signed) -> Result<()> {
        let changes = changes(self.reader.as_ref(), wanted)?;
        self.tell(&changes)?;
        if let Some(writing) = &self.writing {
            let scratch = Repository::create(&self.scratch.path().join(&wanted.repository))?;
            let writes = writes(self.reader.as_ref(), &changes, wanted, signed, &scratch)?;
            self.whole &= writing.carry_out(&writes)?.is_empty();
        }
        self.changes.extend(changes);
        Ok(())
    }

    /// Asks the forge to forbid what nobody is to do in repositories of these assignments.
    fn protect(&mut self, classroom: &Classroom, slugs: &[String]) -> Result<()> {
        let (changes, why_not) = protection(
            self.reader.as_ref(),
            &classroom.title,
            slugs,
            classroom.enrolment.app,
        )?;
        self.tell(&changes)?;
        if let Some(writing) = &self.writing {
            let writes = protection_writes(&changes);
            self.whole &= writing.carry_out(&writes)?.is_empty();
        }
        self.changes.extend(changes);
        if let Some(why) = why_not {
            say(&format!(
                "{}: students may rewrite their history and change what tests their work, for no ruleset forbids it; grades are right all the same ({why})",
                paint(NOTE, "warning")
            ));
        }
        Ok(())
    }

    fn tell(&self, changes: &[Change]) -> Result<()> {
        if self.json {
            return Ok(());
        }
        changes
            .iter()
            .try_for_each(|change| print(&format!("{change}\n")))
    }

    /// Says what is left to do, if anything is.
    pub(super) fn end(self) -> Result<Answer> {
        let nothing = |change: &Change| matches!(change, Change::Nothing { .. });
        let is_left = self.writing.is_none() && !self.changes.iter().all(nothing);
        if is_left && !self.json {
            say("nothing was changed; run again with --execute");
        }
        Ok(Answer::of(self.whole))
    }
}

/// Publishes on a forge that is only for us: nothing is journaled. What it lacked; `scratch` is a folder to make.
pub(super) fn publish_aside(
    forge: &LocalForge,
    wanted: &Publication,
    signed: &Signed,
    scratch: &Path,
) -> Result<Vec<Change>> {
    let changes = changes(forge, wanted)?;
    let made = Repository::create(scratch)?;
    for write in writes(forge, &changes, wanted, signed, &made)? {
        forge.write(&write)?;
    }
    Ok(changes)
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
