//! The context of one call.

use crate::model::clock::Time;
use crate::model::faults::InjectedFault;
use crate::model::options::Options;

/// The context of one call: its time and region, and the cloud's options and injected faults.
#[derive(Debug, Clone)]
pub(crate) struct CallContext {
    pub(crate) now: Time,
    pub(crate) region: String,
    pub(crate) options: Options,
    pub(crate) faults: Vec<InjectedFault>,
}
