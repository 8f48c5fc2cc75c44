//! EventBridge rules.

use super::rule_violation;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Checks that a schedule is `rate(value unit)` or `cron(six fields)` (the page "Setting a schedule
/// pattern for scheduled rules").
pub(super) fn schedule<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for found in checker.properties(resource, "ScheduleExpression") {
        let Some(text) = found.string() else { continue };
        if text.contains("{{resolve:") {
            continue;
        }
        if let Some((wrong, help)) = refusal(text) {
            problems.push(rule_violation(format!("{wrong}: `{text}`"), found.span).help(help));
        }
    }
}

/// Returns the fault of a schedule, with help.
fn refusal(text: &str) -> Option<(&'static str, &'static str)> {
    let inside = |name: &str| text.strip_prefix(name)?.strip_suffix(')');
    if let Some(rate) = inside("rate(") {
        let help = "write `rate(1 hour)` or `rate(5 minutes)`: minutes, hours or days";
        let fields: Vec<&str> = rate.split(' ').collect();
        let [value, unit] = fields.as_slice() else {
            return Some(("invalid rate: expected a number and a unit", help));
        };
        let number = value.parse::<u64>().ok().filter(|number| *number > 0);
        let Some(number) = number else {
            return Some(("invalid rate: expected a positive integer", help));
        };
        let known = match number {
            1 => ["minute", "hour", "day"],
            _ => ["minutes", "hours", "days"],
        };
        return (!known.contains(unit)).then_some((
            "invalid rate: expected a singular unit for 1 and a plural unit otherwise",
            help,
        ));
    }
    if let Some(cron) = inside("cron(") {
        let help =
            "write minutes, hours, day of month, month, day of week, year: `cron(0 10 * * ? *)`";
        let fields: Vec<&str> = cron.split(' ').collect();
        let [_, _, day_of_month, _, day_of_week, _] = fields.as_slice() else {
            return Some(("invalid cron expression: expected six fields", help));
        };
        return (*day_of_month != "?" && *day_of_week != "?").then_some((
            "invalid cron expression: expected `?` for the day of the month or of the week",
            help,
        ));
    }
    Some((
        "invalid schedule: expected `rate(…)` or `cron(…)`",
        "write, for example, `rate(5 minutes)` or `cron(0 10 * * ? *)`",
    ))
}
