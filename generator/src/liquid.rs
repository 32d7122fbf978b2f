//! The door to the template engine. Only `*.liquid` files pass through it, never Rust source.

use std::sync::OnceLock;

use liquid::{Object, Parser, ParserBuilder};

use crate::error::{Error, Result};

/// Fills a template in. `path` names it in messages. A variable that is not there is an error.
pub fn fill(path: &str, text: &str, values: &Object) -> Result<String> {
    let refuse = |error: liquid::Error| {
        Error::input(format!(
            "{path}: {}; mend the template or the value it names",
            error.to_string().trim().replace('\n', " ")
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
