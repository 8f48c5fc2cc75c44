//! Resources that hold what cannot be made again, and what becomes of one. Which types they are, the
//! schema table says.

use crate::Resource;
use crate::schema::is_stateful;

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
pub enum Fate {
    /// It is deleted, and what it holds with it.
    Deleted,
    /// It stays in the account, outside the stack.
    Retained,
    /// It is deleted after a snapshot was taken.
    Snapshotted,
}

/// Whether CloudFormation can take a snapshot of a resource of this type before it is deleted.
pub fn takes_snapshots(kind: &str) -> bool {
    SNAPSHOT.contains(&kind)
}

impl Resource<'_> {
    /// Whether deleting it loses what cannot be made again.
    pub fn is_stateful(&self) -> bool {
        is_stateful(self.kind)
    }

    /// What becomes of it when it leaves the template or its stack is deleted.
    ///
    /// Without a policy, clusters and instances outside a cluster of RDS are snapshotted.
    pub fn fate_when_removed(&self) -> Fate {
        let default = match self.kind {
            "AWS::RDS::DBCluster" => Fate::Snapshotted,
            "AWS::RDS::DBInstance" if self.property("DBClusterIdentifier").is_none() => {
                Fate::Snapshotted
            }
            _ => Fate::Deleted,
        };
        self.fate(self.deletion_policy()).unwrap_or(default)
    }

    /// What becomes of the old one when it is replaced.
    pub fn fate_when_replaced(&self) -> Fate {
        self.fate(self.update_replace_policy())
            .unwrap_or(Fate::Deleted)
    }

    fn fate(&self, policy: Option<&str>) -> Option<Fate> {
        match policy? {
            "Retain" | "RetainExceptOnCreate" => Some(Fate::Retained),
            "Snapshot" if SNAPSHOT.contains(&self.kind) => Some(Fate::Snapshotted),
            "Delete" | "Snapshot" => Some(Fate::Deleted),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::template;

    #[test]
    fn what_is_snapshotted_is_stateful() {
        assert!(SNAPSHOT.iter().all(|kind| is_stateful(kind)));
        assert!(is_stateful("AWS::DynamoDB::Table"));
        assert!(!is_stateful("AWS::Lambda::Function"));
    }

    #[test]
    fn policies_decide_what_becomes_of_a_resource() {
        use Fate::{Deleted, Retained, Snapshotted};
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
            assert_eq!(resource_view.fate_when_removed(), removed, "{resource}");
            assert_eq!(resource_view.fate_when_replaced(), replaced, "{resource}");
        }
    }
}
