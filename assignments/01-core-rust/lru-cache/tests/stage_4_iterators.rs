mod common;

use common::{DropLog, Model};
use lru_cache::LruCache;
use proptest::prelude::*;

/// `a`, `b` and `c` put in this order, then `a` used: `a` is the newest, `b` the oldest.
fn a_c_b() -> LruCache<&'static str, u32> {
    let mut cache = LruCache::new(3);
    cache.put("a", 1);
    cache.put("b", 2);
    cache.put("c", 3);
    cache.get("a");
    cache
}

#[test]
fn iter_starts_with_the_most_recently_used() {
    let cache = a_c_b();
    let entries: Vec<_> = cache.iter().collect();
    assert_eq!(entries, [(&"a", &1), (&"c", &3), (&"b", &2)]);
}

#[test]
fn iter_runs_backwards_too() {
    let cache = a_c_b();
    let keys: Vec<_> = cache.iter().rev().map(|(key, _)| *key).collect();
    assert_eq!(keys, ["b", "c", "a"]);
}

#[test]
fn the_two_ends_of_iter_meet_in_the_middle() {
    let cache = a_c_b();
    let mut entries = cache.iter();
    assert_eq!(entries.next(), Some((&"a", &1)));
    assert_eq!(entries.next_back(), Some((&"b", &2)));
    assert_eq!(entries.next(), Some((&"c", &3)));
    assert_eq!(entries.next_back(), None, "all three were given");
    assert_eq!(entries.next(), None);
}

#[test]
fn iter_knows_how_many_are_left() {
    let cache = a_c_b();
    let mut entries = cache.iter();
    assert_eq!(entries.len(), 3);
    entries.next();
    entries.next_back();
    assert_eq!(entries.len(), 1);
}

#[test]
fn iter_over_an_empty_cache_gives_nothing() {
    let cache: LruCache<&str, u32> = LruCache::new(3);
    assert_eq!(cache.iter().next(), None);
    assert_eq!(cache.iter().next_back(), None);
    assert_eq!(cache.iter().len(), 0);
}

#[test]
fn iterating_does_not_count_as_a_use() {
    let mut cache = a_c_b();
    for _ in &cache {}
    cache.put("d", 4);
    assert!(!cache.contains("b"), "`b` was still used longest ago");
}

#[test]
fn into_iter_hands_out_keys_and_values() {
    let entries: Vec<(&str, u32)> = a_c_b().into_iter().collect();
    assert_eq!(entries, [("a", 1), ("c", 3), ("b", 2)]);
}

#[test]
fn into_iter_runs_from_both_ends() {
    let mut entries = a_c_b().into_iter();
    assert_eq!(entries.next_back(), Some(("b", 2)));
    assert_eq!(entries.len(), 2);
    assert_eq!(entries.next(), Some(("a", 1)));
    assert_eq!(entries.next_back(), Some(("c", 3)));
    assert_eq!(entries.next(), None);
}

#[test]
fn pop_lru_takes_the_oldest() {
    let mut cache = a_c_b();
    assert_eq!(cache.pop_lru(), Some(("b", 2)));
    assert_eq!(cache.pop_lru(), Some(("c", 3)));
    assert_eq!(cache.len(), 1);
}

#[test]
fn an_empty_cache_pops_nothing() {
    let mut cache: LruCache<&str, u32> = LruCache::new(3);
    assert_eq!(cache.pop_lru(), None);
}

#[test]
fn clear_forgets_everything() {
    let mut cache = a_c_b();
    cache.clear();
    assert_eq!(cache.len(), 0);
    assert_eq!(cache.get("a"), None);
}

#[test]
fn a_cleared_cache_can_be_filled_again() {
    let mut cache = a_c_b();
    cache.clear();
    cache.put("d", 4);
    cache.put("e", 5);
    assert_eq!(
        cache.iter().map(|(key, _)| *key).collect::<Vec<_>>(),
        ["e", "d"]
    );
}

#[test]
fn clear_drops_the_oldest_first() {
    let log = DropLog::default();
    let mut cache = LruCache::new(3);
    cache.put("a", log.value("a"));
    cache.put("b", log.value("b"));
    cache.put("c", log.value("c"));
    cache.get("a");
    cache.clear();
    assert_eq!(log.dropped(), ["b", "c", "a"]);
}

#[test]
fn a_dropped_cache_drops_the_oldest_first() {
    let log = DropLog::default();
    let mut cache = LruCache::new(3);
    cache.put("a", log.value("a"));
    cache.put("b", log.value("b"));
    cache.put("c", log.value("c"));
    cache.get("a");
    drop(cache);
    assert_eq!(log.dropped(), ["b", "c", "a"]);
}

#[test]
fn an_unfinished_into_iter_drops_the_rest_once() {
    let log = DropLog::default();
    let mut cache = LruCache::new(3);
    cache.put("a", log.value("a"));
    cache.put("b", log.value("b"));
    cache.put("c", log.value("c"));
    let mut entries = cache.into_iter();
    let newest = entries.next().map(|(_, value)| value);
    drop(entries);
    assert_eq!(log.dropped(), ["a", "b"], "`c` was handed out and lives on");
    drop(newest);
    assert_eq!(log.dropped(), ["a", "b", "c"]);
}

proptest! {
    #![proptest_config(common::config())]

    #[test]
    fn the_order_is_the_model_s(
        capacity in 1_usize..6,
        calls in prop::collection::vec((0_u8..4, 0_u8..9, any::<u32>()), 0..60),
    ) {
        let mut model = Model::new(capacity);
        let mut cache = LruCache::new(capacity);
        for (call, key, value) in calls {
            match call {
                0 => prop_assert_eq!(cache.get(&key).copied(), model.get(key)),
                1 => prop_assert_eq!(cache.remove(&key), model.remove(key)),
                _ => prop_assert_eq!(cache.put(key, value), model.put(key, value)),
            }
            let entries: Vec<(u8, u32)> = cache.iter().map(|(key, value)| (*key, *value)).collect();
            prop_assert_eq!(entries, model.entries());
        }
    }
}
