//! What checks need to know of a Markdown page: headings, links, code spans.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// A page in parts, each with its line from 1.
#[derive(Debug, Default)]
pub struct Page {
    /// Headings: level, text.
    pub headings: Vec<(usize, u8, String)>,
    /// Link and picture targets as written.
    pub links: Vec<(usize, String)>,
    /// Code spans (not blocks).
    pub code_spans: Vec<(usize, String)>,
}

impl Page {
    /// Reads a page.
    pub fn parse(text: &str) -> Page {
        let mut page = Page::default();
        let mut heading: Option<(usize, u8, String)> = None;
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        for (event, range) in Parser::new(text).into_offset_iter() {
            let line = ends.partition_point(|end| *end < range.start) + 1;
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    heading = Some((line, level as u8, String::new()));
                }
                Event::End(TagEnd::Heading(_)) => page.headings.extend(heading.take()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((line, dest_url.to_string()));
                }
                Event::Code(code) => {
                    if let Some((_, _, title)) = &mut heading {
                        title.push_str(&code);
                    }
                    page.code_spans.push((line, code.to_string()));
                }
                Event::Text(words) => {
                    if let Some((_, _, title)) = &mut heading {
                        title.push_str(&words);
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// The anchors of the headings, as GitHub forms them.
    pub fn anchors(&self) -> impl Iterator<Item = String> {
        self.headings.iter().map(|(_, _, title)| {
            title
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
    }
}
