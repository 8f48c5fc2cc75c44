//! Every call that this room makes, as IAM names it: what a policy has to allow, and what for.

/// A call of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Its action: `cloudformation:CreateStack`.
    pub action: &'static str,
    /// What it is about.
    pub on: On,
    /// What it is for.
    pub why: &'static str,
}

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum On {
    /// Every stack of the account: it cannot be limited to some.
    AllStacks,
    /// The blueprint's stacks.
    Stacks,
    /// The bucket for assets and large templates, to make it.
    NewBucket,
    /// The bucket itself.
    Bucket,
    /// The objects in the bucket.
    Objects,
}

/// The calls, but for `sts:GetCallerIdentity`, which no policy can deny.
pub const CALLS: &[Call] = &[
    call(
        "cloudformation:DescribeStacks",
        On::AllStacks,
        "what is deployed, and progress",
    ),
    call(
        "cloudformation:CreateChangeSet",
        On::Stacks,
        "what an update would do",
    ),
    call("cloudformation:CreateStack", On::Stacks, "creating"),
    call(
        "cloudformation:DeleteChangeSet",
        On::Stacks,
        "what an update would do",
    ),
    call("cloudformation:DeleteStack", On::Stacks, "deleting"),
    call(
        "cloudformation:DescribeChangeSet",
        On::Stacks,
        "what an update would do",
    ),
    call(
        "cloudformation:DescribeEvents",
        On::Stacks,
        "causes that only validations and hooks know",
    ),
    call(
        "cloudformation:DescribeStackEvents",
        On::Stacks,
        "progress, and the first cause of a failure",
    ),
    call("cloudformation:ExecuteChangeSet", On::Stacks, "updating"),
    call(
        "cloudformation:GetTemplate",
        On::Stacks,
        "comparing with what is deployed",
    ),
    call(
        "cloudformation:ListStackResources",
        On::Stacks,
        "what a stack holds before it is deleted",
    ),
    call(
        "cloudformation:UpdateTerminationProtection",
        On::Stacks,
        "stacks of a protected environment",
    ),
    call("s3:CreateBucket", On::NewBucket, "making the bucket"),
    call(
        "s3:GetBucketVersioning",
        On::NewBucket,
        "whether making the bucket was finished",
    ),
    call(
        "s3:PutBucketOwnershipControls",
        On::NewBucket,
        "making the bucket",
    ),
    call(
        "s3:PutBucketPublicAccessBlock",
        On::NewBucket,
        "making the bucket",
    ),
    call("s3:PutBucketVersioning", On::NewBucket, "making the bucket"),
    call(
        "s3:PutEncryptionConfiguration",
        On::NewBucket,
        "making the bucket",
    ),
    call(
        "s3:ListBucket",
        On::Bucket,
        "whether the bucket and an object exist",
    ),
    call(
        "s3:GetObject",
        On::Objects,
        "comparing an upload; fetching templates and code",
    ),
    call("s3:PutObject", On::Objects, "uploading"),
];

const fn call(action: &'static str, on: On, why: &'static str) -> Call {
    Call { action, on, why }
}
