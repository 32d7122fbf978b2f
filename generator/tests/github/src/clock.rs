//! The time of the double: it starts where the caller says, may run faster than ours, and can be pushed on.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A clock that is simulated. All limits, expiries and times of answers are read from it.
#[derive(Debug)]
pub(crate) struct Clock {
    speed: f64,
    started: Instant,
    /// What it showed when it was started, and what it was pushed on since.
    shown: Mutex<Timestamp>,
}

impl Clock {
    /// A clock that shows `start` now and runs `speed` simulated seconds in a real one.
    #[must_use]
    pub(crate) fn new(start: Timestamp, speed: f64) -> Clock {
        Clock {
            speed,
            started: Instant::now(),
            shown: Mutex::new(start),
        }
    }

    /// The simulated time, to the millisecond.
    pub(crate) fn now(&self) -> Timestamp {
        let shown = *self
            .shown
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        let passed = self.started.elapsed().as_secs_f64() * self.speed;
        let passed = SignedDuration::from_millis((passed * 1e3) as i64);
        shown.saturating_add(passed).unwrap_or(shown)
    }

    /// Lets simulated time pass at once.
    pub(crate) fn advance(&self, time: Duration) {
        let mut shown = self
            .shown
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        let passed = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        *shown = shown.saturating_add(passed).unwrap_or(*shown);
    }

    /// How long a simulated time is in reality.
    pub(crate) fn real(&self, simulated: Duration) -> Duration {
        simulated.div_f64(self.speed.max(1e-3))
    }
}

/// A time as GitHub writes it, to the second.
pub(crate) fn written(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .map_or_else(|_| time.to_string(), |time| time.to_string())
}

/// A time as the header `Date` has it.
pub(crate) fn http_date(time: Timestamp) -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .unwrap_or_default()
}

/// The time some hours later; negative for earlier.
pub(crate) fn hours_after(time: Timestamp, hours: i64) -> Timestamp {
    time.saturating_add(SignedDuration::from_hours(hours))
        .unwrap_or(time)
}
