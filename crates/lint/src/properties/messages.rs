//! Faults as messages.

use super::faults::{Fault, Finding, PathStep, Reason, RenderedFault, render_path};
use super::reference_types::{ARN, PLAIN};
use super::suggestions::{cut, is_arn, list, shortened, suggest_allowed_value, suggest_property};
use crate::codes;
use crate::formats::schema_format;
use formwork_catalog::schema::{Bounds, Type, Types};
use formwork_template::diagnostics::{Code, Problem, Severity, SuggestionBudget, did_you_mean};
use formwork_template::parameter::scalar_text;
use formwork_template::{Node, Value};

/// Returns the problem for a finding.
pub(super) fn problem(finding: &Finding<'_>, kind: &str, budget: &SuggestionBudget) -> Problem {
    as_problem(finding, render(finding, kind, budget))
}

/// Returns the problem for a finding that is already rendered.
pub(super) fn as_problem(finding: &Finding<'_>, rendered: RenderedFault) -> Problem {
    let reasons = describe_reasons(&finding.reasons);
    let message = format!(
        "{}{reasons}{}",
        rendered.message,
        finding.assignment.describe()
    );
    let mut problem = Problem::error(rendered.code, message).at(finding.span, rendered.label);
    if let Fault::Resolved(resolved) = &finding.fault
        && let Some(actual) = resolved.source
    {
        problem.severity = Severity::Warning;
        problem = problem.at(actual, "from this value");
    }
    if let Some(output) = finding.output {
        problem = problem.at(output, output_label(finding));
    }
    if let Some((span, label)) = rendered.also {
        problem = problem.at(span, label);
    }
    match rendered.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// Returns the label at the output that provides the value.
fn output_label(finding: &Finding<'_>) -> String {
    match &finding.fault {
        Fault::WrongReturnedKind(_, kinds) => format!("returns {kinds}"),
        Fault::WrongReference(Some(actual), _) => format!("returns {}", describe_format(actual)),
        _ => "returns another value".to_owned(),
    }
}

/// Renders the message, label and help for a finding.
pub(super) fn render(
    finding: &Finding<'_>,
    kind: &str,
    budget: &SuggestionBudget,
) -> RenderedFault {
    let mut rendered = RenderedFault {
        code: codes::WRONG_VALUE,
        message: String::new(),
        label: String::new(),
        also: None,
        help: None,
    };
    render_property_fault(finding, kind, budget, &mut rendered);
    if rendered.message.is_empty() {
        render_value_fault(finding, kind, budget, &mut rendered);
    }
    rendered
}

#[expect(
    clippy::too_many_lines,
    reason = "one flat match over the faults is clearest"
)]
fn render_property_fault(
    finding: &Finding<'_>,
    kind: &str,
    budget: &SuggestionBudget,
    rendered: &mut RenderedFault,
) {
    let trail = &*finding.trail;
    let here = render_path(trail);
    let within = |name: &str| match trail.is_empty() {
        true => name.to_owned(),
        false => format!("{here}.{name}"),
    };
    match &finding.fault {
        Fault::UnknownProperty(_) | Fault::MisspelledProperty(_) => {
            rendered.put(
                codes::UNKNOWN_PROPERTY,
                format!("unknown property `{here}` of `{kind}`"),
                "unknown",
            );
            rendered.help = match (&finding.fault, trail.last()) {
                (Fault::UnknownProperty(schema), Some(PathStep::Name(name))) => {
                    Some(suggest_property(schema, name, kind, budget))
                }
                (Fault::MisspelledProperty(meant), _) => {
                    Some(format!("did you mean `{meant}`, which is missing?"))
                }
                _ => None,
            };
        }
        Fault::ReadOnly => {
            rendered.put(
                codes::READ_ONLY_PROPERTY,
                format!("read-only property `{here}` of `{kind}`"),
                "only AWS sets it",
            );
            rendered.help = Some("remove it".to_owned());
        }
        Fault::Missing(name) => {
            let message = format!("missing property `{}` of `{kind}`", within(name));
            rendered.put(
                codes::MISSING_PROPERTY,
                message,
                format!("`{name}` is missing"),
            );
        }
        Fault::MissingOneOf(names) => {
            let names = list(names.iter().map(|name| within(name)), " or ");
            let message = format!("missing property of `{kind}`: {names} is required");
            rendered.put(codes::MISSING_PROPERTY, message, "missing here");
        }
        Fault::MissingDependent(name, required) => {
            let message = format!(
                "missing property `{}` of `{kind}`, which `{}` requires",
                within(required),
                within(name)
            );
            rendered.put(
                codes::MISSING_PROPERTY,
                message,
                format!("`{required}` is missing"),
            );
        }
        Fault::Excluded(others) => {
            let message = match others.as_slice() {
                [] => format!("property `{here}` of `{kind}` is not allowed here"),
                others => {
                    let others = list(others.iter().map(|it| (*it).to_owned()), " and ");
                    format!("property `{here}` of `{kind}` conflicts with {others}")
                }
            };
            rendered.put(codes::PROPERTY_CONFLICT, message, "conflicting property");
        }
        Fault::ConflictsWith(other, span) => {
            let message = format!("property `{here}` of `{kind}` conflicts with `{other}`");
            rendered.put(codes::PROPERTY_CONFLICT, message, "conflicting property");
            rendered.also = Some((*span, "conflicts with this one"));
        }
        Fault::Never => {
            let message = format!("property `{here}` of `{kind}` is not allowed here");
            rendered.put(codes::PROPERTY_CONFLICT, message, "not allowed here");
        }
        Fault::PropertyCount(bounds, count) => {
            let allowed = bounded(*bounds, "entry", "entries");
            let message = format!(
                "`{}`: expected {allowed}, found {count}",
                or_kind(&here, kind)
            );
            rendered.put(codes::OUT_OF_BOUNDS, message, "");
        }
        _ => {}
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one flat match over the faults is clearest"
)]
fn render_value_fault(
    finding: &Finding<'_>,
    kind: &str,
    budget: &SuggestionBudget,
    rendered: &mut RenderedFault,
) {
    let here = or_kind(&render_path(&finding.trail), kind);
    let value = finding
        .value
        .map_or_else(|| "this name".to_owned(), render_value);
    match &finding.fault {
        Fault::WrongType(types) => {
            let message = format!(
                "`{here}`: expected {}, found {value}",
                types_in_words(*types)
            );
            rendered.put(codes::PROPERTY_TYPE, message, "wrong type");
            if types.names(Type::Object) && finding.value.is_some_and(is_local_path) {
                rendered.help = Some(
                    "for a local file or folder, declare an asset and write `${assets.NAME}`"
                        .to_owned(),
                );
            }
            let is_table = finding.value.is_some_and(|value| value.as_map().is_some());
            if types.names(Type::Array) && is_table && here.ends_with("Tags") {
                rendered.help = Some("write a list of tables with `Key` and `Value`".to_owned());
            }
        }
        Fault::WrongReturnedKind(types, kinds) => {
            let message = format!(
                "`{here}`: expected {}, found {kinds}",
                types_in_words(*types)
            );
            rendered.put(codes::PROPERTY_TYPE, message, format!("{kinds}"));
        }
        Fault::WrongReference(actual, expected) => {
            let message = match actual {
                Some(actual) => format!(
                    "`{here}`: expected {}, found {}",
                    describe_format(expected),
                    describe_format(actual)
                ),
                None => format!(
                    "`{here}`: expected {}, found another value",
                    describe_format(expected)
                ),
            };
            let label = match finding.output {
                Some(_) => format!("expected {}", describe_format(expected)),
                None => "wrong reference".to_owned(),
            };
            rendered.put(codes::WRONG_REFERENCE, message, label);
            rendered.help = match (&finding.suggestion, finding.output) {
                (Some(suggestion), _) => Some(did_you_mean(suggestion)),
                (None, Some(_)) if is_arn(expected) => {
                    Some("return an attribute `Arn` from the output".to_owned())
                }
                _ => None,
            };
        }
        Fault::NotAllowed(values) => {
            rendered.put(
                codes::WRONG_VALUE,
                format!("invalid value {value} for `{here}`"),
                "not allowed",
            );
            rendered.help = Some(suggest_allowed_value(values, finding.value, budget));
        }
        Fault::NotEqual(constant) => {
            let message = format!("invalid value {value} for `{here}`: expected `{constant}`");
            rendered.put(codes::WRONG_VALUE, message, "not allowed");
        }
        Fault::Pattern(pattern) => {
            let message = format!("invalid value {value} for `{here}`");
            rendered.put(codes::WRONG_VALUE, message, "does not match the pattern");
            rendered.help = Some(format!("it must match `{}`", cut(pattern, 200)));
        }
        Fault::Format(format) => {
            let message = format!(
                "invalid value {value} for `{here}`: expected {}",
                describe_format(format)
            );
            rendered.put(codes::WRONG_VALUE, message, "wrong format");
            let pattern = schema_format::pattern(format);
            rendered.help = pattern.map(|pattern| format!("it must match `{pattern}`"));
        }
        Fault::Length(bounds, length) => {
            let bounds = bounded(*bounds, "character", "characters");
            let message = format!("`{here}`: expected {bounds}, found {length}");
            rendered.put(
                codes::OUT_OF_BOUNDS,
                message,
                format!("{length} characters"),
            );
        }
        Fault::Range(bounds) => {
            let message = match (bounds.min, bounds.max) {
                (Some(least), Some(most)) => {
                    format!("`{here}`: expected a number from {least} to {most}, found {value}")
                }
                (Some(least), None) => {
                    format!("`{here}`: expected at least {least}, found {value}")
                }
                (_, most) => format!(
                    "`{here}`: expected at most {}, found {value}",
                    most.unwrap_or_default()
                ),
            };
            rendered.put(codes::OUT_OF_BOUNDS, message, "out of bounds");
        }
        Fault::ExclusiveRange(above, below) => {
            let above = above.map(|above| format!("more than {above}"));
            let below = below.map(|below| format!("less than {below}"));
            let both: Vec<String> = above.into_iter().chain(below).collect();
            let message = format!("`{here}`: expected {}, found {value}", both.join(" and "));
            rendered.put(codes::OUT_OF_BOUNDS, message, "out of bounds");
        }
        Fault::MultipleOf(of) => {
            rendered.put(
                codes::OUT_OF_BOUNDS,
                format!("`{here}`: expected a multiple of {of}, found {value}"),
                "",
            );
        }
        Fault::ItemCount(bounds, count) => {
            let message = format!(
                "`{here}`: expected {}, found {count}",
                bounded(*bounds, "item", "items")
            );
            rendered.put(codes::OUT_OF_BOUNDS, message, format!("{count} items"));
        }
        _ => render_other_fault(finding, &here, rendered),
    }
}

