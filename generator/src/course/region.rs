//! Marked regions of Rust source, and how they are cut.
//!
//! ```text
//! pub fn get(&mut self, key: &K) -> Option<&V> {
//!     // region: solution stage=2 get
//!     let slot = *self.index.get(key)?;
//!     Some(&self.slots[slot].value)
//!     //= todo!("stage 2: find the slot, return its value")
//!     // endregion
//! }
//! ```
//!
//! Cut for stage 2 or later the body stays; cut for stage 0 or 1 the text after `//=` stands in its
//! place. `//K=` (a number) is text that stands from stage K on until the region's own stage.
//! A `hidden` region is in no tree that a student gets.

use std::collections::BTreeMap;
use std::ops::Range;

/// What a region is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Part of the solution of this stage.
    Solution {
        /// The stage, from 1.
        stage: usize,
    },
    /// Never shown to a student.
    Hidden,
}

/// A region of one file. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its name, unique in the exercise.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// The line of `// region:`.
    pub open: usize,
    /// The line of `// endregion`.
    pub close: usize,
    /// The starter's text from each stage on; `None` where no stub line is given.
    stubs: Option<BTreeMap<usize, Vec<String>>>,
}

impl Region {
    /// The lines between the markers.
    pub fn inside(&self) -> Range<usize> {
        self.open + 1..self.close
    }

    /// Whether the author wrote stub lines.
    pub fn has_stub(&self) -> bool {
        self.stubs.is_some()
    }

    /// All stub texts with the stage they stand from.
    pub fn stub_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.stubs
            .iter()
            .flatten()
            .flat_map(|(from, lines)| lines.iter().map(|line| (*from, line.as_str())))
    }

    /// The stage that ends the text which stands from stage `from` on.
    pub fn next_form(&self, from: usize) -> Option<usize> {
        let own = match self.kind {
            Kind::Solution { stage } => stage,
            Kind::Hidden => return None,
        };
        let stubs = self.stubs.iter().flatten().map(|(from, _)| *from);
        stubs.filter(|other| *other > from).min().or(Some(own))
    }

    /// The stub that stands in the tree of `stage`.
    fn stub(&self, stage: usize, exercise: &str) -> Vec<String> {
        let Some(stubs) = &self.stubs else {
            return match self.kind {
                Kind::Solution { stage } => {
                    vec![format!("todo!(\"stage {stage}: {exercise}/{}\")", self.id)]
                }
                Kind::Hidden => Vec::new(),
            };
        };
        stubs
            .range(..=stage)
            .next_back()
            .map(|(_, lines)| lines.clone())
            .unwrap_or_default()
    }
}

/// A marker that does not obey the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: &'static str,
}

/// A line as the cutter reads it.
enum Line<'a> {
    Open(&'a str),
    Close,
    Stub { from: usize, text: &'a str },
    Plain,
}

fn classify(line: &str) -> Line<'_> {
    let text = line.trim();
    if let Some(head) = text.strip_prefix("// region:") {
        return Line::Open(head.trim());
    }
    if text == "// endregion" {
        return Line::Close;
    }
    if let Some((number, stub)) = text
        .strip_prefix("//")
        .and_then(|rest| rest.split_once('='))
        && number.len() <= 3
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        let from = number.parse().unwrap_or(0);
        let text = stub.strip_prefix(' ').unwrap_or(stub);
        return Line::Stub { from, text };
    }
    Line::Plain
}

/// Whether a line bears any marker: what no student repository may hold.
pub fn is_marker(line: &str) -> bool {
    if !line.contains("//") {
        return false;
    }
    let marked = ["// region: solution", "// region: hidden", "// endregion"];
    marked.iter().any(|marker| line.contains(marker))
        || matches!(
            classify(line),
            Line::Open(_) | Line::Close | Line::Stub { .. }
        )
}

/// Finds the regions of a text, and every marker that is wrong.
pub fn scan(text: &str) -> (Vec<Region>, Vec<Fault>) {
    let mut regions: Vec<Region> = Vec::new();
    let mut faults = Vec::new();
    let mut open: Option<Region> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let mut fault = |message: String, remedy| {
            faults.push(Fault {
                line: number,
                message,
                remedy,
            });
        };
        match classify(line) {
            Line::Open(head) => {
                if let Some(outer) = &open {
                    fault(
                        format!(
                            "region inside the region `{}` of line {}",
                            outer.id, outer.open
                        ),
                        "close the outer region first; regions do not nest",
                    );
                    continue;
                }
                match parse_head(head) {
                    Ok((kind, id)) => {
                        open = Some(Region {
                            id,
                            kind,
                            open: number,
                            close: 0,
                            stubs: None,
                        });
                    }
                    Err(message) => fault(
                        message,
                        "write `// region: solution stage=N id` or `// region: hidden id`",
                    ),
                }
            }
            Line::Close => match open.take() {
                Some(region) => regions.push(Region {
                    close: number,
                    ..region
                }),
                None => fault(
                    "`// endregion` without a region".to_owned(),
                    "remove it, or open the region it should close",
                ),
            },
            Line::Stub { from, text } => match &mut open {
                Some(region) => {
                    let lines = region
                        .stubs
                        .get_or_insert_default()
                        .entry(from)
                        .or_default();
                    if !text.is_empty() {
                        lines.push(text.to_owned());
                    }
                }
                None => fault(
                    "a stub line outside a region".to_owned(),
                    "move it inside the region whose starter text it is",
                ),
            },
            Line::Plain => {
                if line.contains("// region: solution")
                    || line.contains("// region: hidden")
                    || line.contains("// endregion")
                {
                    fault(
                        "a marker that is not alone on its line".to_owned(),
                        "put the marker on a line of its own, written `// region: ...` or `// endregion`",
                    );
                }
            }
        }
    }
    if let Some(region) = open {
        faults.push(Fault {
            line: region.open,
            message: format!("the region `{}` is never closed", region.id),
            remedy: "add `// endregion` on a line of its own",
        });
    }
    (regions, faults)
}

