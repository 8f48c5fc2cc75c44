//! Who calls, which service and in which region, as the signature says it.
//!
//! Signatures are not verified: the local cloud serves one user on one machine.

use base64::Engine as _;
use http::request::Parts;

/// What a signed request says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    /// The region it is for.
    pub(super) region: String,
    /// The service it is for, as `cloudformation`.
    pub(super) service: String,
    /// The role whose temporary credentials signed it, if it was one's.
    pub(super) session: Option<Session>,
}

/// An assumed role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    /// The role's ARN.
    pub(super) role_arn: String,
    /// The session's name.
    pub(super) name: String,
}

impl Signed {
    /// Reads the credential scope of the `Authorization` header or of a presigned URL; `None` for
    /// a request that is not signed.
    pub(super) fn read(parts: &Parts) -> Option<Self> {
        let authorization = header(parts, "authorization");
        let scope = match authorization {
            Some(text) => text
                .split_once("Credential=")?
                .1
                .split(',')
                .next()?
                .to_owned(),
            None => query(parts, "X-Amz-Credential")?,
        };
        let mut scope = scope.split('/').skip(2);
        let region = scope.next()?.to_owned();
        let service = scope.next()?.to_owned();
        let token = header(parts, "x-amz-security-token").map(str::to_owned);
        let token = token.or_else(|| query(parts, "X-Amz-Security-Token"));
        Some(Self {
            region,
            service,
            session: token.and_then(|token| Session::of_token(&token)),
        })
    }
}

impl Session {
    /// The session token that carries it: all that the local cloud knows of a session is in there.
    pub(super) fn to_token(&self) -> String {
        let text = format!("{}\n{}", self.role_arn, self.name);
        base64::engine::general_purpose::STANDARD.encode(text)
    }

    /// The session that a token carries; `None` for somebody else's token.
    fn of_token(token: &str) -> Option<Self> {
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(token)
            .ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (role_arn, name) = text.split_once('\n')?;
        role_arn.starts_with("arn:").then(|| Self {
            role_arn: role_arn.to_owned(),
            name: name.to_owned(),
        })
    }

    /// `arn:aws:sts::account:assumed-role/role/session`.
    pub(super) fn arn(&self) -> String {
        let mut fields = self.role_arn.split(':');
        let partition = fields.nth(1).unwrap_or("aws");
        let account = fields.nth(2).unwrap_or_default();
        let role = self.role_arn.rsplit('/').next().unwrap_or_default();
        format!(
            "arn:{partition}:sts::{account}:assumed-role/{role}/{}",
            self.name
        )
    }
}

/// A header's text.
pub(super) fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

/// A query parameter's text.
pub(super) fn query(parts: &Parts, name: &str) -> Option<String> {
    let query = parts.uri.query()?.as_bytes();
    form_urlencoded::parse(query)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(request: http::request::Builder) -> Option<Signed> {
        Signed::read(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_scope_says_region_and_service() {
        let signature = "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0";
        let signed = read(http::Request::builder().header("authorization", signature)).unwrap();
        assert_eq!(
            (signed.region.as_str(), signed.service.as_str()),
            ("eu-west-1", "cloudformation")
        );
        let presigned = "/b/k?X-Amz-Credential=AKID%2F20261122%2Fus-east-2%2Fs3%2Faws4_request";
        let signed = read(http::Request::builder().uri(presigned)).unwrap();
        assert_eq!(
            (signed.region.as_str(), signed.service.as_str()),
            ("us-east-2", "s3")
        );
        assert_eq!(read(http::Request::builder()), None);
        assert_eq!(
            read(http::Request::builder().header("authorization", "Bearer x")),
            None
        );
    }

    #[test]
    fn a_session_is_found_again_in_its_token() {
        let session = Session {
            role_arn: "arn:aws:iam::111122223333:role/team/deploy".to_owned(),
            name: "ci".to_owned(),
        };
        assert_eq!(
            Session::of_token(&session.to_token()),
            Some(session.clone())
        );
        assert_eq!(
            session.arn(),
            "arn:aws:sts::111122223333:assumed-role/deploy/ci"
        );
        assert_eq!(Session::of_token("IQoJb3JpZ2luX2Vj"), None);
    }
}
