#![expect(
    unsafe_code,
    reason = "an allocator is unsafe by its trait; this one passes every call on as it came"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

static COUNTING: AtomicBool = AtomicBool::new(false);
/// Only room of at least so many bytes counts.
static LEAST: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);
static TAKEN: AtomicU64 = AtomicU64::new(0);
static GIVEN_BACK: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, with a count of how often it is asked, by whatever thread. Outside of [`allocations`] it costs
/// the reading of a flag, the same for both sides.
#[derive(Debug, Clone, Copy)]
pub struct CountingAllocator;

fn counts(bytes: usize) -> bool {
    COUNTING.load(Ordering::Relaxed) && bytes >= LEAST.load(Ordering::Relaxed)
}

fn take(bytes: usize) {
    if counts(bytes) {
        CALLS.fetch_add(1, Ordering::Relaxed);
        TAKEN.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

fn give_back(bytes: usize) {
    if counts(bytes) {
        GIVEN_BACK.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

// SAFETY: each method hands its arguments to the system's allocator unchanged and returns what that returns; the caller's
// promises to us are those that we make to it.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        take(size);
        give_back(layout.size());
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        give_back(layout.size());
        unsafe { System.dealloc(place, layout) }
    }
}

/// How often the allocator was asked for room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocations {
    /// Calls: new room and grown room.
    pub calls: u64,
    /// Bytes asked for in them.
    pub bytes: u64,
    /// Bytes that were asked for and not given back; 0 where more was given back.
    pub kept: u64,
}

/// Counts what the allocator is asked for while `code` runs.
pub fn allocations<T>(code: impl FnOnce() -> T) -> (Allocations, T) {
    allocations_of(0, code)
}

/// Counts what the allocator is asked for while `code` runs, as far as it is at least so many bytes at a time: copies of
/// something that is larger than everything beside it.
pub fn allocations_of<T>(least: usize, code: impl FnOnce() -> T) -> (Allocations, T) {
    let read = || [&CALLS, &TAKEN, &GIVEN_BACK].map(|count| count.load(Ordering::SeqCst));
    LEAST.store(least, Ordering::SeqCst);
    let before = read();
    COUNTING.store(true, Ordering::SeqCst);
    let output = code();
    COUNTING.store(false, Ordering::SeqCst);
    let after = read();
    let [calls, taken, given_back] = [0, 1, 2].map(|count| after[count] - before[count]);
    let counted = Allocations {
        calls,
        bytes: taken,
        kept: taken.saturating_sub(given_back),
    };
    (counted, output)
}
