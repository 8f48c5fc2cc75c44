//! CloudWatch Logs.

use super::broken;
use crate::scene::Scene;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::write;
use std::collections::BTreeMap;

/// The most subscription filters that a log group ever had; the quota of an account may be less
/// (the page "CloudWatch Logs quotas").
const MOST_SUBSCRIPTIONS: usize = 5;

/// How many subscriptions one log group has.
pub(super) fn subscriptions(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let mut groups: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for resource in scene.of_type("AWS::Logs::SubscriptionFilter") {
        if let Some(name) = resource.property("LogGroupName") {
            let spans = groups.entry(write::json_compact(name)).or_default();
            spans.push(name.span);
        }
    }
    for spans in groups.values() {
        if let Some(span) = spans.get(MOST_SUBSCRIPTIONS) {
            let message = format!(
                "one log group has {} subscription filters, {MOST_SUBSCRIPTIONS} are possible",
                spans.len()
            );
            problems.push(broken(message, *span));
        }
    }
}
