//! Policies of every kind with errors.

use super::check;
use crate::tests::{found, line};

fn checked(text: &str) -> String {
    let (sources, problems) = found(text, check);
    let marked = problems.iter().map(|problem| {
        let mark = if problem.is_error() { "" } else { "warning " };
        format!("{mark}{}", line(&sources, problem, 24))
    });
    marked.collect()
}

/// Checks a statement in a bucket's policy.
fn bucket(statement: &str) -> String {
    checked(&format!(
        "
Parameters:
  Network: {{Type: 'AWS::EC2::VPC::Id'}}
  Any: {{Type: String}}
Conditions: {{C: !Equals [!Ref Any, a]}}
Resources:
  Vpc: {{Type: AWS::EC2::VPC}}
  Endpoint: {{Type: AWS::EC2::VPCEndpoint}}
  Role: {{Type: AWS::IAM::Role}}
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement: {statement}
"
    ))
}

/// Checks a condition in a statement of a bucket's policy.
fn condition(condition: &str) -> String {
    bucket(&format!(
        "{{Effect: Deny, Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b', Condition: {condition}}}"
    ))
}

/// Checks a statement in a role's own policy.
fn identity(statement: &str) -> String {
    checked(&format!(
        "
Parameters: {{Any: {{Type: String}}}}
Conditions: {{C: !Equals [!Ref Any, a], D: !Equals [!Ref Any, b]}}
Resources:
  Bucket: {{Type: AWS::S3::Bucket}}
  Topic: {{Type: AWS::SNS::Topic}}
  R:
    Type: AWS::IAM::RolePolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement: {statement}
"
    ))
}

#[test]
fn sound_policies_have_no_problems() {
    let sound = checked(
        r#"
Parameters: {Any: {Type: String}}
Conditions: {C: !Equals [!Ref Any, a]}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /service/
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {Service: [lambda.amazonaws.com, !Sub 'ec2.${AWS::URLSuffix}']}, Action: sts:AssumeRole}
          - !If [C, {Effect: Allow, Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}, Action: [sts:AssumeRole, sts:TagSession]}, !Ref AWS::NoValue]
      Policies:
        - PolicyName: a
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: One
                Effect: Allow
                Action: !If [C, ['s3:Get*'], 's3:*']
                Resource: [!GetAtt Bucket.Arn, !Sub '${Bucket.Arn}/${!aws:username}', !Join ['', ['arn:', !Ref AWS::Partition, ':s3:::x']], !Ref Any]
                Condition:
                  StringEquals: {'aws:PrincipalOrgID': o-1234567890}
                  'ForAnyValue:StringLikeIfExists': {'aws:TagKeys': [a, !Ref Any], 'aws:ResourceTag/x': 1}
                  Null: {'aws:SourceVpc': 'true'}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: '{"Statement": {"Effect": "Allow", "Principal": {"AWS": ["111122223333", "*"]}, "Action": "kms:*", "Resource": "*"}}'
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Policy: {Statement: [{Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*'}]}
  Domain:
    Type: AWS::OpenSearchService::Domain
    Properties:
      AccessPolicies: !Sub '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "${Role.Arn}"}, "Action": "es:*", "Resource": "arn:aws:es:${AWS::Region}:${AWS::AccountId}:domain/x/*"}]}'
  Queue:
    Type: AWS::SQS::QueuePolicy
    Properties: {PolicyDocument: !Ref Any}
"#,
    );
    assert_eq!(sound, "");
}

#[test]
fn elements_are_iams_and_complete() {
    insta::assert_snapshot!(identity(
        "[{Efect: Allow, Action: 's3:*', Resource: '*'}, {Effect: allow, Principal: '*', Action: 's3:*', NotAction: 's3:*'}, a]"
    ), @r#"
    policy_element: unknown element `Efect` of a statement of an identity policy [12 "Efect" unknown] help: did you mean `Effect`?
    policy_element: missing `Effect` of a statement [12 "{Efect: Allow, Action: '" missing]
    policy_element: unknown element `Principal` of a statement of an identity policy [12 "Principal" unknown]
    policy_value: invalid `Effect`: expected `Allow` or `Deny` [12 "allow" invalid]
    policy_element: `Action` conflicts with `NotAction` [12 "'s3:*'" conflicts with `Action`] [12 "'s3:*'" conflicts with `NotAction`]
    policy_element: missing `Resource` or `NotResource` of a statement of an identity policy [12 "{Effect: allow, Principa" missing]
    policy_value: a statement of a policy: expected a table, found a string [12 "a" expected a table]
    "#);
    insta::assert_snapshot!(identity(
        "[{Effect: Allow, Action: 's3:*', NotAction: !If [C, 's3:*', !Ref AWS::NoValue], Resource: !If [D, '*', !Ref AWS::NoValue]}]"
    ), @r#"
    policy_element: `Action` conflicts with `NotAction` when `C` holds [12 "'s3:*'" conflicts with `Action`] [12 "'s3:*'" conflicts with `NotAction`]
    policy_element: missing `Resource` or `NotResource` of a statement of an identity policy when `D` does not hold [12 "{Effect: Allow, Action: " missing]
    "#);
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Action: [], Resource: [{a: b}], Sid: [a]}"
    ), @r#"
    policy_element: missing `Principal` or `NotPrincipal` of a statement of a policy [15 "{Effect: Allow, Action: " missing]
    policy_value: `Sid`: expected a string, found a list [15 "[a]" expected a string]
    policy_value: `Action`: expected at least one item, found an empty list [15 "[]" empty]
    policy_value: `Resource`: expected a string, found a table [15 "{a: b}" expected a string]
    "#);
    insta::assert_snapshot!(checked(
        r#"
Resources:
  A: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Version: '2012-10-18', Statment: []}}}
  B: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: [a]}}
  C: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: '{"Statement": [{"Effect": "Maybe", "Action": "s3:*", "Resource": "*"}], }'}}
  D: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: '{"Statement": [{"Effect": "Maybe", "Action": "s3:*", "Resource": "*"}]}'}}
  D1: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: '{"Statement": [{"Ref": "A"}]}'}}
  D2: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: !Sub 'x'}}}
  E: {Type: AWS::ECR::Repository, Properties: {RepositoryPolicyText: {Statement: [{Effect: Allow, Principal: '*', Action: 'ecr:*', Resource: '*'}]}}}
  F: {Type: AWS::Events::EventBusPolicy, Properties: {Statement: {Effect: Allow, Actions: 'events:*', Resource: 'x'}}}
  G: {Type: AWS::Organizations::Policy, Properties: {Type: TAG_POLICY, Content: {tags: {}}}}
  H: {Type: AWS::Organizations::Policy, Properties: {Type: SERVICE_CONTROL_POLICY, Content: {Statements: []}}}
