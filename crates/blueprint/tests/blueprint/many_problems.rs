//! One blueprint with 30 different errors in three files. One check reports all of them, each at its
//! line, and no consequential errors.

use crate::support;

/// Lines with an error end in `#!`.
const BLUEPRINT: &str = r#"name = "shop"
region = "us-east-1"
colour = "red" #!

[[checks]] #!
name = "it answers"

[vars]
zones = ["us-east-1a", "us-east-1a"]
size = { default = "t3.nano", one_of = ["t3.micro", "t3.small"] } #!
owner = { type = "string" } #!

[env.prod]
protect = "yes" #!
vars.sizes = "t3.small" #!
stacks.web.Topic.Colour = 1 #!

[assets.site]
path = "missing" #!

[stacks.Web_2.Topic] #!
type = "AWS::SNS::Topic"

[stacks.web.Topic] #!
type = "AWS::SNS::Topic"

[stacks.first]
depends_on = ["second"] #!
[stacks.first.Topic]
type = "AWS::SNS::Topic"

[stacks.second]
depends_on = ["first"]
[stacks.second.Topic]
type = "AWS::SNS::Topic"
"#;

const NETWORK: &str = r#"CidrBlock = "10.0.0.0/16" #!

[Vpc]
type = "AWS::EC2::VPC"
CidrBlock = "10.0.0.0/16"
description = "not here" #!

[Subnet] #!
type = "AWS::EC2::Subnet"
for_each = "${vars.zones}"
VpcId = "${Vpcc}" #!

[Gateway]
Type = "AWS::EC2::InternetGateway" #!

[Route]
type = "AWS::EC2::Route"
DependsOn = "Gateway" #!
GatewayId = "${Subnet.SubnetId}" #!

[Off]
type = "AWS::SNS::Topic"
when = "env.name == 'nowhere'"

[Queue]
type = "AWS::SQS::Queue"
QueueName = "${Off.TopicName}" #!
RedrivePolicy = { "${vars.zones}" = 1 } #!

[outputs]
VpcId = "${Vpc}"
Ids = ["a,b"] #!
"#;

const WEB: &str = r#"[Bucket]
type = "AWS::S3::Bucket"
BucketName = "${stacks.network.VpcIdd}" #!
deletion_policy = "${Bucket}" #!

[Function]
type = "AWS::Lambda::Function"
Description = "${vars.sise}" #!
FunctionName = "${VAR:-x}" #!
Timeout = "${'a' if Bucket == 'b' else 'c'}" #!
Role = { "Fn::GetAtt" = ["Roll", "Arn"] } #!
Tags = "${unclosed" #!

[Key]
type = "KMS-Key" #!

[Alias]
type = "AWS::KMS::Alias"
TargetKeyId = "alias/aws/s3"
AliasName = "alias/x" "alias/y" #!
"#;

#[test]
fn one_check_reports_all_problems() {
    let files = [
        ("blueprint.toml", BLUEPRINT),
        ("stacks/network.toml", NETWORK),
        ("stacks/web.toml", WEB),
    ];
    let loaded = support::load_files(&files);
    assert!(loaded.blueprint.is_none());

    let mut expected: Vec<String> = Vec::new();
    for (path, text) in files {
        let faulty = text
            .lines()
            .zip(1..)
            .filter(|(line, _)| line.ends_with("#!"));
        expected.extend(faulty.map(|(_, number)| format!("{path}:{number}")));
    }
    let found: Vec<String> = loaded
        .problems
        .iter()
        .map(|problem| {
            let span = problem.labels[0].span;
            let line = loaded.sources.position(span).line;
            format!("{}:{line}", loaded.sources.path(span.file).display())
        })
        .collect();
    assert_eq!(expected.len(), 30);
    assert_eq!(found, expected, "{}", support::problems(&loaded));
    insta::assert_snapshot!(support::problems(&loaded));
}
