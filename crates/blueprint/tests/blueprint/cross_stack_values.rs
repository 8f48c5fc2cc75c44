//! Types of values between stacks: an output must match every property where it is used.

use crate::support::{errors, load_files};
use insta::assert_snapshot;

const NETWORK: &str = r#"
[Vpc]
type = "AWS::EC2::VPC"
CidrBlock = "10.0.0.0/16"

[Subnet]
type = "AWS::EC2::Subnet"
VpcId = "${Vpc}"
CidrBlock = "10.0.0.0/24"

[Inside]
type = "AWS::EC2::SecurityGroup"
GroupDescription = "inside"
VpcId = "${Vpc}"

[Role]
type = "AWS::IAM::Role"
AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] }

[outputs]
VpcId = "${Vpc}"
SubnetId = "${Subnet}"
SubnetIds = ["${Subnet}"]
VpcIds = ["${Vpc}", "${Vpc}"]
GroupId = "${Inside.GroupId}"
RoleName = "${Role}"
RoleArn = "${Role.Arn}"
Written = "subnet-0123456789abcdef0"
"#;

/// Returns the errors of a stack `web` that uses outputs of `network`.
fn check(web: &str) -> String {
    errors(&load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        ("stacks/network.toml", NETWORK),
        ("stacks/web.toml", web),
    ]))
}

#[test]
fn matching_values_are_accepted() {
    assert_eq!(
        check(
            r#"
[Group]
type = "AWS::EC2::SecurityGroup"
GroupDescription = "web"
VpcId = "${stacks.network.VpcId}"

[One]
type = "AWS::EC2::Instance"
ImageId = "ami-0123456789abcdef0"
SubnetId = "${stacks.network.SubnetId}"
SecurityGroupIds = ["${stacks.network.GroupId}"]

[Two]
type = "AWS::EC2::Instance"
ImageId = "ami-0123456789abcdef0"
SubnetId = "${stacks.network.Written}"

[Balancer]
type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
Subnets = "${stacks.network.SubnetIds}"

[Pipe]
type = "AWS::Pipes::Pipe"
RoleArn = "${stacks.network.RoleArn}"
Source = "arn:aws:sqs:us-east-1:123456789012:a"
Target = "arn:aws:sqs:us-east-1:123456789012:b"
"#
        ),
        ""
    );
}

