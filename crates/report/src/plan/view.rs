//! What a plan is shown with.

use std::time::Duration;

use formwork_blueprint::Blueprint;
use formwork_template::diagnostics::Sources;

use crate::header::Header;
use crate::style::Paint;

/// What a plan is shown with.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Where the tool stands.
    pub header: &'a Header,
    /// The blueprint that was planned.
    pub blueprint: &'a Blueprint,
    /// The texts that its spans lead into.
    pub sources: &'a Sources,
    /// How long planning took.
    pub took: Duration,
    /// How long carrying it out usually takes, where that is known.
    pub estimate: Option<Duration>,
    /// Whether in colour.
    pub paint: Paint,
    /// The columns there are.
    pub columns: usize,
}
