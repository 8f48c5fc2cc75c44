//! Client request tokens: `fw-<content>-<attempt>`.
//!
//! The content is a hash of what is asked, so a later run knows an operation in flight that asks for what it would ask
//! itself. The attempt is random to the run, with its count: a new attempt is a new operation, while a re-send within
//! an attempt repeats the token and is carried out once.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use formwork_aws::ClientToken;
use formwork_template::Hash;

/// The hash of what is asked of a stack: operation, template, parameters that are no secrets, tags, role, options.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content(String);

impl Content {
    /// How many of the hash's hex digits the token carries.
    const DIGITS: usize = 32;

    /// The content of that hash.
    pub fn new(hash: Hash) -> Self {
        Self(hash.short(Self::DIGITS))
    }

    /// The content of a token that formwork made; none for anybody else's.
    pub fn of_token(token: &str) -> Option<Self> {
        let (content, attempt) = token.strip_prefix("fw-")?.split_once('-')?;
        let is_hash =
            content.len() == Self::DIGITS && content.bytes().all(|b| b.is_ascii_hexdigit());
        (is_hash && !attempt.is_empty()).then(|| Self(content.to_owned()))
    }
}

impl fmt::Display for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Counts a run's attempts.
#[derive(Debug, Clone)]
pub struct Attempts {
    run: u64,
    count: Arc<AtomicU32>,
}

impl Attempts {
    /// The attempts of a new run.
    pub fn new() -> Self {
        Self {
            run: random(),
            count: Arc::default(),
        }
    }

    /// The token of a new attempt at `content`.
    pub fn token(&self, content: &Content) -> ClientToken {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        ClientToken::new(format!("fw-{content}-{:016x}{count}", self.run))
            .expect("letters, digits and hyphens, a letter first")
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self::new()
    }
}

/// A number that nobody can foresee: the standard library seeds its hash tables from the system's randomness.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_its_content() {
        let content = Content::new(formwork_template::sha256("what is asked"));
        let attempts = Attempts::new();
        let (first, second) = (attempts.token(&content), attempts.token(&content));
        assert_ne!(first, second, "another attempt is another operation");
        assert_ne!(attempts.token(&content), Attempts::new().token(&content));
        for token in [first, second] {
            assert_eq!(Content::of_token(token.as_str()), Some(content.clone()));
        }
    }

    #[test]
    fn nobody_elses_token_has_a_content() {
        for token in [
            "",
            "fw-",
            "fw-0011-1",
            "Console-CreateStack-5e1c",
            "fw-00112233445566778899aabbccddeeff-",
        ] {
            assert_eq!(Content::of_token(token), None, "{token}");
        }
    }
}
