//! The options of a cloud.

use std::path::PathBuf;
use std::time::Duration;

/// The options with which a cloud is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The place where the cloud keeps its state.
    pub storage: Storage,
    /// The speed of operations.
    pub pace: Pace,
    /// The call rates above which the cloud answers `Throttling`; no limit if absent.
    pub throttle: Option<Rates>,
    /// The account id.
    pub account: String,
    /// The delay after which `DescribeStacks` shows a change. On AWS it is eventually consistent.
    pub lag: Duration,
    /// The number of items in a page of a list.
    pub page_size: usize,
}

/// The place where a cloud keeps its state.
#[derive(Debug, Clone)]
pub enum Storage {
    /// In memory. The state is lost with the last handle, and the clock starts at a fixed time.
    Memory,
    /// In a folder, which several processes may share.
    Folder(PathBuf),
}

/// The speed of operations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// A fiftieth of AWS's typical durations.
    Quick,
    /// AWS's typical durations.
    Real,
    /// A fixed duration for each resource, and no time for the stack itself.
    Each(Duration),
}

/// Call rates per second. Bursts may be twice as large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Reads per second.
    pub reads: u32,
    /// Mutations per second.
    pub mutations: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            storage: Storage::Memory,
            pace: Pace::Quick,
            throttle: None,
            account: "123456789012".to_owned(),
            lag: Duration::ZERO,
            page_size: 100,
        }
    }
}

impl Pace {
    /// Returns the time that the stack itself takes before its first and after its last resource.
    pub(crate) fn stack_duration(self) -> Duration {
        match self {
            Self::Quick => Duration::from_millis(20),
            Self::Real => Duration::from_secs(2),
            Self::Each(_) => Duration::ZERO,
        }
    }

    /// Returns the time that the creation of a change set takes.
    pub(crate) fn change_set_duration(self) -> Duration {
        match self {
            Self::Quick => Duration::from_millis(40),
            Self::Real => Duration::from_secs(3),
            Self::Each(duration) => duration,
        }
    }

    /// Scales a timeout of AWS to this pace.
    pub(crate) fn scale_timeout(self, timeout: Duration) -> Duration {
        match self {
            Self::Quick => timeout / 50,
            Self::Real | Self::Each(_) => timeout,
        }
    }
}
