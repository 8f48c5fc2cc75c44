//! The attributes that services compute for the types in the table.

use super::ExistingResource;
use super::id_generator::IdGenerator;
use super::physical_id::public_address;
use formwork_template::evaluate::EvaluatedValue;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Returns the value that the service computes for an attribute, or `None` for other attributes.
pub(super) fn attribute(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    let service = resource.kind.split("::").nth(1)?;
    match service {
        "EC2" => ec2(resource, name),
        "Lambda" => lambda(resource, name),
        "ApiGateway" => api_gateway(resource, name),
        "IAM" => iam(resource, name),
        "S3" => s3(resource, name),
        "SNS" | "SQS" => sns_and_sqs(resource, name),
        _ => other_services(resource, name),
    }
}

fn digits(resource: &ExistingResource<'_>, purpose: &str) -> IdGenerator {
    IdGenerator::new(&[resource.physical_id, purpose])
}

fn hex_id(resource: &ExistingResource<'_>, prefix: &str) -> EvaluatedValue {
    EvaluatedValue::String(format!("{prefix}-0{}", digits(resource, prefix).hex(16)))
}

fn id(resource: &ExistingResource<'_>) -> EvaluatedValue {
    resource.physical_id.into()
}

fn ec2(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    let kind = resource.kind.strip_prefix("AWS::EC2::")?;
    Some(match (kind, name) {
        ("VPC", "VpcId")
        | ("Subnet", "SubnetId")
        | ("InternetGateway", "InternetGatewayId")
        | ("RouteTable", "RouteTableId")
        | ("SubnetRouteTableAssociation", "Id")
        | ("SecurityGroup", "GroupId" | "Id")
        | ("SecurityGroupIngress" | "SecurityGroupEgress" | "VPCEndpoint", "Id")
        | ("Instance", "InstanceId")
        | ("NatGateway", "NatGatewayId") => id(resource),
        ("VPC", "DefaultNetworkAcl") => hex_id(resource, "acl"),
        ("VPC", "DefaultSecurityGroup") => hex_id(resource, "sg"),
        ("VPC", "CidrBlockAssociations") => {
            EvaluatedValue::List(vec![hex_id(resource, "vpc-cidr-assoc")])
        }
        ("VPC" | "Subnet", "Ipv6CidrBlocks") => EvaluatedValue::List(Vec::new()),
        ("Subnet", "NetworkAclAssociationId") => hex_id(resource, "aclassoc"),
        ("Subnet", "AvailabilityZone") => zone(resource),
        ("VPCGatewayAttachment", "AttachmentType") => resource
            .physical_id
            .split('|')
            .next()
            .unwrap_or("IGW")
            .into(),
        ("Route", "CidrBlock") => resource
            .physical_id
            .split('|')
            .nth(1)
            .unwrap_or_default()
            .into(),
        ("VPCEndpoint", "CreationTimestamp") => "Thu Jan 01 00:00:00 UTC 2026".into(),
        ("VPCEndpoint", "DnsEntries") => dns_entries(resource),
        ("VPCEndpoint", "NetworkInterfaceIds") => network_interfaces(resource),
        ("NatGateway", "EniId") => hex_id(resource, "eni"),
        ("EIP", "AllocationId") => hex_id(resource, "eipalloc"),
        ("EIP", "PublicIp") => id(resource),
        ("Instance", name) => return instance(resource, name),
        _ => return None,
    })
}

fn instance(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    let region = &resource.stack_context.region;
    let private = private_address(resource);
    let public = public_address(&digits(resource, "public"));
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
        "AvailabilityZone" => zone(resource),
        "VpcId" => from_subnet(resource, "VpcId").unwrap_or_else(|| hex_id(resource, "vpc")),
        "State.Code" => "16".into(),
        "State.Name" => "running".into(),
        _ => return None,
    })
}

/// Returns the explicit address, else one of the subnet, else one of a private range.
fn private_address(resource: &ExistingResource<'_>) -> String {
    let explicit = resource.properties.text_at("PrivateIpAddress");
    let derived = || {
        let block = from_subnet(resource, "CidrBlock")?.to_text()?;
        address_in(&block, &digits(resource, "address"))
    };
    explicit.or_else(derived).unwrap_or_else(|| {
        let third = digits(resource, "third").number(0..4);
        let fourth = digits(resource, "fourth").number(4..255);
        format!("10.10.{third}.{fourth}")
    })
}

