//! The IAM actions that this crate's calls need, for the derivation of a policy.

/// A call of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiCall {
    /// The IAM action, such as `cloudformation:CreateStack`.
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
        "the deployed stacks, and the progress of their operations",
    ),
    call(
        "cloudformation:CreateChangeSet",
        CallTarget::Stacks,
        "the changes of an update",
    ),
    call("cloudformation:CreateStack", CallTarget::Stacks, "creating"),
    call(
        "cloudformation:DeleteChangeSet",
        CallTarget::Stacks,
        "the changes of an update",
    ),
    call("cloudformation:DeleteStack", CallTarget::Stacks, "deleting"),
    call(
        "cloudformation:DescribeChangeSet",
        CallTarget::Stacks,
        "the changes of an update",
    ),
    call(
        "cloudformation:DescribeEvents",
        CallTarget::Stacks,
        "failures of validations and hooks",
    ),
    call(
        "cloudformation:DescribeStackEvents",
        CallTarget::Stacks,
        "progress, and the root cause of a failure",
    ),
    call(
        "cloudformation:ExecuteChangeSet",
        CallTarget::Stacks,
        "updating",
    ),
    call(
        "cloudformation:GetTemplate",
        CallTarget::Stacks,
        "the deployed template",
    ),
    call(
        "cloudformation:ListStackResources",
        CallTarget::Stacks,
        "the resources of a stack before its deletion",
    ),
    call(
        "cloudformation:UpdateTerminationProtection",
        CallTarget::Stacks,
        "termination protection",
    ),
    call(
        "s3:CreateBucket",
        CallTarget::NewBucket,
        "creation of the bucket",
    ),
    call(
        "s3:GetBucketVersioning",
        CallTarget::NewBucket,
        "check of the bucket's setup",
    ),
    call(
        "s3:PutBucketOwnershipControls",
        CallTarget::NewBucket,
        "creation of the bucket",
    ),
    call(
        "s3:PutBucketPublicAccessBlock",
        CallTarget::NewBucket,
        "creation of the bucket",
    ),
    call(
        "s3:PutBucketVersioning",
        CallTarget::NewBucket,
        "creation of the bucket",
    ),
    call(
        "s3:PutEncryptionConfiguration",
        CallTarget::NewBucket,
        "creation of the bucket",
    ),
    call(
        "s3:ListBucket",
        CallTarget::Bucket,
        "check for the bucket and an object",
    ),
    call(
        "s3:GetObject",
        CallTarget::Objects,
        "check of an upload, and reading of templates and code",
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
