//! The outcome of stateful resources: snapshots, and the policies that retain or delete a resource.
//! The schema table tells which types are stateful.

use formwork_template::Resource;

/// The types whose deletion policy can be `Snapshot` (CloudFormation's page on `DeletionPolicy`).
const SNAPSHOT_TYPES: &[&str] = &[
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// The outcome of removing a resource from its stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemovalOutcome {
    /// The resource is deleted with its data.
    Deleted,
    /// The resource stays in the account, outside the stack.
    Retained,
    /// The resource is deleted after a snapshot.
    Snapshotted,
}

/// Returns whether CloudFormation can take a snapshot of a resource of this type before deletion.
pub fn supports_snapshots(kind: &str) -> bool {
    SNAPSHOT_TYPES.contains(&kind)
}

/// Returns the outcome for `resource` when it leaves the template, or when its stack is deleted.
///
/// Without a policy, RDS clusters and RDS instances outside a cluster get a snapshot.
pub fn removal_outcome(resource: &Resource<'_>) -> RemovalOutcome {
    let default = match resource.kind {
        "AWS::RDS::DBCluster" => RemovalOutcome::Snapshotted,
        "AWS::RDS::DBInstance" if resource.property("DBClusterIdentifier").is_none() => {
            RemovalOutcome::Snapshotted
        }
        _ => RemovalOutcome::Deleted,
    };
    outcome(resource.kind, resource.deletion_policy()).unwrap_or(default)
}

/// Returns the outcome for the old resource when `resource` is replaced.
pub fn replacement_outcome(resource: &Resource<'_>) -> RemovalOutcome {
    outcome(resource.kind, resource.update_replace_policy()).unwrap_or(RemovalOutcome::Deleted)
}

fn outcome(kind: &str, policy: Option<&str>) -> Option<RemovalOutcome> {
    match policy? {
        "Retain" | "RetainExceptOnCreate" => Some(RemovalOutcome::Retained),
        "Snapshot" if supports_snapshots(kind) => Some(RemovalOutcome::Snapshotted),
        "Delete" | "Snapshot" => Some(RemovalOutcome::Deleted),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::is_stateful;
    use crate::testing::template;

    #[test]
    fn what_is_snapshotted_is_stateful() {
        assert!(SNAPSHOT_TYPES.iter().all(|kind| is_stateful(kind)));
        assert!(is_stateful("AWS::DynamoDB::Table"));
        assert!(!is_stateful("AWS::Lambda::Function"));
    }

    #[test]
    fn policies_decide_what_becomes_of_a_resource() {
        use RemovalOutcome::{Deleted, Retained, Snapshotted};
        for (resource, removed, replaced) in [
            ("Type: AWS::S3::Bucket", Deleted, Deleted),
            (
                "Type: AWS::S3::Bucket, DeletionPolicy: Retain",
                Retained,
                Deleted,
            ),
            (
                "Type: AWS::S3::Bucket, UpdateReplacePolicy: Retain",
                Deleted,
                Retained,
            ),
            (
                "Type: AWS::S3::Bucket, DeletionPolicy: Snapshot",
                Deleted,
                Deleted,
            ),
            (
                "Type: AWS::Logs::LogGroup, DeletionPolicy: RetainExceptOnCreate",
                Retained,
                Deleted,
            ),
            ("Type: AWS::RDS::DBInstance", Snapshotted, Deleted),
            (
                "Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: c}",
                Deleted,
                Deleted,
            ),
            (
                "Type: AWS::RDS::DBCluster, DeletionPolicy: Delete, UpdateReplacePolicy: Snapshot",
                Deleted,
                Snapshotted,
            ),
        ] {
            let template = template(&format!("Resources: {{R: {{{resource}}}}}"));
            let resource_view = template.resource("R").unwrap();
            assert_eq!(removal_outcome(&resource_view), removed, "{resource}");
            assert_eq!(replacement_outcome(&resource_view), replaced, "{resource}");
        }
    }
}
