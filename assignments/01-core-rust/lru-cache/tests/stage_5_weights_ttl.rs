mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{DropLog, Model};
use lru_cache::{LruCache, ManualClock};
use proptest::prelude::*;

/// A cache whose values are their own weights.
fn weighing(capacity: usize) -> LruCache<&'static str, usize> {
    LruCache::weighted(capacity, |_, value| *value)
}

/// A cache and the clock that it goes by.
fn timed(capacity: usize) -> (LruCache<&'static str, u32>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::default());
    (LruCache::new(capacity).with_clock(clock.clone()), clock)
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[test]
fn without_a_weigher_every_entry_weighs_one() {
    let mut cache = LruCache::new(2);
    cache.put("a", 100);
    cache.put("b", 200);
    assert_eq!(cache.weight(), 2);
}

#[test]
fn a_cache_without_a_weigher_counts_entries() {
    let mut cache = LruCache::new(2);
    cache.put("a", 100);
    cache.put("b", 200);
    assert_eq!(cache.get("a"), Some(&100));
}

#[test]
fn weight_is_the_sum_over_all_entries() {
    let mut cache = weighing(10);
    cache.put("a", 3);
    cache.put("b", 4);
    assert_eq!(cache.weight(), 7);
}

#[test]
fn a_heavy_entry_makes_as_much_room_as_it_needs() {
    let mut cache = weighing(10);
    cache.put("a", 3);
    cache.put("b", 3);
    cache.put("c", 3);
    cache.put("d", 6);
    assert_eq!(cache.len(), 2, "`a` and `b` had to leave, `c` not");
    assert_eq!(cache.weight(), 9);
}

#[test]
fn an_entry_as_heavy_as_the_capacity_is_held() {
    let mut cache = weighing(10);
    cache.put("a", 10);
    assert_eq!(cache.get("a"), Some(&10));
}

#[test]
fn an_entry_heavier_than_the_capacity_is_not_held_and_nobody_leaves_for_it() {
    let mut cache = weighing(10);
    cache.put("a", 3);
    assert_eq!(cache.put("b", 11), None);
    assert_eq!(cache.len(), 1);
    assert_eq!(cache.get("a"), Some(&3));
}

#[test]
fn an_entry_too_heavy_still_replaces_what_was_under_its_key() {
    let mut cache = weighing(10);
    cache.put("a", 3);
    assert_eq!(cache.put("a", 11), Some(3));
    assert_eq!(
        cache.get("a"),
        None,
        "an old value may not be served after a new one was put"
    );
}

#[test]
fn a_replaced_entry_gives_its_weight_back() {
    let mut cache = weighing(10);
    cache.put("a", 8);
    cache.put("a", 2);
    assert_eq!(cache.weight(), 2);
}

#[test]
fn a_removed_entry_gives_its_weight_back() {
    let mut cache = weighing(10);
    cache.put("a", 8);
    cache.remove("a");
    assert_eq!(cache.weight(), 0);
}

#[test]
fn a_weight_of_zero_counts_as_one() {
    let mut cache = weighing(2);
    for key in ["a", "b", "c"] {
        cache.put(key, 0);
    }
    assert_eq!(cache.len(), 2, "or the cache would grow without bound");
}

#[test]
fn weights_may_be_huge() {
    let mut cache = weighing(usize::MAX);
    cache.put("a", usize::MAX - 1);
    cache.put("b", usize::MAX - 1);
    assert_eq!(cache.len(), 1);
}

#[test]
fn an_entry_is_served_before_its_deadline_and_not_at_it() {
    let (mut cache, clock) = timed(2);
    cache.put_for("a", 1, ms(10));
    clock.advance(9);
    assert_eq!(cache.get("a"), Some(&1));
    clock.advance(1);
    assert_eq!(cache.get("a"), None, "ten milliseconds are over");
}

#[test]
fn an_expired_entry_is_neither_peeked_nor_contained() {
    let (mut cache, clock) = timed(2);
    cache.put_for("a", 1, ms(10));
    clock.advance(10);
    assert_eq!(cache.peek("a"), None);
    assert!(!cache.contains("a"));
}

#[test]
fn an_expired_entry_is_neither_lent_nor_removed() {
    let (mut cache, clock) = timed(2);
    cache.put_for("a", 1, ms(10));
    cache.put_for("b", 2, ms(10));
    clock.advance(10);
    assert_eq!(cache.get_mut("a"), None);
    assert_eq!(cache.remove("b"), None);
    assert_eq!(cache.len(), 0, "whoever meets an expired entry drops it");
}

#[test]
fn an_expired_entry_keeps_its_place_in_the_order() {
    let (mut cache, clock) = timed(3);
    cache.put("a", 1);
    cache.put_for("b", 2, ms(10));
    clock.advance(10);
    assert_eq!(cache.iter().count(), 2);
    assert_eq!(cache.pop_lru(), Some(("a", 1)));
    assert_eq!(
        cache.pop_lru(),
        Some(("b", 2)),
        "nobody asked for `b` since"
    );
}

#[test]
fn a_cleared_cache_keeps_weigher_and_clock() {
    let clock = Arc::new(ManualClock::default());
    let mut cache =
        LruCache::weighted(10, |_: &&str, weight: &usize| *weight).with_clock(clock.clone());
    cache.put("a", 4);
    cache.clear();
    cache.put_for("b", 5, ms(10));
    assert_eq!(cache.weight(), 5);
    clock.advance(10);
    assert_eq!(cache.get("b"), None);
}

#[test]
fn an_expired_entry_is_not_what_a_put_replaces() {
    let (mut cache, clock) = timed(2);
    cache.put_for("a", 1, ms(10));
    clock.advance(10);
    assert_eq!(cache.put("a", 2), None, "the old value had expired");
}

#[test]
fn an_entry_put_without_a_time_to_live_never_expires() {
    let (mut cache, clock) = timed(2);
    cache.put("a", 1);
    clock.advance(1_000_000_000);
    assert_eq!(cache.get("a"), Some(&1));
    cache.put_for("b", 2, ms(10));
    cache.put("b", 3);
    clock.advance(10);
    assert_eq!(
        cache.get("b"),
        Some(&3),
        "the second put took the deadline away"
    );
}

#[test]
fn the_longest_time_to_live_is_no_error() {
    let (mut cache, clock) = timed(2);
    clock.advance(1);
    cache.put_for("a", 1, Duration::MAX);
    assert_eq!(cache.get("a"), Some(&1));
}

#[test]
fn an_expired_entry_is_dropped_when_it_is_asked_for() {
    let log = DropLog::default();
    let clock = Arc::new(ManualClock::default());
    let mut cache = LruCache::new(2).with_clock(clock.clone());
    cache.put_for("a", log.value("a"), ms(10));
    clock.advance(10);
    assert_eq!(cache.len(), 1, "nobody has asked for it since");
    assert!(cache.get("a").is_none());
    assert_eq!(log.dropped(), ["a"]);
    assert_eq!(cache.weight(), 0);
}

#[test]
fn purge_expired_forgets_all_that_expired_and_only_that() {
    let (mut cache, clock) = timed(4);
    cache.put_for("a", 1, ms(10));
    cache.put_for("b", 2, ms(20));
    cache.put("c", 3);
    cache.put_for("d", 4, ms(10));
    clock.advance(10);
    assert_eq!(cache.purge_expired(), 2);
    assert_eq!(
        cache.iter().map(|(key, _)| *key).collect::<Vec<_>>(),
        ["c", "b"]
    );
    assert_eq!(cache.purge_expired(), 0);
}

#[test]
fn a_value_is_made_again_once_it_expired() {
    let (mut cache, clock) = timed(2);
    cache.put_for("a", 1, ms(10));
    assert_eq!(cache.get("a").copied(), Some(1));
    clock.advance(10);
    assert_eq!(cache.get_or_insert_with(&"a", || 3), Some(&3));
    assert_eq!(cache.put_for("a", 2, ms(10)), Some(3));
    clock.advance(9);
    assert_eq!(
        cache.get("a"),
        Some(&2),
        "the new entry has its own deadline"
    );
}

#[test]
#[should_panic(expected = "set the clock before the first put")]
fn the_clock_cannot_be_changed_under_entries() {
    let (mut cache, _) = timed(2);
    cache.put("a", 1);
    let _ = cache.with_clock(Arc::new(ManualClock::default()));
}

proptest! {
    #![proptest_config(common::config())]

    #[test]
    fn it_does_what_the_model_does(
        capacity in 0_usize..12,
        calls in prop::collection::vec((0_u8..7, 0_u8..9, 0_u32..8), 0..80),
    ) {
        let clock = Arc::new(ManualClock::default());
        let mut model = Model::new(capacity);
        let mut cache = LruCache::weighted(capacity, |_, value: &u32| *value as usize % 5).with_clock(clock.clone());
        for (call, key, value) in calls {
            let weight = (value as usize % 5).max(1);
            match call {
                0 => prop_assert_eq!(cache.get(&key).copied(), model.get(key)),
                1 => prop_assert_eq!(cache.remove(&key), model.remove(key)),
                2 => prop_assert_eq!(cache.peek(&key).copied(), model.peek(key)),
                3 => {
                    clock.advance(u64::from(value));
                    model.now += u64::from(value);
                }
                4 => prop_assert_eq!(
                    cache.put_for(key, value, ms(u64::from(value))),
                    model.put_weighing(key, value, weight, Some(u64::from(value)))
                ),
                5 => prop_assert_eq!(cache.purge_expired(), model.purge_expired()),
                _ => prop_assert_eq!(cache.put(key, value), model.put_weighing(key, value, weight, None)),
            }
            prop_assert_eq!(cache.weight(), model.weight());
            let entries: Vec<(u8, u32)> = cache.iter().map(|(key, value)| (*key, *value)).collect();
            prop_assert_eq!(entries, model.entries());
        }
    }
}
