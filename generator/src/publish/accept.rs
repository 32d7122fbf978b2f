//! A student's own repository, with the template repository's history as its base.

use schemars::JsonSchema;
use serde::Serialize;

use super::forge::{ForgeReader, ForgeWriter};
use crate::error::{Error, Result};

/// The longest name of a student, as on GitHub.
const MAX_NAME_CHARACTERS: usize = 39;

/// A student's repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Acceptance {
    /// Its name.
    pub repository: String,
    /// Where the student reaches it.
    pub address: String,
    /// Whether it was made now; otherwise it was there.
    pub created: bool,
}

/// The name of a student's repository.
///
/// # Errors
///
/// Refuses a name that would not be one on every forge: letters, digits and single hyphens.
pub fn student_repository(slug: &str, student: &str) -> Result<String> {
    let fits = !student.is_empty()
        && student.len() <= MAX_NAME_CHARACTERS
        && student
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !student.starts_with('-')
        && !student.ends_with('-')
        && !student.contains("--");
    if !fits {
        return Err(Error::input(format!(
            "`{student}` is no student's name: at most {MAX_NAME_CHARACTERS} letters, digits and single hyphens inside; take the account's name"
        )));
    }
    Ok(format!("{slug}-{}", student.to_lowercase()))
}

/// Makes a student's repository, if it is not there yet.
///
/// # Errors
///
/// Refuses an assignment that is not published, and a repository of that name with another history.
pub fn accept(
    reader: &dyn ForgeReader,
    writer: &dyn ForgeWriter,
    slug: &str,
    student: &str,
) -> Result<Acceptance> {
    let repository = student_repository(slug, student)?;
    let Some(template) = reader.first_commit(slug)? else {
        return Err(Error::input(format!(
            "{}: it is not published; run `course publish {slug} --execute` first",
            reader.address(slug)
        )));
    };
    let created = match reader.first_commit(&repository)? {
        None => {
            writer.create_from(&repository, slug)?;
            true
        }
        Some(first) if first == template => false,
        Some(_) => {
            return Err(Error::input(format!(
                "{}: it stands there with another history; rename or remove that repository",
                reader.address(&repository)
            )));
        }
    };
    Ok(Acceptance {
        address: reader.address(&repository),
        repository,
        created,
    })
}
