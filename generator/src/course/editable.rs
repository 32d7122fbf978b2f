//! Which files of a repository are the student's to change.

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::assignment::Exercise;

/// The paths that a submission may change or add, from the root of the repository.
#[derive(Debug, Clone)]
pub struct Editable {
    globs: GlobSet,
}

impl Editable {
    /// The paths of these exercises.
    ///
    /// # Errors
    ///
    /// Names the first glob that is none.
    pub fn of<'a>(exercises: impl IntoIterator<Item = &'a Exercise>) -> Result<Editable, String> {
        let mut builder = GlobSetBuilder::new();
        for exercise in exercises {
            for glob in &exercise.entry.editable {
                builder.add(
                    Glob::new(&format!("{}/{glob}", exercise.name()))
                        .map_err(|error| error.to_string())?,
                );
            }
        }
        let globs = builder.build().map_err(|error| error.to_string())?;
        Ok(Editable { globs })
    }

    /// Whether the student may change this path.
    pub fn matches(&self, path: &str) -> bool {
        self.globs.is_match(path)
    }
}
