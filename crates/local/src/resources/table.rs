//! The table of known resource types: their physical ids, explicit names and tags.
//!
//! The create-only properties and the durations of the types are facts of the catalog.

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
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::Subnet",
        format: IdFormat::Hex("subnet"),
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
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::RouteTable",
        format: IdFormat::Hex("rtb"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::Route",
        format: IdFormat::Route,
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::SubnetRouteTableAssociation",
        format: IdFormat::Hex("rtbassoc"),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::SecurityGroup",
        format: IdFormat::Hex("sg"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::SecurityGroupIngress",
        format: IdFormat::Hex("sgr"),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::SecurityGroupEgress",
        format: IdFormat::Hex("sgr"),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::EC2::VPCEndpoint",
        format: IdFormat::Hex("vpce"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::Instance",
        format: IdFormat::Hex("i"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::EIP",
        format: IdFormat::Address,
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::EC2::NatGateway",
        format: IdFormat::Hex("nat"),
        ..TAGGED
    },
    // Lambda
    TypeInfo {
        kind: "AWS::Lambda::Function",
        format: IdFormat::Named(64),
        name: Some("FunctionName"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::Lambda::Permission",
        format: IdFormat::Generated(100),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::Lambda::Version",
        format: IdFormat::FunctionVersion,
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::Lambda::Alias",
        format: IdFormat::FunctionAlias,
        name: None,
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
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Method",
        format: IdFormat::Method,
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Deployment",
        format: IdFormat::Short(6),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::ApiGateway::Stage",
        format: IdFormat::Property("StageName"),
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
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::IAM::InstanceProfile",
        format: IdFormat::Named(128),
        name: Some("InstanceProfileName"),
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
        ..PLAIN
    },
    // Logs, SSM, S3 and DynamoDB
    TypeInfo {
        kind: "AWS::Logs::LogGroup",
        format: IdFormat::Named(512),
        name: Some("LogGroupName"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SSM::Parameter",
        format: IdFormat::SsmParameter,
        name: Some("Name"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::S3::Bucket",
        format: IdFormat::Bucket,
        name: Some("BucketName"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::S3::BucketPolicy",
        format: IdFormat::Property("Bucket"),
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::DynamoDB::Table",
        format: IdFormat::Named(255),
        name: Some("TableName"),
        ..TAGGED
    },
    // SNS and SQS
    TypeInfo {
        kind: "AWS::SNS::Topic",
        format: IdFormat::Topic,
        name: Some("TopicName"),
        ..TAGGED
    },
    TypeInfo {
        kind: "AWS::SNS::Subscription",
        format: IdFormat::Subscription,
        ..PLAIN
    },
    TypeInfo {
        kind: "AWS::SQS::Queue",
        format: IdFormat::Queue,
        name: Some("QueueName"),
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
