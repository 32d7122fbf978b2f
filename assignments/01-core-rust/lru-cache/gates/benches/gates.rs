//! The gates of the exercise: `cargo bench` measures them here, a grader measures them for points.
//!
//! Each builds your cache and a peer's alike, asks both the same random questions, and compares the answers.

use std::sync::Arc;

use course_gate::{Count, Digest, Gate, Rng, Scenario, Sides, allocations};
use lru_cache::{LruCache, ShardedCache};
use lru_cache_gates::peer;

/// Entries of a cache whose time is measured: few enough for the processor's own cache.
const ENTRIES: usize = 1_000;

/// Calls in a batch.
const CALLS: u32 = 1_000;

course_gate::program!(
    Gate::agree("answers", |rng| {
        let entries = rng.usize(1..=64);
        mixed(rng, entries, HALF)
    }),
    Gate::count("hit_allocations", hit_allocations),
    Gate::count("put_allocations", put_allocations),
    Gate::count("put_key_copies", put_key_copies),
    Gate::growth("get_growth", 256, CALLS, |rng, n| mixed(rng, n, GETS)),
    Gate::growth("put_growth", 256, CALLS, |rng, n| mixed(rng, n, PUTS)),
    Gate::ratio("get_time", CALLS, |rng| mixed(rng, ENTRIES, GETS)),
    Gate::ratio("put_time", CALLS, |rng| mixed(rng, ENTRIES, PUTS)),
    Gate::held("shards", shards),
);

/// One call of a batch.
#[derive(Clone, Copy)]
enum Call {
    Get(u64),
    Put(u64, u64),
}

/// How a batch is mixed. Some of each there always is: only a put shows which entry was used longest ago, and only a get
/// shows that it went.
#[derive(Clone, Copy)]
struct Mix {
    /// Puts in sixteen calls.
    puts: u8,
    /// Different keys for each eight entries: the more, the more misses and evictions.
    keys: usize,
}

const HALF: Mix = Mix { puts: 8, keys: 16 };
const GETS: Mix = Mix { puts: 1, keys: 9 };
const PUTS: Mix = Mix { puts: 15, keys: 16 };

/// Your cache and the peer's, full of the same entries, and random calls on both.
fn mixed(rng: &mut Rng, entries: usize, mix: Mix) -> Sides<Vec<Call>> {
    let keys: Vec<u64> = random(rng, (entries * mix.keys).div_ceil(8));
    let (mut student, mut other) = (LruCache::new(entries), peer(entries));
    for key in keys.iter().take(entries) {
        student.put(*key, !key);
        other.put(*key, !key);
    }
    let inputs = move |rng: &mut Rng| {
        let call = |_| {
            let key = keys[rng.usize(..keys.len())];
            match rng.u8(..16) < mix.puts {
                true => Call::Put(key, rng.u64(..)),
                false => Call::Get(key),
            }
        };
        (0..CALLS).map(call).collect()
    };
    Sides::new(
        inputs,
        move |calls: &mut Vec<Call>| {
            digest(calls, |call| match call {
                Call::Get(key) => student.get(&key).copied(),
                Call::Put(key, value) => student.put(key, value),
            })
        },
        move |calls: &mut Vec<Call>| {
            digest(calls, |call| match call {
                Call::Get(key) => other.get(&key).copied(),
                Call::Put(key, value) => other.put(key, value),
            })
        },
    )
}

/// What the calls of a batch answer.
fn digest(calls: &[Call], mut answer: impl FnMut(Call) -> Option<u64>) -> Digest {
    let mut digest = Digest::new();
    for call in calls {
        digest.add_option(answer(*call));
    }
    digest
}

fn random(rng: &mut Rng, count: usize) -> Vec<u64> {
    std::iter::repeat_with(|| rng.u64(..)).take(count).collect()
}

/// Your cache, full.
fn full(keys: &[u64]) -> LruCache<u64, u64> {
    let mut student = LruCache::new(ENTRIES);
    for key in keys {
        student.put(*key, !key);
    }
    student
}