"#
    ), @r#"
    policy_element: unknown element `Statment` of a policy [3 "Statment" unknown] help: did you mean `Statement`?
    policy_value: unknown version `2012-10-18` of the policy language [3 "'2012-10-18'" unknown] help: write `2012-10-17`
    policy_element: missing `Statement` of a policy [3 "{Version: '2012-10-18', " missing]
    policy_document: policy: expected a table, found a list [4 "[a]" expected a table]
    policy_document: invalid policy: expected a table or a JSON string [5 "'{\"Statement\": [{\"Effect" expected a key in quotes, found `}`]
    policy_value: invalid `Effect`: expected `Allow` or `Deny` [6 "'{\"Statement\": [{\"Effect" invalid]
    policy_document: `Ref` is not evaluated in a JSON string [7 "'{\"Statement\": [{\"Ref\": " a JSON string] help: write the policy as a table, or use `Fn::Sub`
    policy_value: a statement of a policy: expected a table, found a string from `Fn::Sub` [8 "!Sub 'x'" expected a table]
    policy_element: unknown element `Resource` of a statement of a repository policy [9 "Resource" unknown]
    policy_element: unknown element `Actions` of a statement of a policy [10 "Actions" unknown] help: did you mean `Action`?
    policy_element: unknown element `Statements` of a policy [12 "Statements" unknown] help: did you mean `Statement`?
    policy_element: missing `Statement` of a policy [12 "{Statements: []}" missing]
    "#);
}

