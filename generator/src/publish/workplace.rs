//! Repositories to work in: a student's own, or a group's.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::course::roster::Student;
use crate::error::{Error, Result};

/// The longest name of a student, as on GitHub.
const MAX_NAME_CHARACTERS: usize = 39;

/// A repository to work in, and who works there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Workplace {
    /// Its name.
    pub repository: String,
    /// The accounts that are let in.
    pub accounts: Vec<String>,
}

impl Workplace {
    /// A student's own.
    ///
    /// # Errors
    ///
    /// Refuses a name that is none.
    pub fn of_student(slug: &str, student: &str) -> Result<Workplace> {
        Ok(Workplace {
            repository: student_repository(slug, student)?,
            accounts: vec![student.to_lowercase()],
        })
    }
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

/// The workplaces that an assignment takes: one for each student, or for each group. `roster` names the list in messages.
///
/// # Errors
///
/// Refuses names that are none, and groups where the list has none.
pub fn workplaces(
    slug: &str,
    groups: bool,
    roster: &str,
    students: &[Student],
) -> Result<Vec<Workplace>> {
    if !groups {
        return students
            .iter()
            .map(|student| Workplace::of_student(slug, &student.account))
            .collect();
    }
    let mut members: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for Student { account, group } in students {
        let group = group.as_deref().ok_or_else(|| {
            Error::input(format!(
                "{roster}: it has no column `group`, and `{slug}` is for groups; add one"
            ))
        })?;
        student_repository(slug, account)?;
        members.entry(group).or_default().push(account.clone());
    }
    members
        .into_iter()
        .map(|(group, accounts)| {
            Ok(Workplace {
                repository: student_repository(slug, group)?,
                accounts,
            })
        })
        .collect()
}

/// The workplace of one account; `None` where the list does not have it. What is wrong with other lines hinders nobody.
///
/// # Errors
///
/// As of [`workplaces`].
pub fn workplace_of(
    slug: &str,
    groups: bool,
    roster: &str,
    students: &[Student],
    account: &str,
) -> Result<Option<Workplace>> {
    let account = account.to_lowercase();
    let Some(own) = students.iter().find(|student| student.account == account) else {
        return Ok(None);
    };
    let together: Vec<Student> = students
        .iter()
        .filter(|student| match groups {
            true => student.group == own.group,
            false => student.account == account,
        })
        .cloned()
        .collect();
    Ok(workplaces(slug, groups, roster, &together)?.pop())
}
