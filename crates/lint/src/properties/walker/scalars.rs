//! Texts, numbers and booleans: types, allowed values, patterns, lengths and ranges.
//!
//! CloudFormation converts texts, numbers and booleans into one another, so `"80"` is a number and
//! `true` is a text. It never converts them into a list or a table.

use super::Walker;
use crate::formats::schema_format;
use crate::properties::faults::Fault;
use formwork_catalog::schema::{Combined, FromData, Keyword, Literal, Schema, Type, Types};
use formwork_template::diagnostics::Span;
use formwork_template::parameter::scalar_text;
use formwork_template::{Intrinsic, Node, Value, write};
use std::sync::Arc;

/// Returns whether the value has one of the types after CloudFormation's conversion.
pub(super) fn fits(types: Types, node: &Node) -> bool {
    types.is_any() || types.iter().any(|kind| is_type(kind, node))
}

fn is_type(kind: Type, node: &Node) -> bool {
    match (&node.value, kind) {
        (Value::Null, Type::Null) => true,
        (Value::List(_), Type::Array) => true,
        (Value::Map(_), Type::Object) => true,
        (Value::Bool(_), Type::String | Type::Boolean) => true,
        (Value::Number(_), Type::String | Type::Number) => true,
        (Value::Number(number), Type::Integer) => {
            number.is_i64()
                || number.is_u64()
                || number.as_f64().is_some_and(|it| it.fract() == 0.0)
        }
        (Value::String(_), Type::String) => true,
        (Value::String(text), Type::Boolean) => truth(text).is_some(),
        (Value::String(text), Type::Number) => number(text).is_some(),
        (Value::String(text), Type::Integer) => text.trim().parse::<i128>().is_ok(),
        _ => false,
    }
}

/// Parses a text as a number.
fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Parses a text as a boolean.
fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

impl<'a> Walker<'a> {
    /// Checks a scalar; of a list or table only the allowed values.
    pub(super) fn scalar(&mut self, schema: &'a Schema, node: &'a Node) {
        if let Some(values) = &schema.values
            && !values.iter().any(|literal| equals(literal, node))
        {
            self.report_value(Fault::NotAllowed(values), node);
        }
        if let Some(combined) = &schema.combined {
            self.combined_scalar(combined, node);
        }
        if let Value::String(text) = &node.value {
            self.lengths(schema, text, node.span);
            self.format(schema, text, node);
        }
        if let Some(pattern) = &schema.pattern {
            let text = match &node.value {
                Value::String(text) => Some(std::borrow::Cow::Borrowed(text.as_str())),
                _ => scalar_text(node).map(std::borrow::Cow::Owned),
            };
            if text.is_some_and(|text| self.patterns.finds(pattern, &text) == Some(false)) {
                self.report_value(Fault::Pattern(pattern), node);
            }
        }
        if !schema.range.is_open() {
            let range = schema.range;
            let low = |number: f64| range.min.is_some_and(|least| number < least);
            let high = |number: f64| range.max.is_some_and(|most| number > most);
            if numeric(node).is_some_and(|number| low(number) || high(number)) {
                self.report_value(Fault::Range(range), node);
            }
        }
    }

    /// Checks a text that is not a value, such as the name of a key.
    pub(super) fn text(&mut self, schema: &'a Schema, text: &str, span: Span) {
        let is_text = |literal: &Literal| matches!(literal, Literal::Text(it) if **it == *text);
        if let Some(values) = &schema.values
            && !values.iter().any(is_text)
        {
            self.report(Fault::NotAllowed(values), span);
        }
        let forbidden = schema.combined.as_ref().and_then(|it| it.not.as_ref());
        let forbidden = forbidden.and_then(|not| not.values.as_deref());
        if forbidden.is_some_and(|values| values.iter().any(is_text)) {
            self.report(Fault::ForbiddenName, span);
        }
        self.lengths(schema, text, span);
        if let Some(pattern) = &schema.pattern
            && self.patterns.finds(pattern, text) == Some(false)
        {
            self.report(Fault::Pattern(pattern), span);
        }
    }

    fn combined_scalar(&mut self, combined: &'a Combined, node: &'a Node) {
        if let Some(constant) = &combined.constant
            && !equals(constant, node)
        {
            self.report_value(Fault::NotEqual(constant), node);
        }
        if let Some(values) = &combined.case_insensitive_values
            && !values
                .iter()
                .any(|literal| equals_in_any_case(literal, node))
        {
            self.report_value(Fault::NotAllowed(values), node);
        }
        self.check_gathered(&combined.from_data, node);
        let Some(number) = numeric(node) else { return };
        let (above, below) = (combined.exclusive_minimum, combined.exclusive_maximum);
        if above.is_some_and(|least| number <= least) || below.is_some_and(|most| number >= most) {
            self.report_value(Fault::ExclusiveRange(above, below), node);
        }
        if let Some(of) = combined.multiple_of
            && (number / of).fract() != 0.0
        {
            self.report_value(Fault::MultipleOf(of), node);
        }
    }

