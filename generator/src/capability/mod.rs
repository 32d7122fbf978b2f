//! What an exercise's code may use, and what the compiler is told to look for where it may not.
//!
//! `std_items.toml` lists what of the standard library needs which capability; it is generated from the library's own
//! documentation by `examples/std_items.rs`. Clippy finds the uses by what a path resolves to, so another name, a function
//! pointer or a macro hides nothing. That is a diagnosis for honest students; the wall is the sandbox.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::course::assignment_file::Capability;

/// The list as it is generated.
const STD_ITEMS: &str = include_str!("std_items.toml");

/// Words of unsafe code. In the edition that exercises have, every attribute that is unsafe needs the first of them.
const UNSAFE_WORDS: [&str; 2] = ["unsafe", "global_asm"];

/// The items of one reason, by the lint that finds them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Items {
    #[serde(default)]
    methods: Vec<String>,
    #[serde(default)]
    types: Vec<String>,
}

/// Denied always: what tells which test is running, or meddles with how panics are seen.
const IDENTITY: &str = "identity";

/// The list by capability, read once; `None` is denied always. It is part of this program, so that it can be read is a
/// matter of its tests.
static ITEMS: LazyLock<Vec<(Option<Capability>, Items)>> = LazyLock::new(|| {
    let mut tables: BTreeMap<String, Items> = toml::from_str(STD_ITEMS).unwrap_or_default();
    let always = tables.remove(IDENTITY).map(|items| (None, items));
    let by_capability = Capability::ALL
        .into_iter()
        .filter_map(|capability| Some((Some(capability), tables.remove(capability.word())?)));
    by_capability.chain(always).collect()
});

/// What an item does, after its name.
fn does(capability: Option<Capability>) -> &'static str {
    match capability {
        Some(Capability::Fs) => "reaches files",
        Some(Capability::Net) => "reaches the network",
        Some(Capability::Threads) => "starts or steers threads",
        Some(Capability::Process) => "ends this program or starts others",
        Some(Capability::Env) => {
            "reads what is around the program (environment, arguments, standard input)"
        }
        Some(Capability::Time) => "reads a clock or waits for one",
        Some(Capability::Unsafe) => "is unsafe",
        None => "can tell which test is running, or changes how its panics are seen",
    }
}

/// Settings of clippy that make it report each item that these capabilities leave denied.
pub fn lint_settings(allowed: &[Capability]) -> String {
    let denied: Vec<&Items> = denied(allowed).map(|(_, items)| items).collect();
    let mut text = String::new();
    for (name, list) in [
        (
            "methods",
            denied
                .iter()
                .flat_map(|items| &items.methods)
                .collect::<Vec<_>>(),
        ),
        (
            "types",
            denied.iter().flat_map(|items| &items.types).collect(),
        ),
    ] {
        // Writing to a string does not fail.
        let _ = writeln!(text, "disallowed-{name} = [");
        for path in list {
            let _ = writeln!(text, "    {{ path = \"{path}\", allow-invalid = true }},");
        }
        text.push_str("]\n");
    }
    text
}

/// What these capabilities leave denied.
fn denied(allowed: &[Capability]) -> impl Iterator<Item = &'static (Option<Capability>, Items)> {
    ITEMS.iter().filter(|(capability, _)| {
        capability.is_none_or(|capability| !allowed.contains(&capability))
    })
}

/// The lints that report them.
pub const LINTS: [&str; 2] = ["clippy::disallowed_methods", "clippy::disallowed_types"];

/// Why an item that clippy reported is denied, in words for a student.
pub fn why_denied(item: &str, allowed: &[Capability]) -> String {
    let holds = |items: &Items| {
        items
            .methods
            .iter()
            .chain(&items.types)
            .any(|path| path == item)
    };
    let capability = denied(allowed)
        .find(|(_, items)| holds(items))
        .and_then(|(capability, _)| *capability);
    let does = does(capability);
    match capability {
        Some(capability) => format!(
            "`{item}` {does}, and this exercise does without: `{}` is not among its capabilities",
            capability.word()
        ),
        None => format!("`{item}` {does}, which no exercise has use for"),
    }
}

/// A word of unsafe code in a source, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsafeWord {
    /// The word.
    pub word: String,
    /// Its line, from 1.
    pub line: usize,
}

/// The words of unsafe code in a source file, in code of any kind, macros included; comments and strings do not
/// count. `None` where the text cannot be split into words.
pub fn unsafe_words(text: &str) -> Option<Vec<UnsafeWord>> {
    let tokens: proc_macro2::TokenStream = without_script_line(text).parse().ok()?;
    let mut found = Vec::new();
    let mut streams = vec![tokens];
    while let Some(stream) = streams.pop() {
        for token in stream {
            match token {
                proc_macro2::TokenTree::Group(group) => streams.push(group.stream()),
                proc_macro2::TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    if UNSAFE_WORDS.contains(&word.as_str()) {
                        let line = ident.span().start().line;
                        found.push(UnsafeWord { word, line });
                    }
                }
                _ => {}
            }
        }
    }
    found.sort_by_key(|word| word.line);
    found.dedup();
    Some(found)
}

/// A file without what the compiler passes over at its beginning: the mark of byte order, and the line by which a system
/// runs scripts. The line stays, empty.
fn without_script_line(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}');
    let is_script = text
        .strip_prefix("#!")
        .is_some_and(|rest| !rest.trim_start().starts_with('['));
    match text.find('\n').filter(|_| is_script) {
        Some(end) => &text[end..],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_read_and_knows_the_worst() {
        let tables: BTreeMap<String, Items> = toml::from_str(STD_ITEMS).expect("a list");
        let methods = &tables["process"].methods;
        assert!(methods.iter().any(|path| path == "std::process::exit"));
        // Unsafe code is found by its words.
        assert_eq!((tables.len(), ITEMS.len()), (7, 7));
    }

    #[test]
    fn what_is_declared_is_not_looked_for() {
        let none = lint_settings(&[]);
        let threads = lint_settings(&[Capability::Threads]);
        assert!(
            none.contains("\"std::thread::spawn\"") && !threads.contains("\"std::thread::spawn\"")
        );
        assert!(threads.contains("\"std::process::exit\""));
        none.parse::<toml::Table>().expect("settings");
    }

    #[test]
    fn a_reason_is_told_in_words() {
        let why = why_denied("std::process::exit", &[Capability::Time]);
        assert!(
            why.contains("ends this program") && why.contains("`process`"),
            "{why}"
        );
    }

    #[test]
    fn unsafe_words_are_found_in_code_only() {
        let text = "// unsafe\nconst A: &str = \"unsafe\";\nmacro_rules! m { () => { unsafe { x() } } }\n#[unsafe(no_mangle)] fn f() {}\n";
        let words = unsafe_words(text).expect("words");
        let lines: Vec<(&str, usize)> = words
            .iter()
            .map(|word| (word.word.as_str(), word.line))
            .collect();
        assert_eq!(lines, [("unsafe", 3), ("unsafe", 4)]);
        let twice = unsafe_words("unsafe fn f() { unsafe { g() } }").expect("words");
        assert_eq!(twice.len(), 1, "a line is told once");
        assert_eq!(unsafe_words("fn f() { \""), None);
        let script = "#!/bin/sh \"\n#![allow(dead_code)]\nunsafe fn f() {}\n";
        assert_eq!(unsafe_words(script).expect("words")[0].line, 3);
    }
}
