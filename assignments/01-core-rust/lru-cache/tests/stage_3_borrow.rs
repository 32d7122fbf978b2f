mod common;

use common::{Counted, Model};
use lru_cache::LruCache;
use proptest::prelude::*;

/// A cache of two, `a` used before `b`, with keys that own their text.
fn a_then_b() -> LruCache<String, u32> {
    let mut cache = LruCache::new(2);
    cache.put("a".to_owned(), 1);
    cache.put("b".to_owned(), 2);
    cache
}

#[test]
fn peek_finds_a_value_by_a_borrowed_key() {
    let cache = a_then_b();
    assert_eq!(cache.peek("a"), Some(&1));
    assert_eq!(cache.peek("c"), None);
}

#[test]
fn peek_does_not_count_as_a_use() {
    let mut cache = a_then_b();
    cache.peek("a");
    cache.put("c".to_owned(), 3);
    assert_eq!(cache.peek("a"), None, "`a` was looked at, not used");
}

#[test]
fn contains_tells_whether_a_key_is_there() {
    let cache = a_then_b();
    assert!(cache.contains("a"));
    assert!(!cache.contains("c"));
}

#[test]
fn contains_does_not_count_as_a_use() {
    let mut cache = a_then_b();
    assert!(cache.contains("a"));
    cache.put("c".to_owned(), 3);
    assert!(!cache.contains("a"), "`a` was asked for, not used");
}

#[test]
fn get_mut_lends_the_value_to_be_changed() {
    let mut cache = a_then_b();
    if let Some(value) = cache.get_mut("a") {
        *value += 10;
    }
    assert_eq!(cache.peek("a"), Some(&11));
}

#[test]
fn get_mut_counts_as_a_use() {
    let mut cache = a_then_b();
    cache.get_mut("a");
    cache.put("c".to_owned(), 3);
    assert_eq!(cache.peek("a"), Some(&1), "`a` was used after `b`");
}

#[test]
fn remove_hands_the_value_out() {
    let mut cache = a_then_b();
    assert_eq!(cache.remove("a"), Some(1));
    assert_eq!(cache.remove("a"), None, "it is gone already");
}

#[test]
fn remove_makes_room() {
    let mut cache = a_then_b();
    cache.remove("b");
    cache.put("c".to_owned(), 3);
    assert_eq!(
        cache.peek("a"),
        Some(&1),
        "there was room for `c`, so `a` stays"
    );
}

#[test]
fn removing_the_newest_the_oldest_and_the_only_entry_leaves_a_cache_that_works() {
    for gone in ["a", "b", "c"] {
        let mut cache = LruCache::new(3);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            cache.put(key, value);
        }
        cache.remove(gone);
        cache.put("d", 4);
        cache.put("e", 5);
        let first = if gone == "a" { "b" } else { "a" };
        assert!(
            !cache.contains(first),
            "without `{gone}` the oldest is `{first}`"
        );
        assert_eq!(cache.len(), 3);
    }
    let mut cache = LruCache::new(1);
    cache.put("a", 1);
    cache.remove("a");
    cache.put("b", 2);
    assert_eq!(cache.peek("b"), Some(&2));
}

#[test]
fn get_or_insert_with_makes_what_is_missing() {
    let mut cache = a_then_b();
    assert_eq!(cache.get_or_insert_with("c", || 3), Some(&3));
    assert!(!cache.contains("a"), "`c` needed its room");
}

#[test]
fn get_or_insert_with_makes_nothing_twice() {
    let mut cache = a_then_b();
    let value = cache.get_or_insert_with("a", || unreachable!("`a` is there"));
    assert_eq!(value, Some(&1));
}

#[test]
fn get_or_insert_with_counts_as_a_use() {
    let mut cache = a_then_b();
    cache.get_or_insert_with("a", || 9);
    cache.put("c".to_owned(), 3);
    assert!(cache.contains("a"), "`a` was used after `b`");
}

#[test]
fn get_or_insert_with_gives_nothing_where_nothing_fits() {
    let mut cache: LruCache<String, u32> = LruCache::new(0);
    assert_eq!(cache.get_or_insert_with("a", || 1), None);
}

#[test]
fn an_owned_key_is_made_only_on_a_miss() {
    let mut cache: LruCache<Vec<Counted>, u32> = LruCache::new(2);
    let key = [Counted::new(7)];
    cache.get_or_insert_with(&key[..], || 1);
    let made = Counted::copies();
    assert_eq!(
        cache.get_or_insert_with(&key[..], || 2),
        Some(&1),
        "a slice finds what a vector stored"
    );
    assert_eq!(Counted::copies(), made, "a hit copies no key");
}

proptest! {
    #![proptest_config(common::config())]

    #[test]
    fn it_does_what_the_model_does(
        capacity in 0_usize..6,
        calls in prop::collection::vec((0_u8..5, 0_u8..9, any::<u32>()), 0..80),
    ) {
        let mut model = Model::new(capacity);
        let mut cache = LruCache::new(capacity);
        for (call, key, value) in calls {
            match call {
                0 => prop_assert_eq!(cache.get(&key).copied(), model.get(key)),
                1 => prop_assert_eq!(cache.remove(&key), model.remove(key)),
                2 => prop_assert_eq!(cache.peek(&key).copied(), model.peek(key)),
                _ => prop_assert_eq!(cache.put(key, value), model.put(key, value)),
            }
            prop_assert_eq!(cache.len(), model.len());
        }
    }
}
