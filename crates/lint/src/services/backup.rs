//! Backup plans.

use super::rule_violation;
use crate::context::Checker;
use formwork_catalog::limits::COLD_STORAGE_DAYS;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Reports a backup that is deleted less than 90 days after its move to cold storage.
pub(super) fn lifecycle<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for path in [
        "BackupPlan.BackupPlanRule.*.Lifecycle",
        "BackupPlan.BackupPlanRule.*.CopyActions.*.Lifecycle",
    ] {
        for lifecycle in checker.properties(resource, path) {
            for cold in lifecycle.at("MoveToColdStorageAfterDays", &checker.conditions) {
                let Some(moved) = cold.integer() else {
                    continue;
                };
                let narrowed = lifecycle.with_assignment(&cold.assignment);
                for end in narrowed.at("DeleteAfterDays", &checker.conditions) {
                    let Some(deleted) = end.integer() else {
                        continue;
                    };
                    if deleted.saturating_sub(moved) < COLD_STORAGE_DAYS {
                        let message = format!(
                            "a backup moved to cold storage after {moved} days cannot be deleted after {deleted}"
                        );
                        let help = format!(
                            "set `DeleteAfterDays` to at least {}",
                            moved.saturating_add(COLD_STORAGE_DAYS)
                        );
                        problems.push(rule_violation(message, end.span).help(help));
                    }
                }
            }
        }
    }
}
