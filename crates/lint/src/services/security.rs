//! Certificates and GuardDuty.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Checks that the domain of a certificate is inside its validation domain (the page of
/// `DomainValidationOption`).
pub(super) fn validation_domain<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for option in checker.properties(resource, "DomainValidationOptions.*") {
        for validated in option.at("ValidationDomain", &checker.conditions) {
            let Some(by) = validated.string() else {
                continue;
            };
            for domain in option
                .with_assignment(&validated.assignment)
                .at("DomainName", &checker.conditions)
            {
                let Some(name) = domain.string() else {
                    continue;
                };
                let inside = name
                    .strip_suffix(by)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                if !inside {
                    let message =
                        format!("domain `{name}` is not inside its validation domain `{by}`");
                    problems.push(rule_violation(message, domain.span));
                }
            }
        }
    }
}

/// Reports a detector with both features and the older data sources (the page of the type).
pub(super) fn detector<'a>(resource: &Resource<'a>, _: &Checker<'a>, problems: &mut Vec<Problem>) {
    let sources = resource.property("DataSources");
    if let (Some(node), Some(_)) = (sources, resource.property("Features")) {
        let message = "`DataSources` conflicts with `Features`";
        problems.push(rule_violation(message, node.span).help("use only `Features`"));
    }
}
