//! The rules of services.

use super::RESOURCE_RULES;
use crate::tests::{checked, checked_in};

fn check(resources: &str) -> String {
    checked(&format!(
        "
Parameters: {{Env: {{Type: String}}, Id: {{Type: String}}}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [!Ref Env, dev]
Resources:{resources}"
    ))
}

#[test]
fn a_type_is_found_by_its_name() {
    assert!(RESOURCE_RULES.is_sorted_by_key(|(kind, _)| kind));
}

#[test]
fn networks_subnets_and_route_tables() {
    insta::assert_snapshot!(check("
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  More: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.128/25}}
  C: {Type: AWS::EC2::Subnet, Properties: {VpcId: !GetAtt Vpc.VpcId, CidrBlock: 10.2.0.0/24}}
  D: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/24, Ipv6CidrBlock: 2001:db8::/64}}
  E: {Type: AWS::EC2::Subnet, Condition: Prod, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.4.0/24}}
  F: {Type: AWS::EC2::Subnet, Condition: Dev, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.4.0/24}}
  G: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: !If [Prod, 10.0.4.0/24, 10.0.5.0/24]}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  H: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref Table}}
  I: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref Table}}
  J: {Type: AWS::EC2::SubnetRouteTableAssociation, Condition: Prod, Properties: {SubnetId: !Ref E, RouteTableId: !Ref Table}}
"), @r#"
    resource_conflict: the subnet has two route tables: the other association is `H` [18 "!Ref A" this one] [17 "!Ref A" and this one]
    resource_rule: `10.2.0.0/24` is not inside `Vpc`: 10.0.0.0/16, 10.1.0.0/16 [11 "10.2.0.0/24"]
    resource_rule: `2001:db8::/64` is an IPv6 block, but `Vpc` has none [12 "2001:db8::/64"]
    resource_conflict: `10.0.0.128/25` overlaps `10.0.0.0/24` of `A` in the same network [10 "10.0.0.128/25" this one] [9 "10.0.0.0/24" and this one]
    resource_conflict: `10.0.4.0/24` overlaps `10.0.4.0/24` of `E` in the same network [15 "10.0.4.0/24" this one] [13 "10.0.4.0/24" and this one]
    "#);
}

#[test]
fn endpoints_and_instances() {
    insta::assert_snapshot!(check("
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Id}}
  A: &endpoint
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcEndpointType: Interface, PrivateDnsEnabled: true, VpcId: !Ref Vpc, ServiceName: !Sub 'com.amazonaws.${AWS::Region}.execute-api'}
  B: *endpoint
  C: {Type: AWS::EC2::Instance, Properties: {InstanceType: t3.micro}}
  D: {Type: AWS::EC2::Instance, Properties: {LaunchTemplate: {LaunchTemplateId: !Ref With, Version: '1'}}}
  E: {Type: AWS::EC2::Instance, Properties: {LaunchTemplate: {LaunchTemplateId: !Ref Without, Version: '1'}}}
  F: {Type: AWS::EC2::Instance, Properties: {ImageId: !If [Prod, ami-1, !Ref 'AWS::NoValue']}}
  With: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {ImageId: ami-1}}}
  Without: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {InstanceType: t3.micro}}}
"), @r#"
    resource_rule: missing image of the instance [12 "{InstanceType: t3.micro}"] help: set `ImageId` here or in the launch template
    resource_rule: missing image of the instance [14 "{LaunchTemplateId: !Ref Withou"] help: set `ImageId` here or in the launch template
    resource_rule: missing image of the instance [15 "!Ref 'AWS::NoValue'"] help: set `ImageId` here or in the launch template
    resource_conflict: endpoint `A` has the private name of this service in the same network [10 "!Sub 'com.amazonaws.${AWS::Reg" this one] [10 "!Sub 'com.amazonaws.${AWS::Reg" and this one] help: set `PrivateDnsEnabled` on only one of them
    "#);
}

