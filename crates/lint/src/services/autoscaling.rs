//! Auto Scaling groups.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Reports the health check `EC2` together with others (the page of the property).
pub(super) fn health_check<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for found in checker.properties(resource, "HealthCheckType") {
        let Some(text) = found.string() else { continue };
        let kinds: Vec<&str> = text.split(',').map(str::trim).collect();
        if kinds.len() > 1 && kinds.contains(&"EC2") {
            let message = format!("`EC2` health checks cannot be combined with others: `{text}`");
            problems.push(
                rule_violation(message, found.span)
                    .help("remove `EC2`: instances are always checked by EC2"),
            );
        }
    }
}
