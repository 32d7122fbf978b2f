//! Numbers with their nouns.

/// "1 problem", "2 problems", "2 repositories".
pub fn count(number: usize, what: &str) -> String {
    match (number, what.strip_suffix('y')) {
        (1, _) => format!("{number} {what}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number} {stem}ies"),
        _ => format!("{number} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_numbers() {
        let counted = [(1, "day"), (2, "day"), (1, "repository"), (0, "repository")]
            .map(|(number, what)| count(number, what));
        assert_eq!(
            counted,
            ["1 day", "2 days", "1 repository", "0 repositories"]
        );
    }
}
