//! Faults as messages.

use super::faults::{Fault, Finding, PathStep, Reason, RenderedFault, render_path};
use super::reference_types::{ARN, PLAIN};
use super::suggestions::{cut, is_arn, list, shortened, suggest_allowed_value, suggest_property};
use crate::codes;
use crate::formats::schema_format;
use formwork_catalog::schema::{Bounds, Type, Types};
use formwork_template::diagnostics::{Code, Problem, Severity, did_you_mean};
use formwork_template::parameter::scalar_text;
use formwork_template::{Node, Value};

/// What is wrong, as a problem.
pub(super) fn problem(finding: &Finding<'_>, kind: &str) -> Problem {
    as_problem(finding, render(finding, kind))
}

/// What is wrong and was put into words, as a problem.
pub(super) fn as_problem(finding: &Finding<'_>, said: RenderedFault) -> Problem {
    let reasons = describe_reasons(&finding.reasons);
    let message = format!("{}{reasons}{}", said.message, finding.assignment.describe());
    let mut problem = Problem::error(said.code, message).at(finding.span, said.label);
    if let Fault::Resolved(resolved) = &finding.fault
        && let Some(given) = resolved.given
    {
        problem.severity = Severity::Warning;
        problem = problem.at(given, "given here");
    }
    if let Some(output) = finding.output {
        problem = problem.at(output, given_by(finding));
    }
    if let Some((span, label)) = said.also {
        problem = problem.at(span, label);
    }
    match said.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// What the output gives that is to blame, as a label.
fn given_by(finding: &Finding<'_>) -> String {
    match &finding.fault {
        Fault::WrongReturnedKind(_, kinds) => format!("gives {kinds}"),
        Fault::WrongReference(Some(given), _) => format!("gives {}", thing(given)),
        _ => "gives something else".to_owned(),
    }
}

/// What is wrong, in words.
pub(super) fn render(finding: &Finding<'_>, kind: &str) -> RenderedFault {
    let mut said = RenderedFault {
        code: codes::WRONG_VALUE,
        message: String::new(),
        label: String::new(),
        also: None,
        help: None,
    };
    names(finding, kind, &mut said);
    if said.message.is_empty() {
        values(finding, kind, &mut said);
    }
    said
}

fn names(finding: &Finding<'_>, kind: &str, said: &mut RenderedFault) {
    let trail = &*finding.trail;
    let here = render_path(trail);
    let within = |name: &str| match trail.is_empty() {
        true => name.to_owned(),
        false => format!("{here}.{name}"),
    };
    match &finding.fault {
        Fault::UnknownProperty(_) | Fault::MisspelledProperty(_) => {
            said.put(
                codes::UNKNOWN_PROPERTY,
                format!("`{kind}` has no property `{here}`"),
                "unknown",
            );
            said.help = match (&finding.fault, trail.last()) {
                (Fault::UnknownProperty(schema), Some(PathStep::Name(name))) => {
                    Some(suggest_property(schema, name, kind))
                }
                (Fault::MisspelledProperty(meant), _) => {
                    Some(format!("did you mean `{meant}`, which is missing?"))
                }
                _ => None,
            };
        }
        Fault::ReadOnly => {
            said.put(
                codes::READ_ONLY_PROPERTY,
                format!("`{here}` of `{kind}` is set by AWS, and cannot be given"),
                "read-only",
            );
            said.help = Some("leave it out".to_owned());
        }
        Fault::Missing(name) => {
            let message = format!("`{kind}` needs the property `{}`", within(name));
            said.put(
                codes::MISSING_PROPERTY,
                message,
                format!("`{name}` is missing"),
            );
        }
        Fault::MissingOneOf(names) => {
            let names = list(names.iter().map(|name| within(name)), " or ");
            let message = format!("`{kind}` needs one of the properties {names}");
            said.put(codes::MISSING_PROPERTY, message, "missing here");
        }
        Fault::MissingDependent(name, needed) => {
            let message = format!(
                "with `{}`, `{kind}` needs `{}` too",
                within(name),
                within(needed)
            );
            said.put(
                codes::MISSING_PROPERTY,
                message,
                format!("`{needed}` is missing"),
            );
        }
        Fault::Excluded(others) => {
            let message = match others.as_slice() {
                [] => format!("`{here}` of `{kind}` cannot be given here"),
                others => {
                    let others = list(others.iter().map(|it| (*it).to_owned()), " and ");
                    format!("`{here}` of `{kind}` cannot stand beside {others}")
                }
            };
            said.put(codes::PROPERTY_CONFLICT, message, "one too many");
        }
        Fault::ConflictsWith(other, span) => {
            let message = format!("`{here}` of `{kind}` cannot stand beside `{other}`");
            said.put(codes::PROPERTY_CONFLICT, message, "one too many");
            said.also = Some((*span, "beside this one"));
        }
        Fault::Never => {
            let message = format!("`{here}` of `{kind}` cannot be given here");
            said.put(codes::PROPERTY_CONFLICT, message, "not allowed here");
        }
        Fault::PropertyCount(bounds, count) => {
            let allowed = bounded(*bounds, "name", "names");
            let message = format!("`{}` takes {allowed}, not {count}", or_kind(&here, kind));
            said.put(codes::OUT_OF_BOUNDS, message, "");
        }
        _ => {}
    }
}

fn values(finding: &Finding<'_>, kind: &str, said: &mut RenderedFault) {
    let here = or_kind(&render_path(&finding.trail), kind);
    let value = finding.value.map_or_else(|| "this name".to_owned(), shown);
    match &finding.fault {
        Fault::WrongType(types) => {
            let message = format!("`{here}` is {}, not {value}", types_in_words(*types));
            said.put(codes::PROPERTY_TYPE, message, "of another type");
            if types.names(Type::Object) && finding.value.is_some_and(is_local_path) {
                said.help = Some("a local file or folder is an asset: `${assets.NAME}`".to_owned());
            }
            let is_table = finding.value.is_some_and(|value| value.as_map().is_some());
            if types.names(Type::Array) && is_table && here.ends_with("Tags") {
                said.help = Some("each tag is a table with a `Key` and a `Value`".to_owned());
            }
        }
        Fault::WrongReturnedKind(types, kinds) => {
            let message = format!(
                "`{here}` is {}, and this gives {kinds}",
                types_in_words(*types)
            );
            said.put(codes::PROPERTY_TYPE, message, format!("{kinds}"));
        }
        Fault::WrongReference(given, needed) => {
            let message = match given {
                Some(given) => format!(
                    "`{here}` takes {}, and this gives {}",
                    thing(needed),
                    thing(given)
                ),
                None => format!(
                    "`{here}` takes {}, and this gives something else",
                    thing(needed)
                ),
            };
            let label = match finding.output {
                Some(_) => format!("takes {}", thing(needed)),
                None => "of another thing".to_owned(),
            };
            said.put(codes::WRONG_REFERENCE, message, label);
            said.help = match (&finding.suggestion, finding.output) {
                (Some(suggestion), _) => Some(did_you_mean(suggestion)),
                (None, Some(_)) if is_arn(needed) => {
                    Some("let the output give the ARN, an attribute `Arn`".to_owned())
                }
                _ => None,
            };
        }
        Fault::NotAllowed(values) => {
            said.put(
                codes::WRONG_VALUE,
                format!("`{here}` does not take {value}"),
                "not allowed",
            );
            said.help = Some(suggest_allowed_value(values, finding.value));
        }
        Fault::NotEqual(constant) => {
            let message = format!("`{here}` takes only `{constant}`, not {value}");
            said.put(codes::WRONG_VALUE, message, "not allowed");
        }
        Fault::Pattern(pattern) => {
            let message = format!("`{here}` does not take {value}");
            said.put(codes::WRONG_VALUE, message, "does not match the pattern");
            said.help = Some(format!("it must match `{}`", cut(pattern, 200)));
        }
        Fault::Format(format) => {
            let message = format!("`{here}` takes {}, not {value}", thing(format));
            said.put(codes::WRONG_VALUE, message, "not of this form");
            let pattern = schema_format::pattern(format);
            said.help = pattern.map(|pattern| format!("it must match `{pattern}`"));
        }
        Fault::Length(bounds, length) => {
            let bounds = bounded(*bounds, "character", "characters");
            let message = format!("`{here}` has {bounds}, not {length}");
            said.put(
                codes::OUT_OF_BOUNDS,
                message,
                format!("{length} characters"),
            );
        }
        Fault::Range(bounds) => {
            let message = match (bounds.min, bounds.max) {
                (Some(least), Some(most)) => {
                    format!("`{here}` is from {least} to {most}, not {value}")
                }
                (Some(least), None) => format!("`{here}` is at least {least}, not {value}"),
                (_, most) => format!(
                    "`{here}` is at most {}, not {value}",
                    most.unwrap_or_default()
                ),
            };
            said.put(codes::OUT_OF_BOUNDS, message, "out of bounds");
        }
        Fault::ExclusiveRange(above, below) => {
            let above = above.map(|above| format!("more than {above}"));
            let below = below.map(|below| format!("less than {below}"));
            let both: Vec<String> = above.into_iter().chain(below).collect();
            let message = format!("`{here}` is {}, not {value}", both.join(" and "));
            said.put(codes::OUT_OF_BOUNDS, message, "out of bounds");
        }
        Fault::MultipleOf(of) => {
            said.put(
                codes::OUT_OF_BOUNDS,
                format!("`{here}` is a multiple of {of}, not {value}"),
                "",
            );
        }
        Fault::ItemCount(bounds, count) => {
            let message = format!(
                "`{here}` has {}, not {count}",
                bounded(*bounds, "item", "items")
            );
            said.put(codes::OUT_OF_BOUNDS, message, format!("{count} items"));
        }
        _ => whole(finding, &here, said),
    }
}

fn whole(finding: &Finding<'_>, here: &str, said: &mut RenderedFault) {
    match &finding.fault {
        Fault::Duplicate(first) => {
            said.put(
                codes::DUPLICATE_ITEM,
                format!("`{here}` is there twice"),
                "again here",
            );
            said.also = Some((*first, "first here"));
        }
        Fault::DuplicateKeys(keys, first) => {
            let keys = list(keys.iter().map(|key| (**key).to_owned()), " and ");
            let message = format!("`{here}` has the {keys} of another item");
            said.put(codes::DUPLICATE_ITEM, message, "again here");
            said.also = Some((*first, "first here"));
        }
        Fault::TooManyDistinct(most, count) => {
            let message = format!("`{here}` has at most {most} different items, not {count}");
            said.put(codes::OUT_OF_BOUNDS, message, "");
        }
        Fault::Mismatch(expected, span) => {
            let expected = shortened(expected);
            let message = format!("`{here}` does not go with `{expected}` of the other resource");
            said.put(codes::PROPERTY_CONFLICT, message, "does not go with it");
            said.also = Some((*span, "this one"));
        }
        Fault::NoItemMatches => {
            said.put(
                codes::WRONG_VALUE,
                format!("`{here}` lacks an item that it needs"),
                "",
            );
        }
        Fault::SeveralMatch => {
            let message = format!("`{here}` fits several alternatives, of which it must be one");
            said.put(codes::PROPERTY_CONFLICT, message, "");
        }
        Fault::ForbiddenName => {
            let message = format!("`{here}` is a name that the service keeps for itself");
            said.put(codes::WRONG_VALUE, message, "not allowed here");
        }
        Fault::Forbidden => {
            let message = format!("`{here}` has a value that cannot stand beside the others");
            said.put(codes::PROPERTY_CONFLICT, message, "not allowed here");
        }
        Fault::Resolved(resolved) => {
            let inner = &resolved.said;
            let value = shortened(&resolved.value);
            let by = match resolved.given {
                Some(_) => "may become",
                None => "becomes",
            };
            *said = inner.clone();
            said.label = format!("{by} `{value}`");
        }
        _ => {}
    }
}

impl RenderedFault {
    fn put(&mut self, code: Code, message: String, label: impl Into<String>) {
        self.code = code;
        self.message = message;
        self.label = label.into();
    }
}

/// The path, or the type where it is the resource as a whole.
fn or_kind(path: &str, kind: &str) -> String {
    if path.is_empty() { kind } else { path }.to_owned()
}

fn bounded(bounds: Bounds<u64>, one: &str, many: &str) -> String {
    let word = |count: u64| if count == 1 { one } else { many };
    match (bounds.min, bounds.max) {
        (Some(least), Some(most)) if least == most => format!("{least} {}", word(least)),
        (Some(least), Some(most)) => format!("{least} to {most} {many}"),
        (Some(least), None) => format!("at least {least} {}", word(least)),
        (None, most) => {
            let most = most.unwrap_or_default();
            format!("at most {most} {}", word(most))
        }
    }
}

fn types_in_words(types: Types) -> String {
    let words: Vec<&str> = types
        .iter()
        .map(|kind| match kind {
            Type::String => "a string",
            Type::Integer => "an integer",
            Type::Number => "a number",
            Type::Boolean => "a boolean",
            Type::Array => "a list",
            Type::Object => "a table",
            Type::Null => "null",
        })
        .collect();
    words.join(" or ")
}

/// A scalar as it stands, a list or table by its kind.
fn shown(node: &Node) -> String {
    match scalar_text(node) {
        Some(text) if matches!(node.value, Value::String(_)) => {
            format!("`\"{}\"`", shortened(&text))
        }
        Some(text) => format!("`{text}`"),
        None => node.kind().to_owned(),
    }
}

/// What a format names, as `the id of an AWS::EC2::VPC`.
fn thing(format: &str) -> String {
    let plain = PLAIN.iter().find(|(name, ..)| *name == format);
    if let Some((.., words)) = plain {
        return (*words).to_owned();
    }
    match format {
        ARN => "an ARN".to_owned(),
        "ipv4-network" => "an IPv4 address block".to_owned(),
        "ipv6-network" => "an IPv6 address block".to_owned(),
        "ipv4" => "an IPv4 address".to_owned(),
        "ipv6" => "an IPv6 address".to_owned(),
        "date-time" => "a date with a time, as `2024-01-31T10:00:00Z`".to_owned(),
        "date" => "a date, as `2024-01-31`".to_owned(),
        "json" => "JSON".to_owned(),
        _ => match format.rsplit_once('.') {
            Some((kind, what)) if what.ends_with("Name") => format!("the name of an `{kind}`"),
            Some((kind, "Arn")) => format!("the ARN of an `{kind}`"),
            Some((kind, what)) => format!("the {} of an `{kind}`", what.to_lowercase()),
            None => format!("what has the format `{format}`"),
        },
    }
}

fn is_local_path(node: &Node) -> bool {
    node.as_str()
        .is_some_and(|text| text.starts_with('.') || text.contains('/') && !text.contains(':'))
}

/// The reasons as the end of a sentence: `, as A is 1 and B is not given`; nothing where there are
/// none.
pub(super) fn describe_reasons(reasons: &[Reason<'_>]) -> String {
    let all = reasons.iter().map(describe_reason);
    match all.collect::<Vec<String>>().join(" and ") {
        none if none.is_empty() => none,
        all => format!(", as {all}"),
    }
}

fn describe_reason(reason: &Reason<'_>) -> String {
    let path = render_path(&reason.trail);
    match reason.node.map(scalar_text) {
        Some(Some(text)) => format!("`{path}` is `{}`", shortened(&text)),
        Some(None) => format!("`{path}` is given"),
        None => format!("`{path}` is not given"),
    }
}

#[cfg(test)]
mod tests {
    use crate::codes::{MISSING_PROPERTY, WRONG_VALUE};
    use crate::tests::shown;

    #[test]
    fn what_a_value_beside_it_asks_for_is_said_with_that_value() {
        let codes = [WRONG_VALUE, MISSING_PROPERTY];
        insta::assert_snapshot!(shown("
Conditions:
  Open: !Equals [!Ref AWS::Region, us-east-1]
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      KeySchema: [{AttributeName: a, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 0}
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: instance, Port: 80}}
  Provisioned:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      KeySchema: [{AttributeName: a, KeyType: HASH}]
      BillingMode: !If [Open, PAY_PER_REQUEST, !Ref AWS::NoValue]
", |problem| codes.contains(&problem.code)), @r#"
    missing_property: `AWS::S3::Bucket` needs the property `OwnershipControls`, as `AccessControl` is `PublicRead` [5 "Bucket" `OwnershipControls` is missing]
    wrong_value: `ProvisionedThroughput.ReadCapacityUnits` takes only `0`, not `1`, as `BillingMode` is `PAY_PER_REQUEST` [12 "1" not allowed]
    missing_property: `AWS::ElasticLoadBalancingV2::TargetGroup` needs the property `Protocol`, as `TargetType` is `instance` [13 "Targets" `Protocol` is missing]
    missing_property: `AWS::DynamoDB::Table` needs the property `ProvisionedThroughput` when `Open` does not hold [14 "Provisioned" `ProvisionedThroughput` is missing]
    "#);
    }
}
