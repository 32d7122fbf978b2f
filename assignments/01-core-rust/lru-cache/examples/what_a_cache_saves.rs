//! Shows two things about an LRU cache: how often it spares the work, and why constant time matters.
//!
//! ```sh
//! cargo run --release --example what_a_cache_saves
//! ```

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::{Duration, Instant};

use lru_cache::{LruCache, NaiveLru};

const KEYS: u64 = 10_000;
const REQUESTS: usize = 200_000;

fn main() {
    hit_rates();
    println!();
    costs();
}

/// Requests of which few keys get most, as on the web: the key of rank r is asked for about 1/r as often as
/// the first. A cache that holds one key in a hundred answers far more than one request in a hundred.
fn hit_rates() {
    println!("requests answered from the cache, {REQUESTS} requests for {KEYS} keys");
    println!(
        "{:>10} {:>12} {:>12} {:>12}",
        "capacity", "share held", "LRU", "FIFO"
    );
    for capacity in [100, 500, 1_000, 5_000] {
        println!(
            "{capacity:>10} {:>11.1}% {:>11.1}% {:>11.1}%",
            percent(capacity, KEYS as usize),
            percent(lru_hits(capacity), REQUESTS),
            percent(fifo_hits(capacity), REQUESTS),
        );
    }
}

fn lru_hits(capacity: usize) -> usize {
    let mut cache = LruCache::new(capacity);
    let mut hits = 0;
    for key in skewed_keys() {
        if cache.get(&key).is_some() {
            hits += 1;
        } else {
            cache.put(key, ());
        }
    }
    hits
}

/// The same with a queue, from which the entry that came first leaves first, used or not.
fn fifo_hits(capacity: usize) -> usize {
    let mut held = vec![false; KEYS as usize];
    let mut queue = VecDeque::new();
    let mut hits = 0;
    for key in skewed_keys() {
        if held[key as usize] {
            hits += 1;
            continue;
        }
        if queue.len() == capacity
            && let Some(first) = queue.pop_front()
        {
            held[first as usize] = false;
        }
        queue.push_back(key);
        held[key as usize] = true;
    }
    hits
}

/// A hit in the naive cache, in units of a hit in the fast one. The two run in turn, so that whatever else
/// the machine does meets both; the median of the turns is shown.
fn costs() {
    println!("time of a hit in NaiveLru, divided by that in LruCache");
    println!("{:>10} {:>12}", "entries", "ratio");
    for entries in [10_u64, 100, 1_000, 10_000] {
        let mut slow = NaiveLru::new(entries as usize);
        let mut fast = LruCache::new(entries as usize);
        for key in 0..entries {
            slow.put(key, key);
            fast.put(key, key);
        }
        let mut ratios: Vec<f64> = (0..21)
            .map(|turn| {
                let keys: Vec<u64> = numbers(turn).take(500).map(|n| n % entries).collect();
                let slow = time(|| keys.iter().filter(|key| slow.get(key).is_some()).count());
                let fast = time(|| keys.iter().filter(|key| fast.get(*key).is_some()).count());
                slow.as_secs_f64() / fast.as_secs_f64()
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        println!("{entries:>10} {:>12.1}", ratios[ratios.len() / 2]);
    }
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole as f64
}

/// Keys by Zipf's law, always the same ones.
fn skewed_keys() -> impl Iterator<Item = u64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=KEYS)
        .map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        })
        .collect();
    numbers(1).take(REQUESTS).map(move |number| {
        let at = number as f64 / u64::MAX as f64 * sum;
        sums.partition_point(|reached| *reached < at)
            .min(sums.len() - 1) as u64
    })
}

/// Numbers that look random and are the same in every run (the generator SplitMix64).
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}
