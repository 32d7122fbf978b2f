use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lru_cache::{LruCache, ManualClock};

#[test]
fn an_entry_is_weighed_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let mut cache = LruCache::weighted(10, move |_: &u32, _: &u32| {
        counter.fetch_add(1, Ordering::SeqCst);
        2
    });
    cache.put(1, 1);
    cache.get_mut(&1);
    cache.remove(&1);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_time_to_live_of_zero_is_over_at_once() {
    let clock = Arc::new(ManualClock::default());
    let mut cache = LruCache::new(2).with_clock(clock);
    cache.put_for("a", 1, Duration::ZERO);
    assert_eq!(cache.get("a"), None);
}
