use std::path::{Path, PathBuf};

use super::Answer;
use super::terminal::print;
use crate::course::HandedOut;
use crate::course::handed_out::HANDED_OUT;
use crate::error::{Error, Result};
use crate::feedback::formats::classroom50::Run;
use crate::feedback::formats::csv::Owner;
use crate::feedback::formats::{self, Context, Format};
use crate::feedback::{self, Past, Sources};
use crate::file_tree::{self, FileTree};
use crate::grade::Grade;

/// Write a grade as people or other programs read it
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course feedback grade.json --repository ../ada                 the report, as the job's summary has it
  course feedback grade.json --repository ../ada --text comment  the body of the comment on a pull request
  course feedback grade.json --format junit > report.xml         for another program

grade.json is what `course grade --json` and `course autograde --json` print. The words of a report come from the
repository, which carries the templates that the course had.")]
pub(super) struct Args {
    /// The grade as JSON
    #[arg(value_name = "FILE")]
    grade: PathBuf,
    /// A repository of the assignment: a student's, or the rendered one
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,
    /// Which text for people
    #[arg(long, value_enum, default_value = "summary", conflicts_with = "format")]
    text: Text,
    /// Write it in a format for programs instead
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The body of the last comment: says what changed since
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Where the files of the commit can be seen, for links
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,
    /// For csv: the student's name on the forge
    #[arg(long, value_name = "NAME")]
    student: Option<String>,
    /// For classroom50, whose runner says the rest: when the commit was made, in seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    committed: Option<i64>,
}

/// The texts for people.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Text {
    /// The report
    Summary,
    /// The report as the body of a comment that is known again
    Comment,
    /// Failures on their lines, as commands of a workflow
    Annotations,
    /// The line beside a commit
    Status,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let text = std::fs::read_to_string(&args.grade)
        .map_err(|error| Error::at("read", &args.grade, error))?;
    let grade: Grade = serde_json::from_str(&text).map_err(|error| {
        Error::input(format!(
            "{}: this is no grade ({error}); `course grade --json` and `course autograde --json` print one",
            args.grade.display()
        ))
    })?;
    print(&match args.format {
        Some(format) => formats::emit(format, &grade, &context(args, format)?)?,
        None => for_people(args, &grade)?,
    })?;
    Ok(Answer::Yes)
}

fn context(args: &Args, format: Format) -> Result<Context> {
    let run = match (format, args.committed) {
        (Format::Classroom50, Some(committed)) => Some(Run::from_environment(
            |name| std::env::var(name).ok(),
            committed,
        )?),
        (Format::Classroom50, None) => {
            return Err(Error::input(
                "--format classroom50 needs --committed SECONDS; `git show --no-patch --format=%ct` prints them",
            ));
        }
        _ => None,
    };
    Ok(Context {
        run,
        owner: Owner {
            github_username: args.student.clone().unwrap_or_default(),
            ..Owner::default()
        },
    })
}

fn for_people(args: &Args, grade: &Grade) -> Result<String> {
    let place = args.repository.join(HANDED_OUT);
    if !place.is_file() {
        return Err(Error::input(format!(
            "{}: no {HANDED_OUT} in it; name a repository of {} with --repository, or a format with --format",
            args.repository.display(),
            grade.assignment
        )));
    }
    let text = std::fs::read_to_string(&place).map_err(|error| Error::at("read", &place, error))?;
    let handed_out = HandedOut::parse(&place.display().to_string(), &text)?;
    if handed_out.slug != grade.assignment {
        return Err(Error::input(format!(
            "{}: it is a repository of {}, and the grade is one of {}; name another with --repository",
            args.repository.display(),
            handed_out.slug,
            grade.assignment
        )));
    }
    let past = past(args.previous.as_deref())?;
    let feedback = feedback::feedback(
        grade,
        &Sources {
            repository: &repository(&args.repository, &handed_out)?,
            handed_out: &handed_out,
            address: args.address.as_deref(),
            past: past.as_ref(),
        },
    )?;
    Ok(match args.text {
        Text::Summary => feedback.summary,
        Text::Comment => feedback.comment,
        Text::Annotations => feedback.annotations,
        Text::Status => feedback.status + "\n",
    })
}

/// What the last comment remembers. A comment of another kind is as good as none.
pub(super) fn past(path: Option<&Path>) -> Result<Option<Past>> {
    let Some(path) = path else { return Ok(None) };
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::input(format!(
            "{}: {error}; name the file with the last comment's body, or leave --previous out",
            path.display()
        ))
    })?;
    Ok(Past::read(&text))
}

/// The files of a repository that feedback leads to: what was handed out, and the pages that it names.
pub(super) fn repository(dir: &Path, handed_out: &HandedOut) -> Result<FileTree> {
    let mut tree = FileTree::default();
    let exercises = || handed_out.settings.exercises.iter();
    let handouts = exercises().map(|exercise| format!("{}/README.md", exercise.name));
    let stages = exercises().flat_map(|exercise| &exercise.stages);
    let targets = stages.flat_map(|stage| &stage.read);
    let pages = targets.map(|target| target.split('#').next().unwrap_or_default().to_owned());
    let files = handed_out.files.keys().cloned();
    for path in files.chain(handouts).chain(pages) {
        let place = dir.join(&path);
        // Nothing here follows a link.
        if std::fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_file()) {
            tree.insert(path, file_tree::read_file(&place)?);
        }
    }
    Ok(tree)
}
