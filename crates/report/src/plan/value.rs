//! Values of a plan: before and after in one line, cut so that the difference is seen; long ones line by line.

use formwork_aws::KNOWN_AFTER_APPLY;
use formwork_engine::{PendingOutput, PlannedValue};
use similar::{ChangeTag, TextDiff};

use crate::text::{cut, harmless, width};

/// What stands for a value that CloudFormation knows only then.
const LATER: &str = "(known when it is carried out)";

/// A change as `before -> after`; each side takes at most `room` columns.
pub fn change(before: Option<&PlannedValue>, after: Option<&PlannedValue>, room: usize) -> String {
    match (before, after) {
        (_, Some(PlannedValue::Secret)) => {
            "(secret, not comparable: sent with this update)".to_owned()
        }
        (Some(PlannedValue::Known(before)), Some(PlannedValue::Known(after))) => {
            let (before, after) = (literal(before), literal(after));
            let (before, after) = apart(&before, &after, room);
            format!("{before} -> {after}")
        }
        (Some(before), Some(after)) => format!("{} -> {}", text(before, room), text(after, room)),
        (None, Some(after)) => text(after, room),
        (Some(before), None) => format!("{} -> (removed)", text(before, room)),
        (None, None) => String::new(),
    }
}

/// The lines that went (`-`) and came (`+`) between two texts of several lines or two nested values; nothing where
/// [`change`] can show the whole of both.
pub fn changed_lines(
    before: Option<&PlannedValue>,
    after: Option<&PlannedValue>,
    room: usize,
) -> Vec<String> {
    let (Some(PlannedValue::Known(before)), Some(PlannedValue::Known(after))) = (before, after)
    else {
        return Vec::new();
    };
    let fits = |value: &serde_json::Value| width(&literal(value)) <= room;
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
        let text = harmless(change.value().trim_end());
        Some(format!("{mark} {text}"))
    };
    difference.iter_all_changes().filter_map(line).collect()
}

fn as_lines(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) if text.contains('\n') => Some(worded(text)),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            let text = serde_json::to_string_pretty(value).ok()?;
            Some(worded(&text))
        }
        _ => None,
    }
}

fn text(value: &PlannedValue, room: usize) -> String {
    match value {
        PlannedValue::Known(value) => cut(&literal(value), room),
        PlannedValue::AfterDeploy(pending) => format!("({})", after_deploy(pending)),
        PlannedValue::AfterApply => LATER.to_owned(),
        PlannedValue::Secret => "(secret)".to_owned(),
    }
}

fn literal(value: &serde_json::Value) -> String {
    harmless(&worded(&value.to_string()))
}

/// A value's text with what CloudFormation writes for its unknown parts in words.
fn worded(text: &str) -> String {
    let whole = format!("\"{KNOWN_AFTER_APPLY}\"");
    text.replace(&whole, LATER)
        .replace(KNOWN_AFTER_APPLY, LATER)
}

/// Both texts, with so much of what they share at the beginning left out that the difference is seen.
fn apart(before: &str, after: &str, room: usize) -> (String, String) {
    if width(before) <= room && width(after) <= room {
        return (before.to_owned(), after.to_owned());
    }
    let shared = before
        .chars()
        .zip(after.chars())
        .take_while(|(a, b)| a == b)
        .count();
    // A few characters of what is shared stay, so that the place is recognized.
    let left_out = shared.saturating_sub(room / 3);
    let shorten = |text: &str| match left_out {
        0 => cut(text, room),
        _ => cut(
            &format!("…{}", text.chars().skip(left_out).collect::<String>()),
            room,
        ),
    };
    (shorten(before), shorten(after))
}

/// `after deploy: a.X, b.Y`.
pub fn after_deploy(pending: &[PendingOutput]) -> String {
    let names: Vec<String> = pending
        .iter()
        .map(|pending| format!("{}.{}", pending.stack, pending.output))
        .collect();
    format!("after deploy: {}", names.join(", "))
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
    fn what_is_not_known_says_so() {
        assert_eq!(
            change(None, Some(&PlannedValue::AfterApply), 20),
            "(known when it is carried out)"
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
            r#"["subnet-1",(known when it is carried out)]"#
        );
    }
}
