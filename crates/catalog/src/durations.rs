//! The time that AWS typically takes to create, update and delete a resource.
//!
//! Only types whose durations are known are listed. The time of a stack follows from its resources
//! and their order, and is not computed here.

use std::time::Duration;

/// The typical durations of the operations on one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypicalDurations {
    /// The time to create a resource.
    pub create: Duration,
    /// The time to update a resource in place.
    pub update: Duration,
    /// The time to delete a resource.
    pub delete: Duration,
}

/// The time that CloudFormation takes for a stack in addition to its resources.
pub const STACK: Duration = Duration::from_secs(5);

/// Returns the typical durations of a resource type, if they are known.
pub fn typical_durations(kind: &str) -> Option<TypicalDurations> {
    let position = SECONDS
        .binary_search_by(|(name, ..)| name.cmp(&kind))
        .ok()?;
    let (_, create, update, delete) = SECONDS[position];
    Some(TypicalDurations {
        create: Duration::from_secs(create),
        update: Duration::from_secs(update),
        delete: Duration::from_secs(delete),
    })
}

/// The seconds to create, update and delete a resource, sorted by type.
const SECONDS: &[(&str, u64, u64, u64)] = &[
    ("AWS::ApiGateway::Account", 24, 18, 2),
    ("AWS::ApiGateway::Deployment", 2, 2, 2),
    ("AWS::ApiGateway::Method", 2, 3, 2),
    ("AWS::ApiGateway::Resource", 2, 2, 2),
    ("AWS::ApiGateway::RestApi", 3, 4, 3),
    ("AWS::ApiGateway::Stage", 3, 4, 2),
    ("AWS::CloudFormation::WaitConditionHandle", 2, 2, 2),
    ("AWS::DynamoDB::Table", 32, 12, 22),
    ("AWS::EC2::EIP", 16, 5, 2),
    ("AWS::EC2::Instance", 16, 35, 42),
    ("AWS::EC2::InternetGateway", 17, 5, 2),
    ("AWS::EC2::NatGateway", 110, 10, 65),
    ("AWS::EC2::Route", 2, 3, 2),
    ("AWS::EC2::RouteTable", 12, 5, 2),
    ("AWS::EC2::SecurityGroup", 7, 4, 3),
    ("AWS::EC2::SecurityGroupEgress", 2, 2, 2),
    ("AWS::EC2::SecurityGroupIngress", 2, 2, 2),
    ("AWS::EC2::Subnet", 4, 5, 2),
    ("AWS::EC2::SubnetRouteTableAssociation", 3, 3, 2),
    ("AWS::EC2::VPC", 13, 5, 2),
    ("AWS::EC2::VPCEndpoint", 95, 60, 75),
    ("AWS::EC2::VPCGatewayAttachment", 2, 3, 12),
    ("AWS::IAM::InstanceProfile", 122, 15, 3),
    ("AWS::IAM::ManagedPolicy", 17, 14, 3),
    ("AWS::IAM::Policy", 16, 14, 3),
    ("AWS::IAM::Role", 18, 14, 3),
    ("AWS::Lambda::Alias", 3, 3, 2),
    ("AWS::Lambda::Function", 8, 9, 4),
    ("AWS::Lambda::Permission", 2, 2, 2),
    ("AWS::Lambda::Version", 4, 3, 2),
    ("AWS::Logs::LogGroup", 5, 5, 2),
    ("AWS::S3::Bucket", 22, 22, 4),
    ("AWS::S3::BucketPolicy", 2, 3, 2),
    ("AWS::SNS::Subscription", 2, 2, 2),
    ("AWS::SNS::Topic", 11, 11, 11),
    ("AWS::SQS::Queue", 62, 62, 62),
    ("AWS::SQS::QueuePolicy", 2, 3, 2),
    ("AWS::SSM::Parameter", 3, 3, 2),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Table;

    #[test]
    fn durations_are_found_by_type() {
        assert!(SECONDS.is_sorted());
        let table = Table::new();
        assert!(SECONDS.iter().all(|(kind, ..)| table.contains(kind)));
        let vpc = typical_durations("AWS::EC2::VPC").unwrap();
        assert_eq!(vpc.create, Duration::from_secs(13));
        assert_eq!(typical_durations("AWS::EC2::Unknown"), None);
    }
}
