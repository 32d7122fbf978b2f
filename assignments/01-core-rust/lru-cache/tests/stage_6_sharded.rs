mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use lru_cache::ShardedCache;

/// Two keys of different shards.
fn keys_apart(cache: &ShardedCache<u32, u32>) -> (u32, u32) {
    let first = 0;
    let other = (1..10_000).find(|key| cache.shard_of(key) != cache.shard_of(&first));
    (first, other.expect("some key lies elsewhere"))
}

#[test]
fn get_finds_what_was_put() {
    let cache = ShardedCache::new(8, 2);
    assert_eq!(cache.put("a".to_owned(), 1), None);
    assert_eq!(cache.put("a".to_owned(), 2), Some(1));
    assert_eq!(cache.get("a"), Some(2));
    assert_eq!(cache.get("b"), None);
}

#[test]
fn remove_hands_the_value_out() {
    let cache = ShardedCache::new(8, 2);
    cache.put("a".to_owned(), 1);
    assert_eq!(cache.remove("a"), Some(1));
    assert_eq!(cache.get("a"), None);
}

#[test]
fn the_capacity_is_split_exactly() {
    let cache: ShardedCache<u32, ()> = ShardedCache::new(10, 4);
    let shares: Vec<usize> = (0..cache.shards())
        .map(|shard| cache.shard_capacity(shard))
        .collect();
    assert_eq!(
        shares,
        [3, 3, 2, 2],
        "what does not divide goes to the first shards"
    );
}

#[test]
fn all_shards_together_hold_no_more_than_the_capacity() {
    let cache = ShardedCache::new(10, 4);
    for key in 0..1_000 {
        cache.put(key, key);
    }
    assert_eq!(cache.len(), 10);
}

#[test]
fn every_shard_gets_keys() {
    let cache: ShardedCache<u32, ()> = ShardedCache::new(4, 3);
    let mut seen: Vec<usize> = (0..1_000_u32).map(|key| cache.shard_of(&key)).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [0, 1, 2]);
}

#[test]
fn a_shard_forgets_its_own_least_recently_used() {
    let cache = ShardedCache::new(2, 1);
    cache.put("a".to_owned(), 1);
    cache.put("b".to_owned(), 2);
    cache.get("a");
    cache.put("c".to_owned(), 3);
    assert_eq!(cache.get("b"), None, "`b` was used longest ago");
}

#[test]
fn with_lends_a_value_and_returns_what_the_closure_returns() {
    let cache = ShardedCache::new(4, 2);
    cache.put("a".to_owned(), 1);
    let seen = cache.with("a", |value| {
        let value = value.expect("`a` was put");
        *value += 1;
        *value
    });
    assert_eq!(seen, 2);
    assert_eq!(cache.get("a"), Some(2));
    assert!(cache.with("b", |value| value.is_none()));
}

#[test]
fn with_counts_as_a_use() {
    let cache = ShardedCache::new(2, 1);
    cache.put("a".to_owned(), 1);
    cache.put("b".to_owned(), 2);
    cache.with("a", |_| ());
    cache.put("c".to_owned(), 3);
    assert_eq!(cache.get("a"), Some(1), "`a` was used after `b`");
}

#[test]
fn a_held_shard_does_not_stop_the_others() {
    let cache = Arc::new(ShardedCache::new(16, 4));
    let (held, other) = keys_apart(&cache);
    cache.put(held, 1);
    let (done, wait_for_done) = channel();
    let elsewhere = cache.clone();
    let finished = cache.with(&held, |_| {
        // The lock of this key's shard is held here; another thread must get by.
        let worker = thread::spawn(move || {
            elsewhere.put(other, 2);
            let seen = elsewhere.get_or_insert_with(&other, || 3);
            let _ = done.send((seen, elsewhere.remove(&other)));
        });
        let seen = wait_for_done.recv_timeout(Duration::from_secs(5));
        (seen, worker)
    });
    let (seen, worker) = finished;
    worker.join().expect("the other thread does not panic");
    assert_eq!(
        seen,
        Ok((2, Some(2))),
        "a key of another shard waited for this lock"
    );
}

