use std::borrow::Borrow;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard};

use crate::cache::LruCache;

/// An LRU cache that many threads use at once.
///
/// The keys are spread over shards by hash; each shard is an [`LruCache`] behind a lock of its own. So two
/// threads wait for each other only when their keys share a shard, and "least recently used" is judged
/// within a shard, not over the whole cache.
#[derive(Debug)]
pub struct ShardedCache<K, V> {
    shards: Vec<Mutex<LruCache<K, V>>>,
    hasher: RandomState,
}

impl<K: Hash + Eq + Clone, V> ShardedCache<K, V> {
    /// An empty cache of `shards` shards that hold at most `capacity` entries together. What does not
    /// divide evenly goes to the first shards, one each.
    ///
    /// # Panics
    ///
    /// If there is no shard.
    pub fn new(capacity: usize, shards: usize) -> Self {
        // region: solution stage=6 sharded-new
        assert!(shards > 0, "a sharded cache has at least one shard");
        let share = |shard| capacity / shards + usize::from(shard < capacity % shards);
        ShardedCache {
            shards: (0..shards)
                .map(|shard| Mutex::new(LruCache::new(share(shard))))
                .collect(),
            hasher: RandomState::new(),
        }
        //= todo!("stage 6: split the capacity over the shards")
        // endregion
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.shards.len()
    }

    /// The most entries that a shard holds, shards counted from 0.
    ///
    /// # Panics
    ///
    /// If there is no such shard.
    pub fn shard_capacity(&self, shard: usize) -> usize {
        // region: solution stage=6 shard-capacity
        self.lock(shard).capacity()
        //= todo!("stage 6: ask the shard")
        // endregion
    }

    /// The shard of a key, from 0. It stays the same as long as the cache lives.
    pub fn shard_of<Q>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=6 shard-of
        let shards = self.shards.len() as u64;
        (self.hasher.hash_one(key) % shards) as usize
        //= todo!("stage 6: choose a shard by the key's hash")
        // endregion
    }

    /// How many entries all shards hold. Exact only while nobody else changes the cache.
    pub fn len(&self) -> usize {
        // region: solution stage=6 sharded-len
        (0..self.shards.len())
            .map(|shard| self.lock(shard).len())
            .sum()
        //= todo!("stage 6: one shard after the other")
        // endregion
    }

    /// Whether no shard holds an entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A clone of the value under `key`, which counts as a use. A reference cannot be given: it would be
    /// valid only as long as the lock is held.
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        V: Clone,
    {
        // region: solution stage=6 sharded-get
        self.lock(self.shard_of(key)).get(key).cloned()
        //= todo!("stage 6: lock the shard of the key, get, clone")
        // endregion
    }

    /// Stores `value` under `key` and returns the value it replaces.
    pub fn put(&self, key: K, value: V) -> Option<V> {
        // region: solution stage=6 sharded-put
        self.lock(self.shard_of(&key)).put(key, value)
        //= todo!("stage 6: lock the shard of the key, put")
        // endregion
    }

    /// Takes the value under `key` out of the cache.
    pub fn remove<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=6 sharded-remove
        self.lock(self.shard_of(key)).remove(key)
        //= todo!("stage 6: lock the shard of the key, remove")
        // endregion
    }

    /// Lends the value under `key` to `change` while the lock of its shard is held, and returns what that
    /// returns. It counts as a use. `change` must not use the same cache again.
    pub fn with<Q, R>(&self, key: &Q, change: impl FnOnce(Option<&mut V>) -> R) -> R
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=6 sharded-with
        change(self.lock(self.shard_of(key)).get_mut(key))
        //= todo!("stage 6: lend the value under the lock")
        // endregion
    }

    /// A clone of the value under `key`; made and stored if there is none. `make` runs under the lock of
    /// the shard, so threads that ask for the same key at once run it once.
    pub fn get_or_insert_with<Q>(&self, key: &Q, make: impl FnOnce() -> V) -> V
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized + ToOwned<Owned = K>,
        V: Clone,
    {
        // region: solution stage=6 sharded-get-or-insert-with
        let mut shard = self.lock(self.shard_of(key));
        if let Some(value) = shard.get(key) {
            return value.clone();
        }
        let value = make();
        shard.put(key.to_owned(), value.clone());
        value
        //= todo!("stage 6: look, make and store under one lock")
        // endregion
    }

    // region: solution stage=6 sharded-lock
    /// Locks a shard. Where a thread panicked while it held the lock, a value may be half changed. A cache
    /// may always forget, so the shard is emptied and used again.
    fn lock(&self, shard: usize) -> MutexGuard<'_, LruCache<K, V>> {
        let shard = &self.shards[shard];
        shard.lock().unwrap_or_else(|poisoned| {
            shard.clear_poison();
            let mut cache = poisoned.into_inner();
            cache.clear();
            cache
        })
    }
    //=
    // endregion
}
