//! The statuses of stacks and resources in CloudFormation's spelling.
//!
//! A status is parsed here and has the few properties that its name shows. The engine decides which operations it
//! allows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The status of a stack: all 23 of CloudFormation's model.
///
/// Another status is an error ([`UnknownStatus`]), because an operation in an unknown status could lose data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum StackStatus {
    CreateInProgress,
    CreateFailed,
    CreateComplete,
    RollbackInProgress,
    RollbackFailed,
    RollbackComplete,
    DeleteInProgress,
    DeleteFailed,
    DeleteComplete,
    UpdateInProgress,
    UpdateCompleteCleanupInProgress,
    UpdateComplete,
    UpdateFailed,
    UpdateRollbackInProgress,
    UpdateRollbackFailed,
    UpdateRollbackCompleteCleanupInProgress,
    UpdateRollbackComplete,
    ReviewInProgress,
    ImportInProgress,
    ImportComplete,
    ImportRollbackInProgress,
    ImportRollbackFailed,
    ImportRollbackComplete,
}

impl StackStatus {
    /// Every status, in the order of the type.
    pub const ALL: [Self; 23] = [
        Self::CreateInProgress,
        Self::CreateFailed,
        Self::CreateComplete,
        Self::RollbackInProgress,
        Self::RollbackFailed,
        Self::RollbackComplete,
        Self::DeleteInProgress,
        Self::DeleteFailed,
        Self::DeleteComplete,
        Self::UpdateInProgress,
        Self::UpdateCompleteCleanupInProgress,
        Self::UpdateComplete,
        Self::UpdateFailed,
        Self::UpdateRollbackInProgress,
        Self::UpdateRollbackFailed,
        Self::UpdateRollbackCompleteCleanupInProgress,
        Self::UpdateRollbackComplete,
        Self::ReviewInProgress,
        Self::ImportInProgress,
        Self::ImportComplete,
        Self::ImportRollbackInProgress,
        Self::ImportRollbackFailed,
        Self::ImportRollbackComplete,
    ];

    /// Returns the status in CloudFormation's spelling, such as `CREATE_COMPLETE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateInProgress => "CREATE_IN_PROGRESS",
            Self::CreateFailed => "CREATE_FAILED",
            Self::CreateComplete => "CREATE_COMPLETE",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackFailed => "ROLLBACK_FAILED",
            Self::RollbackComplete => "ROLLBACK_COMPLETE",
            Self::DeleteInProgress => "DELETE_IN_PROGRESS",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::DeleteComplete => "DELETE_COMPLETE",
            Self::UpdateInProgress => "UPDATE_IN_PROGRESS",
            Self::UpdateCompleteCleanupInProgress => "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            Self::UpdateComplete => "UPDATE_COMPLETE",
            Self::UpdateFailed => "UPDATE_FAILED",
            Self::UpdateRollbackInProgress => "UPDATE_ROLLBACK_IN_PROGRESS",
            Self::UpdateRollbackFailed => "UPDATE_ROLLBACK_FAILED",
            Self::UpdateRollbackCompleteCleanupInProgress => {
                "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
            }
            Self::UpdateRollbackComplete => "UPDATE_ROLLBACK_COMPLETE",
            Self::ReviewInProgress => "REVIEW_IN_PROGRESS",
            Self::ImportInProgress => "IMPORT_IN_PROGRESS",
            Self::ImportComplete => "IMPORT_COMPLETE",
            Self::ImportRollbackInProgress => "IMPORT_ROLLBACK_IN_PROGRESS",
            Self::ImportRollbackFailed => "IMPORT_ROLLBACK_FAILED",
            Self::ImportRollbackComplete => "IMPORT_ROLLBACK_COMPLETE",
        }
    }

    /// Returns whether an operation is in progress. `REVIEW_IN_PROGRESS` is not one: it waits for a person.
    pub fn is_in_progress(self) -> bool {
        match self {
            Self::CreateInProgress
            | Self::RollbackInProgress
            | Self::DeleteInProgress
            | Self::UpdateInProgress
            | Self::UpdateCompleteCleanupInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::ImportInProgress
            | Self::ImportRollbackInProgress => true,
            Self::CreateFailed
            | Self::CreateComplete
            | Self::RollbackFailed
            | Self::RollbackComplete
            | Self::DeleteFailed
            | Self::DeleteComplete
            | Self::UpdateComplete
            | Self::UpdateFailed
            | Self::UpdateRollbackFailed
            | Self::UpdateRollbackComplete
            | Self::ReviewInProgress
            | Self::ImportComplete
            | Self::ImportRollbackFailed
            | Self::ImportRollbackComplete => false,
        }
    }

    /// Returns whether the last create, update or import succeeded.
    pub fn is_success(self) -> bool {
        matches!(
            self,
            Self::CreateComplete | Self::UpdateComplete | Self::ImportComplete
        )
    }

    /// Returns whether the stack accepts every operation: after a success or a complete rollback of an update.
    pub fn is_updatable(self) -> bool {
        self.is_success()
            || matches!(
                self,
                Self::UpdateRollbackComplete | Self::ImportRollbackComplete
            )
    }

    /// Returns whether the last operation failed or was rolled back.
    pub fn is_failure(self) -> bool {
        !self.is_in_progress()
            && !self.is_success()
            && !matches!(self, Self::DeleteComplete | Self::ReviewInProgress)
    }
}

