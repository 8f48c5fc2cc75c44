//! Ids and attributes compared with the form that AWS shows for the same types.

use super::*;
use insta::assert_snapshot;
use serde_json::{Value as Json, json};

fn stack_context() -> StackContext {
    StackContext {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        stack_name: "shop-private-api".to_owned(),
        stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/shop-private-api/1"
            .to_owned(),
        notification_arns: Vec::new(),
    }
}

fn physical_id(kind: &str, properties: Json, seed: &str) -> String {
    let stack_context = stack_context();
    let properties = EvaluatedValue::from_json(&properties);
    let resource = NewResource {
        kind,
        logical_id: "Thing",
        stack_context: &stack_context,
        properties: &properties,
        seed,
    };
    resource.physical_id()
}

/// Returns the id and each of `attributes`, one per line.
fn shown(kind: &str, properties: Json, attributes: &[&str]) -> String {
    let stack_context = stack_context();
    let id = physical_id(kind, properties.clone(), "operation");
    let properties = EvaluatedValue::from_json(&properties);
    let resource = ExistingResource {
        kind,
        physical_id: &id,
        stack_context: &stack_context,
        properties: &properties,
        subnet: None,
    };
    let mut lines = format!("{kind} {id}\n");
    for name in attributes {
        let value = resource.attribute(name);
        let value = value.map_or("-".to_owned(), |value| value.to_json().to_string());
        lines += &format!("  {name} {value}\n");
    }
    lines
}

