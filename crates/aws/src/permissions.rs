//! The IAM actions that this crate's calls need, for the derivation of a policy.

/// A call of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiCall {
    /// The IAM action, as `cloudformation:CreateStack`.
    pub action: &'static str,
    /// The target.
    pub target: CallTarget,
    /// The purpose.
    pub purpose: &'static str,
}

/// The target of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallTarget {
    /// All stacks of the account; the action cannot be limited to some.
    AllStacks,
    /// The blueprint's stacks.
    Stacks,
    /// The bucket for assets and large templates, to create it.
    NewBucket,
    /// The bucket itself.
    Bucket,
    /// The objects in the bucket.
    Objects,
}

/// All calls except `sts:GetCallerIdentity`, which no policy can deny.
pub const CALLS: &[ApiCall] = &[
    call(
        "cloudformation:DescribeStacks",
        CallTarget::AllStacks,
        "what is deployed, and progress",
    ),
    call(
        "cloudformation:CreateChangeSet",
        CallTarget::Stacks,
        "what an update would do",
    ),
    call("cloudformation:CreateStack", CallTarget::Stacks, "creating"),
    call(
        "cloudformation:DeleteChangeSet",
        CallTarget::Stacks,
        "what an update would do",
    ),
    call("cloudformation:DeleteStack", CallTarget::Stacks, "deleting"),
    call(
        "cloudformation:DescribeChangeSet",
        CallTarget::Stacks,
        "what an update would do",
    ),
    call(
        "cloudformation:DescribeEvents",
        CallTarget::Stacks,
        "causes that only validations and hooks know",
    ),
    call(
        "cloudformation:DescribeStackEvents",
        CallTarget::Stacks,
        "progress, and the first cause of a failure",
    ),
    call(
        "cloudformation:ExecuteChangeSet",
        CallTarget::Stacks,
        "updating",
    ),
    call(
        "cloudformation:GetTemplate",
        CallTarget::Stacks,
        "comparing with what is deployed",
    ),
    call(
        "cloudformation:ListStackResources",
        CallTarget::Stacks,
        "what a stack holds before it is deleted",
    ),
    call(
        "cloudformation:UpdateTerminationProtection",
        CallTarget::Stacks,
        "stacks of a protected environment",
    ),
    call(
        "s3:CreateBucket",
        CallTarget::NewBucket,
        "making the bucket",
    ),
    call(
        "s3:GetBucketVersioning",
        CallTarget::NewBucket,
        "whether making the bucket was finished",
    ),
    call(
        "s3:PutBucketOwnershipControls",
        CallTarget::NewBucket,
        "making the bucket",
    ),
    call(
        "s3:PutBucketPublicAccessBlock",
        CallTarget::NewBucket,
        "making the bucket",
    ),
    call(
        "s3:PutBucketVersioning",
        CallTarget::NewBucket,
        "making the bucket",
    ),
    call(
        "s3:PutEncryptionConfiguration",
        CallTarget::NewBucket,
        "making the bucket",
    ),
    call(
        "s3:ListBucket",
        CallTarget::Bucket,
        "whether the bucket and an object exist",
    ),
    call(
        "s3:GetObject",
        CallTarget::Objects,
        "comparing an upload; fetching templates and code",
    ),
    call("s3:PutObject", CallTarget::Objects, "uploading"),
];

const fn call(action: &'static str, target: CallTarget, purpose: &'static str) -> ApiCall {
    ApiCall {
        action,
        target,
        purpose,
    }
}
