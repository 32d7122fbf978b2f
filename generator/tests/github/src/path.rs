//! Paths: templates of the description, and what a path of a request is by them.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Parameters that may hold slashes: names of branches and files.
const LONG: &[&str] = &["ref", "path", "branch", "basehead"];

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A text as it may stand in a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A part of a path or query in plain letters.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The names and values of a query.
pub(crate) fn query(text: &str) -> BTreeMap<String, String> {
    let plain = |text: &str| decoded(&text.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (plain(name), plain(value))
        })
        .collect()
}

/// The parameters of a path, if it is one by this template.
pub(crate) fn matched<'a>(template: &'a str, path: &str) -> Option<BTreeMap<&'a str, String>> {
    let template: Vec<&str> = template.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    let mut found = BTreeMap::new();
    fits(&template, &path, &mut found).then_some(found)
}

fn fits<'a>(template: &[&'a str], path: &[&str], found: &mut BTreeMap<&'a str, String>) -> bool {
    let Some((first, rest)) = template.split_first() else {
        return path.is_empty();
    };
    let Some(name) = first
        .strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'))
    else {
        return path.first() == Some(first) && fits(rest, &path[1..], found);
    };
    let most = if LONG.contains(&name) { path.len() } else { 1 };
    (1..=most.min(path.len())).rev().any(|length| {
        // The root of the files has no name.
        let named = name == "path" || path[..length].iter().all(|part| !part.is_empty());
        if !named || !fits(rest, &path[length..], found) {
            return false;
        }
        found.insert(name, decoded(&path[..length].join("/")));
        true
    })
}
