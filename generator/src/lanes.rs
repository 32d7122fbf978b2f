//! The same work done on many things, several at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::error::{Error, Result};

/// Does `work` on each number below `count`, in `lanes` threads of which the calling one is the first. What came out, in
/// the order of the numbers.
///
/// # Errors
///
/// The first that `work` gives; what other lanes have begun comes to its end before.
pub fn in_lanes<T: Send>(
    lanes: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let lane = || -> Result<Vec<(usize, T)>> {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(done);
            }
            done.push((number, work(number)?));
        }
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..lanes.min(count)).map(|_| scope.spawn(lane)).collect();
        let mut done = lane()?;
        for other in others {
            let panicked = |_| Error::Internal("a lane panicked".to_owned());
            done.extend(other.join().map_err(panicked)??);
        }
        Ok(done)
    })?;
    done.sort_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, done)| done).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_once_in_order() {
        for lanes in [0, 1, 3, 20] {
            let squares = in_lanes(lanes, 10, |number| Ok(number * number));
            assert_eq!(
                squares.expect("squares"),
                [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]
            );
        }
        assert!(
            in_lanes(2, 5, |number| match number {
                3 => Err(Error::input("three")),
                number => Ok(number),
            })
            .is_err()
        );
    }
}
