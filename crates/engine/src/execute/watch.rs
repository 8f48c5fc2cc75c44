//! Learns the state of all stacks in flight, by one batched call where that is possible.
//!
//! DescribeStacks without a name lists the account's stacks, a page a call. Where the account has more pages than
//! stacks are in flight, or the listing is denied, the stacks are named by their ARNs instead. What the listing does not
//! show is asked for once by its ARN: only that tells a deleted stack from one that is not visible yet.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use formwork_aws::{Error, Kind, PageToken, Stack, StackId, StackRef};
use tokio::task::JoinSet;

use crate::client::Client;

/// How the stacks are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All at once; that many pages, as far as it is known.
    Batch {
        /// The pages of the account's stacks.
        pages: usize,
    },
    /// Each by its ARN, for the listing is denied.
    Each,
}

/// What one look saw.
#[derive(Debug)]
pub(super) struct Looked {
    /// The stacks asked for that there was an answer for; none for one that does not exist at all.
    pub(super) stacks: BTreeMap<StackId, Option<Stack>>,
    /// What went wrong, if anything did.
    pub(super) error: Option<Error>,
    /// How to ask the next time.
    pub(super) way: Way,
}

/// Looks once at these stacks. Nothing is repeated: the next look comes anyway.
pub(super) async fn look(client: Client, ids: BTreeSet<StackId>, way: Way) -> Looked {
    let mut looked = Looked {
        stacks: BTreeMap::new(),
        error: None,
        way,
    };
    if let Way::Batch { pages } = way
        && pages <= ids.len()
    {
        batch(&client, &ids, &mut looked).await;
        if looked.error.is_some() {
            return looked;
        }
    }
    let missing = ids.into_iter().filter(|id| !looked.stacks.contains_key(id));
    each(&client, missing.collect(), &mut looked).await;
    looked
}

/// Lists the account's stacks until all that are asked for are found, or naming them would take fewer calls.
async fn batch(client: &Client, ids: &BTreeSet<StackId>, looked: &mut Looked) {
    let mut next: Option<PageToken> = None;
    let mut pages = 0;
    while pages < ids.len() && looked.stacks.len() < ids.len() {
        let page = client
            .read_once(|| client.cloud().describe_stacks(next.take()))
            .await;
        let page = match page {
            Ok(page) => page,
            Err(error) if error.kind == Kind::Denied => {
                looked.way = Way::Each;
                return;
            }
            Err(error) => {
                looked.error = Some(error);
                return;
            }
        };
        pages += 1;
        let wanted = page
            .items
            .into_iter()
            .filter(|stack| ids.contains(&stack.id));
        let found = wanted.map(|stack| (stack.id.clone(), Some(stack)));
        looked.stacks.extend(found);
        next = page.next;
        if next.is_none() {
            looked.way = Way::Batch { pages };
            return;
        }
    }
    if looked.stacks.len() < ids.len() {
        looked.way = Way::Batch { pages: pages + 1 };
    }
}

async fn each(client: &Client, ids: Vec<StackId>, looked: &mut Looked) {
    let mut asking = JoinSet::new();
    for id in ids {
        let client = client.clone();
        asking.spawn(async move {
            let stack = StackRef::from(&id);
            let answer = client
                .read_once(|| client.cloud().describe_stack(&stack))
                .await;
            (id, answer)
        });
    }
    while let Some(asked) = asking.join_next().await {
        let (id, answer) = asked.expect("asking does not panic and is not cancelled");
        match answer {
            Ok(stack) => {
                looked.stacks.insert(id, stack);
            }
            Err(error) => looked.error = Some(error),
        }
    }
}

/// How long to wait until the next look: a small share of the youngest operation's age, so that a short operation
/// loses little by waiting to be seen, and a long one costs few calls.
pub(super) fn interval(youngest: Duration, in_flight: usize, way: Way, failures: u32) -> Duration {
    let calls = match way {
        Way::Batch { pages } => pages.min(in_flight),
        Way::Each => in_flight,
    };
    let by_age = (youngest.as_secs_f64() * 0.08).clamp(0.25, 5.0);
    // Half of the reads are left to others.
    let by_calls = calls as f64 * 0.04;
    let by_failures = match failures {
        0 => 0.0,
        failures => f64::from(1u32 << failures.min(3)),
    };
    Duration::from_secs_f64(by_age.max(by_calls).max(by_failures))
}
