//! EC2: networks, subnets, endpoints, route tables and instances.

use super::{resource_conflict, rule_violation};
use crate::conditions::Assignment;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use crate::formats::cidr::{Network, Version};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Node, Resource, write};

/// Reports an instance without an image of its own or of its launch template (the page of
/// `ImageId`).
pub(super) fn image<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    let mut missing = |span: Span| {
        let problem = rule_violation("missing image of the instance", span);
        problems.push(problem.help("set `ImageId` here or in the launch template"));
    };
    if resource.attribute("Properties").is_none() {
        missing(resource.id_span);
    }
    for root in checker.properties(resource, "") {
        for image in root.at("ImageId", &checker.conditions) {
            if image.node.is_some() {
                continue;
            }
            let narrowed = root.with_assignment(&image.assignment);
            for template in narrowed.at("LaunchTemplate", &checker.conditions) {
                if template.node.is_none() {
                    missing(image.span);
                } else if lacks_image(&template, checker) {
                    missing(template.span);
                }
            }
        }
    }
}

/// Returns whether the launch template is in this stack and has no image.
fn lacks_image<'a>(template: &ConditionalValue<'a>, checker: &Checker<'a>) -> bool {
    let named = ["LaunchTemplateId", "LaunchTemplateName"].into_iter();
    let mut named = named.flat_map(|name| template.at(name, &checker.conditions));
    named.any(|found| {
        let id = found.referenced_id();
        let launch = id.and_then(|id| checker.resource(id, "AWS::EC2::LaunchTemplate"));
        launch.is_some_and(|launch| {
            let images = checker.properties(&launch, "LaunchTemplateData.ImageId");
            let mut images = images.iter().filter(|image| image.node.is_none());
            images.any(|image| {
                let both = image.assignment.and(&found.assignment);
                both.is_some_and(|assignment| checker.conditions.allow(&assignment))
            })
        })
    })
}

/// Reports a subnet with two route tables (the page of `AWS::EC2::SubnetRouteTableAssociation`).
pub(super) fn route_tables<'a>(checker: &Checker<'a>, problems: &mut Vec<Problem>) {
    let mut seen: Vec<(String, Assignment<'a>, Span, &str)> = Vec::new();
    for resource in checker.of_type("AWS::EC2::SubnetRouteTableAssociation") {
        for subnet in checker.properties(&resource, "SubnetId") {
            let Some(node) = subnet.node.filter(|node| is_single(node)) else {
                continue;
            };
            let key = write::json_compact(node);
            let clash = seen.iter().find(|(other, assignment, _, id)| {
                // Two different conditional assignments may exclude each other by a value that is
                // not known here.
                let surely = *assignment == subnet.assignment
                    || *assignment == Assignment::default()
                    || subnet.assignment == Assignment::default();
                *other == key && *id != resource.id && surely
            });
            if let Some((_, _, there, id)) = clash {
                let message =
                    format!("the subnet has two route tables: the other association is `{id}`");
                problems.push(resource_conflict(message, subnet.span, *there));
            }
            seen.push((key, subnet.assignment.clone(), subnet.span, resource.id));
        }
    }
}

/// Returns whether a value always means the same resource: a literal or a reference.
fn is_single(node: &Node) -> bool {
    node.as_str().is_some() || crate::conditions::referenced_id(node).is_some()
}

/// Checks that subnets are inside their network and do not overlap (the pages of `AWS::EC2::Subnet`
/// and `AWS::EC2::VPCCidrBlock`).
pub(super) fn subnets<'a>(checker: &Checker<'a>, problems: &mut Vec<Problem>) {
    for vpc in checker.of_type("AWS::EC2::VPC") {
        if let Some(blocks) = vpc_blocks(&vpc, checker) {
            check_inside(&vpc, &blocks, checker, problems);
        }
    }
    check_overlaps(checker, problems);
}

/// The properties that give a network addresses that are not in the template.
const ASSIGNED_BLOCKS: [&str; 4] = [
    "Ipv4IpamPoolId",
    "Ipv6IpamPoolId",
    "Ipv6Pool",
    "AmazonProvidedIpv6CidrBlock",
];

/// Returns the address blocks of a resource, or `None` if one is not in the template.
fn blocks<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
) -> Option<Vec<(Network, ConditionalValue<'a>)>> {
    let is_set = |name: &&str| {
        let found = checker.properties(resource, name);
        found.iter().any(|found| found.node.is_some())
    };
    if ASSIGNED_BLOCKS.iter().any(is_set) {
        return None;
    }
    let mut blocks = Vec::new();
    for name in ["CidrBlock", "Ipv6CidrBlock"] {
        for found in checker.properties(resource, name) {
            if found.node.is_some() {
                blocks.push((Network::of(found.string()?)?, found));
            }
        }
    }
    Some(blocks)
}

/// Returns all address blocks of a network.
fn vpc_blocks<'a>(vpc: &Resource<'a>, checker: &Checker<'a>) -> Option<Vec<Network>> {
    let mut networks: Vec<Network> = blocks(vpc, checker)?.iter().map(|(one, _)| *one).collect();
    for further in checker.of_type("AWS::EC2::VPCCidrBlock") {
        if of_vpc(&further, vpc.id) {
            networks.extend(blocks(&further, checker)?.iter().map(|(one, _)| *one));
        }
    }
    Some(networks)
}

