//! Words of a submission that act on nobody who reads them: no terminal, no workflow, no page.
//!
//! Messages of panics, errors of the compiler and names of files are a submission's to choose.

/// Splits words unseen.
pub const SPLIT: char = '\u{200b}';

/// What stands in place of a letter that would act.
const REPLACED: char = '\u{fffd}';

/// Text for a terminal or a fenced block: lines stay lines, and nothing else acts. A line that a workflow would take for a
/// command is broken up, since it does so wherever a program prints.
pub fn harmless(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| match letter {
            '\t' => ' ',
            '\n' => letter,
            letter if acts(letter) => REPLACED,
            letter => letter,
        })
        .collect();
    let lines: Vec<String> = plain.split('\n').map(no_command).collect();
    lines.join("\n")
}

/// The same in one line.
pub fn harmless_line(text: &str) -> String {
    harmless(text).replace('\n', &REPLACED.to_string())
}

/// The same for a line of Markdown, where it may be no Markdown and no HTML either.
pub fn harmless_markdown(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        // A mention calls people, a number links to an issue, an address becomes a link. Forges look for them in the text
        // that is left once Markdown and entities are read, so what is looked for must not be there.
        '@' | '#' => format!("\\{letter}{SPLIT}"),
        '`' | '*' | '_' | '[' | ']' | '\\' | '|' | '~' | '!' | ':' => format!("\\{letter}"),
        _ => letter.to_string(),
    };
    let text = harmless_line(text)
        .replace("://", &format!(":{SPLIT}//"))
        .replace("www.", &format!("www{SPLIT}."))
        .replace("GH-", &format!("GH{SPLIT}-"))
        .replace("gh-", &format!("gh{SPLIT}-"));
    text.chars().map(escaped).collect()
}

/// A line as a code span, in which nothing is a mention or a link; fit for a cell of a table, too.
pub fn code_span(text: &str) -> String {
    let text = harmless_line(text).replace('|', "\\|");
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let mut ticks = "`".to_owned();
    while text.contains(&ticks) {
        ticks.push('`');
    }
    match ticks.len() {
        1 => format!("`{text}`"),
        _ => format!("{ticks} {text} {ticks}"),
    }
}

/// A fenced block. What a submission prints may hold fences of its own, so ours is longer.
pub fn fenced(language: &str, text: &str) -> String {
    let text = harmless(text.trim_end());
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{text}\n{fence}")
}

/// Whether a letter acts on whoever shows it: control characters, and those that change the direction of what is read.
pub fn acts(letter: char) -> bool {
    let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}');
    letter.is_control() || turns || separates
}

/// A line that no workflow takes for a command.
fn no_command(line: &str) -> String {
    let line = line.replace("##[", "# #[");
    match line.trim_start().strip_prefix("::") {
        Some(rest) => {
            let indent = &line[..line.len() - rest.len() - 2];
            format!("{indent}: :{rest}")
        }
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts() {
        assert_eq!(
            harmless("a\u{1b}[31mb\r\n\tc\u{202e}d"),
            "a\u{fffd}[31mb\u{fffd}\n c\u{fffd}d"
        );
        assert_eq!(
            harmless("x\n  ::error::y\n##[add-mask]z"),
            "x\n  : :error::y\n# #[add-mask]z"
        );
        assert_eq!(harmless_line("a\nb"), "a\u{fffd}b");
        assert_eq!(
            harmless_markdown("<img> @ada #1 [a](b) https://x www.y"),
            "&lt;img&gt; \\@\u{200b}ada \\#\u{200b}1 \\[a\\](b) https\\:\u{200b}//x www\u{200b}.y"
        );
        assert_eq!(code_span("a`b|@c\nd"), "`` a`b\\|@c\u{fffd}d ``");
        assert_eq!(fenced("text", "```\nx"), "````text\n```\nx\n````");
    }
}
