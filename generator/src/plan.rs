//! Which file of which repository comes from where, by which rule; decided before anything is made.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::course::Course;
use crate::course::assignment::{Assignment, is_marked, is_shipped};
use crate::course::gate::{self, FOLDER};
use crate::course::handed_out::HANDED_OUT;
use crate::error::{Error, Result};

/// Where the frame of every student repository lives.
pub const STUDENT_REPO: &str = "templates/student-repo/";
/// The folder in it that is laid once for each exercise.
pub const EXERCISE: &str = "EXERCISE/";
/// Where the templates of feedback live.
pub const FEEDBACK: &str = "templates/feedback/";
/// What makes a repository a template of cargo-generate, too.
pub const CARGO_GENERATE: &str = "cargo-generate.toml";
/// The marked release in every repository.
pub const RELEASE: &str = ".course/release.json";

/// How a file comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// As it stands in the source.
    Copy,
    /// Rust source with its solution regions cut.
    Starter,
    /// A Liquid template filled in.
    Template,
    /// The manifest as a template of cargo-generate: the package gets the name that is asked for.
    Named,
    /// The manifest of a gate package as a template of cargo-generate: the exercise is called by the name that is asked for.
    NamedDependency,
    /// What the program needs that tests it where the student is.
    HandedOut,
    /// Version and content hash of all other files.
    Release,
}

/// One file of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlannedFile {
    /// Its path in the repository.
    pub path: String,
    /// Its path in the source.
    pub source: String,
    /// How it comes to be.
    pub rule: Rule,
    /// The exercise it belongs to, if any.
    pub exercise: Option<String>,
}

/// All files of one repository.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Repository {
    /// The assignment.
    pub slug: String,
    /// Its files, sorted by path.
    pub files: Vec<PlannedFile>,
}

/// Plans the repository of an assignment.
///
/// # Errors
///
/// Refuses two sources for one path.
pub fn plan(course: &Course, assignment: &Assignment) -> Result<Repository> {
    let slug = &assignment.slug;
    let mut files = Vec::new();
    for path in assignment.pages.paths() {
        files.push(PlannedFile {
            // The repository's own README comes from the template and leads to the module page.
            path: if path == "README.md" {
                "MODULE.md"
            } else {
                path
            }
            .to_owned(),
            source: format!("assignments/{slug}/{path}"),
            rule: Rule::Copy,
            exercise: None,
        });
    }
    for exercise in &assignment.exercises {
        for path in exercise.files.paths().filter(|path| is_shipped(path)) {
            files.push(PlannedFile {
                path: format!("{}/{path}", exercise.name()),
                source: format!("{}/{path}", exercise.folder()),
                rule: if is_marked(path) {
                    Rule::Starter
                } else {
                    Rule::Copy
                },
                exercise: Some(exercise.name().to_owned()),
            });
        }
    }
    if assignment.has_gates() {
        files.extend(measuring_crate(course)?);
    }
    // One package can bear the name of the project; several keep their own.
    if let [exercise] = &assignment.exercises[..] {
        files.push(PlannedFile {
            path: format!("{}/Cargo.toml.liquid", exercise.name()),
            source: format!("{}/Cargo.toml", exercise.folder()),
            rule: Rule::Named,
            exercise: Some(exercise.name().to_owned()),
        });
        if exercise.has_gates() {
            files.push(PlannedFile {
                path: format!("{}/{FOLDER}/Cargo.toml.liquid", exercise.name()),
                source: format!("{}/{FOLDER}/Cargo.toml", exercise.folder()),
                rule: Rule::NamedDependency,
                exercise: Some(exercise.name().to_owned()),
            });
        }
    }
    for source in course.files.paths() {
        let Some(path) = source.strip_prefix(STUDENT_REPO) else {
            continue;
        };
        let rule = if path.ends_with(".liquid") {
            Rule::Template
        } else {
            Rule::Copy
        };
        let path = path.trim_end_matches(".liquid");
        match path.strip_prefix(EXERCISE) {
            Some(inside) => files.extend(assignment.exercises.iter().map(|exercise| PlannedFile {
                path: format!("{}/{inside}", exercise.name()),
                source: source.to_owned(),
                rule,
                exercise: Some(exercise.name().to_owned()),
            })),
            None => files.push(PlannedFile {
                path: path.to_owned(),
                source: source.to_owned(),
                rule,
                exercise: None,
            }),
        }
    }
    files.push(PlannedFile {
        path: HANDED_OUT.to_owned(),
        source: format!("assignments/{slug}/assignment.toml"),
        rule: Rule::HandedOut,
        exercise: None,
    });
    files.push(PlannedFile {
        path: RELEASE.to_owned(),
        source: format!("assignments/{slug}/assignment.toml"),
        rule: Rule::Release,
        exercise: None,
    });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    if let Some(pair) = files.windows(2).find(|pair| pair[0].path == pair[1].path) {
        return Err(Error::input(format!(
            "{}: {} would be made of this file too; rename one of them",
            pair[1].source, pair[0].path
        )));
    }
    if let Some(file) = files.iter().find(|file| !is_plain_path(&file.path)) {
        return Err(Error::input(format!(
            "{}: `{}` can be no path in a repository; rename it",
            file.source, file.path
        )));
    }
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for file in &files {
        let mut folders = file.path.match_indices('/').map(|(at, _)| &file.path[..at]);
        if let Some(folder) = folders.find(|folder| paths.contains(folder)) {
            return Err(Error::input(format!(
                "{}: it goes to the folder {folder}, and another source makes a file of that name; rename one of them",
                file.source
            )));
        }
    }
    Ok(Repository {
        slug: slug.clone(),
        files,
    })
}

/// The crate that gate programs measure with: its manifest and sources.
fn measuring_crate(course: &Course) -> Result<Vec<PlannedFile>> {
    let manifest = course.files.text("Cargo.toml").unwrap_or_default();
    let folder = gate::crate_folder(manifest).ok_or_else(|| {
        Error::input(format!(
            "Cargo.toml: exercises with gates need the crate that measures them; under [workspace.dependencies] write {} = {{ path = \"...\" }}",
            gate::CRATE
        ))
    })?;
    let crate_files = course.files.under(&folder);
    let needed = |path: &&str| *path == "Cargo.toml" || path.starts_with("src/");
    let files: Vec<PlannedFile> = crate_files
        .paths()
        .filter(needed)
        .map(|path| PlannedFile {
            path: format!("{}/{path}", gate::CRATE_PLACE),
            source: format!("{folder}/{path}"),
            rule: Rule::Copy,
            exercise: None,
        })
        .collect();
    match files.is_empty() {
        false => Ok(files),
        true => Err(Error::input(format!(
            "Cargo.toml: {folder} is to hold the crate {} and does not",
            gate::CRATE
        ))),
    }
}

/// Whether a path leads to one place below a folder, on every system and in every repository.
pub fn is_plain_path(path: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git");
    let letter =
        |c: char| !c.is_control() && !matches!(c, '\\' | ':' | char::REPLACEMENT_CHARACTER);
    path.split('/').all(part) && path.chars().all(letter)
}
