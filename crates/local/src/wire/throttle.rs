//! Token buckets: how many calls a second are let through.

use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// Two buckets, as CloudFormation has them: for what reads and for what changes.
#[derive(Debug)]
pub(super) struct Throttle {
    reads: Mutex<Bucket>,
    mutations: Mutex<Bucket>,
}

/// Which of the two a call draws from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It only reads.
    Reads,
    /// It changes something.
    Changes,
}

impl Effect {
    /// What an action of CloudFormation does, by its name.
    pub(super) fn of(action: &str) -> Self {
        let reads = ["Describe", "List", "Get", "Validate"];
        if reads.iter().any(|start| action.starts_with(start)) {
            Effect::Reads
        } else {
            Effect::Changes
        }
    }
}

impl Throttle {
    /// That many calls a second, with bursts of twice as many.
    pub(super) fn new(reads: f64, mutations: f64) -> Self {
        Self {
            reads: Mutex::new(Bucket::full(reads)),
            mutations: Mutex::new(Bucket::full(mutations)),
        }
    }

    /// Whether one more call is let through now.
    pub(super) fn admits(&self, effect: Effect) -> bool {
        let bucket = match effect {
            Effect::Reads => &self.reads,
            Effect::Changes => &self.mutations,
        };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.take(Instant::now())
    }
}

#[derive(Debug)]
struct Bucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    fn full(rate: f64) -> Self {
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
        let throttle = Throttle::new(2.0, 1.0);
        let admitted =
            |count: usize, effect| (0..count).filter(|_| throttle.admits(effect)).count();
        assert_eq!(admitted(10, Effect::Reads), 4);
        assert_eq!(admitted(10, Effect::Changes), 2);
        tokio::time::advance(Duration::from_millis(1500)).await;
        assert_eq!(admitted(10, Effect::Reads), 3);
        assert_eq!(admitted(10, Effect::Changes), 1);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(admitted(10, Effect::Reads), 4);
    }
}
