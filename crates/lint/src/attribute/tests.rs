//! Attributes of resources that CloudFormation does not take.

use crate::tests::checked;

#[test]
fn policies_are_of_their_type() {
    insta::assert_snapshot!(checked("
Parameters: {Count: {Type: Number}}
Resources:
  A:
    Type: AWS::AutoScaling::AutoScalingGroup
    CreationPolicy: {ResourceSignal: {Count: !Ref Count, Timeot: PT5M}}
    UpdatePolicy:
      AutoScalingRollingUpdate: {MinInstancesInService: a, SuspendProcesses: [Lunch], WaitOnResourceSignals: 'true'}
      AutoScalingInstanceRefresh: {Preferences: {MinHealthyPercentage: 101}}
  B: {Type: AWS::SNS::Topic, UpdatePolicy: {}, DeletionPolicy: Snapshot}
  C: {Type: Custom::Own, CreationPolicy: {}}
  D: {Type: Our::S3::Bucket::MODULE, CreationPolicy: {}, Properties: {Tags: []}}
  E: {Type: AWS::Lambda::Alias, UpdatePolicy: !Select [0, [a]]}
  F: {Type: AWS::RDS::DBInstance, DeletionPolicy: Snapshot}
"), @r#"
    template_key: a resource signal has no `Timeot` [6 "Timeot" unknown here] help: did you mean `Timeout`?
    template_shape: `MinInstancesInService` is a whole number, not `a` [8 "a" here]
    template_shape: `SuspendProcesses` is one of Launch, Terminate, AddToLoadBalancer, AlarmNotification, AZRebalance, HealthCheck, InstanceRefresh, ReplaceUnhealthy, ScheduledActions, not `Lunch` [8 "Lunch" here]
    template_shape: `AutoScalingInstanceRefresh` needs `Strategy` [9 "{Preferences: {MinHealthyPerce" here]
    template_shape: `MinHealthyPercentage` is a whole number from 0 to 100, not `101` [9 "101" here]
    template_shape: `AutoScalingInstanceRefresh` and `AutoScalingRollingUpdate` exclude one another [8 "{MinInstancesInService: a, Sus" here]
    template_shape: `AWS::SNS::Topic` has no `UpdatePolicy` [10 "{}" here]
    template_shape: `AWS::SNS::Topic` takes no snapshots [10 "Snapshot" here] help: `DeletionPolicy` is Delete or Retain here
    template_shape: a custom resource has no `CreationPolicy` [11 "{}" here]
    template_shape: a module has no `CreationPolicy` [12 "{}" here]
    template_shape: a module takes no `Tags` [12 "[]" here]
    template_shape: `UpdatePolicy` is a table, which `Fn::Select` does not give [13 "!Select [0, [a]]" here]
    "#);
}

#[test]
fn what_cfn_init_does_has_its_form() {
    insta::assert_snapshot!(checked("
Resources:
  A:
    Type: AWS::EC2::Instance
    Metadata:
      AWS::CloudFormation::Init:
        configSets: {all: [config]}
        config:
          packages: {yum: {httpd: []}, brew: {}}
          files: {/a: {content: !Sub x, mode: '0644', encoding: utf8}}
          commands: {a: {command: [a, b], cwd: [a]}}
          services: {sysvinit: {httpd: {enabled: maybe, files: a}}}
          sources: {/a: [b]}
"), @r#"
    template_key: `packages` has no `brew` [9 "brew" unknown here]
    template_shape: `mode` is a text of 6 characters, not `0644` [10 "'0644'" here]
    template_shape: `encoding` is one of plain, base64, not `utf8` [10 "utf8" here]
    template_shape: `cwd` is a text, not a list [11 "[a]" here]
    template_shape: `enabled` is true or false, not `maybe` [12 "maybe" here]
    template_shape: `files` is a list, not `a` [12 "a" here]
    template_shape: `/a` is a text, not a list [13 "[b]" here]
    resource_rule: the instance has no image [3 "A" here] help: set `ImageId`, here or in the launch template
    "#);
}

#[test]
fn nothing_waits_for_what_may_not_be_there() {
    insta::assert_snapshot!(checked("
Parameters: {Env: {Type: String}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [!Ref Env, dev]
  Not: !Not [!Condition Prod]
Resources:
  A: {Type: T::T::T, Condition: Prod}
  B: {Type: T::T::T, DependsOn: A}
  C: {Type: T::T::T, Condition: Prod, DependsOn: [A]}
  D: {Type: T::T::T, Condition: Dev, DependsOn: [A]}
  E: {Type: T::T::T, Condition: Not, DependsOn: F}
  F: {Type: T::T::T, Condition: Not}
"), @r#"
    template_reference: `B` waits for `A`, which is not there unless `Prod` holds [9 "A" may not be there] help: give `B` the condition too, or do not wait
    template_reference: `D` waits for `A`, which is not there unless `Prod` holds [11 "A" may not be there] help: give `D` the condition too, or do not wait
    "#);
}
