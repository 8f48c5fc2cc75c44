//! S3's storage: buckets, their subresources, objects and their versions.
//!
//! Access control and multipart uploads are left out.

mod listing;
pub(crate) mod storage;

pub(crate) use listing::{KeyPage, KeyQuery, list_keys};
pub(crate) use storage::{Bucket, Object};

/// Returns true for 3 to 63 lower-case letters, digits, dots and hyphens that begin and end with a
/// letter or digit.
pub(crate) fn is_bucket_name(name: &str) -> bool {
    let is_alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes
            .iter()
            .all(|&byte| is_alphanumeric(byte) || byte == b'.' || byte == b'-')
        && bytes.first().copied().is_some_and(is_alphanumeric)
        && bytes.last().copied().is_some_and(is_alphanumeric)
}
