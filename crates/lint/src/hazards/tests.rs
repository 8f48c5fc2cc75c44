//! Every hazard, and values that only look like one.

use super::check;
use crate::tests::{found, line};

fn checked(text: &str) -> String {
    let (sources, problems) = found(text, check);
    assert!(problems.iter().all(|problem| !problem.is_error()));
    problems.iter().map(|it| line(&sources, it, 24)).collect()
}

#[test]
fn zones_by_position_are_warned_of_where_they_replace() {
    insta::assert_snapshot!(checked(
        "
Conditions: {C: !Equals [!Ref AWS::Region, x]}
Resources:
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, AvailabilityZone: !Select [0, !GetAZs '']}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, AvailabilityZone: !If [C, !Select [0, !GetAZs ''], us-east-1a]}}
  C1: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, AvailabilityZone: us-east-1a}}
  D: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: 1, MaxSize: 1, AvailabilityZones: !GetAZs ''}}
"
    ), @r#"
    trap_zone: `AvailabilityZone` depends on a list of zones that may change [4 "!GetAZs ''" the order may change] help: name the zone, in a variable or parameter: another zone forces replacement
    trap_zone: `AvailabilityZone` depends on a list of zones that may change [5 "!GetAZs ''" the order may change] help: name the zone, in a variable or parameter: another zone forces replacement
    "#);
}

#[test]
fn values_without_a_version_are_warned_of_where_they_replace() {
    insta::assert_snapshot!(checked(
        "
Resources:
  A: {Type: AWS::EC2::Instance, Properties: {ImageId: '{{resolve:ssm:/ami}}', UserData: '{{resolve:ssm:/data}}'}}
  B: {Type: AWS::EC2::Instance, Properties: {ImageId: '{{resolve:ssm:/ami:3}}'}}
"
    ), @r#"trap_resolve: `ImageId` depends on a value that is read at every update [3 "'{{resolve:ssm:/ami}}'" without a version] help: add a version: another value forces replacement"#);
}

#[test]
fn a_function_and_a_log_group_share_no_name() {
    insta::assert_snapshot!(checked(
        "
Parameters: {Name: {Type: String}}
Resources:
  One: {Type: AWS::Lambda::Function}
  OneLogs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${One}'}}
  Two: {Type: AWS::Lambda::Function, Properties: {FunctionName: greeter}}
  TwoLogs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/lambda/greeter}}
  Three: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub '${Name}-x'}}
  ThreeLogs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Join ['', [/aws/lambda/, !Ref Name, -x]]}}
  Told: {Type: AWS::Lambda::Function, Properties: {FunctionName: told, LoggingConfig: {LogGroup: !Ref ToldLogs}}}
  ToldLogs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/lambda/told}}
  Other: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/lambda/elsewhere}}
  Plain: {Type: AWS::Logs::LogGroup}
"
    ), @r#"
    trap_log_group: `OneLogs` has the name of the log group that `One` creates automatically [5 "!Sub '/aws/lambda/${One}" fails if the group exists already] [4 "One" the function] help: remove `LogGroupName`, and set the function's `LoggingConfig.LogGroup` to the group
    trap_log_group: `TwoLogs` has the name of the log group that `Two` creates automatically [7 "/aws/lambda/greeter" fails if the group exists already] [6 "Two" the function] help: remove `LogGroupName`, and set the function's `LoggingConfig.LogGroup` to the group
    trap_log_group: `ThreeLogs` has the name of the log group that `Three` creates automatically [9 "!Join ['', [/aws/lambda/" fails if the group exists already] [8 "Three" the function] help: remove `LogGroupName`, and set the function's `LoggingConfig.LogGroup` to the group
    "#);
}

#[test]
fn hidden_parameters_stay_hidden() {
    insta::assert_snapshot!(checked(
        "
Parameters: {Secret: {Type: String, NoEcho: true}, Open: {Type: String}}
Resources:
  A: {Type: AWS::SNS::Topic, Metadata: {a: !Sub 'x ${Secret}', b: !Ref Open}, Properties: {DisplayName: !Ref Secret}}
Outputs: {O: {Value: !Ref Secret}, P: {Value: !Ref Open}}
"
    ), @r#"
    trap_secret: the `NoEcho` parameter `Secret` is readable in an output [5 "!Ref Secret" readable for everyone who can describe the stack] help: pass the name or ARN of a secret instead of its value
    trap_secret: the `NoEcho` parameter `Secret` is readable in metadata [4 "!Sub 'x ${Secret}'" readable for everyone who can describe the stack] help: pass the name or ARN of a secret instead of its value
    "#);
}
