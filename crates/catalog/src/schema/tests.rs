//! Tests of the whole table, and of common types.

use super::file::Names;
use super::*;
use crate::regions::{Region, Regions};

fn path(pointer: &str) -> PropertyPath {
    PropertyPath::from_pointer(pointer)
}

#[test]
fn every_type_is_decoded_and_says_where_it_is_offered() {
    let table = Table::new();
    let names: Vec<&str> = table.names().collect();
    assert_eq!(names.len(), 1898);
    assert!(names.is_sorted());
    let mut properties = 0;
    for name in &names {
        let schema = table.resource(name).unwrap();
        assert_eq!(&*schema.name, *name);
        assert!(!schema.regions.is_empty(), "{name}");
        properties += schema.root.properties.len();
        for extension in &schema.extensions {
            let region = extension.regions.and_then(|regions| regions.iter().next());
            assert!(
                table.extension(extension, region).is_some(),
                "{extension:?}"
            );
        }
    }
    assert_eq!(properties, 17_914);
}

#[test]
fn the_regions_of_the_file_are_those_of_the_code() {
    let named: Vec<&str> = (0..file::count(Names::Regions))
        .map(|position| file::name(Names::Regions, position))
        .collect();
    let known: Vec<&str> = Regions::ALL.iter().map(Region::as_str).collect();
    assert_eq!(named, known);
}

#[test]
fn a_type_says_what_its_properties_must_be() {
    let table = Table::new();
    let queue = table.resource("AWS::SQS::Queue").unwrap();
    let delay = queue.property(&path("/properties/DelaySeconds")).unwrap();
    assert_eq!(delay.types.iter().collect::<Vec<_>>(), [Type::Integer]);
    let function = table.resource("AWS::Lambda::Function").unwrap();
    let required: Vec<&str> = function.root.required.iter().map(|name| &**name).collect();
    assert_eq!(required, ["Code", "Role"]);
    let memory = function.property(&path("/properties/MemorySize")).unwrap();
    assert_eq!(memory.range.min, Some(128.0));
    let mode = function
        .property(&path("/properties/TracingConfig/Mode"))
        .unwrap();
    let modes = ["Active", "PassThrough"].map(|mode| Literal::Text(mode.into()));
    assert_eq!(mode.values.as_deref(), Some(modes.as_slice()));
    let balancer = table
        .resource("AWS::ElasticLoadBalancingV2::LoadBalancer")
        .unwrap();
    let subnet = balancer.property(&path("/properties/Subnets/*")).unwrap();
    assert_eq!(subnet.format.as_deref(), Some("AWS::EC2::Subnet.Id"));
    assert_eq!(function.root.additional, AdditionalProperties::None);
    assert_eq!(function.property(&path("/properties/Colour")), None);
}

#[test]
fn references_lead_to_definitions() {
    let table = Table::new();
    for name in table.names() {
        let schema = table.resource(name).unwrap();
        let all = schema
            .root
            .properties
            .values()
            .chain(schema.definitions.values());
        for one in all {
            let found = schema.resolve(one);
            assert_eq!(found.definition, None, "{name}");
        }
    }
}

#[test]
fn what_replaces_and_what_is_read_only_is_told() {
    let table = Table::new();
    let bucket = table.resource("AWS::S3::Bucket").unwrap();
    assert_eq!(
        bucket.create_only,
        [
            path("/properties/BucketName"),
            path("/properties/BucketNamePrefix"),
            path("/properties/BucketNamespace")
        ]
    );
    assert!(bucket.is_create_only(&path("/properties/BucketName")));
    assert!(!bucket.is_create_only(&path("/properties/Tags")));
    assert!(bucket.is_read_only(&path("/properties/Arn")));
    assert_eq!(bucket.primary_identifier, [path("/properties/BucketName")]);
    let tagging = bucket.tagging.clone().unwrap();
    assert!(tagging.taggable && tagging.updatable);
    assert_eq!(tagging.property, Some(path("/properties/Tags")));
    let record = table
        .resource("AWS::SES::EmailIdentityCertificate")
        .unwrap();
    assert_eq!(record.replacement_order, ReplacementOrder::DeleteFirst);
    let endpoint = table.resource("AWS::Transfer::Server").unwrap();
    assert!(
        endpoint
            .conditional_create_only
            .contains(&path("/properties/EndpointDetails/AddressAllocationIds"))
    );
}

