//! Templates with everything that is wrong with them.

use super::CheckContext;
use crate::check;
use crate::context::Checker;
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::{Problem, Sources};
use formwork_template::{Template, read};
use std::fmt::Write as _;

/// Checks a template and leaves out its properties.
pub(super) fn checked(text: &str) -> String {
    shown(text, |problem| {
        !super::properties::CODES.contains(&problem.code)
    })
}

/// Checks a template in a region and leaves out its properties.
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

/// Checks a template and keeps the problems that `counts` accepts.
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

/// Runs one check on a template.
pub(super) fn found(
    text: &str,
    find: impl FnOnce(&Checker<'_>) -> Vec<Problem>,
) -> (Sources, Vec<Problem>) {
    let (sources, template) = parsed(text);
    let table = Table::new();
    let problems = find(&Checker::new(&template, &CheckContext::new(&table)));
    (sources, problems)
}

/// Renders a problem as a line, with at most `most` characters of each underlined text.
pub(super) fn line(sources: &Sources, problem: &Problem, most: usize) -> String {
    let mut shown = format!("{}: {}", problem.code.name, problem.message);
    for label in &problem.labels {
        let line = sources.position(label.span).line;
        let slice: String = sources.slice(label.span).chars().take(most).collect();
        let separator = if label.text.is_empty() { "" } else { " " };
        write!(shown, " [{line} {slice:?}{separator}{}]", label.text).unwrap();
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
    template_reference: unknown parameter or resource `Nmae` [5 "!Ref Nmae" not found] help: did you mean `Name`?
    template_reference: a condition cannot depend on the resource `B` [5 "!Ref B" a resource]
    template_reference: unknown condition `CC` [6 "!Condition CC" not found] help: did you mean `C`?
    template_reference: unknown condition `E` [8 "E" not found]
    template_reference: unknown resource `Bb` [8 "Bb" not found] help: did you mean `B`?
    template_reference: resource `A` cannot depend on itself [8 "A" itself]
    template_reference: unknown pseudo parameter `AWS::Regoin` [12 "!Ref AWS::Regoin" not found] help: did you mean `AWS::Region`?
    template_reference: unknown resource `Bucket` [13 "!GetAtt Bucket.Arn" not found]
    template_reference: unknown parameter or resource `Nam` [14 "!Sub 'x ${Nam} ${B2.Arn}'" not found] help: did you mean `Name`?
    template_reference: unknown resource `B2` [14 "!Sub 'x ${Nam} ${B2.Arn}'" not found] help: did you mean `B`?
    template_reference: unknown condition `Cc` [15 "!If [Cc, 1, 2]" not found] help: did you mean `C`?
    template_reference: unknown mapping `N` [16 "!FindInMap [N, one, x]" not found]
    template_reference: unknown key `onee` of mapping `M` [17 "onee" not found] help: did you mean `one`?
    template_reference: unknown key `z` of mapping `M` [18 "z" not found]
    template_reference: unknown parameter or resource `Gone` [19 "!Ref Gone" not found]
    template_reference: unknown condition `F` [19 "F" not found]
    template_name: `A` is both a parameter and a resource [8 "A" a resource] [2 "A" a parameter]
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
    template_function: unknown function `Fn::Jion` [6 "{'Fn::Jion': [',', [a]]}" unknown] help: did you mean `Fn::Join`?
    template_function: invalid argument of `Fn::Join` [7 "!Join [a]" expected `[delimiter, list]`]
    template_function: invalid argument of `Fn::GetAtt` [8 "!GetAtt A" expected `[logical id, attribute]` or `logical id.attribute`]
    template_function: invalid argument of `Fn::Sub` [9 "!Sub [a]" expected a string, or `[string, table of variables]`]
    template_function: invalid argument of `Fn::If` [10 "!If [!Ref A, 1, 2]" expected `[condition name, value if true, value if false]`]
    template_function: invalid argument of `Ref` [11 "!Ref {a: b}" expected the name of a parameter or a logical id]
    template_function: invalid argument of `Fn::Select` [12 "!Select 0" expected `[index, list]`]
    template_function: invalid argument of `Fn::Base64` [13 "!Base64 [a]" expected a string]
    template_cycle: dependency cycle of resources: A > A [10 "!Ref A" `A` depends on `A`]
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
    template_name: `my-id` holds `-`: letters and digits only [10 "my-id" invalid name]
    template_shape: unknown parameter type `Strng` [4 "Strng"] help: did you mean `String`?
    template_shape: `Default`: expected a string, found a list [4 "[a]"]
    template_shape: `AllowedValues`: expected a list, found a string [4 "a"]
    template_shape: invalid default of parameter `N`: `ten` is not a number [5 "ten"]
    template_shape: `Condition`: expected the name of a condition, found a list [8 "[C]"]
    template_shape: invalid value for `DeletionPolicy`: expected one of Delete, Retain, RetainExceptOnCreate, Snapshot [8 "Keep"]
    template_shape: invalid value for `UpdateReplacePolicy`: expected one of Delete, Retain, Snapshot [8 "RetainExceptOnCreate"]
    template_shape: `DependsOn`: expected a logical id or a list of logical ids [8 "{a: b}"]
    template_shape: `Properties`: expected a table, found a list [9 "[a]"]
    template_shape: null values are not allowed [10 ""] help: set a value, or remove the key
    template_shape: null values are not allowed [11 ""] help: set a value, or remove the key
    template_shape: null values are not allowed [11 ""] help: set a value, or remove the key
    template_key: unknown key `Resource` in a template [2 "Resource" unknown] help: did you mean `Resources`?
    template_key: unknown key `Defalt` in a parameter [4 "Defalt" unknown] help: did you mean `Default`?
    template_key: unknown key `Propertis` in a resource [8 "Propertis" unknown] help: did you mean `Properties`?
    template_key: unknown key `Exprot` in an output [12 "Exprot" unknown] help: did you mean `Export`?
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
    template_limit: the template has 201 mappings, the limit is 200 [705 "M200" the first beyond the limit]
    template_limit: the template has 501 resources, the limit is 500 [503 "R500" the first beyond the limit]
    template_limit: a description has 1025 bytes, the limit is 1024 [1 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" too long]
    template_limit: the template has 201 dynamic references, the limit is 60 [565 "'{{resolve:ssm:a}}'" the first beyond the limit]
    "#);
    let large = format!(
        "Resources: {{R: {{Type: T::T::T, Properties: {{a: {}}}}}}}",
        "x".repeat(1_000_000)
    );
    insta::assert_snapshot!(checked(&large), @r#"template_limit: the template has 1000060 bytes, the limit is 1000000 [1 "Resources: {R: {Type: T::T::T,"]"#);
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
    template_cycle: dependency cycle of resources: A > B > C > A [3 "!Ref B" `A` depends on `B`] [4 "!Sub '${C.Arn}'" `B` depends on `C`] [5 "A" `C` depends on `A`]
    template_cycle: dependency cycle of resources: D > D [6 "!GetAtt D.Arn" `D` depends on `D`]
    template_cycle: dependency cycle of conditions: E > F > E [10 "!Condition F" `E` depends on `F`] [11 "!Condition E" `F` depends on `E`]
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
    template_shape: invalid value for `DeletionPolicy`: expected one of Delete, Retain, RetainExceptOnCreate, Snapshot [3 "Keep"]
    template_key: unknown key `IgnoreGlobals` in a resource [3 "IgnoreGlobals" unknown]
    template_shape: `AWS::Serverless::Function` needs the serverless transform [3 "AWS::Serverless::Function" needs a transform] help: add `Transform: AWS::Serverless-2016-10-31` to the template
    template_function: `Fn::ForEach` needs the language extensions [4 "Fn::ForEach::Topics" needs the language extensions] help: add `Transform: AWS::LanguageExtensions` to the template
    "#);
    let text = "
Transform: [{Nmae: Mine}, 5]
Resources: {A: {Type: T::T::T}}
";
    insta::assert_snapshot!(checked(text), @r#"
    template_shape: missing `Name` of a transform [2 "{Nmae: Mine}"]
    template_key: unknown key `Nmae` in a transform [2 "Nmae" unknown] help: did you mean `Name`?
    template_shape: expected a name or a table for a transform, found an integer [2 "5"]
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