fn render_other_fault(finding: &Finding<'_>, here: &str, rendered: &mut RenderedFault) {
    match &finding.fault {
        Fault::Duplicate(first) => {
            rendered.put(
                codes::DUPLICATE_ITEM,
                format!("duplicate item `{here}`"),
                "again here",
            );
            rendered.also = Some((*first, "first here"));
        }
        Fault::DuplicateKeys(keys, first) => {
            let keys = list(keys.iter().map(|key| (**key).to_owned()), " and ");
            let message = format!("duplicate item `{here}`: another item has the same {keys}");
            rendered.put(codes::DUPLICATE_ITEM, message, "again here");
            rendered.also = Some((*first, "first here"));
        }
        Fault::TooManyDistinct(most, count) => {
            let message =
                format!("`{here}`: expected at most {most} distinct items, found {count}");
            rendered.put(codes::OUT_OF_BOUNDS, message, "");
        }
        Fault::Mismatch(expected, span) => {
            let expected = shortened(expected);
            let message = format!("`{here}` does not match `{expected}` of the other resource");
            rendered.put(codes::PROPERTY_CONFLICT, message, "does not match");
            rendered.also = Some((*span, "the other value"));
        }
        Fault::NoItemMatches => {
            rendered.put(codes::WRONG_VALUE, format!("missing item in `{here}`"), "");
        }
        Fault::SeveralMatch => {
            let message = format!("`{here}` matches several alternatives, expected one");
            rendered.put(codes::PROPERTY_CONFLICT, message, "");
        }
        Fault::ForbiddenName => {
            let message = format!("reserved name `{here}`");
            rendered.put(codes::WRONG_VALUE, message, "not allowed here");
        }
        Fault::Forbidden => {
            let message = format!("invalid combination of values in `{here}`");
            rendered.put(codes::PROPERTY_CONFLICT, message, "not allowed here");
        }
        Fault::Resolved(resolved) => {
            let inner = &resolved.rendered;
            let value = shortened(&resolved.value);
            let by = match resolved.source {
                Some(_) => "may be",
                None => "is",
            };
            *rendered = inner.clone();
            rendered.label = format!("{by} `{value}`");
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

/// Returns the path, or the type for the resource as a whole.
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

/// Returns a scalar as it is written, and the kind of a list or table.
fn render_value(node: &Node) -> String {
    match scalar_text(node) {
        Some(text) if matches!(node.value, Value::String(_)) => {
            format!("`\"{}\"`", shortened(&text))
        }
        Some(text) => format!("`{text}`"),
        None => node.kind().to_owned(),
    }
}

/// Returns a format as text, such as `the id of an AWS::EC2::VPC`.
fn describe_format(format: &str) -> String {
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
        "date-time" => "a date and time such as `2024-01-31T10:00:00Z`".to_owned(),
        "date" => "a date such as `2024-01-31`".to_owned(),
        "json" => "JSON".to_owned(),
        _ => match format.rsplit_once('.') {
            Some((kind, what)) if what.ends_with("Name") => format!("the name of an `{kind}`"),
            Some((kind, "Arn")) => format!("the ARN of an `{kind}`"),
            Some((kind, what)) => format!("the {} of an `{kind}`", what.to_lowercase()),
            None => format!("a value of the format `{format}`"),
        },
    }
}

fn is_local_path(node: &Node) -> bool {
    node.as_str()
        .is_some_and(|text| text.starts_with('.') || text.contains('/') && !text.contains(':'))
}

/// Returns the reasons as the end of a message: `, because `A` is `1``. Empty without reasons.
pub(super) fn describe_reasons(reasons: &[Reason<'_>]) -> String {
    let all = reasons.iter().map(describe_reason);
    match all.collect::<Vec<String>>().join(" and ") {
        none if none.is_empty() => none,
        all => format!(", because {all}"),
    }
}

fn describe_reason(reason: &Reason<'_>) -> String {
    let path = render_path(&reason.trail);
    match reason.node.map(scalar_text) {
        Some(Some(text)) => format!("`{path}` is `{}`", shortened(&text)),
        Some(None) => format!("`{path}` is set"),
        None => format!("`{path}` is not set"),
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
        missing_property: missing property `OwnershipControls` of `AWS::S3::Bucket`, because `AccessControl` is `PublicRead` [5 "Bucket" `OwnershipControls` is missing]
        wrong_value: invalid value `1` for `ProvisionedThroughput.ReadCapacityUnits`: expected `0`, because `BillingMode` is `PAY_PER_REQUEST` [12 "1" not allowed]
        missing_property: missing property `Protocol` of `AWS::ElasticLoadBalancingV2::TargetGroup`, because `TargetType` is `instance` [13 "Targets" `Protocol` is missing]
        missing_property: missing property `ProvisionedThroughput` of `AWS::DynamoDB::Table` when `Open` does not hold [14 "Provisioned" `ProvisionedThroughput` is missing]
        "#);
    }
}
