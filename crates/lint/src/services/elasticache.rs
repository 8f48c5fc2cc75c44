//! ElastiCache replication groups.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Checks that cluster mode comes with automatic failover and several nodes (the page "Replication:
/// Valkey and Redis OSS Cluster Mode Disabled vs. Enabled").
pub(super) fn cluster_mode<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in checker.properties(resource, "") {
        for group in root.at("CacheParameterGroupName", &checker.conditions) {
            let Some(parameters) = group
                .referenced_id()
                .and_then(|id| checker.template.resource(id))
            else {
                continue;
            };
            let modes = checker.properties(&parameters, "Properties.cluster-enabled");
            let mut modes = modes.iter().filter(|mode| mode.string() == Some("yes"));
            let assignment = modes.find_map(|mode| mode.assignment.and(&group.assignment));
            let Some(assignment) =
                assignment.filter(|assignment| checker.conditions.allow(assignment))
            else {
                continue;
            };
            let root = root.with_assignment(&assignment);
            for failover in root.at("AutomaticFailoverEnabled", &checker.conditions) {
                if failover
                    .text()
                    .is_some_and(|text| text.eq_ignore_ascii_case("false"))
                {
                    let message = "cluster mode requires automatic failover";
                    problems.push(
                        rule_violation(message, failover.span).help("set it to true, or remove it"),
                    );
                }
            }
            for groups in root.at("NumNodeGroups", &checker.conditions) {
                if groups.node.is_some() {
                    continue;
                }
                for count in root
                    .with_assignment(&groups.assignment)
                    .at("NumCacheClusters", &checker.conditions)
                {
                    let few =
                        count.node.is_none() || count.integer().is_some_and(|count| count <= 1);
                    if few {
                        let message = "cluster mode requires more than one node";
                        let help = "set `NumNodeGroups`, or `NumCacheClusters` to 2 or more";
                        problems.push(rule_violation(message, count.span).help(help));
                    }
                }
            }
        }
    }
}
