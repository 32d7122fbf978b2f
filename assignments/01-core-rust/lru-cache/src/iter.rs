use std::hash::Hash;
use std::iter::FusedIterator;
// region: solution stage=4 use-phantom-iter
//= use std::marker::PhantomData;
// endregion

use crate::cache::LruCache;

/// The entries of an [`LruCache`] by reference, the most recently used first. See [`LruCache::iter`].
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    // region: solution stage=4 iter-fields
    cache: &'a LruCache<K, V>,
    /// The next slot from the recent end, and from the other.
    newest: usize,
    oldest: usize,
    /// How many entries lie between them.
    left: usize,
    //= entries: PhantomData<&'a (K, V)>,
    // endregion
}

// region: solution stage=4 iter-new
impl<'a, K: Hash + Eq + Clone, V> Iter<'a, K, V> {
    pub(crate) fn new(cache: &'a LruCache<K, V>) -> Self {
        Iter {
            cache,
            newest: cache.links.newest().unwrap_or_default(),
            oldest: cache.links.oldest().unwrap_or_default(),
            left: cache.len(),
        }
    }
}
//=
// endregion

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        // region: solution stage=4 iter-next
        self.left = self.left.checked_sub(1)?;
        let slot = self.newest;
        self.newest = self.cache.links.older(slot);
        self.cache.entry_at(slot)
        //= todo!("stage 4: the newest entry that was not given yet")
        // endregion
    }

    // region: solution stage=4 iter-size-hint
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
    //=
    // endregion
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        // region: solution stage=4 iter-next-back
        self.left = self.left.checked_sub(1)?;
        let slot = self.oldest;
        self.oldest = self.cache.links.newer(slot);
        self.cache.entry_at(slot)
        //= todo!("stage 4: the oldest entry that was not given yet")
        // endregion
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K, V> FusedIterator for Iter<'_, K, V> {}

impl<'a, K: Hash + Eq + Clone, V> IntoIterator for &'a LruCache<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

/// The entries of an [`LruCache`] by value, the most recently used first. What is not taken is dropped with
/// it, the least recently used first.
#[derive(Debug)]
pub struct IntoIter<K, V> {
    // One way: a cache that implements `Drop` cannot be taken apart, so it stays whole and is emptied.
    cache: LruCache<K, V>,
}

impl<K: Hash + Eq + Clone, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        // region: solution stage=4 into-iter-next
        self.cache.pop_mru()
        //= todo!("stage 4: take the newest entry out of the cache")
        // endregion
    }

    // region: solution stage=4 into-iter-size-hint
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.cache.len(), Some(self.cache.len()))
    }
    //=
    // endregion
}

impl<K: Hash + Eq + Clone, V> DoubleEndedIterator for IntoIter<K, V> {
    fn next_back(&mut self) -> Option<(K, V)> {
        // region: solution stage=4 into-iter-next-back
        self.cache.pop_lru()
        //= todo!("stage 4: take the oldest entry out of the cache")
        // endregion
    }
}

impl<K: Hash + Eq + Clone, V> ExactSizeIterator for IntoIter<K, V> {}

impl<K: Hash + Eq + Clone, V> FusedIterator for IntoIter<K, V> {}

impl<K: Hash + Eq + Clone, V> IntoIterator for LruCache<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> IntoIter<K, V> {
        // region: solution stage=4 into-iter
        IntoIter { cache: self }
        //= todo!("stage 4: an iterator that owns the cache")
        // endregion
    }
}
