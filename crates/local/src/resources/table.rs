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
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::InternetGateway",
        format: IdFormat::Hex("igw"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::VPCGatewayAttachment",
        format: IdFormat::GatewayAttachment,
        create_only: &["VpcId"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::RouteTable",
        format: IdFormat::Hex("rtb"),
        create_only: &["VpcId"],
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
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::SubnetRouteTableAssociation",
        format: IdFormat::Hex("rtbassoc"),
        create_only: &["SubnetId", "RouteTableId"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::SecurityGroup",
        format: IdFormat::Hex("sg"),
        create_only: &["GroupDescription", "GroupName", "VpcId"],
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
        ..TAGGED
    },
    // Lambda
    TypeInfo {
        kind: "AWS::Lambda::Function",
        format: IdFormat::Named(64),
        name: Some("FunctionName"),
        create_only: &["FunctionName", "PackageType", "TenancyConfig"],
        conditional: &["DurableConfig"],
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
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::Lambda::Alias",
        format: IdFormat::FunctionAlias,
        name: None,
        create_only: &["Name", "FunctionName"],
        ..PLAIN
    },
    // API Gateway
    TypeInfo {
        kind: "AWS::ApiGateway::RestApi",
        format: IdFormat::Short(10),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Resource",
        format: IdFormat::Short(6),
        create_only: &["PathPart", "ParentId", "RestApiId"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Method",
        format: IdFormat::Method,
        create_only: &["RestApiId", "ResourceId", "HttpMethod"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Deployment",
        format: IdFormat::Short(6),
        create_only: &["DeploymentCanarySettings", "RestApiId"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Stage",
        format: IdFormat::Property("StageName"),
        create_only: &["RestApiId", "StageName"],
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Account",
        format: IdFormat::Generated(100),
        ..PLAIN
    },
    // IAM
    TypeInfo {
        kind: "AWS::IAM::Role",
        format: IdFormat::Named(64),
        name: Some("RoleName"),
        create_only: &["Path", "RoleName"],
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::IAM::InstanceProfile",
        format: IdFormat::Named(128),
        name: Some("InstanceProfileName"),
        create_only: &["InstanceProfileName", "Path"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::IAM::Policy",
        format: IdFormat::Policy,
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::IAM::ManagedPolicy",
        format: IdFormat::ManagedPolicy,
        name: Some("ManagedPolicyName"),
        create_only: &["ManagedPolicyName", "Description", "Path"],
        ..PLAIN
    },
    // Logs, SSM, S3 and DynamoDB
    TypeInfo {
        kind: "AWS::Logs::LogGroup",
        format: IdFormat::Named(512),
        name: Some("LogGroupName"),
        create_only: &["LogGroupName"],
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SSM::Parameter",
        format: IdFormat::SsmParameter,
        name: Some("Name"),
        create_only: &["Name"],
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::S3::Bucket",
        format: IdFormat::Bucket,
        name: Some("BucketName"),
        create_only: &["BucketName", "BucketNamePrefix", "BucketNamespace"],
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::S3::BucketPolicy",
        format: IdFormat::Property("Bucket"),
        create_only: &["Bucket"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::DynamoDB::Table",
        format: IdFormat::Named(255),
        name: Some("TableName"),
        create_only: &["TableName", "ImportSourceSpecification"],
        conditional: &["KeySchema"],
        ..TAGGED
    },
    // SNS and SQS
    TypeInfo {
        kind: "AWS::SNS::Topic",
        format: IdFormat::Topic,
        name: Some("TopicName"),
        create_only: &["TopicName", "FifoTopic"],
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SNS::Subscription",
        format: IdFormat::Subscription,
        create_only: &["Endpoint", "Protocol", "TopicArn"],
        conditional: &["Region"],
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::SQS::Queue",
        format: IdFormat::Queue,
        name: Some("QueueName"),
        create_only: &["FifoQueue", "QueueName"],
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SQS::QueuePolicy",
        format: IdFormat::Generated(100),
        ..PLAIN
    },
    // CloudFormation
    TypeInfo {
        kind: "AWS::CloudFormation::WaitConditionHandle",
        format: IdFormat::WaitHandle,
        ..PLAIN
    },
];
