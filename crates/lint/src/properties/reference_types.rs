//! The type that a schema without a format expects of a reference: an ARN by its pattern, a number
//! or a boolean by its type.
//!
//! Only certain faults are reported: the format of the reference is known, and no text of that
//! format fits.

use crate::formats::schema_format;
use formwork_catalog::patterns::Patterns;
use formwork_catalog::schema::{Schema, Type};

/// The pseudo format of an ARN in a schema without a format.
pub(super) const ARN: &str = "arn";

/// The pseudo formats of integers, numbers and booleans.
pub(super) const PLAIN: [(&str, Type, &str); 3] = [
    ("integer", Type::Integer, "an integer"),
    ("number", Type::Number, "a number"),
    ("boolean", Type::Boolean, "a boolean"),
];

/// Samples of names and ids. An open pattern matches at least one of them.
const SAMPLES: [&str; 6] = [
    "example",
    "example-1",
    "Example_1",
    "example.com",
    "i-0123456789abcdef0",
    "01234567-89ab-cdef-0123-456789abcdef",
];

/// Samples of numbers and booleans.
const PLAIN_TEXTS: [&str; 4] = ["0", "12345678", "0.5", "true"];

/// Returns the type that the schema expects if the given format can never have it.
pub(super) fn expected_type(
    patterns: &Patterns,
    schema: &Schema,
    actual: &str,
) -> Option<&'static str> {
    if schema.format.is_some() {
        return None;
    }
    if let Some((name, ..)) = PLAIN.iter().find(|(_, kind, _)| is_only(schema, *kind)) {
        return is_never_plain(patterns, actual).then_some(name);
    }
    let pattern = schema.pattern.as_deref()?;
    let bare = pattern.trim_start_matches(['^', '(']);
    let bare = bare.strip_prefix("?:").unwrap_or(bare);
    if !bare.starts_with("arn") {
        return None;
    }
    let wrong = match actual.strip_suffix(".Arn") {
        Some(kind) => is_other_service(schema, kind),
        None => is_name(actual) && SAMPLES.iter().all(|it| !fits(patterns, pattern, it)),
    };
    wrong.then_some(ARN)
}

/// Returns whether the schema accepts only that type.
fn is_only(schema: &Schema, kind: Type) -> bool {
    schema.types.names(kind) && schema.types.iter().count() == 1
}

/// Returns whether texts of the given format are never numbers or booleans.
fn is_never_plain(patterns: &Patterns, actual: &str) -> bool {
    let pattern = schema_format::pattern(actual);
    actual.ends_with(".Arn")
        || pattern.is_some_and(|it| PLAIN_TEXTS.iter().all(|text| !fits(patterns, it, text)))
}

/// Returns whether the given format is a name or an id, which is not an ARN.
fn is_name(actual: &str) -> bool {
    matches!(actual.rsplit_once('.'), Some((kind, what)) if kind.starts_with("AWS::")
        && (what == "Id" && schema_format::pattern(actual).is_some() || what.ends_with("Name")))
}

/// Returns whether the schema accepts only ARNs of IAM, and the type belongs to another service.
pub(super) fn is_other_service(schema: &Schema, kind: &str) -> bool {
    let pattern = schema.pattern.as_deref();
    let is_of_iam = pattern.is_some_and(|pattern| pattern.contains(":iam:"));
    is_of_iam && kind.starts_with("AWS::") && !kind.starts_with("AWS::IAM::")
}

fn fits(patterns: &Patterns, pattern: &str, text: &str) -> bool {
    patterns.finds(pattern, text) != Some(false)
}

#[cfg(test)]
mod tests {
    use crate::codes::{PROPERTY_CONFLICT, WRONG_REFERENCE, WRONG_VALUE};
    use crate::tests::shown;

    fn check(text: &str) -> String {
        let codes = [WRONG_REFERENCE, WRONG_VALUE, PROPERTY_CONFLICT];
        shown(text, |problem| codes.contains(&problem.code))
    }

    #[test]
    fn a_name_is_no_arn_and_no_number() {
        insta::assert_snapshot!(check("
Parameters:
  Vpc: {Type: AWS::EC2::VPC::Id}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a, VpcId: !Ref Vpc}}
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  A: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: a}, Handler: a.b, Runtime: python3.13, Role: !Ref Bucket}}
  B: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: a}, Handler: a.b, Runtime: python3.13, Role: !Ref Role}}
  C: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: a}, Handler: a.b, Runtime: python3.13, Role: !GetAtt Bucket.Arn}}
  D: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: a}, Handler: a.b, Runtime: python3.13, Role: !Ref Vpc}}
  E: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !GetAtt Group.GroupId, FifoQueue: !GetAtt Role.Arn}}
"), @r#"
        wrong_reference: `Role`: expected an ARN, found the name of an `AWS::S3::Bucket` [8 "!Ref Bucket" wrong reference]
        wrong_reference: `Role`: expected an ARN, found the name of an `AWS::IAM::Role` [9 "!Ref Role" wrong reference] help: did you mean `Role.Arn`?
        wrong_reference: `Role`: expected an ARN, found the id of an `AWS::EC2::VPC` [11 "!Ref Vpc" wrong reference]
        wrong_reference: `DelaySeconds`: expected an integer, found the id of an `AWS::EC2::SecurityGroup` [12 "!GetAtt Group.GroupId" wrong reference]
        wrong_reference: `FifoQueue`: expected a boolean, found the ARN of an `AWS::IAM::Role` [12 "!GetAtt Role.Arn" wrong reference]
        "#);
    }

    #[test]
    fn what_may_be_right_is_left_alone() {
        insta::assert_snapshot!(check("
Parameters:
  Arn: {Type: String}
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Topic: {Type: AWS::SNS::Topic}
  Setting: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: '5'}}
  Own: {Type: Custom::Own, Properties: {ServiceToken: a}}
  A: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: a}, Handler: a.b, Runtime: python3.13, Role: !GetAtt Role.Arn}}
  B: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: a}, Handler: a.b, Runtime: python3.13, Role: !Ref Arn}}
  C: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: a}, Handler: a.b, Runtime: python3.13, Role: !Ref Own}}
  D: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !GetAtt Setting.Value}}
  E: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, Principal: a, FunctionName: !Ref A}}
"), @"");
    }
}
