//! A gate's number beside its bar, in letters: neither comments nor summaries show pictures that nobody hosts.

use crate::gates::GateGrade;

/// How many letters the scale has.
const WIDTH: usize = 32;

/// The number of what is timed and its range, on a scale from 0 on with the bar's limit; none where there is nothing to draw.
pub(super) fn plot(gate: &GateGrade) -> Option<String> {
    let (value, limit) = (gate.value?, gate.max?);
    let (low, high) = gate.range?;
    let greatest = [limit * 1.25, high, value].into_iter().fold(0.0, f64::max);
    let greatest = if greatest > 0.0 { greatest } else { 1.0 };
    let at = |number: f64| {
        let share = (number / greatest).clamp(0.0, 1.0);
        // A share of a few dozen letters fits any number.
        (share * (WIDTH - 1) as f64).round() as usize
    };
    let mut letters = vec!['·'; WIDTH];
    for letter in &mut letters[at(low)..=at(high)] {
        *letter = '─';
    }
    letters[at(limit)] = '|';
    letters[at(value)] = '●';
    let letters: String = letters.into_iter().collect();
    Some(format!("0 {letters} {greatest:.1}   limit {limit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::gate::{GateEntry, GateKind};

    #[test]
    fn the_number_stands_on_its_side_of_the_limit() {
        let entry = GateEntry {
            name: "g".to_owned(),
            title: "G".to_owned(),
            stage: 1,
            kind: GateKind::Ratio,
            points: 1,
            promise: String::new(),
            limit: Some(3.0),
            min: None,
            max: None,
            unit: None,
        };
        let mut gate = GateGrade::waiting("x", "x-gates", &entry);
        assert_eq!(plot(&gate), None);
        gate.value = Some(1.0);
        gate.range = Some((0.9, 1.2));
        let below = plot(&gate).expect("a plot");
        assert!(below.find('●') < below.find('|'), "{below}");
        gate.value = Some(30.0);
        gate.range = Some((29.0, 31.0));
        let above = plot(&gate).expect("a plot");
        assert!(above.find('●') > above.find('|'), "{above}");
    }
}
