//! How fast a forge may be written to, and how long a plan takes.

use std::time::Duration;

/// What a forge allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests that create content, in any minute.
    pub per_minute: usize,
    /// The same, in any hour.
    pub per_hour: usize,
    /// The least time between two of them.
    pub between: Duration,
    /// Invitations to one repository, in any day. Members of the organisation are not invited.
    pub invitations_a_day: usize,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Limits {
    /// What GitHub's "Rate limits for the REST API" allows, less a little: its clock is not ours.
    pub fn github() -> Limits {
        Limits {
            per_minute: 75,
            per_hour: 490,
            between: Duration::from_secs(1),
            invitations_a_day: 50,
        }
    }

    /// How long so many invitations to one repository take at best.
    pub fn inviting(&self, invitations: usize) -> Duration {
        let days = invitations.saturating_sub(1) / self.invitations_a_day;
        DAY * u32::try_from(days).unwrap_or(u32::MAX)
    }

    /// How long to wait before the next request, where `made` are the times of those before, the oldest first.
    pub fn wait(&self, made: &[Duration], now: Duration) -> Duration {
        let after_last = made
            .last()
            .map_or(Duration::ZERO, |last| *last + self.between);
        let free = [(self.per_minute, MINUTE), (self.per_hour, HOUR)]
            .into_iter()
            .filter_map(|(most, window)| {
                let blocking = made.len().checked_sub(most)?;
                Some(made[blocking] + window)
            })
            .chain([after_last])
            .max()
            .unwrap_or_default();
        free.saturating_sub(now)
    }

    /// How long `requests` more take at best, counted on from those of the last hour.
    pub fn duration(&self, requests: usize, made: &[Duration], now: Duration) -> Duration {
        let Some(last) = requests.checked_sub(1) else {
            return Duration::ZERO;
        };
        // What is free in this hour goes as fast as can be; from then on each goes an hour after the one that stood in its
        // way.
        let mut hour = made.to_vec();
        let spacing = self.between.max(MINUTE.div_f64(self.per_minute as f64));
        let free = self.per_hour.saturating_sub(made.len());
        let first = now + self.wait(made, now);
        hour.extend((0..).take(free).map(|number: u32| first + spacing * number));
        let at = match last.checked_sub(free) {
            None => hour[made.len() + last],
            Some(beyond) => {
                let hours = u32::try_from(beyond / hour.len() + 1).unwrap_or(u32::MAX);
                hour[beyond % hour.len()] + HOUR * hours
            }
        };
        at.saturating_sub(now)
    }
}

/// A duration in words that are right to a tenth or better.
pub fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours) = (seconds.div_ceil(60), seconds / 3600);
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{minutes} min"),
        _ if hours < 10 => format!("{} h {} min", hours, (seconds % 3600).div_ceil(60).min(59)),
        _ => format!("{} h", (seconds + 1800) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        per_minute: 80,
        per_hour: 500,
        between: Duration::from_secs(1),
        invitations_a_day: 50,
    };

    /// Makes requests as soon as each is allowed.
    fn made(count: usize) -> Vec<Duration> {
        let mut made = Vec::new();
        let mut now = Duration::ZERO;
        for _ in 0..count {
            now += LIMITS.wait(&made, now);
            made.push(now);
        }
        made
    }

    #[test]
    fn no_window_ever_holds_more_than_is_allowed() {
        let made = made(3000);
        for (most, window) in [(80, MINUTE), (500, HOUR)] {
            for (first, later) in made.iter().zip(&made[most..]) {
                assert!(*later >= *first + window, "{first:?} to {later:?}");
            }
        }
    }

    #[test]
    fn twelve_thousand_requests_take_a_day() {
        let took = LIMITS.duration(12_000, &[], Duration::ZERO);
        assert_eq!(in_words(took), "23 h");
        assert_eq!(
            in_words(LIMITS.duration(5 * 200, &[], Duration::ZERO)),
            "69 min"
        );
    }

    #[test]
    fn fifty_invitations_a_day() {
        for (invitations, days) in [(0, 0), (1, 0), (50, 0), (51, 1), (101, 2)] {
            assert_eq!(LIMITS.inviting(invitations), DAY * days);
        }
    }

    #[test]
    fn what_was_made_before_counts() {
        let made = made(500);
        let now = *made.last().expect("some");
        assert!(LIMITS.duration(1, &made, now) > HOUR / 2);
        assert_eq!(LIMITS.duration(1, &made, now + HOUR), Duration::ZERO);
    }
}
