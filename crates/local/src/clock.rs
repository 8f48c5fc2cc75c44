//! Time, in milliseconds since 1970.
//!
//! The clock follows tokio's, so it stands still under a paused one, and the store never lets time run backwards.

use std::fmt;
use std::ops::Add;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// A moment: milliseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time(pub i64);

impl Time {
    /// The moment at which the clock of a cloud in memory starts: 2026-01-01T00:00:00Z.
    pub const MEMORY_START: Self = Self(1_767_225_600_000);
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

/// ISO 8601, as `2026-01-01T00:00:00.000Z`.
impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0.div_euclid(86_400_000);
        let rest = self.0.rem_euclid(86_400_000);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
        write!(
            formatter,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
            rest % 1000
        )
    }
}

/// The date of a day since 1970 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A clock that runs with tokio's from a known moment.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Time,
    origin: Instant,
}

impl Clock {
    /// A clock that shows `start` now.
    pub fn starting_at(start: Time) -> Self {
        Self {
            start,
            origin: Instant::now(),
        }
    }

    /// A clock that shows the system's time now.
    pub fn system() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::starting_at(Time(0) + since)
    }

    /// What the clock shows.
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
