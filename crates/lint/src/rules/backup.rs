//! Backup plans.

use super::broken;
use crate::scene::Scene;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// How long a backup stays in cold storage at least, in days (the page of `Lifecycle`).
const LEAST_COLD_DAYS: i64 = 90;

/// A backup is deleted 90 days after it went to cold storage, not sooner.
pub(super) fn lifecycle<'a>(
    resource: &Resource<'a>,
    scene: &Scene<'a>,
    problems: &mut Vec<Problem>,
) {
    for path in [
        "BackupPlan.BackupPlanRule.*.Lifecycle",
        "BackupPlan.BackupPlanRule.*.CopyActions.*.Lifecycle",
    ] {
        for lifecycle in scene.properties(resource, path) {
            for cold in lifecycle.at("MoveToColdStorageAfterDays", &scene.conditions) {
                let Some(moved) = cold.integer() else {
                    continue;
                };
                let beside = lifecycle.when(&cold.case);
                for end in beside.at("DeleteAfterDays", &scene.conditions) {
                    let Some(deleted) = end.integer() else {
                        continue;
                    };
                    if deleted.saturating_sub(moved) < LEAST_COLD_DAYS {
                        let message = format!(
                            "a backup moved to cold storage after {moved} days cannot be deleted after {deleted}"
                        );
                        let help = format!(
                            "`DeleteAfterDays` is at least {}",
                            moved.saturating_add(LEAST_COLD_DAYS)
                        );
                        problems.push(broken(message, end.span).help(help));
                    }
                }
            }
        }
    }
}
