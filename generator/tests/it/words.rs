//! Words of a submission that would act on whoever reads them carelessly: each file of `fixtures/words`, by each way in which a
//! student's words get into a report.

use std::fs;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::Deserialize;

use crate::builder::{Tiny, generator};

/// A file of words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[expect(dead_code, reason = "for people")]
    about: String,
    words: String,
}

/// The files with their names.
fn all() -> Vec<(String, String)> {
    let folder = generator().join("tests/fixtures/words");
    let entries = fs::read_dir(folder).expect("a folder");
    let mut all: Vec<(String, String)> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("text");
            let file: Words = toml::from_str(&text).expect("words");
            let name = path.file_stem().expect("a name").to_string_lossy();
            (name.into_owned(), file.words)
        })
        .collect();
    all.sort();
    assert!(all.len() >= 9, "{all:?}");
    all
}

/// A stack whose `pop` does this.
fn stack(pop: &str) -> String {
    format!(
        "#[derive(Default)]\npub struct Stack {{\n    items: Vec<u32>,\n}}\nimpl Stack {{\n    pub fn push(&mut self, item: u32) {{ self.items.push(item) }}\n    pub fn pop(&mut self) -> Option<u32> {{ {pop} }}\n    pub fn len(&self) -> usize {{ self.items.len() }}\n    pub fn is_empty(&self) -> bool {{ self.len() == 0 }}\n    pub fn maximum(&self) -> Option<u32> {{ self.items.iter().copied().max() }}\n}}\n"
    )
}

/// The ways, each as a source file.
fn sources(words: &str) -> [String; 3] {
    let alike =
        format!("assertion `left == right` failed: {words}\n  left: {words}\n right: {words}");
    [
        stack(&format!("panic!(\"{{}}\", {words:?})")),
        stack(&format!("panic!(\"{{}}\", {alike:?})")),
        stack(&format!("compile_error!({words:?}); None")),
    ]
}

#[test]
fn no_word_acts_on_anybody() {
    let tiny = Tiny::accepted();
    for (name, words) in all() {
        // A name, too: of what is no file, since that is told.
        let link = format!("ada/stack/src/{}.rs", words.replace('/', ""));
        std::os::unix::fs::symlink("nowhere", tiny.path(&link)).expect("a link");
        for (way, source) in sources(&words).iter().enumerate() {
            tiny.write("ada/stack/src/lib.rs", source);
            let ran = tiny
                .course(
                    "autograde ada --work work --out report --address https://forge.example/blob/1",
                )
                .succeeds();
            let case = format!("{name}, way {way}");
            for text in [&ran.stdout, &ran.stderr] {
                is_silent(&case, text);
                is_no_order(&case, text, &[]);
            }
            for file in ["annotations.txt", "notices.txt", "status.txt"] {
                let text = tiny.read(&format!("report/{file}"));
                is_silent(&case, &text);
                is_no_order(
                    &case,
                    &text,
                    &["::error ", "::warning ", "::notice title=Autograding "],
                );
            }
            for file in ["summary.md", "comment.md"] {
                let text = tiny.read(&format!("report/{file}"));
                is_silent(&case, &text);
                is_no_order(&case, &text, &[]);
                is_a_plain_page(&case, &text);
            }
            for format in ["junit", "gradescope", "sarif", "csv", "classic-notices"] {
                let words = format!("feedback report/grade.json --format {format}");
                is_silent(&case, &tiny.course(&words).succeeds().stdout);
            }
        }
        fs::remove_file(tiny.path(&link)).expect("removed");
    }
}

/// No letter does anything.
fn is_silent(case: &str, text: &str) {
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if let Some(letter) = text.chars().find(|c| acts(*c)) {
        panic!("{case}: {letter:?} in {text:?}");
    }
}

/// No line is an order to a workflow but those that begin so.
fn is_no_order(case: &str, text: &str, ours: &[&str]) {
    for line in text.lines() {
        let is_order = line.trim_start().starts_with("::");
        let is_ours =
            ours.iter().any(|start| line.starts_with(start)) && line.matches("::").count() == 2;
        assert!(!is_order || is_ours, "{case}: {line:?}");
        assert!(!line.contains("##["), "{case}: {line:?}");
    }
}

/// Tags and comments that are ours.
const TAGS: [&str; 6] = [
    "<details><summary>The test</summary>",
    "<details><summary>All that fails</summary>",
    "</details>",
    "<sub>",
    "</sub>",
    "<!-- course-feedback:autograding -->",
];

/// A page whose links, pictures, tags and headings are ours, and in whose text nobody is called.
fn is_a_plain_page(case: &str, page: &str) {
    let (mut in_code, mut in_heading) = (false, false);
    for event in Parser::new_ext(page, Options::all()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = html.trim();
                let remembers =
                    html.starts_with("<!-- course-feedback-data: {") && html.ends_with("} -->");
                assert!(TAGS.contains(&html) || remembers, "{case}: {html}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(
                    dest_url.starts_with("https://forge.example/blob/1/"),
                    "{case}: {dest_url}"
                );
            }
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::Image { dest_url, .. }) => panic!("{case}: a picture of {dest_url}"),
            Event::Text(text) if !in_code => {
                for (mark, _) in text.match_indices(['@', '#']) {
                    let next = text[mark + 1..].chars().next();
                    assert!(next.is_none_or(|c| !c.is_alphanumeric()), "{case}: {text}");
                }
                assert!(
                    !(in_heading && text.contains("Full marks")),
                    "{case}: {text}"
                );
                for word in ["://", "www.", "GH-"] {
                    assert!(!text.contains(word), "{case}: {text}");
                }
            }
            _ => {}
        }
    }
}
