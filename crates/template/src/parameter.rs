//! The constraints of parameters on their values.

use crate::limits::PARAMETER_VALUE_BYTES;
use crate::{Node, Parameter, Value, write};
use regex::Regex;

/// Returns whether parameters of this type take lists, as text with commas between the items.
pub fn is_list_type(kind: &str) -> bool {
    let inner = kind
        .strip_prefix("AWS::SSM::Parameter::Value<")
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(kind);
    inner == "CommaDelimitedList" || inner.starts_with("List<")
}

impl Parameter<'_> {
    /// Returns whether the parameter takes a list.
    pub fn is_list(&self) -> bool {
        is_list_type(self.kind())
    }

    /// Returns the constraint that `value` violates, as a message.
    ///
    /// Every item of a list must satisfy the constraints. The value of a Systems Manager type is
    /// only a name, so only its length is checked. A pattern that this crate cannot compile
    /// (patterns use Java's syntax) is left to CloudFormation.
    pub fn violation(&self, value: &str) -> Option<String> {
        if value.len() > PARAMETER_VALUE_BYTES {
            let length = value.len();
            return Some(format!(
                "value of {length} bytes exceeds the limit of {PARAMETER_VALUE_BYTES} bytes"
            ));
        }
        if self.kind().starts_with("AWS::SSM::") {
            return None;
        }
        if !self.is_list() {
            return self.item_violation(value);
        }
        value
            .split(',')
            .find_map(|item| self.item_violation(item.trim()))
    }

    fn item_violation(&self, item: &str) -> Option<String> {
        if matches!(self.kind(), "Number" | "List<Number>") {
            let Some(number) = item.parse().ok().filter(|number: &f64| number.is_finite()) else {
                return Some(format!("`{item}` is not a number"));
            };
            if let Some(least) = self.bound("MinValue").filter(|least| number < *least) {
                return Some(format!("`{item}` is less than {least}"));
            }
            if let Some(most) = self.bound("MaxValue").filter(|most| number > *most) {
                return Some(format!("`{item}` is greater than {most}"));
            }
        }
        let length = item.chars().count() as f64;
        if let Some(least) = self.bound("MinLength").filter(|least| length < *least) {
            return Some(format!("`{item}` is shorter than {least} characters"));
        }
        if let Some(most) = self.bound("MaxLength").filter(|most| length > *most) {
            return Some(format!("`{item}` is longer than {most} characters"));
        }
        let allowed = self.node.get("AllowedValues").and_then(Node::as_list);
        let allowed: Option<Vec<String>> =
            allowed.map(|nodes| nodes.iter().filter_map(scalar_text).collect());
        if let Some(allowed) = allowed.filter(|allowed| allowed.iter().all(|one| one != item)) {
            return Some(format!("`{item}` is not one of {}", allowed.join(", ")));
        }
        let pattern = self.node.get("AllowedPattern").and_then(Node::as_str)?;
        let whole = Regex::new(&format!("^(?:{pattern})$")).ok()?;
        (!whole.is_match(item)).then(|| format!("`{item}` does not match `{pattern}`"))
    }

    fn bound(&self, key: &str) -> Option<f64> {
        scalar_text(self.node.get(key)?)?.parse().ok()
    }
}

/// Returns a scalar as CloudFormation reads it: as text.
pub fn scalar_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(write::json_compact(node)),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::template;

    fn violation(declaration: &str, value: &str) -> String {
        let template = template(&format!(
            "Parameters: {{P: {{{declaration}}}}}\nResources: {{R: {{Type: T::T::T}}}}"
        ));
        let parameter = template.parameters().next().unwrap();
        parameter.violation(value).unwrap_or_default()
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one flat table of cases is clearest")]
    fn values_are_checked_against_the_declaration() {
        for (declaration, value, expect) in [
            ("Type: String", "", ""),
            ("Type: Number", "12.5", ""),
            ("Type: Number", "twelve", "`twelve` is not a number"),
            ("Type: Number", "inf", "`inf` is not a number"),
            ("Type: List<Number>", "1, 2", ""),
            ("Type: List<Number>", "1,b", "`b` is not a number"),
            ("Type: Number, MinValue: 1", "0", "`0` is less than 1"),
            (
                "Type: Number, MaxValue: '9'",
                "10",
                "`10` is greater than 9",
            ),
            (
                "Type: String, MinLength: 2",
                "ä",
                "`ä` is shorter than 2 characters",
            ),
            (
                "Type: String, MaxLength: '1'",
                "ab",
                "`ab` is longer than 1 characters",
            ),
            ("Type: String, AllowedValues: [a, 5, true]", "5", ""),
            (
                "Type: String, AllowedValues: [a, 5, true]",
                "b",
                "`b` is not one of a, 5, true",
            ),
            (
                "Type: CommaDelimitedList, AllowedValues: [a, b]",
                "a, b",
                "",
            ),
            (
                "Type: CommaDelimitedList, AllowedValues: [a, b]",
                "a,c",
                "`c` is not one of a, b",
            ),
            ("Type: String, AllowedPattern: '[a-z]+'", "abc", ""),
            (
                "Type: String, AllowedPattern: '[a-z]+'",
                "abc1",
                "`abc1` does not match `[a-z]+`",
            ),
            ("Type: String, AllowedPattern: '(?!x).*'", "x", ""),
            (
                "Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: [a]",
                "/x",
                "",
            ),
        ] {
            assert_eq!(
                violation(declaration, value),
                expect,
                "{declaration} {value}"
            );
        }
        let long = "x".repeat(4097);
        assert_eq!(
            violation("Type: String", &long),
            "value of 4097 bytes exceeds the limit of 4096 bytes"
        );
    }
}
