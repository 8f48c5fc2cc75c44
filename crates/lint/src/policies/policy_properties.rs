//! The properties that contain a policy, by resource type, with the kind of the policy.
//!
//! From the provider schemas: every property that the service reads as IAM's policy language. Cedar
//! policies (Verified Access) and policies of other languages (filters, lifecycles, data
//! protection) are left out.

/// The kind of a policy, which determines its elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyKind {
    /// An identity policy: no principal.
    Identity,
    /// A role's trust policy: principals and no resource.
    Trust,
    /// A resource policy.
    Resource,
    /// A resource policy without `Resource`, which the service adds.
    Repository,
    /// A policy that may have principals and resources.
    Open,
    /// One statement of a policy.
    Statement,
    /// A service or resource control policy of an organization.
    Control,
}

/// A property that contains a policy.
pub(super) struct PolicyProperty {
    resource_type: &'static str,
    /// The path in the resource's properties; `*` is every item of a list.
    pub(super) path: &'static str,
    /// The kind of the policy.
    pub(super) kind: PolicyKind,
}

/// Returns the properties of a type that contain a policy.
pub(super) fn policy_properties(resource_type: &str) -> &'static [PolicyProperty] {
    let start =
        POLICY_PROPERTIES.partition_point(|property| property.resource_type < resource_type);
    let length = POLICY_PROPERTIES[start..]
        .partition_point(|property| property.resource_type == resource_type);
    &POLICY_PROPERTIES[start..start + length]
}

const fn property(
    resource_type: &'static str,
    path: &'static str,
    kind: PolicyKind,
) -> PolicyProperty {
    PolicyProperty {
        resource_type,
        path,
        kind,
    }
}

