use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
// region: solution stage=2 use-phantom
//= use std::marker::PhantomData;
// endregion
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::iter::Iter;
// region: solution stage=2 use-links
use crate::links::Links;
//=
// endregion

// region: solution stage=2 entry
/// What a slot holds.
#[derive(Debug)]
pub(crate) struct Entry<K, V> {
    pub(crate) key: K,
    pub(crate) value: V,
    //=
    // endregion
    // region: solution stage=5 entry-weight
    weight: usize,
    /// When it stops being served; `None` for never.
    deadline: Option<Duration>,
    //=
    // endregion
    // region: solution stage=2 entry-end
}
//=
// endregion

/// Tells how much of the capacity an entry takes.
type Weigher<K, V> = Box<dyn Fn(&K, &V) -> usize + Send>;

/// An LRU cache whose calls take constant time, however many entries it holds.
///
/// ```
/// use lru_cache::LruCache;
///
/// let mut cache = LruCache::new(2);
/// cache.put("a", 1);
/// cache.put("b", 2);
/// cache.get("a");
/// cache.put("c", 3); // makes room by forgetting "b", used longest ago
/// assert_eq!(cache.get("b"), None);
/// assert_eq!(cache.get("a"), Some(&1));
/// ```
pub struct LruCache<K, V> {
    capacity: usize,
    // region: solution stage=2 fields
    /// In which slot the entry of a key is.
    index: HashMap<K, usize>,
    /// The entries by slot; a free slot holds none, so that what leaves is dropped at once.
    slots: Vec<Option<Entry<K, V>>>,
    /// The slots in order of use.
    pub(crate) links: Links,
    //= entries: PhantomData<(K, V)>,
    // endregion
    // region: solution stage=5 fields-weight
    /// The sum of the weights of all entries.
    weight: usize,
    weigher: Option<Weigher<K, V>>,
    clock: Arc<dyn Clock>,
    //=
    // endregion
}

impl<K: Hash + Eq + Clone, V> LruCache<K, V> {
    /// An empty cache for at most `capacity` entries. With a capacity of 0 it never holds any.
    pub fn new(capacity: usize) -> Self {
        // region: solution stage=2 new
        LruCache {
            capacity,
            index: HashMap::new(),
            slots: Vec::new(),
            links: Links::new(),
            //= todo!("stage 2: an empty cache")
            // endregion
            // region: solution stage=5 new-weight
            weight: 0,
            weigher: None,
            clock: Arc::new(SystemClock::start()),
            //=
            // endregion
            // region: solution stage=2 new-end
        }
        //=
        // endregion
    }

    /// An empty cache for entries that `weigher` gives at most `capacity` in sum. Each entry is weighed once,
    /// when it is put; a weight of 0 counts as 1.
    pub fn weighted(capacity: usize, weigher: impl Fn(&K, &V) -> usize + Send + 'static) -> Self {
        // region: solution stage=5 weighted
        let mut cache = Self::new(capacity);
        cache.weigher = Some(Box::new(weigher));
        cache
        //= todo!("stage 5: a cache that weighs its entries")
        // endregion
    }

