//! S3 buckets.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// The number of days after which objects move to each tier (the page of `Tiering`).
const TIERS: &[(&str, i64, i64)] = &[
    ("ARCHIVE_ACCESS", 90, 730),
    ("DEEP_ARCHIVE_ACCESS", 180, 730),
];

/// Checks the days of an intelligent tiering.
pub(super) fn tiering<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    let path = "IntelligentTieringConfigurations.*.Tierings.*";
    for tiering in checker.properties(resource, path) {
        for tier in tiering.at("AccessTier", &checker.conditions) {
            let known = TIERS.iter().find(|(name, ..)| tier.string() == Some(name));
            let Some((name, least, most)) = known else {
                continue;
            };
            for days in tiering
                .with_assignment(&tier.assignment)
                .at("Days", &checker.conditions)
            {
                let Some(number) = days.integer() else {
                    continue;
                };
                if !(*least..=*most).contains(&number) {
                    let message = format!(
                        "`Days` of the tier `{name}`: expected {least} to {most}, found {number}"
                    );
                    problems.push(rule_violation(message, days.span));
                }
            }
        }
    }
}
