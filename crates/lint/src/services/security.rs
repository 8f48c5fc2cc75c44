//! Certificates and GuardDuty.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// A certificate's domain lies in the one by which it is validated (the page of
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
                    let message = format!("`{name}` does not lie in `{by}`, which validates it");
                    problems.push(rule_violation(message, domain.span));
                }
            }
        }
    }
}

/// A detector is told its features or, as before, its data sources (the page of the type).
pub(super) fn detector<'a>(resource: &Resource<'a>, _: &Checker<'a>, problems: &mut Vec<Problem>) {
    let sources = resource.property("DataSources");
    if let (Some(node), Some(_)) = (sources, resource.property("Features")) {
        let message = "`DataSources` and `Features` exclude one another";
        problems.push(rule_violation(message, node.span).help("say it all in `Features`"));
    }
}