#[test]
#[expect(clippy::too_many_lines, reason = "a flat list of cases")]
fn the_network_looks_like_ec2s() {
    let endpoint = json!({
        "VpcEndpointType": "Interface", "PrivateDnsEnabled": true, "SubnetIds": ["a", "b"],
        "ServiceName": "com.amazonaws.us-east-1.execute-api", "VpcId": "vpc-1",
    });
    let shown = [
        shown(
            "AWS::EC2::VPC",
            json!({"CidrBlock": "10.10.0.0/16"}),
            &[
                "VpcId",
                "CidrBlock",
                "CidrBlockAssociations",
                "DefaultSecurityGroup",
                "DefaultNetworkAcl",
                "Nope",
            ],
        ),
        shown(
            "AWS::EC2::Subnet",
            json!({"AvailabilityZone": "us-east-1a"}),
            &["SubnetId", "AvailabilityZone", "Ipv6CidrBlocks"],
        ),
        shown(
            "AWS::EC2::VPCGatewayAttachment",
            json!({"VpcId": "vpc-1", "InternetGatewayId": "igw-1"}),
            &["AttachmentType"],
        ),
        shown(
            "AWS::EC2::Route",
            json!({"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0"}),
            &["CidrBlock"],
        ),
        shown(
            "AWS::EC2::SecurityGroup",
            json!({"VpcId": "vpc-1"}),
            &["GroupId", "VpcId"],
        ),
        shown(
            "AWS::EC2::VPCEndpoint",
            endpoint,
            &["DnsEntries", "NetworkInterfaceIds", "CreationTimestamp"],
        ),
        shown(
            "AWS::EC2::VPCEndpoint",
            json!({"ServiceName": "com.amazonaws.us-east-1.s3"}),
            &["DnsEntries", "NetworkInterfaceIds"],
        ),
        shown(
            "AWS::EC2::Instance",
            json!({}),
            &[
                "PrivateIp",
                "PublicIp",
                "PrivateDnsName",
                "PublicDnsName",
                "State.Name",
            ],
        ),
    ]
    .concat();
    assert_snapshot!(shown, @r#"
    AWS::EC2::VPC vpc-06cf3343f848b36b2
      VpcId "vpc-06cf3343f848b36b2"
      CidrBlock "10.10.0.0/16"
      CidrBlockAssociations ["vpc-cidr-assoc-0d57fa10ef9393b62"]
      DefaultSecurityGroup "sg-063eea923720a1809"
      DefaultNetworkAcl "acl-07d5cd0fe291f2040"
      Nope -
    AWS::EC2::Subnet subnet-0ceb35992f80c61d6
      SubnetId "subnet-0ceb35992f80c61d6"
      AvailabilityZone "us-east-1a"
      Ipv6CidrBlocks []
    AWS::EC2::VPCGatewayAttachment IGW|vpc-1
      AttachmentType "IGW"
    AWS::EC2::Route rtb-1|0.0.0.0/0
      CidrBlock "0.0.0.0/0"
    AWS::EC2::SecurityGroup sg-0c25a7c4b64b26404
      GroupId "sg-0c25a7c4b64b26404"
      VpcId "vpc-1"
    AWS::EC2::VPCEndpoint vpce-0f33e7ba35285cbbc
      DnsEntries ["ZDCJPLAJFI2Q8:vpce-0f33e7ba35285cbbc-jbnofqag.execute-api.us-east-1.vpce.amazonaws.com","ZDCJPLAJFI2Q8:vpce-0f33e7ba35285cbbc-jbnofqag-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com","ZDCJPLAJFI2Q8:vpce-0f33e7ba35285cbbc-jbnofqag-us-east-1b.execute-api.us-east-1.vpce.amazonaws.com","ZK7MH94M8XA9Y:execute-api.us-east-1.amazonaws.com","ZK7MH94M8XA9Y:*.execute-api.us-east-1.amazonaws.com"]
      NetworkInterfaceIds ["eni-0cfe8c05b1af8639c","eni-0ed39109bbb595866"]
      CreationTimestamp "Thu Jan 01 00:00:00 UTC 2026"
    AWS::EC2::VPCEndpoint vpce-0f33e7ba35285cbbc
      DnsEntries []
      NetworkInterfaceIds []
    AWS::EC2::Instance i-08058d5f1453d4aa1
      PrivateIp "10.10.3.116"
      PublicIp "203.0.113.9"
      PrivateDnsName "ip-10-10-3-116.ec2.internal"
      PublicDnsName "ec2-203-0-113-9.compute-1.amazonaws.com"
      State.Name "running"
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a flat list of cases")]
fn functions_and_apis_look_like_theirs() {
    let method = json!({"RestApiId": "abcdefghij", "ResourceId": "k1l2m3", "HttpMethod": "GET"});
    let shown = [
        shown(
            "AWS::Lambda::Function",
            json!({}),
            &["Arn", "SnapStartResponse.ApplyOn"],
        ),
        shown(
            "AWS::Lambda::Function",
            json!({"FunctionName": "greeter"}),
            &["Arn", "FunctionName"],
        ),
        shown("AWS::Lambda::Permission", json!({}), &["Id", "Arn"]),
        shown(
            "AWS::Lambda::Version",
            json!({"FunctionName": "greeter"}),
            &["Version", "FunctionArn"],
        ),
        shown(
            "AWS::Lambda::Alias",
            json!({"FunctionName": "greeter", "Name": "live"}),
            &["AliasArn"],
        ),
        shown(
            "AWS::ApiGateway::RestApi",
            json!({}),
            &["RootResourceId", "RestApiId"],
        ),
        shown("AWS::ApiGateway::Resource", json!({}), &["ResourceId"]),
        shown("AWS::ApiGateway::Method", method, &[]),
        shown("AWS::ApiGateway::Deployment", json!({}), &["DeploymentId"]),
        shown(
            "AWS::ApiGateway::Stage",
            json!({"StageName": "miztiik"}),
            &[],
        ),
        shown("AWS::ApiGateway::Account", json!({}), &["Id"]),
    ]
    .concat();
    assert_snapshot!(shown, @r#"
    AWS::Lambda::Function shop-private-api-Thing-7M1fpA012RKS
      Arn "arn:aws:lambda:us-east-1:123456789012:function:shop-private-api-Thing-7M1fpA012RKS"
      SnapStartResponse.ApplyOn "None"
    AWS::Lambda::Function greeter
      Arn "arn:aws:lambda:us-east-1:123456789012:function:greeter"
      FunctionName "greeter"
    AWS::Lambda::Permission shop-private-api-Thing-cT3KAnIaiUwH
      Id "shop-private-api-Thing-cT3KAnIaiUwH"
      Arn -
    AWS::Lambda::Version arn:aws:lambda:us-east-1:123456789012:function:greeter:41
      Version "41"
      FunctionArn "arn:aws:lambda:us-east-1:123456789012:function:greeter:41"
    AWS::Lambda::Alias arn:aws:lambda:us-east-1:123456789012:function:greeter:live
      AliasArn "arn:aws:lambda:us-east-1:123456789012:function:greeter:live"
    AWS::ApiGateway::RestApi rr5sj637i7
      RootResourceId "dzj8817wxd"
      RestApiId "rr5sj637i7"
    AWS::ApiGateway::Resource ncxsbu
      ResourceId "ncxsbu"
    AWS::ApiGateway::Method abcdefghij|k1l2m3|GET
    AWS::ApiGateway::Deployment v3wpzg
      DeploymentId "v3wpzg"
    AWS::ApiGateway::Stage miztiik
    AWS::ApiGateway::Account shop-private-api-Thing-MtntYlZ8j1gF
      Id "shop-private-api-Thing-MtntYlZ8j1gF"
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a flat list of cases")]
fn the_rest_looks_like_theirs() {
    let shown = [
        shown("AWS::IAM::Role", json!({}), &["Arn", "RoleId"]),
        shown(
            "AWS::IAM::Role",
            json!({"RoleName": "admin", "Path": "/team/"}),
            &["Arn"],
        ),
        shown("AWS::IAM::InstanceProfile", json!({}), &["Arn"]),
        shown("AWS::IAM::Policy", json!({"PolicyName": "p"}), &["Id"]),
        shown("AWS::IAM::ManagedPolicy", json!({}), &["PolicyArn"]),
        shown("AWS::Logs::LogGroup", json!({}), &["Arn"]),
        shown(
            "AWS::SSM::Parameter",
            json!({"Value": "v", "Type": "String"}),
            &["Value", "Type"],
        ),
        shown(
            "AWS::S3::Bucket",
            json!({}),
            &["Arn", "DomainName", "RegionalDomainName", "WebsiteURL"],
        ),
        shown(
            "AWS::SNS::Topic",
            json!({"FifoTopic": true}),
            &["TopicArn", "TopicName"],
        ),
        shown(
            "AWS::SQS::Queue",
            json!({}),
            &["Arn", "QueueName", "QueueUrl"],
        ),
        shown(
            "AWS::DynamoDB::Table",
            json!({"TableName": "t"}),
            &["Arn", "StreamArn"],
        ),
        shown(
            "AWS::ECS::Cluster",
            json!({}),
            &[
                "Arn",
                "ClusterName",
                "Endpoint.Address",
                "Endpoint.Port",
                "SubnetIds",
                "CreatedAt",
                "Colour",
            ],
        ),
        shown("AWS::ECS::Cluster", json!({"ClusterName": "c"}), &["Arn"]),
        shown("Custom::Thing", json!({}), &["Answer"]),
    ]
    .concat();
    assert_snapshot!(shown, @r#"
    AWS::IAM::Role shop-private-api-Thing-fgo2W6q7ERWf
      Arn "arn:aws:iam::123456789012:role/shop-private-api-Thing-fgo2W6q7ERWf"
      RoleId "AROA1WFTXOTS3R4RW9TZJ"
    AWS::IAM::Role admin
      Arn "arn:aws:iam::123456789012:role/team/admin"
    AWS::IAM::InstanceProfile shop-private-api-Thing-xYEnwD32cL0V
      Arn "arn:aws:iam::123456789012:instance-profile/shop-private-api-Thing-xYEnwD32cL0V"
    AWS::IAM::Policy shop--Thing-O7r45EhTpMj7
      Id "shop--Thing-O7r45EhTpMj7"
    AWS::IAM::ManagedPolicy arn:aws:iam::123456789012:policy/shop-private-api-Thing-njzSK7Rq0EMq
      PolicyArn "arn:aws:iam::123456789012:policy/shop-private-api-Thing-njzSK7Rq0EMq"
    AWS::Logs::LogGroup shop-private-api-Thing-D6rGW6mkT8F2
      Arn "arn:aws:logs:us-east-1:123456789012:log-group:shop-private-api-Thing-D6rGW6mkT8F2:*"
    AWS::SSM::Parameter CFN-Thing-f3aAh0tOEHyr
      Value "v"
      Type "String"
    AWS::S3::Bucket shop-private-api-thing-zea9qvd7ns3o
      Arn "arn:aws:s3:::shop-private-api-thing-zea9qvd7ns3o"
      DomainName "shop-private-api-thing-zea9qvd7ns3o.s3.amazonaws.com"
      RegionalDomainName "shop-private-api-thing-zea9qvd7ns3o.s3.us-east-1.amazonaws.com"
      WebsiteURL "http://shop-private-api-thing-zea9qvd7ns3o.s3-website-us-east-1.amazonaws.com"
    AWS::SNS::Topic arn:aws:sns:us-east-1:123456789012:shop-private-api-Thing-PupaiQ9qQfj2.fifo
      TopicArn "arn:aws:sns:us-east-1:123456789012:shop-private-api-Thing-PupaiQ9qQfj2.fifo"
      TopicName "shop-private-api-Thing-PupaiQ9qQfj2.fifo"
    AWS::SQS::Queue https://sqs.us-east-1.amazonaws.com/123456789012/shop-private-api-Thing-B0TASMiacADy
      Arn "arn:aws:sqs:us-east-1:123456789012:shop-private-api-Thing-B0TASMiacADy"
      QueueName "shop-private-api-Thing-B0TASMiacADy"
      QueueUrl "https://sqs.us-east-1.amazonaws.com/123456789012/shop-private-api-Thing-B0TASMiacADy"
    AWS::DynamoDB::Table t
      Arn "arn:aws:dynamodb:us-east-1:123456789012:table/t"
      StreamArn -
    AWS::ECS::Cluster shop-private-api-Thing-sA9a3BfpOj5m
      Arn "arn:aws:ecs:us-east-1:123456789012:cluster/shop-private-api-Thing-sA9a3BfpOj5m"
      ClusterName "shop-private-api-Thing-sA9a3BfpOj5m"
      Endpoint.Address "shop-private-api-thing-sa9a3bfpoj5m.ecs.us-east-1.amazonaws.com"
      Endpoint.Port "443"
      SubnetIds ["fc21f23f6b3bfa202"]
      CreatedAt "2026-01-01T00:00:00Z"
      Colour "shop-private-api-Thing-sA9a3BfpOj5m-Colour"
    AWS::ECS::Cluster c
      Arn "arn:aws:ecs:us-east-1:123456789012:cluster/c"
    Custom::Thing shop-private-api-Thing-5nMD67BF7bxs
      Answer "shop-private-api-Thing-5nMD67BF7bxs-Answer"
    "#);
}

#[test]
fn another_making_has_another_id_and_the_same_the_same() {
    for info in [
        "AWS::EC2::VPC",
        "AWS::Lambda::Function",
        "AWS::ApiGateway::RestApi",
        "AWS::S3::Bucket",
        "Custom::X",
    ] {
        let of = |seed| physical_id(info, json!({}), seed);
        assert_eq!(of("one"), of("one"));
        assert_ne!(of("one"), of("two"));
    }
}

#[test]
fn names_keep_within_what_their_service_takes() {
    let mut stack_context = stack_context();
    stack_context.stack_name = "s".repeat(128);
    for (kind, most) in [
        ("AWS::Lambda::Function", 64),
        ("AWS::IAM::Role", 64),
        ("AWS::S3::Bucket", 63),
    ] {
        let logical_id = "L".repeat(255);
        let resource = NewResource {
            kind,
            logical_id: &logical_id,
            stack_context: &stack_context,
            properties: &EvaluatedValue::default(),
            seed: "",
        };
        assert_eq!(resource.physical_id().len(), most, "{kind}");
    }
}

#[test]
fn the_rows_are_what_the_schema_table_says() {
    let schemas = formwork_catalog::schema::Table::new();
    for info in table::kinds() {
        let schema = schemas.resource(info.kind).unwrap();
        let sorted = |paths: &[formwork_catalog::schema::PropertyPath]| {
            let mut shown: Vec<String> = paths.iter().map(ToString::to_string).collect();
            shown.sort();
            shown
        };
        let properties = create_only_properties(info.kind).unwrap_or_default();
        for (ours, theirs) in [
            (properties.always, &schema.create_only),
            (properties.conditional, &schema.conditional_create_only),
        ] {
            let mut ours: Vec<String> = ours.iter().map(|path| (*path).to_owned()).collect();
            ours.sort();
            assert_eq!(ours, sorted(theirs), "{}", info.kind);
        }
    }
}

#[test]
fn what_replaces_is_what_the_schemas_say() {
    for (kind, path, expect) in [
        ("AWS::EC2::VPC", "CidrBlock", Recreation::Always),
        ("AWS::EC2::VPC", "EnableDnsSupport", Recreation::Never),
        (
            "AWS::EC2::VPC",
            "InstanceTenancy",
            Recreation::Conditionally,
        ),
        ("AWS::EC2::VPC", "Tags.0.Value", Recreation::Never),
        ("AWS::EC2::VPCEndpoint", "ServiceName", Recreation::Always),
        (
            "AWS::EC2::VPCEndpoint",
            "DnsOptions.PrivateDnsPreference",
            Recreation::Always,
        ),
        (
            "AWS::EC2::VPCEndpoint",
            "DnsOptions.DnsRecordIpType",
            Recreation::Never,
        ),
        (
            "AWS::EC2::Instance",
            "NetworkInterfaces.0.SubnetId",
            Recreation::Always,
        ),
        ("AWS::EC2::Instance", "UserData", Recreation::Conditionally),
        ("AWS::Lambda::Function", "FunctionName", Recreation::Always),
        (
            "AWS::Lambda::Function",
            "Environment.Variables.LOG_LEVEL",
            Recreation::Never,
        ),
        ("AWS::ApiGateway::RestApi", "Policy", Recreation::Never),
        ("AWS::ApiGateway::Method", "HttpMethod", Recreation::Always),
        ("AWS::ECS::Cluster", "ClusterName", Recreation::Always),
        ("AWS::ECS::Cluster", "ClusterSettings", Recreation::Never),
        ("AWS::SSM::Parameter", "Name", Recreation::Always),
        ("AWS::SSM::Parameter", "Value", Recreation::Never),
    ] {
        assert_eq!(recreation(kind, path), expect, "{kind} {path}");
    }
}

#[test]
fn durations_are_aws_like_or_quick() {
    let endpoint = "AWS::EC2::VPCEndpoint";
    assert_eq!(
        typical_duration(endpoint, ResourceOperation::Create),
        Duration::from_secs(95)
    );
    assert_eq!(
        quick_duration(endpoint, ResourceOperation::Create),
        Duration::from_secs(1)
    );
    assert_eq!(
        quick_duration("AWS::EC2::Route", ResourceOperation::Create),
        Duration::from_millis(40)
    );
    let unknown = typical_duration("AWS::Some::Thing", ResourceOperation::Create);
    assert!((5..25).contains(&unknown.as_secs()), "{unknown:?}");
}
