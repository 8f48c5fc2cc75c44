//! The limits of the local cloud itself. CloudFormation's quotas are checked in `cloudformation`.

use std::time::Duration;

/// The number of answered calls that a handle keeps; a server may run for weeks.
pub(crate) const MAX_ANSWERED_CALLS: usize = 100_000;

/// The largest HTTP body in bytes. S3 accepts larger uploads, but blueprints do not need them.
pub(crate) const MAX_BODY_BYTES: usize = 512 * 1024 * 1024;

/// The time that open connections get to end after the server stops.
pub(crate) const SHUTDOWN_GRACE: Duration = Duration::from_secs(1);
