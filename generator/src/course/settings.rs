//! Settings files: TOML read into a value, with every unknown key and the line of what is wrong.

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;

/// Reads a settings file. Unknown keys are all reported; of other errors TOML's reader gives the first.
pub fn read<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Vec<Problem>> {
    let faulty = |error: toml::de::Error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        let message = error.message().trim().replace('\n', ", ");
        vec![Problem::new(
            path,
            line,
            message,
            "mend the file by the format that `assignments/README.md` describes",
        )]
    };
    let mut unknown = Vec::new();
    let reader = toml::Deserializer::parse(text).map_err(faulty)?;
    let value = serde_ignored::deserialize(reader, |key| unknown.push(key.to_string()));
    let mut problems: Vec<Problem> = unknown
        .iter()
        .map(|key| {
            let steps: Vec<&str> = key.split('.').collect();
            Problem::new(
                path,
                line_of(text, &steps),
                format!("unknown key `{}`", steps.last().unwrap_or(&"")),
                "remove it, mend its spelling or move it; assignments/README.md lists the keys",
            )
        })
        .collect();
    match value {
        Ok(value) if problems.is_empty() => Ok(value),
        Ok(_) => Err(problems),
        Err(error) => {
            problems.extend(faulty(error));
            Err(problems)
        }
    }
}

/// The line, from 1, where the value at these keys stands (numbers index arrays); the line of the
/// nearest key above it where it is missing.
pub fn line_of(text: &str, keys: &[&str]) -> usize {
    let Ok(root) = DeTable::parse(text) else {
        return 1;
    };
    let mut line = 1;
    let mut table = Some(root.get_ref());
    let mut array = None;
    for key in keys {
        let value = match (table, array) {
            (Some(inside), _) => {
                inside
                    .iter()
                    .find(|(name, _)| name.get_ref() == key)
                    .map(|(name, value)| {
                        line = line_at(text, name.span().start);
                        value
                    })
            }
            (None, Some(inside)) => {
                let inside: &toml::de::DeArray<'_> = inside;
                let index = key.parse::<usize>().unwrap_or(usize::MAX);
                inside
                    .get(index)
                    .inspect(|value| line = line_at(text, value.span().start))
            }
            (None, None) => None,
        };
        let Some(value) = value else { break };
        table = match value.get_ref() {
            DeValue::Table(inside) => Some(inside),
            _ => None,
        };
        array = match value.get_ref() {
            DeValue::Array(inside) => Some(inside),
            _ => None,
        };
    }
    line
}

fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}
