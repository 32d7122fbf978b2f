//! GitHub's own description of its interface, in the form of OpenAPI.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::Error;

/// The description, read once in a process for each file.
#[derive(Debug)]
pub(crate) struct Description {
    whole: Value,
}

static READ: Mutex<Option<HashMap<PathBuf, Arc<Description>>>> = Mutex::new(None);

impl Description {
    /// Reads a file `api.github.com.json` of the npm package `@octokit/openapi`.
    pub(crate) fn read(path: &Path) -> Result<Arc<Description>, Error> {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let read = read.get_or_insert_default();
        if let Some(description) = read.get(path) {
            return Ok(Arc::clone(description));
        }
        let named = |error: &dyn std::fmt::Display| {
            Error::Description(format!("{}: {error}", path.display()))
        };
        let text = fs::read(path).map_err(|error| named(&error))?;
        let whole = serde_json::from_slice(&text).map_err(|error| named(&error))?;
        let description = Arc::new(Description { whole });
        read.insert(path.to_owned(), Arc::clone(&description));
        Ok(description)
    }

    /// A published example of an object that obeys a schema of this name.
    pub(crate) fn example(&self, schema: &str) -> Option<&Value> {
        let examples = &self.whole["components"]["examples"];
        let value = |name: &str| examples.get(name).map(|example| &example["value"]);
        value(schema).or_else(|| value(&format!("{schema}-items"))?.get(0))
    }
}