/// Returns a property of the resource's subnet, if the subnet is known.
fn from_subnet(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    resource.subnet?.at(name).cloned()
}

/// Returns an address of a block. AWS reserves the first four addresses of a subnet and the last
/// one.
fn address_in(block: &str, digits: &IdGenerator) -> Option<String> {
    let block: Ipv4Net = block.parse().ok()?;
    let first = block.network().to_bits().checked_add(4)?;
    let count = block.broadcast().to_bits().checked_sub(first)?;
    let derived = u32::from_str_radix(&digits.hex(7), 16).ok()?;
    let address = first + derived.checked_rem(count)?;
    Some(Ipv4Addr::from_bits(address).to_string())
}

/// Returns the explicit zone, else the subnet's zone, else one of the region.
fn zone(resource: &ExistingResource<'_>) -> EvaluatedValue {
    let explicit = resource.properties.at("AvailabilityZone").cloned();
    let explicit = explicit.or_else(|| from_subnet(resource, "AvailabilityZone"));
    explicit.unwrap_or_else(|| {
        let zones = resource.stack_context.zones();
        let derived = usize::from(digits(resource, "zone").number(0..100)) % zones.len();
        zones.into_iter().nth(derived).unwrap_or_default().into()
    })
}

/// Returns `zone:name` for each DNS name of an interface endpoint: the regional name, one per zone,
/// and the private names.
fn dns_entries(resource: &ExistingResource<'_>) -> EvaluatedValue {
    if !is_interface(resource) {
        return EvaluatedValue::List(Vec::new());
    }
    let region = &resource.stack_context.region;
    let service = resource
        .properties
        .text_at("ServiceName")
        .unwrap_or_default();
    let service = service.rsplit('.').next().unwrap_or_default().to_owned();
    let hosted = format!("Z{}", digits(resource, "hosted zone").upper(12));
    let unique = digits(resource, "dns").lower(8);
    let endpoint = format!("{}-{unique}", resource.physical_id);
    let suffix = format!("{service}.{region}.vpce.amazonaws.com");
    let mut entries = vec![format!("{hosted}:{endpoint}.{suffix}")];
    for zone in resource
        .stack_context
        .zones()
        .iter()
        .take(subnets(resource))
    {
        entries.push(format!("{hosted}:{endpoint}-{zone}.{suffix}"));
    }
    let private_dns = resource.properties.text_at("PrivateDnsEnabled");
    if private_dns.is_some_and(|enabled| enabled == "true") {
        let private = format!("Z{}", digits(resource, "private zone").upper(12));
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

fn network_interfaces(resource: &ExistingResource<'_>) -> EvaluatedValue {
    let count = if is_interface(resource) {
        subnets(resource)
    } else {
        0
    };
    let eni = |index| format!("eni-0{}", digits(resource, &format!("eni {index}")).hex(16));
    EvaluatedValue::from((0..count).map(eni).collect::<Vec<_>>())
}

fn is_interface(resource: &ExistingResource<'_>) -> bool {
    let kind = resource.properties.text_at("VpcEndpointType");
    kind.is_some_and(|kind| kind == "Interface")
}

fn subnets(resource: &ExistingResource<'_>) -> usize {
    let subnets = resource
        .properties
        .at("SubnetIds")
        .and_then(EvaluatedValue::as_list);
    subnets.map_or(1, <[EvaluatedValue]>::len)
}

fn lambda(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    let kind = resource.kind.strip_prefix("AWS::Lambda::")?;
    Some(match (kind, name) {
        ("Function", "Arn") => {
            let path = format!("function:{}", resource.physical_id);
            resource.stack_context.regional_arn("lambda", &path).into()
        }
        ("Function", "SnapStartResponse.ApplyOn") => "None".into(),
        ("Function", "SnapStartResponse.OptimizationStatus") => "Off".into(),
        ("Version", "FunctionArn") | ("Alias", "AliasArn") | ("Permission", "Id") => id(resource),
        ("Version", "Version") => resource.physical_id.rsplit(':').next()?.into(),
        _ => return None,
    })
}

fn api_gateway(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    let kind = resource.kind.strip_prefix("AWS::ApiGateway::")?;
    Some(match (kind, name) {
        ("RestApi", "RestApiId")
        | ("Resource", "ResourceId")
        | ("Deployment", "DeploymentId")
        | ("Account", "Id") => id(resource),
        ("RestApi", "RootResourceId") => digits(resource, "root").lower(10).into(),
        _ => return None,
    })
}

fn iam(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    let kind = resource.kind.strip_prefix("AWS::IAM::")?;
    let path = resource.properties.text_at("Path");
    let path = path.unwrap_or_else(|| "/".to_owned());
    let named = |kind_name: &str| {
        let path = format!("{kind_name}{path}{}", resource.physical_id);
        EvaluatedValue::String(resource.stack_context.global_arn("iam", &path))
    };
    Some(match (kind, name) {
        ("Role", "Arn") => named("role"),
        ("Role", "RoleId") => format!("AROA{}", digits(resource, "id").upper(17)).into(),
        ("InstanceProfile", "Arn") => named("instance-profile"),
        ("Policy", "Id") | ("ManagedPolicy", "PolicyArn") => id(resource),
        ("ManagedPolicy", "PolicyId") => format!("ANPA{}", digits(resource, "id").upper(17)).into(),
        ("ManagedPolicy", "DefaultVersionId") => "v1".into(),
        ("ManagedPolicy", "AttachmentCount" | "PermissionsBoundaryUsageCount") => "0".into(),
        ("ManagedPolicy", "IsAttachable") => "true".into(),
        _ => return None,
    })
}

fn s3(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    if resource.kind != "AWS::S3::Bucket" {
        return None;
    }
    let bucket = resource.physical_id;
    let region = &resource.stack_context.region;
    let suffix = resource.stack_context.url_suffix();
    Some(match name {
        "Arn" => resource.stack_context.bucket_arn(bucket).into(),
        "DomainName" => format!("{bucket}.s3.{suffix}").into(),
        "RegionalDomainName" => format!("{bucket}.s3.{region}.{suffix}").into(),
        "DualStackDomainName" => format!("{bucket}.s3.dualstack.{region}.{suffix}").into(),
        "WebsiteURL" => format!("http://{bucket}.s3-website-{region}.{suffix}").into(),
        _ => return None,
    })
}

fn sns_and_sqs(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    let last = |separator| {
        resource
            .physical_id
            .rsplit(separator)
            .next()
            .unwrap_or_default()
    };
    Some(match (resource.kind, name) {
        ("AWS::SNS::Topic", "TopicArn") | ("AWS::SNS::Subscription", "Arn") => id(resource),
        ("AWS::SNS::Topic", "TopicName") => last(':').into(),
        ("AWS::SQS::Queue", "QueueUrl") | ("AWS::SQS::QueuePolicy", "Id") => id(resource),
        ("AWS::SQS::Queue", "QueueName") => last('/').into(),
        ("AWS::SQS::Queue", "Arn") => resource.stack_context.regional_arn("sqs", last('/')).into(),
        _ => return None,
    })
}

fn other_services(resource: &ExistingResource<'_>, name: &str) -> Option<EvaluatedValue> {
    Some(match (resource.kind, name) {
        ("AWS::Logs::LogGroup", "Arn") => {
            let path = format!("log-group:{}:*", resource.physical_id);
            resource.stack_context.regional_arn("logs", &path).into()
        }
        ("AWS::DynamoDB::Table", "Arn") => table_arn(resource).into(),
        ("AWS::DynamoDB::Table", "StreamArn") => {
            resource.properties.at("StreamSpecification")?;
            format!("{}/stream/2026-01-01T00:00:00.000", table_arn(resource)).into()
        }
        ("AWS::CloudFormation::WaitConditionHandle", "Id") => id(resource),
        _ => return None,
    })
}

fn table_arn(resource: &ExistingResource<'_>) -> String {
    let path = format!("table/{}", resource.physical_id);
    resource.stack_context.regional_arn("dynamodb", &path)
}
