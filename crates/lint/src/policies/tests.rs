//! Policies of every kind, and what is wrong with them.

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

/// The statement in a bucket's policy.
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

/// The condition in the statement of a bucket's policy.
fn condition(condition: &str) -> String {
    bucket(&format!(
        "{{Effect: Deny, Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b', Condition: {condition}}}"
    ))
}

/// The statement in a role's own policy.
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
    policy_element: a statement of an identity's policy has no `Efect` [12 "Efect" unknown here] help: did you mean `Effect`?
    policy_element: a statement needs an `Effect` [12 "{Efect: Allow, Action: '" has none]
    policy_element: a statement of an identity's policy has no `Principal` [12 "Principal" unknown here]
    policy_value: `Effect` is `Allow` or `Deny` [12 "allow" neither of the two]
    policy_element: a statement has `Action` or `NotAction`, not both [12 "'s3:*'" excludes `Action`] [12 "'s3:*'" excludes `NotAction`]
    policy_element: a statement of an identity's policy needs `Resource` or `NotResource` [12 "{Effect: allow, Principa" has neither]
    policy_value: a statement of a policy is a table, not a string [12 "a" must be a table]
    "#);
    insta::assert_snapshot!(identity(
        "[{Effect: Allow, Action: 's3:*', NotAction: !If [C, 's3:*', !Ref AWS::NoValue], Resource: !If [D, '*', !Ref AWS::NoValue]}]"
    ), @r#"
    policy_element: a statement has `Action` or `NotAction`, not both when `C` holds [12 "'s3:*'" excludes `Action`] [12 "'s3:*'" excludes `NotAction`]
    policy_element: a statement of an identity's policy needs `Resource` or `NotResource` when `D` does not hold [12 "{Effect: Allow, Action: " has neither]
    "#);
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Action: [], Resource: [{a: b}], Sid: [a]}"
    ), @r#"
    policy_element: a statement of a policy needs `Principal` or `NotPrincipal` [15 "{Effect: Allow, Action: " has neither]
    policy_value: `Sid` is a text, not a list [15 "[a]" must be a text]
    policy_value: `Action` is an empty list [15 "[]" names nothing]
    policy_value: `Resource` is a text, not a table [15 "{a: b}" must be a text]
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
    policy_element: a policy has no `Statment` [3 "Statment" unknown here] help: did you mean `Statement`?
    policy_value: `2012-10-18` is not a version of IAM's policy language [3 "'2012-10-18'" no version] help: write `2012-10-17`, which is no date to be changed
    policy_element: a policy needs a `Statement` [3 "{Version: '2012-10-18', " has none]
    policy_document: a policy is a table, not a list [4 "[a]" must be a table]
    policy_document: a policy is a table or a text of JSON, and this is neither [5 "'{\"Statement\": [{\"Effect" expected a name in quotes, found `}`]
    policy_value: `Effect` is `Allow` or `Deny` [6 "'{\"Statement\": [{\"Effect" neither of the two]
    policy_document: `Ref` is not carried out in a text of JSON [7 "'{\"Statement\": [{\"Ref\": " a text] help: write the policy as a table, or put the text into `Fn::Sub`
    policy_value: a statement of a policy is a table, not the text of `Fn::Sub` [8 "!Sub 'x'" must be a table]
    policy_element: a statement of a repository's policy has no `Resource` [9 "Resource" unknown here]
    policy_element: a statement of a policy has no `Actions` [10 "Actions" unknown here] help: did you mean `Action`?
    policy_element: a policy has no `Statements` [12 "Statements" unknown here] help: did you mean `Statement`?
    policy_element: a policy needs a `Statement` [12 "{Statements: []}" has none]
    "#);
}

