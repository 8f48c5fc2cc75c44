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
    template_shape: unknown format version [2 "2010-09-10"] help: write `AWSTemplateFormatVersion: "2010-09-09"`
    template_shape: `Description`: expected a string, found a list [3 "[a]"]
    template_key: unknown key `defualt` of a label [6 "defualt" unknown] help: did you mean `default`?
    template_shape: `Parameters`: expected a list, found `a` [6 "a"]
    template_shape: `A`: expected a string or a table, found a list [7 "[a]"]
    template_key: unknown key `Other` of `AWS::CloudFormation::Interface` [8 "Other" unknown]
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
    template_shape: invalid default of parameter `B`: `1` does not match `a` [4 "1"]
    template_shape: unknown parameter type `AWS::EC2::VPC` [5 "AWS::EC2::VPC"] help: did you mean `AWS::EC2::VPC::Id`?
    template_shape: `Default`: expected a string, found a table [6 "!Ref A"]
    template_shape: `NoEcho`: expected a boolean, found `maybe` [3 "maybe"]
    template_shape: `MaxLength`: expected an integer up to 4096, found `5000` [3 "5000"]
    template_shape: `MinLength`: expected an integer, found `a` [3 "a"]
    template_shape: `MinValue` applies only to numbers, but the type of the parameter is `String` [3 "1"]
    template_shape: `MaxValue`: expected a number, found a string [4 "ten"]
    template_shape: `AllowedPattern` applies only to texts, but the type of the parameter is `Number` [4 "a"]
    template_shape: `AllowedValues`: expected a string of 0 to 4096 characters, found a list [5 "[a]"]
    template_shape: `ConstraintDescription`: expected a string, found a table [6 "{a: b}"]
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
    template_name: invalid key `c_d` of a mapping: expected 1 to 255 characters of letters and digits [3 "'c_d'"]
    template_name: invalid key `x y` of a mapping: expected 1 to 255 characters of letters, digits, `.` and `-` [3 "'x y'"]
    template_shape: `one` of a mapping: expected a table, found a string [4 "two"] help: a mapping has two levels of keys
    template_shape: empty table `C` in a mapping [5 "{}"]
    template_shape: `a` of a mapping: expected a string or a list, found a table [6 "{b: c}"] help: a mapping has two levels of keys
    template_shape: `d` of a mapping: expected a list of strings [6 "[{e: f}]"]
    template_shape: `g` of a mapping: expected a string or a list, found a table [6 "!Ref A"] help: a mapping cannot contain functions
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
    template_shape: the value of output `A`: expected a string, found a list [5 "!Ref Names"] help: join the items with `Fn::Join`, or select one with `Fn::Select`
    template_shape: the value of output `B`: expected a string, found a list [6 "[a]"] help: join the items with `Fn::Join`, or select one with `Fn::Select`
    template_shape: the value of output `C`: expected a string, found a list [7 "!GetAZs ''"] help: join the items with `Fn::Join`, or select one with `Fn::Select`
    template_shape: `Description` of an output: expected a string, found a table [8 "!Ref Name"] help: write a literal value: functions are not allowed here
    template_reference: the name of an export cannot depend on the resource `R` [8 "!Ref R" a resource] help: use only parameters, `AWS::StackName` and other pseudo parameters, and literals
    template_key: unknown key `Nmae` of `Export` [9 "Nmae" unknown] help: did you mean `Name`?
    template_shape: missing `Name` of `Export` [9 "{Nmae: a}"]
    template_reference: the name of an export cannot depend on the resource `R` [10 "!Sub '${AWS::StackName}-${R.Ar" a resource] help: use only parameters, `AWS::StackName` and other pseudo parameters, and literals
    template_shape: the value of output `G`: expected a string, found a table [11 "{a: b}"]
    template_shape: `Export`: expected a table with `Name`, found a string [11 "a"]
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
    template_key: unknown key `Timeot` of a resource signal [6 "Timeot" unknown] help: did you mean `Timeout`?
    template_shape: `MinInstancesInService`: expected an integer, found `a` [8 "a"]
    template_shape: `SuspendProcesses`: expected one of Launch, Terminate, AddToLoadBalancer, AlarmNotification, AZRebalance, HealthCheck, InstanceRefresh, ReplaceUnhealthy, ScheduledActions, found `Lunch` [8 "Lunch"]
    template_shape: missing `Strategy` of `AutoScalingInstanceRefresh` [9 "{Preferences: {MinHealthyPerce"]
    template_shape: `MinHealthyPercentage`: expected an integer from 0 to 100, found `101` [9 "101"]
    template_shape: `AutoScalingInstanceRefresh` conflicts with `AutoScalingRollingUpdate` [8 "{MinInstancesInService: a, Sus"]
    template_shape: `AWS::SNS::Topic` cannot have an `UpdatePolicy` [10 "{}"]
    template_shape: `AWS::SNS::Topic` does not support snapshots [10 "Snapshot"] help: set `DeletionPolicy` to Delete or Retain
    template_shape: a custom resource cannot have a `CreationPolicy` [11 "{}"]
    template_shape: a module cannot have a `CreationPolicy` [12 "{}"]
    template_shape: a module cannot have `Tags` [12 "[]"]
    template_shape: `UpdatePolicy`: expected a table, which `Fn::Select` does not return [13 "!Select [0, [a]]"]
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
    template_key: unknown key `brew` of `packages` [9 "brew" unknown]
    template_shape: `mode`: expected a string of 6 characters, found `0644` [10 "'0644'"]
    template_shape: `encoding`: expected one of plain, base64, found `utf8` [10 "utf8"]
    template_shape: `cwd`: expected a string, found a list [11 "[a]"]
    template_shape: `enabled`: expected a boolean, found `maybe` [12 "maybe"]
    template_shape: `files`: expected a list, found `a` [12 "a"]
    template_shape: `/a`: expected a string, found a list [13 "[b]"]
    resource_rule: missing image of the instance [3 "A"] help: set `ImageId` here or in the launch template
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
    template_reference: `B` depends on `A`, which does not exist if `Prod` does not hold [9 "A" may not exist] help: add the condition to `B` too, or remove the dependency
    template_reference: `D` depends on `A`, which does not exist if `Prod` does not hold [11 "A" may not exist] help: add the condition to `D` too, or remove the dependency
    "#);
}
