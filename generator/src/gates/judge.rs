//! From what was measured to a verdict. Pure.

use course_gate::{Sample, Verdict, decide};

use super::Measurement;
use super::report::{GateGrade, GateVerdict};
use crate::course::gate::{Bar, GateEntry, GateKind};

/// Below so much of the solution's own number a person should look: code that does the work does not get there.
pub const TOO_GOOD: f64 = 0.3;

/// The medians of honest code's processes differ by a few hundredths; by such a factor a person should ask why.
pub(super) const UNSTEADY: f64 = 3.0;

/// Judges a gate. `blank` is the gate before it was measured; `solution` what the course's own solution gave on this machine.
pub fn judge(
    blank: GateGrade,
    entry: &GateEntry,
    measurement: &Measurement,
    solution: Option<f64>,
) -> GateGrade {
    let mut grade = GateGrade {
        seed: Some(measurement.seed),
        agreed: measurement
            .processes
            .iter()
            .map(|process| process.agreed)
            .sum(),
        processes: measurement.instances(),
        ..blank
    };
    if let Some(why) = &measurement.failure {
        return grade.failed(why.clone());
    }
    let Some(first) = measurement.processes.first() else {
        return grade;
    };
    match (&first.sample, entry.bar()) {
        (
            Sample::Instances {
                batch, operations, ..
            },
            Ok(Bar::Below(limit)),
        ) => {
            let each = |time: f64| time / f64::from(*operations);
            grade.nanoseconds = Some((each(batch.0), each(batch.1)));
            if let Some(judged) = decide(&grade.processes, limit) {
                grade.value = Some(judged.value);
                grade.range = Some(judged.range);
                grade.over = Some(judged.over);
                let (least, greatest) = judged.range;
                grade.unsteady = entry.kind != GateKind::Growth && greatest > UNSTEADY * least;
                grade.verdict = verdict(judged.verdict);
                grade.too_good = entry.kind != GateKind::Growth
                    && solution.is_some_and(|solution| judged.value < TOO_GOOD * solution);
            }
        }
        (Sample::Counted(count), Ok(Bar::Between(min, max))) => {
            grade.value = Some(count.rate());
            grade.count = Some((count.events, count.operations));
            grade.verdict = holds(count.is_within(min, max));
        }
        (Sample::Held(ended), _) => {
            let waited: Vec<&str> = ended
                .iter()
                .filter(|(_, finished)| !finished)
                .map(|(name, _)| name.as_str())
                .collect();
            grade.verdict = holds(waited.is_empty());
            if !waited.is_empty() {
                grade.why = Some(format!(
                    "waits for the thread that is held: {}",
                    waited.join(", ")
                ));
            }
        }
        (Sample::Agreed, _) => grade.verdict = GateVerdict::Pass,
        (Sample::Number(number), _) => {
            grade.value = Some(*number);
            grade.verdict = GateVerdict::Report;
        }
        _ => {
            return grade
                .failed("it was measured in another way than assignment.toml says".to_owned());
        }
    }
    grade.points = match grade.verdict {
        GateVerdict::Pass | GateVerdict::Inconclusive => entry.points,
        GateVerdict::Fail | GateVerdict::Waiting | GateVerdict::Report => 0,
    };
    grade
}

fn verdict(verdict: Verdict) -> GateVerdict {
    match verdict {
        Verdict::Pass => GateVerdict::Pass,
        Verdict::Fail => GateVerdict::Fail,
        Verdict::Inconclusive => GateVerdict::Inconclusive,
    }
}

fn holds(holds: bool) -> GateVerdict {
    if holds {
        GateVerdict::Pass
    } else {
        GateVerdict::Fail
    }
}

#[cfg(test)]
mod tests {
    use course_gate::{Count, Measured};

    use super::*;

