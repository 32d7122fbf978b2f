//! The median of a sample and bounds of it that ask nothing of the distribution.
//!
//! The k-th smallest of n values lies above the true median only if fewer than k of them fell below it, and each does so
//! with probability one half. So a binomial sum says how sure a bound is, whatever the values are.

/// How likely a bound is on the wrong side: one in two thousand.
pub const ERROR: f64 = 0.0005;

/// The median: of an even number the mean of the middle two. `NaN` of none.
pub fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// One-sided bounds of the true median, each wrong with a probability of at most `error`. A sample that is too small for
/// that gives the whole line.
pub fn bounds(values: &[f64], error: f64) -> (f64, f64) {
    let sorted = sorted(values);
    match rank(sorted.len(), error) {
        Some(rank) => (sorted[rank - 1], sorted[sorted.len() - rank]),
        None => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// The greatest rank, from 1, whose order statistic is a lower bound of the median with this error.
fn rank(n: usize, error: f64) -> Option<usize> {
    // P(at most k of n values below the median) = sum of C(n, 0..=k) / 2^n.
    let mut term = 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX));
    let mut sum = 0.0;
    let mut rank = None;
    for below in 0..n {
        sum += term;
        if sum > error {
            break;
        }
        rank = Some(below + 1);
        term *= (n - below) as f64 / (below + 1) as f64;
    }
    rank
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_binomial_tables() {
        // P(X <= 5) = 0.00016 and P(X <= 6) = 0.00072 for 30 throws of a coin.
        assert_eq!(rank(30, ERROR), Some(6));
        assert_eq!(rank(11, ERROR), Some(1));
        assert_eq!(rank(10, ERROR), None);
        assert_eq!(rank(0, ERROR), None);
    }

    #[test]
    fn bounds_enclose_the_median() {
        let values: Vec<f64> = (1..=30).map(f64::from).collect();
        assert_eq!(median(&values), 15.5);
        assert_eq!(bounds(&values, ERROR), (6.0, 25.0));
        assert_eq!(bounds(&[1.0], ERROR), (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert!(median(&[]).is_nan());
    }
}
