//! The signature of a request: its region, service and role session.
//!
//! Signatures are not verified, because the local cloud serves one user on one machine.

use http::request::Parts;

use crate::services::sts::RoleSession;

/// The content of a request's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    /// The region.
    pub(super) region: String,
    /// The service, such as `cloudformation`.
    pub(super) service: String,
    /// The session whose temporary credentials signed the request.
    pub(super) session: Option<RoleSession>,
}

impl Signature {
    /// Parses the credential scope of the `Authorization` header or of a presigned URL. Returns `None`
    /// for an unsigned request.
    pub(super) fn parse(parts: &Parts) -> Option<Self> {
        let authorization = header(parts, "authorization");
        let scope = match authorization {
            Some(text) => text
                .split_once("Credential=")?
                .1
                .split(',')
                .next()?
                .to_owned(),
            None => query_parameter(parts, "X-Amz-Credential")?,
        };
        let mut scope = scope.split('/').skip(2);
        let region = scope.next()?.to_owned();
        let service = scope.next()?.to_owned();
        let token = header(parts, "x-amz-security-token").map(str::to_owned);
        let token = token.or_else(|| query_parameter(parts, "X-Amz-Security-Token"));
        Some(Self {
            region,
            service,
            session: token.and_then(|token| RoleSession::from_token(&token)),
        })
    }
}

/// Returns the text of a header.
pub(super) fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

/// Returns the text of a query parameter.
pub(super) fn query_parameter(parts: &Parts, name: &str) -> Option<String> {
    let query = parts.uri.query()?.as_bytes();
    form_urlencoded::parse(query)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(request: http::request::Builder) -> Option<Signature> {
        Signature::parse(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_scope_says_region_and_service() {
        let authorization = "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0";
        let signature =
            read(http::Request::builder().header("authorization", authorization)).unwrap();
        assert_eq!(
            (signature.region.as_str(), signature.service.as_str()),
            ("eu-west-1", "cloudformation")
        );
        let presigned = "/b/k?X-Amz-Credential=AKID%2F20261122%2Fus-east-2%2Fs3%2Faws4_request";
        let signature = read(http::Request::builder().uri(presigned)).unwrap();
        assert_eq!(
            (signature.region.as_str(), signature.service.as_str()),
            ("us-east-2", "s3")
        );
        assert_eq!(read(http::Request::builder()), None);
        assert_eq!(
            read(http::Request::builder().header("authorization", "Bearer x")),
            None
        );
    }
}
