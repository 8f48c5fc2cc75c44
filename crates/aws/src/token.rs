//! Parts of requests and responses: client request tokens, pages and secret values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A client request token. CloudFormation executes at most one operation per token and writes the token into the
/// operation's events.
///
/// It has at most 128 letters, digits and hyphens, and does not start with a hyphen. The caller generates it, and
/// repeats it to send the same attempt again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClientToken(String);

impl ClientToken {
    /// Parses a token.
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

    /// Returns the token's text.
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

/// A text that is not a valid client request token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid client request token `{0}`: at most 128 letters, digits and hyphens are allowed")]
pub struct InvalidToken(String);

/// The service's token for the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken(pub(crate) String);

/// One page of a response.
#[derive(Debug)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// The entries that cannot be read, such as a foreign stack in an unknown status.
    pub unreadable: Vec<Unreadable>,
    /// The token for the next page; `None` after the last.
    pub next: Option<PageToken>,
}

/// An entry of a page that this version cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read `{name}`: {problem}")]
pub struct Unreadable {
    /// The entry's id or name, or an empty text.
    pub name: String,
    /// The problem.
    pub problem: String,
}

/// A value that is sent to AWS and never displayed: `Debug` and `Display` do not print it, and it cannot be
/// serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the value, which only a request's body may contain.
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
    fn a_token_has_the_characters_that_cloudformation_accepts() {
        assert!(ClientToken::new("fw-0a1b2c-3").is_ok());
        assert!(ClientToken::new("x".repeat(128)).is_ok());
        for text in ["", "-fw", "fw_1", "fw 1", "fwä", &"x".repeat(129)] {
            assert_eq!(ClientToken::new(text), Err(InvalidToken(text.to_owned())));
        }
    }
}
