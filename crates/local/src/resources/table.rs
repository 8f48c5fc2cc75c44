//! The table of known resource types.
//!
//! Create-only properties follow the types' registry schemas (`createOnlyProperties` and
//! `conditionalCreateOnlyProperties`). Durations are typical for AWS.

/// The format of a type's physical ids.
#[derive(Debug, Clone, Copy)]
pub(super) enum IdFormat {
    /// `prefix-` and 17 hexadecimal digits.
    Hex(&'static str),
    /// This number of digits and lower-case letters.
    Short(usize),
    /// The explicit name, else a generated one of at most this length.
    Named(usize),
    /// A generated name of at most this length.
    Generated(usize),
    /// The value of a property.
    Property(&'static str),
    /// `IGW|vpc-…` or `VGW|vpc-…`.
    GatewayAttachment,
    /// `rtb-…|0.0.0.0/0`.
    Route,
    /// A public IP address.
    Address,
    /// `function-arn:1`.
    FunctionVersion,
    /// `function-arn:alias`.
    FunctionAlias,
    /// `api|resource|GET`.
    Method,
    /// The first letters of the stack's name and the logical id, and digits.
    Policy,
    /// The ARN of a managed policy.
    ManagedPolicy,
    /// The explicit name, else `CFN-Logical-digits`.
    SsmParameter,
    /// The explicit name, else a generated one in lower case.
    Bucket,
    /// An ARN with the explicit name or a generated one.
    Topic,
    /// The ARN of a subscription.
    Subscription,
    /// A URL with the explicit name or a generated one.
    Queue,
    /// A presigned URL.
    WaitHandle,
}

/// The facts about one type.
pub(super) struct TypeInfo {
    /// The type's name.
    pub(super) kind: &'static str,
    /// The format of its physical ids.
    pub(super) format: IdFormat,
    /// The property that names a resource, if such names are unique.
    pub(super) name: Option<&'static str>,
    /// The properties whose change requires a replacement.
    pub(super) create_only: &'static [&'static str],
    /// The properties whose change may require a replacement.
    pub(super) conditional: &'static [&'static str],
    /// The seconds to create, update and delete a resource.
    pub(super) seconds: (u16, u16, u16),
    /// The type supports tags.
    pub(super) tags: bool,
}

/// Returns all types in the table.
#[cfg(test)]
pub(super) fn kinds() -> impl Iterator<Item = &'static TypeInfo> {
    TYPES.iter()
}

/// Returns the facts about a type.
pub(super) fn find(kind: &str) -> Option<&'static TypeInfo> {
    TYPES.iter().find(|info| info.kind == kind)
}

const TAGGED: TypeInfo = TypeInfo {
    kind: "",
    format: IdFormat::Generated(64),
    name: None,
    create_only: &[],
    conditional: &[],
    seconds: (10, 8, 5),
    tags: true,
};

const PLAIN: TypeInfo = TypeInfo {
    tags: false,
    ..TAGGED
};

