//! ElastiCache replication groups.

use super::broken;
use crate::scene::Scene;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// With cluster mode on, failover is automatic and there is more than one node (the page
/// "Replication: Valkey and Redis OSS Cluster Mode Disabled vs. Enabled").
pub(super) fn cluster_mode<'a>(
    resource: &Resource<'a>,
    scene: &Scene<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in scene.properties(resource, "") {
        for group in root.at("CacheParameterGroupName", &scene.conditions) {
            let Some(parameters) = group.referred().and_then(|id| scene.template.resource(id))
            else {
                continue;
            };
            let modes = scene.properties(&parameters, "Properties.cluster-enabled");
            let mut modes = modes.iter().filter(|mode| mode.string() == Some("yes"));
            let case = modes.find_map(|mode| mode.case.and(&group.case));
            let Some(case) = case.filter(|case| scene.conditions.allow(case)) else {
                continue;
            };
            let root = root.when(&case);
            for failover in root.at("AutomaticFailoverEnabled", &scene.conditions) {
                if failover
                    .text()
                    .is_some_and(|text| text.eq_ignore_ascii_case("false"))
                {
                    let message = "cluster mode needs automatic failover";
                    problems.push(broken(message, failover.span).help("set it, or leave it out"));
                }
            }
            for groups in root.at("NumNodeGroups", &scene.conditions) {
                if groups.node.is_some() {
                    continue;
                }
                for count in root
                    .when(&groups.case)
                    .at("NumCacheClusters", &scene.conditions)
                {
                    let few =
                        count.node.is_none() || count.integer().is_some_and(|count| count <= 1);
                    if few {
                        let message = "cluster mode needs more than one node";
                        let help = "set `NumNodeGroups`, or `NumCacheClusters` to 2 or more";
                        problems.push(broken(message, count.span).help(help));
                    }
                }
            }
        }
    }
}
