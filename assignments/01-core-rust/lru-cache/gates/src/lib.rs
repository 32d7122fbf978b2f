//! The peer of the gates: what an honest cache of the same kind costs.

use std::hash::{Hash, RandomState};
use std::num::NonZeroUsize;

use lru::LruCache;

/// An empty cache of the crate *lru*, with the hash function that the exercise uses too: a faster one would be another race.
///
/// # Panics
///
/// With a capacity of 0.
pub fn peer<K: Hash + Eq, V>(capacity: usize) -> LruCache<K, V, RandomState> {
    let capacity = NonZeroUsize::new(capacity).expect("a capacity");
    LruCache::with_hasher(capacity, RandomState::new())
}
