//! Amazon resource names.

use crate::stack_context::StackContext;

/// `arn:aws:service:region:account:resource`.
pub(super) fn regional(place: &StackContext, service: &str, resource: &str) -> String {
    let StackContext {
        region, account, ..
    } = place;
    let partition = place.partition();
    format!("arn:{partition}:{service}:{region}:{account}:{resource}")
}

/// `arn:aws:service::account:resource`, for services without regions.
pub(super) fn global(place: &StackContext, service: &str, resource: &str) -> String {
    let partition = place.partition();
    let account = &place.account;
    format!("arn:{partition}:{service}::{account}:{resource}")
}

/// `arn:aws:s3:::bucket`.
pub(super) fn bucket(place: &StackContext, bucket: &str) -> String {
    format!("arn:{}:s3:::{bucket}", place.partition())
}
