//! HTTP replies, and the metadata of every response.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::model::clock::Time;

/// An HTTP reply.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// The metadata of a response.
#[derive(Debug, Clone)]
pub(super) struct ResponseMeta {
    /// The request's id.
    pub(super) request_id: String,
}

impl Reply {
    /// Returns a reply with a body.
    pub(super) fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Adds a header. A value that is not a valid header value is left out.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(value);
        if let (Ok(name), Ok(value)) = (name, value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Sets the status.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Sets the body.
    pub(super) fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Returns the body.
    #[cfg(test)]
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Converts the reply into an `http` response.
    pub(super) fn into_response(self, meta: &ResponseMeta, now: Time) -> Response<Bytes> {
        let reply = self
            .with("x-amzn-requestid", &meta.request_id)
            .with("date", &http_date(now));
        let mut response = Response::new(reply.body);
        *response.status_mut() = reply.status;
        response.headers_mut().extend(reply.headers);
        response
    }
}

/// Formats a time like HTTP: `Thu, 01 Jan 2026 00:00:00 GMT`.
pub(super) fn http_date(time: Time) -> String {
    let time = time.to_utc();
    let (weekday, month) = (time.weekday().to_string(), time.month().to_string());
    format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        &weekday[..3],
        time.day(),
        &month[..3],
        time.year(),
        time.hour(),
        time.minute(),
        time.second()
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
