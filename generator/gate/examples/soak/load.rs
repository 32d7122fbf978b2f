use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use course_gate::Rng;
use serde::{Deserialize, Serialize};

/// What else the machine has to do while a gate measures, by our own doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Load {
    /// Nothing.
    None,
    /// A busy loop for each core, all the time.
    Busy,
    /// A busy loop for each core, each on and off by chance.
    Bursts,
}

/// All loads, in the order of the tables.
pub(crate) const LOADS: [Load; 3] = [Load::None, Load::Busy, Load::Bursts];

/// How long a burst and a pause last, in milliseconds: longer than a batch, shorter than a process, and not in step
/// with either.
const BURST: std::ops::RangeInclusive<u64> = 20..=400;

impl Load {
    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Load::None => "none",
            Load::Busy => "busy",
            Load::Bursts => "bursts",
        }
    }

    /// Starts it; it ends when what is returned is dropped.
    pub(crate) fn start(self, rng: &mut Rng) -> Running {
        let stop = Arc::new(AtomicBool::new(false));
        // One fork, however many cores there are: what is drawn afterwards is the same on every machine.
        let mut rng = rng.fork();
        let cores = match self {
            Load::None => 0,
            Load::Busy | Load::Bursts => cores(),
        };
        let thread = |_| {
            let stop = Arc::clone(&stop);
            let mut rng = rng.fork();
            thread::spawn(move || match self {
                Load::None => {}
                Load::Busy => spin(Duration::MAX, &stop),
                Load::Bursts => bursts(&mut rng, &stop),
            })
        };
        let threads = (0..cores).map(thread).collect();
        Running { stop, threads }
    }
}

/// How many cores there are to keep busy.
pub(crate) fn cores() -> usize {
    // Where the system does not say, one loop is load enough.
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A load that runs until it is dropped.
pub(crate) struct Running {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            // A loop that panicked is at its end too.
            let _ = thread.join();
        }
    }
}

/// Computes for so long, or until told to stop.
fn spin(time: Duration, stop: &AtomicBool) {
    let start = Instant::now();
    let mut number = 1_u64;
    while !stop.load(Ordering::Relaxed) && start.elapsed() < time {
        for _ in 0..1000 {
            number = black_box(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number >> 7);
        }
    }
}

fn bursts(rng: &mut Rng, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        spin(Duration::from_millis(rng.u64(BURST)), stop);
        // The one who stops us wakes us.
        if !stop.load(Ordering::Relaxed) {
            thread::park_timeout(Duration::from_millis(rng.u64(BURST)));
        }
    }
}
