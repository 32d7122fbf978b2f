//! The door to the template engine. Only `*.liquid` files pass through it, never Rust source.

use std::sync::OnceLock;

use liquid::{Object, Parser, ParserBuilder};

use crate::error::{Error, Result};

/// Fills a template in. `path` names it in messages. A variable that is not there is an error.
pub fn fill(path: &str, text: &str, values: &Object) -> Result<String> {
    let refuse = |error: liquid::Error| {
        let (line, why) = place_and_reason(text, &error.to_string());
        Error::input(format!(
            "{path}:{line}: {why}; mend the template or the value it names"
        ))
    };
    // Made once: it knows all of Liquid's tags and filters, and there are many templates.
    static PARSER: OnceLock<Parser> = OnceLock::new();
    let parser = match PARSER.get() {
        Some(parser) => parser,
        None => {
            let parser = ParserBuilder::with_stdlib().build().map_err(refuse)?;
            PARSER.get_or_init(|| parser)
        }
    };
    parser
        .parse(text)
        .and_then(|template| template.render(values))
        .map_err(refuse)
}

/// The line that a message of the engine is about, and its words without the picture of that line.
fn place_and_reason(text: &str, said: &str) -> (usize, String) {
    // What cannot be parsed is shown as `--> LINE:COLUMN` and a picture, with the reason behind `= `.
    if let Some((_, rest)) = said.split_once("--> ") {
        let line = rest.split(':').next().and_then(|line| line.parse().ok());
        let why = rest.rsplit("= ").next().unwrap_or(rest);
        return (
            line.unwrap_or(1),
            why.trim().trim_end_matches('.').to_owned(),
        );
    }
    // What is not there is named without a line, and what is there in no order.
    let value = |key: &str| {
        said.lines()
            .find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))
    };
    let missing = value("requested index").or(value("requested variable"));
    let Some(missing) = missing else {
        return (1, said.split_whitespace().collect::<Vec<_>>().join(" "));
    };
    let line = text.lines().position(|line| names(line, missing));
    let why = match (value("variable"), value("available indexes")) {
        (Some(owner), Some(known)) => {
            let mut known: Vec<&str> = known.split(", ").collect();
            known.sort_unstable();
            format!("`{owner}` has no `{missing}`; it has: {}", known.join(", "))
        }
        _ => format!("there is no `{missing}`"),
    };
    (line.map_or(1, |index| index + 1), why)
}

/// Whether a line of a template has this word in a tag or a value.
fn names(line: &str, word: &str) -> bool {
    (line.contains("{{") || line.contains("{%"))
        && line
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_line_the_reason_and_what_there_is() {
        let values = liquid::object!({ "course": { "title": "A", "rust": "1" } });
        for (text, said) in [
            (
                "a\n{{ course.titel }}\n",
                "x:2: `course` has no `titel`; it has: rust, title; ",
            ),
            ("a\n\n{{ kourse }}\n", "x:3: there is no `kourse`; "),
            ("a\n{% if %}\n{% endif %}\n", "x:2: Value expected; "),
        ] {
            let error = fill("x", text, &values).expect_err("a fault").to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