#[test]
fn ids_are_plain_and_stand_once() {
    let statement = "Effect: Allow, Action: 's3:*', Resource: '*'";
    insta::assert_snapshot!(identity(
        &format!("[{{Sid: a-b, {statement}}}, {{Sid: X, {statement}}}, {{Sid: X, {statement}}}]")
    ), @r#"
    policy_value: invalid `Sid` of an identity policy: expected letters and digits [12 "a-b" invalid]
    policy_value: duplicate `Sid` `X` [12 "X" again here] [12 "X" first here]
    "#);
    let exclusive = format!(
        "[!If [C, {{Sid: X, {statement}}}, !Ref AWS::NoValue], !If [C, !Ref AWS::NoValue, {{Sid: X, {statement}}}]]"
    );
    assert_eq!(identity(&exclusive), "", "they never meet");
}

#[test]
fn actions_are_of_the_form_and_of_the_service() {
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Principal: '*', Action: [GetObject, s3/GetObject, 'sqs:SendMessage', '*'], Resource: 'arn:aws:s3:::b'}"
    ), @r#"
    policy_action: invalid action `GetObject`: expected `service:Action` or `*` [15 "GetObject" invalid action]
    policy_action: invalid action `s3/GetObject`: expected `service:Action` or `*` [15 "s3/GetObject" invalid action] help: did you mean `s3:GetObject`?
    policy_action: action `sqs:SendMessage` is not allowed in AWS::S3::BucketPolicy [15 "'sqs:SendMessage'" invalid action] help: use only actions of `s3`
    "#);
    insta::assert_snapshot!(checked(
        "
Resources:
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: ecs.amazonaws.com}, Action: [sts:AssumeRole, 's3:GetObject'], Resource: '*'}}}}
"
    ), @r#"
    policy_element: unknown element `Resource` of a statement of a role's trust policy [3 "Resource" unknown]
    policy_action: action `s3:GetObject` is not allowed in a role's trust policy [3 "'s3:GetObject'" invalid action] help: use only actions of `sts`
    "#);
}

#[test]
fn actions_are_known_where_the_service_is() {
    insta::assert_snapshot!(identity(
        "{Effect: Allow, Resource: '*', Action: ['s3:GetObjct', 'S3:getobject', 's3:Gte*', 's3:*Tagging', 'lamda:InvokeFunction', 'nosuchservice:Do', '*:*']}"
    ), @r#"
    warning policy_action: unknown action `GetObjct` of `s3` [12 "'s3:GetObjct'" unknown] help: did you mean `s3:GetObject`?
    warning policy_action: no action of `s3` matches `Gte*` [12 "'s3:Gte*'" unknown]
    warning policy_action: unknown service prefix `lamda` [12 "'lamda:InvokeFunction'" unknown] help: did you mean `lambda`?
    warning policy_action: unknown service prefix `nosuchservice` [12 "'nosuchservice:Do'" unknown]
    "#);
}

#[test]
fn resources_are_arns() {
    insta::assert_snapshot!(identity(
        "{Effect: Allow, Action: 's3:*', Resource: [bucket, 'arn:aws:s3', 'arn:aws:s3:::', 'arn:aws:s3::1234:x', !Ref Bucket, !Ref Topic, !Sub 'b-${AWS::Region}', !Sub 'x/${Bucket}', 'arn:*:s3:::x']}"
    ), @r#"
    policy_value: invalid resource `bucket`: expected an ARN or `*` [12 "bucket" not an ARN] help: an ARN has the form `arn:aws:service:region:account:resource`
    policy_value: invalid resource `arn:aws:s3`: expected an ARN or `*` [12 "'arn:aws:s3'" not an ARN] help: an ARN has the form `arn:aws:service:region:account:resource`
    policy_value: invalid resource `arn:aws:s3:::`: expected an ARN or `*` [12 "'arn:aws:s3:::'" not an ARN] help: an ARN has the form `arn:aws:service:region:account:resource`
    policy_value: invalid resource `arn:aws:s3::1234:x`: expected an ARN or `*` [12 "'arn:aws:s3::1234:x'" not an ARN] help: an ARN has the form `arn:aws:service:region:account:resource`
    policy_value: invalid resource: expected an ARN, but `Ref` of `Bucket` does not return one [12 "!Ref Bucket" not an ARN] help: did you mean `Bucket.Arn`?
    policy_value: invalid resource `b-us-east-1`: expected an ARN or `*` [12 "!Sub 'b-${AWS::Region}'" not an ARN] help: an ARN has the form `arn:aws:service:region:account:resource`
    policy_value: invalid resource `x/`: expected an ARN or `*` [12 "!Sub 'x/${Bucket}'" not an ARN] help: an ARN has the form `arn:aws:service:region:account:resource`
    "#);
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Principal: '*', Action: 's3:*', Resource: ['*', 'arn:*:s3:::x', !Sub '${Any}/*']}"
    ), @r#"
    policy_value: invalid resource `*` of a bucket policy [15 "'*'" not an ARN] help: use the bucket's ARN and, for its objects, the ARN with `/*`
    policy_value: invalid resource `arn:*:s3:::x`: expected an ARN or `*` [15 "'arn:*:s3:::x'" not an ARN] help: an ARN has the form `arn:aws:service:region:account:resource`
    "#);
}

