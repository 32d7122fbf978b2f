//! What verbs share: finding and reading the course, choosing assignments.

use std::path::{Path, PathBuf};

use crate::check::{self, MAX_SLUG};
use crate::course::assignment_file::Status;
use crate::course::gate;
use crate::course::source::SKIPPED_FOLDERS;
use crate::course::{Assignment, Course, Problem};
use crate::error::{Error, Result};
use crate::file_tree::{self, FileTree};
use crate::words::count;

/// Flags of every verb that reads the course.
#[derive(clap::Args, Clone)]
pub(super) struct SourceArgs {
    /// Root of the course [default: the nearest folder upwards that holds classroom.yml]
    #[arg(long, value_name = "DIR", global = true)]
    course: Option<PathBuf>,
}

impl SourceArgs {
    /// The root of the course.
    pub(super) fn root(&self) -> Result<PathBuf> {
        if let Some(root) = &self.course {
            return match root.join("classroom.yml").is_file() {
                true => Ok(root.clone()),
                false => Err(Error::input(format!(
                    "{}: no classroom.yml in it; name the root of a course",
                    root.display()
                ))),
            };
        }
        let here =
            std::env::current_dir().map_err(|error| Error::at("find", Path::new("."), error))?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("classroom.yml").is_file());
        root.map(Path::to_owned).ok_or_else(|| {
            Error::input(format!(
                "{}: no classroom.yml here or above; go into a course or name it with --course DIR",
                here.display()
            ))
        })
    }

    /// The course as far as it can be read, with the problems of reading it.
    pub(super) fn read(&self) -> Result<(Option<Course>, Vec<Problem>)> {
        Ok(Course::parse(source_files(&self.root()?)?))
    }

    /// The course as far as it can be read, problems or not: for verbs that help to mend it.
    pub(super) fn load_unfinished(&self) -> Result<Course> {
        let (course, problems) = self.read()?;
        course.ok_or_else(|| {
            Error::input(
                problems
                    .first()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            )
        })
    }

    /// The course, which must be without any problem in what the named assignment is made of (everything,
    /// where none is named): no later step has to doubt it. A half-written module stops nobody else's.
    pub(super) fn load(&self, slug: Option<&str>) -> Result<Course> {
        self.load_but(slug, |_| false)
    }

    /// As [`load`](Self::load), with problems that do not count.
    pub(super) fn load_but(
        &self,
        slug: Option<&str>,
        allowed: impl Fn(&Problem) -> bool,
    ) -> Result<Course> {
        let (course, found) = self.read()?;
        let mut problems = match &course {
            Some(course) => check::problems(course, found),
            None => found,
        };
        problems.retain(|problem| !allowed(problem));
        if let Some(slug) = slug {
            let own = format!("assignments/{slug}/");
            problems.retain(|problem| {
                !problem.path.starts_with("assignments/") || problem.path.starts_with(&own)
            });
        }
        match (course, problems.first()) {
            (Some(course), None) => Ok(course),
            (_, Some(first)) => Err(Error::input(format!(
                "{first} ({} in all: run `course check`{})",
                count(problems.len(), "problem"),
                match slug {
                    None => ", or name an assignment that has none",
                    Some(_) => "",
                }
            ))),
            (None, None) => Err(Error::Internal(
                "a course without value or problem".to_owned(),
            )),
        }
    }
}

/// Reads what belongs to the course below its root; the program that stands beside it does not.
fn source_files(root: &Path) -> Result<FileTree> {
    let mut files = FileTree::default();
    for folder in ["assignments", "templates"] {
        let path = root.join(folder);
        if path.is_dir() {
            files.lay(folder, &file_tree::read(&path, &SKIPPED_FOLDERS)?);
        }
    }
    for name in ["classroom.yml", "Cargo.toml", "Cargo.lock", "README.md"] {
        let path = root.join(name);
        if path.is_file() {
            files.insert(name, file_tree::read_file(&path)?);
        }
    }
    let manifest = files.text("Cargo.toml").unwrap_or_default();
    if let Some(folder) = gate::crate_folder(manifest) {
        let path = root.join(&folder);
        if path.is_dir() {
            files.lay(&folder, &file_tree::read(&path, &SKIPPED_FOLDERS)?);
        }
    }
    Ok(files)
}

/// The named assignment, or all of them.
pub(super) fn choose<'a>(course: &'a Course, slug: Option<&str>) -> Result<Vec<&'a Assignment>> {
    let Some(slug) = slug else {
        return Ok(course.assignments.iter().collect());
    };
    let known = course
        .assignments
        .iter()
        .find(|assignment| assignment.slug == slug);
    known.map(|assignment| vec![assignment]).ok_or_else(|| {
        let known: Vec<&str> = course
            .assignments
            .iter()
            .map(|assignment| assignment.slug.as_str())
            .collect();
        Error::input(format!(
            "there is no assignment `{slug}`; there are: {}",
            known.join(", ")
        ))
    })
}

/// The named assignment or all of them, without those that are roadmaps: naming one is an error.
pub(super) fn choose_complete<'a>(
    course: &'a Course,
    slug: Option<&str>,
) -> Result<Vec<&'a Assignment>> {
    let chosen = choose(course, slug)?;
    if let (Some(slug), Some(Status::Roadmap)) = (
        slug,
        chosen.first().map(|assignment| assignment.file.status),
    ) {
        return Err(Error::input(format!(
            "`{slug}` is a roadmap: there is nothing to solve in it yet, so it is no assignment to hand out"
        )));
    }
    Ok(chosen
        .into_iter()
        .filter(|assignment| assignment.file.status == Status::Complete)
        .collect())
}

/// Refuses what is no name of a package.
pub(super) fn refuse_no_package_name(name: &str) -> Result<()> {
    match check::is_package_name(name) {
        true => Ok(()),
        false => Err(Error::input(format!(
            "`{name}` is no package name: begin with a letter, go on with a-z, 0-9 and `-`, and take no word that Rust or cargo use"
        ))),
    }
}

/// The name in a slug `NN-name`; refuses what is none.
pub(super) fn name_of_slug(slug: &str) -> Result<&str> {
    let name = slug.split_once('-').filter(|(number, name)| {
        number.len() == 2
            && number.bytes().all(|b| b.is_ascii_digit())
            && check::is_package_name(name)
            && slug.len() <= MAX_SLUG
    });
    name.map(|(_, name)| name).ok_or_else(|| {
        Error::input(format!(
            "`{slug}` is no slug: two digits and a name, as in 03-kv-store, at most {MAX_SLUG} characters"
        ))
    })
}

/// The folder for builds and proofs: cargo's target folder of the course.
pub(super) fn work_dir(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").filter(|target| !target.is_empty());
    let target = root.join(target.map_or_else(|| PathBuf::from("target"), PathBuf::from));
    target.join("course")
}

/// The folder for proofs: the one that is asked for, else below [`work_dir`].
pub(super) fn verify_dir(root: &Path, asked: Option<&Path>) -> PathBuf {
    asked.map_or_else(|| work_dir(root).join("verify"), Path::to_owned)
}
