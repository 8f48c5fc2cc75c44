//! Time in milliseconds since 1970, and the clock of a cloud.
//!
//! The clock follows tokio's clock, so a paused tokio clock stops it. The store makes sure that time
//! never runs backwards; the clock alone does not.

use std::fmt;
use std::ops::Add;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::UtcDateTime;
use tokio::time::Instant;

/// A point in time: milliseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time(pub i64);

impl Time {
    /// The time at which the clock of a cloud in memory starts: 2026-01-01T00:00:00Z.
    pub const MEMORY_START: Self = Self(1_767_225_600_000);
}

impl Time {
    /// Returns the time as a date and a time of day.
    pub(crate) fn to_utc(self) -> UtcDateTime {
        UtcDateTime::UNIX_EPOCH.saturating_add(time::Duration::milliseconds(self.0))
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

/// Writes ISO 8601, such as `2026-01-01T00:00:00.000Z`.
impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.to_utc();
        write!(
            formatter,
            "{}T{:02}:{:02}:{:02}.{:03}Z",
            time.date(),
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond()
        )
    }
}

/// A clock that runs with tokio's clock from a given start.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Time,
    origin: Instant,
}

impl Clock {
    /// Returns a clock that shows `start` now.
    pub fn starting_at(start: Time) -> Self {
        Self {
            start,
            origin: Instant::now(),
        }
    }

    /// Returns a clock that shows the system's time now.
    pub fn system() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::starting_at(Time(0) + since)
    }

    /// Returns the current time.
    pub fn now(&self) -> Time {
        self.start + self.origin.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_iso_8601() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (Time::MEMORY_START.0, "2026-01-01T00:00:00.000Z"),
            (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (1_795_391_999_999, "2026-11-22T23:59:59.999Z"),
        ] {
            assert_eq!(Time(milliseconds).to_string(), text);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_clock_runs_with_tokios() {
        let clock = Clock::starting_at(Time(5));
        assert_eq!(clock.now(), Time(5));
        tokio::time::advance(Duration::from_millis(1500)).await;
        assert_eq!(clock.now(), Time(1505));
    }
}
