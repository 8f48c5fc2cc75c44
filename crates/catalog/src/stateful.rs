//! Resources that hold what cannot be made again, and what becomes of one. Which types they are, the
//! schema table says.

use formwork_template::Resource;

/// The types that CloudFormation snapshots when told so (the DeletionPolicy page).
const SNAPSHOT: &[&str] = &[
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// What becomes of a resource that its stack lets go of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemovalOutcome {
    /// It is deleted, and what it holds with it.
    Deleted,
    /// It stays in the account, outside the stack.
    Retained,
    /// It is deleted after a snapshot was taken.
    Snapshotted,
}

/// Whether CloudFormation can take a snapshot of a resource of this type before it is deleted.
pub fn supports_snapshots(kind: &str) -> bool {
    SNAPSHOT.contains(&kind)
}

/// Returns what becomes of `resource` when it leaves the template or its stack is deleted.
///
/// Without a policy, clusters and instances outside a cluster of RDS are snapshotted.
pub fn removal_outcome(resource: &Resource<'_>) -> RemovalOutcome {
    let default = match resource.kind {
        "AWS::RDS::DBCluster" => RemovalOutcome::Snapshotted,
        "AWS::RDS::DBInstance" if resource.property("DBClusterIdentifier").is_none() => {
            RemovalOutcome::Snapshotted
        }
        _ => RemovalOutcome::Deleted,
    };
    fate(resource.kind, resource.deletion_policy()).unwrap_or(default)
}

/// Returns what becomes of the old resource when `resource` is replaced.
pub fn replacement_outcome(resource: &Resource<'_>) -> RemovalOutcome {
    fate(resource.kind, resource.update_replace_policy()).unwrap_or(RemovalOutcome::Deleted)
}

fn fate(kind: &str, policy: Option<&str>) -> Option<RemovalOutcome> {
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
        assert!(SNAPSHOT.iter().all(|kind| is_stateful(kind)));
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
