//! Quotas and limits of AWS.
//!
//! Limits of single properties are in the resource schemas. The limits of this program are in the
//! `limits` module of each crate.

/// The largest template that a request can contain, in bytes.
pub const TEMPLATE_BODY_BYTES: usize = 51_200;

/// The largest template that CloudFormation reads from S3, in bytes.
pub const TEMPLATE_URL_BYTES: usize = 1_048_576;

/// The largest template in bytes, as CloudFormation's page of quotas rounds it ("1 MB").
pub const TEMPLATE_BYTES: usize = 1_000_000;

/// The longest description of a template or an output, in bytes.
pub const DESCRIPTION_BYTES: usize = 1024;

/// The maximum number of parameters of a template.
pub const PARAMETERS: usize = 200;

/// The maximum number of mappings of a template.
pub const MAPPINGS: usize = 200;

/// The maximum number of keys in one level of a mapping.
pub const MAPPING_KEYS: usize = 200;

/// The maximum number of resources of a template.
pub const RESOURCES: usize = 500;

/// The maximum number of outputs of a template.
pub const OUTPUTS: usize = 200;

/// The maximum number of dynamic references in a template.
pub const DYNAMIC_REFERENCES: usize = 60;

/// The longest key of a tag, in characters.
pub const TAG_KEY_CHARACTERS: usize = 128;

/// The longest value of a tag, in characters.
pub const TAG_VALUE_CHARACTERS: usize = 256;

/// The size of all environment variables of a Lambda function, in bytes (the page "Lambda quotas").
pub const LAMBDA_ENVIRONMENT_BYTES: usize = 4096;

/// The maximum number of subscription filters of a log group in any account (the page "CloudWatch
/// Logs quotas").
pub const SUBSCRIPTION_FILTERS: usize = 5;

/// The minimum number of days that a backup stays in cold storage (the page of `Lifecycle`).
pub const COLD_STORAGE_DAYS: i64 = 90;
