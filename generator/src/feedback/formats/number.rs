//! Points as other programs count and print them.

use serde_json::Value;

/// Points as hundredths, in which they add up without error. A grade rounds to hundredths, so nothing is lost.
pub(super) fn hundredths(points: f64) -> u64 {
    // A float that is too great or not a number becomes the nearest integer or 0; points are neither.
    (points.max(0.0) * 100.0).round() as u64
}

/// A number as JavaScript prints it: 57.5, and 100 where Rust has 100.0.
pub(super) fn printed(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (
        hundredths.unsigned_abs() / 100,
        hundredths.unsigned_abs() % 100,
    );
    match (rest, rest % 10) {
        (0, _) => format!("{sign}{whole}"),
        (_, 0) => format!("{sign}{whole}.{}", rest / 10),
        _ => format!("{sign}{whole}.{rest:02}"),
    }
}

/// The same number for JSON.
pub(super) fn json(hundredths: i128) -> Value {
    match i64::try_from(hundredths / 100) {
        Ok(whole) if hundredths % 100 == 0 => Value::from(whole),
        _ => Value::from(hundredths as f64 / 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_javascript() {
        let printed_and_json = [
            (0, "0"),
            (5750, "57.5"),
            (10000, "100"),
            (333, "3.33"),
            (5, "0.05"),
            (-250, "-2.5"),
            (-5, "-0.05"),
        ];
        for (number, text) in printed_and_json {
            assert_eq!(printed(number), text);
            assert_eq!(json(number).to_string(), text);
        }
        assert_eq!(hundredths(57.5), 5750);
        // 3 * 3.33 as floats is no such number.
        assert_eq!(hundredths(3.33 + 3.33 + 3.33), 999);
        assert_eq!(hundredths(-0.0), 0);
    }
}
