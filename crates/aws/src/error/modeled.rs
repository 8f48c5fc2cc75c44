//! The kinds of the errors that the SDK models, by operation.

use aws_sdk_cloudformation::operation as cloudformation;
use aws_sdk_s3::operation as s3;
use aws_sdk_sts::operation as sts;

use super::ErrorKind;

/// An operation's error in the SDK's model.
pub(crate) trait ModeledError {
    /// Returns the kind, if the modeled variant determines it.
    fn kind(&self) -> Option<ErrorKind>;
}

macro_rules! modeled_errors {
    ($($error:path { $($is:ident => $kind:ident),* $(,)? })*) => {$(
        impl ModeledError for $error {
            fn kind(&self) -> Option<ErrorKind> {
                $(if self.$is() { return Some(ErrorKind::$kind); })*
                None
            }
        }
    )*};
}

modeled_errors! {
    cloudformation::create_change_set::CreateChangeSetError {
        is_already_exists_exception => AlreadyExists,
        is_insufficient_capabilities_exception => InsufficientCapabilities,
        is_limit_exceeded_exception => LimitExceeded,
    }
    cloudformation::create_stack::CreateStackError {
        is_already_exists_exception => AlreadyExists,
        is_insufficient_capabilities_exception => InsufficientCapabilities,
        is_limit_exceeded_exception => LimitExceeded,
        is_token_already_exists_exception => TokenReused,
    }
    cloudformation::delete_change_set::DeleteChangeSetError {
        is_invalid_change_set_status_exception => WrongState,
    }
    cloudformation::delete_stack::DeleteStackError {
        is_token_already_exists_exception => TokenReused,
    }
    cloudformation::describe_change_set::DescribeChangeSetError {
        is_change_set_not_found_exception => NotFound,
    }
    cloudformation::describe_events::DescribeEventsError {}
    cloudformation::describe_stack_events::DescribeStackEventsError {}
    cloudformation::describe_stacks::DescribeStacksError {}
    cloudformation::execute_change_set::ExecuteChangeSetError {
        is_change_set_not_found_exception => NotFound,
        is_insufficient_capabilities_exception => InsufficientCapabilities,
        is_invalid_change_set_status_exception => WrongState,
        is_token_already_exists_exception => TokenReused,
    }
    cloudformation::get_template::GetTemplateError {
        is_change_set_not_found_exception => NotFound,
    }
    cloudformation::list_exports::ListExportsError {}
    cloudformation::list_imports::ListImportsError {}
    cloudformation::list_stack_resources::ListStackResourcesError {}
    cloudformation::update_termination_protection::UpdateTerminationProtectionError {}
    s3::create_bucket::CreateBucketError {
        is_bucket_already_exists => AlreadyExists,
        is_bucket_already_owned_by_you => AlreadyExists,
    }
    s3::get_bucket_versioning::GetBucketVersioningError {}
    s3::head_bucket::HeadBucketError { is_not_found => NotFound }
    s3::head_object::HeadObjectError { is_not_found => NotFound }
    s3::put_bucket_encryption::PutBucketEncryptionError {}
    s3::put_bucket_ownership_controls::PutBucketOwnershipControlsError {}
    s3::put_bucket_versioning::PutBucketVersioningError {}
    s3::put_object::PutObjectError {}
    s3::put_public_access_block::PutPublicAccessBlockError {}
    sts::get_caller_identity::GetCallerIdentityError {}
}
