//! Durations and times as text.

use std::time::{Duration, SystemTime};

use time::UtcDateTime;

/// Formats a running clock: `1:58`, `1:02:03`.
pub fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// Formats a clock of fixed width for logs: `00:21`, `1:02:03`.
pub fn log_clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 3600 {
        0 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        _ => clock(duration),
    }
}

/// Formats a duration: `0.4s`, `6s`, `2m00s`, `1h02m`.
pub fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 9.95 {
        let tenths = format!("{seconds:.1}");
        return format!("{}s", tenths.strip_suffix(".0").unwrap_or(&tenths));
    }
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// Formats an estimate, rounded to five seconds: `~45s`, `~2m30s`.
pub fn estimate(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let step = if seconds < 10.0 { 1.0 } else { 5.0 };
    let rounded = ((seconds / step).round() * step).max(1.0);
    format!("~{}", duration_text(Duration::from_secs(rounded as u64)))
}

/// Formats a time in UTC: `2026-11-22T14:02:31Z`.
pub fn utc_timestamp(moment: SystemTime) -> String {
    let moment = UtcDateTime::from(moment);
    format!("{}T{}", moment.date(), time_of_day(moment))
}

/// Formats the time of day in UTC: `14:02:31Z`.
pub fn utc_time_of_day(moment: SystemTime) -> String {
    time_of_day(UtcDateTime::from(moment))
}

fn time_of_day(moment: UtcDateTime) -> String {
    let (hour, minute, second) = moment.time().as_hms();
    format!("{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn timestamps_are_in_utc() {
        let at = |seconds| utc_timestamp(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_826_154), "2000-02-29T12:09:14Z");
        assert_eq!(at(1_795_383_179), "2026-11-22T21:32:59Z");
    }

    #[test]
    fn durations_of_every_size_are_readable() {
        let at = |seconds: f64| {
            let duration = Duration::from_secs_f64(seconds);
            [
                clock(duration),
                log_clock(duration),
                duration_text(duration),
                estimate(duration),
            ]
            .join(" ")
        };
        assert_eq!(at(0.04), "0:00 00:00 0s ~1s");
        assert_eq!(at(0.44), "0:00 00:00 0.4s ~1s");
        assert_eq!(at(6.0), "0:06 00:06 6s ~6s");
        assert_eq!(at(9.97), "0:09 00:09 10s ~10s");
        assert_eq!(at(59.7), "0:59 00:59 1m00s ~1m00s");
        assert_eq!(at(121.0), "2:01 02:01 2m01s ~2m00s");
        assert_eq!(at(3723.0), "1:02:03 1:02:03 1h02m ~1h02m");
    }
}