#[test]
fn an_id_of_another_resource_type_is_refused_with_both_spans() {
    assert_snapshot!(check(r#"
[One]
type = "AWS::EC2::Instance"
ImageId = "ami-0123456789abcdef0"
SubnetId = "${stacks.network.VpcId}"
SecurityGroups = ["${stacks.network.GroupId}"]

[Balancer]
type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
Subnets = "${stacks.network.VpcIds}"

[Pipe]
type = "AWS::Pipes::Pipe"
RoleArn = "${stacks.network.RoleName}"
Source = "arn:aws:sqs:us-east-1:123456789012:a"
Target = "arn:aws:sqs:us-east-1:123456789012:b"
"#), @r#"
    error wrong_reference: `SubnetId`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::VPC`
      stacks/web.toml:5:12 `"${stacks.network.VpcId}"` expected the id of an `AWS::EC2::Subnet`
      stacks/network.toml:21:9 `"${Vpc}"` returns the id of an `AWS::EC2::VPC`
    error wrong_reference: `SecurityGroups[0]`: expected the name of an `AWS::EC2::SecurityGroup`, found the id of an `AWS::EC2::SecurityGroup`
      stacks/web.toml:6:19 `"${stacks.network.GroupId}"` expected the name of an `AWS::EC2::SecurityGroup`
      stacks/network.toml:25:11 `"${Inside.GroupId}"` returns the id of an `AWS::EC2::SecurityGroup`
    error wrong_reference: `Subnets`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::VPC`
      stacks/web.toml:10:11 `"${stacks.network.VpcIds}"` expected the id of an `AWS::EC2::Subnet`
      stacks/network.toml:24:10 `["${Vpc}", "${Vpc}"]` returns the id of an `AWS::EC2::VPC`
    error wrong_reference: `RoleArn`: expected the ARN of an `AWS::IAM::Role`, found the name of an `AWS::IAM::Role`
      stacks/web.toml:14:11 `"${stacks.network.RoleName}"` expected the ARN of an `AWS::IAM::Role`
      stacks/network.toml:26:12 `"${Role}"` returns the name of an `AWS::IAM::Role`
      help: return an attribute `Arn` from the output
    "#);
}

#[test]
fn list_and_string_mismatches_are_refused_with_both_spans() {
    assert_snapshot!(check(r#"
[One]
type = "AWS::EC2::Instance"
ImageId = "ami-0123456789abcdef0"
SubnetId = "${stacks.network.SubnetIds}"
SecurityGroupIds = "${stacks.network.GroupId}"
"#), @r#"
    error property_type: `SubnetId`: expected a string, found a list
      stacks/web.toml:5:12 `"${stacks.network.SubnetIds}"` a list
      stacks/network.toml:23:13 `["${Subnet}"]` returns a list
    error property_type: `SecurityGroupIds`: expected a list, found a string
      stacks/web.toml:6:20 `"${stacks.network.GroupId}"` a string
      stacks/network.toml:25:11 `"${Inside.GroupId}"` returns a string
    "#);
}

#[test]
fn a_value_keeps_its_type_through_several_stacks() {
    let loaded = load_files(&[
        ("blueprint.toml", "name = \"demo\"\n"),
        ("stacks/network.toml", NETWORK),
        (
            "stacks/between.toml",
            "template = \"between.yaml\"\n[parameters]\nVpc = \"${stacks.network.VpcId}\"\nSubnets = \"${stacks.network.VpcIds}\"\n",
        ),
        (
            "stacks/between.yaml",
            "
Parameters:
  Vpc: {Type: String}
  Subnets: {Type: CommaDelimitedList}
  Image: {Type: 'AWS::EC2::Image::Id', Default: ami-0123456789abcdef0}
Resources:
  One: {Type: AWS::EC2::Instance, Properties: {ImageId: !Ref Image, SubnetId: !Select [0, !Ref Subnets]}}
Outputs:
  Vpc: {Value: !Ref Vpc}
  Ids: {Value: !Join [',', !Ref Subnets]}
  Image: {Value: !Ref Image}
",
        ),
        (
            "stacks/web.toml",
            r#"
[One]
type = "AWS::EC2::Instance"
SubnetId = "${stacks.between.Vpc}"
ImageId = "${stacks.between.Image}"

[Two]
type = "AWS::EC2::Instance"
ImageId = "ami-0123456789abcdef0"
SubnetId = { "Fn::Select" = [0, { "Fn::Split" = [",", "${stacks.between.Ids}"] }] }

[Three]
type = "AWS::EC2::Instance"
ImageId = "ami-0123456789abcdef0"
SubnetId = "${stacks.between.Image}"
"#,
        ),
    ]);
    assert_snapshot!(errors(&loaded), @r#"
    error wrong_reference: `SubnetId`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::VPC`
      stacks/web.toml:4:12 `"${stacks.between.Vpc}"` expected the id of an `AWS::EC2::Subnet`
      stacks/network.toml:21:9 `"${Vpc}"` returns the id of an `AWS::EC2::VPC`
    error wrong_reference: `SubnetId`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::VPC`
      stacks/web.toml:10:12 `{ "Fn::Select" = [0, { "Fn::Split" = [",", "${stacks.between` expected the id of an `AWS::EC2::Subnet`
      stacks/network.toml:24:10 `["${Vpc}", "${Vpc}"]` returns the id of an `AWS::EC2::VPC`
    error wrong_reference: `SubnetId`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::Image`
      stacks/web.toml:15:12 `"${stacks.between.Image}"` expected the id of an `AWS::EC2::Subnet`
      stacks/between.yaml:11:18 `!Ref Image` returns the id of an `AWS::EC2::Image`
    error wrong_reference: `SubnetId`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::VPC`
      stacks/between.yaml:7:79 `!Select [0, !Ref Subnets]` expected the id of an `AWS::EC2::Subnet`
      stacks/network.toml:24:10 `["${Vpc}", "${Vpc}"]` returns the id of an `AWS::EC2::VPC`
    "#);
}

#[test]
fn a_name_in_place_of_an_arn_is_refused_with_both_spans() {
    assert_snapshot!(check(
        r#"
[Function]
type = "AWS::Lambda::Function"
Code.ZipFile = "a"
Handler = "index.handle"
Runtime = "python3.13"
Role = "${stacks.network.RoleName}"
Timeout = "${stacks.network.GroupId}"
"#
    ), @r#"
    error wrong_reference: `Role`: expected an ARN, found the name of an `AWS::IAM::Role`
      stacks/web.toml:7:8 `"${stacks.network.RoleName}"` expected an ARN
      stacks/network.toml:26:12 `"${Role}"` returns the name of an `AWS::IAM::Role`
      help: return an attribute `Arn` from the output
    error wrong_reference: `Timeout`: expected an integer, found the id of an `AWS::EC2::SecurityGroup`
      stacks/web.toml:8:11 `"${stacks.network.GroupId}"` expected an integer
      stacks/network.toml:25:11 `"${Inside.GroupId}"` returns the id of an `AWS::EC2::SecurityGroup`
    "#);
}