#[test]
fn principals_have_their_forms() {
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b', Principal: {AWS: ['1234', lambda.amazonaws.com, !Ref Role, 'arn:aws:s3:::b', 'arn:aws:iam::111122223333:role/x'], Service: [lambda, lambda.amazonaw.com], Sevice: a}}"
    ), @r#"
    policy_element: unknown element `Sevice` of a principal [15 "Sevice" unknown] help: did you mean `Service`?
    policy_value: invalid principal `1234` [15 "'1234'" invalid principal] help: expected `*`, an account id, or the ARN of an account, role or user
    policy_value: invalid principal `lambda.amazonaws.com` [15 "lambda.amazonaws.com" invalid principal] help: did you mean `Service`?
    policy_value: invalid principal: expected an ARN, but `Ref` of `Role` returns a name [15 "!Ref Role" invalid principal] help: did you mean `Role.Arn`?
    policy_value: invalid principal `arn:aws:s3:::b` [15 "'arn:aws:s3:::b'" invalid principal] help: expected `*`, an account id, or the ARN of an account, role or user
    policy_value: invalid service principal `lambda` [15 "lambda" invalid principal] help: did you mean `lambda.amazonaws.com`?
    policy_value: invalid service principal `lambda.amazonaw.com` [15 "lambda.amazonaw.com" invalid principal] help: did you mean `lambda.amazonaws.com`?
    "#);
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b', Principal: everybody}"
    ), @r#"policy_value: invalid `Principal`: expected `*` or a table of principals by type [15 "everybody" invalid] help: write { AWS = … } or { Service = … }"#);
}

