//! Amazon resource names.

use crate::model::stack_context::StackContext;

/// Returns `arn:aws:service:region:account:resource`.
pub(super) fn regional(stack_context: &StackContext, service: &str, resource: &str) -> String {
    let StackContext {
        region, account, ..
    } = stack_context;
    let partition = stack_context.partition();
    format!("arn:{partition}:{service}:{region}:{account}:{resource}")
}

/// Returns `arn:aws:service::account:resource`, for services without regions.
pub(super) fn global(stack_context: &StackContext, service: &str, resource: &str) -> String {
    let partition = stack_context.partition();
    let account = &stack_context.account;
    format!("arn:{partition}:{service}::{account}:{resource}")
}

/// Returns `arn:aws:s3:::bucket`.
pub(super) fn bucket(stack_context: &StackContext, bucket: &str) -> String {
    format!("arn:{}:s3:::{bucket}", stack_context.partition())
}
