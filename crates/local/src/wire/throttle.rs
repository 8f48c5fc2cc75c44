//! Rate limits by token buckets.

use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// Two token buckets like CloudFormation's: one for reads and one for mutations.
#[derive(Debug)]
pub(super) struct RateLimiter {
    reads: Mutex<TokenBucket>,
    mutations: Mutex<TokenBucket>,
}

/// The token bucket that a call uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RateClass {
    /// The call only reads.
    Read,
    /// The call changes state.
    Mutation,
}

impl RateClass {
    /// Returns the class of a CloudFormation action.
    pub(super) fn of_action(action: &str) -> Self {
        let reads = ["Describe", "List", "Get", "Validate"];
        if reads.iter().any(|start| action.starts_with(start)) {
            RateClass::Read
        } else {
            RateClass::Mutation
        }
    }
}

impl RateLimiter {
    /// Returns a limiter for these calls per second, with bursts of twice as many.
    pub(super) fn new(reads: f64, mutations: f64) -> Self {
        Self {
            reads: Mutex::new(TokenBucket::new(reads)),
            mutations: Mutex::new(TokenBucket::new(mutations)),
        }
    }

    /// Takes a token for a call. Returns false if there is none.
    pub(super) fn try_acquire(&self, class: RateClass) -> bool {
        let bucket = match class {
            RateClass::Read => &self.reads,
            RateClass::Mutation => &self.mutations,
        };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.take(Instant::now())
    }
}

#[derive(Debug)]
struct TokenBucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
}

impl TokenBucket {
    fn new(rate: f64) -> Self {
        let burst = (rate * 2.0).max(1.0);
        Self {
            rate,
            burst,
            tokens: burst,
            filled: Instant::now(),
        }
    }

    fn take(&mut self, now: Instant) -> bool {
        let seconds = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + seconds * self.rate).min(self.burst);
        self.filled = now;
        let admitted = self.tokens >= 1.0;
        if admitted {
            self.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_the_rate() {
        let throttle = RateLimiter::new(2.0, 1.0);
        let admitted =
            |count: usize, class| (0..count).filter(|_| throttle.try_acquire(class)).count();
        assert_eq!(admitted(10, RateClass::Read), 4);
        assert_eq!(admitted(10, RateClass::Mutation), 2);
        tokio::time::advance(Duration::from_millis(1500)).await;
        assert_eq!(admitted(10, RateClass::Read), 3);
        assert_eq!(admitted(10, RateClass::Mutation), 1);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(admitted(10, RateClass::Read), 4);
    }
}
