//! Attributes of the types in the table, as their services compute them.

use super::digits::Digits;
use super::identity::public_address;
use super::{Made, arn};
use formwork_template::evaluate::EvaluatedValue as Value;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// What the service computes for `name`; `None` for what it does not compute.
pub(super) fn attribute(made: &Made<'_>, name: &str) -> Option<Value> {
    let service = made.kind.split("::").nth(1)?;
    match service {
        "EC2" => ec2(made, name),
        "Lambda" => lambda(made, name),
        "ApiGateway" => api_gateway(made, name),
        "IAM" => iam(made, name),
        "S3" => s3(made, name),
        "SNS" | "SQS" => messages(made, name),
        _ => other(made, name),
    }
}

fn digits(made: &Made<'_>, purpose: &str) -> Digits {
    Digits::of(&[made.physical_id, purpose])
}

fn hex_id(made: &Made<'_>, prefix: &str) -> Value {
    Value::String(format!("{prefix}-0{}", digits(made, prefix).hex(16)))
}

fn id(made: &Made<'_>) -> Value {
    made.physical_id.into()
}

fn ec2(made: &Made<'_>, name: &str) -> Option<Value> {
    let kind = made.kind.strip_prefix("AWS::EC2::")?;
    Some(match (kind, name) {
        ("VPC", "VpcId")
        | ("Subnet", "SubnetId")
        | ("InternetGateway", "InternetGatewayId")
        | ("RouteTable", "RouteTableId")
        | ("SubnetRouteTableAssociation", "Id")
        | ("SecurityGroup", "GroupId" | "Id")
        | ("SecurityGroupIngress" | "SecurityGroupEgress" | "VPCEndpoint", "Id")
        | ("Instance", "InstanceId")
        | ("NatGateway", "NatGatewayId") => id(made),
        ("VPC", "DefaultNetworkAcl") => hex_id(made, "acl"),
        ("VPC", "DefaultSecurityGroup") => hex_id(made, "sg"),
        ("VPC", "CidrBlockAssociations") => Value::List(vec![hex_id(made, "vpc-cidr-assoc")]),
        ("VPC" | "Subnet", "Ipv6CidrBlocks") => Value::List(Vec::new()),
        ("Subnet", "NetworkAclAssociationId") => hex_id(made, "aclassoc"),
        ("Subnet", "AvailabilityZone") => zone(made),
        ("VPCGatewayAttachment", "AttachmentType") => {
            made.physical_id.split('|').next().unwrap_or("IGW").into()
        }
        ("Route", "CidrBlock") => made
            .physical_id
            .split('|')
            .nth(1)
            .unwrap_or_default()
            .into(),
        ("VPCEndpoint", "CreationTimestamp") => "Thu Jan 01 00:00:00 UTC 2026".into(),
        ("VPCEndpoint", "DnsEntries") => dns_entries(made),
        ("VPCEndpoint", "NetworkInterfaceIds") => network_interfaces(made),
        ("NatGateway", "EniId") => hex_id(made, "eni"),
        ("EIP", "AllocationId") => hex_id(made, "eipalloc"),
        ("EIP", "PublicIp") => id(made),
        ("Instance", name) => return instance(made, name),
        _ => return None,
    })
}

fn instance(made: &Made<'_>, name: &str) -> Option<Value> {
    let region = &made.place.region;
    let private = private_address(made);
    let public = public_address(&digits(made, "public"));
    let dashed = |address: &str| address.replace('.', "-");
    let (private_zone, public_zone) = match region.as_str() {
        "us-east-1" => ("ec2".to_owned(), "compute-1".to_owned()),
        region => (region.to_owned(), format!("{region}.compute")),
    };
    Some(match name {
        "PrivateIp" => private.into(),
        "PublicIp" => public.into(),
        "PrivateDnsName" => format!("ip-{}.{private_zone}.internal", dashed(&private)).into(),
        "PublicDnsName" => format!("ec2-{}.{public_zone}.amazonaws.com", dashed(&public)).into(),
        "AvailabilityZone" => zone(made),
        "VpcId" => of_subnet(made, "VpcId").unwrap_or_else(|| hex_id(made, "vpc")),
        "State.Code" => "16".into(),
        "State.Name" => "running".into(),
        _ => return None,
    })
}

