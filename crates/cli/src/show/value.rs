//! Values of a plan in one line: before and after, cut so that the difference is seen.

use engine::plan::PlannedValue;

use super::plan::after_deploy;
use super::table::{cut, harmless, width};

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

fn text(value: &PlannedValue, room: usize) -> String {
    match value {
        PlannedValue::Known(value) => cut(&literal(value), room),
        PlannedValue::AfterDeploy(pending) => format!("({})", after_deploy(pending)),
        PlannedValue::AfterApply => "(known when it is carried out)".to_owned(),
        PlannedValue::Secret => "(secret)".to_owned(),
    }
}

fn literal(value: &serde_json::Value) -> String {
    harmless(&value.to_string())
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
    }
}
