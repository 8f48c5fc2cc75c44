//! Auto scaling groups.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// `EC2` stands alone among the types of health checks (the property's page).
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
                    .help("name the others alone: instances are checked by EC2 in any case"),
            );
        }
    }
}
