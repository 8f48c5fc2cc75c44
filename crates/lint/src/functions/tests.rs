//! Functions in places and with arguments that CloudFormation does not accept.

use crate::tests::checked;

/// Checks one resource with these properties.
fn properties(lines: &str) -> String {
    let lines = lines.trim_matches('\n').replace('\n', "\n      ");
    checked(&format!(
        "
Parameters:
  Name: {{Type: String}}
  Names: {{Type: CommaDelimitedList}}
Mappings: {{M: {{one: {{x: y}}}}}}
Conditions: {{C: !Equals [!Ref Name, a]}}
Resources:
  B: {{Type: T::T::T}}
  A:
    Type: T::T::T
    Properties:
      {lines}
"
    ))
}

#[test]
fn arguments_come_only_from_some_functions() {
    insta::assert_snapshot!(properties(
        "
a: !Join [!Ref Name, [a]]
b: !Select [!GetAtt B.x, [a]]
c: !Select [0, !Sub a]
d: !FindInMap [M, !Sub one, x]
e: !Split [',', !Split [',', a]]
f: !Cidr [10.0.0.0/16, !Join ['', [a]]]
g: !Base64 {'Fn::GetAZs': ''}
h: {'Fn::ImportValue': !GetAtt B.x}
i: !GetAZs {'Fn::FindInMap': [M, one, x]}
j: !GetAtt [B, !Sub x]
k: {'Fn::Sub': ['${x}', {x: !Split [',', a]}]}
"), @r#"
    template_function: the delimiter of `Fn::Join` cannot be `Ref` [12 "!Ref Name" function not allowed here] help: write a literal value
    template_function: the index of `Fn::Select` cannot be `Fn::GetAtt` [13 "!GetAtt B.x" function not allowed here] help: use a literal value or one of Ref, Fn::FindInMap
    template_function: the list of `Fn::Select` cannot be `Fn::Sub` [14 "!Sub a" function not allowed here] help: use a literal value or one of Fn::FindInMap, Fn::GetAtt, Fn::GetAZs, Fn::If, Fn::Split, Fn::Cidr, Ref
    template_function: the name or key of `Fn::FindInMap` cannot be `Fn::Sub` [15 "!Sub one" function not allowed here] help: use a literal value or one of Fn::FindInMap, Ref
    template_function: the string of `Fn::Split` cannot be `Fn::Split` [16 "!Split [',', a]" function not allowed here] help: use a literal value or one of Fn::Base64, Fn::FindInMap, Fn::GetAtt, Fn::If, Fn::ImportValue, Fn::Join, Fn::Select, Fn::Sub, Ref
    template_function: the count of `Fn::Cidr` cannot be `Fn::Join` [17 "!Join ['', [a]]" function not allowed here] help: use a literal value or one of Fn::FindInMap, Fn::GetAtt, Fn::If, Fn::ImportValue, Fn::Select, Fn::Sub, Ref
    template_function: the string of `Fn::Base64` cannot be `Fn::GetAZs` [18 "!Base64 {'Fn::GetAZs': ''}" function not allowed here] help: use a literal value or one of Fn::Base64, Fn::FindInMap, Fn::ForEach, Fn::GetAtt, Fn::GetStackOutput, Fn::If, Fn::ImportValue, Fn::Join, Fn::Length, Fn::Select, Fn::Sub, Fn::ToJsonString, Fn::Transform, Ref
    template_function: the name of the export of `Fn::ImportValue` cannot be `Fn::GetAtt` [19 "!GetAtt B.x" function not allowed here] help: use a literal value or one of Fn::Base64, Fn::FindInMap, Fn::If, Fn::Join, Fn::Select, Fn::Sub, Ref
    template_function: the region of `Fn::GetAZs` cannot be `Fn::FindInMap` [20 "!GetAZs {'Fn::FindInMap': [M, " function not allowed here] help: use a literal value or one of Fn::GetAtt, Fn::If, Fn::Join, Fn::Select, Fn::Sub, Ref
    template_function: the attribute of `Fn::GetAtt` cannot be `Fn::Sub` [21 "!Sub x" function not allowed here] help: use a literal value or one of Ref
    template_function: the value of `Fn::Sub` cannot be `Fn::Split` [22 "!Split [',', a]" function not allowed here] help: use a literal value or one of Fn::Base64, Fn::FindInMap, Fn::GetAtt, Fn::GetStackOutput, Fn::If, Fn::ImportValue, Fn::Join, Fn::Select, Fn::Sub, Fn::ToJsonString, Fn::Transform, Ref
    "#);
}

#[test]
fn arguments_are_of_a_kind() {
    insta::assert_snapshot!(properties(
        "
a: !Join [',', !Ref Name]
b: !Join [',', [!Ref Names, {x: y}, !If [C, !Ref Names, a]]]
c: !Select [one, [a]]
d: !Select [2, [a, b]]
e: !Select ['-1', !Ref Names]
f: !Sub 'x ${Names}'
g: !Cidr [10.0.0.0/40, 300, 8]
h: !GetAZs us-east-9
i: !Split [',', '{{resolve:ssm:/a}}']
j: !FindInMap [M, one, x, {Default: a}]
k: {'Fn::GetStackOutput': {StackName: !Ref Names, OutputNam: a}}
l: !Select [!Ref Names, !Ref Names]
"), @r#"
    template_function: the list of `Fn::Join`: expected a list, but `Ref` returns a string [12 "!Ref Name" expected a list]
    template_function: the item of `Fn::Join`: expected a string, but `Ref` returns a list [13 "!Ref Names" expected a string]
    template_function: the item of `Fn::Join`: expected a string, found a table [13 "{x: y}" expected a string]
    template_function: the item of `Fn::Join`: expected a string, but `Ref` returns a list [13 "!Ref Names" expected a string]
    template_function: the index of `Fn::Select`: expected an integer of at least 0, found `one` [14 "one"]
    template_function: index 2 of `Fn::Select` is out of range: the list has 2 items [15 "2" the first index is 0]
    template_function: the index of `Fn::Select`: expected an integer of at least 0, found `-1` [16 "'-1'"]
    template_function: `${Names}`: expected a string, found a list [17 "!Sub 'x ${Names}'" not a string] help: add a variable to `Fn::Sub` with an `Fn::Join` of `Names`
    template_function: the address block of `Fn::Cidr`: expected an IPv4 block such as `10.0.0.0/16`, found `10.0.0.0/40` [18 "10.0.0.0/40"]
    template_function: the count of `Fn::Cidr`: expected an integer from 1 to 256, found `300` [18 "300"]
    template_function: the region of `Fn::GetAZs`: expected the name of a region, or an empty string, found `us-east-9` [19 "!GetAZs us-east-9"]
    template_function: `Fn::Split` cannot split a dynamic reference [20 "'{{resolve:ssm:/a}}'" not resolved at this time]
    template_function: missing `DefaultValue` of `Fn::FindInMap` [21 "{Default: a}" missing]
    template_function: unknown key `Default` of `Fn::FindInMap` [21 "Default" unknown]
    template_function: missing `OutputName` of `Fn::GetStackOutput` [22 "{StackName: !Ref Names, Output" missing]
    template_function: the value of `Fn::GetStackOutput`: expected a string, but `Ref` returns a list [22 "!Ref Names" expected a string]
    template_function: unknown key `OutputNam` of `Fn::GetStackOutput` [22 "OutputNam" unknown] help: did you mean `OutputName`?
    template_function: the index of `Fn::Select`: expected a string, but `Ref` returns a list [23 "!Ref Names" expected a string]
    "#);
}

#[test]
fn functions_stand_where_they_may() {
    insta::assert_snapshot!(properties(
        "
a: !Equals [a, b]
b: {'Fn::Contains': [[a], a]}
c: {'Fn::Length': [a]}
d: {'Fn::ToJsonString': {a: b}}
"), @r#"
    template_function: `Fn::Equals` is allowed only in `Conditions` and `Rules` [12 "!Equals [a, b]" not allowed here] help: declare a condition, and use it with `Fn::If`
    template_function: `Fn::Contains` is allowed only in `Rules` [13 "{'Fn::Contains': [[a], a]}" not allowed here]
    template_function: `Fn::Length` needs the language extensions [14 "{'Fn::Length': [a]}" needs the language extensions] help: add `Transform: AWS::LanguageExtensions` to the template
    template_function: `Fn::ToJsonString` needs the language extensions [15 "{'Fn::ToJsonString': {a: b}}" needs the language extensions] help: add `Transform: AWS::LanguageExtensions` to the template
    "#);
    insta::assert_snapshot!(checked("
Parameters: {Name: {Type: String}}
Conditions:
  A: !Ref Name
  B: 'true'
  C: !If [A, a, b]
  D: !Not [!Ref Name]
  E: !And [!Condition A, {'Fn::Contains': [[a], a]}]
  F: !Equals [!GetAtt R.x, a]
  G_H: !Equals [[a], {x: y}]
Rules:
  R: {Assertions: [{Assert: !Ref Name}, {Assert: !Equals [!Ref Name, a], AssertDescription: [a]}, a]}
  S: {RuleCondition: {'Fn::Contains': [[a], !Ref Name]}}
  T: {Assertions: {Assert: !Equals [a, a]}}
Resources:
  R: {Type: T::T::T}
"), @r#"
    template_function: `Assert` is not a condition function [12 "!Ref Name" not a condition] help: use a condition function, Fn::Contains, Fn::EachMemberEquals or Fn::EachMemberIn
    template_shape: `AssertDescription`: expected a string, found a list [12 "[a]"]
    template_shape: expected a table for an assertion, found a string [12 "a"]
    template_shape: missing `Assertions` of rule `S` [13 "{RuleCondition: {'Fn::Contains"]
    template_shape: `Assertions`: expected a list, found a table [14 "{Assert: !Equals [a, a]}"]
    template_function: condition `A` is not a condition function [4 "!Ref Name" not a condition] help: use Fn::Equals, Fn::And, Fn::Or, Fn::Not, or Condition with the name of another condition
    template_function: condition `B` is not a condition function [5 "'true'" not a condition] help: use Fn::Equals, Fn::And, Fn::Or, Fn::Not, or Condition with the name of another condition
    template_function: condition `C` is not a condition function [6 "!If [A, a, b]" not a condition] help: use Fn::Equals, Fn::And, Fn::Or, Fn::Not, or Condition with the name of another condition
    template_function: the condition of `Fn::Not` cannot be `Ref` [7 "!Ref Name" function not allowed here] help: use a literal value or one of Condition, Fn::Equals, Fn::Not, Fn::And, Fn::Or
    template_function: `Fn::Contains` is allowed only in `Rules` [8 "{'Fn::Contains': [[a], a]}" not allowed here]
    template_function: the compared value of `Fn::Equals` cannot be `Fn::GetAtt` [9 "!GetAtt R.x" function not allowed here] help: use a literal value or one of Ref, Fn::FindInMap, Fn::Sub, Fn::Join, Fn::Select, Fn::Length, Fn::ToJsonString
    template_function: the compared value of `Fn::Equals`: expected a string, found a list [10 "[a]" expected a string]
    template_function: the compared value of `Fn::Equals`: expected a string, found a table [10 "{x: y}" expected a string]
    template_reference: a condition cannot depend on the resource `R` [9 "!GetAtt R.x" a resource]
    "#);
}

#[test]
fn language_extensions_know_more_functions() {
    insta::assert_snapshot!(checked("
Transform: AWS::LanguageExtensions
Resources:
  R: {Type: T::T::T, Properties: {a: {'Fn::Length': [a]}, b: {'Fn::ToJsonString': {}}, c: !Select [!Sub a, [a]], d: !FindInMap [!Sub a, a, b]}}
"), @r#"
    template_function: the table or list of `Fn::ToJsonString`: expected at least one item [4 "{}"]
    template_function: the index of `Fn::Select` cannot be `Fn::Sub` [4 "!Sub a" function not allowed here] help: use a literal value or one of Ref, Fn::FindInMap, Fn::Length
    "#);
}