fn parse_head(head: &str) -> Result<(Kind, String), String> {
    let words: Vec<&str> = head.split_whitespace().collect();
    let (kind, id) = match words[..] {
        ["hidden", id] => (Kind::Hidden, id),
        ["solution", stage, id] => {
            let stage = stage
                .strip_prefix("stage=")
                .and_then(|number| number.parse().ok())
                .filter(|stage| *stage > 0)
                .ok_or_else(|| format!("`{stage}` is not `stage=N` with N from 1"))?;
            (Kind::Solution { stage }, id)
        }
        _ => return Err(format!("`// region: {head}` is not a known form")),
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(plain) {
        return Err(format!(
            "the region id `{id}` has other characters than a-z, 0-9 and `-`"
        ));
    }
    Ok((kind, id.to_owned()))
}

/// Which tree a text is cut for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut<'a> {
    /// Solution regions up to this stage keep their body.
    pub stage: usize,
    /// Whether hidden regions are kept (for proofs and trusted grades only).
    pub hidden: bool,
    /// The exercise, for stubs that the author left to us.
    pub exercise: &'a str,
}

/// Cuts a text whose markers are in order (see [`scan`]). No marker is left in what comes out.
pub fn cut(text: &str, regions: &[Region], cut: Cut<'_>) -> String {
    cut_lines(text, regions, cut).text
}

/// The line of the marked text that a line of the cut text comes from, both from 1; the head of the region
/// where it is a stub's.
pub fn source_line(text: &str, regions: &[Region], cut: Cut<'_>, line: usize) -> usize {
    let origins = cut_lines(text, regions, cut).origins;
    let index = line.saturating_sub(1).min(origins.len().saturating_sub(1));
    origins.get(index).copied().unwrap_or(line)
}

fn cut_lines(text: &str, regions: &[Region], cut: Cut<'_>) -> Output {
    let mut out = Output::default();
    let mut regions = regions.iter().peekable();
    let lines: Vec<&str> = text.lines().collect();
    let mut number = 1;
    while number <= lines.len() {
        let line = lines[number - 1];
        let Some(region) = regions.next_if(|region| region.open == number) else {
            out.push(line, number);
            number += 1;
            continue;
        };
        let keep = match region.kind {
            Kind::Solution { stage } => stage <= cut.stage,
            Kind::Hidden => cut.hidden,
        };
        if keep {
            let body = region.inside().map(|number| (lines[number - 1], number));
            out.replace(body.filter(|(line, _)| !matches!(classify(line), Line::Stub { .. })));
        } else {
            let indent = &line[..line.len() - line.trim_start().len()];
            let stub = region.stub(cut.stage, cut.exercise);
            let stub: Vec<String> = stub.iter().map(|text| format!("{indent}{text}")).collect();
            out.replace(stub.iter().map(|text| (text.as_str(), region.open)));
        }
        number = region.close + 1;
    }
    out
}

/// Text in the making. Where a cut took everything away, blank lines that only parted it from its
/// neighbours go too, so that the result stays as rustfmt would have it.
#[derive(Default)]
struct Output {
    text: String,
    /// The line of the source that each line comes from.
    origins: Vec<usize>,
    emptied: bool,
}

impl Output {
    fn replace<'a>(&mut self, lines: impl Iterator<Item = (&'a str, usize)>) {
        let before = self.text.len();
        lines.for_each(|(line, origin)| self.push(line, origin));
        self.emptied |= self.text.len() == before;
    }

    fn push(&mut self, line: &str, origin: usize) {
        if self.emptied {
            let last = self.text.trim_end_matches('\n');
            let after_blank = self.text.ends_with("\n\n") || self.text.is_empty();
            if line.trim().is_empty() && (after_blank || last.ends_with('{')) {
                return;
            }
            if line.trim_start().starts_with('}') && after_blank {
                let (end, before) = (last.len(), self.text.len());
                self.text.truncate(end);
                self.text.push('\n');
                // Blank lines only: each was one character.
                let blank = before - self.text.len();
                self.origins.truncate(self.origins.len() - blank);
            }
            self.emptied = false;
        }
        self.text.push_str(line);
        self.text.push('\n');
        self.origins.push(origin);
    }
}

