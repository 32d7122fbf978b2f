//! Places in the repository as links.

use crate::harmless::code_span;

/// Where the repository's files can be seen, if anywhere.
#[derive(Clone, Copy)]
pub(super) struct Links<'a> {
    /// The address of the commit's files, without a slash at the end.
    pub(super) address: Option<&'a str>,
}

impl Links<'_> {
    /// A place in a file as Markdown: a link where there is an address. `path` may be a submission's words.
    pub(super) fn place(self, path: &str, line: Option<usize>) -> String {
        let shown = match line {
            Some(line) => code_span(&format!("{path}:{line}")),
            None => code_span(path),
        };
        let anchor = line.map(|line| format!("#L{line}")).unwrap_or_default();
        match self.address {
            Some(address) => format!("[{shown}]({address}/{}{anchor})", encoded(path)),
            None => shown,
        }
    }

    /// A page of the course's, with or without an anchor, under words of ours.
    pub(super) fn page(self, words: &str, target: &str) -> String {
        match self.address {
            Some(address) => format!("[{words}]({address}/{target})"),
            None => format!("{words} ({})", code_span(target)),
        }
    }
}

/// A path in an address: nothing in it can end the link.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    path.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

/// `file:line:column` or `file:line` in parts.
pub(super) fn split_place(place: &str) -> Option<(&str, usize)> {
    let mut parts = place.rsplitn(3, ':');
    let last = parts.next()?;
    let middle = parts.next()?;
    match parts.next() {
        Some(path) => Some((path, middle.parse().ok()?)),
        None => Some((middle, last.parse().ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_ends_its_link() {
        let links = Links {
            address: Some("https://forge/blob/1"),
        };
        assert_eq!(
            links.place("src/a)](x y.rs", Some(3)),
            "[`src/a)](x y.rs:3`](https://forge/blob/1/src/a%29%5D%28x%20y.rs#L3)"
        );
        assert_eq!(Links { address: None }.place("a.rs", None), "`a.rs`");
    }

    #[test]
    fn places_have_parts() {
        assert_eq!(split_place("a/b.rs:3:5"), Some(("a/b.rs", 3)));
        assert_eq!(split_place("b.rs:3"), Some(("b.rs", 3)));
        assert_eq!(split_place("b.rs"), None);
    }
}
