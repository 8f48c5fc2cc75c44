//! Services' rules by test.

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
    resource_conflict: the subnet has a route table already, by `H` [18 "!Ref A" this one] [17 "!Ref A" and this one]
    resource_rule: `10.2.0.0/24` does not lie in `Vpc`: 10.0.0.0/16, 10.1.0.0/16 [11 "10.2.0.0/24" here]
    resource_rule: `2001:db8::/64` is IPv6, and `Vpc` has no IPv6 block [12 "2001:db8::/64" here]
    resource_conflict: `10.0.0.128/25` overlaps with `10.0.0.0/24` of `A` in one network [10 "10.0.0.128/25" this one] [9 "10.0.0.0/24" and this one]
    resource_conflict: `10.0.4.0/24` overlaps with `10.0.4.0/24` of `E` in one network [15 "10.0.4.0/24" this one] [13 "10.0.4.0/24" and this one]
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
    resource_rule: the instance has no image [12 "{InstanceType: t3.micro}" here] help: set `ImageId`, here or in the launch template
    resource_rule: the instance has no image [14 "{LaunchTemplateId: !Ref Withou" here] help: set `ImageId`, here or in the launch template
    resource_rule: the instance has no image [15 "!Ref 'AWS::NoValue'" here] help: set `ImageId`, here or in the launch template
    resource_conflict: `A` has the service's private name in the network already [10 "!Sub 'com.amazonaws.${AWS::Reg" this one] [10 "!Sub 'com.amazonaws.${AWS::Reg" and this one] help: set `PrivateDnsEnabled` on one of them only
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
    resource_rule: functions of `python3.11` do not start from snapshots [7 "PublishedVersions" here] help: Java from 11, Python from 3.12 and .NET from 8 do
    resource_rule: functions of `nodejs14.x` cannot be made any more, and not be changed from 2027-03-03 on [8 "nodejs14.x" here] help: its successor is `nodejs24.x`
    resource_rule: functions of `python2.7` can neither be made nor changed any more [9 "python2.7" here] help: its successor is `python3.14`
    resource_rule: the environment variables have 4101 bytes together, 4096 are allowed [9 "{A: xxxxxxxxxxxxxxxxxxxxxxxxxx" here]
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
    resource_rule: `other` is defined, and no key of the table or its indexes [10 "[{AttributeName: id}, {Attribu" here] help: only attributes of keys are defined: leave the others out
    resource_rule: `range` is a key, and not among the `AttributeDefinitions` [10 "[{AttributeName: id}, {Attribu" here]
    resource_rule: cluster mode needs automatic failover [18 "false" here] help: set it, or leave it out
    resource_rule: cluster mode needs more than one node [18 "1" here] help: set `NumNodeGroups`, or `NumCacheClusters` to 2 or more
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
    resource_rule: with `awsvpc` the host's port is the container's: 80, not 8080 [7 "8080" here] help: leave `HostPort` out
    resource_rule: `b` gets its host port when it starts, and is asked for its health elsewhere [10 "D" here] help: set `HealthCheckPort` to `traffic-port`
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
    resource_rule: the first stage of a pipeline has sources only, not `Build` [14 "Build" here]
    resource_rule: only the first stage of a pipeline has sources [17 "Source" here]
    resource_rule: no action before this one gives the artifact `sorce` [14 "sorce" here] help: did you mean `source`?
    resource_rule: another action gives the artifact `source` already [14 "source" here]
    resource_rule: an action AWS Source S3 has 1 `OutputArtifacts`, this has 0 [17 "{ActionTypeId: {Owner: AWS, Ca" here]
    resource_rule: `built` is not an input artifact of the action [18 "'built::a.yaml'" here] help: write `artifact::path/in/it`, with a name of `InputArtifacts`
    resource_rule: `nobody` is not the ARN of a role [18 "nobody" here]
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
    resource_rule: `EC2` health checks cannot be combined with others: `EC2, ELB` [7 "'EC2, ELB'" here] help: name the others alone: instances are checked by EC2 in any case
    resource_rule: a backup moved to cold storage after 30 days cannot be deleted after 60 [8 "60" here] help: `DeleteAfterDays` is at least 120
    resource_rule: `a.example.com` does not lie in `ample.com`, which validates it [9 "a.example.com" here]
    resource_rule: `*` can only be the first label of an alias: `a.*.com` [14 "a.*.com" here]
    resource_rule: an alias is a domain name in lower case, not `Example.com` [14 "Example.com" here]
    resource_rule: an alias is a domain name in lower case, not `com` [14 "com" here]
    resource_rule: the distribution has no origin `bucke` [16 "bucke" here] help: did you mean `bucket`?
    resource_rule: `DataSources` and `Features` exclude one another [21 "{}" here] help: say it all in `Features`
    resource_rule: the name of a hosted zone ends with a dot: `example.com` [22 "example.com" here] help: write `example.com.`
    resource_rule: `a.example.org` does not lie in the hosted zone `example.com.` [22 "a.example.org" here]
    resource_rule: objects go to `DEEP_ARCHIVE_ACCESS` after 180 to 730 days, not 90 [23 "90" here]
    resource_conflict: `E` and `F` have the same `Name`, by which their type tells them apart [19 "x" this one] [18 "x" and this one]
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
    insta::assert_snapshot!(check(&text), @r#"resource_rule: one log group has 6 subscription filters, 5 are possible [12 "!Ref Id" here]"#);
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
    resource_rule: `schemaVersion` is one of the texts 0.3, 1.0, 1.2, 2.0, 2.2 [7 "2.2" here] help: write it in quotes, else it is a number
    resource_rule: `description` of a document is a text, not a list [8 "'{\"schemaVersion\": \"2.2\", \"des" here]
    resource_rule: a document says its `schemaVersion` [9 "{mainSteps: []}" here] help: `2.2` for commands, `0.3` for automation
    resource_rule: the content of a document is a table in JSON or YAML [10 "nothing" here]
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
    resource_rule: a state machine has no `Bogus` [13 "Bogus" here]
    resource_rule: `StartAt` leads to `Z`, and there is no such state [12 "Z" here]
    resource_rule: a Task state needs `Resource` [15 "{Type: Task, Next: B, Foo: 1}" here]
    resource_rule: a Task state has no `Foo` [15 "Foo" here]
    resource_rule: `Seconds` is a number from 0 on [16 "-1" here]
    resource_rule: `Next` leads to `Gone`, and there is no such state [16 "Gone" here]
    resource_rule: a Pass state has one of `Next` and `End` [17 "{Type: Pass}" here]
    resource_rule: a choice needs `Next` [18 "{Variable: x, StringEquals: 1}" here]
    resource_rule: `Variable` is a path that begins with `$` [18 "x" here]
    resource_rule: a choice has exactly one comparison, this has 2 [18 "{Next: A, NumericEquals: a, No" here]
    resource_rule: `NumericEquals` compares with a number [18 "a" here]
    resource_rule: `IsNull` compares with true or false [18 "maybe" here]
    resource_rule: a Map state has one of `ItemProcessor` and `Iterator` [19 "{Type: Map, End: true}" here]
    resource_rule: the type of a state is one of Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait [20 "Tusk" here] help: did you mean `Task`?
    resource_rule: `Output` is for states whose `QueryLanguage` is JSONata [21 "Output" here]
    resource_rule: `Retry` needs `ErrorEquals` [21 "{MaxAttempts: -1}" here]
    resource_rule: `MaxAttempts` is a number from 0 on [21 "-1" here]
    resource_rule: `StartAt` leads to `Q`, and there is no such state [22 "Q" here]
    resource_rule: a Succeed state has no `X` [22 "X" here]
    resource_rule: a Task state has one of `Next` and `End` [23 "{Type: Task, Resource: nope, E" here]
    resource_rule: `ErrorEquals` is a list of texts [23 "a" here]
    resource_rule: `nope` is not the ARN of what a task does [23 "nope" here]
    resource_rule: `InputPath` is for states whose `QueryLanguage` is JSONPath [24 "InputPath" here]
    resource_rule: a Fail state has no `Cuase` [25 "Cuase" here] help: did you mean `Cause`?
    resource_rule: `Next` leads to `C`, and there is no such state [31 "'{\"StartAt\": \"A\", \"States\": {\"" here]
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
    resource_conflict: `A` and `B` have the same `Bucket`, by which their type tells them apart [8 "!Ref Id" this one] [7 "!Ref Id" and this one]
    resource_conflict: `F` and `G` have the same `TopicName`, by which their type tells them apart [13 "a" this one] [12 "a" and this one]
    resource_conflict: `D` and `E` have the same `Name`, by which their type tells them apart [11 "/a" this one] [10 "/a" and this one]
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
    resource_rule: the zone is one of eu-west-1, not of us-east-1 [7 "eu-west-1b" here] help: zones of us-east-1 are named `us-east-1a` and so on
    resource_rule: the zone is one of eu-central-1, not of us-east-1 [8 "eu-central-1a" here] help: zones of us-east-1 are named `us-east-1a` and so on
    "#);
}
