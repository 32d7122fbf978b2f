/// An LRU cache whose calls take time proportional to its length.
///
/// It keeps its entries in one `Vec`, in order of use. That is easy to get right, and so it serves as the
/// measure for [`LruCache`](crate::LruCache), which promises the same behaviour in constant time.
#[derive(Debug)]
pub struct NaiveLru<K, V> {
    capacity: usize,
    /// The least recently used entry first.
    entries: Vec<(K, V)>,
}

impl<K: Eq, V> NaiveLru<K, V> {
    /// An empty cache for at most `capacity` entries. With a capacity of 0 it never holds any.
    pub fn new(capacity: usize) -> Self {
        NaiveLru {
            capacity,
            entries: Vec::new(),
        }
    }

    /// The most entries it holds.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many entries it holds.
    pub fn len(&self) -> usize {
        // region: solution stage=1 naive-len
        self.entries.len()
        //= todo!("stage 1: count the entries")
        // endregion
    }

    /// Whether it holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under `key`, which counts as a use: the entry becomes the most recently used.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        // region: solution stage=1 naive-get
        let entry = self.take(key)?;
        self.entries.push(entry);
        self.entries.last().map(|(_, value)| value)
        //= todo!("stage 1: find the entry, move it to the recent end, return its value")
        // endregion
    }

    /// Stores `value` under `key` as the most recently used entry and returns the value it replaces. A full
    /// cache first forgets its least recently used entry, unless the key is there already.
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        // region: solution stage=1 naive-put
        let replaced = self.take(&key).map(|(_, value)| value);
        if self.entries.len() == self.capacity && !self.entries.is_empty() {
            self.entries.remove(0);
        }
        if self.capacity > 0 {
            self.entries.push((key, value));
        }
        replaced
        //= todo!("stage 1: take out an entry of the same key, make room, put the new entry at the recent end")
        // endregion
    }

    // region: solution stage=1 naive-take
    /// Takes the entry of `key` out of the order.
    fn take(&mut self, key: &K) -> Option<(K, V)> {
        let place = self.entries.iter().position(|(known, _)| known == key)?;
        Some(self.entries.remove(place))
    }
    //=
    // endregion
}