#[test]
fn ids_are_plain_and_stand_once() {
    let statement = "Effect: Allow, Action: 's3:*', Resource: '*'";
    insta::assert_snapshot!(identity(
        &format!("[{{Sid: a-b, {statement}}}, {{Sid: X, {statement}}}, {{Sid: X, {statement}}}]")
    ), @r#"
    policy_value: a `Sid` of an identity's policy is letters and digits only [12 "a-b" something else]
    policy_value: two statements have the `Sid` `X` [12 "X" again here] [12 "X" first here]
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
    policy_action: `GetObject` is not an action: that is `service:Action`, or `*` [15 "GetObject" no action here]
    policy_action: `s3/GetObject` is not an action: that is `service:Action`, or `*` [15 "s3/GetObject" no action here] help: did you mean `s3:GetObject`?
    policy_action: `sqs:SendMessage` cannot stand in AWS::S3::BucketPolicy [15 "'sqs:SendMessage'" no action here] help: it takes actions of `s3` only
    "#);
    insta::assert_snapshot!(checked(
        "
Resources:
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: ecs.amazonaws.com}, Action: [sts:AssumeRole, 's3:GetObject'], Resource: '*'}}}}
"
    ), @r#"
    policy_element: a statement of a role's trust policy has no `Resource` [3 "Resource" unknown here]
    policy_action: `s3:GetObject` cannot stand in a role's trust policy [3 "'s3:GetObject'" no action here] help: it takes actions of `sts` only
    "#);
}

#[test]
fn actions_are_known_where_the_service_is() {
    insta::assert_snapshot!(identity(
        "{Effect: Allow, Resource: '*', Action: ['s3:GetObjct', 'S3:getobject', 's3:Gte*', 's3:*Tagging', 'lamda:InvokeFunction', 'nosuchservice:Do', '*:*']}"
    ), @r#"
    warning policy_action: `s3` has no action `GetObjct` [12 "'s3:GetObjct'" unknown] help: did you mean `s3:GetObject`?
    warning policy_action: no action of `s3` is matched by `Gte*` [12 "'s3:Gte*'" unknown]
    warning policy_action: no known service has the prefix `lamda` [12 "'lamda:InvokeFunction'" unknown] help: did you mean `lambda`?
    warning policy_action: no known service has the prefix `nosuchservice` [12 "'nosuchservice:Do'" unknown]
    "#);
}

#[test]
fn resources_are_arns() {
    insta::assert_snapshot!(identity(
        "{Effect: Allow, Action: 's3:*', Resource: [bucket, 'arn:aws:s3', 'arn:aws:s3:::', 'arn:aws:s3::1234:x', !Ref Bucket, !Ref Topic, !Sub 'b-${AWS::Region}', !Sub 'x/${Bucket}', 'arn:*:s3:::x']}"
    ), @r#"
    policy_value: `bucket` is no ARN, and a resource is an ARN or `*` [12 "bucket" no ARN] help: an ARN is `arn:aws:service:region:account:resource`
    policy_value: `arn:aws:s3` is no ARN, and a resource is an ARN or `*` [12 "'arn:aws:s3'" no ARN] help: an ARN is `arn:aws:service:region:account:resource`
    policy_value: `arn:aws:s3:::` is no ARN, and a resource is an ARN or `*` [12 "'arn:aws:s3:::'" no ARN] help: an ARN is `arn:aws:service:region:account:resource`
    policy_value: `arn:aws:s3::1234:x` is no ARN, and a resource is an ARN or `*` [12 "'arn:aws:s3::1234:x'" no ARN] help: an ARN is `arn:aws:service:region:account:resource`
    policy_value: `Ref` of `Bucket` gives no ARN, and a resource is an ARN [12 "!Ref Bucket" no ARN] help: did you mean `Bucket.Arn`?
    policy_value: `b-us-east-1` is no ARN, and a resource is an ARN or `*` [12 "!Sub 'b-${AWS::Region}'" no ARN] help: an ARN is `arn:aws:service:region:account:resource`
    policy_value: `x/` is no ARN, and a resource is an ARN or `*` [12 "!Sub 'x/${Bucket}'" no ARN] help: an ARN is `arn:aws:service:region:account:resource`
    "#);
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Principal: '*', Action: 's3:*', Resource: ['*', 'arn:*:s3:::x', !Sub '${Any}/*']}"
    ), @r#"
    policy_value: a bucket's policy takes no resource `*` [15 "'*'" no ARN] help: name the bucket's ARN and, for its objects, that with `/*`
    policy_value: `arn:*:s3:::x` is no ARN, and a resource is an ARN or `*` [15 "'arn:*:s3:::x'" no ARN] help: an ARN is `arn:aws:service:region:account:resource`
    "#);
}

