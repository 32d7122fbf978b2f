//! Answers that the real GitHub gave, recorded by others: whatever field they have is in ours, with the same type.
//!
//! The recordings are some years old. A field that today's description no longer has is not asked for.

use std::collections::BTreeSet;
use std::fs;

use local_github::LocalGithub;
use serde_json::Value;

use crate::operations::{AnswerOf, every_answer};
use crate::world::{described, description};

/// A recorded answer.
struct Recorded {
    scenario: String,
    method: String,
    path: &'static str,
    status: u16,
    body: Value,
}

/// Those of operations that the double has.
fn recorded() -> Vec<Recorded> {
    let modules = description()
        .ancestors()
        .nth(4)
        .expect("node_modules")
        .to_owned();
    let folder = modules.join("@octokit/fixtures/scenarios/api.github.com");
    let mut folders: Vec<_> = fs::read_dir(folder)
        .expect("recordings")
        .map(|entry| entry.expect("one").path())
        .collect();
    folders.sort();
    let mut found = Vec::new();
    for folder in folders {
        let text = fs::read_to_string(folder.join("normalized-fixture.json")).expect("a recording");
        let exchanges: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        for exchange in exchanges {
            let method = exchange["method"]
                .as_str()
                .unwrap_or_default()
                .to_uppercase();
            let path = exchange["path"].as_str().unwrap_or_default();
            let operation = LocalGithub::operations()
                .find(|(known, template)| *known == method && fits(template, path));
            // Refusals are what the rules are about; redirects of renamed repositories and other types than JSON are not
            // served.
            let status = exchange["status"].as_u64().unwrap_or(0) as u16;
            let shown = exchange["response"].is_object() || exchange["response"].is_array();
            if let Some((_, path)) = operation
                && status < 300
                && shown
            {
                found.push(Recorded {
                    scenario: folder
                        .file_name()
                        .expect("a name")
                        .to_string_lossy()
                        .into_owned(),
                    method,
                    path,
                    status,
                    body: exchange["response"].clone(),
                });
            }
        }
    }
    found
}

/// Is a path one by this template? Names of branches and files may have slashes, and stand at the end.
fn fits(template: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (mut parts, mut words) = (path.split('/'), template.split('/'));
    loop {
        match (words.next(), parts.next()) {
            (None, None) => return true,
            (Some("{path}"), Some(_)) => return true,
            (Some("{ref}"), Some(_)) if template.contains("/git/") => return true,
            (Some(word), Some(part))
                if word == part || (word.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

/// The schemas that a schema is made of.
fn parts<'a>(whole: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return whole
            .pointer(&reference[1..])
            .map(|named| parts(whole, named))
            .unwrap_or_default();
    }
    let joined = ["allOf", "anyOf", "oneOf"]
        .iter()
        .flat_map(|word| schema[word].as_array().into_iter().flatten());
    let mut found: Vec<&Value> = joined.flat_map(|part| parts(whole, part)).collect();
    found.push(schema);
    found
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Where ours is not as the recorded one, field by field; `compared` counts the fields.
fn differences(
    whole: &Value,
    schemas: &[&Value],
    theirs: &Value,
    ours: &Value,
    at: &str,
    compared: &mut usize,
) -> Vec<String> {
    if theirs.is_null() || ours.is_null() {
        return Vec::new();
    }
    if kind(theirs) != kind(ours) {
        return vec![format!("{at}: {} there, {} here", kind(theirs), kind(ours))];
    }
    let mut found = Vec::new();
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (name, value) in theirs {
                let known: Vec<&Value> = schemas
                    .iter()
                    .filter_map(|schema| schema["properties"].get(name))
                    .flat_map(|schema| parts(whole, schema))
                    .collect();
                if known.is_empty() {
                    continue;
                }
                *compared += 1;
                let at = format!("{at}.{name}");
                match ours.get(name) {
                    None => found.push(format!("{at} is missing here")),
                    Some(ours) => {
                        found.extend(differences(whole, &known, value, ours, &at, compared))
                    }
                }
            }
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            let items: Vec<&Value> = schemas
                .iter()
                .filter_map(|schema| schema.get("items"))
                .flat_map(|schema| parts(whole, schema))
                .collect();
            if let (Some(theirs), Some(ours)) = (theirs.first(), ours.first()) {
                found.extend(differences(
                    whole,
                    &items,
                    theirs,
                    ours,
                    &format!("{at}[]"),
                    compared,
                ));
            }
        }
        _ => {}
    }
    found
}

#[test]
#[ignore = "needs npm"]
fn every_recorded_field_is_here_too() {
    let whole: Value = serde_json::from_slice(&fs::read(description()).expect("it")).expect("JSON");
    let answers: Vec<AnswerOf> = every_answer(described());
    let (mut compared, mut operations, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for each in recorded() {
        let same = |ours: &&AnswerOf| {
            let as_theirs = each.body.is_array() == ours.body.is_array()
                && each.body.get("content").is_some() == ours.body.get("content").is_some();
            ours.method == each.method
                && ours.path == each.path
                && ours.status == each.status
                && as_theirs
        };
        let Some(ours) = answers.iter().find(same) else {
            wrong.push(format!(
                "{}: nothing here answers {} {} with {}",
                each.scenario, each.method, each.path, each.status
            ));
            continue;
        };
        let method = each.method.to_lowercase();
        let schema = &whole["paths"][each.path][method]["responses"][each.status.to_string()]["content"]
            ["application/json"]["schema"];
        let at = format!("{}: {} {}", each.scenario, each.method, each.path);
        let schemas = parts(&whole, schema);
        wrong.extend(differences(
            &whole,
            &schemas,
            &each.body,
            &ours.body,
            &at,
            &mut compared,
        ));
        operations.insert((each.method, each.path));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // So that a package without recordings does not pass.
    assert!(
        operations.len() >= 12 && compared >= 500,
        "{} operations, {compared} fields",
        operations.len()
    );
}
