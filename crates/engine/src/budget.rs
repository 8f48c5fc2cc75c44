//! How fast AWS is asked: one adaptive budget for an account and region.
//!
//! CloudFormation publishes no rates; users report about five DescribeStacks a second. So the budget begins at what
//! usually passes, halves when AWS throttles, and recovers additively (`reference`: AWS API request throttling,
//! AIMD). A [`Bucket`] is plain data that is told the time; [`Budget`] shares two of them and sleeps.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// What a call counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// It only asks.
    Read,
    /// It changes something.
    Mutation,
}

/// One rate: calls a second, with a burst.
#[derive(Debug, Clone)]
pub struct Bucket {
    rate: f64,
    highest: f64,
    lowest: f64,
    burst: f64,
    /// Below zero, calls are promised that have not begun.
    tokens: f64,
    updated: Instant,
    lowered: Option<Instant>,
}

impl Bucket {
    /// How long a lowered rate takes to come back to the highest, from nothing.
    const RECOVERY: Duration = Duration::from_secs(60);
    /// Answers of one burst count as one: they tell of the same excess.
    const ONE_BURST: Duration = Duration::from_secs(1);

    /// A full bucket of `highest` calls a second that never goes below `lowest`.
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

    /// Promises one call and says how long it has to wait.
    pub fn take(&mut self, now: Instant) -> Duration {
        self.refill(now);
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.rate)
        }
    }

    /// Takes one call if more than half of the burst is left: for what can be done without.
    pub fn take_spare(&mut self, now: Instant) -> bool {
        self.refill(now);
        let spare = self.tokens > self.burst / 2.0;
        if spare {
            self.tokens -= 1.0;
        }
        spare
    }

    /// A call was throttled: halves the rate and empties the bucket, once for all answers of one burst.
    pub fn throttled(&mut self, now: Instant) {
        self.refill(now);
        self.tokens = self.tokens.min(0.0);
        let same_burst = self
            .lowered
            .is_some_and(|lowered| now.duration_since(lowered) < Self::ONE_BURST);
        if !same_burst {
            self.rate = (self.rate / 2.0).max(self.lowest);
            self.lowered = Some(now);
        }
    }

    /// Calls a second at present.
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

/// The budget of one account and region, shared by all who ask there.
#[derive(Debug, Clone)]
pub struct Budget {
    buckets: Arc<Mutex<Buckets>>,
}

#[derive(Debug)]
struct Buckets {
    reads: Bucket,
    mutations: Bucket,
}

impl Budget {
    /// 50 reads and 10 mutations a second, in bursts of 50 and 20.
    pub fn new() -> Self {
        let now = Instant::now();
        let buckets = Buckets {
            reads: Bucket::new(50.0, 3.0, 50.0, now),
            mutations: Bucket::new(10.0, 1.0, 20.0, now),
        };
        Self {
            buckets: Arc::new(Mutex::new(buckets)),
        }
    }

    /// Waits until one call may go.
    pub async fn take(&self, rate: Rate) {
        let wait = self.with(rate, |bucket| bucket.take(Instant::now()));
        if !wait.is_zero() {
            sleep(wait).await;
        }
    }

    /// Takes one read if there are plenty.
    pub fn take_spare_read(&self) -> bool {
        self.with(Rate::Read, |bucket| bucket.take_spare(Instant::now()))
    }

    /// A call was throttled.
    pub fn throttled(&self, rate: Rate) {
        self.with(rate, |bucket| bucket.throttled(Instant::now()));
    }

    /// Calls a second at present.
    pub fn rate(&self, rate: Rate) -> f64 {
        self.with(rate, |bucket| bucket.rate())
    }

    fn with<T>(&self, rate: Rate, act: impl FnOnce(&mut Bucket) -> T) -> T {
        // Plain numbers are whole after any panic.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        act(match rate {
            Rate::Read => &mut buckets.reads,
            Rate::Mutation => &mut buckets.mutations,
        })
    }
}

impl Default for Budget {
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
        let mut bucket = Bucket::new(10.0, 1.0, 20.0, start);
        let waits: Vec<_> = (0..23).map(|_| bucket.take(start)).collect();
        assert!(waits[..20].iter().all(Duration::is_zero));
        assert_eq!(waits[20..], [seconds(0.1), seconds(0.2), seconds(0.3)]);
    }

    #[test]
    fn throttling_halves_once_a_burst_down_to_the_floor() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10.0, 1.0, 20.0, start);
        for _ in 0..5 {
            bucket.throttled(start);
        }
        assert_eq!(bucket.rate(), 5.0, "five answers of one burst are one");
        assert_eq!(
            bucket.take(start),
            seconds(0.2),
            "nothing is left of the burst"
        );
        for step in 1..20 {
            bucket.throttled(start + seconds(f64::from(step)));
        }
        assert!((1.0..1.2).contains(&bucket.rate()), "{}", bucket.rate());
    }

    #[test]
    fn the_rate_comes_back_by_equal_steps() {
        let start = Instant::now();
        let mut bucket = Bucket::new(50.0, 3.0, 50.0, start);
        bucket.throttled(start);
        let mut rates = Vec::new();
        for step in 1..=4 {
            bucket.take(start + seconds(f64::from(step) * 12.0));
            rates.push(bucket.rate().round());
        }
        assert_eq!(rates, [35.0, 45.0, 50.0, 50.0]);
    }

    #[test]
    fn what_can_be_done_without_leaves_half_the_burst() {
        let start = Instant::now();
        let mut bucket = Bucket::new(50.0, 3.0, 50.0, start);
        let spare = (0..50).filter(|_| bucket.take_spare(start)).count();
        assert_eq!(spare, 25);
        assert!(
            bucket.take(start).is_zero(),
            "what must be asked still goes at once"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_sleeps_until_its_turn() {
        let budget = Budget::new();
        let start = Instant::now();
        for _ in 0..40 {
            budget.take(Rate::Mutation).await;
        }
        assert_eq!(
            start.elapsed().as_millis() / 100,
            20,
            "20 at once, 20 at ten a second"
        );
    }
}