#[test]
fn principals_have_their_forms() {
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b', Principal: {AWS: ['1234', lambda.amazonaws.com, !Ref Role, 'arn:aws:s3:::b', 'arn:aws:iam::111122223333:role/x'], Service: [lambda, lambda.amazonaw.com], Sevice: a}}"
    ), @r#"
    policy_element: a principal has no `Sevice` [15 "Sevice" unknown here] help: did you mean `Service`?
    policy_value: `1234` is no principal of AWS [15 "'1234'" no principal] help: a principal is `*`, an account's id, or the ARN of an account, role or user
    policy_value: `lambda.amazonaws.com` is no principal of AWS [15 "lambda.amazonaws.com" no principal] help: did you mean `Service`?
    policy_value: `Ref` of `Role` gives a name, and a principal is an ARN [15 "!Ref Role" no principal] help: did you mean `Role.Arn`?
    policy_value: `arn:aws:s3:::b` is no principal of AWS [15 "'arn:aws:s3:::b'" no principal] help: a principal is `*`, an account's id, or the ARN of an account, role or user
    policy_value: `lambda` is no service's principal [15 "lambda" no principal] help: did you mean `lambda.amazonaws.com`?
    policy_value: `lambda.amazonaw.com` is no service's principal [15 "lambda.amazonaw.com" no principal] help: did you mean `lambda.amazonaws.com`?
    "#);
    insta::assert_snapshot!(bucket(
        "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b', Principal: everybody}"
    ), @r#"policy_value: `Principal` is `*` or a table of principals by kind [15 "everybody" neither of the two] help: write { AWS = … } or { Service = … }"#);
}

