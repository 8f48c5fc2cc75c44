//! Sections and attributes that CloudFormation does not accept.

use crate::tests::checked;

fn check(sections: &str) -> String {
    checked(&format!(
        "{sections}\nResources: {{R: {{Type: T::T::T}}}}\n"
    ))
}

#[test]
fn the_head_of_a_template() {
    insta::assert_snapshot!(check("
AWSTemplateFormatVersion: 2010-09-10
Description: [a]
Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups: [{Label: {defualt: a}, Parameters: a}]
    ParameterLabels: {A: [a], B: b}
    Other: a
"), @r#"
    template_shape: the only format version is `2010-09-09` [2 "2010-09-10" here] help: write `AWSTemplateFormatVersion: "2010-09-09"`
    template_shape: a description is a text, not a list [3 "[a]" here]
    template_key: a label has no `defualt` [6 "defualt" unknown here] help: did you mean `default`?
    template_shape: `Parameters` is a list, not `a` [6 "a" here]
    template_shape: `A` is a text or a table, not a list [7 "[a]" here]
    template_key: `AWS::CloudFormation::Interface` has no `Other` [8 "Other" unknown here]
    "#);
}

#[test]
fn parameters_declare_what_their_type_has() {
    insta::assert_snapshot!(check("
Parameters:
  A: {Type: String, MinValue: 1, NoEcho: maybe, MaxLength: 5000, MinLength: a}
  B: {Type: Number, AllowedPattern: a, MaxValue: ten, Default: 1}
  C: {Type: AWS::EC2::VPC, AllowedValues: [[a]]}
  D: {Type: List<AWS::EC2::VPC::Id>, Default: !Ref A, ConstraintDescription: {a: b}}
  E: {Type: 'AWS::SSM::Parameter::Value<List<String>>'}
  F: {Type: List<String>}
"), @r#"
    template_shape: parameter `B` does not take its default: `1` does not match `a` [4 "1" here]
    template_shape: `AWS::EC2::VPC` is not a type of parameter [5 "AWS::EC2::VPC" here] help: did you mean `AWS::EC2::VPC::Id`?
    template_shape: a parameter's default is text, not a table [6 "!Ref A" here]
    template_shape: `NoEcho` is true or false, not `maybe` [3 "maybe" here]
    template_shape: `MaxLength` is a whole number up to 4096, not `5000` [3 "5000" here]
    template_shape: `MinLength` is a whole number, not `a` [3 "a" here]
    template_shape: `MinValue` is for numbers, and the parameter is a `String` [3 "1" here]
    template_shape: `MaxValue` is a number, not a string [4 "ten" here]
    template_shape: `AllowedPattern` is for texts, and the parameter is a `Number` [4 "a" here]
    template_shape: `AllowedValues` is a text of 0 to 4096 characters, not a list [5 "[a]" here]
    template_shape: `ConstraintDescription` is a text, not a table [6 "{a: b}" here]
    "#);
}

#[test]
fn mappings_have_two_levels_of_keys() {
    insta::assert_snapshot!(check("
Mappings:
  A: {us-east-1: {a: b, 'c_d': e}, 'x y': {a: [b, c]}}
  B: {one: two}
  C: {}
  D: {one: {a: {b: c}, d: [{e: f}], g: !Ref A}}
"), @r#"
    template_name: a mapping's key is 1 to 255 of letters and digits, not `c_d` [3 "'c_d'" here]
    template_name: a mapping's key is 1 to 255 of letters, digits, `.` and `-`, not `x y` [3 "'x y'" here]
    template_shape: `one` is a table of a mapping, not a string [4 "two" here] help: a mapping has two levels of keys above its values
    template_shape: `C` has no keys [5 "{}" here]
    template_shape: `a` of a mapping is a text or a list, not a table [6 "{b: c}" here] help: a mapping has two levels of keys above its values
    template_shape: `d` of a mapping is a list of texts [6 "[{e: f}]" here]
    template_shape: `g` of a mapping is a text or a list, not a table [6 "!Ref A" here] help: a mapping is fixed: functions cannot stand in it
    "#);
}

#[test]
fn outputs_are_texts() {
    insta::assert_snapshot!(check("
Parameters: {Names: {Type: CommaDelimitedList}, Name: {Type: String}}
Conditions: {C: !Equals [a, !Ref Name]}
Outputs:
  A: {Value: !Ref Names}
  B: {Value: [a]}
  C: {Value: !If [C, !GetAZs '', a]}
  D: {Value: a, Description: !Ref Name, Export: {Name: !Ref R}}
  E: {Value: 1, Export: {Nmae: a}}
  F: {Value: true, Export: {Name: !Sub '${AWS::StackName}-${R.Arn}'}}
  G: {Value: {a: b}, Export: a}
"), @r#"
    template_shape: the value of output `A` is a text, not a list [5 "!Ref Names" here] help: make one text of it with `Fn::Join`, or take one item with `Fn::Select`
    template_shape: the value of output `B` is a text, not a list [6 "[a]" here] help: make one text of it with `Fn::Join`, or take one item with `Fn::Select`
    template_shape: the value of output `C` is a text, not a list [7 "!GetAZs ''" here] help: make one text of it with `Fn::Join`, or take one item with `Fn::Select`
    template_shape: `Description` of an output is a text, not a table [8 "!Ref Name" here] help: write it out: no function can stand there
    template_reference: the name of an export cannot depend on the resource `R` [8 "!Ref R" a resource] help: use parameters, as `AWS::StackName`, and texts
    template_key: `Export` has no `Nmae` [9 "Nmae" unknown here] help: did you mean `Name`?
    template_shape: `Export` needs a `Name` [9 "{Nmae: a}" here]
    template_reference: the name of an export cannot depend on the resource `R` [10 "!Sub '${AWS::StackName}-${R.Ar" a resource] help: use parameters, as `AWS::StackName`, and texts
    template_shape: the value of output `G` is a text, not a table [11 "{a: b}" here]
    template_shape: `Export` is a table with `Name`, not a string [11 "a" here]
    "#);
}

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
