mod common;

use common::{Clash, Counted, DropLog, Model};
use lru_cache::LruCache;
use proptest::prelude::*;

#[test]
fn get_finds_what_was_put() {
    let mut cache = LruCache::new(2);
    cache.put("a", 1);
    assert_eq!(cache.get("a"), Some(&1));
    assert_eq!(cache.get("b"), None);
}

#[test]
fn a_full_cache_forgets_what_was_put_first() {
    let mut cache = LruCache::new(2);
    cache.put("a", 1);
    cache.put("b", 2);
    cache.put("c", 3);
    assert_eq!(
        cache.get("a"),
        None,
        "`a` was used longest ago and makes room"
    );
    assert_eq!(cache.get("b"), Some(&2), "there is room for two");
}

#[test]
fn a_get_counts_as_a_use() {
    let mut cache = LruCache::new(2);
    cache.put("a", 1);
    cache.put("b", 2);
    cache.get("a");
    cache.put("c", 3);
    assert_eq!(cache.get("a"), Some(&1), "`a` was used after `b`");
}

#[test]
fn using_the_middle_of_three_keeps_the_others_in_order() {
    let mut cache = LruCache::new(3);
    cache.put("a", 1);
    cache.put("b", 2);
    cache.put("c", 3);
    cache.get("b");
    cache.put("d", 4);
    cache.put("e", 5);
    assert_eq!(cache.get("b"), Some(&2), "first `a`, then `c` had to leave");
}

#[test]
fn put_returns_the_value_it_replaces() {
    let mut cache = LruCache::new(2);
    assert_eq!(cache.put("a", 1), None);
    assert_eq!(cache.put("a", 2), Some(1));
    assert_eq!(cache.get("a"), Some(&2));
}

#[test]
fn replacing_in_a_full_cache_forgets_nobody() {
    let mut cache = LruCache::new(2);
    cache.put("a", 1);
    cache.put("b", 2);
    cache.put("b", 3);
    assert_eq!(
        cache.get("a"),
        Some(&1),
        "`b` was replaced, so nothing has to leave"
    );
}

#[test]
fn replacing_counts_as_a_use() {
    let mut cache = LruCache::new(2);
    cache.put("a", 1);
    cache.put("b", 2);
    cache.put("a", 3);
    cache.put("c", 4);
    assert_eq!(cache.get("a"), Some(&3), "`a` was put after `b`");
}

#[test]
fn a_forgotten_key_can_come_back() {
    let mut cache = LruCache::new(1);
    cache.put("a", 1);
    cache.put("b", 2);
    assert_eq!(
        cache.put("a", 3),
        None,
        "`a` was forgotten, so there is nothing to replace"
    );
    assert_eq!(cache.get("a"), Some(&3));
}

#[test]
fn len_counts_the_entries() {
    let mut cache = LruCache::new(2);
    for key in 0..5 {
        cache.put(key, ());
    }
    assert_eq!(cache.len(), 2);
}

#[test]
fn a_capacity_of_zero_holds_nothing() {
    let mut cache = LruCache::new(0);
    cache.put("a", 1);
    assert_eq!(cache.get("a"), None);
}

#[test]
fn keys_with_one_hash_stay_apart() {
    let mut cache = LruCache::new(2);
    cache.put(Clash(1), "one");
    cache.put(Clash(2), "two");
    assert_eq!(cache.get(&Clash(1)), Some(&"one"));
}

#[test]
fn an_evicted_value_is_dropped_at_once() {
    let log = DropLog::default();
    let mut cache = LruCache::new(1);
    cache.put("a", log.value("a"));
    cache.put("b", log.value("b"));
    assert_eq!(
        log.dropped(),
        ["a"],
        "`a` left; its value may not wait in a free slot"
    );
}

#[test]
fn a_hit_copies_no_key() {
    let mut cache = LruCache::new(2);
    cache.put(Counted::new(7), 1);
    let copied = Counted::copies();
    assert_eq!(cache.get(&Counted::new(7)), Some(&1));
    assert_eq!(Counted::copies(), copied);
}

#[test]
fn values_need_not_be_cloned() {
    struct Heavy(u32);
    let mut cache = LruCache::new(1);
    cache.put(1, Heavy(10));
    assert_eq!(cache.get(&1).map(|heavy| heavy.0), Some(10));
}

proptest! {
    #![proptest_config(common::config())]

    #[test]
    fn it_does_what_the_model_does(
        capacity in 0_usize..6,
        calls in prop::collection::vec((any::<bool>(), 0_u8..9, any::<u32>()), 0..80),
    ) {
        let mut model = Model::new(capacity);
        let mut cache = LruCache::new(capacity);
        for (is_put, key, value) in calls {
            if is_put {
                prop_assert_eq!(cache.put(key, value), model.put(key, value));
            } else {
                prop_assert_eq!(cache.get(&key).copied(), model.get(key));
            }
            prop_assert_eq!(cache.len(), model.len());
        }
    }
}