#[test]
fn operators_are_iams() {
    insta::assert_snapshot!(condition(
        "{StringEqual: {a: b}, Equals: {a: b}, 'ForAnyValues:StringLike': {a: b}, NullIfExists: {a: 'true'}, stringequals: {a: b}, StringNotEqualsIgnoreCaseIfExists: {a: b}, Bool: {'aws:SecureTransport': maybe}, IpAddress: [a], NumericLessThan: {'s3:max-keys': ten}, StringLike: {a: {b: c}}}"
    ), @r#"
    policy_operator: unknown condition operator `StringEqual` [15 "StringEqual" unknown operator] help: did you mean `StringEquals`?
    policy_operator: unknown condition operator `Equals` [15 "Equals" unknown operator] help: use an operator such as `StringEquals`, `NumericLessThan`, `DateGreaterThan`, `Bool`, `IpAddress`, `ArnLike` or `Null`
    policy_operator: unknown condition operator `ForAnyValues:StringLike` [15 "'ForAnyValues:StringLike" unknown operator] help: did you mean `ForAnyValue:StringLike`?
    policy_operator: unknown condition operator `NullIfExists` [15 "NullIfExists" unknown operator] help: did you mean `Null`?
    policy_operator: unknown condition operator `stringequals` [15 "stringequals" unknown operator] help: did you mean `StringEquals`?
    policy_condition: `aws:SecureTransport` never has this value: expected `true` or `false` [15 "maybe"]
    policy_value: `IpAddress`: expected a table, found a list [15 "[a]" expected a table]
    policy_condition: `NumericLessThan`: expected a number [15 "ten"]
    policy_value: `a`: expected a string [15 "{b: c}" a table]
    "#);
}

#[test]
fn a_value_fits_its_key() {
    insta::assert_snapshot!(condition("{StringNotEquals: {'aws:sourceVpc': !Ref Endpoint}}"), @r#"policy_condition: `aws:SourceVpc` never has this value: expected a VPC id [15 "!Ref Endpoint" a VPC endpoint id] help: did you mean `aws:SourceVpce`?"#);
    insta::assert_snapshot!(condition("{StringNotEquals: {'aws:SourceVpce': [!Ref Vpc, !Ref Network, vpc-1, 'vpce-*', !Ref Any]}}"), @r#"
    policy_condition: `aws:SourceVpce` never has this value: expected a VPC endpoint id [15 "!Ref Vpc" a VPC id] help: did you mean `aws:SourceVpc`?
    policy_condition: `aws:SourceVpce` never has this value: expected a VPC endpoint id [15 "!Ref Network" a VPC id] help: did you mean `aws:SourceVpc`?
    policy_condition: `aws:SourceVpce` never has this value: expected a VPC endpoint id [15 "vpc-1" a VPC id] help: did you mean `aws:SourceVpc`?
    "#);
    insta::assert_snapshot!(condition("{StringEquals: {'aws:SourceVpc': my-vpc, 'aws:PrincipalOrgID': '111122223333', 'aws:SourceAccount': [!Ref AWS::AccountId, !GetAtt Role.Arn, '1234'], 'aws:SourceArn': !Ref AWS::AccountId}}"), @r#"
    policy_condition: `aws:SourceVpc` never has this value: expected a VPC id [15 "my-vpc"]
    policy_condition: `aws:PrincipalOrgID` never has this value: expected an organization id [15 "'111122223333'" an account id] help: did you mean `aws:PrincipalAccount`?
    policy_condition: `aws:SourceAccount` never has this value: expected an account id [15 "!GetAtt Role.Arn" an ARN] help: did you mean `aws:SourceArn`?
    policy_condition: `aws:SourceAccount` never has this value: expected an account id [15 "'1234'"]
    policy_condition: `aws:SourceArn` never has this value: expected an ARN [15 "!Ref AWS::AccountId" an account id] help: did you mean `aws:SourceAccount`?
    "#);
    insta::assert_snapshot!(condition("{NotIpAddress: {'aws:SourceIp': [10.0.0.0/8, 10.0.0/8, 'vpc-1', '::1/129', !GetAtt Vpc.CidrBlock]}}"), @r#"
    policy_condition: `aws:SourceIp` never has this value: expected an IP address or a range of IP addresses [15 "10.0.0/8"]
    policy_condition: `aws:SourceIp` never has this value: expected an IP address or a range of IP addresses [15 "'vpc-1'" a VPC id] help: did you mean `aws:SourceVpc`?
    policy_condition: `aws:SourceIp` never has this value: expected an IP address or a range of IP addresses [15 "'::1/129'"]
    "#);
    insta::assert_snapshot!(condition("{StringEquals: {'aws:SourceVpcee': a, 'aws:PrincipalTag/team': a}}"), @r#"warning policy_condition: unknown condition key `aws:SourceVpcee` [15 "'aws:SourceVpcee'" unknown] help: did you mean `aws:SourceVpce`?"#);
}

#[test]
fn variables_need_the_version() {
    insta::assert_snapshot!(checked(
        "
Resources:
  A: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:username}'}}}}
"
    ), @r#"warning policy_variable: policy variable `${aws:username}` is not replaced in this policy [3 "'arn:aws:s3:::b/${aws:us" plain text] help: set `Version` to `2012-10-17`"#);
}

#[test]
fn roles_are_given_as_they_are_taken() {
    insta::assert_snapshot!(checked(
        "
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {Path: /a/}}
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {ExecutionRoleArn: task-role}}
  Other: {Type: AWS::ECS::TaskDefinition, Properties: {ExecutionRoleArn: 'arn:aws:iam::111122223333:role/a/b'}}
  Build: {Type: AWS::CodeBuild::Project, Properties: {ServiceRole: !Ref Role}}
"
    ), @r#"
    role_reference: invalid role ARN `task-role` [4 "task-role" expected the ARN of a role] help: a role ARN has the form `arn:aws:iam::account:role/name`
    role_reference: role `Role` has a path and cannot be found by its name [6 "!Ref Role" returns the name without the path] [3 "/a/" the path] help: did you mean `Role.Arn`?
    "#);
}
