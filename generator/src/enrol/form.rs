//! A filled-in form, as it stands in the text of an issue: a heading with each label, and below it what was chosen.

/// Over the assignment's slug.
pub const ASSIGNMENT: &str = "Assignment";

/// Over the box that is ticked.
pub const CONFIRMATION: &str = "Confirmation";

/// Beside the box.
pub const CONFIRMED: &str =
    "I take part in this course, and ask for the repository to be made for this account.";

/// What a forge takes for a heading of a form.
const HEADING: &str = "### ";

/// The longest text that can be a form of ours, in bytes; theirs may have 65,536 characters.
const MAX_BYTES: usize = 4096;

/// A filled-in form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The assignment that is asked for: a line of anything.
    pub assignment: String,
    /// Whether the box is ticked.
    pub confirmed: bool,
}

/// Reads the text of an issue. `None` where it is anything but our form: another heading, one of ours twice, words around
/// them.
pub fn read(text: &str) -> Option<Form> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        match (line.strip_prefix(HEADING), sections.last_mut()) {
            (Some(label), _) => sections.push((label, Vec::new())),
            (None, _) if line.is_empty() => {}
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => return None,
        }
    }
    let [(ASSIGNMENT, assignment), (CONFIRMATION, confirmation)] = &sections[..] else {
        return None;
    };
    let ([assignment], [confirmation]) = (&assignment[..], &confirmation[..]) else {
        return None;
    };
    let mark = confirmation
        .strip_prefix("- [")?
        .strip_suffix(CONFIRMED)?
        .strip_suffix("] ")?;
    Some(Form {
        assignment: (*assignment).to_owned(),
        confirmed: mark.eq_ignore_ascii_case("x"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILLED_IN: &str = "### Assignment\n\n01-tiny\n\n### Confirmation\n\n- [X] I take part in this course, and ask for the repository to be made for this account.\n";

    #[test]
    fn what_is_filled_in_is_read() {
        let form = |confirmed| {
            Some(Form {
                assignment: "01-tiny".to_owned(),
                confirmed,
            })
        };
        assert_eq!(read(FILLED_IN), form(true));
        assert_eq!(read(&FILLED_IN.replace('\n', "\r\n")), form(true));
        assert_eq!(read(&FILLED_IN.replace("[X]", "[x]")), form(true));
        assert_eq!(read(&FILLED_IN.replace("[X]", "[ ]")), form(false));
    }

    #[test]
    fn what_is_changed_is_no_form() {
        let changed = [
            String::new(),
            format!("Dear all,\n{FILLED_IN}"),
            format!("{FILLED_IN}\nThanks!\n"),
            format!("{FILLED_IN}{FILLED_IN}"),
            FILLED_IN.replace("01-tiny", "01-tiny\n02-huge"),
            FILLED_IN.replace("01-tiny", ""),
            FILLED_IN.replace("Assignment", "Assignments"),
            FILLED_IN.replace("take part", "take no part"),
            FILLED_IN.replace("01-tiny", &"x".repeat(MAX_BYTES)),
        ];
        for text in changed {
            assert_eq!(read(&text), None, "{text}");
        }
        let another_mark = read(&FILLED_IN.replace("[X]", "[X] [X]")).expect("a form");
        assert!(!another_mark.confirmed);
    }
}
