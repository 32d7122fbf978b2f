//! The course as one value, read from the file tree of its root.

use super::assignment::{self, Assignment};
use super::classroom::{self, Classroom};
use super::problem::Problem;
use crate::file_tree::FileTree;

/// Folders that are never part of the source.
pub const SKIPPED_FOLDERS: [&str; 4] = [".git", "target", "node_modules", ".course"];

/// The whole source.
#[derive(Debug, Clone)]
pub struct Course {
    /// `classroom.yml`.
    pub classroom: Classroom,
    /// The assignments that could be read, by slug.
    pub assignments: Vec<Assignment>,
    /// All files, for what refers across them: templates, the workspace's lock.
    pub files: FileTree,
}

impl Course {
    /// Reads the course; `None` where `classroom.yml` cannot be read. Problems are those of reading.
    pub fn parse(files: FileTree) -> (Option<Course>, Vec<Problem>) {
        let Some(text) = files.text("classroom.yml") else {
            let problem = Problem::new(
                "classroom.yml",
                1,
                "it is missing or not UTF-8 text",
                "run `course` in the root of a course, or name it with `--course DIR`",
            );
            return (None, vec![problem]);
        };
        let classroom = match classroom::parse("classroom.yml", text) {
            Ok(classroom) => classroom,
            Err(problem) => return (None, vec![problem]),
        };
        let mut problems = Vec::new();
        let mut assignments = Vec::new();
        for slug in classroom.assignments.keys() {
            let folder = files.under(&format!("assignments/{slug}"));
            let (assignment, found) = assignment::parse(slug, &folder);
            assignments.extend(assignment);
            problems.extend(found);
        }
        let course = Course {
            classroom,
            assignments,
            files,
        };
        (Some(course), problems)
    }
}
