//! STS: caller identities and role sessions.
//!
//! A session's token carries the whole session, so nothing is stored. Credentials are not verified.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A session of an assumed role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoleSession {
    /// The role's ARN.
    pub(crate) role_arn: String,
    /// The session's name.
    pub(crate) name: String,
}

/// A caller's identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) account: String,
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

impl Identity {
    /// Returns the identity of a session's role, or of the user `local` if there is no session.
    pub(crate) fn new(session: Option<&RoleSession>, account: &str) -> Self {
        match session {
            Some(session) => Self {
                account: session.account().unwrap_or(account).to_owned(),
                arn: session.arn(),
                user_id: session.user_id(),
            },
            None => {
                let arn = format!("arn:aws:iam::{account}:user/local");
                Self {
                    account: account.to_owned(),
                    user_id: unique_id("AIDA", &arn),
                    arn,
                }
            }
        }
    }
}

impl RoleSession {
    /// Returns the session token, which carries the session.
    pub(crate) fn to_token(&self) -> String {
        STANDARD.encode(format!("{}\n{}", self.role_arn, self.name))
    }

    /// Parses a session token. Returns `None` for a token that this cloud did not issue.
    pub(crate) fn from_token(token: &str) -> Option<Self> {
        let bytes = STANDARD.decode(token).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (role_arn, name) = text.split_once('\n')?;
        role_arn.starts_with("arn:").then(|| Self {
            role_arn: role_arn.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Returns `arn:aws:sts::account:assumed-role/role/session`.
    pub(crate) fn arn(&self) -> String {
        let partition = self.role_arn.split(':').nth(1).unwrap_or("aws");
        let account = self.account().unwrap_or_default();
        let role = self.role_arn.rsplit('/').next().unwrap_or_default();
        format!(
            "arn:{partition}:sts::{account}:assumed-role/{role}/{}",
            self.name
        )
    }

    /// Returns the id of the role and the session's name.
    pub(crate) fn user_id(&self) -> String {
        format!("{}:{}", unique_id("AROA", &self.role_arn), self.name)
    }

    /// Returns the access key id of the session's credentials.
    pub(crate) fn access_key_id(&self) -> String {
        unique_id("ASIA", &self.to_token())
    }

    fn account(&self) -> Option<&str> {
        self.role_arn.split(':').nth(4)
    }
}

/// Returns an id of 20 characters that begins with `prefix` and is derived from `seed`.
fn unique_id(prefix: &str, seed: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = Sha256::digest(seed);
    let digits = digest.iter().take(20 - prefix.len());
    let digits = digits.map(|byte| char::from(DIGITS[usize::from(byte % 32)]));
    prefix.chars().chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_found_again_in_its_token() {
        let session = RoleSession {
            role_arn: "arn:aws:iam::111122223333:role/team/deploy".to_owned(),
            name: "ci".to_owned(),
        };
        assert_eq!(
            RoleSession::from_token(&session.to_token()),
            Some(session.clone())
        );
        assert_eq!(
            session.arn(),
            "arn:aws:sts::111122223333:assumed-role/deploy/ci"
        );
        assert_eq!(RoleSession::from_token("IQoJb3JpZ2luX2Vj"), None);
    }
}
