//! Who takes part: a list or a table, as people keep it.

use super::problem::Problem;

/// Where it stands in a repository of its own.
pub const ROSTER: &str = "roster.csv";

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Student {
    /// The account, in lower case.
    pub account: String,
    /// The group, in lower case, where there are groups.
    pub group: Option<String>,
}

/// Columns that hold the account, by the word above them.
const ACCOUNT: [&str; 4] = ["account", "github", "github_username", "student"];

/// The column that holds the group.
const GROUP: &str = "group";

/// Reads a roster: one account a line, or a table whose first line names its columns (`account`, `github`,
/// `github_username` or `student`; `group`, if there are any; others are for people). Cells are parted by commas, semicolons
/// or tabs; what follows `#` is a comment.
///
/// # Errors
///
/// An account that stands twice, a table without a group where its column is, or no account at all.
pub fn students(path: &str, text: &str) -> Result<Vec<Student>, Problem> {
    let mut students: Vec<Student> = Vec::new();
    let mut columns: Option<(usize, Option<usize>)> = None;
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim_start_matches('\u{feff}');
        let text = text.split('#').next().unwrap_or_default();
        let cells: Vec<String> = text
            .split([',', ';', '\t'])
            .map(|cell| cell.trim().trim_matches('"').to_lowercase())
            .collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let (account, group) = match columns {
            Some(columns) => columns,
            None => {
                let named = cells
                    .iter()
                    .position(|cell| ACCOUNT.contains(&cell.as_str()));
                let group = named.and(cells.iter().position(|cell| cell == GROUP));
                columns = Some((named.unwrap_or(0), group));
                if named.is_some() {
                    continue;
                }
                (0, None)
            }
        };
        let cell = |at: usize| cells.get(at).filter(|cell| !cell.is_empty()).cloned();
        let Some(account) = cell(account) else {
            continue;
        };
        if students.iter().any(|student| student.account == account) {
            return Err(Problem::new(
                path,
                line,
                format!("`{account}` stands twice"),
                "take one of them out",
            ));
        }
        let group = match group {
            Some(column) => Some(cell(column).ok_or_else(|| {
                Problem::new(
                    path,
                    line,
                    format!("`{account}` has no group"),
                    "write one in the column `group`; somebody alone is a group of one",
                )
            })?),
            None => None,
        };
        students.push(Student { account, group });
    }
    match students.is_empty() {
        true => Err(Problem::new(
            path,
            1,
            "there is no name in it".to_owned(),
            "write one student a line",
        )),
        false => Ok(students),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(text: &str) -> Vec<String> {
        let students = students("roster", text).expect("students");
        students
            .into_iter()
            .map(|student| student.account)
            .collect()
    }

    #[test]
    fn a_list_and_tables_are_read() {
        assert_eq!(
            accounts("# the class\nAda\n\"bob\", Bob B.\n\n"),
            ["ada", "bob"]
        );
        assert_eq!(
            accounts("\u{feff}identifier,GitHub_Username\n17,Ada\n18,\n19,bob\n"),
            ["ada", "bob"]
        );
        let groups = students("r", "student;group\nada;Red\nbob;red\n").expect("students");
        assert!(
            groups
                .iter()
                .all(|student| student.group.as_deref() == Some("red"))
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let said = |text| {
            students("roster.csv", text)
                .expect_err("refused")
                .to_string()
        };
        assert!(said("ada\nbob\nAda\n").starts_with("roster.csv:3: `ada` stands twice"));
        assert!(said("student,group\nada,\n").starts_with("roster.csv:2: `ada` has no group"));
        assert!(said("# nobody\n").contains("there is no name in it"));
    }
}
