//! The services besides CloudFormation: S3, SSM and STS, as far as deployments need them.
//!
//! The protocols of the services are in `wire`.

pub(crate) mod s3;
pub(crate) mod ssm;
pub(crate) mod sts;
