use lru_cache::LruCache;

#[test]
fn a_cache_works_after_a_hundred_thousand_evictions() {
    let mut cache = LruCache::new(3);
    for key in 0..100_000_u32 {
        cache.put(key, key);
        cache.get(&key);
    }
    let kept: Vec<u32> = (0..100_000).filter(|key| cache.get(key).is_some()).collect();
    assert_eq!(kept, [99_997, 99_998, 99_999]);
}

#[test]
fn a_cache_of_one_always_holds_the_last() {
    let mut cache = LruCache::new(1);
    for key in 0..10 {
        cache.put(key, key * 2);
        assert_eq!(cache.get(&key), Some(&(key * 2)));
    }
    assert_eq!(cache.len(), 1);
}