#[test]
fn attributes_are_the_read_only_properties_and_those_beyond() {
    let table = Table::new();
    let formats = |kind: &str, name: &str| {
        let attribute = table.resource(kind).unwrap().attribute(name)?;
        let types: Vec<&str> = attribute.kind.iter().map(Type::as_str).collect();
        let format = attribute
            .format
            .or(attribute.item.and_then(|item| item.format));
        Some(format!(
            "{} {}",
            types.join(","),
            format.as_deref().unwrap_or("-")
        ))
    };
    for (kind, name, expected) in [
        ("AWS::EC2::VPC", "CidrBlock", Some("string ipv4-network")),
        (
            "AWS::EC2::VPC",
            "DefaultSecurityGroup",
            Some("string AWS::EC2::SecurityGroup.Id"),
        ),
        ("AWS::EC2::VPC", "CidrBlockAssociations", Some("array -")),
        (
            "AWS::Lambda::Function",
            "Arn",
            Some("string AWS::Lambda::Function.Arn"),
        ),
        ("AWS::Lambda::Function", "Runtime", None),
        ("AWS::RDS::DBInstance", "Endpoint.Address", Some("string -")),
        (
            "AWS::CloudFormation::Stack",
            "Outputs.Key",
            Some("string -"),
        ),
        ("AWS::CloudFormation::Stack", "StackId", None),
        ("Custom::Anything", "Whatever", Some(" -")),
    ] {
        assert_eq!(formats(kind, name).as_deref(), expected, "{kind}.{name}");
    }

    let subnet = table.resource("AWS::EC2::Subnet").unwrap();
    assert_eq!(
        subnet.reference.format.as_deref(),
        Some("AWS::EC2::Subnet.Id")
    );
    // The value is the group's id or its name, so the schema has a branch for each.
    let group = table.resource("AWS::EC2::SecurityGroup").unwrap();
    let id = group.property(&path("/properties/Id")).unwrap();
    assert_eq!(group.reference.path, Some(path("/properties/Id")));
    assert_eq!(id.combined.as_ref().unwrap().any_of.len(), 2);
    let identified_by_two = table.resource("AWS::ApiGateway::Resource").unwrap();
    assert_eq!(identified_by_two.primary_identifier.len(), 2);
    assert!(identified_by_two.reference.kind.names(Type::String));
}

#[test]
fn every_attribute_that_is_a_property_is_found() {
    let table = Table::new();
    let mut lost = Vec::new();
    for name in table.names() {
        let schema = table.resource(name).unwrap();
        for (attribute, held) in &schema.attributes {
            let path = held.path.as_ref().unwrap();
            if schema.property(path).is_none() {
                lost.push(format!("{name}.{attribute}"));
            }
        }
    }
    assert_eq!(lost, [""; 0]);
}

#[test]
fn an_unknown_name_is_no_type() {
    let table = Table::new();
    for name in [
        "AWS::S3::Buckets",
        "",
        "aws::s3::bucket",
        "AWS::ZZZ::Last",
        "A",
        "Custom",
    ] {
        assert!(!table.contains(name), "{name}");
        assert_eq!(table.resource(name), None, "{name}");
        assert!(!is_stateful(name), "{name}");
    }
    assert_eq!(table.services().service("nothing"), None);
    let custom = table.resource("Custom::Greeting").unwrap();
    assert_eq!(&*custom.name, "AWS::CloudFormation::CustomResource");
    assert_eq!(custom.open_attributes, OpenAttributes::Any);
}

#[test]
fn what_is_stateful_is_known_without_decoding() {
    let table = Table::new();
    let stateful: Vec<&str> = table.names().filter(|name| is_stateful(name)).collect();
    assert_eq!(stateful.len(), 64);
    for name in [
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
    ] {
        assert!(table.resource(name).unwrap().stateful, "{name}");
    }
    assert!(!table.resource("AWS::Lambda::Function").unwrap().stateful);
}

