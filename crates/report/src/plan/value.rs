//! Values of a plan: before and after on one line, shortened around their difference; long values line by line.

use formwork_aws::KNOWN_AFTER_APPLY;
use formwork_engine::{PendingOutput, PlannedValue};
use similar::{ChangeTag, TextDiff};

use crate::text::{display_width, strip_control, truncate};

/// The text of a value that CloudFormation determines during the deployment.
const KNOWN_LATER: &str = "(known after deploy)";

/// Renders a change as `before -> after`; each side takes at most `max_width` columns.
pub fn change(
    before: Option<&PlannedValue>,
    after: Option<&PlannedValue>,
    max_width: usize,
) -> String {
    match (before, after) {
        (_, Some(PlannedValue::Secret)) => {
            "(secret, not comparable: sent with this update)".to_owned()
        }
        (Some(PlannedValue::Known(before)), Some(PlannedValue::Known(after))) => {
            let (before, after) = (literal(before), literal(after));
            let (before, after) = around_difference(&before, &after, max_width);
            format!("{before} -> {after}")
        }
        (Some(before), Some(after)) => {
            format!("{} -> {}", text(before, max_width), text(after, max_width))
        }
        (None, Some(after)) => text(after, max_width),
        (Some(before), None) => format!("{} -> (removed)", text(before, max_width)),
        (None, None) => String::new(),
    }
}

/// Returns the removed (`-`) and added (`+`) lines of two long texts or nested values; empty if [`change`] shows both
/// completely.
pub fn changed_lines(
    before: Option<&PlannedValue>,
    after: Option<&PlannedValue>,
    max_width: usize,
) -> Vec<String> {
    let (Some(PlannedValue::Known(before)), Some(PlannedValue::Known(after))) = (before, after)
    else {
        return Vec::new();
    };
    let fits = |value: &serde_json::Value| display_width(&literal(value)) <= max_width;
    let (Some(old), Some(new)) = (as_lines(before), as_lines(after)) else {
        return Vec::new();
    };
    if fits(before) && fits(after) {
        return Vec::new();
    }
    let difference = TextDiff::from_lines(&old, &new);
    let line = |change: similar::Change<&str>| {
        let mark = match change.tag() {
            ChangeTag::Equal => return None,
            ChangeTag::Delete => "-",
            ChangeTag::Insert => "+",
        };
        let text = strip_control(change.value().trim_end());
        Some(format!("{mark} {text}"))
    };
    difference.iter_all_changes().filter_map(line).collect()
}

fn as_lines(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) if text.contains('\n') => Some(replace_placeholder(text)),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            let text = serde_json::to_string_pretty(value).ok()?;
            Some(replace_placeholder(&text))
        }
        _ => None,
    }
}

fn text(value: &PlannedValue, max_width: usize) -> String {
    match value {
        PlannedValue::Known(value) => truncate(&literal(value), max_width),
        PlannedValue::AfterDeploy(pending) => format!("({})", after_deploy(pending)),
        PlannedValue::AfterApply => KNOWN_LATER.to_owned(),
        PlannedValue::Secret => "(secret)".to_owned(),
    }
}

fn literal(value: &serde_json::Value) -> String {
    strip_control(&replace_placeholder(&value.to_string()))
}

/// Replaces CloudFormation's placeholder for unknown values by readable text.
fn replace_placeholder(text: &str) -> String {
    let whole = format!("\"{KNOWN_AFTER_APPLY}\"");
    text.replace(&whole, KNOWN_LATER)
        .replace(KNOWN_AFTER_APPLY, KNOWN_LATER)
}

/// Shortens both texts at the beginning, so that their difference is visible.
fn around_difference(before: &str, after: &str, max_width: usize) -> (String, String) {
    if display_width(before) <= max_width && display_width(after) <= max_width {
        return (before.to_owned(), after.to_owned());
    }
    let shared = before
        .chars()
        .zip(after.chars())
        .take_while(|(a, b)| a == b)
        .count();
    // A part of the common prefix stays, for orientation.
    let left_out = shared.saturating_sub(max_width / 3);
    let shorten = |text: &str| match left_out {
        0 => truncate(text, max_width),
        _ => truncate(
            &format!("…{}", text.chars().skip(left_out).collect::<String>()),
            max_width,
        ),
    };
    (shorten(before), shorten(after))
}

/// Returns `known after deploy: a.X, b.Y`.
pub fn after_deploy(pending: &[PendingOutput]) -> String {
    let names: Vec<String> = pending
        .iter()
        .map(|pending| format!("{}.{}", pending.stack, pending.output))
        .collect();
    format!("known after deploy: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn known(value: serde_json::Value) -> Option<PlannedValue> {
        Some(PlannedValue::Known(value))
    }

    #[test]
    fn long_values_are_cut_around_their_difference() {
        let long = |end: &str| known(json!(format!("{}{end}", "x".repeat(100))));
        let shown = change(long("INFO").as_ref(), long("DEBUG").as_ref(), 20);
        assert_eq!(shown, "…xxxxxxINFO\" -> …xxxxxxDEBUG\"");
    }

    #[test]
    fn long_texts_and_nested_values_are_shown_by_their_lines() {
        let script =
            |level: &str| known(json!(format!("#!/bin/bash\nset -e\nlevel={level}\nrun\n")));
        let lines = |before: Option<PlannedValue>, after: Option<PlannedValue>| {
            changed_lines(before.as_ref(), after.as_ref(), 20)
        };
        assert_eq!(
            lines(script("INFO"), script("DEBUG")),
            ["- level=INFO", "+ level=DEBUG"]
        );
        let policy = |key: &str| {
            known(json!({"Effect": "Deny", "Condition": {"StringNotEquals": {key: "vpce-1"}}}))
        };
        assert_eq!(
            lines(policy("aws:SourceVpc"), policy("aws:SourceVpce")),
            [
                "-       \"aws:SourceVpc\": \"vpce-1\"",
                "+       \"aws:SourceVpce\": \"vpce-1\""
            ]
        );
        assert!(
            lines(known(json!(["a"])), known(json!(["b"]))).is_empty(),
            "one line holds both"
        );
        assert!(lines(script("INFO"), Some(PlannedValue::Secret)).is_empty());
    }

    #[test]
    fn unknown_values_are_marked() {
        assert_eq!(
            change(None, Some(&PlannedValue::AfterApply), 20),
            "(known after deploy)"
        );
        let secret = change(
            known(json!("****")).as_ref(),
            Some(&PlannedValue::Secret),
            20,
        );
        assert_eq!(secret, "(secret, not comparable: sent with this update)");
        assert_eq!(change(known(json!(1)).as_ref(), None, 20), "1 -> (removed)");
        assert_eq!(
            change(known(json!("a\u{1b}[31m")).as_ref(), None, 20),
            "\"a\\u001b[31m\" -> (removed)"
        );
        let part = known(json!(["subnet-1", KNOWN_AFTER_APPLY]));
        assert_eq!(
            change(None, part.as_ref(), 60),
            r#"["subnet-1",(known after deploy)]"#
        );
    }
}
