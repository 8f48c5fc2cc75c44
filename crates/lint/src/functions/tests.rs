//! Functions in places and with arguments that CloudFormation does not take.

use crate::tests::checked;

/// What is wrong with one resource that has these properties.
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
    template_function: the delimiter of `Fn::Join` cannot come from `Ref` [12 "!Ref Name" not from this function] help: write it out
    template_function: the index of `Fn::Select` cannot come from `Fn::GetAtt` [13 "!GetAtt B.x" not from this function] help: it can come from Ref, Fn::FindInMap
    template_function: the list of `Fn::Select` cannot come from `Fn::Sub` [14 "!Sub a" not from this function] help: it can come from Fn::FindInMap, Fn::GetAtt, Fn::GetAZs, Fn::If, Fn::Split, Fn::Cidr, Ref
    template_function: the name or key of `Fn::FindInMap` cannot come from `Fn::Sub` [15 "!Sub one" not from this function] help: it can come from Fn::FindInMap, Ref
    template_function: the text of `Fn::Split` cannot come from `Fn::Split` [16 "!Split [',', a]" not from this function] help: it can come from Fn::Base64, Fn::FindInMap, Fn::GetAtt, Fn::If, Fn::ImportValue, Fn::Join, Fn::Select, Fn::Sub, Ref
    template_function: the count of `Fn::Cidr` cannot come from `Fn::Join` [17 "!Join ['', [a]]" not from this function] help: it can come from Fn::FindInMap, Fn::GetAtt, Fn::If, Fn::ImportValue, Fn::Select, Fn::Sub, Ref
    template_function: the text of `Fn::Base64` cannot come from `Fn::GetAZs` [18 "!Base64 {'Fn::GetAZs': ''}" not from this function] help: it can come from Fn::Base64, Fn::FindInMap, Fn::ForEach, Fn::GetAtt, Fn::GetStackOutput, Fn::If, Fn::ImportValue, Fn::Join, Fn::Length, Fn::Select, Fn::Sub, Fn::ToJsonString, Fn::Transform, Ref
    template_function: the name of the export of `Fn::ImportValue` cannot come from `Fn::GetAtt` [19 "!GetAtt B.x" not from this function] help: it can come from Fn::Base64, Fn::FindInMap, Fn::If, Fn::Join, Fn::Select, Fn::Sub, Ref
    template_function: the region of `Fn::GetAZs` cannot come from `Fn::FindInMap` [20 "!GetAZs {'Fn::FindInMap': [M, " not from this function] help: it can come from Fn::GetAtt, Fn::If, Fn::Join, Fn::Select, Fn::Sub, Ref
    template_function: the attribute of `Fn::GetAtt` cannot come from `Fn::Sub` [21 "!Sub x" not from this function] help: it can come from Ref
    template_function: the value of `Fn::Sub` cannot come from `Fn::Split` [22 "!Split [',', a]" not from this function] help: it can come from Fn::Base64, Fn::FindInMap, Fn::GetAtt, Fn::GetStackOutput, Fn::If, Fn::ImportValue, Fn::Join, Fn::Select, Fn::Sub, Fn::ToJsonString, Fn::Transform, Ref
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
    template_function: the list of `Fn::Join` is a list, and `Ref` gives a text [12 "!Ref Name" must be a list]
    template_function: the item of `Fn::Join` is a text, and `Ref` gives a list [13 "!Ref Names" must be a text]
    template_function: the item of `Fn::Join` is a text, not a table [13 "{x: y}" must be a text]
    template_function: the item of `Fn::Join` is a text, and `Ref` gives a list [13 "!Ref Names" must be a text]
    template_function: the index of `Fn::Select` is a whole number from 0 on, not `one` [14 "one" here]
    template_function: `Fn::Select` asks for item 2 of a list of 2 [15 "2" the first item is 0]
    template_function: the index of `Fn::Select` is a whole number from 0 on, not `-1` [16 "'-1'" here]
    template_function: `${Names}` is a list, and cannot stand in a text [17 "!Sub 'x ${Names}'" not a text] help: give `Fn::Sub` a name of its own for it, with an `Fn::Join` of `Names`
    template_function: the address block of `Fn::Cidr` is an IPv4 block, as `10.0.0.0/16`, not `10.0.0.0/40` [18 "10.0.0.0/40" here]
    template_function: the count of `Fn::Cidr` is a whole number from 1 to 256, not `300` [18 "300" here]
    template_function: the region of `Fn::GetAZs` is a region's name, or empty for the stack's own, not `us-east-9` [19 "!GetAZs us-east-9" here]
    template_function: `Fn::Split` splits a dynamic reference before it is resolved [20 "'{{resolve:ssm:/a}}'" not resolved yet]
    template_function: `Fn::FindInMap` needs `DefaultValue` [21 "{Default: a}" not there]
    template_function: `Fn::FindInMap` has no `Default` [21 "Default" unknown here]
    template_function: `Fn::GetStackOutput` needs `OutputName` [22 "{StackName: !Ref Names, Output" not there]
    template_function: the value of `Fn::GetStackOutput` is a text, and `Ref` gives a list [22 "!Ref Names" must be a text]
    template_function: `Fn::GetStackOutput` has no `OutputNam` [22 "OutputNam" unknown here] help: did you mean `OutputName`?
    template_function: the index of `Fn::Select` is a text, and `Ref` gives a list [23 "!Ref Names" must be a text]
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
    template_function: `Fn::Equals` stands only in `Conditions` and `Rules` [12 "!Equals [a, b]" not here] help: name a condition, and choose by it with `Fn::If`
    template_function: `Fn::Contains` stands only in `Rules` [13 "{'Fn::Contains': [[a], a]}" not here]
    template_function: `Fn::Length` needs the language extensions [14 "{'Fn::Length': [a]}" not in this template] help: add `Transform: AWS::LanguageExtensions` to the template
    template_function: `Fn::ToJsonString` needs the language extensions [15 "{'Fn::ToJsonString': {a: b}}" not in this template] help: add `Transform: AWS::LanguageExtensions` to the template
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
    template_function: `Assert` decides nothing [12 "!Ref Name" not a condition] help: it is a condition's function, or one of Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn
    template_shape: `AssertDescription` is a text, not a list [12 "[a]" here]
    template_shape: an assertion is a table, not a string [12 "a" here]
    template_shape: rule `S` needs `Assertions` [13 "{RuleCondition: {'Fn::Contains" here]
    template_shape: `Assertions` is a list, not a table [14 "{Assert: !Equals [a, a]}" here]
    template_function: condition `A` decides nothing [4 "!Ref Name" not a condition] help: it is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and another condition by Condition
    template_function: condition `B` decides nothing [5 "'true'" not a condition] help: it is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and another condition by Condition
    template_function: condition `C` decides nothing [6 "!If [A, a, b]" not a condition] help: it is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and another condition by Condition
    template_function: the condition of `Fn::Not` cannot come from `Ref` [7 "!Ref Name" not from this function] help: it can come from Condition, Fn::Equals, Fn::Not, Fn::And, Fn::Or
    template_function: `Fn::Contains` stands only in `Rules` [8 "{'Fn::Contains': [[a], a]}" not here]
    template_function: the compared value of `Fn::Equals` cannot come from `Fn::GetAtt` [9 "!GetAtt R.x" not from this function] help: it can come from Ref, Fn::FindInMap, Fn::Sub, Fn::Join, Fn::Select, Fn::Length, Fn::ToJsonString
    template_function: the compared value of `Fn::Equals` is a text, not a list [10 "[a]" must be a text]
    template_function: the compared value of `Fn::Equals` is a text, not a table [10 "{x: y}" must be a text]
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
    template_function: the table or list of `Fn::ToJsonString` is not empty [4 "{}" here]
    template_function: the index of `Fn::Select` cannot come from `Fn::Sub` [4 "!Sub a" not from this function] help: it can come from Ref, Fn::FindInMap, Fn::Length
    "#);
}
