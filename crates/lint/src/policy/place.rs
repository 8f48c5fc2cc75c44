//! Which properties of which types hold a policy, and of what kind it is.
//!
//! From the provider schemas: every property that the service reads as IAM's policy language. Not
//! among them are Cedar (Verified Access), and policies of other languages (filters, lifecycles,
//! data protection).

/// What a policy is about, which decides the elements that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What its owner may do: no principal.
    Identity,
    /// Who may take the role: principals, and no resource.
    Trust,
    /// Who may do what with the resource.
    Resource,
    /// A resource policy whose service names the resource itself: no `Resource`.
    Repository,
    /// One that may name principals and resources, as its service wants it.
    Open,
    /// One statement of such a policy.
    Statement,
    /// An organization's service or resource control policy.
    Control,
}

/// A property that holds a policy.
pub(super) struct Place {
    of: &'static str,
    /// Its path in the properties; `*` is every item of a list.
    pub(super) path: &'static str,
    /// What the policy is about.
    pub(super) kind: Kind,
}

/// The places of a type.
pub(super) fn places(of: &str) -> &'static [Place] {
    let start = PLACES.partition_point(|place| place.of < of);
    let length = PLACES[start..].partition_point(|place| place.of == of);
    &PLACES[start..start + length]
}

const fn place(of: &'static str, path: &'static str, kind: Kind) -> Place {
    Place { of, path, kind }
}

