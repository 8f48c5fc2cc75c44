//! The retirement of AWS services.

use std::sync::Arc;

/// The retirement of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// The stage of the retirement.
    pub status: LifecycleStatus,
    /// The date of the stage, such as `2026-05-20`, if it is known.
    pub date: Option<Arc<str>>,
}

/// The stage of a service's retirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LifecycleStatus {
    /// The service gets no new features. Existing customers can use it.
    Maintenance,
    /// The service takes no new customers and will end.
    Sunset,
    /// The service has ended, or ends on the date. No resource can be created.
    Shutdown,
}