    fn lengths(&mut self, schema: &'a Schema, text: &str, span: Span) {
        // The length of JSON is that of its shortest form, which is not known here.
        if schema.length.is_open() || schema.format.as_deref() == Some("json") {
            return;
        }
        let length = text.chars().count();
        let least = schema
            .length
            .min
            .is_some_and(|least| (length as u64) < least);
        let most = schema.length.max.is_some_and(|most| length as u64 > most);
        if least || most {
            self.report(Fault::Length(schema.length, length), span);
        }
    }

    fn format(&mut self, schema: &'a Schema, text: &str, node: &'a Node) {
        let Some(name) = schema.format.as_deref() else {
            return;
        };
        // The schema accepts an empty bucket name, which means no name.
        let is_left_out = text.is_empty() && &*self.owner.name == "AWS::S3::Bucket";
        if !is_left_out && !schema_format::fits(name, text, self.patterns) {
            self.report_value(Fault::Format(name), node);
        }
    }
}

/// Returns a key that equal values share: `80` equals `"80"`, and `true` equals `"True"`.
pub(super) fn key(node: &Node) -> String {
    let text = scalar_text(node).unwrap_or_else(|| write::json_compact(node));
    match truth_in_any_case(&text) {
        Some(truth) => truth.to_string(),
        None => text,
    }
}

/// Returns the number that the value is converted to.
pub(super) fn numeric(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number(text),
        _ => None,
    }
}

/// Returns whether the value equals the literal after CloudFormation's conversion.
pub(super) fn equals(literal: &Literal, node: &Node) -> bool {
    match (literal, &node.value) {
        (Literal::Text(expected), Value::String(text)) => {
            **expected == **text
                || truth_in_any_case(expected).is_some()
                    && truth_in_any_case(expected) == truth_in_any_case(text)
        }
        (Literal::Boolean(expected), Value::Bool(truth)) => expected == truth,
        (Literal::Boolean(expected), Value::String(text)) => {
            truth_in_any_case(text) == Some(*expected)
        }
        (Literal::Text(expected), Value::Bool(truth)) => {
            truth_in_any_case(expected) == Some(*truth)
        }
        (Literal::Text(expected), Value::Number(_)) => {
            scalar_text(node).is_some_and(|text| text == **expected)
        }
        (Literal::Integer(expected), Value::String(text)) => *text == expected.to_string(),
        (Literal::Number(expected), Value::String(text)) => number(text) == Some(*expected),
        (Literal::Integer(expected), Value::Number(number)) => {
            number.as_i64() == Some(*expected) || number.as_f64() == Some(*expected as f64)
        }
        (Literal::Number(expected), Value::Number(number)) => number.as_f64() == Some(*expected),
        (Literal::Null, Value::Null) => true,
        _ => false,
    }
}

fn equals_in_any_case(literal: &Literal, node: &Node) -> bool {
    match (literal, &node.value) {
        (Literal::Text(expected), Value::String(text)) => expected.eq_ignore_ascii_case(text),
        _ => equals(literal, node),
    }
}

fn truth_in_any_case(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

impl<'a> Walker<'a> {
    /// Checks a value against keywords whose operands are gathered from resources.
    pub(super) fn check_gathered(&mut self, keywords: &'a [FromData], node: &'a Node) {
        for keyword in keywords {
            let (entry, property) = &keyword.pointer;
            let operand = self.data.and_then(|data| data.get(entry)?.get(property));
            let Some(operand) = operand.filter(|operand| self.can_be_compared(operand, node))
            else {
                self.unknown = true;
                continue;
            };
            let mut expected = key(operand);
            if let Some(lookup) = &keyword.lookup {
                let Some(found) = lookup.get(expected.as_str()) else {
                    self.unknown = true;
                    continue;
                };
                expected = Arc::clone(found).to_string();
            }
            let number = expected.parse::<f64>().ok().zip(numeric(node));
            let fits = match keyword.keyword {
                Keyword::Const => key(node) == expected,
                Keyword::Minimum => number.is_none_or(|(least, number)| number >= least),
                Keyword::ExclusiveMinimum => number.is_none_or(|(least, number)| number > least),
                Keyword::Pattern => self.patterns.finds(&expected, &key(node)) != Some(false),
            };
            if !fits {
                let expected = match operand.intrinsic() {
                    Some(Intrinsic::Ref(name)) => name.to_owned(),
                    _ => expected,
                };
                self.report_value(Fault::Mismatch(expected, operand.span), node);
            }
        }
    }

    /// Returns whether both values are literals, or both refer to resources.
    fn can_be_compared(&self, operand: &Node, node: &Node) -> bool {
        let refers = |node: &Node| match node.intrinsic() {
            Some(Intrinsic::Ref(name)) => self.checker.template.resource(name).is_some(),
            _ => false,
        };
        let is_written = |node: &Node| node.function().is_none();
        (is_written(operand) && is_written(node)) || (refers(operand) && refers(node))
    }
}
