//! Words of a submission that act on nobody who reads them: no terminal, no workflow, no page.
//!
//! Messages of panics, errors of the compiler and names of files are a submission's to choose.

/// What stands in place of a letter that would act.
const REPLACED: char = '\u{fffd}';

/// Text for a terminal or a fenced block: lines stay lines, and nothing else acts. A line that a workflow would take for a
/// command is broken up, since it does so wherever a program prints.
pub(super) fn harmless(text: &str) -> String {
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
pub(super) fn harmless_line(text: &str) -> String {
    harmless(text).replace('\n', &REPLACED.to_string())
}

/// The same for a line of Markdown, where it may be no Markdown and no HTML either.
pub(super) fn harmless_markdown(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        // A mention calls people, a number links to an issue.
        '@' => "&#64;".to_owned(),
        '#' => "&#35;".to_owned(),
        '`' | '*' | '_' | '[' | ']' | '\\' | '|' | '~' | '!' | ':' => format!("\\{letter}"),
        _ => letter.to_string(),
    };
    harmless_line(text).chars().map(escaped).collect()
}

/// Control characters, and those that change the direction of what is read.
fn acts(letter: char) -> bool {
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
            harmless_markdown("<img> @ada #1 [a](b)"),
            "&lt;img&gt; &#64;ada &#35;1 \\[a\\](b)"
        );
    }
}