#[test]
fn operators_are_iams() {
    insta::assert_snapshot!(condition(
        "{StringEqual: {a: b}, Equals: {a: b}, 'ForAnyValues:StringLike': {a: b}, NullIfExists: {a: 'true'}, stringequals: {a: b}, StringNotEqualsIgnoreCaseIfExists: {a: b}, Bool: {'aws:SecureTransport': maybe}, IpAddress: [a], NumericLessThan: {'s3:max-keys': ten}, StringLike: {a: {b: c}}}"
    ), @r#"
    policy_operator: `StringEqual` is not an operator of IAM's conditions [15 "StringEqual" unknown operator] help: did you mean `StringEquals`?
    policy_operator: `Equals` is not an operator of IAM's conditions [15 "Equals" unknown operator] help: as `StringEquals`, `NumericLessThan`, `DateGreaterThan`, `Bool`, `IpAddress`, `ArnLike` or `Null`
    policy_operator: `ForAnyValues:StringLike` is not an operator of IAM's conditions [15 "'ForAnyValues:StringLike" unknown operator] help: did you mean `ForAnyValue:StringLike`?
    policy_operator: `NullIfExists` is not an operator of IAM's conditions [15 "NullIfExists" unknown operator] help: did you mean `Null`?
    policy_operator: `stringequals` is not an operator of IAM's conditions [15 "stringequals" unknown operator] help: did you mean `StringEquals`?
    policy_condition: `aws:SecureTransport` holds `true` or `false`, never this [15 "maybe" ]
    policy_value: `IpAddress` is a table, not a list [15 "[a]" must be a table]
    policy_condition: `NumericLessThan` compares a number [15 "ten" ]
    policy_value: `a` is compared with texts [15 "{b: c}" a table, no text]
    "#);
}

#[test]
fn a_value_fits_its_key() {
    insta::assert_snapshot!(condition("{StringNotEquals: {'aws:sourceVpc': !Ref Endpoint}}"), @r#"policy_condition: `aws:SourceVpc` holds a VPC's id, never this [15 "!Ref Endpoint" the id of a VPC endpoint] help: did you mean `aws:SourceVpce`?"#);
    insta::assert_snapshot!(condition("{StringNotEquals: {'aws:SourceVpce': [!Ref Vpc, !Ref Network, vpc-1, 'vpce-*', !Ref Any]}}"), @r#"
    policy_condition: `aws:SourceVpce` holds the id of a VPC endpoint, never this [15 "!Ref Vpc" a VPC's id] help: did you mean `aws:SourceVpc`?
    policy_condition: `aws:SourceVpce` holds the id of a VPC endpoint, never this [15 "!Ref Network" a VPC's id] help: did you mean `aws:SourceVpc`?
    policy_condition: `aws:SourceVpce` holds the id of a VPC endpoint, never this [15 "vpc-1" a VPC's id] help: did you mean `aws:SourceVpc`?
    "#);
    insta::assert_snapshot!(condition("{StringEquals: {'aws:SourceVpc': my-vpc, 'aws:PrincipalOrgID': '111122223333', 'aws:SourceAccount': [!Ref AWS::AccountId, !GetAtt Role.Arn, '1234'], 'aws:SourceArn': !Ref AWS::AccountId}}"), @r#"
    policy_condition: `aws:SourceVpc` holds a VPC's id, never this [15 "my-vpc" ]
    policy_condition: `aws:PrincipalOrgID` holds an organization's id, never this [15 "'111122223333'" an account's id] help: did you mean `aws:PrincipalAccount`?
    policy_condition: `aws:SourceAccount` holds an account's id, never this [15 "!GetAtt Role.Arn" an ARN] help: did you mean `aws:SourceArn`?
    policy_condition: `aws:SourceAccount` holds an account's id, never this [15 "'1234'" ]
    policy_condition: `aws:SourceArn` holds an ARN, never this [15 "!Ref AWS::AccountId" an account's id] help: did you mean `aws:SourceAccount`?
    "#);
    insta::assert_snapshot!(condition("{NotIpAddress: {'aws:SourceIp': [10.0.0.0/8, 10.0.0/8, 'vpc-1', '::1/129', !GetAtt Vpc.CidrBlock]}}"), @r#"
    policy_condition: `aws:SourceIp` holds an IP address or a range of them, never this [15 "10.0.0/8" ]
    policy_condition: `aws:SourceIp` holds an IP address or a range of them, never this [15 "'vpc-1'" a VPC's id] help: did you mean `aws:SourceVpc`?
    policy_condition: `aws:SourceIp` holds an IP address or a range of them, never this [15 "'::1/129'" ]
    "#);
    insta::assert_snapshot!(condition("{StringEquals: {'aws:SourceVpcee': a, 'aws:PrincipalTag/team': a}}"), @r#"warning policy_condition: IAM has no condition key `aws:SourceVpcee` [15 "'aws:SourceVpcee'" unknown] help: did you mean `aws:SourceVpce`?"#);
}

#[test]
fn variables_need_the_version() {
    insta::assert_snapshot!(checked(
        "
Resources:
  A: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:username}'}}}}
"
    ), @r#"warning policy_variable: `${aws:username}` is plain text in this policy [3 "'arn:aws:s3:::b/${aws:us" no variable here] help: policies have variables with `Version` `2012-10-17` only"#);
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
    role_reference: `task-role` is not the ARN of a role [4 "task-role" must be a role's ARN] help: a role's ARN is `arn:aws:iam::account:role/name`
    role_reference: `Role` is not found by its name: it has a path [6 "!Ref Role" gives the name alone] [3 "/a/" the path] help: did you mean `Role.Arn`?
    "#);
}
