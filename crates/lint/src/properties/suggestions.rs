//! Suggestions: the property, the value or the reference that was most likely meant.

use super::reference_types::{ARN, is_other_service};
use crate::context::Checker;
use crate::formats::reference::{is_same, reference_format};
use crate::limits::{MAX_LISTED, MAX_SHOWN_CHARACTERS};
use formwork_catalog::schema::{Literal, ResourceSchema, Schema};
use formwork_template::diagnostics::{SuggestionBudget, did_you_mean};
use formwork_template::parameter::scalar_text;
use formwork_template::{Intrinsic, Node};

/// Returns the property that an unknown name most likely means.
pub(super) fn nearest_property<'s>(
    schema: &'s Schema,
    name: &str,
    budget: &SuggestionBudget,
) -> Option<&'s str> {
    let known = || schema.properties.keys().map(|name| &**name);
    let lower = name.to_lowercase();
    let alike = |known: &&str| {
        // Comparing lengths first is cheaper, and a table may have hundreds of properties.
        let (short, long) = (lower.len().min(known.len()), lower.len().max(known.len()));
        short * 2 >= long && {
            let known = known.to_ascii_lowercase();
            known.contains(&lower) || lower.contains(&known)
        }
    };
    let begun = || {
        let mut begun = known().filter(|known| known.to_ascii_lowercase().starts_with(&lower));
        begun.next().filter(|_| begun.next().is_none())
    };
    let near = budget
        .nearest(name, known())
        .or_else(|| known().find(alike));
    near.or_else(begun)
}

pub(super) fn suggest_property(
    schema: &Schema,
    name: &str,
    kind: &str,
    budget: &SuggestionBudget,
) -> String {
    if let ([(pattern, _), ..], true) = (
        schema.pattern_properties.as_slice(),
        schema.properties.is_empty(),
    ) {
        return format!("keys must match `{}`", cut(pattern, 200));
    }
    match (
        nearest_property(schema, name, budget),
        schema.properties.len(),
    ) {
        (Some(meant), _) => did_you_mean(meant),
        (None, 1..=MAX_LISTED) => {
            let known = schema.properties.keys().map(|name| name.to_string());
            format!("known properties: {}", list(known, " and "))
        }
        _ => format!("`formwork explain {kind}` lists the properties"),
    }
}

/// Joins names in backticks with commas, and with `last` before the last one.
pub(super) fn list(names: impl IntoIterator<Item = String>, last: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{}{last}{end}", first.join(", ")),
    }
}

/// Shortens a value for a message.
pub(super) fn shortened(text: &str) -> String {
    cut(text, MAX_SHOWN_CHARACTERS)
}

pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns help for a value that is not allowed: the nearest value, all values, or some with the
/// same prefix.
pub(super) fn suggest_allowed_value(
    values: &[Literal],
    value: Option<&Node>,
    budget: &SuggestionBudget,
) -> String {
    let mut texts: Vec<String> = values.iter().map(Literal::to_string).collect();
    let actual = value.and_then(scalar_text).unwrap_or_default();
    if let Some((below, above)) = nearest_numbers(values, &actual) {
        return match (below, above) {
            (Some(below), Some(above)) => {
                format!("the nearest allowed values are `{below}` and `{above}`")
            }
            (one, other) => format!(
                "the nearest allowed value is `{}`",
                one.or(other).unwrap_or_default()
            ),
        };
    }
    if let Some(near) = budget.nearest(&actual, texts.iter().map(String::as_str)) {
        return did_you_mean(near);
    }
    if texts.len() <= MAX_LISTED {
        return format!("expected {}", list(texts, " or "));
    }
    let alike = |text: &String| {
        let same = text.bytes().zip(actual.bytes()).take_while(|(a, b)| a == b);
        same.count()
    };
    texts.sort_by_key(|text| std::cmp::Reverse(alike(text)));
    let more = texts.len() - 4;
    texts.truncate(4);
    format!("expected {} or one of {more} others", list(texts, ", "))
}

