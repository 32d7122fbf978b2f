//! What the tests of several stages need: a model, a log of drops, keys that collide, a fixed seed.

#![allow(dead_code, reason = "each stage uses a part of it")]

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use proptest::test_runner::{Config, RngSeed};

/// An LRU cache to compare with: a vector, the least recently used entry first. It knows weights and
/// deadlines too (in milliseconds), which early stages leave at 1 and none.
pub struct Model {
    pub capacity: usize,
    pub now: u64,
    entries: Vec<ModelEntry>,
}

#[derive(Clone)]
struct ModelEntry {
    key: u8,
    value: u32,
    weight: usize,
    deadline: Option<u64>,
}

impl Model {
    pub fn new(capacity: usize) -> Model {
        Model {
            capacity,
            now: 0,
            entries: Vec::new(),
        }
    }

    pub fn get(&mut self, key: u8) -> Option<u32> {
        self.forget_if_expired(key);
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        let entry = self.entries.remove(place);
        self.entries.push(entry.clone());
        Some(entry.value)
    }

    pub fn peek(&self, key: u8) -> Option<u32> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        (!self.is_expired(entry)).then_some(entry.value)
    }

    pub fn put(&mut self, key: u8, value: u32) -> Option<u32> {
        self.put_weighing(key, value, 1, None)
    }

    pub fn put_weighing(
        &mut self,
        key: u8,
        value: u32,
        weight: usize,
        time_to_live: Option<u64>,
    ) -> Option<u32> {
        let replaced = self.remove(key);
        if weight <= self.capacity {
            while self.weight() + weight > self.capacity {
                self.entries.remove(0);
            }
            self.entries.push(ModelEntry {
                key,
                value,
                weight,
                deadline: time_to_live.map(|time| self.now + time),
            });
        }
        replaced
    }

    pub fn remove(&mut self, key: u8) -> Option<u32> {
        self.forget_if_expired(key);
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(place).value)
    }

    pub fn purge_expired(&mut self) -> usize {
        let before = self.entries.len();
        let now = self.now;
        self.entries
            .retain(|entry| entry.deadline.is_none_or(|deadline| now < deadline));
        before - self.entries.len()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn weight(&self) -> usize {
        self.entries.iter().map(|entry| entry.weight).sum()
    }

    /// Keys and values, the most recently used first.
    pub fn entries(&self) -> Vec<(u8, u32)> {
        self.entries
            .iter()
            .rev()
            .map(|entry| (entry.key, entry.value))
            .collect()
    }

    fn is_expired(&self, entry: &ModelEntry) -> bool {
        entry.deadline.is_some_and(|deadline| deadline <= self.now)
    }

    fn forget_if_expired(&mut self, key: u8) {
        let now = self.now;
        self.entries.retain(|entry| {
            entry.key != key || entry.deadline.is_none_or(|deadline| now < deadline)
        });
    }
}

/// Writes down the names of what is dropped, in order.
#[derive(Clone, Default)]
pub struct DropLog {
    names: Arc<Mutex<Vec<&'static str>>>,
}

impl DropLog {
    /// A value whose drop is written down under this name.
    pub fn value(&self, name: &'static str) -> Logged {
        Logged {
            name,
            log: self.clone(),
        }
    }

    /// What was dropped so far.
    pub fn dropped(&self) -> Vec<&'static str> {
        self.names.lock().unwrap().clone()
    }
}

/// A value that cannot be cloned and is missed when it goes.
pub struct Logged {
    pub name: &'static str,
    log: DropLog,
}

impl Drop for Logged {
    fn drop(&mut self) {
        self.log.names.lock().unwrap().push(self.name);
    }
}

/// A key whose hash is always the same: only equality tells two of them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash(pub u32);

impl Hash for Clash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        0_u8.hash(state);
    }
}

thread_local! {
    static COPIES: Cell<u32> = const { Cell::new(0) };
}

/// A key that counts how often one of its kind is cloned on this thread.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Counted(u32);

impl Counted {
    pub fn new(number: u32) -> Counted {
        Counted(number)
    }

    /// How many were cloned so far.
    pub fn copies() -> u32 {
        COPIES.get()
    }
}

impl Clone for Counted {
    fn clone(&self) -> Counted {
        COPIES.set(COPIES.get() + 1);
        Counted(self.0)
    }
}

/// Settings of the property tests: the same cases in every run. `COURSE_SEED` chooses others,
/// `COURSE_EFFORT=small` fewer.
pub fn config() -> Config {
    let seed = std::env::var("COURSE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_260_901);
    println!("seed {seed}; another: COURSE_SEED=1 cargo test");
    let small = std::env::var("COURSE_EFFORT").is_ok_and(|effort| effort == "small");
    Config {
        cases: if small { 48 } else { 512 },
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    }
}