#[test]
fn functions() {
    let long = "x".repeat(4100);
    insta::assert_snapshot!(check(&format!("
  A: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python3.11, SnapStart: {{ApplyOn: PublishedVersions}}}}}}
  B: {{Type: AWS::Lambda::Function, Properties: {{Runtime: nodejs14.x, SnapStart: {{ApplyOn: None}}}}}}
  C: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python2.7, Environment: {{Variables: {{A: {long}}}}}}}}}
  D: {{Type: AWS::Lambda::Function, Properties: {{Runtime: java21, SnapStart: {{ApplyOn: PublishedVersions}}}}}}
")), @r#"
    resource_rule: runtime `python3.11` does not support SnapStart [7 "PublishedVersions"] help: use Java 11, Python 3.12 or .NET 8, or later
    resource_rule: runtime `nodejs14.x` has ended: functions can no longer be created, and cannot be updated from 2027-03-03 on [8 "nodejs14.x"] help: use `nodejs24.x`
    resource_rule: runtime `python2.7` has ended: functions can no longer be created or updated [9 "python2.7"] help: use `python3.14`
    resource_rule: the environment variables have 4101 bytes, the limit is 4096 [9 "{A: xxxxxxxxxxxxxxxxxxxxxxxxxx"]
    "#);
}

#[test]
fn tables_and_caches() {
    insta::assert_snapshot!(check("
  A:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id}, {AttributeName: other}]
      KeySchema: [{AttributeName: id}, {AttributeName: range}]
  B:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id}, !If [Prod, {AttributeName: by}, !Ref 'AWS::NoValue']]
      KeySchema: [{AttributeName: id}]
      GlobalSecondaryIndexes: !If [Prod, [{KeySchema: [{AttributeName: by}]}], !Ref 'AWS::NoValue']
  C: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {CacheParameterGroupName: !Ref D, AutomaticFailoverEnabled: false, NumCacheClusters: 1}}
  D: {Type: AWS::ElastiCache::ParameterGroup, Properties: {Properties: {cluster-enabled: 'yes'}}}
  E: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {CacheParameterGroupName: !Ref D, NumNodeGroups: 2}}
"), @r#"
    resource_rule: attribute `other` is defined but not a key of the table or its indexes [10 "[{AttributeName: id}, {Attribu"] help: define only the attributes that are keys
    resource_rule: missing key attribute `range` in `AttributeDefinitions` [10 "[{AttributeName: id}, {Attribu"]
    resource_rule: cluster mode requires automatic failover [18 "false"] help: set it to true, or remove it
    resource_rule: cluster mode requires more than one node [18 "1"] help: set `NumNodeGroups`, or `NumCacheClusters` to 2 or more
    "#);
}

#[test]
fn containers() {
    insta::assert_snapshot!(check("
  A: {Type: AWS::ECS::TaskDefinition, Properties: {NetworkMode: awsvpc, ContainerDefinitions: [{Name: a, PortMappings: [{ContainerPort: 80, HostPort: 8080}, {ContainerPort: 81, HostPort: '81'}]}]}}
  B: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Name: b, PortMappings: [{ContainerPort: 80, HostPort: 0}]}]}}
  C: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref B, LoadBalancers: [{ContainerName: b, ContainerPort: 80, TargetGroupArn: !Ref D}, {ContainerName: b, ContainerPort: 80, TargetGroupArn: !Ref E}]}}
  D: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80}}
  E: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {HealthCheckPort: traffic-port}}
"), @r#"
    resource_rule: host port 8080 differs from container port 80, which `awsvpc` does not allow [7 "8080"] help: remove `HostPort`
    resource_rule: the health check of `b` does not use its dynamic host port [10 "D"] help: set `HealthCheckPort` to `traffic-port`
    "#);
}