/// The address given, else one of its subnet, else one of a private range.
fn private_address(made: &Made<'_>) -> String {
    let given = made.properties.text_at("PrivateIpAddress");
    let drawn = || {
        let block = of_subnet(made, "CidrBlock")?.to_text()?;
        address_in(&block, &digits(made, "address"))
    };
    given.or_else(drawn).unwrap_or_else(|| {
        let third = digits(made, "third").number(0..4);
        let fourth = digits(made, "fourth").number(4..255);
        format!("10.10.{third}.{fourth}")
    })
}

/// What the subnet of a resource says, where it is known.
fn of_subnet(made: &Made<'_>, name: &str) -> Option<Value> {
    made.subnet?.at(name).cloned()
}

/// An address of a block; AWS keeps the first four of a subnet and the last for itself.
fn address_in(block: &str, digits: &Digits) -> Option<String> {
    let block: Ipv4Net = block.parse().ok()?;
    let first = block.network().to_bits().checked_add(4)?;
    let count = block.broadcast().to_bits().checked_sub(first)?;
    let drawn = u32::from_str_radix(&digits.hex(7), 16).ok()?;
    let address = first + drawn.checked_rem(count)?;
    Some(Ipv4Addr::from_bits(address).to_string())
}

/// The zone of a subnet or instance that was given none.
fn zone(made: &Made<'_>) -> Value {
    let given = made.properties.at("AvailabilityZone").cloned();
    let given = given.or_else(|| of_subnet(made, "AvailabilityZone"));
    given.unwrap_or_else(|| {
        let zones = made.place.zones();
        let drawn = usize::from(digits(made, "zone").number(0..100)) % zones.len();
        zones.into_iter().nth(drawn).unwrap_or_default().into()
    })
}

/// `zone:name` of an interface endpoint: the regional name, one a zone, and the private name.
fn dns_entries(made: &Made<'_>) -> Value {
    if !is_interface(made) {
        return Value::List(Vec::new());
    }
    let region = &made.place.region;
    let service = made.properties.text_at("ServiceName").unwrap_or_default();
    let service = service.rsplit('.').next().unwrap_or_default().to_owned();
    let hosted = format!("Z{}", digits(made, "hosted zone").upper(12));
    let unique = digits(made, "dns").lower(8);
    let endpoint = format!("{}-{unique}", made.physical_id);
    let suffix = format!("{service}.{region}.vpce.amazonaws.com");
    let mut entries = vec![format!("{hosted}:{endpoint}.{suffix}")];
    for zone in made.place.zones().iter().take(subnets(made)) {
        entries.push(format!("{hosted}:{endpoint}-{zone}.{suffix}"));
    }
    let private_dns = made.properties.text_at("PrivateDnsEnabled");
    if private_dns.is_some_and(|enabled| enabled == "true") {
        let private = format!("Z{}", digits(made, "private zone").upper(12));
        let names: &[&str] = match service.as_str() {
            "execute-api" => &["", "*."],
            _ => &[""],
        };
        for name in names {
            entries.push(format!("{private}:{name}{service}.{region}.amazonaws.com"));
        }
    }
    entries.into()
}

fn network_interfaces(made: &Made<'_>) -> Value {
    let count = if is_interface(made) { subnets(made) } else { 0 };
    let eni = |index| format!("eni-0{}", digits(made, &format!("eni {index}")).hex(16));
    Value::from((0..count).map(eni).collect::<Vec<_>>())
}

fn is_interface(made: &Made<'_>) -> bool {
    let kind = made.properties.text_at("VpcEndpointType");
    kind.is_some_and(|kind| kind == "Interface")
}

fn subnets(made: &Made<'_>) -> usize {
    let subnets = made.properties.at("SubnetIds").and_then(Value::as_list);
    subnets.map_or(1, <[Value]>::len)
}

fn lambda(made: &Made<'_>, name: &str) -> Option<Value> {
    let kind = made.kind.strip_prefix("AWS::Lambda::")?;
    Some(match (kind, name) {
        ("Function", "Arn") => {
            let resource = format!("function:{}", made.physical_id);
            arn::regional(made.place, "lambda", &resource).into()
        }
        ("Function", "SnapStartResponse.ApplyOn") => "None".into(),
        ("Function", "SnapStartResponse.OptimizationStatus") => "Off".into(),
        ("Version", "FunctionArn") | ("Alias", "AliasArn") | ("Permission", "Id") => id(made),
        ("Version", "Version") => made.physical_id.rsplit(':').next()?.into(),
        _ => return None,
    })
}

