//! The numbers that bound the engine's work.

use std::time::Duration;

/// The number of attempts at a call that may succeed later.
pub(crate) const ATTEMPTS: u32 = 12;

/// The number of attempts at the first call. It is low, so that a wrong endpoint is reported soon.
pub(crate) const CONNECT_ATTEMPTS: u32 = 3;

/// The number of attempts at a read whose response cannot be read.
pub(crate) const UNREADABLE_ATTEMPTS: u32 = 3;

/// The bytes of a parameter's value, a quota of CloudFormation.
pub(crate) const PARAMETER_VALUE_BYTES: usize = 4_096;

/// The total size of an asset's files, in bytes. Lambda accepts 250 MB.
pub(crate) const ASSET_BYTES: u64 = 512 * 1024 * 1024;

/// The depth of nested stacks in which a root cause is searched.
pub(crate) const NESTED_STACKS: usize = 8;

/// The time without a successful poll after which a run stops watching.
pub(crate) const POLL_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// The same time if AWS refuses the credentials.
pub(crate) const REFUSED_POLL_TIMEOUT: Duration = Duration::from_secs(5 * 60);
