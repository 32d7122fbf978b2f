//! What is lost by being late: decided by when the forge saw the commit, never by the dates inside it.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::Grade;
use super::score::round;
use crate::course::classroom::Schedule;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// How a submission stands to the due date of its assignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lateness {
    /// The due date, as classroom.yml has it.
    pub due: String,
    /// When the forge first saw the commit, as RFC 3339; null where it bears no record of it.
    pub pushed: Option<String>,
    /// Days that were begun after the due date.
    pub days: i64,
    /// Percent of the points that this costs.
    pub percent: i64,
    /// The points without that.
    pub points_in_time: f64,
}

impl fmt::Display for Lateness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(pushed) = &self.pushed else {
            return write!(
                f,
                "due {}: when it was pushed is not known here, so lateness is not counted",
                self.due
            );
        };
        match self.days {
            0 => write!(f, "due {}, pushed {pushed}: in time", self.due),
            days => write!(
                f,
                "due {}, pushed {pushed}: {} late, which costs {} % of {} points",
                self.due,
                crate::words::count(usize::try_from(days).unwrap_or(usize::MAX), "day"),
                self.percent,
                self.points_in_time
            ),
        }
    }
}

impl Grade {
    /// The grade less what lateness costs. `pushed` is when the forge first saw the commit, in seconds since 1970.
    pub fn with_lateness(mut self, schedule: &Schedule, pushed: Option<u64>) -> Grade {
        let Some(due) = &schedule.due else {
            return self;
        };
        let seconds = pushed.and_then(|pushed| i64::try_from(pushed).ok());
        let days = match (due.parse::<Timestamp>(), seconds) {
            (Ok(moment), Some(seconds)) => days_late(moment.as_second(), seconds),
            _ => 0,
        };
        let percent = days
            .saturating_mul(i64::from(schedule.late_percent_per_day))
            .min(100);
        let points_in_time = self.points;
        self.points = round(points_in_time * (100 - percent) as f64 / 100.0);
        let moment = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        self.lateness = Some(Lateness {
            due: due.clone(),
            pushed: moment.map(|moment| moment.to_string()),
            days,
            percent,
            points_in_time,
        });
        self
    }
}

/// Days that were begun after the due second.
fn days_late(due: i64, pushed: i64) -> i64 {
    let late = (pushed - due).max(0);
    late / SECONDS_A_DAY + i64::from(late % SECONDS_A_DAY > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_once_it_is_begun() {
        assert_eq!(days_late(1000, 1000), 0);
        assert_eq!(days_late(1000, 1001), 1);
        assert_eq!(days_late(1000, 1000 + SECONDS_A_DAY), 1);
        assert_eq!(days_late(1000, 1001 + SECONDS_A_DAY), 2);
    }
}