/// Returns the allowed numbers around the given one, if all allowed values are numbers.
fn nearest_numbers(values: &[Literal], actual: &str) -> Option<(Option<f64>, Option<f64>)> {
    let actual: f64 = actual.parse().ok()?;
    let number = |literal: &Literal| match literal {
        Literal::Integer(number) => Some(*number as f64),
        Literal::Number(number) => Some(*number),
        _ => None,
    };
    let numbers: Vec<f64> = values.iter().map(number).collect::<Option<_>>()?;
    let below = numbers.iter().copied().filter(|number| *number < actual);
    let above = numbers.iter().copied().filter(|number| *number > actual);
    Some((below.reduce(f64::max), above.reduce(f64::min)))
}

/// Returns the reference to the same resource that has the expected format, such as `Role.Arn`.
/// `None` if there are several or none.
pub(super) fn suggest_reference(
    checker: &Checker<'_>,
    intrinsic: &Intrinsic<'_>,
    schema: &Schema,
    expected: &str,
) -> Option<String> {
    let (resource, is_whole) = match intrinsic {
        Intrinsic::Ref(name) => (*name, true),
        Intrinsic::GetAtt { resource, .. } => (*resource, false),
        _ => return None,
    };
    let itself = reference_format(checker, resource).flatten();
    if !is_whole && itself.is_some_and(|format| is_same(&format, expected)) {
        return Some(resource.to_owned());
    }
    let kind = checker.template.resource(resource)?.kind;
    if expected == ARN && is_other_service(schema, kind) {
        return None;
    }
    let attribute = attribute(&*checker.table.resource(kind)?, expected)?;
    Some(format!("{resource}.{attribute}"))
}

/// Returns the only attribute with the expected format.
fn attribute(schema: &ResourceSchema, expected: &str) -> Option<String> {
    let own_arn = || schema.attribute("Arn").map(|_| "Arn".to_owned());
    let is_own = expected
        .rsplit_once('.')
        .is_some_and(|(kind, _)| *kind == *schema.name);
    if is_arn(expected) && (expected == ARN || is_own) {
        return own_arn();
    }
    let mut fitting = schema.attributes.iter().filter(|(_, attribute)| {
        let format = attribute.format.as_deref();
        format.is_some_and(|format| is_same(format, expected))
    });
    let (name, _) = fitting.next()?;
    fitting.next().is_none().then(|| name.to_string())
}

/// Returns whether the expected format is an ARN.
pub(super) fn is_arn(expected: &str) -> bool {
    expected == ARN || expected.ends_with(".Arn")
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_template::diagnostics::Span;

    #[test]
    fn what_to_write_instead_is_near() {
        let texts = |all: &[&str]| all.iter().map(|it| Literal::Text((*it).into())).collect();
        let numbers = |all: &[i64]| all.iter().map(|it| Literal::Integer(*it)).collect();
        let many: Vec<String> = (0..20).map(|it| format!("db.r{it}.large")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.extend(["db.t3.large", "db.t3.micro"]);
        let assignments: [(Vec<Literal>, Node, &str); 6] = [
            (
                numbers(&[1, 3, 5, 7, 14]),
                Node::new(8, Span::default()),
                "the nearest allowed values are `7` and `14`",
            ),
            (
                numbers(&[1, 3, 5, 7, 14]),
                Node::new(15, Span::default()),
                "the nearest allowed value is `14`",
            ),
            (
                texts(&["Enabled", "Suspended"]),
                Node::new("enabled", Span::default()),
                "did you mean `Enabled`?",
            ),
            (
                texts(&["S", "N", "B"]),
                Node::new("X", Span::default()),
                "expected `S`, `N` or `B`",
            ),
            (
                texts(&many),
                Node::new("db.t3.something", Span::default()),
                "expected `db.t3.large`, `db.t3.micro`, `db.r0.large`, `db.r1.large` or one of 18 others",
            ),
            (
                numbers(&[1, 3]),
                Node::new("many", Span::default()),
                "expected `1` or `3`",
            ),
        ];
        for (values, actual, expect) in assignments {
            let budget = SuggestionBudget::default();
            assert_eq!(
                suggest_allowed_value(&values, Some(&actual), &budget),
                expect
            );
        }
    }
}