/// The lines of the solution bodies of a text, by region.
pub fn solution_bodies<'a>(text: &'a str, regions: &'a [Region]) -> Vec<Vec<&'a str>> {
    let lines: Vec<&str> = text.lines().collect();
    regions
        .iter()
        .map(|region| {
            region
                .inside()
                .map(|number| lines[number - 1])
                .filter(|line| !matches!(classify(line), Line::Stub { .. }))
                .collect()
        })
        .collect()
}

/// Whether the region is the last thing in a function body: the next line of code closes a block that
/// a line with `fn` opened. Judged by indentation, as rustfmt leaves it.
pub fn ends_function_body(text: &str, region: &Region) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(closing) = lines[region.close..]
        .iter()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
        .filter(|line| line.trim_start().starts_with('}'))
    else {
        return false;
    };
    // Upwards to the head of that block; a head over several lines ends with a line that starts
    // with `)`, `where` or `{` at the same depth.
    lines[..region.open - 1]
        .iter()
        .rev()
        .filter(|line| !line.trim().is_empty() && indent(line) == indent(closing))
        .find(|line| {
            let text = line.trim_start();
            !text.starts_with(')') && !text.starts_with("where") && !text.starts_with('{')
        })
        .is_some_and(|head| format!(" {head}").contains(" fn "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKED: &str = "\
struct Stack {
    // region: solution stage=2 maxima
    maxima: Vec<u32>,
    //=
    // endregion
}
fn pop() {
    // region: solution stage=1 pop
    take();
    // endregion
}
fn room() -> bool {
    // region: solution stage=3 room
    weight() < capacity()
    //= todo!(\"stage 2: ask for room\")
    //2= len() < capacity()
    // endregion
}
";

    fn tree(text: &str, stage: usize) -> String {
        let (regions, faults) = scan(text);
        assert_eq!(faults, []);
        let exercise = "stack";
        cut(
            text,
            &regions,
            Cut {
                stage,
                hidden: false,
                exercise,
            },
        )
    }

    #[test]
    fn the_starter_has_the_stubs_and_no_marker() {
        let starter = "\
struct Stack {
}
fn pop() {
    todo!(\"stage 1: stack/pop\")
}
fn room() -> bool {
    todo!(\"stage 2: ask for room\")
}
";
        assert_eq!(tree(MARKED, 0), starter);
    }

    #[test]
    fn a_stage_has_its_own_regions_and_the_earlier_form_of_later_ones() {
        let second = "\
struct Stack {
    maxima: Vec<u32>,
}
fn pop() {
    take();
}
fn room() -> bool {
    len() < capacity()
}
";
        assert_eq!(tree(MARKED, 2), second);
    }

    #[test]
    fn the_last_stage_is_the_solution_without_markers() {
        let solution = tree(MARKED, 3);
        assert!(solution.contains("weight() < capacity()"), "{solution}");
        assert!(!solution.lines().any(is_marker), "{solution}");
    }

    #[test]
    fn a_hidden_region_is_in_no_tree_of_a_student() {
        let text = "a\n// region: hidden secret\nb\n// endregion\nc\n";
        assert_eq!(tree(text, 9), "a\nc\n");
    }

    #[test]
    fn text_without_markers_is_left_as_it_is() {
        let text = "// a region of the map\nlet url = \"http://x\"; // = y\n";
        assert_eq!(tree(text, 0), text);
    }

    #[test]
    fn each_line_of_a_tree_knows_where_it_comes_from() {
        let (regions, _) = scan(MARKED);
        let marked: Vec<&str> = MARKED.lines().collect();
        for stage in 0..=3 {
            let cut = Cut {
                stage,
                hidden: false,
                exercise: "stack",
            };
            for (number, line) in (1..).zip(tree(MARKED, stage).lines()) {
                let origin = marked[source_line(MARKED, &regions, cut, number) - 1];
                let stub = origin.trim().starts_with("// region:");
                assert!(
                    stub || origin == line,
                    "stage {stage}: {line} from {origin}"
                );
            }
        }
    }

    #[test]
    fn every_fault_is_found_with_its_line() {
        for (text, line) in [
            ("x\n// endregion\n", 2),
            ("x\n// region: solution stage=1 a\ny\n", 2),
            (
                "// region: solution stage=1 a\n// region: solution stage=1 b\n// endregion\n",
                2,
            ),
            ("let x = 1; // endregion\n", 1),
            ("// region: solution stage=one a\n// endregion\n", 1),
            ("// region: solution a\n// endregion\n", 1),
            ("// region: sloution stage=1 a\n// endregion\n", 1),
            ("//= todo!()\n", 1),
        ] {
            let (_, faults) = scan(text);
            let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
            assert!(lines.contains(&line), "{text}: {faults:?}");
        }
    }
}
