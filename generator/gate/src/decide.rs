//! From samples to a verdict: pure, so that it is tested on made-up samples and resampled without waiting.

use serde::{Deserialize, Serialize};

use crate::order_statistics::{ERROR, bounds, median};

/// After so many processes it is tried to decide. Each is a fresh one: within one, everything that its addresses and its
/// hash keys happen to be is the same for all instances.
pub const PROCESSES: [usize; 3] = [5, 10, 15];

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Within the limit.
    Pass,
    /// Beyond it.
    Fail,
    /// Too near to it, or the machine too restless, to say.
    Inconclusive,
}

/// A verdict with the numbers that it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// What it says.
    pub verdict: Verdict,
    /// The median over all instances of all processes.
    pub value: f64,
    /// The least and the greatest median of a process.
    pub range: (f64, f64),
    /// Which share of all instances lies over the limit.
    pub over: f64,
}

/// Judges processes, each a list of what its instances gave, against an upper limit. `None`: more processes are needed.
///
/// FAIL where at least four fifths of the processes lie above the limit for sure, PASS where at least four fifths lie
/// below it for sure and at most one in ten above. After the last round, where neither holds, code that is slow only
/// sometimes must not hide: a median over the limit, or more than a quarter of all instances over it, is a FAIL. What is
/// left is inconclusive.
pub fn decide(processes: &[Vec<f64>], limit: f64) -> Option<Judged> {
    let count = processes.len();
    if !PROCESSES.contains(&count) {
        return None;
    }
    let ranges: Vec<(f64, f64)> = processes
        .iter()
        .map(|process| bounds(process, ERROR))
        .collect();
    let above = ranges.iter().filter(|(lower, _)| *lower > limit).count();
    let below = ranges.iter().filter(|(_, upper)| *upper < limit).count();
    let pooled: Vec<f64> = processes.concat();
    let value = median(&pooled);
    let most = (count * 4).div_ceil(5);
    // What is no number is not below.
    let over = pooled
        .iter()
        .filter(|value| value.is_nan() || **value > limit)
        .count();
    let over = over as f64 / pooled.len() as f64;
    let verdict = if above >= most {
        Verdict::Fail
    } else if below >= most && above * 10 <= count {
        Verdict::Pass
    } else if count < PROCESSES[PROCESSES.len() - 1] {
        return None;
    } else if value > limit || over > SOMETIMES {
        Verdict::Fail
    } else {
        Verdict::Inconclusive
    };
    let medians: Vec<f64> = processes.iter().map(|process| median(process)).collect();
    Some(Judged {
        verdict,
        value,
        range: (
            medians.iter().copied().fold(f64::INFINITY, f64::min),
            medians.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ),
        over,
    })
}

/// Code that is over its limit in more than this share of its instances is slow, whatever the median says.
const SOMETIMES: f64 = 0.25;

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: f64 = 2.0;

    /// A process whose instances lie around `middle`.
    fn process(middle: f64) -> Vec<f64> {
        (0..30)
            .map(|instance| middle + f64::from(instance - 15) / 1000.0)
            .collect()
    }

    fn verdict(middles: &[f64]) -> Option<Verdict> {
        let processes: Vec<Vec<f64>> = middles.iter().map(|middle| process(*middle)).collect();
        decide(&processes, LIMIT).map(|judged| judged.verdict)
    }

    #[test]
    fn five_processes_decide_what_is_clear() {
        assert_eq!(verdict(&[1.2; 5]), Some(Verdict::Pass));
        assert_eq!(verdict(&[2.4; 5]), Some(Verdict::Fail));
        assert_eq!(verdict(&[1.2; 4]), None);
        assert_eq!(verdict(&[1.2; 6]), None);
    }

    #[test]
    fn one_process_in_five_may_be_disturbed_upwards_only_where_more_are_asked() {
        // Four of five would do, but one lies above for sure: it is asked again.
        assert_eq!(verdict(&[1.2, 1.2, 1.2, 1.2, 9.0]), None);
        let mut ten = vec![1.2; 9];
        ten.push(9.0);
        assert_eq!(verdict(&ten), Some(Verdict::Pass));
        assert_eq!(verdict(&[2.4, 2.4, 2.4, 2.4, 0.5]), Some(Verdict::Fail));
    }

    #[test]
    fn what_lies_at_the_limit_is_inconclusive_in_the_end() {
        assert_eq!(verdict(&[1.995; 5]), None);
        assert_eq!(verdict(&[1.995; 10]), None);
        // A third of the instances is over the limit here.
        assert_eq!(verdict(&[1.995; 15]), Some(Verdict::Fail));
        assert_eq!(verdict(&[1.992; 15]), Some(Verdict::Inconclusive));
        assert_eq!(verdict(&[2.005; 15]), Some(Verdict::Fail));
    }

    #[test]
    fn slow_on_half_the_hash_seeds_is_slow() {
        let mut instances = process(1.0);
        instances
            .iter_mut()
            .step_by(2)
            .for_each(|ratio| *ratio = 2.6);
        let by_instance = vec![instances; 15];
        assert_eq!(decide(&by_instance[..5], LIMIT), None);
        let judged = decide(&by_instance, LIMIT).map(|judged| judged.verdict);
        assert_eq!(judged, Some(Verdict::Fail));
        let mut by_process = [1.0; 15];
        by_process
            .iter_mut()
            .step_by(2)
            .for_each(|middle| *middle = 2.6);
        assert_eq!(verdict(&by_process), Some(Verdict::Fail));
    }

    #[test]
    fn the_numbers_stand_beside_the_verdict() {
        let judged = decide(&vec![process(1.5); 5], LIMIT).expect("a verdict");
        assert!((judged.value - 1.4995).abs() < 1e-9, "{judged:?}");
        assert_eq!(judged.range, (judged.value, judged.value));
        assert_eq!(judged.over, 0.0);
    }
}
