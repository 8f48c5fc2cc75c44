//! ECS services and their task definitions.

use super::rule_violation;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Checks that the host port equals the container port in the network mode `awsvpc` (the page of
/// `PortMapping`).
pub(super) fn host_ports<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in checker.properties(resource, "") {
        for mode in root.at("NetworkMode", &checker.conditions) {
            if mode.string() != Some("awsvpc") {
                continue;
            }
            let narrowed = root.with_assignment(&mode.assignment);
            let path = "ContainerDefinitions.*.PortMappings.*";
            for mapping in narrowed.at(path, &checker.conditions) {
                for host in mapping.at("HostPort", &checker.conditions) {
                    let Some(host_port) = host.text() else {
                        continue;
                    };
                    for container in mapping
                        .with_assignment(&host.assignment)
                        .at("ContainerPort", &checker.conditions)
                    {
                        let Some(port) = container.text().filter(|port| *port != host_port) else {
                            continue;
                        };
                        let message = format!(
                            "host port {host_port} differs from container port {port}, which `awsvpc` does not allow"
                        );
                        problems.push(rule_violation(message, host.span).help("remove `HostPort`"));
                    }
                }
            }
        }
    }
}

/// Checks that the health check of a container with a dynamic host port uses the traffic port (the
/// page of `TargetGroup`'s `HealthCheckPort`).
pub(super) fn dynamic_ports<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in checker.properties(resource, "") {
        for definition in root.at("TaskDefinition", &checker.conditions) {
            let task = definition.referenced_id();
            let task = task.and_then(|id| checker.resource(id, "AWS::ECS::TaskDefinition"));
            let Some(task) = task else { continue };
            for balancer in root
                .with_assignment(&definition.assignment)
                .at("LoadBalancers.*", &checker.conditions)
            {
                balanced(&balancer, &task, checker, problems);
            }
        }
    }
}

fn balanced<'a>(
    balancer: &ConditionalValue<'a>,
    task: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for name in balancer.at("ContainerName", &checker.conditions) {
        for port in balancer
            .with_assignment(&name.assignment)
            .at("ContainerPort", &checker.conditions)
        {
            let (Some(container), Some(number)) = (name.string(), port.text()) else {
                continue;
            };
            if !has_dynamic_port(task, container, &number, checker) {
                continue;
            }
            for group in balancer
                .with_assignment(&port.assignment)
                .at("TargetGroupArn", &checker.conditions)
            {
                let kind = "AWS::ElasticLoadBalancingV2::TargetGroup";
                let group = group
                    .referenced_id()
                    .and_then(|id| checker.resource(id, kind));
                let Some(group) = group else { continue };
                for check in checker.properties(&group, "HealthCheckPort") {
                    let asked = check.node.is_none() || check.text().is_some();
                    if asked && check.string() != Some("traffic-port") {
                        let message = format!(
                            "the health check of `{container}` does not use its dynamic host port"
                        );
                        let span = if check.node.is_some() {
                            check.span
                        } else {
                            group.id_span
                        };
                        let help = "set `HealthCheckPort` to `traffic-port`";
                        problems.push(rule_violation(message, span).help(help));
                    }
                }
            }
        }
    }
}

/// Returns whether the host port of the container is dynamic.
fn has_dynamic_port<'a>(
    task: &Resource<'a>,
    container: &str,
    port: &str,
    checker: &Checker<'a>,
) -> bool {
    let named = checker.properties(task, "ContainerDefinitions.*");
    let named = named.iter().filter(|found| {
        let names = found.at("Name", &checker.conditions);
        names.iter().any(|name| name.string() == Some(container))
    });
    let mut mappings = named.flat_map(|found| found.at("PortMappings.*", &checker.conditions));
    let is = |mapping: &ConditionalValue<'a>, name: &str, expected: &str| {
        let found = mapping.at(name, &checker.conditions);
        found
            .iter()
            .any(|found| found.text().as_deref() == Some(expected))
    };
    mappings.any(|mapping| is(&mapping, "ContainerPort", port) && is(&mapping, "HostPort", "0"))
}
