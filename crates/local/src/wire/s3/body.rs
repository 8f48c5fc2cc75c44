//! The body of an upload: AWS's chunked encoding and checksums.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use crc_fast::CrcAlgorithm;
use formwork_template::sha256;
use md5::Digest as _;

use super::{S3Error, S3Request};

/// The decoded body of an upload.
pub(super) struct Upload {
    /// The bytes.
    pub(super) body: Bytes,
    /// The checksum header, such as `x-amz-checksum-sha256`, with its value.
    pub(super) checksum: (String, String),
}

/// Decodes an upload and verifies its checksums.
pub(super) fn read(request: &S3Request<'_>) -> Result<Upload, S3Error> {
    let content_hash = request.header("x-amz-content-sha256").unwrap_or_default();
    let is_chunked = content_hash.starts_with("STREAMING-");
    let (body, trailers) = if is_chunked {
        decode_chunks(&request.body).ok_or_else(|| {
            S3Error::bad_request("IncompleteBody", "The request body terminated unexpectedly")
        })?
    } else {
        (request.body.clone(), BTreeMap::new())
    };
    if content_hash.len() == 64 && content_hash != sha256(&body).to_string() {
        return Err(S3Error::bad_request(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ));
    }
    if let Some(given) = request.header("content-md5")
        && given != STANDARD.encode(md5::Md5::digest(&body))
    {
        let message = "The Content-MD5 you specified did not match what we received.";
        return Err(S3Error::bad_request("BadDigest", message));
    }
    let checksum = checksum(request, &trailers, &body)?;
    Ok(Upload { body, checksum })
}

/// Returns the ETag of an object: the MD5 of its bytes.
pub(super) fn etag(body: &[u8]) -> String {
    let digest = u128::from_be_bytes(md5::Md5::digest(body).into());
    format!("\"{digest:032x}\"")
}

/// Verifies the checksum in the request. Without one, computes the kind that S3 computes by
/// default.
fn checksum(
    request: &S3Request<'_>,
    trailers: &BTreeMap<String, String>,
    body: &[u8],
) -> Result<(String, String), S3Error> {
    for name in ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] {
        let header = format!("x-amz-checksum-{name}");
        let given = request
            .header(&header)
            .or(trailers.get(&header).map(String::as_str));
        let Some(given) = given else {
            continue;
        };
        if given != checksum_of(name, body) {
            let upper = name.to_uppercase();
            let message =
                format!("The {upper} you specified did not match the calculated checksum.");
            return Err(S3Error::bad_request("BadDigest", &message));
        }
        return Ok((header, given.to_owned()));
    }
    Ok((
        "x-amz-checksum-crc64nvme".to_owned(),
        checksum_of("crc64nvme", body),
    ))
}

fn checksum_of(name: &str, body: &[u8]) -> String {
    let crc = |algorithm| crc_fast::checksum(algorithm, body);
    let narrow = |sum: u64| u32::try_from(sum).unwrap_or(u32::MAX).to_be_bytes();
    match name {
        "crc32" => STANDARD.encode(narrow(crc(CrcAlgorithm::Crc32IsoHdlc))),
        "crc32c" => STANDARD.encode(narrow(crc(CrcAlgorithm::Crc32Iscsi))),
        "crc64nvme" => STANDARD.encode(crc(CrcAlgorithm::Crc64Nvme).to_be_bytes()),
        "sha1" => STANDARD.encode(sha1::Sha1::digest(body)),
        _ => STANDARD.encode(sha2::Sha256::digest(body)),
    }
}

/// Decodes AWS's chunks (`size;chunk-signature=…`, the bytes, an empty chunk at the end). Returns
/// the bytes and the trailers.
fn decode_chunks(body: &Bytes) -> Option<(Bytes, BTreeMap<String, String>)> {
    let mut rest = body.clone();
    let mut body = BytesMut::new();
    loop {
        let line = line(&mut rest)?;
        let size = line.split(';').next()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            break;
        }
        if rest.len() < size + 2 {
            return None;
        }
        body.extend_from_slice(&rest.split_to(size));
        if &rest.split_to(2)[..] != b"\r\n" {
            return None;
        }
    }
    let mut trailers = BTreeMap::new();
    while let Some(line) = line(&mut rest) {
        if let Some((name, value)) = line.split_once(':') {
            trailers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    Some((body.freeze(), trailers))
}

/// Takes the first line off.
fn line(rest: &mut Bytes) -> Option<String> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let line = rest.split_to(end + 2);
    String::from_utf8(line[..end].to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_taken_off() {
        let body = Bytes::from_static(
            b"5;chunk-signature=00\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32: AAAA\r\n\r\n",
        );
        let (body, trailers) = decode_chunks(&body).unwrap();
        assert_eq!(&body[..], b"hello!");
        assert_eq!(trailers["x-amz-checksum-crc32"], "AAAA");
        for cut in ["", "5\r\nhel", "zz\r\n", "5\r\nhelloXX0\r\n\r\n"] {
            assert!(
                decode_chunks(&Bytes::from_static(cut.as_bytes())).is_none(),
                "{cut:?}"
            );
        }
    }

    /// The check values of "123456789" from the CRC catalogue, and known digests.
    #[test]
    fn checksums_are_the_known_ones() {
        let of = |name| checksum_of(name, b"123456789");
        assert_eq!(of("crc32"), STANDARD.encode(0xcbf4_3926_u32.to_be_bytes()));
        assert_eq!(of("crc32c"), STANDARD.encode(0xe306_9283_u32.to_be_bytes()));
        assert_eq!(
            of("crc64nvme"),
            STANDARD.encode(0xae8b_1486_0a79_9888_u64.to_be_bytes())
        );
        assert_eq!(of("sha1"), "98O8HYCOBHMq32eZZczDTKeuNEE=");
        assert_eq!(etag(b""), "\"d41d8cd98f00b204e9800998ecf8427e\"");
    }
}