static TYPES: &[TypeInfo] = &[
    // EC2
    TypeInfo {
        kind: "AWS::EC2::VPC",
        format: IdFormat::Hex("vpc"),
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
    TypeInfo {
        kind: "AWS::EC2::Subnet",
        format: IdFormat::Hex("subnet"),
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
    TypeInfo {
        kind: "AWS::EC2::InternetGateway",
        format: IdFormat::Hex("igw"),
        seconds: (17, 5, 2),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::VPCGatewayAttachment",
        format: IdFormat::GatewayAttachment,
        create_only: &["VpcId"],
        seconds: (2, 3, 12),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::RouteTable",
        format: IdFormat::Hex("rtb"),
        create_only: &["VpcId"],
        seconds: (12, 5, 2),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::Route",
        format: IdFormat::Route,
        create_only: &[
            "RouteTableId",
            "DestinationCidrBlock",
            "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
        ],
        seconds: (2, 3, 2),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::SubnetRouteTableAssociation",
        format: IdFormat::Hex("rtbassoc"),
        create_only: &["SubnetId", "RouteTableId"],
        seconds: (3, 3, 2),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::SecurityGroup",
        format: IdFormat::Hex("sg"),
        create_only: &["GroupDescription", "GroupName", "VpcId"],
        seconds: (7, 4, 3),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::SecurityGroupIngress",
        format: IdFormat::Hex("sgr"),
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
    TypeInfo {
        kind: "AWS::EC2::SecurityGroupEgress",
        format: IdFormat::Hex("sgr"),
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
    TypeInfo {
        kind: "AWS::EC2::VPCEndpoint",
        format: IdFormat::Hex("vpce"),
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
    TypeInfo {
        kind: "AWS::EC2::Instance",
        format: IdFormat::Hex("i"),
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
    TypeInfo {
        kind: "AWS::EC2::EIP",
        format: IdFormat::Address,
        create_only: &[
            "NetworkBorderGroup",
            "TransferAddress",
            "IpamPoolId",
            "Address",
        ],
        seconds: (16, 5, 2),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::NatGateway",
        format: IdFormat::Hex("nat"),
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
    TypeInfo {
        kind: "AWS::Lambda::Function",
        format: IdFormat::Named(64),
        name: Some("FunctionName"),
        create_only: &["FunctionName", "PackageType", "TenancyConfig"],
        conditional: &["DurableConfig"],
        seconds: (8, 9, 4),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::Lambda::Permission",
        format: IdFormat::Generated(100),
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
    TypeInfo {
        kind: "AWS::Lambda::Version",
        format: IdFormat::FunctionVersion,
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
    TypeInfo {
        kind: "AWS::Lambda::Alias",
        format: IdFormat::FunctionAlias,
        name: None,
        create_only: &["Name", "FunctionName"],
        seconds: (3, 3, 2),
        ..PLAIN
    },
    // API Gateway
    TypeInfo {
        kind: "AWS::ApiGateway::RestApi",
        format: IdFormat::Short(10),
        seconds: (3, 4, 3),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Resource",
        format: IdFormat::Short(6),
        create_only: &["PathPart", "ParentId", "RestApiId"],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Method",
        format: IdFormat::Method,
        create_only: &["RestApiId", "ResourceId", "HttpMethod"],
        seconds: (2, 3, 2),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Deployment",
        format: IdFormat::Short(6),
        create_only: &["DeploymentCanarySettings", "RestApiId"],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Stage",
        format: IdFormat::Property("StageName"),
        create_only: &["RestApiId", "StageName"],
        seconds: (3, 4, 2),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Account",
        format: IdFormat::Generated(100),
        seconds: (24, 18, 2),
        ..PLAIN
    },
    // IAM
    TypeInfo {
        kind: "AWS::IAM::Role",
        format: IdFormat::Named(64),
        name: Some("RoleName"),
        create_only: &["Path", "RoleName"],
        seconds: (18, 14, 3),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::IAM::InstanceProfile",
        format: IdFormat::Named(128),
        name: Some("InstanceProfileName"),
        create_only: &["InstanceProfileName", "Path"],
        seconds: (122, 15, 3),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::IAM::Policy",
        format: IdFormat::Policy,
        seconds: (16, 14, 3),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::IAM::ManagedPolicy",
        format: IdFormat::ManagedPolicy,
        name: Some("ManagedPolicyName"),
        create_only: &["ManagedPolicyName", "Description", "Path"],
        seconds: (17, 14, 3),
        ..PLAIN
    },
    // Logs, SSM, S3 and DynamoDB
    TypeInfo {
        kind: "AWS::Logs::LogGroup",
        format: IdFormat::Named(512),
        name: Some("LogGroupName"),
        create_only: &["LogGroupName"],
        seconds: (5, 5, 2),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SSM::Parameter",
        format: IdFormat::SsmParameter,
        name: Some("Name"),
        create_only: &["Name"],
        seconds: (3, 3, 2),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::S3::Bucket",
        format: IdFormat::Bucket,
        name: Some("BucketName"),
        create_only: &["BucketName", "BucketNamePrefix", "BucketNamespace"],
        seconds: (22, 22, 4),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::S3::BucketPolicy",
        format: IdFormat::Property("Bucket"),
        create_only: &["Bucket"],
        seconds: (2, 3, 2),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::DynamoDB::Table",
        format: IdFormat::Named(255),
        name: Some("TableName"),
        create_only: &["TableName", "ImportSourceSpecification"],
        conditional: &["KeySchema"],
        seconds: (32, 12, 22),
        ..TAGGED
    },
    // SNS and SQS
    TypeInfo {
        kind: "AWS::SNS::Topic",
        format: IdFormat::Topic,
        name: Some("TopicName"),
        create_only: &["TopicName", "FifoTopic"],
        seconds: (11, 11, 11),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SNS::Subscription",
        format: IdFormat::Subscription,
        create_only: &["Endpoint", "Protocol", "TopicArn"],
        conditional: &["Region"],
        seconds: (2, 2, 2),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::SQS::Queue",
        format: IdFormat::Queue,
        name: Some("QueueName"),
        create_only: &["FifoQueue", "QueueName"],
        seconds: (62, 62, 62),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SQS::QueuePolicy",
        format: IdFormat::Generated(100),
        seconds: (2, 3, 2),
        ..PLAIN
    },
    // CloudFormation
    TypeInfo {
        kind: "AWS::CloudFormation::WaitConditionHandle",
        format: IdFormat::WaitHandle,
        seconds: (2, 2, 2),
        ..PLAIN
    },
];
