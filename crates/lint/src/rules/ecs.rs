//! ECS services and their task definitions.

use super::broken;
use crate::found::Found;
use crate::scene::Scene;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// In the network mode `awsvpc` a container's port is the host's (the page of `PortMapping`).
pub(super) fn host_ports<'a>(
    resource: &Resource<'a>,
    scene: &Scene<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in scene.properties(resource, "") {
        for mode in root.at("NetworkMode", &scene.conditions) {
            if mode.string() != Some("awsvpc") {
                continue;
            }
            let beside = root.when(&mode.case);
            let path = "ContainerDefinitions.*.PortMappings.*";
            for mapping in beside.at(path, &scene.conditions) {
                for host in mapping.at("HostPort", &scene.conditions) {
                    let Some(host_port) = host.text() else {
                        continue;
                    };
                    for container in mapping
                        .when(&host.case)
                        .at("ContainerPort", &scene.conditions)
                    {
                        let Some(port) = container.text().filter(|port| *port != host_port) else {
                            continue;
                        };
                        let message = format!(
                            "with `awsvpc` the host's port is the container's: {port}, not {host_port}"
                        );
                        problems.push(broken(message, host.span).help("leave `HostPort` out"));
                    }
                }
            }
        }
    }
}

/// Behind a load balancer, a container whose host port is chosen when it starts is asked for its
/// health at the port of its traffic (the page of `TargetGroup`'s `HealthCheckPort`).
pub(super) fn dynamic_ports<'a>(
    resource: &Resource<'a>,
    scene: &Scene<'a>,
    problems: &mut Vec<Problem>,
) {
    for root in scene.properties(resource, "") {
        for definition in root.at("TaskDefinition", &scene.conditions) {
            let task = definition.referred();
            let task = task.and_then(|id| scene.resource(id, "AWS::ECS::TaskDefinition"));
            let Some(task) = task else { continue };
            for balancer in root
                .when(&definition.case)
                .at("LoadBalancers.*", &scene.conditions)
            {
                balanced(&balancer, &task, scene, problems);
            }
        }
    }
}

fn balanced<'a>(
    balancer: &Found<'a>,
    task: &Resource<'a>,
    scene: &Scene<'a>,
    problems: &mut Vec<Problem>,
) {
    for name in balancer.at("ContainerName", &scene.conditions) {
        for port in balancer
            .when(&name.case)
            .at("ContainerPort", &scene.conditions)
        {
            let (Some(container), Some(number)) = (name.string(), port.text()) else {
                continue;
            };
            if !has_dynamic_port(task, container, &number, scene) {
                continue;
            }
            for group in balancer
                .when(&port.case)
                .at("TargetGroupArn", &scene.conditions)
            {
                let kind = "AWS::ElasticLoadBalancingV2::TargetGroup";
                let group = group.referred().and_then(|id| scene.resource(id, kind));
                let Some(group) = group else { continue };
                for check in scene.properties(&group, "HealthCheckPort") {
                    let asked = check.node.is_none() || check.text().is_some();
                    if asked && check.string() != Some("traffic-port") {
                        let message = format!(
                            "`{container}` gets its host port when it starts, and is asked for its health elsewhere"
                        );
                        let span = if check.node.is_some() {
                            check.span
                        } else {
                            group.id_span
                        };
                        let help = "set `HealthCheckPort` to `traffic-port`";
                        problems.push(broken(message, span).help(help));
                    }
                }
            }
        }
    }
}

/// Whether the container's port is any of its host's.
fn has_dynamic_port<'a>(
    task: &Resource<'a>,
    container: &str,
    port: &str,
    scene: &Scene<'a>,
) -> bool {
    let named = scene.properties(task, "ContainerDefinitions.*");
    let named = named.iter().filter(|found| {
        let names = found.at("Name", &scene.conditions);
        names.iter().any(|name| name.string() == Some(container))
    });
    let mut mappings = named.flat_map(|found| found.at("PortMappings.*", &scene.conditions));
    let is = |mapping: &Found<'a>, name: &str, expected: &str| {
        let found = mapping.at(name, &scene.conditions);
        found
            .iter()
            .any(|found| found.text().as_deref() == Some(expected))
    };
    mappings.any(|mapping| is(&mapping, "ContainerPort", port) && is(&mapping, "HostPort", "0"))
}
