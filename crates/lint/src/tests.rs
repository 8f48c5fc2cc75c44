//! Templates and everything that is wrong with them.

use super::CheckContext;
use crate::check;
use crate::context::Checker;
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::{Problem, Sources};
use formwork_template::{Template, read};
use std::fmt::Write as _;

/// What is wrong with a template; its properties, which are a topic of their own, left aside.
pub(super) fn checked(text: &str) -> String {
    shown(text, |problem| {
        !super::properties::CODES.contains(&problem.code)
    })
}

/// The same of a template that will stand in that region.
pub(super) fn checked_in(region: &str, text: &str) -> String {
    let table = Table::new();
    let context = CheckContext {
        region: Some(region),
        ..CheckContext::new(&table)
    };
    shown_against(&context, text, |problem| {
        !super::properties::CODES.contains(&problem.code)
    })
}

/// What is wrong with a template, as far as `counts` says.
pub(super) fn shown(text: &str, counts: impl Fn(&Problem) -> bool) -> String {
    shown_against(&CheckContext::new(&Table::new()), text, counts)
}

fn shown_against(
    context: &CheckContext<'_>,
    text: &str,
    counts: impl Fn(&Problem) -> bool,
) -> String {
    let (sources, template) = parsed(text);
    let counted = check(&template, context).into_iter().filter(counts);
    counted.map(|it| line(&sources, &it, 30)).collect()
}