fn of_vpc(resource: &Resource<'_>, vpc: &str) -> bool {
    let mut found = false;
    if let Some(node) = resource.property("VpcId") {
        node.walk(&mut |node| found |= crate::conditions::referenced_id(node) == Some(vpc));
    }
    found
}

fn check_inside<'a>(
    vpc: &Resource<'a>,
    networks: &[Network],
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for subnet in checker.of_type("AWS::EC2::Subnet") {
        if !of_vpc(&subnet, vpc.id) {
            continue;
        }
        for (block, found) in blocks(&subnet, checker).unwrap_or_default() {
            let same: Vec<String> = networks
                .iter()
                .filter(|network| network.version() == block.version())
                .map(ToString::to_string)
                .collect();
            let inside = networks.iter().any(|network| network.holds(block));
            // A network without a block is reported separately.
            if inside || block.version() == Version::Four && same.is_empty() {
                continue;
            }
            let message = match same.as_slice() {
                [] => format!("`{block}` is an IPv6 block, but `{}` has none", vpc.id),
                same => format!("`{block}` is not inside `{}`: {}", vpc.id, same.join(", ")),
            };
            problems.push(rule_violation(message, found.span));
        }
    }
}

fn check_overlaps<'a>(checker: &Checker<'a>, problems: &mut Vec<Problem>) {
    let mut seen: Vec<(String, Network, Assignment<'a>, Span, &str)> = Vec::new();
    for subnet in checker.of_type("AWS::EC2::Subnet") {
        for root in checker.properties(&subnet, "") {
            for vpc in root.at("VpcId", &checker.conditions) {
                let Some(key) = vpc.referenced_id().or_else(|| vpc.string()) else {
                    continue;
                };
                let narrowed = root.with_assignment(&vpc.assignment);
                let blocks = ["CidrBlock", "Ipv6CidrBlock"].into_iter();
                for found in blocks.flat_map(|name| narrowed.at(name, &checker.conditions)) {
                    let Some(block) = found.string().and_then(Network::of) else {
                        continue;
                    };
                    let clash = seen.iter().find(|(other, network, assignment, ..)| {
                        let both = assignment.and(&found.assignment);
                        other == key
                            && network.overlaps(block)
                            && both.is_some_and(|assignment| checker.conditions.allow(&assignment))
                    });
                    if let Some((_, network, _, there, id)) =
                        clash.filter(|clash| clash.4 != subnet.id)
                    {
                        let message =
                            format!("`{block}` overlaps `{network}` of `{id}` in the same network");
                        problems.push(resource_conflict(message, found.span, *there));
                    }
                    seen.push((
                        key.to_owned(),
                        block,
                        found.assignment.clone(),
                        found.span,
                        subnet.id,
                    ));
                }
            }
        }
    }
}

/// Reports two interface endpoints with the private name of one service in a network (the page
/// "Manage DNS names for VPC endpoint services").
pub(super) fn private_names<'a>(checker: &Checker<'a>, problems: &mut Vec<Problem>) {
    let mut seen: Vec<(String, Assignment<'a>, Span, &str)> = Vec::new();
    for endpoint in checker.of_type("AWS::EC2::VPCEndpoint") {
        for (key, found) in named_endpoints(&endpoint, checker) {
            let clash = seen.iter().find(|(other, assignment, _, id)| {
                let both = assignment.and(&found.assignment);
                *other == key
                    && *id != endpoint.id
                    && both.is_some_and(|assignment| checker.conditions.allow(&assignment))
            });
            if let Some((_, _, there, id)) = clash {
                let message = format!(
                    "endpoint `{id}` has the private name of this service in the same network"
                );
                let problem = resource_conflict(message, found.span, *there);
                problems.push(problem.help("set `PrivateDnsEnabled` on only one of them"));
            }
            seen.push((key, found.assignment.clone(), found.span, endpoint.id));
        }
    }
}

/// Returns the service and network of an endpoint with a private name, under each assignment.
fn named_endpoints<'a>(
    endpoint: &Resource<'a>,
    checker: &Checker<'a>,
) -> Vec<(String, ConditionalValue<'a>)> {
    let mut named = Vec::new();
    let conditions = &checker.conditions;
    for root in checker.properties(endpoint, "") {
        for kind in root.at("VpcEndpointType", conditions) {
            if kind.string() != Some("Interface") {
                continue;
            }
            for private in root
                .with_assignment(&kind.assignment)
                .at("PrivateDnsEnabled", conditions)
            {
                if !private
                    .text()
                    .is_some_and(|text| text.eq_ignore_ascii_case("true"))
                {
                    continue;
                }
                for vpc in root
                    .with_assignment(&private.assignment)
                    .at("VpcId", conditions)
                {
                    let Some(vpc_node) = vpc.node else { continue };
                    for service in root
                        .with_assignment(&vpc.assignment)
                        .at("ServiceName", conditions)
                    {
                        let Some(node) = service.node else { continue };
                        let key = [vpc_node, node].map(write::json_compact).join(" ");
                        named.push((key, service));
                    }
                }
            }
        }
    }
    named
}