fn api_gateway(made: &Made<'_>, name: &str) -> Option<Value> {
    let kind = made.kind.strip_prefix("AWS::ApiGateway::")?;
    Some(match (kind, name) {
        ("RestApi", "RestApiId")
        | ("Resource", "ResourceId")
        | ("Deployment", "DeploymentId")
        | ("Account", "Id") => id(made),
        ("RestApi", "RootResourceId") => digits(made, "root").lower(10).into(),
        _ => return None,
    })
}

fn iam(made: &Made<'_>, name: &str) -> Option<Value> {
    let kind = made.kind.strip_prefix("AWS::IAM::")?;
    let path = made.properties.text_at("Path");
    let path = path.unwrap_or_else(|| "/".to_owned());
    let named = |what: &str| {
        let resource = format!("{what}{path}{}", made.physical_id);
        Value::String(arn::global(made.place, "iam", &resource))
    };
    Some(match (kind, name) {
        ("Role", "Arn") => named("role"),
        ("Role", "RoleId") => format!("AROA{}", digits(made, "id").upper(17)).into(),
        ("InstanceProfile", "Arn") => named("instance-profile"),
        ("Policy", "Id") | ("ManagedPolicy", "PolicyArn") => id(made),
        ("ManagedPolicy", "PolicyId") => format!("ANPA{}", digits(made, "id").upper(17)).into(),
        ("ManagedPolicy", "DefaultVersionId") => "v1".into(),
        ("ManagedPolicy", "AttachmentCount" | "PermissionsBoundaryUsageCount") => "0".into(),
        ("ManagedPolicy", "IsAttachable") => "true".into(),
        _ => return None,
    })
}

fn s3(made: &Made<'_>, name: &str) -> Option<Value> {
    if made.kind != "AWS::S3::Bucket" {
        return None;
    }
    let bucket = made.physical_id;
    let region = &made.place.region;
    let suffix = made.place.url_suffix();
    Some(match name {
        "Arn" => arn::bucket(made.place, bucket).into(),
        "DomainName" => format!("{bucket}.s3.{suffix}").into(),
        "RegionalDomainName" => format!("{bucket}.s3.{region}.{suffix}").into(),
        "DualStackDomainName" => format!("{bucket}.s3.dualstack.{region}.{suffix}").into(),
        "WebsiteURL" => format!("http://{bucket}.s3-website-{region}.{suffix}").into(),
        _ => return None,
    })
}

fn messages(made: &Made<'_>, name: &str) -> Option<Value> {
    let last = |separator| {
        made.physical_id
            .rsplit(separator)
            .next()
            .unwrap_or_default()
    };
    Some(match (made.kind, name) {
        ("AWS::SNS::Topic", "TopicArn") | ("AWS::SNS::Subscription", "Arn") => id(made),
        ("AWS::SNS::Topic", "TopicName") => last(':').into(),
        ("AWS::SQS::Queue", "QueueUrl") | ("AWS::SQS::QueuePolicy", "Id") => id(made),
        ("AWS::SQS::Queue", "QueueName") => last('/').into(),
        ("AWS::SQS::Queue", "Arn") => arn::regional(made.place, "sqs", last('/')).into(),
        _ => return None,
    })
}

fn other(made: &Made<'_>, name: &str) -> Option<Value> {
    Some(match (made.kind, name) {
        ("AWS::Logs::LogGroup", "Arn") => {
            let resource = format!("log-group:{}:*", made.physical_id);
            arn::regional(made.place, "logs", &resource).into()
        }
        ("AWS::DynamoDB::Table", "Arn") => table_arn(made).into(),
        ("AWS::DynamoDB::Table", "StreamArn") => {
            made.properties.at("StreamSpecification")?;
            format!("{}/stream/2026-01-01T00:00:00.000", table_arn(made)).into()
        }
        ("AWS::CloudFormation::WaitConditionHandle", "Id") => id(made),
        _ => return None,
    })
}

fn table_arn(made: &Made<'_>) -> String {
    let resource = format!("table/{}", made.physical_id);
    arn::regional(made.place, "dynamodb", &resource)
}