#[test]
fn a_type_says_where_it_is_offered_and_whether_it_ends() {
    let table = Table::new();
    let everywhere = table.resource("AWS::S3::Bucket").unwrap();
    assert!(
        everywhere
            .regions
            .contains(Region::named("eu-central-1").unwrap())
    );
    let farm = table.resource("AWS::DeviceFarm::Project").unwrap();
    let regions: Vec<&str> = farm.regions.iter().map(Region::as_str).collect();
    assert_eq!(regions, ["us-west-2"]);
    let function = table.resource("AWS::Serverless::Function").unwrap();
    assert_eq!(function.regions, Regions::ALL);
    let stack = table.resource("AWS::OpsWorks::Stack").unwrap();
    assert_eq!(
        stack.lifecycle.as_ref().map(|life| life.status),
        Some(LifecycleStatus::Shutdown)
    );
}

#[test]
fn handlers_say_what_they_need() {
    let table = Table::new();
    let group = table.resource("AWS::Logs::LogGroup").unwrap();
    let deletes: Vec<&str> = group
        .permissions
        .delete
        .iter()
        .map(|name| &**name)
        .collect();
    assert_eq!(
        deletes,
        [
            "logs:DescribeLogGroups",
            "logs:DeleteLogGroup",
            "logs:DeleteDataProtectionPolicy"
        ]
    );
}

#[test]
fn extensions_are_bound_to_a_rule_and_a_place() {
    let table = Table::new();
    let instance = table.resource("AWS::EC2::Instance").unwrap();
    let kinds = instance
        .extensions
        .iter()
        .find(|one| &*one.rule == "E3628")
        .unwrap();
    assert_eq!(kinds.path, path("/InstanceType"));
    let offered = |region: &str, kind: &str| {
        let schema = table.extension(kinds, Region::named(region)).unwrap();
        schema
            .root
            .values
            .as_ref()
            .unwrap()
            .contains(&Literal::Text(kind.into()))
    };
    assert!(offered("us-east-1", "t2.micro"));
    assert!(!offered("af-south-1", "t2.micro"));
    assert_eq!(table.extension(kinds, None), None);
    assert_eq!(table.extension(kinds, Region::named("us-iso-east-1")), None);
    let method = table.resource("AWS::ApiGateway::Method").unwrap();
    let rules: Vec<String> = method
        .extensions
        .iter()
        .map(|one| format!("{} {} {}", one.rule, one.name, one.path))
        .collect();
    assert_eq!(
        rules,
        [
            "E3699 aws_apigateway_method/method_authorizer_rest_api ",
            "E3708 aws_apigateway_method/method_authorizer_type "
        ]
    );
    let authorizer = table.extension(&method.extensions[0], None).unwrap();
    let combined = authorizer.root.combined.as_ref().unwrap();
    let gather = combined.gather.as_ref().unwrap();
    let found = &gather.gathered["authorizer"];
    assert_eq!(found.reference, Some(path("/AuthorizerId")));
    assert_eq!(found.kind.as_deref(), Some("AWS::ApiGateway::Authorizer"));
    let api = &gather.schema.properties["authorizer"].properties["RestApiId"];
    let from_data = &api.combined.as_ref().unwrap().from_data[0];
    assert_eq!(from_data.keyword, Keyword::Const);
    assert_eq!(from_data.pointer, ("method".into(), "RestApiId".into()));
}

#[test]
fn services_know_their_actions_in_any_case() {
    let table = Table::new();
    let bucket = table.services().service("S3").unwrap();
    let action = bucket.action("GetObject").unwrap();
    let resources: Vec<&str> = action
        .resources
        .iter()
        .map(|at| &**bucket.resources.get_index(*at).unwrap().0)
        .collect();
    assert_eq!(resources, ["accesspointobject", "object"]);
    assert_eq!(bucket.action("GetObjekt"), None);
    let names = ["getobject", "pausereplication"].map(|name| &*bucket.action(name).unwrap().name);
    // A handler needs the first action. The second is known only from IAM's list in lower case.
    assert_eq!(names, ["GetObject", "pausereplication"]);
    assert_eq!(
        &*bucket.resources["bucket"].arn_formats[0],
        "arn:${Partition}:s3:::.*"
    );
    assert_eq!(table.services().prefixes().count(), 457);
    let actions: usize = table
        .services()
        .prefixes()
        .map(|prefix| table.services().service(prefix).unwrap().actions.len())
        .sum();
    assert_eq!(actions, 22_268);
}