/// What one of the checks finds in a template.
pub(super) fn found(
    text: &str,
    find: impl FnOnce(&Checker<'_>) -> Vec<Problem>,
) -> (Sources, Vec<Problem>) {
    let (sources, template) = parsed(text);
    let table = Table::new();
    let problems = find(&Checker::new(&template, &CheckContext::new(&table)));
    (sources, problems)
}

/// A problem in a line, with so many characters at most of what is underlined.
pub(super) fn line(sources: &Sources, problem: &Problem, most: usize) -> String {
    let mut shown = format!("{}: {}", problem.code.name, problem.message);
    for label in &problem.labels {
        let line = sources.position(label.span).line;
        let slice: String = sources.slice(label.span).chars().take(most).collect();
        write!(shown, " [{line} {slice:?} {}]", label.text).unwrap();
    }
    if let Some(help) = &problem.help {
        write!(shown, " help: {help}").unwrap();
    }
    shown.push('\n');
    shown
}

fn parsed(text: &str) -> (Sources, Template) {
    let mut sources = Sources::default();
    let file = sources.add("template.yaml", text);
    let read = read(file, text);
    assert_eq!(read.problems, []);
    (sources, Template::new(read.node.unwrap()).unwrap())
}

#[test]
fn a_sound_template_has_no_problems() {
    let text = "
AWSTemplateFormatVersion: '2010-09-09'
Description: sound
Parameters:
  Name: {Type: String, Default: 5, AllowedValues: [a, 5]}
  Ami: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>'}
  Ids: {Type: 'List<AWS::EC2::Subnet::Id>'}
Rules:
  R: {Assertions: [{Assert: {'Fn::Contains': [[a, b], !Ref Name]}}, {Assert: !Equals [!ValueOf [Ids, VpcId], a]}]}
Mappings: {M: {us-east-1: {x: y}}}
Conditions:
  C: !Equals [!FindInMap [M, !Ref AWS::Region, x], y]
  D: !And [!Condition C, !Not [!Condition C]]
  C&D: !Or [!Condition C, !Condition D]
Resources:
  A: {Type: T::T::T, Condition: C, DependsOn: [B], DeletionPolicy: Retain, Properties: {x: !Sub '${B.Arn}${Name}${!Nope}'}}
  C1: {Type: Custom::Own, Version: '1.0', Condition: C&D, Properties: {ServiceToken: x}}
  Mod: {Type: Our::S3::Bucket::MODULE}
  B: {Type: T::T::T, Properties: {x: !If [D, !Ref 'AWS::NoValue', !Join [',', !Ref Ids]], y: {Condition: {StringEquals: a}}, m: [!Ref ModBucket, !GetAtt Mod.Bucket.Arn]}}
Outputs: {O: {Value: !GetAtt A.Arn, Export: {Name: !Sub '${AWS::StackName}-o'}, Condition: C}}
";
    assert_eq!(checked(text), "");
}

#[test]
fn every_dangling_reference_is_shown_with_the_nearest_name() {
    let text = "
Parameters: {Name: {Type: String}, A: {Type: String}}
Mappings: {M: {one: {x: y}}}
Conditions:
  C: !Equals [!Ref Nmae, !Ref B]
  D: !Not [!Condition CC]
Resources:
  A: {Type: T::T::T, Condition: E, DependsOn: [Bb, A]}
  B:
    Type: T::T::T
    Properties:
      a: !Ref AWS::Regoin
      b: !GetAtt Bucket.Arn
      c: !Sub 'x ${Nam} ${B2.Arn}'
      d: !If [Cc, 1, 2]
      e: !FindInMap [N, one, x]
      f: !FindInMap [M, onee, x]
      g: !FindInMap [M, one, z]
Outputs: {O: {Value: !Ref Gone, Condition: F}}
";
    insta::assert_snapshot!(checked(text), @r#"
    template_reference: `Nmae` is neither a parameter nor a resource of this template [5 "!Ref Nmae" not there] help: did you mean `Name`?
    template_reference: a condition cannot depend on the resource `B` [5 "!Ref B" a resource]
    template_reference: `CC` is not a condition of this template [6 "!Condition CC" not there] help: did you mean `C`?
    template_reference: `E` is not a condition of this template [8 "E" not there]
    template_reference: `Bb` is not a resource of this template [8 "Bb" not there] help: did you mean `B`?
    template_reference: `A` cannot wait for itself [8 "A" itself]
    template_reference: `AWS::Regoin` is not a pseudo parameter [12 "!Ref AWS::Regoin" not there] help: did you mean `AWS::Region`?
    template_reference: `Bucket` is not a resource of this template [13 "!GetAtt Bucket.Arn" not there]
    template_reference: `Nam` is neither a parameter nor a resource of this template [14 "!Sub 'x ${Nam} ${B2.Arn}'" not there] help: did you mean `Name`?
    template_reference: `B2` is not a resource of this template [14 "!Sub 'x ${Nam} ${B2.Arn}'" not there] help: did you mean `B`?
    template_reference: `Cc` is not a condition of this template [15 "!If [Cc, 1, 2]" not there] help: did you mean `C`?
    template_reference: `N` is not a mapping of this template [16 "!FindInMap [N, one, x]" not there]
    template_reference: mapping `M` has no `onee` [17 "onee" not there] help: did you mean `one`?
    template_reference: mapping `M` has no `z` [18 "z" not there]
    template_reference: `Gone` is neither a parameter nor a resource of this template [19 "!Ref Gone" not there]
    template_reference: `F` is not a condition of this template [19 "F" not there]
    template_name: `A` is the name of a parameter and of a resource [8 "A" a resource] [2 "A" a parameter]
    "#);
}

#[test]
fn functions_must_exist_and_have_their_form() {
    let text = "
Resources:
  A:
    Type: T::T::T
    Properties:
      a: {'Fn::Jion': [',', [a]]}
      b: !Join [a]
      c: !GetAtt A
      d: !Sub [a]
      e: !If [!Ref A, 1, 2]
      f: !Ref {a: b}
      g: !Select 0
      h: !Base64 [a]
      i: !GetAZs ''
";
    insta::assert_snapshot!(checked(text), @r#"
    template_function: `Fn::Jion` is not a function of CloudFormation [6 "{'Fn::Jion': [',', [a]]}" unknown] help: did you mean `Fn::Join`?
    template_function: `Fn::Join` does not have its form [7 "!Join [a]" must be `[delimiter, list]`]
    template_function: `Fn::GetAtt` does not have its form [8 "!GetAtt A" must be `[logical id, attribute]` or `logical id.attribute`]
    template_function: `Fn::Sub` does not have its form [9 "!Sub [a]" must be a text, or `[text, table of names]`]
    template_function: `Fn::If` does not have its form [10 "!If [!Ref A, 1, 2]" must be `[condition's name, value if true, value if false]`]
    template_function: `Ref` does not have its form [11 "!Ref {a: b}" must be a parameter's name or a logical id]
    template_function: `Fn::Select` does not have its form [12 "!Select 0" must be `[index, list]`]
    template_function: `Fn::Base64` does not have its form [13 "!Base64 [a]" must be a text]
    template_cycle: resources wait for each other: A > A [10 "!Ref A" `A` waits for `A`]
    "#);
}

#[test]
fn keys_and_kinds_must_be_cloudformations() {
    let text = "
Resource: {}
Parameters:
  P: {Type: Strng, Defalt: a, Default: [a], AllowedValues: a}
  N: {Type: Number, Default: ten}
  L: {Type: List<Number>, Default: ''}
Resources:
  A: {Type: T::T::T, Propertis: {}, DeletionPolicy: Keep, UpdateReplacePolicy: RetainExceptOnCreate, DependsOn: {a: b}, Condition: [C]}
  B: {Type: T::T::T, Properties: [a]}
  my-id: {Type: T::T::T, Properties: {a: }}
  M: {Type: AWS::SNS::Topic, Properties: {DisplayName: , Tags: }}
Outputs: {O: {Value: a, Exprot: b}}
";
    insta::assert_snapshot!(checked(text), @r#"
    template_name: `my-id` holds `-`: letters and digits only [10 "my-id" not a name in a template]
    template_shape: `Strng` is not a type of parameter [4 "Strng" here] help: did you mean `String`?
    template_shape: a parameter's default is text, not a list [4 "[a]" here]
    template_shape: `AllowedValues` is a list, not a string [4 "a" here]
    template_shape: parameter `N` does not take its default: `ten` is not a number [5 "ten" here]
    template_shape: `Condition` is a condition's name, not a list [8 "[C]" here]
    template_shape: `DeletionPolicy` is one of Delete, Retain, RetainExceptOnCreate, Snapshot [8 "Keep" here]
    template_shape: `UpdateReplacePolicy` is one of Delete, Retain, Snapshot [8 "RetainExceptOnCreate" here]
    template_shape: `DependsOn` is a logical id or a list of them [8 "{a: b}" here]
    template_shape: `Properties` is a table, not a list [9 "[a]" here]
    template_shape: CloudFormation takes no null values [10 "" here] help: give it a value, or leave the name out with it
    template_shape: CloudFormation takes no null values [11 "" here] help: give it a value, or leave the name out with it
    template_shape: CloudFormation takes no null values [11 "" here] help: give it a value, or leave the name out with it
    template_key: a template has no `Resource` [2 "Resource" unknown here] help: did you mean `Resources`?
    template_key: a parameter has no `Defalt` [4 "Defalt" unknown here] help: did you mean `Default`?
    template_key: a resource has no `Propertis` [8 "Propertis" unknown here] help: did you mean `Properties`?
    template_key: an output has no `Exprot` [12 "Exprot" unknown here] help: did you mean `Export`?
    "#);
}

#[test]
fn limits_are_cloudformations() {
    let mut text = format!("Description: {}\nResources:\n", "x".repeat(1025));
    for index in 0..501 {
        writeln!(text, "  R{index}: {{Type: T::T::T}}").unwrap();
    }
    text.push_str("Mappings:\n");
    for index in 0..201 {
        writeln!(text, "  M{index}: {{a: {{b: '{{{{resolve:ssm:a}}}}'}}}}").unwrap();
    }
    insta::assert_snapshot!(checked(&text), @r#"
    template_limit: the template has 201 mappings, 200 are allowed [705 "M200" the first one too many]
    template_limit: the template has 501 resources, 500 are allowed [503 "R500" the first one too many]
    template_limit: a description has 1025 bytes, 1024 are allowed [1 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" too long]
    template_limit: the template has 201 dynamic references, 60 are allowed [565 "'{{resolve:ssm:a}}'" the first one too many]
    "#);
    let large = format!(
        "Resources: {{R: {{Type: T::T::T, Properties: {{a: {}}}}}}}",
        "x".repeat(1_000_000)
    );
    insta::assert_snapshot!(checked(&large), @r#"template_limit: the template has 1000060 bytes, 1000000 are allowed [1 "Resources: {R: {Type: T::T::T," ]"#);
}

#[test]
fn every_circle_is_shown_once_with_its_references() {
    let text = "
Resources:
  A: {Type: T::T::T, Properties: {x: !Ref B}}
  B: {Type: T::T::T, Properties: {x: !Sub '${C.Arn}'}}
  C: {Type: T::T::T, DependsOn: [A]}
  D: {Type: T::T::T, Properties: {x: !GetAtt D.Arn}}
  Before: {Type: T::T::T, DependsOn: After}
  After: {Type: T::T::T, Properties: {x: !Ref A}}
Conditions:
  E: !Not [!Condition F]
  F: !And [!Condition E, !Condition G]
  G: !Equals [a, b]
";
    insta::assert_snapshot!(checked(text), @r#"
    template_cycle: resources wait for each other: A > B > C > A [3 "!Ref B" `A` waits for `B`] [4 "!Sub '${C.Arn}'" `B` waits for `C`] [5 "A" `C` waits for `A`]
    template_cycle: resources wait for each other: D > D [6 "!GetAtt D.Arn" `D` waits for `D`]
    template_cycle: conditions decide each other: E > F > E [10 "!Condition F" `E` waits for `F`] [11 "!Condition E" `F` waits for `E`]
    "#);
}

#[test]
fn what_only_a_transform_knows_needs_it() {
    let text = "
Resources:
  A: {Type: AWS::Serverless::Function, DeletionPolicy: !If [C, Retain, Keep], IgnoreGlobals: '*'}
  Fn::ForEach::Topics: [Name, [a, b], {'T${Name}': {Type: T::T::T}}]
Conditions: {C: !Equals [a, b]}
";
    insta::assert_snapshot!(checked(text), @r#"
    template_shape: `DeletionPolicy` is one of Delete, Retain, RetainExceptOnCreate, Snapshot [3 "Keep" here]
    template_key: a resource has no `IgnoreGlobals` [3 "IgnoreGlobals" unknown here]
    template_shape: `AWS::Serverless::Function` is known to a transform only [3 "AWS::Serverless::Function" not without it] help: add `Transform: AWS::Serverless-2016-10-31` to the template
    template_function: `Fn::ForEach` needs the language extensions [4 "Fn::ForEach::Topics" not in this template] help: add `Transform: AWS::LanguageExtensions` to the template
    "#);
    let text = "
Transform: [{Nmae: Mine}, 5]
Resources: {A: {Type: T::T::T}}
";
    insta::assert_snapshot!(checked(text), @r#"
    template_shape: a transform needs a `Name` [2 "{Nmae: Mine}" here]
    template_key: a transform has no `Nmae` [2 "Nmae" unknown here] help: did you mean `Name`?
    template_shape: a transform is a name or a table, not an integer [2 "5" here]
    "#);
}

#[test]
fn with_macros_only_limits_and_shape_are_checked() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  A: {Type: AWS::Serverless::Function, Count: 2, Properties: {x: !Ref ServerlessRestApi}}
  Fn::ForEach::Topics: [Name, [a, b], {'T${Name}': {Type: T::T::T}}]
Globals: {Function: {Timeout: 3}}
";
    assert_eq!(checked(text), "");
}
