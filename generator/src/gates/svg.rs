//! A gate that is timed as a picture: every instance a dot, every process a row, the limit a line.

use std::fmt::{self, Write};

use course_gate::order_statistics::{ERROR, bounds, median};

use super::report::GateGrade;

const WIDTH: f64 = 720.0;
/// Room left of the axis for the rows' names, and right of it.
const LEFT: f64 = 96.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 56.0;
const ROW: f64 = 18.0;
const BOTTOM: f64 = 44.0;

/// Colours that are read on white and on black, and those that only one of the two needs.
const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}.quiet{fill:#59636e}.axis{stroke:#818b98}.grid{stroke:#818b98;stroke-opacity:.25}\
.dot{fill:#0969da;fill-opacity:.45}.over{fill:#cf222e;fill-opacity:.6}.bar{stroke:#1f2328;stroke-width:2}.mid{fill:#1f2328}.limit{stroke:#cf222e;stroke-width:1.5;stroke-dasharray:5 3}\
@media(prefers-color-scheme:dark){text,.mid{fill:#f0f6fc}.quiet{fill:#9198a1}.bar{stroke:#f0f6fc}.dot{fill:#4493f8;fill-opacity:.6}.over{fill:#f85149}.limit{stroke:#f85149}}";

/// The picture of a gate; `None` of one without instances.
pub fn svg(gate: &GateGrade) -> Option<String> {
    let limit = gate.max.filter(|_| !gate.processes.is_empty())?;
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = draw(&mut text, gate, limit);
    Some(text)
}

/// The stretch of numbers that is drawn: all of them, the limit, and 0 or below.
struct Axis {
    from: f64,
    to: f64,
}

impl Axis {
    fn of(values: &[f64], limit: f64) -> Axis {
        let least = values.iter().copied().fold(0.0_f64, f64::min);
        let most = values.iter().copied().fold(limit, f64::max);
        // A lone instance that was held up for long would press all others into a corner.
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let usual = sorted.get(sorted.len() * 98 / 100).copied().unwrap_or(most);
        let to = most.min(usual.max(limit) * 1.5);
        let from = if least < 0.0 {
            least - (to - least) * 0.02
        } else {
            least
        };
        Axis {
            from,
            to: to + (to - least) * 0.05,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let share = (value.min(self.to) - self.from) / (self.to - self.from);
        LEFT + share.max(0.0) * (WIDTH - LEFT - RIGHT)
    }

    /// Round numbers, four to eight of them.
    fn ticks(&self) -> Vec<f64> {
        let raw = (self.to - self.from) / 5.0;
        let power = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|step| step * power)
            .find(|step| *step >= raw)
            .unwrap_or(raw);
        let first = (self.from / step).ceil() as i64;
        (first..)
            .map(|n| n as f64 * step)
            .take_while(|tick| *tick <= self.to)
            .collect()
    }
}

fn draw(text: &mut String, gate: &GateGrade, limit: f64) -> fmt::Result {
    let all: Vec<f64> = gate.processes.concat();
    let axis = Axis::of(&all, limit);
    let bottom = TOP + ROW * gate.processes.len() as f64;
    let height = bottom + BOTTOM;
    let title = format!("{}: {}", gate.title, word(gate));
    let title = escaped(&title);
    writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title><style>{STYLE}</style>"
    )?;
    writeln!(
        text,
        "<text x=\"8\" y=\"20\" font-weight=\"bold\">{title}</text>"
    )?;
    let legend =
        "dots: instances; bar: a process's median and its 99.95 % bounds; dashed: the limit";
    writeln!(
        text,
        "<text class=\"quiet\" x=\"8\" y=\"38\">{legend}</text>"
    )?;
    for tick in axis.ticks() {
        let x = axis.at(tick);
        writeln!(
            text,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/><text class=\"quiet\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            short(tick)
        )?;
    }
    let right = WIDTH - RIGHT;
    writeln!(
        text,
        "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{bottom}\" y2=\"{bottom}\"/>"
    )?;
    writeln!(
        text,
        "<text class=\"quiet\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>",
        bottom + 34.0,
        escaped(&gate.unit)
    )?;
    for (row, process) in gate.processes.iter().enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5);
        writeln!(
            text,
            "<text class=\"quiet\" x=\"8\" y=\"{:.1}\">process {}</text>",
            y + 4.0,
            row + 1
        )?;
        for value in process {
            let class = if *value > limit { "dot over" } else { "dot" };
            writeln!(
                text,
                "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3\"/>",
                axis.at(*value)
            )?;
        }
        let (low, high) = bounds(process, ERROR);
        let (low, high) = (axis.at(low.max(axis.from)), axis.at(high));
        writeln!(
            text,
            "<line class=\"bar\" x1=\"{low:.1}\" x2=\"{high:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"
        )?;
        writeln!(
            text,
            "<circle class=\"mid\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>",
            axis.at(median(process))
        )?;
    }
    let x = axis.at(limit);
    writeln!(
        text,
        "<line class=\"limit\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">limit {}</text>",
        TOP - 4.0,
        bottom + 34.0,
        short(limit)
    )?;
    writeln!(text, "</svg>")
}

/// Verdict and numbers.
fn word(gate: &GateGrade) -> String {
    let verdict = format!("{:?}", gate.verdict).to_lowercase();
    match (gate.value, gate.range) {
        (Some(value), Some((low, high))) => {
            format!(
                "{verdict}, {value:.2} ({low:.2} to {high:.2}) {}",
                gate.unit
            )
        }
        _ => verdict,
    }
}

fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::gate::{GateEntry, GateKind};

    #[test]
    fn every_instance_and_the_limit_are_drawn() {
        let entry = GateEntry {
            name: "get".to_owned(),
            title: "Time of <get>".to_owned(),
            stage: 1,
            kind: GateKind::Ratio,
            points: 1,
            promise: String::new(),
            limit: Some(2.0),
            min: None,
            max: None,
            unit: None,
        };
        let blank = GateGrade::waiting("stack", "stack-gates", &entry);
        assert_eq!(svg(&blank), None);
        let process: Vec<f64> = (0..30).map(|n| 1.0 + f64::from(n) / 20.0).collect();
        let gate = GateGrade {
            processes: vec![process; 5],
            ..blank
        };
        let drawn = svg(&gate).expect("a picture");
        assert_eq!(drawn.matches("<circle class=\"dot").count(), 150);
        assert_eq!(drawn.matches("dot over").count(), 45);
        assert_eq!(drawn.matches("class=\"limit\"").count(), 1);
        assert!(drawn.contains("Time of &lt;get&gt;") && !drawn.contains("<get>"));
    }

    #[test]
    fn ticks_are_round() {
        let axis = Axis { from: 0.0, to: 2.1 };
        assert_eq!(axis.ticks(), [0.0, 0.5, 1.0, 1.5, 2.0]);
    }
}