#[test]
fn get_or_insert_with_counts_as_a_use() {
    let cache = ShardedCache::new(2, 1);
    cache.put("a".to_owned(), 1);
    cache.put("b".to_owned(), 2);
    cache.get_or_insert_with("a", || 3);
    cache.put("c".to_owned(), 4);
    assert_eq!(cache.get("a"), Some(1), "`a` was used after `b`");
}

#[test]
fn get_or_insert_with_makes_a_value_once() {
    let cache = ShardedCache::new(16, 4);
    assert_eq!(cache.get_or_insert_with("a", || 1), 1);
    assert_eq!(cache.get_or_insert_with("a", || 2), 1);
}

#[test]
fn threads_that_ask_for_one_key_at_once_make_its_value_once() {
    let cache: Arc<ShardedCache<u32, u32>> = Arc::new(ShardedCache::new(16, 4));
    let made = Arc::new(AtomicU32::new(0));
    let make = |cache: &ShardedCache<u32, u32>, made: &AtomicU32| {
        cache.get_or_insert_with(&7, || made.fetch_add(1, Ordering::SeqCst))
    };
    let (asks, wait_for_asking) = channel();
    let mut second = None;
    let first = cache.get_or_insert_with(&7, || {
        // The first value is not made yet, and a second thread asks for it.
        let (cache, made) = (cache.clone(), made.clone());
        second = Some(thread::spawn(move || {
            let _ = asks.send(());
            make(&cache, &made)
        }));
        let _ = wait_for_asking.recv();
        // Time for a thread that nothing stops to make a value of its own.
        thread::sleep(Duration::from_millis(20));
        100
    });
    let second = second.expect("the value was missing").join();
    assert_eq!(first, 100);
    assert_eq!(second.ok(), Some(100), "both get the one value");
    assert_eq!(made.load(Ordering::SeqCst), 0, "it was made twice");
}

#[test]
fn get_or_insert_with_gives_a_value_even_where_nothing_fits() {
    let cache = ShardedCache::new(0, 2);
    assert_eq!(cache.get_or_insert_with("a", || 7), 7);
    assert_eq!(cache.len(), 0);
}

#[test]
fn a_panic_under_the_lock_empties_its_shard_and_no_other() {
    let cache = Arc::new(ShardedCache::new(16, 4));
    let (broken, other) = keys_apart(&cache);
    cache.put(broken, 1);
    cache.put(other, 2);
    let there = cache.clone();
    let end = thread::spawn(move || {
        there.with(&broken, |_| -> () { panic!("half-way through a change") })
    })
    .join();
    assert!(end.is_err(), "the panic reaches its own thread");
    assert_eq!(
        cache.get(&broken),
        None,
        "a value that may be half changed is not served"
    );
    assert_eq!(cache.get(&other), Some(2));
    cache.put(broken, 3);
    assert_eq!(cache.get(&broken), Some(3), "the shard is used again");
}

#[test]
fn what_many_threads_put_is_there() {
    let cache: Arc<ShardedCache<u32, u32>> = Arc::new(ShardedCache::new(4_000, 4));
    let workers: Vec<_> = (0..4_u32)
        .map(|worker| {
            let cache = cache.clone();
            thread::spawn(move || {
                for key in 0..100 {
                    cache.put(worker * 100 + key, key);
                }
            })
        })
        .collect();
    let ends: Vec<bool> = workers
        .into_iter()
        .map(|worker| worker.join().is_ok())
        .collect();
    assert_eq!(ends, [true; 4], "no thread panics");
    assert_eq!(cache.len(), 400);
}

#[test]
#[should_panic(expected = "at least one shard")]
fn no_shard_is_refused() {
    let _: ShardedCache<u32, u32> = ShardedCache::new(4, 0);
}
