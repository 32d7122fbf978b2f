#![expect(
    unsafe_code,
    reason = "an allocator is unsafe by its trait; this one passes every call on as it came"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static COUNTING: AtomicBool = AtomicBool::new(false);
static CALLS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, with a count of how often it is asked, by whatever thread. Outside of [`allocations`] it costs
/// the reading of a flag, the same for both sides.
#[derive(Debug, Clone, Copy)]
pub struct CountingAllocator;

fn count(bytes: usize) {
    if COUNTING.load(Ordering::Relaxed) {
        CALLS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

// SAFETY: each method hands its arguments to the system's allocator unchanged and returns what that returns; the caller's
// promises to us are those that we make to it.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
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
}

/// Counts what the allocator is asked for while `code` runs.
pub fn allocations<T>(code: impl FnOnce() -> T) -> (Allocations, T) {
    let read = || (CALLS.load(Ordering::SeqCst), BYTES.load(Ordering::SeqCst));
    let before = read();
    COUNTING.store(true, Ordering::SeqCst);
    let output = code();
    COUNTING.store(false, Ordering::SeqCst);
    let after = read();
    let counted = Allocations {
        calls: after.0 - before.0,
        bytes: after.1 - before.1,
    };
    (counted, output)
}