/// The table, sorted by type.
static POLICY_PROPERTIES: &[PolicyProperty] = &[
    property(
        "AWS::AIOps::InvestigationGroup",
        "InvestigationGroupPolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::APS::ResourcePolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property("AWS::ApiGateway::DomainNameV2", "Policy", PolicyKind::Open),
    property("AWS::ApiGateway::RestApi", "Policy", PolicyKind::Open),
    property("AWS::Backup::BackupVault", "AccessPolicy", PolicyKind::Open),
    property(
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AccessPolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::Bedrock::ResourcePolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::BedrockAgentCore::ResourcePolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property(
        "AWS::CloudTrail::ResourcePolicy",
        "ResourcePolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::CodeArtifact::Domain",
        "PermissionsPolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::CodeArtifact::Repository",
        "PermissionsPolicyDocument",
        PolicyKind::Open,
    ),
    property("AWS::DSQL::Cluster", "PolicyDocument", PolicyKind::Open),
    property(
        "AWS::DynamoDB::GlobalTable",
        "Replicas.*.ReplicaStreamSpecification.ResourcePolicy.PolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::DynamoDB::GlobalTable",
        "Replicas.*.ResourcePolicy.PolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::DynamoDB::Table",
        "ResourcePolicy.PolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::DynamoDB::Table",
        "StreamSpecification.ResourcePolicy.PolicyDocument",
        PolicyKind::Open,
    ),
    property("AWS::EC2::VPCEndpoint", "PolicyDocument", PolicyKind::Open),
    property(
        "AWS::ECR::PublicRepository",
        "RepositoryPolicyText",
        PolicyKind::Open,
    ),
    property("AWS::ECR::RegistryPolicy", "PolicyText", PolicyKind::Open),
    property(
        "AWS::ECR::Repository",
        "RepositoryPolicyText",
        PolicyKind::Repository,
    ),
    property(
        "AWS::ECR::RepositoryCreationTemplate",
        "RepositoryPolicy",
        PolicyKind::Open,
    ),
    property("AWS::EFS::FileSystem", "FileSystemPolicy", PolicyKind::Open),
    property(
        "AWS::EKS::PodIdentityAssociation",
        "Policy",
        PolicyKind::Open,
    ),
    property(
        "AWS::Elasticsearch::Domain",
        "AccessPolicies",
        PolicyKind::Open,
    ),
    property(
        "AWS::EventSchemas::RegistryPolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property("AWS::Events::EventBus", "Policy", PolicyKind::Open),
    property(
        "AWS::Events::EventBusPolicy",
        "Statement",
        PolicyKind::Statement,
    ),
    property(
        "AWS::FSx::S3AccessPointAttachment",
        "S3AccessPoint.Policy",
        PolicyKind::Open,
    ),
    property(
        "AWS::IAM::Group",
        "Policies.*.PolicyDocument",
        PolicyKind::Identity,
    ),
    property(
        "AWS::IAM::GroupPolicy",
        "PolicyDocument",
        PolicyKind::Identity,
    ),
    property(
        "AWS::IAM::ManagedPolicy",
        "PolicyDocument",
        PolicyKind::Identity,
    ),
    property("AWS::IAM::Policy", "PolicyDocument", PolicyKind::Identity),
    property(
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument",
        PolicyKind::Trust,
    ),
    property(
        "AWS::IAM::Role",
        "Policies.*.PolicyDocument",
        PolicyKind::Identity,
    ),
    property(
        "AWS::IAM::RolePolicy",
        "PolicyDocument",
        PolicyKind::Identity,
    ),
    property(
        "AWS::IAM::User",
        "Policies.*.PolicyDocument",
        PolicyKind::Identity,
    ),
    property(
        "AWS::IAM::UserPolicy",
        "PolicyDocument",
        PolicyKind::Identity,
    ),
    property("AWS::IoT::Policy", "PolicyDocument", PolicyKind::Open),
    property("AWS::KMS::Key", "KeyPolicy", PolicyKind::Resource),
    property("AWS::KMS::ReplicaKey", "KeyPolicy", PolicyKind::Resource),
    property(
        "AWS::Kinesis::ResourcePolicy",
        "ResourcePolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::Lambda::ResourcePolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property("AWS::Lex::ResourcePolicy", "Policy", PolicyKind::Open),
    property(
        "AWS::Logs::DeliveryDestination",
        "DeliveryDestinationPolicy.DeliveryDestinationPolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::Logs::Destination",
        "DestinationPolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::Logs::LogGroup",
        "ResourcePolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::Logs::ResourcePolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property("AWS::MSK::ClusterPolicy", "Policy", PolicyKind::Open),
    property(
        "AWS::MediaPackageV2::ChannelPolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property(
        "AWS::MediaPackageV2::OriginEndpointPolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property("AWS::MediaStore::Container", "Policy", PolicyKind::Open),
    property(
        "AWS::MediaTailor::ChannelPolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property(
        "AWS::OSIS::Pipeline",
        "ResourcePolicy.Policy",
        PolicyKind::Open,
    ),
    property("AWS::Oam::Sink", "Policy", PolicyKind::Open),
    property(
        "AWS::Omics::SequenceStore",
        "S3AccessPolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::OpenSearchService::Domain",
        "AccessPolicies",
        PolicyKind::Resource,
    ),
    property("AWS::Organizations::Policy", "Content", PolicyKind::Control),
    property(
        "AWS::Organizations::ResourcePolicy",
        "Content",
        PolicyKind::Open,
    ),
    property("AWS::PaymentCryptography::Key", "Policy", PolicyKind::Open),
    property(
        "AWS::RUM::AppMonitor",
        "ResourcePolicy.PolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::Redshift::Cluster",
        "NamespaceResourcePolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::RedshiftServerless::Namespace",
        "NamespaceResourcePolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::RolesAnywhere::Profile",
        "SessionPolicy",
        PolicyKind::Open,
    ),
    property("AWS::S3::AccessPoint", "Policy", PolicyKind::Open),
    property(
        "AWS::S3::BucketPolicy",
        "PolicyDocument",
        PolicyKind::Resource,
    ),
    property(
        "AWS::S3::MultiRegionAccessPointPolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property("AWS::S3Express::AccessPoint", "Policy", PolicyKind::Open),
    property(
        "AWS::S3Express::BucketPolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property("AWS::S3Files::FileSystemPolicy", "Policy", PolicyKind::Open),
    property(
        "AWS::S3ObjectLambda::AccessPointPolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property("AWS::S3Outposts::AccessPoint", "Policy", PolicyKind::Open),
    property(
        "AWS::S3Outposts::BucketPolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::S3Tables::TableBucketPolicy",
        "ResourcePolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::S3Tables::TablePolicy",
        "ResourcePolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::S3Vectors::VectorBucketPolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property(
        "AWS::SMSVOICE::ResourcePolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
    property(
        "AWS::SNS::TopicInlinePolicy",
        "PolicyDocument",
        PolicyKind::Resource,
    ),
    property(
        "AWS::SNS::TopicPolicy",
        "PolicyDocument",
        PolicyKind::Resource,
    ),
    property(
        "AWS::SQS::QueueInlinePolicy",
        "PolicyDocument",
        PolicyKind::Resource,
    ),
    property(
        "AWS::SQS::QueuePolicy",
        "PolicyDocument",
        PolicyKind::Resource,
    ),
    property("AWS::SSM::ResourcePolicy", "Policy", PolicyKind::Open),
    property(
        "AWS::SSO::PermissionSet",
        "InlinePolicy",
        PolicyKind::Identity,
    ),
    property(
        "AWS::SageMaker::ModelPackageGroup",
        "ModelPackageGroupPolicy",
        PolicyKind::Open,
    ),
    property(
        "AWS::SecretsManager::ResourcePolicy",
        "ResourcePolicy",
        PolicyKind::Open,
    ),
    property("AWS::Transfer::User", "Policy", PolicyKind::Open),
    property("AWS::VpcLattice::AuthPolicy", "Policy", PolicyKind::Open),
    property(
        "AWS::VpcLattice::ResourcePolicy",
        "Policy",
        PolicyKind::Open,
    ),
    property(
        "AWS::XRay::ResourcePolicy",
        "PolicyDocument",
        PolicyKind::Open,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_a_type_are_found() {
        assert!(POLICY_PROPERTIES.is_sorted_by_key(|property| property.resource_type));
        assert_eq!(policy_properties("AWS::IAM::Role").len(), 2);
        assert_eq!(policy_properties("AWS::XRay::ResourcePolicy").len(), 1);
        assert_eq!(policy_properties("AWS::S3::Bucket").len(), 0);
    }
}
