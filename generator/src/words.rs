//! Numbers with their nouns.

/// "1 problem", "2 problems".
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