#[test]
fn pipelines() {
    insta::assert_snapshot!(check("
  A:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: First
          Actions:
            - {ActionTypeId: {Owner: AWS, Category: Source, Provider: S3}, OutputArtifacts: [{Name: source}]}
            - {ActionTypeId: {Owner: AWS, Category: Build, Provider: CodeBuild}, InputArtifacts: [{Name: sorce}], OutputArtifacts: [{Name: source}]}
        - Name: Second
          Actions:
            - {ActionTypeId: {Owner: AWS, Category: Source, Provider: S3}}
            - {ActionTypeId: {Owner: AWS, Category: Deploy, Provider: CloudFormation}, InputArtifacts: [{Name: source}], Configuration: {TemplatePath: 'built::a.yaml', RoleArn: nobody}}
"), @r#"
    resource_rule: action category `Build` is not allowed in the first stage: expected `Source` [14 "Build"]
    resource_rule: action category `Source` is allowed only in the first stage [17 "Source"]
    resource_rule: unknown artifact `sorce`: no earlier action has it as output [14 "sorce"] help: did you mean `source`?
    resource_rule: duplicate output artifact `source` [14 "source"]
    resource_rule: `OutputArtifacts` of an action AWS Source S3: expected 1, found 0 [17 "{ActionTypeId: {Owner: AWS, Ca"]
    resource_rule: unknown input artifact `built` [18 "'built::a.yaml'"] help: write `artifact::path`, where `artifact` is one of `InputArtifacts`
    resource_rule: invalid role ARN `nobody` [18 "nobody"]
    "#);
}

#[test]
fn single_properties() {
    insta::assert_snapshot!(check("
  A: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {HealthCheckType: 'EC2, ELB'}}
  B: {Type: AWS::Backup::BackupPlan, Properties: {BackupPlan: {BackupPlanRule: [{Lifecycle: {MoveToColdStorageAfterDays: 30, DeleteAfterDays: 60}}]}}}
  C: {Type: AWS::CertificateManager::Certificate, Properties: {DomainValidationOptions: [{DomainName: a.example.com, ValidationDomain: ample.com}, {DomainName: a.b.c, ValidationDomain: b.c}]}}
  D:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Aliases: [a.example.com, a.*.com, Example.com, '*.example.com', com]
        Origins: [{Id: bucket}]
        DefaultCacheBehavior: {TargetOriginId: bucke}
        CacheBehaviors: [{TargetOriginId: bucket}]
  E: {Type: AWS::CodeBuild::Project, Properties: {ServiceRole: !GetAtt Role.Arn, Name: x}}
  F: {Type: AWS::CodeBuild::Project, Properties: {ServiceRole: !GetAtt Role.Arn, Name: x}}
  Role: {Type: AWS::IAM::Role, Properties: {Path: /build/}}
  G: {Type: AWS::GuardDuty::Detector, Properties: {Enable: true, DataSources: {}, Features: []}}
  H: {Type: AWS::Route53::RecordSet, Properties: {Name: a.example.org, HostedZoneName: example.com}}
  I: {Type: AWS::S3::Bucket, Properties: {IntelligentTieringConfigurations: [{Tierings: [{AccessTier: DEEP_ARCHIVE_ACCESS, Days: 90}]}]}}
  J: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {S3Origin: {DNSName: a.s3.amazonaws.com}, DefaultCacheBehavior: {TargetOriginId: older}}}}
"), @r#"
    resource_rule: `EC2` health checks cannot be combined with others: `EC2, ELB` [7 "'EC2, ELB'"] help: remove `EC2`: instances are always checked by EC2
    resource_rule: a backup moved to cold storage after 30 days cannot be deleted after 60 [8 "60"] help: set `DeleteAfterDays` to at least 120
    resource_rule: domain `a.example.com` is not inside its validation domain `ample.com` [9 "a.example.com"]
    resource_rule: invalid alias `a.*.com`: `*` is allowed only as the first label [14 "a.*.com"]
    resource_rule: invalid alias `Example.com`: expected a domain name in lower case [14 "Example.com"]
    resource_rule: invalid alias `com`: expected a domain name in lower case [14 "com"]
    resource_rule: unknown origin `bucke` [16 "bucke"] help: did you mean `bucket`?
    resource_rule: `DataSources` conflicts with `Features` [21 "{}"] help: use only `Features`
    resource_rule: invalid hosted zone name `example.com`: expected a dot at the end [22 "example.com"] help: write `example.com.`
    resource_rule: record `a.example.org` is not inside the hosted zone `example.com.` [22 "a.example.org"]
    resource_rule: `Days` of the tier `DEEP_ARCHIVE_ACCESS`: expected 180 to 730, found 90 [23 "90"]
    resource_conflict: `E` and `F` have the same identifier `Name` [19 "x" this one] [18 "x" and this one]
    "#);
}

#[test]
fn schedules() {
    let rule = |text: &str| {
        let shown = check(&format!(
            "\n  A: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: '{text}'}}}}\n"
        ));
        shown.lines().next().unwrap_or_default().to_owned()
    };
    for right in ["rate(1 hour)", "rate(5 minutes)", "cron(0 10 * * ? *)"] {
        assert_eq!(rule(right), "", "{right}");
    }
    for wrong in [
        "every day",
        "rate(1 hours)",
        "rate(2 hour)",
        "rate(0 minutes)",
        "rate(x minutes)",
        "rate()",
        "cron(0 10 * * *)",
        "cron(0 10 1 * 2 *)",
    ] {
        assert!(
            rule(wrong).starts_with("resource_rule"),
            "{wrong}: {}",
            rule(wrong)
        );
    }
}

#[test]
fn six_subscriptions_of_one_log_group() {
    let mut text = String::new();
    for index in 0..6 {
        text.push_str(&format!(
            "\n  R{index}: {{Type: AWS::Logs::SubscriptionFilter, Properties: {{LogGroupName: !Ref Id}}}}"
        ));
    }
    insta::assert_snapshot!(check(&text), @r#"resource_rule: the log group has 6 subscription filters, the limit is 5 [12 "!Ref Id"]"#);
}

#[test]
fn documents() {
    insta::assert_snapshot!(check("
  A: {Type: AWS::SSM::Document, Properties: {Content: {schemaVersion: 2.2}}}
  B: {Type: AWS::SSM::Document, Properties: {Content: '{\"schemaVersion\": \"2.2\", \"description\": []}'}}
  C: {Type: AWS::SSM::Document, Properties: {Content: {mainSteps: []}}}
  D: {Type: AWS::SSM::Document, Properties: {Content: nothing}}
  E: {Type: AWS::SSM::Document, Properties: {Content: {schemaVersion: '2.2'}}}
"), @r#"
    resource_rule: invalid `schemaVersion`: expected one of the strings 0.3, 1.0, 1.2, 2.0, 2.2 [7 "2.2"] help: write it in quotes: without them it is a number
    resource_rule: `description` of a document: expected a string, found a list [8 "'{\"schemaVersion\": \"2.2\", \"des"]
    resource_rule: missing `schemaVersion` of a document [9 "{mainSteps: []}"] help: use `2.2` for commands and `0.3` for automation
    resource_rule: invalid content of a document: expected a table in JSON or YAML [10 "nothing"]
    "#);
}

#[test]
fn state_machines() {
    insta::assert_snapshot!(check("
  R:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionSubstitutions: {Function: !Ref Id}
      Definition:
        StartAt: Z
        Bogus: 1
        States:
          A: {Type: Task, Next: B, Foo: 1}
          B: {Type: Wait, Seconds: -1, Next: Gone}
          C: {Type: Pass}
          D: {Type: Choice, Choices: [{Variable: x, StringEquals: 1}, {Next: A, NumericEquals: a, Not: {IsNull: maybe}}]}
          E: {Type: Map, End: true}
          F: {Type: Tusk}
          G: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Output: a, End: true, Retry: [{MaxAttempts: -1}]}
          H: {Type: Parallel, Branches: [{StartAt: Q, States: {P: {Type: Succeed, X: 1}}}], End: true}
          I: {Type: Task, Resource: nope, End: true, Next: A, Catch: [{ErrorEquals: a, Next: A}]}
          J: {Type: Task, QueryLanguage: JSONata, InputPath: $, TimeoutSeconds: '{% 1 %}', Resource: '${Function}', End: true}
          K: {Type: Fail, Cuase: a}
          L: {Type: Task, Resource: !GetAtt Fn.Arn, End: true}
  Fn: {Type: AWS::Lambda::Function}
  S:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: '{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true}, \"B\": {\"Type\": \"Pass\", \"Next\": \"C\"}}}'
"), @r#"
    resource_rule: unknown field `Bogus` of a state machine [13 "Bogus"]
    resource_rule: unknown state `Z` in `StartAt` [12 "Z"]
    resource_rule: missing `Resource` of a Task state [15 "{Type: Task, Next: B, Foo: 1}"]
    resource_rule: unknown field `Foo` of a Task state [15 "Foo"]
    resource_rule: `Seconds`: expected a number of at least 0 [16 "-1"]
    resource_rule: unknown state `Gone` in `Next` [16 "Gone"]
    resource_rule: a Pass state must have exactly one of `Next` and `End` [17 "{Type: Pass}"]
    resource_rule: missing `Next` of a choice [18 "{Variable: x, StringEquals: 1}"]
    resource_rule: `Variable`: expected a path that starts with `$` [18 "x"]
    resource_rule: choice: expected exactly one comparison, found 2 [18 "{Next: A, NumericEquals: a, No"]
    resource_rule: `NumericEquals`: expected a number [18 "a"]
    resource_rule: `IsNull`: expected a boolean [18 "maybe"]
    resource_rule: a Map state must have exactly one of `ItemProcessor` and `Iterator` [19 "{Type: Map, End: true}"]
    resource_rule: unknown type of a state: expected one of Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait [20 "Tusk"] help: did you mean `Task`?
    resource_rule: `Output` is allowed only if `QueryLanguage` is JSONata [21 "Output"]
    resource_rule: missing `ErrorEquals` in `Retry` [21 "{MaxAttempts: -1}"]
    resource_rule: `MaxAttempts`: expected a number of at least 0 [21 "-1"]
    resource_rule: unknown state `Q` in `StartAt` [22 "Q"]
    resource_rule: unknown field `X` of a Succeed state [22 "X"]
    resource_rule: a Task state must have exactly one of `Next` and `End` [23 "{Type: Task, Resource: nope, E"]
    resource_rule: `ErrorEquals`: expected a list of strings [23 "a"]
    resource_rule: invalid resource ARN `nope` of a task [23 "nope"]
    resource_rule: `InputPath` is allowed only if `QueryLanguage` is JSONPath [24 "InputPath"]
    resource_rule: unknown field `Cuase` of a Fail state [25 "Cuase"] help: did you mean `Cause`?
    resource_rule: unknown state `C` in `Next` [31 "'{\"StartAt\": \"A\", \"States\": {\""]
    "#);
}

#[test]
fn two_resources_with_one_identifier() {
    insta::assert_snapshot!(check("
  A: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Id, PolicyDocument: {Version: 2012-10-17, Statement: []}}}
  B: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Id, PolicyDocument: {Version: 2012-10-17, Statement: []}}}
  C: {Type: AWS::SSM::Parameter, Condition: Prod, Properties: {Name: /a, Type: String, Value: a}}
  D: {Type: AWS::SSM::Parameter, Condition: Dev, Properties: {Name: /a, Type: String, Value: b}}
  E: {Type: AWS::SSM::Parameter, Properties: {Name: !If [Prod, /b, /a], Type: String, Value: b}}
  F: {Type: AWS::SNS::Topic, Properties: {TopicName: a}}
  G: {Type: AWS::SNS::Topic, Properties: {TopicName: a}}
"), @r#"
    resource_conflict: `A` and `B` have the same identifier `Bucket` [8 "!Ref Id" this one] [7 "!Ref Id" and this one]
    resource_conflict: `F` and `G` have the same identifier `TopicName` [13 "a" this one] [12 "a" and this one]
    resource_conflict: `D` and `E` have the same identifier `Name` [11 "/a" this one] [10 "/a" and this one]
    "#);
}

#[test]
fn zones_are_of_the_region() {
    insta::assert_snapshot!(checked_in("us-east-1", "
Parameters: {Env: {Type: String}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
Resources:
  A: {Type: AWS::EC2::Volume, Properties: {AvailabilityZone: us-east-1a, Size: 1}}
  B: {Type: AWS::EC2::Volume, Properties: {AvailabilityZone: !If [Prod, eu-west-1b, us-east-1-bos-1a], Size: 1}}
  C: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-mysql, AvailabilityZones: [us-east-1a, eu-central-1a]}}
"), @r#"
    resource_rule: the zone belongs to eu-west-1, but the region of the stack is us-east-1 [7 "eu-west-1b"] help: use a zone of us-east-1, such as `us-east-1a`
    resource_rule: the zone belongs to eu-central-1, but the region of the stack is us-east-1 [8 "eu-central-1a"] help: use a zone of us-east-1, such as `us-east-1a`
    "#);
}
