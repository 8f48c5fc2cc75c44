//! Availability zones, which must belong to the stack's region.

use super::rule_violation;
use crate::context::Checker;
use formwork_catalog::regions::Region;
use formwork_template::diagnostics::Problem;

/// The properties with the names of zones, by type.
const ZONES: [(&str, &[&str]); 16] = [
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &["AvailabilityZones.*"],
    ),
    ("AWS::DMS::ReplicationInstance", &["AvailabilityZone"]),
    ("AWS::DocDB::DBCluster", &["AvailabilityZones.*"]),
    ("AWS::DocDB::DBInstance", &["AvailabilityZone"]),
    ("AWS::EC2::CapacityReservation", &["AvailabilityZone"]),
    ("AWS::EC2::Host", &["AvailabilityZone"]),
    ("AWS::EC2::Instance", &["AvailabilityZone"]),
    ("AWS::EC2::Subnet", &["AvailabilityZone"]),
    ("AWS::EC2::Volume", &["AvailabilityZone"]),
    (
        "AWS::ElastiCache::CacheCluster",
        &["PreferredAvailabilityZone", "PreferredAvailabilityZones.*"],
    ),
    (
        "AWS::ElasticLoadBalancing::LoadBalancer",
        &["AvailabilityZones.*"],
    ),
    ("AWS::Neptune::DBCluster", &["AvailabilityZones.*"]),
    ("AWS::Neptune::DBInstance", &["AvailabilityZone"]),
    ("AWS::RDS::DBCluster", &["AvailabilityZones.*"]),
    ("AWS::RDS::DBInstance", &["AvailabilityZone"]),
    ("AWS::Redshift::Cluster", &["AvailabilityZone"]),
];

/// Reports a zone of another region (the page of `AvailabilityZone` of `AWS::EC2::Subnet`).
pub(super) fn zones<'a>(checker: &Checker<'a>, problems: &mut Vec<Problem>) {
    let Some(here) = checker.region else { return };
    for (kind, paths) in ZONES {
        for resource in checker.of_type(kind) {
            for zone in paths
                .iter()
                .flat_map(|path| checker.properties(&resource, path))
            {
                if let Some(there) = zone.string().and_then(region)
                    && there.as_str() != here
                {
                    let message = format!(
                        "the zone belongs to {}, but the region of the stack is {here}",
                        there.as_str()
                    );
                    let help = format!("use a zone of {here}, such as `{here}a`");
                    problems.push(rule_violation(message, zone.span).help(help));
                }
            }
        }
    }
}

/// Returns the region of a zone: `us-east-1` for `us-east-1a`.
fn region(zone: &str) -> Option<Region> {
    let letter = zone.chars().next_back()?;
    let region = letter
        .is_ascii_lowercase()
        .then(|| zone.strip_suffix(letter))?;
    Region::named(region?)
}
