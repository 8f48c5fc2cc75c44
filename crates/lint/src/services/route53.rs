//! Route 53 records.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// A record's name lies in its hosted zone, whose name ends with a dot (the page of
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
                    let message =
                        format!("the name of a hosted zone ends with a dot: `{zone_name}`");
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
                        format!("`{name}` does not lie in the hosted zone `{zone_name}.`");
                    problems.push(rule_violation(message, record.span));
                }
            }
        }
    }
}
