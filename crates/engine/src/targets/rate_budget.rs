//! The rate of calls to one account and region: an adaptive budget.
//!
//! CloudFormation does not publish its rates. So the budget starts at a high rate, halves it after each throttled burst,
//! and raises it linearly again (additive increase, multiplicative decrease). A [`TokenBucket`] is plain data that receives the time; [`RateBudget`] shares two of them
//! and sleeps.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The type of a call. Each has a rate of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallType {
    /// A call that changes nothing.
    Read,
    /// A call that may change the account.
    Mutation,
}

/// A rate limit: calls per second, with a burst.
#[derive(Debug, Clone)]
pub struct TokenBucket {
    rate: f64,
    highest: f64,
    lowest: f64,
    burst: f64,
    /// A negative number counts the calls that wait.
    tokens: f64,
    updated: Instant,
    lowered: Option<Instant>,
}

impl TokenBucket {
    /// The time in which a rate of zero recovers to the highest.
    const RECOVERY: Duration = Duration::from_secs(60);
    /// The time within which throttled calls count as one: they belong to the same burst.
    const BURST: Duration = Duration::from_secs(1);

    /// Returns a full bucket with a rate between `lowest` and `highest` calls per second.
    pub fn new(highest: f64, lowest: f64, burst: f64, now: Instant) -> Self {
        Self {
            rate: highest,
            highest,
            lowest,
            burst,
            tokens: burst,
            updated: now,
            lowered: None,
        }
    }

    /// Reserves one call and returns the time that it must wait.
    pub fn acquire(&mut self, now: Instant) -> Duration {
        self.refill(now);
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.rate)
        }
    }

    /// Takes one call if more than half of the burst is left. For optional calls.
    pub fn try_acquire_spare(&mut self, now: Instant) -> bool {
        self.refill(now);
        let spare = self.tokens > self.burst / 2.0;
        if spare {
            self.tokens -= 1.0;
        }
        spare
    }

    /// Halves the rate and empties the bucket after a throttled call, once per burst.
    pub fn throttled(&mut self, now: Instant) {
        self.refill(now);
        self.tokens = self.tokens.min(0.0);
        let same_burst = self
            .lowered
            .is_some_and(|lowered| now.duration_since(lowered) < Self::BURST);
        if !same_burst {
            self.rate = (self.rate / 2.0).max(self.lowest);
            self.lowered = Some(now);
        }
    }

    /// Returns the current rate in calls per second.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    fn refill(&mut self, now: Instant) {
        let seconds = now.saturating_duration_since(self.updated).as_secs_f64();
        self.updated = self.updated.max(now);
        self.tokens = (self.tokens + seconds * self.rate).min(self.burst);
        let step = self.highest / Self::RECOVERY.as_secs_f64();
        self.rate = (self.rate + seconds * step).min(self.highest);
    }
}

/// The shared budget of one account and region.
#[derive(Debug, Clone)]
pub struct RateBudget {
    buckets: Arc<Mutex<Buckets>>,
}

#[derive(Debug)]
struct Buckets {
    reads: TokenBucket,
    mutations: TokenBucket,
}

impl RateBudget {
    /// Returns a budget of 50 reads and 10 mutations per second, in bursts of 50 and 20.
    pub fn new() -> Self {
        let now = Instant::now();
        let buckets = Buckets {
            reads: TokenBucket::new(50.0, 3.0, 50.0, now),
            mutations: TokenBucket::new(10.0, 1.0, 20.0, now),
        };
        Self {
            buckets: Arc::new(Mutex::new(buckets)),
        }
    }

    /// Waits until one call may be sent.
    pub async fn acquire(&self, call_type: CallType) {
        let wait = self.with(call_type, |bucket| bucket.acquire(Instant::now()));
        if !wait.is_zero() {
            sleep(wait).await;
        }
    }

    /// Takes one read if much of the burst is left.
    pub fn try_acquire_spare_read(&self) -> bool {
        self.with(CallType::Read, |bucket| {
            bucket.try_acquire_spare(Instant::now())
        })
    }

    /// Lowers the rate after a throttled call.
    pub fn throttled(&self, call_type: CallType) {
        self.with(call_type, |bucket| bucket.throttled(Instant::now()));
    }

    /// Returns the current rate in calls per second.
    pub fn rate(&self, call_type: CallType) -> f64 {
        self.with(call_type, |bucket| bucket.rate())
    }

    fn with<T>(&self, call_type: CallType, act: impl FnOnce(&mut TokenBucket) -> T) -> T {
        // Plain numbers are consistent even after a panic.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        act(match call_type {
            CallType::Read => &mut buckets.reads,
            CallType::Mutation => &mut buckets.mutations,
        })
    }
}

impl Default for RateBudget {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn a_burst_passes_and_the_rest_is_spread() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(10.0, 1.0, 20.0, start);
        let waits: Vec<_> = (0..23).map(|_| bucket.acquire(start)).collect();
        assert!(waits[..20].iter().all(Duration::is_zero));
        assert_eq!(waits[20..], [seconds(0.1), seconds(0.2), seconds(0.3)]);
    }

    #[test]
    fn throttling_halves_once_a_burst_down_to_the_floor() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(10.0, 1.0, 20.0, start);
        for _ in 0..5 {
            bucket.throttled(start);
        }
        assert_eq!(
            bucket.rate(),
            5.0,
            "five throttled calls of one burst count as one"
        );
        assert_eq!(
            bucket.acquire(start),
            seconds(0.2),
            "nothing is left of the burst"
        );
        for step in 1..20 {
            bucket.throttled(start + seconds(f64::from(step)));
        }
        assert!((1.0..1.2).contains(&bucket.rate()), "{}", bucket.rate());
    }

    #[test]
    fn the_rate_recovers_linearly() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(50.0, 3.0, 50.0, start);
        bucket.throttled(start);
        let mut rates = Vec::new();
        for step in 1..=4 {
            bucket.acquire(start + seconds(f64::from(step) * 12.0));
            rates.push(bucket.rate().round());
        }
        assert_eq!(rates, [35.0, 45.0, 50.0, 50.0]);
    }

    #[test]
    fn spare_calls_leave_half_the_burst() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(50.0, 3.0, 50.0, start);
        let spare = (0..50).filter(|_| bucket.try_acquire_spare(start)).count();
        assert_eq!(spare, 25);
        assert!(
            bucket.acquire(start).is_zero(),
            "a necessary call still goes at once"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_sleeps_until_its_turn() {
        let budget = RateBudget::new();
        let start = Instant::now();
        for _ in 0..40 {
            budget.acquire(CallType::Mutation).await;
        }
        assert_eq!(
            start.elapsed().as_millis() / 100,
            20,
            "20 at once, 20 at ten a second"
        );
    }
}
