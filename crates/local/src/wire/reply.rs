//! An HTTP answer on its way to becoming one of `http`'s, and what every answer carries.

use crate::Time;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};

/// An HTTP answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// What every answer carries.
#[derive(Debug, Clone)]
pub(super) struct Usual {
    /// The request's id.
    pub(super) request_id: String,
}

impl Reply {
    /// An answer with a body.
    pub(super) fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// The same with a header; a value that no header can hold is left out.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(value);
        if let (Ok(name), Ok(value)) = (name, value) {
            self.headers.push((name, value));
        }
        self
    }

    /// The same with another status.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with another body.
    pub(super) fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Its body.
    #[cfg(test)]
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The answer as `http` has it.
    pub(super) fn into_response(self, usual: &Usual, now: Time) -> Response<Bytes> {
        let reply = self
            .with("x-amzn-requestid", &usual.request_id)
            .with("date", &http_date(now));
        let mut response = Response::new(reply.body);
        *response.status_mut() = reply.status;
        response.headers_mut().extend(reply.headers);
        response
    }
}

/// A time as HTTP writes it: `Thu, 01 Jan 2026 00:00:00 GMT`.
pub(super) fn http_date(time: Time) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    // The first day of 1970 was a Thursday.
    let day = usize::try_from(time.0.div_euclid(86_400_000).rem_euclid(7)).unwrap_or_default();
    let iso = time.to_string();
    let month = iso[5..7].parse::<usize>().unwrap_or(1);
    format!(
        "{}, {} {} {} {} GMT",
        DAYS[day],
        &iso[8..10],
        MONTHS[month - 1],
        &iso[0..4],
        &iso[11..19]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_https() {
        assert_eq!(http_date(Time(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(
            http_date(Time(1_795_391_999_999)),
            "Sun, 22 Nov 2026 23:59:59 GMT"
        );
    }
}
