//! The types that this cloud knows by name.
//!
//! What is create-only follows the registry schemas of the types (`createOnlyProperties` and
//! `conditionalCreateOnlyProperties`), the durations what AWS usually takes.

use super::identity::Form;

/// What is known of one type.
pub(super) struct Row {
    /// Its name.
    pub(super) kind: &'static str,
    /// What its physical ids look like.
    pub(super) form: Form,
    /// The property that names it, when such names are unique.
    pub(super) name: Option<&'static str>,
    /// Properties whose change makes a new resource.
    pub(super) create_only: &'static [&'static str],
    /// Properties whose change may make a new resource.
    pub(super) conditional: &'static [&'static str],
    /// Seconds to create, update and delete it.
    pub(super) seconds: (u16, u16, u16),
    /// Whether it takes tags.
    pub(super) tags: bool,
}

/// The types that have a row.
#[cfg(test)]
pub(super) fn kinds() -> impl Iterator<Item = &'static Row> {
    ROWS.iter()
}

/// The row of a type.
pub(super) fn find(kind: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.kind == kind)
}

const TAGGED: Row = Row {
    kind: "",
    form: Form::Generated(64),
    name: None,
    create_only: &[],
    conditional: &[],
    seconds: (10, 8, 5),
    tags: true,
};

const PLAIN: Row = Row {
    tags: false,
    ..TAGGED
};

