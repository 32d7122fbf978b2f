//! The time of day, as an input: waiting for a forge is tested on a clock that runs faster.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock that began at the system's time and runs `speed` times as fast.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    began: Duration,
    since: Instant,
    speed: f64,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Clock {
        Clock::at_speed(1.0)
    }

    /// A clock that counts `speed` seconds in each second. All that run at one speed agree on the time.
    pub fn at_speed(speed: f64) -> Clock {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        // Two processes with one speed must agree, so the moment that both clocks began is fixed.
        let began = EPOCH + now.saturating_sub(EPOCH).mul_f64(speed);
        Clock {
            began,
            since: Instant::now(),
            speed,
        }
    }

    /// Time since 1970.
    pub fn now(&self) -> Duration {
        self.began + self.since.elapsed().mul_f64(self.speed)
    }

    /// Waits for so long by this clock.
    pub fn sleep(&self, duration: Duration) {
        thread::sleep(duration.div_f64(self.speed));
    }
}

/// When clocks of every speed show the same: 2026-09-01.
const EPOCH: Duration = Duration::from_secs(1_788_220_800);
