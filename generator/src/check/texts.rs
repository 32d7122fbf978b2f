//! Texts as the other checks expect them: UTF-8, Unix line ends, no mark at the beginning.

use crate::course::{Course, Problem};

/// Files that are read as text.
const TEXTS: [&str; 7] = [".rs", ".md", ".toml", ".yml", ".lock", ".patch", ".liquid"];

pub(super) fn texts_are_plain(course: &Course) -> Vec<Problem> {
    let texts = course
        .files
        .iter()
        .filter(|(path, _)| TEXTS.iter().any(|end| path.ends_with(end)));
    texts
        .filter_map(|(path, file)| {
            let (at, message, remedy) = fault(&file.bytes)?;
            let line = 1 + file.bytes[..at]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            Some(Problem::new(path, line, message, remedy))
        })
        .collect()
}

/// Where a text stops being plain, why, and what to do.
fn fault(bytes: &[u8]) -> Option<(usize, &'static str, &'static str)> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        let remedy = "save it as UTF-8 without a byte order mark";
        return Some((0, "it begins with a byte order mark", remedy));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let remedy = "save it as UTF-8";
        return Some((error.valid_up_to(), "it is not UTF-8 here", remedy));
    }
    let at = bytes.iter().position(|byte| *byte == b'\r')?;
    let remedy = "save it with Unix line ends (git: `* text=auto eol=lf` in .gitattributes)";
    Some((at, "a carriage return stands here", remedy))
}
