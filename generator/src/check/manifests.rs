//! Names, manifests and lock files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{at_settings, settings_text};
use crate::course::{Course, Problem, gate};

/// The longest slug that a classroom service takes.
pub const MAX_SLUG: usize = 39;

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

pub(super) fn names_agree(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for assignment in &course.assignments {
        let slug = &assignment.slug;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.len() > MAX_SLUG || !slug.chars().all(plain) {
            let text = course.files.text("classroom.yml").unwrap_or_default();
            let entry = format!("{slug}:");
            let line = text
                .lines()
                .position(|line| line.trim_start().starts_with(&entry));
            problems.push(Problem::new(
                "classroom.yml",
                line.map_or(1, |index| index + 1),
                format!("the slug `{slug}` is longer than {MAX_SLUG} characters or has others than a-z, 0-9 and `-`"),
                "rename the folder and the entry",
            ));
        }
        for exercise in &assignment.exercises {
            let path = format!("{}/Cargo.toml", exercise.folder());
            let text = exercise.files.text("Cargo.toml").unwrap_or_default();
            match toml::from_str::<Manifest>(text) {
                Ok(manifest) if manifest.package.name == exercise.name() => {}
                Ok(manifest) => problems.push(Problem::new(
                    path.clone(),
                    1,
                    format!(
                        "the package is named `{}` and its folder `{}`",
                        manifest.package.name,
                        exercise.name()
                    ),
                    "give both one name",
                )),
                Err(error) => problems.push(Problem::new(
                    path.clone(),
                    1,
                    format!("no package in it: {}", error.message()),
                    "write a manifest with a [package]",
                )),
            }
            // Two packages of one name would share build artefacts, and one could pass on the other's.
            if let Some(first) = seen.insert(exercise.name(), path.clone()) {
                problems.push(Problem::new(
                    path,
                    1,
                    format!(
                        "the package name `{}` stands in {first} too",
                        exercise.name()
                    ),
                    "rename one of them",
                ));
            }
        }
    }
    problems
}

#[derive(Deserialize)]
struct Root {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    members: Vec<String>,
}

pub(super) fn exercises_are_members(course: &Course) -> Vec<Problem> {
    let text = course.files.text("Cargo.toml").unwrap_or_default();
    let Ok(root) = toml::from_str::<Root>(text) else {
        return vec![Problem::new(
            "Cargo.toml",
            1,
            "no workspace with members in it",
            "list the exercises under [workspace] members",
        )];
    };
    let folders = course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises)
        .flat_map(|exercise| {
            let gates = exercise
                .has_gates()
                .then(|| format!("{}/{}", exercise.folder(), gate::FOLDER));
            std::iter::once(exercise.folder()).chain(gates)
        });
    folders
        .filter(|folder| !root.workspace.members.contains(folder))
        .map(|folder| {
            Problem::new(
                "Cargo.toml",
                crate::course::settings::line_of(text, &["workspace", "members"]),
                format!("`{folder}` is no member of the workspace"),
                "add it to [workspace] members",
            )
        })
        .collect()
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default, rename = "package")]
    packages: Vec<Locked>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

pub(super) fn locks_agree(course: &Course) -> Vec<Problem> {
    let Ok(workspace) = toml::from_str::<Lock>(course.files.text("Cargo.lock").unwrap_or_default())
    else {
        return vec![Problem::new(
            "Cargo.lock",
            1,
            "not a lock file",
            "run `cargo generate-lockfile`",
        )];
    };
    let known: BTreeSet<&Locked> = workspace.packages.iter().collect();
    let mut problems = Vec::new();
    for assignment in course
        .assignments
        .iter()
        .filter(|assignment| !assignment.exercises.is_empty())
    {
        let slug = &assignment.slug;
        let path = format!("assignments/{slug}/Cargo.lock");
        let remedy = format!("run `cargo course lock {slug}`");
        let Some(text) = course.files.text(&path) else {
            let text = settings_text(course, slug);
            problems.push(at_settings(
                slug,
                text,
                &["exercise"],
                format!("{path} is missing"),
                &remedy,
            ));
            continue;
        };
        match toml::from_str::<Lock>(text) {
            Ok(lock) => {
                let strange = lock
                    .packages
                    .iter()
                    .find(|package| !known.contains(package));
                problems.extend(strange.map(|package| {
                    let line = text
                        .lines()
                        .position(|line| line == format!("name = \"{}\"", package.name))
                        .unwrap_or(0)
                        + 1;
                    Problem::new(
                        path.clone(),
                        line,
                        format!(
                            "{} {} is not what the workspace's Cargo.lock has",
                            package.name, package.version
                        ),
                        remedy.clone(),
                    )
                }));
            }
            Err(error) => problems.push(Problem::new(
                path,
                1,
                format!("not a lock file: {}", error.message()),
                remedy,
            )),
        }
    }
    problems
}
