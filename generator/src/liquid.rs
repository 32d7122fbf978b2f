//! The door to the template engine. Only `*.liquid` files pass through it, never Rust source.

use liquid::{Object, ParserBuilder};

use crate::error::{Error, Result};

/// Fills a template in. `path` names it in messages. A variable that is not there is an error.
pub fn fill(path: &str, text: &str, values: &Object) -> Result<String> {
    let refuse = |error: liquid::Error| {
        Error::input(format!(
            "{path}: {}; mend the template or the value it names",
            error.to_string().trim().replace('\n', " ")
        ))
    };
    let parser = ParserBuilder::with_stdlib().build().map_err(refuse)?;
    parser
        .parse(text)
        .and_then(|template| template.render(values))
        .map_err(refuse)
}
