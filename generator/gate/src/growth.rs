use crate::order_statistics::median;
use crate::pairs::{INSTANCES, Pairs, finite, mean, shift};
use crate::{Measured, Rng, Sample};

/// How much greater each size is than the one before.
const STEP: f64 = 4.0;

/// Rounds of an instance, each of one pair at every size.
const ROUNDS: usize = 8;

/// Builds both sides at a size.
pub(crate) type BuildAt = Box<dyn Fn(&mut Rng, usize) -> Box<dyn Pairs>>;

/// Measures one process: for each instance the exponent by which the student's time grows with the size, over n, 4n and
/// 16n, measured in turn so that whatever else the machine does slows all three.
///
/// The peer is there for its answers. Its time would not do for comparison: a student who walks through all memory throws
/// the peer's out of the caches, and the worse the walk, the slower the peer.
///
/// # Errors
///
/// The outputs of the two sides differ.
pub(crate) fn measure(
    rng: &mut Rng,
    n: usize,
    operations: u32,
    build: &BuildAt,
) -> Result<Measured, String> {
    let sizes = [n, 4 * n, 16 * n];
    let mut values = Vec::with_capacity(INSTANCES);
    let (mut smallest, mut greatest) = (Vec::new(), Vec::new());
    for instance in 0..INSTANCES {
        let _shift = shift(rng);
        let mut sides: Vec<_> = sizes.iter().map(|size| build(rng, *size)).collect();
        let mut times = vec![Vec::new(); sizes.len()];
        for round in 0..=ROUNDS {
            for (size, sides) in sides.iter_mut().enumerate() {
                let pair = sides.pair(rng);
                if !pair.agrees {
                    return Err(format!(
                        "the outputs differ from the peer's on the same inputs, in batch {round} of instance {instance} at size {}",
                        sizes[size]
                    ));
                }
                if round > 0 {
                    times[size].push(pair.student);
                }
            }
        }
        let at: Vec<f64> = times
            .iter()
            .map(|times| f64::max(median(times), mean(times)))
            .collect();
        smallest.push(at[0]);
        greatest.push(at[2]);
        values.push(finite(exponent([at[0], at[1], at[2]])));
    }
    Ok(Measured {
        sample: Sample::Instances {
            values,
            batch: (median(&smallest), median(&greatest)),
            operations,
        },
        agreed: (INSTANCES * ROUNDS * sizes.len()) as u64,
    })
}

/// The slope of the straight line through three times at n, 4n and 16n on logarithmic axes. Evenly spaced as they are, the
/// middle one moves the line and does not turn it.
fn exponent([first, _, last]: [f64; 3]) -> f64 {
    (last / first).ln() / (STEP * STEP).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_those_of_powers() {
        let close = |times, wanted: f64| (exponent(times) - wanted).abs() < 1e-12;
        assert!(close([1.0, 1.0, 1.0], 0.0));
        assert!(close([1.0, 4.0, 16.0], 1.0));
        assert!(close([1.0, 16.0, 256.0], 2.0));
        assert!(close([8.0, 4.0, 2.0], -0.5));
    }
}
