//! How great a rate may be of which so many events were seen.

/// How likely a bound is too low.
const ERROR: f64 = 0.05;

/// The greatest rate with which no more than `events` in `trials` are still as likely as one in twenty: Clopper's and
/// Pearson's upper bound, one-sided. Of no trials nothing is known: 1.
pub(crate) fn upper_bound(events: usize, trials: usize) -> f64 {
    if events >= trials {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    // Each step halves what is left: sixty leave less than a number can tell apart.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if at_most(events, trials, middle) > ERROR {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The probability of at most so many events.
pub(crate) fn at_most(events: usize, trials: usize, rate: f64) -> f64 {
    if events >= trials || rate <= 0.0 {
        return 1.0;
    }
    if rate >= 1.0 {
        return 0.0;
    }
    // In logarithms: (1 - rate)^trials alone may be too small for a number. A term that is too small even so adds
    // nothing.
    let odds = rate.ln() - (-rate).ln_1p();
    let mut term = trials as f64 * (-rate).ln_1p();
    let mut sum = 0.0;
    for event in 0..=events {
        sum += term.exp();
        term += ((trials - event) as f64).ln() - ((event + 1) as f64).ln() + odds;
    }
    f64::min(sum, 1.0)
}

/// The probability of at least so many events.
pub(crate) fn at_least(events: usize, trials: usize, rate: f64) -> f64 {
    match events {
        0 => 1.0,
        // Seen from the other side, so that a small probability is no difference of two great ones.
        events => at_most(trials - events, trials, 1.0 - rate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(value: f64, wanted: f64) {
        assert!(
            (value - wanted).abs() < 1e-6 * wanted,
            "{value} is not {wanted}"
        );
    }

    #[test]
    fn of_no_event_the_bound_has_a_short_formula() {
        for trials in [1, 10, 2778, 100_000] {
            assert_close(
                upper_bound(0, trials),
                1.0 - 0.05_f64.powf(1.0 / trials as f64),
            );
        }
    }

    #[test]
    fn bounds_are_those_of_the_tables() {
        // Quantiles of the beta distribution with k + 1 and n - k.
        assert_close(upper_bound(1, 10), 0.394_163_3);
        assert_close(upper_bound(5, 10), 0.777_558_9);
        assert_close(upper_bound(10, 10), 1.0);
        assert_close(upper_bound(0, 0), 1.0);
    }

    #[test]
    fn many_trials_are_no_trouble() {
        // Near the normal approximation: 0.5 + 1.645 * sqrt(0.25 / 100000).
        assert!((upper_bound(50_000, 100_000) - 0.502_6).abs() < 1e-4);
    }

    #[test]
    fn tails_add_up() {
        assert_close(at_most(2, 5, 0.5), 0.5);
        assert_close(at_least(3, 5, 0.5), 0.5);
        assert_close(at_least(5, 5, 0.1), 1e-5);
        assert_close(at_least(0, 5, 0.1), 1.0);
    }
}
