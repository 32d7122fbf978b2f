//! Schemas of OpenAPI 3.0 as schemas of JSON Schema, with only what they need of the description.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

const PREFIX: &str = "#/components/schemas/";

/// Compiles a schema of the description.
///
/// OpenAPI 3.0 differs in one word that matters here: `nullable`. Where `strict`, an object may have no field that
/// the schema does not name.
pub(super) fn compiled(
    description: &Value,
    schema: &Value,
    strict: bool,
) -> Result<Validator, String> {
    let mut needed = Vec::new();
    let mut root = converted(schema, strict, &mut needed);
    let mut definitions = Map::new();
    while let Some((name, strict)) = needed.pop() {
        let key = key(&name, strict);
        if definitions.contains_key(&key) {
            continue;
        }
        // Against schemas that need themselves.
        definitions.insert(key.clone(), Value::Null);
        let named = &description["components"]["schemas"][&name];
        definitions.insert(key, converted(named, strict, &mut needed));
    }
    root["$defs"] = Value::Object(definitions);
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&root)
        .map_err(|error| error.to_string())
}

fn key(name: &str, strict: bool) -> String {
    format!("{}-{name}", if strict { "strict" } else { "open" })
}

fn converted(schema: &Value, strict: bool, needed: &mut Vec<(String, bool)>) -> Value {
    let Value::Object(fields) = schema else {
        return schema.clone();
    };
    if let Some(name) = fields
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|name| name.strip_prefix(PREFIX))
    {
        needed.push((name.to_owned(), strict));
        return json!({"$ref": format!("#/$defs/{}", key(name, strict))});
    }
    let mut made = Map::new();
    let has = |word: &str| fields.contains_key(word);
    let joined = has("allOf") || (has("properties") && (has("anyOf") || has("oneOf")));
    for (word, value) in fields {
        match word.as_str() {
            // Fields whose names could be those of words of a schema.
            "properties" => {
                let each = |(name, value): (&String, &Value)| {
                    (name.clone(), converted(value, strict, needed))
                };
                let properties: Map<String, Value> =
                    value.as_object().into_iter().flatten().map(each).collect();
                made.insert(word.clone(), Value::Object(properties));
            }
            // A part of a joined object does not know the fields of the others: only the whole is strict.
            "allOf" | "anyOf" | "oneOf" => {
                let strict = strict && !joined;
                let parts = value.as_array().into_iter().flatten();
                made.insert(
                    word.clone(),
                    parts.map(|part| converted(part, strict, needed)).collect(),
                );
            }
            "items" | "not" | "additionalProperties" => {
                made.insert(word.clone(), converted(value, strict, needed));
            }
            "type" | "enum" | "required" | "minItems" | "maxItems" | "minLength" | "maxLength"
            | "minimum" | "maximum" | "pattern" | "format" | "uniqueItems" | "minProperties"
            | "maxProperties" => {
                made.insert(word.clone(), value.clone());
            }
            // Examples, titles, defaults and what OpenAPI adds decide nothing.
            _ => {}
        }
    }
    if strict && (has("properties") || joined) && !has("additionalProperties") {
        made.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    let made = Value::Object(made);
    if fields.get("nullable") == Some(&json!(true)) {
        return json!({"anyOf": [{"type": "null"}, made]});
    }
    made
}
