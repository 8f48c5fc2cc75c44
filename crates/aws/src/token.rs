//! What travels with a call: the client request token, a page's token and secret values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A client request token: CloudFormation carries out at most one operation for it, and writes it into that
/// operation's events.
///
/// At most 128 letters, digits and hyphens, the first no hyphen. The caller makes it and repeats it when it sends
/// the same attempt again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClientToken(String);

impl ClientToken {
    /// Takes a text that is fit to be a token.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidToken> {
        let text = text.into();
        let allowed = text.len() <= 128
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text
                .chars()
                .all(|letter| letter == '-' || letter.is_ascii_alphanumeric());
        if allowed {
            Ok(Self(text))
        } else {
            Err(InvalidToken(text))
        }
    }

    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ClientToken {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A text that cannot be a client request token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be a client request token: at most 128 letters, digits and hyphens")]
pub struct InvalidToken(String);

/// Where the next page of an answer begins, in the service's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken(pub(crate) String);

/// One page of an answer.
#[derive(Debug)]
pub struct Page<T> {
    /// What could be read.
    pub items: Vec<T>,
    /// Entries that could not, such as another team's stack in a state of a later model; they do not hide the rest.
    pub unreadable: Vec<Unreadable>,
    /// Asks for the next page; none after the last.
    pub next: Option<PageToken>,
}

/// An entry of a page that this version cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot be read: {problem}")]
pub struct Unreadable {
    /// The entry's id or name as far as it has one, else empty.
    pub name: String,
    /// Why not.
    pub problem: String,
}

/// A value that is sent to AWS and shown nowhere: neither `Debug` nor `Display` print it, and it cannot be serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself; only a request's body may hold it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::new("hunter2");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "(secret) (secret) Some((secret))"
        );
    }

    #[test]
    fn a_token_takes_what_cloudformation_takes() {
        assert!(ClientToken::new("fw-0a1b2c-3").is_ok());
        assert!(ClientToken::new("x".repeat(128)).is_ok());
        for text in ["", "-fw", "fw_1", "fw 1", "fwä", &"x".repeat(129)] {
            assert_eq!(ClientToken::new(text), Err(InvalidToken(text.to_owned())));
        }
    }
}