/// By the type's name, in the order of bytes.
static PLACES: &[Place] = &[
    place(
        "AWS::AIOps::InvestigationGroup",
        "InvestigationGroupPolicy",
        Kind::Open,
    ),
    place("AWS::APS::ResourcePolicy", "PolicyDocument", Kind::Open),
    place("AWS::ApiGateway::DomainNameV2", "Policy", Kind::Open),
    place("AWS::ApiGateway::RestApi", "Policy", Kind::Open),
    place("AWS::Backup::BackupVault", "AccessPolicy", Kind::Open),
    place(
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AccessPolicy",
        Kind::Open,
    ),
    place("AWS::Bedrock::ResourcePolicy", "PolicyDocument", Kind::Open),
    place(
        "AWS::BedrockAgentCore::ResourcePolicy",
        "Policy",
        Kind::Open,
    ),
    place(
        "AWS::CloudTrail::ResourcePolicy",
        "ResourcePolicy",
        Kind::Open,
    ),
    place(
        "AWS::CodeArtifact::Domain",
        "PermissionsPolicyDocument",
        Kind::Open,
    ),
    place(
        "AWS::CodeArtifact::Repository",
        "PermissionsPolicyDocument",
        Kind::Open,
    ),
    place("AWS::DSQL::Cluster", "PolicyDocument", Kind::Open),
    place(
        "AWS::DynamoDB::GlobalTable",
        "Replicas.*.ReplicaStreamSpecification.ResourcePolicy.PolicyDocument",
        Kind::Open,
    ),
    place(
        "AWS::DynamoDB::GlobalTable",
        "Replicas.*.ResourcePolicy.PolicyDocument",
        Kind::Open,
    ),
    place(
        "AWS::DynamoDB::Table",
        "ResourcePolicy.PolicyDocument",
        Kind::Open,
    ),
    place(
        "AWS::DynamoDB::Table",
        "StreamSpecification.ResourcePolicy.PolicyDocument",
        Kind::Open,
    ),
    place("AWS::EC2::VPCEndpoint", "PolicyDocument", Kind::Open),
    place(
        "AWS::ECR::PublicRepository",
        "RepositoryPolicyText",
        Kind::Open,
    ),
    place("AWS::ECR::RegistryPolicy", "PolicyText", Kind::Open),
    place(
        "AWS::ECR::Repository",
        "RepositoryPolicyText",
        Kind::Repository,
    ),
    place(
        "AWS::ECR::RepositoryCreationTemplate",
        "RepositoryPolicy",
        Kind::Open,
    ),
    place("AWS::EFS::FileSystem", "FileSystemPolicy", Kind::Open),
    place("AWS::EKS::PodIdentityAssociation", "Policy", Kind::Open),
    place("AWS::Elasticsearch::Domain", "AccessPolicies", Kind::Open),
    place("AWS::EventSchemas::RegistryPolicy", "Policy", Kind::Open),
    place("AWS::Events::EventBus", "Policy", Kind::Open),
    place("AWS::Events::EventBusPolicy", "Statement", Kind::Statement),
    place(
        "AWS::FSx::S3AccessPointAttachment",
        "S3AccessPoint.Policy",
        Kind::Open,
    ),
    place(
        "AWS::IAM::Group",
        "Policies.*.PolicyDocument",
        Kind::Identity,
    ),
    place("AWS::IAM::GroupPolicy", "PolicyDocument", Kind::Identity),
    place("AWS::IAM::ManagedPolicy", "PolicyDocument", Kind::Identity),
    place("AWS::IAM::Policy", "PolicyDocument", Kind::Identity),
    place("AWS::IAM::Role", "AssumeRolePolicyDocument", Kind::Trust),
    place(
        "AWS::IAM::Role",
        "Policies.*.PolicyDocument",
        Kind::Identity,
    ),
    place("AWS::IAM::RolePolicy", "PolicyDocument", Kind::Identity),
    place(
        "AWS::IAM::User",
        "Policies.*.PolicyDocument",
        Kind::Identity,
    ),
    place("AWS::IAM::UserPolicy", "PolicyDocument", Kind::Identity),
    place("AWS::IoT::Policy", "PolicyDocument", Kind::Open),
    place("AWS::KMS::Key", "KeyPolicy", Kind::Resource),
    place("AWS::KMS::ReplicaKey", "KeyPolicy", Kind::Resource),
    place("AWS::Kinesis::ResourcePolicy", "ResourcePolicy", Kind::Open),
    place("AWS::Lambda::ResourcePolicy", "PolicyDocument", Kind::Open),
    place("AWS::Lex::ResourcePolicy", "Policy", Kind::Open),
    place(
        "AWS::Logs::DeliveryDestination",
        "DeliveryDestinationPolicy.DeliveryDestinationPolicy",
        Kind::Open,
    ),
    place("AWS::Logs::Destination", "DestinationPolicy", Kind::Open),
    place("AWS::Logs::LogGroup", "ResourcePolicyDocument", Kind::Open),
    place("AWS::Logs::ResourcePolicy", "PolicyDocument", Kind::Open),
    place("AWS::MSK::ClusterPolicy", "Policy", Kind::Open),
    place("AWS::MediaPackageV2::ChannelPolicy", "Policy", Kind::Open),
    place(
        "AWS::MediaPackageV2::OriginEndpointPolicy",
        "Policy",
        Kind::Open,
    ),
    place("AWS::MediaStore::Container", "Policy", Kind::Open),
    place("AWS::MediaTailor::ChannelPolicy", "Policy", Kind::Open),
    place("AWS::OSIS::Pipeline", "ResourcePolicy.Policy", Kind::Open),
    place("AWS::Oam::Sink", "Policy", Kind::Open),
    place("AWS::Omics::SequenceStore", "S3AccessPolicy", Kind::Open),
    place(
        "AWS::OpenSearchService::Domain",
        "AccessPolicies",
        Kind::Resource,
    ),
    place("AWS::Organizations::Policy", "Content", Kind::Control),
    place("AWS::Organizations::ResourcePolicy", "Content", Kind::Open),
    place("AWS::PaymentCryptography::Key", "Policy", Kind::Open),
    place(
        "AWS::RUM::AppMonitor",
        "ResourcePolicy.PolicyDocument",
        Kind::Open,
    ),
    place(
        "AWS::Redshift::Cluster",
        "NamespaceResourcePolicy",
        Kind::Open,
    ),
    place(
        "AWS::RedshiftServerless::Namespace",
        "NamespaceResourcePolicy",
        Kind::Open,
    ),
    place("AWS::RolesAnywhere::Profile", "SessionPolicy", Kind::Open),
    place("AWS::S3::AccessPoint", "Policy", Kind::Open),
    place("AWS::S3::BucketPolicy", "PolicyDocument", Kind::Resource),
    place(
        "AWS::S3::MultiRegionAccessPointPolicy",
        "Policy",
        Kind::Open,
    ),
    place("AWS::S3Express::AccessPoint", "Policy", Kind::Open),
    place("AWS::S3Express::BucketPolicy", "PolicyDocument", Kind::Open),
    place("AWS::S3Files::FileSystemPolicy", "Policy", Kind::Open),
    place(
        "AWS::S3ObjectLambda::AccessPointPolicy",
        "PolicyDocument",
        Kind::Open,
    ),
    place("AWS::S3Outposts::AccessPoint", "Policy", Kind::Open),
    place(
        "AWS::S3Outposts::BucketPolicy",
        "PolicyDocument",
        Kind::Open,
    ),
    place(
        "AWS::S3Tables::TableBucketPolicy",
        "ResourcePolicy",
        Kind::Open,
    ),
    place("AWS::S3Tables::TablePolicy", "ResourcePolicy", Kind::Open),
    place("AWS::S3Vectors::VectorBucketPolicy", "Policy", Kind::Open),
    place(
        "AWS::SMSVOICE::ResourcePolicy",
        "PolicyDocument",
        Kind::Open,
    ),
    place(
        "AWS::SNS::TopicInlinePolicy",
        "PolicyDocument",
        Kind::Resource,
    ),
    place("AWS::SNS::TopicPolicy", "PolicyDocument", Kind::Resource),
    place(
        "AWS::SQS::QueueInlinePolicy",
        "PolicyDocument",
        Kind::Resource,
    ),
    place("AWS::SQS::QueuePolicy", "PolicyDocument", Kind::Resource),
    place("AWS::SSM::ResourcePolicy", "Policy", Kind::Open),
    place("AWS::SSO::PermissionSet", "InlinePolicy", Kind::Identity),
    place(
        "AWS::SageMaker::ModelPackageGroup",
        "ModelPackageGroupPolicy",
        Kind::Open,
    ),
    place(
        "AWS::SecretsManager::ResourcePolicy",
        "ResourcePolicy",
        Kind::Open,
    ),
    place("AWS::Transfer::User", "Policy", Kind::Open),
    place("AWS::VpcLattice::AuthPolicy", "Policy", Kind::Open),
    place("AWS::VpcLattice::ResourcePolicy", "Policy", Kind::Open),
    place("AWS::XRay::ResourcePolicy", "PolicyDocument", Kind::Open),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_a_type_are_found() {
        assert!(PLACES.is_sorted_by_key(|place| place.of));
        assert_eq!(places("AWS::IAM::Role").len(), 2);
        assert_eq!(places("AWS::XRay::ResourcePolicy").len(), 1);
        assert_eq!(places("AWS::S3::Bucket").len(), 0);
    }
}
