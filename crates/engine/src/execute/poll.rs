//! Polls the status of all stacks in progress, with one batched call if possible.
//!
//! DescribeStacks without a name lists the account's stacks, one page per call. If the account has more pages than
//! stacks are in progress, or the caller may not list them, each stack is read by its ARN instead. A stack that the list
//! does not show is also read by its ARN: only this distinguishes a deleted stack from one that is not visible yet.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use formwork_aws::{Error, ErrorKind, PageToken, Stack, StackId, StackRef};
use tokio::task::JoinSet;

use crate::targets::client::Client;

/// The calls of a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PollMode {
    /// Lists all stacks.
    Batch {
        /// The number of pages of the account's stacks, as far as it is known.
        pages: usize,
    },
    /// Reads each stack by its ARN, because the caller may not list stacks.
    Each,
}

/// The result of one poll.
#[derive(Debug)]
pub(super) struct PollResult {
    /// The stacks that were read; `None` for a stack that does not exist.
    pub(super) stacks: BTreeMap<StackId, Option<Stack>>,
    /// The error, if a call failed.
    pub(super) error: Option<Error>,
    /// The mode of the next poll.
    pub(super) mode: PollMode,
}

/// Polls these stacks once. Failed calls are not retried, because the next poll follows.
pub(super) async fn poll(client: Client, ids: BTreeSet<StackId>, mode: PollMode) -> PollResult {
    let mut result = PollResult {
        stacks: BTreeMap::new(),
        error: None,
        mode,
    };
    if let PollMode::Batch { pages } = mode
        && pages <= ids.len()
    {
        poll_batch(&client, &ids, &mut result).await;
        if result.error.is_some() {
            return result;
        }
    }
    let missing = ids.into_iter().filter(|id| !result.stacks.contains_key(id));
    poll_each(&client, missing.collect(), &mut result).await;
    result
}

/// Lists the account's stacks until all of `ids` are found, or reading them by ARN would take fewer calls.
async fn poll_batch(client: &Client, ids: &BTreeSet<StackId>, result: &mut PollResult) {
    let mut next: Option<PageToken> = None;
    let mut pages = 0;
    while pages < ids.len() && result.stacks.len() < ids.len() {
        let page = client
            .read_once(|| client.cloud().describe_stacks(next.take()))
            .await;
        let page = match page {
            Ok(page) => page,
            Err(error) if error.kind == ErrorKind::Denied => {
                result.mode = PollMode::Each;
                return;
            }
            Err(error) => {
                result.error = Some(error);
                return;
            }
        };
        pages += 1;
        let wanted = page
            .items
            .into_iter()
            .filter(|stack| ids.contains(&stack.id));
        let found = wanted.map(|stack| (stack.id.clone(), Some(stack)));
        result.stacks.extend(found);
        next = page.next;
        if next.is_none() {
            result.mode = PollMode::Batch { pages };
            return;
        }
    }
    if result.stacks.len() < ids.len() {
        result.mode = PollMode::Batch { pages: pages + 1 };
    }
}

/// Reads each stack by its ARN.
async fn poll_each(client: &Client, ids: Vec<StackId>, result: &mut PollResult) {
    let mut tasks = JoinSet::new();
    for id in ids {
        let client = client.clone();
        tasks.spawn(async move {
            let stack = StackRef::from(&id);
            let response = client
                .read_once(|| client.cloud().describe_stack(&stack))
                .await;
            (id, response)
        });
    }
    while let Some(joined) = tasks.join_next().await {
        let (id, response) = joined.expect("a read does not panic and is not cancelled");
        match response {
            Ok(stack) => {
                result.stacks.insert(id, stack);
            }
            Err(error) => result.error = Some(error),
        }
    }
}

/// Returns the time until the next poll: a small share of the youngest operation's age, so that the end of a short
/// operation is seen soon, and a long one costs few calls.
pub(super) fn poll_interval(
    youngest: Duration,
    in_progress: usize,
    mode: PollMode,
    failures: u32,
) -> Duration {
    let calls = match mode {
        PollMode::Batch { pages } => pages.min(in_progress),
        PollMode::Each => in_progress,
    };
    let by_age = (youngest.as_secs_f64() * 0.08).clamp(0.25, 5.0);
    // Half of the read budget stays free for other calls.
    let by_calls = calls as f64 * 0.04;
    let by_failures = match failures {
        0 => 0.0,
        failures => f64::from(1u32 << failures.min(3)),
    };
    Duration::from_secs_f64(by_age.max(by_calls).max(by_failures))
}