    fn entry(kind: GateKind) -> GateEntry {
        let timed = kind.is_timed();
        GateEntry {
            name: "gate".to_owned(),
            title: "A gate".to_owned(),
            stage: 1,
            kind,
            points: 4,
            promise: "It holds.".to_owned(),
            limit: timed.then_some(2.0),
            min: (kind == GateKind::Count).then_some(1.0),
            max: (kind == GateKind::Count).then_some(1.0),
            unit: None,
        }
    }

    fn judged(kind: GateKind, samples: Vec<Sample>, solution: Option<f64>) -> GateGrade {
        let entry = entry(kind);
        let processes = samples
            .into_iter()
            .map(|sample| Measured { sample, agreed: 7 });
        let measurement = Measurement {
            seed: 1,
            processes: processes.collect(),
            failure: None,
        };
        let blank = GateGrade::waiting("stack", "stack-gates", &entry);
        judge(blank, &entry, &measurement, solution)
    }

    fn around(middle: f64) -> Sample {
        Sample::Instances {
            values: (0..30).map(|n| middle + f64::from(n) / 1e4).collect(),
            batch: (2000.0, 1000.0),
            operations: 10,
        }
    }

    #[test]
    fn a_store_that_never_syncs_is_beyond_the_lower_bound() {
        let count = |events| {
            vec![Sample::Counted(Count {
                events,
                operations: 10,
            })]
        };
        assert_eq!(judged(GateKind::Count, count(10), None).points, 4);
        assert_eq!(
            judged(GateKind::Count, count(0), None).verdict,
            GateVerdict::Fail
        );
        assert_eq!(
            judged(GateKind::Count, count(11), None).verdict,
            GateVerdict::Fail
        );
    }

    #[test]
    fn a_number_too_good_to_be_true_is_told() {
        let five = |middle| vec![around(middle); 5];
        let honest = judged(GateKind::Ratio, five(1.1), Some(1.2));
        assert_eq!(
            (honest.verdict, honest.too_good),
            (GateVerdict::Pass, false)
        );
        assert_eq!(honest.nanoseconds, Some((200.0, 100.0)));
        assert_eq!(honest.agreed, 35);
        let memoised = judged(GateKind::Ratio, five(0.1), Some(1.2));
        assert_eq!(
            (memoised.verdict, memoised.too_good),
            (GateVerdict::Pass, true)
        );
        // What does not grow may also shrink.
        assert!(!judged(GateKind::Growth, five(-0.5), Some(0.1)).too_good);
    }

    #[test]
    fn processes_that_differ_as_no_honest_code_s_do_are_told() {
        let mut samples = vec![around(1.1); 14];
        samples.push(around(13.0));
        let grade = judged(GateKind::Ratio, samples, None);
        assert!(grade.unsteady, "{grade:?}");
        assert!(!judged(GateKind::Ratio, vec![around(1.1); 5], None).unsteady);
    }

    #[test]
    fn inconclusive_gives_the_points() {
        let grade = judged(GateKind::Ratio, vec![around(1.999); 15], None);
        assert_eq!((grade.verdict, grade.points), (GateVerdict::Fail, 0));
        let grade = judged(GateKind::Ratio, vec![around(1.997_65); 15], None);
        assert_eq!(
            (grade.verdict, grade.points),
            (GateVerdict::Inconclusive, 4)
        );
    }

    #[test]
    fn who_waits_is_named() {
        let ended = vec![("get".to_owned(), true), ("put".to_owned(), false)];
        let grade = judged(GateKind::Held, vec![Sample::Held(ended)], None);
        assert_eq!(grade.verdict, GateVerdict::Fail);
        assert_eq!(
            grade.why.as_deref(),
            Some("waits for the thread that is held: put")
        );
    }

    #[test]
    fn a_sample_of_another_kind_is_no_pass() {
        let grade = judged(
            GateKind::Ratio,
            vec![Sample::Counted(Count {
                events: 1,
                operations: 1,
            })],
            None,
        );
        assert_eq!(grade.verdict, GateVerdict::Fail);
    }
}
