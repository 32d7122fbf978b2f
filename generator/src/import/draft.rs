//! What several files say, joined: the assignments to begin, each with its slug.

use super::export::joined;
use super::{ClassicAssignment, ClassicTest, Contents, file_name};
use crate::check::{MAX_SLUG, is_package_name};
use crate::error::{Error, Result};

/// The most assignments: their numbers have two digits.
const MOST: usize = 99;

/// An assignment to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Folder and repository name, `NN-name`.
    pub slug: String,
    /// What the service knew of it.
    pub classic: ClassicAssignment,
    /// Its tests; none where only an export was read.
    pub tests: Vec<ClassicTest>,
    /// The names of the files that it is made of.
    pub sources: Vec<String>,
}

impl Draft {
    /// The name of its exercise: the slug without its number.
    pub fn exercise(&self) -> &str {
        self.slug.split_once('-').map_or("", |(_, name)| name)
    }

    /// The line for `classroom.yml`.
    pub fn schedule(&self) -> String {
        match self.classic.deadline {
            Some(deadline) => format!("  {}: {{ due: \"{deadline}\" }}", self.slug),
            None => format!("  {}: {{}}", self.slug),
        }
    }
}

/// The assignments of these files, each a path and what was read there. `slug` names the only one; `chosen` takes one of an
/// export by slug, title or number.
///
/// # Errors
///
/// Refuses files without assignment or test, tests that could be several assignments', a test that stands in two files, a
/// slug for several, and a choice that is not there.
pub fn drafts(
    files: Vec<(String, Contents)>,
    slug: Option<&str>,
    chosen: Option<&str>,
) -> Result<Vec<Draft>> {
    let sources: Vec<String> = files
        .iter()
        .map(|(path, _)| file_name(path).to_owned())
        .collect();
    let (mut tests, mut assignments) = (Vec::<ClassicTest>::new(), Vec::new());
    for (path, contents) in files {
        match contents {
            Contents::Assignments(known) => assignments.extend(known),
            Contents::Tests(more) => {
                // One assignment may have had both files, one after the other.
                let twice = more
                    .iter()
                    .find(|test| tests.iter().any(|known| known.name == test.name));
                if let Some(test) = twice {
                    return Err(Error::input(format!(
                        "{path}: the test `{}` stands in another of these files too; name only the one that counted",
                        super::one_line(&test.name)
                    )));
                }
                tests.extend(more);
            }
        }
    }
    let mut assignments: Vec<(usize, ClassicAssignment)> = (1..).zip(joined(assignments)).collect();
    if let Some(chosen) = chosen {
        let names = names(&assignments);
        assignments.retain(|(_, known)| {
            [&known.slug, &known.id, &Some(known.title.clone())]
                .iter()
                .any(|name| name.as_deref() == Some(chosen))
        });
        if assignments.is_empty() {
            return Err(Error::input(format!(
                "there is no assignment `{chosen}` in these files; there are: {names}"
            )));
        }
    }
    if assignments.is_empty() {
        if tests.is_empty() {
            return Err(Error::input(
                "these files name no assignment and no test; name autograding.json, classroom.yml, or assignments.json of an export",
            ));
        }
        assignments.push((1, ClassicAssignment::default()));
    }
    if assignments.len() > 1 && (slug.is_some() || !tests.is_empty()) {
        return Err(Error::input(format!(
            "the tests or the slug are for one assignment, and these files name {}; choose one with --assignment: {}",
            assignments.len(),
            names(&assignments)
        )));
    }
    if assignments.len() > MOST {
        return Err(Error::input(format!(
            "{} assignments are more than the {MOST} that slugs can number; choose one with --assignment",
            assignments.len()
        )));
    }
    let drafts = assignments.into_iter().map(|(number, classic)| {
        let slug = match slug {
            Some(slug) => slug.to_owned(),
            None => made_slug(number.min(MOST), &classic)?,
        };
        Ok(Draft {
            slug,
            classic,
            tests: tests.clone(),
            sources: sources.clone(),
        })
    });
    drafts.collect()
}

fn names(assignments: &[(usize, ClassicAssignment)]) -> String {
    let names = assignments
        .iter()
        .map(|(_, known)| super::one_line(known.slug.as_ref().unwrap_or(&known.title)));
    match assignments.is_empty() {
        true => "none".to_owned(),
        false => names.collect::<Vec<_>>().join(", "),
    }
}

/// `NN-name`, of the order in the export and the name that it had there.
fn made_slug(number: usize, classic: &ClassicAssignment) -> Result<String> {
    let old = classic.slug.as_ref().unwrap_or(&classic.title);
    let old_words = word(old, '-');
    // A number in front is the service's order or somebody's; ours comes before it.
    let words = old_words
        .split('-')
        .skip_while(|word| !word.starts_with(|letter: char| letter.is_ascii_lowercase()));
    let name = words.collect::<Vec<_>>().join("-");
    let name: String = name.chars().take(MAX_SLUG - "NN-".len()).collect();
    let name = name.trim_end_matches('-');
    if is_package_name(name) {
        return Ok(format!("{number:02}-{name}"));
    }
    Err(Error::input(match old.is_empty() {
        true => "these files do not say what the assignment is called; name it with --slug NN-name"
            .to_owned(),
        false => format!(
            "no slug can be made of `{}`; name one with --slug NN-name{}",
            super::one_line(old),
            ", and the assignment with --assignment where there are several"
        ),
    }))
}

/// A text as a word of small letters, digits and this joint.
pub(super) fn word(text: &str, joint: char) -> String {
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            word.push(letter.to_ascii_lowercase());
        } else if !word.is_empty() && !word.ends_with(joint) {
            word.push(joint);
        }
    }
    word.trim_end_matches(joint).to_owned()
}
