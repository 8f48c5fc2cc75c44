//! Sections other than `Resources`.

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