impl fmt::Display for StackStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for StackStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

/// A stack status that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown stack status `{0}`")]
pub struct UnknownStatus(pub String);

/// The status of a resource, or of the stack itself, in an event.
///
/// Events are only displayed, so an unknown status is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceStatus(String);

impl ResourceStatus {
    /// Returns the status in CloudFormation's spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the step is in progress.
    pub fn is_in_progress(&self) -> bool {
        self.0.ends_with("_IN_PROGRESS")
    }

    /// Returns whether the step succeeded.
    pub fn is_complete(&self) -> bool {
        self.0.ends_with("_COMPLETE")
    }

    /// Returns whether the step failed.
    pub fn is_failed(&self) -> bool {
        self.0.ends_with("_FAILED")
    }
}

impl From<&str> for ResourceStatus {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl PartialEq<str> for ResourceStatus {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ResourceStatus {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Display for ResourceStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::StackStatus as SdkStatus;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_the_sdks_model() {
        let ours: BTreeSet<&str> = StackStatus::ALL
            .iter()
            .map(|status| status.as_str())
            .collect();
        let sdks: BTreeSet<&str> = SdkStatus::values().iter().copied().collect();
        assert_eq!(ours, sdks);
    }

    #[test]
    fn a_status_is_read_as_it_is_written() {
        for status in StackStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            let json = serde_json::to_string(&status).expect("a name is written");
            assert_eq!(json, format!("\"{status}\""));
        }
    }

    #[test]
    fn a_status_of_a_later_model_is_an_error() {
        let error = "HIBERNATE_COMPLETE".parse::<StackStatus>();
        assert_eq!(error, Err(UnknownStatus("HIBERNATE_COMPLETE".to_owned())));
    }

    #[test]
    fn each_status_is_in_progress_a_success_a_failure_or_none_of_these() {
        let in_words: Vec<String> = StackStatus::ALL
            .iter()
            .map(|status| {
                let word = match (
                    status.is_in_progress(),
                    status.is_success(),
                    status.is_failure(),
                ) {
                    (true, false, false) => "in progress",
                    (false, true, false) => "success",
                    (false, false, true) => "failure",
                    (false, false, false) => "neither",
                    _ => "contradiction",
                };
                let updatable = if status.is_updatable() {
                    ", updatable"
                } else {
                    ""
                };
                format!("{status}: {word}{updatable}")
            })
            .collect();
        insta::assert_snapshot!(in_words.join("\n"), @r"
        CREATE_IN_PROGRESS: in progress
        CREATE_FAILED: failure
        CREATE_COMPLETE: success, updatable
        ROLLBACK_IN_PROGRESS: in progress
        ROLLBACK_FAILED: failure
        ROLLBACK_COMPLETE: failure
        DELETE_IN_PROGRESS: in progress
        DELETE_FAILED: failure
        DELETE_COMPLETE: neither
        UPDATE_IN_PROGRESS: in progress
        UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: in progress
        UPDATE_COMPLETE: success, updatable
        UPDATE_FAILED: failure
        UPDATE_ROLLBACK_IN_PROGRESS: in progress
        UPDATE_ROLLBACK_FAILED: failure
        UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: in progress
        UPDATE_ROLLBACK_COMPLETE: failure, updatable
        REVIEW_IN_PROGRESS: neither
        IMPORT_IN_PROGRESS: in progress
        IMPORT_COMPLETE: success, updatable
        IMPORT_ROLLBACK_IN_PROGRESS: in progress
        IMPORT_ROLLBACK_FAILED: failure
        IMPORT_ROLLBACK_COMPLETE: failure, updatable
        ");
    }
}
