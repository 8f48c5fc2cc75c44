//! Wrong properties, one topic for each test.

use super::CODES;
use crate::CheckContext;
use crate::codes::DUPLICATE_ITEM;
use crate::context::Checker;
use crate::tests::shown;
use formwork_catalog::schema::{AdditionalProperties, Schema, Table};
use std::sync::Arc;

fn check(text: &str) -> String {
    shown(text, |problem| {
        CODES.contains(&problem.code) || problem.code == DUPLICATE_ITEM
    })
}

#[test]
fn types_are_those_of_cloudformation() {
    insta::assert_snapshot!(check("
Resources:
  A: {Type: AWS::S3::Bukket}
  B: {Type: AWS::Lamda::Function}
  C: {Type: AWS::Nothing::Such}
  D: {Type: Datadog::Monitors::Monitor, Properties: {Anything: 1}}
  E: {Type: Custom::Own, Properties: {Anything: 1}}
  F: {Type: Our::S3::Bucket::MODULE, Properties: {Anything: 1}}
"), @r#"
    unknown_type: unknown resource type `AWS::S3::Bukket` [3 "AWS::S3::Bukket" unknown] help: did you mean `AWS::S3::Bucket`?
    unknown_type: unknown resource type `AWS::Lamda::Function` [4 "AWS::Lamda::Function" unknown] help: did you mean `AWS::Lambda::Function`?
    unknown_type: unknown resource type `AWS::Nothing::Such` [5 "AWS::Nothing::Such" unknown]
    missing_property: missing property `ServiceToken` of `AWS::CloudFormation::CustomResource` [7 "E" `ServiceToken` is missing]
    "#);
}

#[test]
fn names_are_those_of_the_type() {
    insta::assert_snapshot!(check("
Resources:
  A:
    Type: AWS::S3::Bucket
    Properties:
      BuketName: a
      Arn: b
      VersioningConfiguration: {Stats: Enabled}
      Tags: [{Key: a, Value: b, Name: c}]
      MetricsConfigurations: [{}]
  B: {Type: AWS::SQS::Queue}
  C: {Type: AWS::Lambda::Function}
"), @r#"
    unknown_property: unknown property `BuketName` of `AWS::S3::Bucket` [6 "BuketName" unknown] help: did you mean `BucketName`?
    read_only_property: read-only property `Arn` of `AWS::S3::Bucket` [7 "Arn" only AWS sets it] help: remove it
    unknown_property: unknown property `VersioningConfiguration.Stats` of `AWS::S3::Bucket` [8 "Stats" unknown] help: did you mean `Status`, which is missing?
    unknown_property: unknown property `Tags[0].Name` of `AWS::S3::Bucket` [9 "Name" unknown] help: known properties: `Key` and `Value`
    missing_property: missing property `MetricsConfigurations[0].Id` of `AWS::S3::Bucket` [10 "{}" `Id` is missing]
    missing_property: missing property `Code` of `AWS::Lambda::Function` [12 "C" `Code` is missing]
    missing_property: missing property `Role` of `AWS::Lambda::Function` [12 "C" `Role` is missing]
    "#);
}

#[test]
fn values_are_those_that_are_taken() {
    insta::assert_snapshot!(check("
Resources:
  A:
    Type: AWS::Lambda::Function
    Properties:
      Code: {ZipFile: a}
      Role: not-an-arn
      Runtime: python3.121
      PackageType: zip
      MemorySize: 64
      Timeout: ten
      Handler: 'a b'
      Layers: arn
      Description: [a]
      Architectures: [x86_64, arm64]
      FunctionName: \"\"
      DeadLetterConfig: text
      ReservedConcurrentExecutions: '5'
      VpcConfig: {SubnetIds: [subnet-0123abcd, 'subnet-0123abcd'], SecurityGroupIds: [sg-1]}
  B: {Type: AWS::Lambda::Function, Properties: {Code: ./src, Role: !GetAtt R.Arn}}
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
"), @r#"
    wrong_value: invalid value `"not-an-arn"` for `Role` [7 "not-an-arn" does not match the pattern] help: it must match `^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$`
    wrong_value: invalid value `"python3.121"` for `Runtime` [8 "python3.121" not allowed] help: did you mean `python3.11`?
    wrong_value: invalid value `"zip"` for `PackageType` [9 "zip" not allowed] help: did you mean `Zip`?
    out_of_bounds: `MemorySize`: expected a number from 128 to 32768, found `64` [10 "64" out of bounds]
    property_type: `Timeout`: expected an integer, found `"ten"` [11 "ten" wrong type]
    wrong_value: invalid value `"a b"` for `Handler` [12 "'a b'" does not match the pattern] help: it must match `^[^\s]+$`
    property_type: `Layers`: expected a list, found `"arn"` [13 "arn" wrong type]
    property_type: `Description`: expected a string, found a list [14 "[a]" wrong type]
    out_of_bounds: `Architectures`: expected 1 item, found 2 [15 "[x86_64, arm64]" 2 items]
    out_of_bounds: `FunctionName`: expected at least 1 character, found 0 [16 "\"\"" 0 characters]
    property_type: `DeadLetterConfig`: expected a table, found `"text"` [17 "text" wrong type]
    wrong_value: invalid value `"sg-1"` for `VpcConfig.SecurityGroupIds[0]`: expected the id of an `AWS::EC2::SecurityGroup` [19 "sg-1" wrong format] help: it must match `^sg-([a-fA-F0-9]{8}|[a-fA-F0-9]{17})$`
    property_type: `Code`: expected a table, found `"./src"` [20 "./src" wrong type] help: for a local file or folder, declare an asset and write `${assets.NAME}`
    "#);
}

#[test]
fn functions_give_what_their_place_takes() {
    insta::assert_snapshot!(check("
Parameters:
  Names: {Type: CommaDelimitedList}
  Name: {Type: String}
  Size: {Type: Number, Default: 5}
  Kind: {Type: String, Default: zip, AllowedValues: [zip, Zip]}
Mappings: {M: {a: {b: c, d: 4096}}}
Conditions: {Big: !Equals [!Ref Name, big]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Bucket: {Type: AWS::S3::Bucket}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  Old: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d}}
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  A:
    Type: AWS::Lambda::Function
    Properties:
      Code: !Ref Name
      Role: !GetAtt Bucket.Arn
      Layers: !Ref Name
      Handler: !Ref Names
      Description: !GetAZs ''
      MemorySize: !FindInMap [M, a, d]
      Timeout: !If [Big, 1000, !Ref AWS::NoValue]
      PackageType: !Ref Kind
      Runtime: !Sub '${Size}x'
      VpcConfig:
        SubnetIds: [!Ref Vpc]
        SecurityGroupIds: [!Ref Group, !GetAtt Group.GroupId, !Ref Old, !GetAtt Vpc.DefaultSecurityGroup]
  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !GetAtt Role.Nam, Tags: [{Key: a, Value: !Sub '${Vpc.Cidr}'}]}}
"), @r#"
    property_type: `Code`: expected a table, found a string [18 "!Ref Name" a string]
    property_type: `Layers`: expected a list, found a string [20 "!Ref Name" a string]
    property_type: `Handler`: expected a string, found a list [21 "!Ref Names" a list]
    property_type: `Description`: expected a string, found a list [22 "!GetAZs ''" a list]
    wrong_value: invalid value `"zip"` for `PackageType` [25 "!Ref Kind" may be `zip`] [6 "zip" from this value] help: did you mean `Zip`?
    wrong_value: invalid value `"5x"` for `Runtime` [26 "!Sub '${Size}x'" may be `5x`] [5 "5" from this value] help: expected `dotnet10`, `dotnet6`, `dotnet8`, `dotnetcore1.0` or one of 47 others
    wrong_reference: `VpcConfig.SecurityGroupIds[2]`: expected the id of an `AWS::EC2::SecurityGroup`, found the name of an `AWS::EC2::SecurityGroup` [29 "!Ref Old" wrong reference] help: did you mean `Old.GroupId`?
    out_of_bounds: `Timeout`: expected at most 900, found `1000` when `Big` holds [24 "1000" out of bounds]
    unknown_attribute: unknown attribute `Nam` of `AWS::IAM::Role` [30 "!GetAtt Role.Nam" unknown] help: known attributes: `Arn`, `RoleId`
    unknown_attribute: unknown attribute `Cidr` of `AWS::EC2::VPC` [30 "!Sub '${Vpc.Cidr}'" unknown] help: known attributes: `CidrBlock`, `CidrBlockAssociations`, `DefaultNetworkAcl`, `DefaultSecurityGroup`, `EnableDnsHostnames`, `EnableDnsSupport`, `InstanceTenancy`, `Ipv4IpamPoolId`, `Ipv4NetmaskLength`, `Ipv6CidrBlocks`, `Tags`, `VpcEncryptionControl.EgressOnlyInternetGatewayExclusion`, …
    "#);
}

#[test]
fn conditions_decide_what_is_there() {
    insta::assert_snapshot!(check("
Parameters: {Env: {Type: String}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Not [!Condition Prod]
Resources:
  Either:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0123abcd
      CidrBlock: !If [Prod, 10.0.0.0/24, !Ref AWS::NoValue]
      Ipv6CidrBlock: !If [Dev, '2001:db8::/64', !Ref AWS::NoValue]
  Missing:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: f
      Principal: !If [Prod, s3.amazonaws.com, !Ref AWS::NoValue]
"), @r#"missing_property: missing property `Principal` of `AWS::Lambda::Permission` when `Prod` does not hold [13 "Missing" `Principal` is missing]"#);
}

#[test]
fn what_can_never_be_is_wrong_by_itself_and_with_nothing_beside_it() {
    insta::assert_snapshot!(check("
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  A:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !If [Prod, !If [Prod, jobs, [jobs]], work]
      DelaySeconds: !If [Prod, 5, !If [Prod, 5000, 10]]
  B:
    Type: AWS::EC2::Subnet
    Condition: Prod
    Properties:
      VpcId: !If [Prod, vpc-0123abcd, the network]
      CidrBlock: 10.0.0.0/24
      Ipv6CidrBlock: !If [Prod, !Ref AWS::NoValue, '2001:db8::/64']
      Tags: [!If [Prod, !Ref AWS::NoValue, {Key: a, Value: [b]}]]
      MapPublicIpOnLaunch: !If [Prod, !Ref AWS::NoValue, maybe]
"), @r#"
    property_type: `QueueName`: expected a string, found a list [8 "[jobs]" wrong type]
    out_of_bounds: `DelaySeconds`: expected a number from 0 to 900, found `5000` [9 "5000" out of bounds]
    wrong_value: invalid value `"the network"` for `VpcId`: expected the id of an `AWS::EC2::VPC` [14 "the network" wrong format] help: it must match `^vpc-(([0-9A-Fa-f]{8})|([0-9A-Fa-f]{17}))$`
    property_type: `Tags[0].Value`: expected a string, found a list [17 "[b]" wrong type]
    property_type: `MapPublicIpOnLaunch`: expected a boolean, found `"maybe"` [18 "maybe" wrong type]
    "#);
}

#[test]
fn what_can_never_be_is_wrong_in_the_alternative_that_is_taken() {
    insta::assert_snapshot!(check("
Conditions:
  One: !Equals [!Ref AWS::StackName, one]
  Two: !Equals [!Ref AWS::StackName, two]
Resources:
  A:
    Type: AWS::MediaConnect::RouterInput
    Properties:
      Configuration:
        Failover: !If
          - One
          - NetworkInterfaceArn: arn:aws:mediaconnect:us-east-1:111122223333:routerNetworkInterface:a1b2c3d4e5f6
            ProtocolConfigurations: [{Rist: {Port: !If [Two, 2999, 3287], RecoveryLatencyMilliseconds: 255}}]
            SourcePriorityMode: PRIMARY_SECONDARY
          - NetworkInterfaceArn: arn:aws:mediaconnect:us-east-1:111122223333:routerNetworkInterface:a1b2c3d4e5f6
            ProtocolConfigurations: [{Rist: {Port: !If [Two, 3000, 2998], RecoveryLatencyMilliseconds: 255}}]
            SourcePriorityMode: PRIMARY_SECONDARY
      MaximumBitrate: 75
      Name: one
      RoutingScope: REGIONAL
      Tier: INPUT_100
"), @r#"
    out_of_bounds: `Configuration.Failover.ProtocolConfigurations[0].Rist.Port`: expected a number from 3000 to 30000, found `2999` [13 "2999" out of bounds]
    out_of_bounds: `Configuration.Failover.ProtocolConfigurations[0].Rist.Port`: expected a number from 3000 to 30000, found `2998` when `One` does not hold and `Two` does not hold [16 "2998" out of bounds]
    "#);
}

#[test]
fn groups_of_names_hold() {
    insta::assert_snapshot!(check("
Resources:
  A: {Type: AWS::EC2::VPC}
  B: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, Ipv4IpamPoolId: p}}
  C: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: '1', MaxSize: '1', LaunchConfigurationName: a, InstanceId: b}}
  D:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Status: Enabled}]}
  E: {Type: AWS::Route53::RecordSet, Properties: {Name: a., Type: A, HostedZoneId: Z1, HostedZoneName: b.}}
"), @r#"
    missing_property: missing property of `AWS::EC2::VPC`: `CidrBlock` or `Ipv4IpamPoolId` is required [3 "A" missing here]
    missing_property: missing property `Ipv4NetmaskLength` of `AWS::EC2::VPC`, which `Ipv4IpamPoolId` requires [4 "B" `Ipv4NetmaskLength` is missing]
    property_conflict: property `Ipv4IpamPoolId` of `AWS::EC2::VPC` conflicts with `CidrBlock` [4 "Ipv4IpamPoolId" conflicting property] [4 "CidrBlock" conflicts with this one]
    property_conflict: property `LaunchConfigurationName` of `AWS::AutoScaling::AutoScalingGroup` conflicts with `InstanceId` [5 "LaunchConfigurationName" conflicting property] [5 "InstanceId" conflicts with this one]
    property_conflict: property `HostedZoneName` of `AWS::Route53::RecordSet` conflicts with `HostedZoneId` [10 "HostedZoneName" conflicting property] [10 "HostedZoneId" conflicts with this one]
    property_conflict: property `HostedZoneId` of `AWS::Route53::RecordSet` conflicts with `HostedZoneName` [10 "HostedZoneId" conflicting property]
    "#);
}

#[test]
fn tags_differ_and_are_not_awss_own() {
    insta::assert_snapshot!(check("
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {Tags: [{Key: a, Value: b}, {Key: a, Value: c}, {Key: 'aws:b', Value: c}]}}
  B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a, Tags: {'aws:x': y, a: b}}}
  C: {Type: AWS::SNS::Topic, Properties: {Tags: [{Key: !Ref A, Value: b}, {Key: !Ref B, Value: c}, {Key: !Ref A, Value: d}]}}
"), @r#"
    duplicate_item: duplicate tag key `a` [3 "a" again here] [3 "a" first here]
    wrong_value: reserved tag key `aws:b`: keys must not start with `aws:` [3 "'aws:b'" not allowed]
    wrong_value: reserved tag key `aws:x`: keys must not start with `aws:` [4 "'aws:x'" not allowed]
    duplicate_item: duplicate tag key [5 "!Ref A" again here] [5 "!Ref A" first here]
    "#);
}

/// Every pattern of the table compiles.
#[test]
fn every_pattern_of_the_table_is_read() {
    let table = Table::new();
    let mut unread = Vec::new();
    let mut count = 0;
    let mut read = |schema: &Schema| {
        each(schema, &mut |schema| {
            let names = schema.pattern_properties.iter().map(|(pattern, _)| pattern);
            for pattern in names.chain(&schema.pattern) {
                count += 1;
                if table.patterns().finds(pattern, "").is_none() {
                    unread.push(pattern.to_string());
                }
            }
        });
    };
    for name in table.names() {
        let schema = table.resource(name).unwrap();
        let further = schema.extensions.iter().filter_map(|extension| {
            let region = extension.regions.and_then(|regions| regions.iter().next());
            table.extension(extension, region)
        });
        for schema in further.chain([Arc::clone(&schema)]) {
            read(&schema.root);
            schema.definitions.values().for_each(&mut read);
        }
    }
    assert_eq!(unread, Vec::<String>::new());
    assert!(count > 5_000, "{count} patterns were read");
}

/// Visits a schema and all schemas in it.
fn each(schema: &Schema, visit: &mut impl FnMut(&Schema)) {
    visit(schema);
    let patterned = schema.pattern_properties.iter().map(|(_, schema)| schema);
    let mut within: Vec<&Schema> = schema.properties.values().chain(patterned).collect();
    within.extend(schema.items.as_deref());
    if let AdditionalProperties::Of(schema) = &schema.additional {
        within.push(schema);
    }
    if let Some(combined) = &schema.combined {
        within.extend(combined.branches().chain(&combined.prefix_items));
        let one = [&combined.not, &combined.contains, &combined.property_names];
        within.extend(one.into_iter().flatten());
        if let Some(condition) = &combined.condition {
            within.push(&condition.test);
            within.extend(condition.then.iter().chain(&condition.otherwise));
        }
        within.extend(combined.gather.as_ref().map(|gather| &gather.schema));
    }
    within.into_iter().for_each(|schema| each(schema, visit));
}

#[test]
fn a_parameter_of_one_of_awss_types_holds_such_a_thing() {
    insta::assert_snapshot!(check("
Parameters:
  Vpc: {Type: 'AWS::EC2::VPC::Id'}
  Subnet: {Type: 'AWS::EC2::Subnet::Id'}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Group: {Type: 'AWS::EC2::SecurityGroup::Id'}
  Groups: {Type: 'List<AWS::EC2::SecurityGroup::Id>'}
  Image: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>'}
  Zone: {Type: 'AWS::Route53::HostedZone::Id'}
  Text: {Type: String}
Resources:
  Right:
    Type: AWS::EC2::Instance
    Properties: {ImageId: !Ref Image, SubnetId: !Select [0, !Ref Subnets], SecurityGroupIds: !Ref Groups}
  AlsoRight:
    Type: AWS::EC2::Instance
    Properties: {ImageId: !Ref Text, SubnetId: !Ref Text, SecurityGroupIds: [!Ref Group, !Select [1, !Ref Groups]]}
  Alias:
    Type: AWS::Route53::RecordSet
    Properties: {Name: a.example.com, Type: A, HostedZoneId: !Ref Zone, AliasTarget: {DNSName: b.example.com, HostedZoneId: !Ref Zone}}
  Wrong:
    Type: AWS::EC2::Instance
    Properties: {ImageId: !Ref Subnet, SubnetId: !Ref Vpc}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Subnets: !Ref Subnets, SecurityGroups: !Ref Subnets}
  AlsoWrong:
    Type: AWS::EC2::Instance
    Properties: {SubnetId: !Select [0, !Ref Groups], SecurityGroups: [!Ref Group]}
"), @r#"
    wrong_reference: `ImageId`: expected the id of an `AWS::EC2::Image`, found the id of an `AWS::EC2::Subnet` [23 "!Ref Subnet" wrong reference]
    wrong_reference: `SubnetId`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::VPC` [23 "!Ref Vpc" wrong reference]
    wrong_reference: `SecurityGroups`: expected the id of an `AWS::EC2::SecurityGroup`, found the id of an `AWS::EC2::Subnet` [26 "!Ref Subnets" wrong reference]
    wrong_reference: `SubnetId`: expected the id of an `AWS::EC2::Subnet`, found the id of an `AWS::EC2::SecurityGroup` [29 "!Select [0, !Ref Groups]" wrong reference]
    wrong_reference: `SecurityGroups[0]`: expected the name of an `AWS::EC2::SecurityGroup`, found the id of an `AWS::EC2::SecurityGroup` [29 "!Ref Group" wrong reference]
    "#);
}

/// Returns the number of trials for a template with an RDS instance that chooses each of `names` by
/// a condition of its own, and the messages.
fn count_trials(instances: usize, names: &[&str], rest: &str) -> (usize, Vec<String>) {
    let mut text = "Parameters:\n".to_owned();
    for name in names {
        text.push_str(&format!("  P{name}: {{Type: String}}\n"));
    }
    text.push_str("Conditions:\n");
    for name in names {
        text.push_str(&format!("  Has{name}: !Equals [!Ref P{name}, a]\n"));
    }
    text.push_str("Resources:\n");
    for index in 0..instances {
        text.push_str(&format!(
            "  Db{index}:\n    Type: AWS::RDS::DBInstance\n    Properties:\n{rest}"
        ));
        for name in names {
            let value = format!("!If [Has{name}, !Ref P{name}, !Ref AWS::NoValue]");
            text.push_str(&format!("      {name}: {value}\n"));
        }
    }
    let template = crate::testing::template(&text);
    let table = Table::new();
    let context = CheckContext {
        region: Some("us-east-1"),
        ..CheckContext::new(&table)
    };
    let checker = Checker::new(&template, &context);
    let problems = super::check(&checker).into_iter();
    let problems = problems.chain(checker.incomplete_warning());
    (
        checker.trials.count(),
        problems.map(|it| it.message).collect(),
    )
}

#[test]
fn conditions_that_a_rule_does_not_ask_for_cost_it_nothing() {
    let fixed = "      {Engine: mysql, EngineVersion: 8.0.42, DBInstanceClass: db.none}\n"
        .replace(['{', '}'], "")
        .replace(", ", "\n      ");
    let (few, wrong) = count_trials(1, &["DBName"], &fixed);
    insta::assert_snapshot!(wrong.join("\n"), @r#"invalid value `"db.none"` for `DBInstanceClass`"#);
    let names = [
        "DBName",
        "CharacterSetName",
        "OptionGroupName",
        "DBParameterGroupName",
        "PreferredBackupWindow",
        "PreferredMaintenanceWindow",
        "MonitoringRoleArn",
        "Timezone",
        "DBSubnetGroupName",
        "AvailabilityZone",
    ];
    let (many, same) = count_trials(1, &names, &fixed);
    assert_eq!(same, wrong, "not lost among the conditions");
    assert!(many < few * 2, "{few} became {many}");
}

#[test]
fn cases_end_however_many_values_hang_on_conditions() {
    let names = [
        "Engine",
        "EngineVersion",
        "DBInstanceClass",
        "LicenseModel",
        "StorageEncrypted",
        "KmsKeyId",
        "DBClusterIdentifier",
    ];
    let (count, wrong) = count_trials(20, &names, "");
    assert!(count < 600_000, "{count}");
    let cut = "too many combinations of conditions: some are not checked";
    assert!(wrong.iter().any(|message| message == cut), "{wrong:?}");
}

#[test]
fn names_that_a_service_keeps_are_no_names() {
    insta::assert_snapshot!(check("
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Role: arn:aws:iam::111122223333:role/x
      Code: {ZipFile: x}
      Environment: {Variables: {AWS_REGION: us-east-1, REGION: us-east-1}}
"), @r#"wrong_value: reserved name `Environment.Variables.AWS_REGION` [10 "AWS_REGION" not allowed here]"#);
}

#[test]
fn what_belongs_to_one_resource_does_not_go_with_another() {
    insta::assert_snapshot!(check("
Resources:
  A: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}
  B: {Type: AWS::ApiGateway::RestApi, Properties: {Name: b}}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref A}}
  Right: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref A, DeploymentId: !Ref Deployment, StageName: a}}
  Wrong: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref B, DeploymentId: !Ref Deployment, StageName: b}}
"), @r#"property_conflict: `RestApiId` does not match `B` of the other resource [5 "!Ref A" does not match] [7 "!Ref B" the other value]"#);
}

#[test]
fn what_was_likely_meant_is_named() {
    insta::assert_snapshot!(check("
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {Tags: {team: web}}}
  Topic: {Type: AWS::SNS::Topic}
Outputs:
  Url: {Value: !GetAtt Queue.Url}
  Queue: {Value: !GetAtt Queue.QueueArn}
  Topic: {Value: !GetAtt Topic.Arn}
"), @r#"
    property_type: `Tags`: expected a list, found a table [3 "{team: web}" wrong type] help: write a list of tables with `Key` and `Value`
    unknown_attribute: unknown attribute `Url` of `AWS::SQS::Queue` [6 "!GetAtt Queue.Url" unknown] help: did you mean `QueueUrl`?
    unknown_attribute: unknown attribute `QueueArn` of `AWS::SQS::Queue` [7 "!GetAtt Queue.QueueArn" unknown] help: did you mean `Arn`?
    unknown_attribute: unknown attribute `Arn` of `AWS::SNS::Topic` [8 "!GetAtt Topic.Arn" unknown] help: did you mean `TopicArn`?
    "#);
}