static ROWS: &[Row] = &[
    // EC2
    Row {
        kind: "AWS::EC2::VPC",
        form: Form::Hex("vpc"),
        create_only: &[
            "CidrBlock",
            "Ipv4IpamPoolId",
            "Ipv4NetmaskLength",
            "VpcEncryptionControl",
        ],
        conditional: &["InstanceTenancy"],
        seconds: (13, 5, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::Subnet",
        form: Form::Hex("subnet"),
        create_only: &[
            "VpcId",
            "AvailabilityZone",
            "AvailabilityZoneId",
            "CidrBlock",
            "OutpostArn",
            "Ipv6Native",
            "Ipv4IpamPoolId",
            "Ipv4NetmaskLength",
            "Ipv6IpamPoolId",
            "Ipv6NetmaskLength",
        ],
        conditional: &["Ipv6CidrBlock"],
        seconds: (4, 5, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::InternetGateway",
        form: Form::Hex("igw"),
        seconds: (17, 5, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::VPCGatewayAttachment",
        form: Form::GatewayAttachment,
        create_only: &["VpcId"],
        seconds: (2, 3, 12),
        ..PLAIN
    },
    Row {
        kind: "AWS::EC2::RouteTable",
        form: Form::Hex("rtb"),
        create_only: &["VpcId"],
        seconds: (12, 5, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::Route",
        form: Form::Route,
        create_only: &[
            "RouteTableId",
            "DestinationCidrBlock",
            "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
        ],
        seconds: (2, 3, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::EC2::SubnetRouteTableAssociation",
        form: Form::Hex("rtbassoc"),
        create_only: &["SubnetId", "RouteTableId"],
        seconds: (3, 3, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::EC2::SecurityGroup",
        form: Form::Hex("sg"),
        create_only: &["GroupDescription", "GroupName", "VpcId"],
        seconds: (7, 4, 3),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::SecurityGroupIngress",
        form: Form::Hex("sgr"),
        create_only: &[
            "GroupName",
            "IpProtocol",
            "SourceSecurityGroupId",
            "SourcePrefixListId",
            "ToPort",
            "CidrIp",
            "SourceSecurityGroupName",
            "SourceSecurityGroupOwnerId",
            "FromPort",
            "GroupId",
            "CidrIpv6",
        ],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::EC2::SecurityGroupEgress",
        form: Form::Hex("sgr"),
        create_only: &[
            "IpProtocol",
            "DestinationSecurityGroupId",
            "ToPort",
            "CidrIp",
            "FromPort",
            "GroupId",
            "CidrIpv6",
            "DestinationPrefixListId",
        ],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::EC2::VPCEndpoint",
        form: Form::Hex("vpce"),
        create_only: &[
            "ServiceName",
            "VpcEndpointType",
            "VpcId",
            "ServiceNetworkArn",
            "ResourceConfigurationArn",
            "ServiceRegion",
            "DnsOptions.PrivateDnsPreference",
            "DnsOptions.PrivateDnsSpecifiedDomains",
        ],
        seconds: (95, 60, 75),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::Instance",
        form: Form::Hex("i"),
        create_only: &[
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
        conditional: &[
            "AdditionalInfo",
            "Affinity",
            "EbsOptimized",
            "HostId",
            "InstanceType",
            "KernelId",
            "PrivateDnsNameOptions",
            "RamdiskId",
            "Tenancy",
            "UserData",
            "BlockDeviceMappings",
            "SecurityGroupIds",
        ],
        seconds: (16, 35, 42),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::EIP",
        form: Form::Address,
        create_only: &[
            "NetworkBorderGroup",
            "TransferAddress",
            "IpamPoolId",
            "Address",
        ],
        seconds: (16, 5, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::EC2::NatGateway",
        form: Form::Hex("nat"),
        create_only: &[
            "VpcId",
            "SubnetId",
            "ConnectivityType",
            "AllocationId",
            "PrivateIpAddress",
            "AvailabilityMode",
        ],
        seconds: (110, 10, 65),
        ..TAGGED
    },
    // Lambda
    Row {
        kind: "AWS::Lambda::Function",
        form: Form::Named(64),
        name: Some("FunctionName"),
        create_only: &["FunctionName", "PackageType", "TenancyConfig"],
        conditional: &["DurableConfig"],
        seconds: (8, 9, 4),
        ..TAGGED
    },
    Row {
        kind: "AWS::Lambda::Permission",
        form: Form::Generated(100),
        create_only: &[
            "FunctionName",
            "FunctionUrlAuthType",
            "InvokedViaFunctionUrl",
            "SourceAccount",
            "SourceArn",
            "Principal",
            "PrincipalOrgID",
            "Action",
            "EventSourceToken",
        ],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::Lambda::Version",
        form: Form::FunctionVersion,
        create_only: &[
            "FunctionName",
            "Description",
            "CodeSha256",
            "ProvisionedConcurrencyConfig",
            "RuntimePolicy",
        ],
        seconds: (4, 3, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::Lambda::Alias",
        form: Form::FunctionAlias,
        name: None,
        create_only: &["Name", "FunctionName"],
        seconds: (3, 3, 2),
        ..PLAIN
    },
    // API Gateway
    Row {
        kind: "AWS::ApiGateway::RestApi",
        form: Form::Short(10),
        seconds: (3, 4, 3),
        ..TAGGED
    },
    Row {
        kind: "AWS::ApiGateway::Resource",
        form: Form::Short(6),
        create_only: &["PathPart", "ParentId", "RestApiId"],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::ApiGateway::Method",
        form: Form::Method,
        create_only: &["RestApiId", "ResourceId", "HttpMethod"],
        seconds: (2, 3, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::ApiGateway::Deployment",
        form: Form::Short(6),
        create_only: &["DeploymentCanarySettings", "RestApiId"],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::ApiGateway::Stage",
        form: Form::Property("StageName"),
        create_only: &["RestApiId", "StageName"],
        seconds: (3, 4, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::ApiGateway::Account",
        form: Form::Generated(100),
        seconds: (24, 18, 2),
        ..PLAIN
    },
    // IAM
    Row {
        kind: "AWS::IAM::Role",
        form: Form::Named(64),
        name: Some("RoleName"),
        create_only: &["Path", "RoleName"],
        seconds: (18, 14, 3),
        ..TAGGED
    },
    Row {
        kind: "AWS::IAM::InstanceProfile",
        form: Form::Named(128),
        name: Some("InstanceProfileName"),
        create_only: &["InstanceProfileName", "Path"],
        seconds: (122, 15, 3),
        ..PLAIN
    },
    Row {
        kind: "AWS::IAM::Policy",
        form: Form::Policy,
        seconds: (16, 14, 3),
        ..PLAIN
    },
    Row {
        kind: "AWS::IAM::ManagedPolicy",
        form: Form::ManagedPolicy,
        name: Some("ManagedPolicyName"),
        create_only: &["ManagedPolicyName", "Description", "Path"],
        seconds: (17, 14, 3),
        ..PLAIN
    },
    // Logs, parameters, storage
    Row {
        kind: "AWS::Logs::LogGroup",
        form: Form::Named(512),
        name: Some("LogGroupName"),
        create_only: &["LogGroupName"],
        seconds: (5, 5, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::SSM::Parameter",
        form: Form::SsmParameter,
        name: Some("Name"),
        create_only: &["Name"],
        seconds: (3, 3, 2),
        ..TAGGED
    },
    Row {
        kind: "AWS::S3::Bucket",
        form: Form::Bucket,
        name: Some("BucketName"),
        create_only: &["BucketName", "BucketNamePrefix", "BucketNamespace"],
        seconds: (22, 22, 4),
        ..TAGGED
    },
    Row {
        kind: "AWS::S3::BucketPolicy",
        form: Form::Property("Bucket"),
        create_only: &["Bucket"],
        seconds: (2, 3, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::DynamoDB::Table",
        form: Form::Named(255),
        name: Some("TableName"),
        create_only: &["TableName", "ImportSourceSpecification"],
        conditional: &["KeySchema"],
        seconds: (32, 12, 22),
        ..TAGGED
    },
    // Messages
    Row {
        kind: "AWS::SNS::Topic",
        form: Form::Topic,
        name: Some("TopicName"),
        create_only: &["TopicName", "FifoTopic"],
        seconds: (11, 11, 11),
        ..TAGGED
    },
    Row {
        kind: "AWS::SNS::Subscription",
        form: Form::Subscription,
        create_only: &["Endpoint", "Protocol", "TopicArn"],
        conditional: &["Region"],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    Row {
        kind: "AWS::SQS::Queue",
        form: Form::Queue,
        name: Some("QueueName"),
        create_only: &["FifoQueue", "QueueName"],
        seconds: (62, 62, 62),
        ..TAGGED
    },
    Row {
        kind: "AWS::SQS::QueuePolicy",
        form: Form::Generated(100),
        seconds: (2, 3, 2),
        ..PLAIN
    },
    // CloudFormation's own
    Row {
        kind: "AWS::CloudFormation::WaitConditionHandle",
        form: Form::WaitHandle,
        seconds: (2, 2, 2),
        ..PLAIN
    },
];