/// Rounds of a count: many enough that what grows now and then has grown.
const COUNTED: u64 = 20_000;

/// How often a hit asks the allocator for room.
fn hit_allocations(rng: &mut Rng) -> Count {
    let keys = random(rng, ENTRIES);
    let mut student = full(&keys);
    let asked: Vec<u64> = (0..COUNTED).map(|_| keys[rng.usize(..ENTRIES)]).collect();
    let (counted, right) = allocations(|| {
        let hits = asked.iter().filter(|key| student.get(key) == Some(&!**key));
        hits.count() as u64
    });
    assert_eq!(right, COUNTED, "a get did not find what was put");
    Count {
        events: counted.calls,
        operations: COUNTED,
    }
}

/// How often a put into a full cache asks the allocator for room, once it has seen as many keys as it will.
fn put_allocations(rng: &mut Rng) -> Count {
    let mut student = full(&random(rng, COUNTED as usize));
    let keys = random(rng, COUNTED as usize);
    let (counted, ()) = allocations(|| {
        for key in &keys {
            student.put(*key, !*key);
        }
    });
    let kept = keys.iter().rev().take(ENTRIES);
    let right = kept.filter(|key| student.get(key) == Some(&!**key)).count();
    assert_eq!(right, ENTRIES, "a get did not find what was put");
    Count {
        events: counted.calls,
        operations: COUNTED,
    }
}

/// How often a put copies its key. A copy of these costs an allocation each, and no other part of a put needs any of
/// their size.
fn put_key_copies(rng: &mut Rng) -> Count {
    let mut student = LruCache::new(ENTRIES);
    let name = |rng: &mut Rng| format!("{:01$}", rng.u64(..), KEY);
    for _ in 0..COUNTED {
        student.put(name(rng), 0_u64);
    }
    let keys: Vec<String> = (0..COUNTED).map(|_| name(rng)).collect();
    let last = keys.last().cloned().unwrap_or_default();
    let (counted, ()) = allocations(|| {
        for key in keys {
            student.put(key, 1);
        }
    });
    assert_eq!(
        student.get(last.as_str()),
        Some(&1),
        "a get did not find what was put"
    );
    Count {
        events: counted.bytes / KEY as u64,
        operations: COUNTED,
    }
}

/// Bytes of a key whose copies are counted: much more than a node or a place in a table takes.
const KEY: usize = 1_024;

/// While a thread is held under the lock of one shard, calls on the keys of others come to their end.
fn shards(rng: &mut Rng) -> Vec<Scenario> {
    let cache: Arc<ShardedCache<u64, u64>> = Arc::new(ShardedCache::new(64, 8));
    let held_key = rng.u64(..);
    let held_shard = cache.shard_of(&held_key);
    let other_key = loop {
        let key = rng.u64(..);
        if cache.shard_of(&key) != held_shard {
            break key;
        }
    };
    cache.put(held_key, 1);
    cache.put(other_key, 2);
    type Use = fn(&ShardedCache<u64, u64>, u64);
    let uses: [(&str, Use); 5] = [
        ("get", |cache, key| assert_eq!(cache.get(&key), Some(2))),
        ("put", |cache, key| assert_eq!(cache.put(key, 2), Some(2))),
        ("with", |cache, key| {
            cache.with(&key, |value| assert_eq!(value.copied(), Some(2)))
        }),
        ("get_or_insert_with", |cache, key| {
            assert_eq!(cache.get_or_insert_with(&key, || 3), 2)
        }),
        ("remove", |cache, key| {
            assert_eq!(cache.remove(&key), Some(2))
        }),
    ];
    let scenario = |(name, call): (&'static str, Use)| {
        let (held, other) = (cache.clone(), cache.clone());
        Scenario::new(
            name,
            move |holder| held.with(&held_key, |_| holder.hold()),
            move || call(&other, other_key),
        )
    };
    uses.into_iter().map(scenario).collect()
}
