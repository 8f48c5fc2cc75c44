//! CloudWatch Logs.

use super::rule_violation;
use crate::context::Checker;
use formwork_catalog::limits::SUBSCRIPTION_FILTERS;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::write;
use std::collections::BTreeMap;

/// Checks the number of subscription filters of each log group.
pub(super) fn subscriptions(checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    let mut groups: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for resource in checker.of_type("AWS::Logs::SubscriptionFilter") {
        if let Some(name) = resource.property("LogGroupName") {
            let spans = groups.entry(write::json_compact(name)).or_default();
            spans.push(name.span);
        }
    }
    for spans in groups.values() {
        if let Some(span) = spans.get(SUBSCRIPTION_FILTERS) {
            let message = format!(
                "the log group has {} subscription filters, the limit is {SUBSCRIPTION_FILTERS}",
                spans.len()
            );
            problems.push(rule_violation(message, *span));
        }
    }
}
