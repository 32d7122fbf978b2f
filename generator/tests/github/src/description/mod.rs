//! GitHub's own description of its interface, in the form of OpenAPI, and what breaks it.

mod schema;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::path;

/// The description, read once in a process for each file.
#[derive(Debug)]
pub(crate) struct Description {
    whole: Value,
    /// Compiled when they are first needed, under a name of what they are for.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Schemas in which the description contradicts itself, and what stands there instead.
///
/// - The account of a listed installation would have to be a user and an enterprise at once; where one installation is
///   asked for, it is either.
const CORRECTED: &[(&str, &str)] = &[(
    "/paths/~1app~1installations/get/responses/200/content/application~1json/schema/items",
    "#/components/schemas/installation",
)];

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
        let mut whole: Value = serde_json::from_slice(&text).map_err(|error| named(&error))?;
        if !whole["paths"].is_object() {
            return Err(named(&"it has no `paths`"));
        }
        for (pointer, schema) in CORRECTED {
            let wrong = whole.pointer_mut(pointer);
            *wrong.ok_or_else(|| named(&format!("it has no `{pointer}`")))? =
                json!({"$ref": schema});
        }
        let description = Arc::new(Description {
            whole,
            validators: Mutex::default(),
        });
        read.insert(path.to_owned(), Arc::clone(&description));
        Ok(description)
    }

    /// A published example of an object that obeys a schema of this name.
    pub(crate) fn example(&self, schema: &str) -> Option<&Value> {
        let examples = &self.whole["components"]["examples"];
        let value = |name: &str| examples.get(name).map(|example| &example["value"]);
        let named = || {
            let starts = ["response", "default-response"].map(|word| format!("{schema}-{word}"));
            let mut names = examples.as_object()?.keys();
            let name = names.find(|name| starts.iter().any(|start| name.starts_with(start)))?;
            value(name)
        };
        value(schema)
            .or_else(|| value(&format!("{schema}-items"))?.get(0))
            .or_else(named)
    }

    /// Does GitHub have an operation for this method and path?
    pub(crate) fn has(&self, method: &str, path: &str) -> bool {
        let paths = self.whole["paths"].as_object().into_iter().flatten();
        let fits = |(template, item): (&String, &Value)| {
            item.get(method.to_lowercase()).is_some() && path::matched(template, path).is_some()
        };
        paths.into_iter().any(fits)
    }

    fn operation(&self, method: &str, path: &str) -> &Value {
        &self.whole["paths"][path][method.to_lowercase()]
    }

    /// What a request of an operation has that the description does not know, or lacks that it wants.
    pub(crate) fn request_breaks(
        &self,
        (method, path): (&str, &str),
        query: &BTreeMap<String, String>,
        body: Option<&Map<String, Value>>,
    ) -> Vec<String> {
        let operation = self.operation(method, path);
        if operation.is_null() {
            return vec![format!("GitHub has no {method} {path}")];
        }
        let mut broken = self.query_breaks(operation, (method, path), query);
        let described = &operation["requestBody"];
        let schema = &described["content"]["application/json"]["schema"];
        match body {
            Some(body) if schema.is_null() && !body.is_empty() => {
                broken.push("the operation takes no body".to_owned());
            }
            None if described["required"] == true => broken.push("the body is missing".to_owned()),
            _ if schema.is_null() => {}
            None => {}
            Some(body) => {
                let key = format!("{method} {path} request");
                broken.extend(self.breaks(&key, schema, true, &Value::Object(body.clone())));
            }
        }
        broken
    }

    fn query_breaks(
        &self,
        operation: &Value,
        (method, path): (&str, &str),
        query: &BTreeMap<String, String>,
    ) -> Vec<String> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters: Vec<&Value> = parameters
            .map(|parameter| self.referenced(parameter))
            .filter(|parameter| parameter["in"] == "query")
            .collect();
        let mut broken = Vec::new();
        for (name, text) in query {
            let found = parameters.iter().find(|each| each["name"] == name.as_str());
            let Some(parameter) = found else {
                broken.push(format!("there is no query parameter `{name}`"));
                continue;
            };
            let schema = &parameter["schema"];
            let kind = self.referenced(schema)["type"].as_str().unwrap_or_default();
            let value = match kind {
                "integer" | "number" | "boolean" => {
                    serde_json::from_str(text).unwrap_or(json!(text))
                }
                _ => json!(text),
            };
            let key = format!("{method} {path} query {name}");
            let why = self.breaks(&key, schema, true, &value);
            broken.extend(
                why.iter()
                    .map(|why| format!("query parameter `{name}`: {why}")),
            );
        }
        let missing = parameters
            .iter()
            .filter(|each| each["required"] == true)
            .filter_map(|each| each["name"].as_str())
            .filter(|name| !query.contains_key(*name));
        broken.extend(missing.map(|name| format!("the query parameter `{name}` is missing")));
        broken
    }

    /// What an answer of an operation has that it may not have, or lacks.
    pub(crate) fn answer_breaks(
        &self,
        (method, path): (&str, &str),
        status: u16,
        body: Option<&Value>,
    ) -> Vec<String> {
        let responses = &self.operation(method, path)["responses"];
        let described = responses.get(status.to_string());
        let Some(described) = described.map(|described| self.referenced(described)) else {
            // Refusals that every operation may give are described once, in prose.
            return match body {
                Some(body) if status >= 400 => {
                    let schema = json!({"$ref": "#/components/schemas/basic-error"});
                    self.breaks("refusal", &schema, false, body)
                }
                _ => vec![format!("GitHub has no answer {status} here")],
            };
        };
        let schema = &described["content"]["application/json"]["schema"];
        match body {
            None if schema.is_null() => Vec::new(),
            None => vec![format!("the answer {status} has no body")],
            Some(_) if schema.is_null() && status >= 400 => Vec::new(),
            Some(_) if schema.is_null() => vec![format!("the answer {status} has a body")],
            Some(body) => {
                let key = format!("{method} {path} {status}");
                self.breaks(&key, schema, false, body)
            }
        }
    }

    /// What of a value breaks a schema. Where `strict`, fields that the schema does not name break it too.
    fn breaks(&self, key: &str, schema: &Value, strict: bool, value: &Value) -> Vec<String> {
        let validator = {
            let mut validators = self
                .validators
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            match validators.get(key) {
                Some(validator) => Arc::clone(validator),
                None => match schema::compiled(&self.whole, schema, strict) {
                    Ok(validator) => {
                        let validator = Arc::new(validator);
                        validators.insert(key.to_owned(), Arc::clone(&validator));
                        validator
                    }
                    Err(error) => {
                        return vec![format!("the description does not compile: {error}")];
                    }
                },
            }
        };
        validator
            .iter_errors(value)
            .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
            .collect()
    }

    /// A part of the description, or the part that it refers to.
    fn referenced<'a>(&'a self, part: &'a Value) -> &'a Value {
        let reference = part["$ref"]
            .as_str()
            .and_then(|name| name.strip_prefix('#'));
        reference
            .and_then(|pointer| self.whole.pointer(pointer))
            .unwrap_or(part)
    }
}
