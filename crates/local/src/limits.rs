//! The limits of the local cloud. CloudFormation's quotas are in `formwork_catalog`.

use std::time::Duration;

/// The number of answered calls that a handle keeps; a server may run for weeks.
pub(crate) const MAX_ANSWERED_CALLS: usize = 100_000;

/// The largest HTTP body in bytes. S3 accepts larger uploads, but blueprints do not need them.
pub(crate) const MAX_BODY_BYTES: usize = 512 * 1024 * 1024;

/// The largest number of resources that `DescribeStackResources` returns.
pub(crate) const MAX_DESCRIBED_RESOURCES: usize = 100;

/// The largest number of keys in a page of an S3 listing.
pub(crate) const MAX_LISTED_KEYS: usize = 1000;

/// The time that open connections get to end after the server stops.
pub(crate) const SHUTDOWN_GRACE: Duration = Duration::from_secs(1);
