use std::collections::HashMap;
use std::hint::black_box;

use course_gate::{Digest, Rng, Sides};

/// Look-ups in a batch of the peer's: some fifty to a hundred microseconds.
pub(crate) const OPERATIONS: u32 = 6000;

/// Entries of a map.
const ENTRIES: Key = 1000;

/// A key among the inputs. Narrow, so that reading the list of inputs costs little beside the work.
type Key = u16;

/// The end and the beginning of the list, which is a ring: so no look-up needs to ask whether it is at an end.
const SENTINEL: usize = 0;

/// A map whose entries are kept in the order of their last use, as in a cache: what the course's gates measure.
struct Recent {
    places: HashMap<u64, usize>,
    nodes: Vec<Node>,
}

struct Node {
    value: u64,
    newer: usize,
    older: usize,
}

impl Recent {
    /// All entries, in the order of their keys.
    fn new() -> Recent {
        let last = usize::from(ENTRIES);
        let mut nodes = Vec::with_capacity(last + 1);
        for place in 0..=last {
            nodes.push(Node {
                value: (place as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15),
                newer: if place == SENTINEL { last } else { place - 1 },
                older: if place == last { SENTINEL } else { place + 1 },
            });
        }
        let places = (0..ENTRIES)
            .map(|key| (u64::from(key), usize::from(key) + 1))
            .collect();
        Recent { places, nodes }
    }

    /// The value of a key, which is then the newest.
    fn get(&mut self, key: u64) -> Option<u64> {
        let place = *self.places.get(&key)?;
        let Node {
            value,
            newer,
            older,
        } = self.nodes[place];
        self.nodes[newer].older = older;
        self.nodes[older].newer = newer;
        let newest = self.nodes[SENTINEL].older;
        self.nodes[place].newer = SENTINEL;
        self.nodes[place].older = newest;
        self.nodes[newest].newer = place;
        self.nodes[SENTINEL].older = place;
        Some(value)
    }
}

/// Looks all keys up. Never inlined: both sides, and a student's surplus, must run the very same machine code, or the
/// cost would not be what it is said to be.
#[inline(never)]
fn look_up(map: &mut Recent, keys: &[Key]) -> Digest {
    let mut digest = Digest::new();
    for key in keys {
        digest.add_option(map.get(u64::from(*key)));
    }
    digest
}

/// A peer, and a student who does the same `cost` times as often. The surplus is digested too, for it would be cheaper
/// otherwise, but its digest is no output: the sides must agree.
pub(crate) fn sides(cost: f64) -> Sides<Vec<Key>> {
    let operations = OPERATIONS as usize;
    let all = (cost * f64::from(OPERATIONS)).round() as usize;
    let (mut student, mut peer) = (Recent::new(), Recent::new());
    Sides::new(
        // Fresh keys for the surplus: those that were just looked up would be found faster.
        move |rng: &mut Rng| (0..all).map(|_| rng.u16(..ENTRIES)).collect::<Vec<Key>>(),
        move |keys| {
            let (judged, surplus) = keys.split_at(operations);
            let digest = look_up(&mut student, judged);
            black_box(look_up(&mut student, surplus));
            digest
        },
        move |keys| look_up(&mut peer, &keys[..operations]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_keeps_the_ring_whole() {
        let mut map = Recent::new();
        assert_eq!(map.get(u64::from(ENTRIES)), None);
        for key in [0, 999, 500, 500, 3] {
            assert!(map.get(key).is_some());
        }
        let mut place = map.nodes[SENTINEL].older;
        let mut newest = Vec::new();
        while place != SENTINEL {
            assert_eq!(map.nodes[map.nodes[place].older].newer, place);
            newest.push(place - 1);
            place = map.nodes[place].older;
        }
        assert_eq!(newest.len(), usize::from(ENTRIES));
        assert_eq!(newest[..5], [3, 500, 999, 0, 1]);
    }
}
