//! Certificates and GuardDuty.

use super::broken;
use crate::scene::Scene;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// A certificate's domain lies in the one by which it is validated (the page of
/// `DomainValidationOption`).
pub(super) fn validation_domain<'a>(
    resource: &Resource<'a>,
    scene: &Scene<'a>,
    problems: &mut Vec<Problem>,
) {
    for option in scene.properties(resource, "DomainValidationOptions.*") {
        for validated in option.at("ValidationDomain", &scene.conditions) {
            let Some(by) = validated.string() else {
                continue;
            };
            for domain in option
                .when(&validated.case)
                .at("DomainName", &scene.conditions)
            {
                let Some(name) = domain.string() else {
                    continue;
                };
                let inside = name
                    .strip_suffix(by)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                if !inside {
                    let message = format!("`{name}` does not lie in `{by}`, which validates it");
                    problems.push(broken(message, domain.span));
                }
            }
        }
    }
}

/// A detector is told its features or, as before, its data sources (the page of the type).
pub(super) fn detector<'a>(resource: &Resource<'a>, _: &Scene<'a>, problems: &mut Vec<Problem>) {
    let sources = resource.property("DataSources");
    if let (Some(node), Some(_)) = (sources, resource.property("Features")) {
        let message = "`DataSources` and `Features` exclude one another";
        problems.push(broken(message, node.span).help("say it all in `Features`"));
    }
}
