//! Client request tokens `fw-<content>-<attempt>`.
//!
//! The content is a hash of the request: template, parameters, tags, role and options. The attempt is random to the
//! run, plus a count. A repeated call within an attempt repeats the token, and CloudFormation executes it once. A later
//! run reads the token in the operation's events and adopts an operation in progress if its own request has the
//! same content.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use formwork_aws::ClientToken;
use formwork_template::Hash;

/// The content hash of a request: operation, template, parameters except secrets, tags, role, options.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(String);

impl ContentHash {
    /// The number of hex digits of the hash in a token.
    const DIGITS: usize = 32;

    /// Shortens a hash for use in tokens.
    pub fn new(hash: Hash) -> Self {
        Self(hash.short(Self::DIGITS))
    }

    /// Parses the content out of a token; returns `None` for a token that formwork did not generate.
    pub fn from_token(token: &str) -> Option<Self> {
        let (content, attempt) = token.strip_prefix("fw-")?.split_once('-')?;
        let is_hash =
            content.len() == Self::DIGITS && content.bytes().all(|b| b.is_ascii_hexdigit());
        (is_hash && !attempt.is_empty()).then(|| Self(content.to_owned()))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Generates the tokens of a run.
#[derive(Debug, Clone)]
pub struct TokenGenerator {
    run: u64,
    count: Arc<AtomicU32>,
}

impl TokenGenerator {
    /// Returns the generator of a new run.
    pub fn new() -> Self {
        Self {
            run: fastrand::u64(..),
            count: Arc::default(),
        }
    }

    /// Returns the token of a new attempt at `content`.
    pub fn next(&self, content: &ContentHash) -> ClientToken {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        ClientToken::new(format!("fw-{content}-{:016x}{count}", self.run))
            .expect("the token is made of letters, digits and hyphens and starts with a letter")
    }
}

impl Default for TokenGenerator {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_contains_its_content() {
        let content = ContentHash::new(formwork_template::sha256("what is asked"));
        let tokens = TokenGenerator::new();
        let (first, second) = (tokens.next(&content), tokens.next(&content));
        assert_ne!(first, second, "another attempt is another operation");
        assert_ne!(tokens.next(&content), TokenGenerator::new().next(&content));
        for token in [first, second] {
            assert_eq!(
                ContentHash::from_token(token.as_str()),
                Some(content.clone())
            );
        }
    }

    #[test]
    fn a_foreign_token_has_no_content() {
        for token in [
            "",
            "fw-",
            "fw-0011-1",
            "Console-CreateStack-5e1c",
            "fw-00112233445566778899aabbccddeeff-",
        ] {
            assert_eq!(ContentHash::from_token(token), None, "{token}");
        }
    }
}
