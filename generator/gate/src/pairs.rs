use std::hint::black_box;
use std::time::Instant;

use crate::digest::Digest;
use crate::order_statistics::median;
use crate::programs::broken;
use crate::{Measured, Rng, Sample};

/// How often both sides are built anew in a process: where in memory things lie, and what their hash keys are, is chance
/// that the median must see often.
pub const INSTANCES: usize = 30;

/// Pairs of an instance.
pub const PAIRS: usize = 20;

/// What a batch of one side does.
type Side<I> = Box<dyn FnMut(&mut I) -> Digest>;

/// Student and peer, built alike, and where their inputs come from. `I` is what a batch works on.
pub struct Sides<I> {
    inputs: Box<dyn FnMut(&mut Rng) -> I>,
    student: Side<I>,
    peer: Side<I>,
}

/// One batch of each side.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// Nanoseconds of the student's batch.
    pub student: f64,
    /// Nanoseconds of the peer's.
    pub peer: f64,
    /// Whether their outputs were equal.
    pub agrees: bool,
}

impl Pair {
    /// Student's time over peer's.
    pub fn ratio(self) -> f64 {
        self.student / self.peer
    }
}

/// Two sides without the type of their inputs.
pub(crate) trait Pairs {
    /// Fresh inputs, then a batch of each side on them, in random order.
    fn pair(&mut self, rng: &mut Rng) -> Pair;
}

impl<I: Clone + 'static> Sides<I> {
    /// Two sides. `inputs` makes what a batch works on; each side gets a copy of its own, to look at or to empty. Making the
    /// copies and dropping what is left of them is not timed: where it was, it pulled all ratios towards 1.
    pub fn new(
        inputs: impl FnMut(&mut Rng) -> I + 'static,
        student: impl FnMut(&mut I) -> Digest + 'static,
        peer: impl FnMut(&mut I) -> Digest + 'static,
    ) -> Sides<I> {
        Sides {
            inputs: Box::new(inputs),
            student: Box::new(student),
            peer: Box::new(peer),
        }
    }
}

impl<I: Clone> Pairs for Sides<I> {
    fn pair(&mut self, rng: &mut Rng) -> Pair {
        let mut ours = (self.inputs)(rng);
        let mut theirs = ours.clone();
        let ((student, answer), (peer, wanted)) = if rng.bool() {
            let student = timed(&mut self.student, &mut ours);
            (student, timed(&mut self.peer, &mut theirs))
        } else {
            let peer = timed(&mut self.peer, &mut theirs);
            (timed(&mut self.student, &mut ours), peer)
        };
        Pair {
            student,
            peer,
            agrees: answer == wanted,
        }
    }
}

/// Nanoseconds of a batch, and what it gave.
fn timed<I>(side: &mut Side<I>, inputs: &mut I) -> (f64, Digest) {
    let inputs = black_box(inputs);
    let start = Instant::now();
    let output = black_box(side(inputs));
    (start.elapsed().as_secs_f64() * 1e9, output)
}

/// Builds both sides anew.
pub(crate) type Build = Box<dyn Fn(&mut Rng) -> Box<dyn Pairs>>;

/// Measures one process: a value for each instance.
///
/// # Errors
///
/// The outputs of the two sides differ.
pub fn measure<I: Clone + 'static>(
    rng: &mut Rng,
    operations: u32,
    build: impl Fn(&mut Rng) -> Sides<I>,
) -> Result<Measured, String> {
    measure_built(rng, operations, &|rng| Box::new(build(rng)))
}

pub(crate) fn measure_built(
    rng: &mut Rng,
    operations: u32,
    build: &dyn Fn(&mut Rng) -> Box<dyn Pairs>,
) -> Result<Measured, String> {
    let mut values = Vec::with_capacity(INSTANCES);
    let (mut student, mut peer) = (Vec::new(), Vec::new());
    for instance in 0..INSTANCES {
        let pairs = instance_of(rng, build)
            .map_err(|differs| format!("{differs} of instance {instance}"))?;
        values.push(finite(value(&pairs)));
        student.extend(pairs.iter().map(|pair| pair.student));
        peer.extend(pairs.iter().map(|pair| pair.peer));
    }
    Ok(Measured {
        sample: Sample::Instances {
            values,
            batch: (median(&student), median(&peer)),
            operations,
        },
        agreed: (INSTANCES * PAIRS) as u64,
    })
}

/// The slowest share of a side's batches that is left out of its mean: what the machine interrupted is among them.
const INTERRUPTED: f64 = 0.15;

/// What an instance says: the median of its pair ratios, or the ratio of the two sides' means where that is greater. The
/// median alone does not see work that comes in a third of all batches, however much it is.
pub(crate) fn value(pairs: &[Pair]) -> f64 {
    let of = |side: fn(&Pair) -> f64| pairs.iter().map(side).collect::<Vec<f64>>();
    let ratios = of(|pair| pair.ratio());
    let means = mean(&of(|pair| pair.student)) / mean(&of(|pair| pair.peer));
    f64::max(median(&ratios), means)
}

/// The mean time of a side's batches, without the slowest.
pub(crate) fn mean(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let kept = sorted.len() - (sorted.len() as f64 * INTERRUPTED).ceil() as usize;
    sorted[..kept].iter().sum::<f64>() / kept as f64
}

/// A number that can be judged: a batch in which the clock did not move measured nothing.
pub(crate) fn finite(value: f64) -> f64 {
    match value.is_finite() {
        true => value,
        false => broken("the clock is too coarse for the gate's batches".to_owned()),
    }
}

/// A block of random size, to be held while an instance is built and measured. Without it the allocator hands every instance
/// the addresses of the one before, and thirty of them are hardly more than one draw of where things lie: process medians
/// then scatter two to four times as far.
pub(crate) fn shift(rng: &mut Rng) -> Vec<u8> {
    black_box(vec![1; rng.usize(1..MAX_SHIFT)])
}

/// The greatest such block, in bytes: sixteen pages. One page was too little to help.
const MAX_SHIFT: usize = 1 << 16;

/// The pairs of one fresh instance. One more comes first, to touch the memory that both need.
pub(crate) fn instance_of(
    rng: &mut Rng,
    build: &dyn Fn(&mut Rng) -> Box<dyn Pairs>,
) -> Result<Vec<Pair>, String> {
    let _shift = shift(rng);
    let mut sides = build(rng);
    let mut pairs = Vec::with_capacity(PAIRS);
    for number in 0..=PAIRS {
        let pair = sides.pair(rng);
        if !pair.agrees {
            return Err(format!(
                "the outputs differ from the peer's on the same inputs, in batch {number}"
            ));
        }
        if number > 0 {
            pairs.push(pair);
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(student: impl Fn(usize) -> f64) -> Vec<Pair> {
        let pair = |number| Pair {
            student: student(number),
            peer: 100.0,
            agrees: true,
        };
        (0..20).map(pair).collect()
    }

    #[test]
    fn an_interruption_is_not_the_student_s() {
        let interrupted = pairs(|number| if number < 3 { 9000.0 } else { 120.0 });
        assert!((value(&interrupted) - 1.2).abs() < 1e-9);
    }

    #[test]
    fn work_in_every_third_batch_is() {
        let now_and_then = pairs(|number| if number % 3 == 0 { 9000.0 } else { 120.0 });
        assert!(value(&now_and_then) > 20.0);
    }
}
