//! The gates of the exercise: `cargo bench` measures them here, a grader measures them for points.
//!
//! Each builds your cache and a peer's alike, asks both the same random questions, and compares the answers.

use std::sync::Arc;

use course_gate::{Count, Digest, Gate, Holder, Rng, Scenario, Sides, allocations, allocations_of};
use lru_cache::{LruCache, ShardedCache};
use lru_cache_gates::peer;

/// Entries of a cache whose time is measured: few enough for the processor's own cache.
const ENTRIES: usize = 1_000;

/// Calls in a batch.
const CALLS: u32 = 1_000;

course_gate::program!(
    Gate::agree("answers", answers),
    Gate::count("hit_allocations", hit_allocations),
    Gate::count("put_allocations", put_allocations),
    Gate::count("put_key_copies", put_key_copies),
    Gate::count("put_memory", put_memory),
    Gate::growth("get_growth", 256, CALLS, |rng, n| times(rng, n, GETS)),
    Gate::growth("put_growth", 256, CALLS, |rng, n| times(rng, n, PUTS)),
    Gate::ratio("get_time", CALLS, |rng| times(rng, ENTRIES, GETS)),
    Gate::ratio("put_time", CALLS, |rng| times(rng, ENTRIES, PUTS)),
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

/// Caches of all sizes, most of them small, asked for long.
fn answers(rng: &mut Rng) -> Sides<Vec<Call>> {
    let most = if rng.u8(..4) == 0 { 5_000 } else { 64 };
    let entries = rng.usize(1..=most);
    mixed(rng, entries, HALF, 5 * CALLS)
}

/// Caches of about a size: no two are alike, so that no code can know which one is measured.
fn times(rng: &mut Rng, about: usize, mix: Mix) -> Sides<Vec<Call>> {
    let entries = about * 3 / 4 + rng.usize(..about / 2);
    mixed(rng, entries, mix, CALLS)
}

/// Your cache and the peer's, full of the same entries, and batches of so many random calls on both.
fn mixed(rng: &mut Rng, entries: usize, mix: Mix, calls: u32) -> Sides<Vec<Call>> {
    let keys: Vec<u64> = random(rng, (entries * mix.keys).div_ceil(8));
    let (mut other, mut student) = (peer(entries), LruCache::new(entries));
    // One after the other, so that neither lies between the other's entries.
    for key in keys.iter().take(entries) {
        other.put(*key, !key);
    }
    for key in keys.iter().take(entries) {
        student.put(*key, !key);
    }
    let inputs = move |rng: &mut Rng| {
        let call = |_| {
            let key = keys[rng.usize(..keys.len())];
            match rng.u8(..16) < mix.puts {
                true => Call::Put(key, rng.u64(..)),
                false => Call::Get(key),
            }
        };
        (0..calls).map(call).collect()
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

/// How often a put copies its key: a copy of one so long is more than anything else in a put takes at once.
fn put_key_copies(rng: &mut Rng) -> Count {
    let mut student = LruCache::new(ENTRIES);
    let name = |rng: &mut Rng| format!("{:01$}", rng.u64(..), KEY);
    for _ in 0..COUNTED {
        student.put(name(rng), 0_u64);
    }
    let keys: Vec<String> = (0..COUNTED).map(|_| name(rng)).collect();
    let last = keys.last().cloned().unwrap_or_default();
    let (counted, ()) = allocations_of(KEY, || {
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
        events: counted.calls,
        operations: COUNTED,
    }
}

/// Bytes of a key whose copies are counted.
const KEY: usize = 1_024;

/// How many bytes of every put are kept for ever, by a cache that has long been full.
fn put_memory(rng: &mut Rng) -> Count {
    let mut student = full(&random(rng, 2 * COUNTED as usize));
    let puts = 10 * COUNTED;
    let keys = random(rng, puts as usize);
    let (counted, ()) = allocations(|| {
        for key in &keys {
            student.put(*key, !*key);
        }
    });
    assert_eq!(student.len(), ENTRIES, "a full cache is no longer full");
    Count {
        events: counted.kept,
        operations: puts,
    }
}

/// While a thread is held under the lock of one shard, calls on the keys of others come to their end. And who asks for the
/// key whose value is lent waits until it is back.
fn shards(rng: &mut Rng) -> Vec<Scenario> {
    let cache: Arc<ShardedCache<u64, u64>> = Arc::new(ShardedCache::new(6_400, SHARDS));
    let lent = rng.u64(..);
    let held_shard = cache.shard_of(&lent);
    let key_of = |rng: &mut Rng, wanted: fn(usize, usize) -> bool| {
        std::iter::repeat_with(|| rng.u64(..)).find(|key| wanted(cache.shard_of(key), held_shard))
    };
    let missing = key_of(rng, |shard, held| shard == held).unwrap_or_default();
    // Many keys, of all other shards: once is what a lock that gives up after a while would still let pass.
    let others: Vec<u64> = (0..1_000)
        .filter_map(|_| key_of(rng, |shard, held| shard != held))
        .collect();
    cache.put(lent, 1);
    for key in others.iter().step_by(2) {
        cache.put(*key, !key);
    }
    type Hold = fn(&ShardedCache<u64, u64>, [u64; 2], &Holder);
    let holds: [(&str, Hold); 2] = [
        ("a value is lent", |cache, [lent, _], holder| {
            cache.with(&lent, |_| holder.hold());
        }),
        ("a value is made", |cache, [_, missing], holder| {
            cache.get_or_insert_with(&missing, || {
                holder.hold();
                0
            });
            cache.remove(&missing);
        }),
    ];
    type Use = fn(&ShardedCache<u64, u64>, u64);
    let uses: [(&str, Use); 5] = [
        ("get", |cache, key| {
            cache.get(&key);
        }),
        ("put", |cache, key| {
            cache.put(key, !key);
        }),
        ("with", |cache, key| cache.with(&key, |_| ())),
        ("remove", |cache, key| {
            cache.remove(&key);
        }),
        ("get_or_insert_with", |cache, key| {
            assert_eq!(cache.get_or_insert_with(&key, || !key), !key);
        }),
    ];
    let mut scenarios = Vec::new();
    for (holding, hold) in holds {
        for (name, call) in uses {
            let (held, other, keys) = (cache.clone(), cache.clone(), others.clone());
            scenarios.push(Scenario::new(
                format!("{name} while {holding}"),
                move |holder| hold(&held, [lent, missing], holder),
                move || keys.iter().for_each(|key| call(&other, *key)),
            ));
        }
    }
    let (held, other) = (cache.clone(), cache);
    scenarios.push(Scenario::after(
        "get of the value that is lent",
        move |holder| {
            held.with(&lent, |value| {
                holder.hold();
                *value.expect("the value that was put") = 2;
            });
        },
        move || {
            assert_eq!(
                other.get(&lent),
                Some(2),
                "a get did not wait for the value that is lent"
            )
        },
    ));
    scenarios
}

const SHARDS: usize = 8;
