//! The create-only properties of common resource types, as a plain list.
//!
//! The list repeats the schemas of these types, and a test compares the two. It serves callers that
//! predict a replacement without a schema table, such as a simulation of CloudFormation.

/// The properties of a type whose change replaces a resource. Nested properties are in the form
/// `DnsOptions.PrivateDnsPreference`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CreateOnlyProperties {
    /// The properties whose change always replaces the resource.
    pub always: &'static [&'static str],
    /// The properties whose change may replace the resource.
    pub conditional: &'static [&'static str],
}

/// Returns the create-only properties of a type, if it is a listed type that has any.
pub fn create_only_properties(kind: &str) -> Option<CreateOnlyProperties> {
    let position = PROPERTIES
        .binary_search_by(|(name, ..)| name.cmp(&kind))
        .ok()?;
    let (_, always, conditional) = PROPERTIES[position];
    Some(CreateOnlyProperties {
        always,
        conditional,
    })
}

/// A type with its create-only and its conditional create-only properties.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// The types and their properties, each sorted.
const PROPERTIES: &[Row] = &[
    (
        "AWS::ApiGateway::Deployment",
        &["DeploymentCanarySettings", "RestApiId"],
        &[],
    ),
    (
        "AWS::ApiGateway::Method",
        &["HttpMethod", "ResourceId", "RestApiId"],
        &[],
    ),
    (
        "AWS::ApiGateway::Resource",
        &["ParentId", "PathPart", "RestApiId"],
        &[],
    ),
    ("AWS::ApiGateway::Stage", &["RestApiId", "StageName"], &[]),
    (
        "AWS::DynamoDB::Table",
        &["ImportSourceSpecification", "TableName"],
        &["KeySchema"],
    ),
    (
        "AWS::EC2::EIP",
        &[
            "Address",
            "IpamPoolId",
            "NetworkBorderGroup",
            "TransferAddress",
        ],
        &[],
    ),
    (
        "AWS::EC2::Instance",
        &[
            "AvailabilityZone",
            "CpuOptions",
            "ElasticGpuSpecifications",
            "ElasticInferenceAccelerators",
            "EnclaveOptions",
            "HibernationOptions",
            "HostResourceGroupArn",
            "ImageId",
            "Ipv6AddressCount",
            "Ipv6Addresses",
            "KeyName",
            "LaunchTemplate",
            "LicenseSpecifications",
            "NetworkInterfaces",
            "PlacementGroupName",
            "PrivateIpAddress",
            "SecurityGroups",
            "SubnetId",
        ],
        &[
            "AdditionalInfo",
            "Affinity",
            "BlockDeviceMappings",
            "EbsOptimized",
            "HostId",
            "InstanceType",
            "KernelId",
            "PrivateDnsNameOptions",
            "RamdiskId",
            "SecurityGroupIds",
            "Tenancy",
            "UserData",
        ],
    ),
    (
        "AWS::EC2::NatGateway",
        &[
            "AllocationId",
            "AvailabilityMode",
            "ConnectivityType",
            "PrivateIpAddress",
            "SubnetId",
            "VpcId",
        ],
        &[],
    ),
    (
        "AWS::EC2::Route",
        &[
            "DestinationCidrBlock",
            "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
            "RouteTableId",
        ],
        &[],
    ),
    ("AWS::EC2::RouteTable", &["VpcId"], &[]),
    (
        "AWS::EC2::SecurityGroup",
        &["GroupDescription", "GroupName", "VpcId"],
        &[],
    ),
    (
        "AWS::EC2::SecurityGroupEgress",
        &[
            "CidrIp",
            "CidrIpv6",
            "DestinationPrefixListId",
            "DestinationSecurityGroupId",
            "FromPort",
            "GroupId",
            "IpProtocol",
            "ToPort",
        ],
        &[],
    ),
    (
        "AWS::EC2::SecurityGroupIngress",
        &[
            "CidrIp",
            "CidrIpv6",
            "FromPort",
            "GroupId",
            "GroupName",
            "IpProtocol",
            "SourcePrefixListId",
            "SourceSecurityGroupId",
            "SourceSecurityGroupName",
            "SourceSecurityGroupOwnerId",
            "ToPort",
        ],
        &[],
    ),
    (
        "AWS::EC2::Subnet",
        &[
            "AvailabilityZone",
            "AvailabilityZoneId",
            "CidrBlock",
            "Ipv4IpamPoolId",
            "Ipv4NetmaskLength",
            "Ipv6IpamPoolId",
            "Ipv6Native",
            "Ipv6NetmaskLength",
            "OutpostArn",
            "VpcId",
        ],
        &["Ipv6CidrBlock"],
    ),
    (
        "AWS::EC2::SubnetRouteTableAssociation",
        &["RouteTableId", "SubnetId"],
        &[],
    ),
    (
        "AWS::EC2::VPC",
        &[
            "CidrBlock",
            "Ipv4IpamPoolId",
            "Ipv4NetmaskLength",
            "VpcEncryptionControl",
        ],
        &["InstanceTenancy"],
    ),
    (
        "AWS::EC2::VPCEndpoint",
        &[
            "DnsOptions.PrivateDnsPreference",
            "DnsOptions.PrivateDnsSpecifiedDomains",
            "ResourceConfigurationArn",
            "ServiceName",
            "ServiceNetworkArn",
            "ServiceRegion",
            "VpcEndpointType",
            "VpcId",
        ],
        &[],
    ),
    ("AWS::EC2::VPCGatewayAttachment", &["VpcId"], &[]),
    (
        "AWS::IAM::InstanceProfile",
        &["InstanceProfileName", "Path"],
        &[],
    ),
    (
        "AWS::IAM::ManagedPolicy",
        &["Description", "ManagedPolicyName", "Path"],
        &[],
    ),
    ("AWS::IAM::Role", &["Path", "RoleName"], &[]),
    ("AWS::Lambda::Alias", &["FunctionName", "Name"], &[]),
    (
        "AWS::Lambda::Function",
        &["FunctionName", "PackageType", "TenancyConfig"],
        &["DurableConfig"],
    ),
    (
        "AWS::Lambda::Permission",
        &[
            "Action",
            "EventSourceToken",
            "FunctionName",
            "FunctionUrlAuthType",
            "InvokedViaFunctionUrl",
            "Principal",
            "PrincipalOrgID",
            "SourceAccount",
            "SourceArn",
        ],
        &[],
    ),
    (
        "AWS::Lambda::Version",
        &[
            "CodeSha256",
            "Description",
            "FunctionName",
            "ProvisionedConcurrencyConfig",
            "RuntimePolicy",
        ],
        &[],
    ),
    ("AWS::Logs::LogGroup", &["LogGroupName"], &[]),
    (
        "AWS::S3::Bucket",
        &["BucketName", "BucketNamePrefix", "BucketNamespace"],
        &[],
    ),
    ("AWS::S3::BucketPolicy", &["Bucket"], &[]),
    (
        "AWS::SNS::Subscription",
        &["Endpoint", "Protocol", "TopicArn"],
        &["Region"],
    ),
    ("AWS::SNS::Topic", &["FifoTopic", "TopicName"], &[]),
    ("AWS::SQS::Queue", &["FifoQueue", "QueueName"], &[]),
    ("AWS::SSM::Parameter", &["Name"], &[]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{PropertyPath, Table};

    #[test]
    fn the_list_equals_the_schemas() {
        assert!(PROPERTIES.is_sorted());
        let table = Table::new();
        let names = |paths: &[PropertyPath]| {
            let mut names: Vec<String> = paths.iter().map(ToString::to_string).collect();
            names.sort();
            names
        };
        for (kind, always, conditional) in PROPERTIES {
            let schema = table.resource(kind).unwrap();
            assert_eq!(names(&schema.create_only), *always, "{kind}");
            assert_eq!(
                names(&schema.conditional_create_only),
                *conditional,
                "{kind}"
            );
        }
        assert_eq!(create_only_properties("AWS::EC2::Unknown"), None);
    }
}
