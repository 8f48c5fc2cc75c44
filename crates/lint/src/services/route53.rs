//! Route 53 records.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Checks that a record is inside its hosted zone, whose name ends with a dot (the page of
/// `HostedZoneName`).
pub(super) fn zone<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in checker.properties(resource, "") {
        for zone in root.at("HostedZoneName", &checker.conditions) {
            let Some(zone_name) = zone.string() else {
                continue;
            };
            for record in root
                .with_assignment(&zone.assignment)
                .at("Name", &checker.conditions)
            {
                let Some(name) = record.string() else {
                    continue;
                };
                if !zone_name.ends_with('.') {
                    let message = format!(
                        "invalid hosted zone name `{zone_name}`: expected a dot at the end"
                    );
                    problems.push(
                        rule_violation(message, zone.span).help(format!("write `{zone_name}.`")),
                    );
                }
                let zone_name = zone_name.trim_end_matches('.');
                let plain = name.trim_end_matches('.');
                let inside = plain
                    .strip_suffix(zone_name)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                if !inside {
                    let message =
                        format!("record `{name}` is not inside the hosted zone `{zone_name}.`");
                    problems.push(rule_violation(message, record.span));
                }
            }
        }
    }
}