    /// The same cache, still empty, going by this clock.
    ///
    /// # Panics
    ///
    /// If it holds an entry: the deadline would be read off another clock.
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        // region: solution stage=5 with-clock
        assert!(self.is_empty(), "set the clock before the first put");
        let mut cache = self;
        cache.clock = clock;
        cache
        //= todo!("stage 5: keep the clock")
        // endregion
    }

    /// The greatest sum of weights it holds; without a weigher, the most entries.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many entries it holds, expired ones that nobody asked for since among them.
    pub fn len(&self) -> usize {
        // region: solution stage=2 len
        self.index.len()
        //= todo!("stage 2: count the entries")
        // endregion
    }

    /// Whether it holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sum of the weights of the entries that [`len`](Self::len) counts.
    pub fn weight(&self) -> usize {
        // region: solution stage=5 weight
        self.weight
        //= todo!("stage 5: the sum of the weights, without walking through the entries")
        // endregion
    }

    /// The value under `key`, which counts as a use: the entry becomes the most recently used.
    pub fn get<Q>(&mut self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=2 get
        let slot = self.live_slot_or_forget(key)?;
        self.links.move_to_newest(slot);
        self.slots[slot].as_ref().map(|entry| &entry.value)
        //= todo!("stage 2: find the slot of the key, make it the newest, return its value")
        // endregion
    }

    /// Stores `value` under `key` as the most recently used entry and returns the value it replaces. First
    /// forgets least recently used entries until there is room. An entry that is heavier than the whole
    /// capacity is dropped, and what was under its key is gone all the same.
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        // region: solution stage=2 put
        let entry = self.entry(key, value);
        self.insert(entry)
        //= todo!("stage 2: take out an entry of the same key, make room, store the new entry as the newest")
        // endregion
    }

    /// As [`put`](Self::put), but from `time_to_live` on the entry is no longer served.
    pub fn put_for(&mut self, key: K, value: V, time_to_live: Duration) -> Option<V> {
        // region: solution stage=5 put-for
        let deadline = self.clock.now().saturating_add(time_to_live);
        let entry = Entry {
            deadline: Some(deadline),
            ..self.entry(key, value)
        };
        self.insert(entry)
        //= todo!("stage 5: store the entry with its deadline")
        // endregion
    }

    /// The value under `key`. Looking does not count as a use.
    pub fn peek<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=3 peek
        let slot = self.live_slot(key)?;
        self.slots[slot].as_ref().map(|entry| &entry.value)
        //= todo!("stage 3: find the value and leave the order alone")
        // endregion
    }

    /// Whether there is a value under `key`. Asking does not count as a use.
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=3 contains
        self.live_slot(key).is_some()
        //= todo!("stage 3: look the key up and leave the order alone")
        // endregion
    }

    /// The value under `key`, to be changed. That counts as a use. Its weight stays what it was.
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=3 get-mut
        let slot = self.live_slot_or_forget(key)?;
        self.links.move_to_newest(slot);
        self.slots[slot].as_mut().map(|entry| &mut entry.value)
        //= todo!("stage 3: as get, but lend the value mutably")
        // endregion
    }

    /// Takes the value under `key` out of the cache.
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // region: solution stage=3 remove
        let slot = self.live_slot_or_forget(key)?;
        Some(self.take(slot).value)
        //= todo!("stage 3: take the entry out of slots, order and index")
        // endregion
    }

    /// The value under `key`, which counts as a use; made and stored if there is none. The key is only
    /// copied into an owned one when it must be stored. `None` where the new entry does not fit at all.
    pub fn get_or_insert_with<Q>(&mut self, key: &Q, make: impl FnOnce() -> V) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized + ToOwned<Owned = K>,
    {
        // region: solution stage=3 get-or-insert-with
        if !self.contains(key) {
            self.put(key.to_owned(), make());
        }
        self.get(key)
        //= todo!("stage 3: make and store the value if it is missing, then get it")
        // endregion
    }

    /// The entries in order of use, the most recently used first. Looking does not count as a use; entries
    /// that have expired since they were last asked for are among them.
    pub fn iter(&self) -> Iter<'_, K, V> {
        // region: solution stage=4 iter
        Iter::new(self)
        //= todo!("stage 4: an iterator that starts at both ends of the order")
        // endregion
    }

    /// Takes the least recently used entry out of the cache.
    pub fn pop_lru(&mut self) -> Option<(K, V)> {
        // region: solution stage=4 pop-lru
        let slot = self.links.oldest()?;
        let Entry { key, value, .. } = self.take(slot);
        Some((key, value))
        //= todo!("stage 4: take the oldest entry out")
        // endregion
    }

    // region: solution stage=4 pop-mru
    /// Takes the most recently used entry out of the cache: what [`IntoIter`](crate::IntoIter) goes by.
    pub(crate) fn pop_mru(&mut self) -> Option<(K, V)> {
        let slot = self.links.newest()?;
        let Entry { key, value, .. } = self.take(slot);
        Some((key, value))
    }
    //=
    // endregion

    /// Forgets all entries, the least recently used first.
    pub fn clear(&mut self) {
        // region: solution stage=4 clear
        while self.pop_lru().is_some() {}
        //= todo!("stage 4: drop the entries, oldest first")
        // endregion
    }

    /// Forgets all entries that have expired and returns how many there were. Takes time proportional to
    /// [`len`](Self::len).
    pub fn purge_expired(&mut self) -> usize {
        // region: solution stage=5 purge-expired
        let slots = self.index.values().copied();
        let expired: Vec<usize> = slots.filter(|slot| self.is_expired(*slot)).collect();
        for slot in &expired {
            self.take(*slot);
        }
        expired.len()
        //= todo!("stage 5: take out every entry whose deadline has come")
        // endregion
    }

    // region: solution stage=2 private
    /// An entry as it is to be stored, weighed, without a deadline.
    fn entry(&self, key: K, value: V) -> Entry<K, V> {
        //=
        // endregion
        // region: solution stage=5 private-weigh
        let weight = self.weigher.as_ref().map_or(1, |weigh| weigh(&key, &value));
        //=
        // endregion
        // region: solution stage=2 private-entry
        Entry {
            key,
            value,
            //=
            // endregion
            // region: solution stage=5 private-entry-weight
            weight: weight.max(1),
            deadline: None,
            //=
            // endregion
            // region: solution stage=2 private-rest
        }
    }

    /// Stores an entry as the newest and returns the value that it replaces.
    fn insert(&mut self, entry: Entry<K, V>) -> Option<V> {
        let replaced = self
            .live_slot_or_forget(&entry.key)
            .map(|slot| self.take(slot).value);
        if self.fits(&entry) {
            while self.lacks_room(&entry) && self.evict() {}
            let slot = self.links.push_newest();
            if slot >= self.slots.len() {
                self.slots.resize_with(slot + 1, || None);
            }
            self.index.insert(entry.key.clone(), slot);
            //=
            // endregion
            // region: solution stage=5 insert-weight
            self.weight += entry.weight;
            //=
            // endregion
            // region: solution stage=2 insert-end
            self.slots[slot] = Some(entry);
        }
        replaced
    }

    /// Takes the entry of a slot out of slots, order and index: the only way by which one leaves.
    fn take(&mut self, slot: usize) -> Entry<K, V> {
        let entry = self.slots[slot]
            .take()
            .expect("a slot in the order holds an entry");
        self.links.remove(slot);
        self.index.remove(&entry.key);
        //=
        // endregion
        // region: solution stage=5 take-weight
        self.weight -= entry.weight;
        //=
        // endregion
        // region: solution stage=2 take-end
        entry
    }

    /// Forgets the least recently used entry. Returns whether there was one.
    fn evict(&mut self) -> bool {
        let oldest = self.links.oldest();
        oldest.map(|slot| self.take(slot)).is_some()
    }
    //=
    // endregion

    // region: solution stage=5 room
    /// Whether the entry could be held by an empty cache.
    fn fits(&self, entry: &Entry<K, V>) -> bool {
        entry.weight <= self.capacity
    }

    /// Whether something must leave before the entry comes.
    fn lacks_room(&self, entry: &Entry<K, V>) -> bool {
        // No sum of the two: weights come from outside and may be huge.
        entry.weight > self.capacity - self.weight
    }

    /// The slot of a key, unless its entry has expired.
    fn live_slot<Q>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let slot = *self.index.get(key)?;
        (!self.is_expired(slot)).then_some(slot)
    }

    /// Whether the deadline of a slot's entry has come.
    fn is_expired(&self, slot: usize) -> bool {
        let deadline = self.slots[slot].as_ref().and_then(|entry| entry.deadline);
        // An entry without deadline does not ask what time it is.
        deadline.is_some_and(|deadline| deadline <= self.clock.now())
    }

    /// As `live_slot`, but drops the entry of the key if its deadline has come: one look-up does both.
    fn live_slot_or_forget<Q>(&mut self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let slot = *self.index.get(key)?;
        if self.is_expired(slot) {
            self.take(slot);
            return None;
        }
        Some(slot)
    }
    //=
    //2= /// Whether the entry could be held by an empty cache.
    //2= fn fits(&self, _: &Entry<K, V>) -> bool {
    //2=     self.capacity > 0
    //2= }
    //2=
    //2= /// Whether something must leave before the entry comes.
    //2= fn lacks_room(&self, _: &Entry<K, V>) -> bool {
    //2=     self.len() == self.capacity
    //2= }
    //2=
    //2= /// The slot of a key.
    //2= fn live_slot<Q>(&self, key: &Q) -> Option<usize>
    //2= where
    //2=     K: Borrow<Q>,
    //2=     Q: Hash + Eq + ?Sized,
    //2= {
    //2=     self.index.get(key).copied()
    //2= }
    //2=
    //2= /// As `live_slot`.
    //2= fn live_slot_or_forget<Q>(&mut self, key: &Q) -> Option<usize>
    //2= where
    //2=     K: Borrow<Q>,
    //2=     Q: Hash + Eq + ?Sized,
    //2= {
    //2=     self.live_slot(key)
    //2= }
    // endregion
}

// region: solution stage=4 entry-at
impl<K, V> LruCache<K, V> {
    /// Key and value of a slot in the order.
    pub(crate) fn entry_at(&self, slot: usize) -> Option<(&K, &V)> {
        let entry = self.slots.get(slot)?.as_ref()?;
        Some((&entry.key, &entry.value))
    }
}

/// Drops the entries from the least to the most recently used. Without it they would be dropped in order
/// of slots, which depends on what happened to be removed before.
impl<K, V> Drop for LruCache<K, V> {
    fn drop(&mut self) {
        // No `pop_lru` here: it needs keys that can be hashed, and `Drop` may not ask for more than
        // the type itself does.
        while let Some(slot) = self.links.oldest() {
            self.links.remove(slot);
            self.slots[slot] = None;
        }
    }
}
//=
// endregion

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for LruCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LruCache")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
