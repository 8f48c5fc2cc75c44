//! Durations as people read them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::UtcDateTime;

/// A clock that runs: `1:58`, `1:02:03`.
pub fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// A clock of fixed width for logs: `00:21`, `1:02:03`.
pub fn log(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 3600 {
        0 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        _ => clock(duration),
    }
}

/// How long something took: `0.4s`, `6s`, `2m00s`, `1h02m`.
pub fn took(duration: Duration) -> String {
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

/// An estimate, to five seconds: `~45s`, `~2m30s`.
pub fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let step = if seconds < 10.0 { 1.0 } else { 5.0 };
    let rounded = ((seconds / step).round() * step).max(1.0);
    format!("~{}", took(Duration::from_secs(rounded as u64)))
}

/// A moment in UTC: `2026-11-22T14:02:31Z`.
pub fn calendar(moment: SystemTime) -> String {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    let since = time::Duration::try_from(since).unwrap_or(time::Duration::MAX);
    let moment = UtcDateTime::UNIX_EPOCH.saturating_add(since);
    format!(
        "{}T{:02}:{:02}:{:02}Z",
        moment.date(),
        moment.hour(),
        moment.minute(),
        moment.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_given_in_utc() {
        let at = |seconds| calendar(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_826_154), "2000-02-29T12:09:14Z");
        assert_eq!(at(1_795_383_179), "2026-11-22T21:32:59Z");
    }

    #[test]
    fn durations_read_well_at_every_size() {
        let at = |seconds: f64| {
            let duration = Duration::from_secs_f64(seconds);
            [
                clock(duration),
                log(duration),
                took(duration),
                rough(duration),
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
