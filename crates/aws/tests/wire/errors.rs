//! Tests of errors: their classification and their messages.

use formwork_aws::{ChangeSetId, ChangeSetRef, ErrorKind, ExecuteChangeSet, Rollback, StackRef};

use crate::peer::{answer, cloud, failure, stack_name, token};

/// Errors with their HTTP status, code, message and kind.
const ERRORS: &[(u16, &str, &str, ErrorKind)] = &[
    (400, "Throttling", "Rate exceeded", ErrorKind::Throttled),
    (
        400,
        "RequestLimitExceeded",
        "slow down",
        ErrorKind::Throttled,
    ),
    (
        404,
        "ChangeSetNotFound",
        "ChangeSet [x] does not exist",
        ErrorKind::NotFound,
    ),
    (
        400,
        "InvalidChangeSetStatus",
        "ChangeSet [x] cannot be executed in its current status of [FAILED]",
        ErrorKind::WrongState,
    ),
    (
        400,
        "InsufficientCapabilitiesException",
        "Requires capabilities : [CAPABILITY_IAM]",
        ErrorKind::InsufficientCapabilities,
    ),
    (
        400,
        "TokenAlreadyExistsException",
        "the token was used",
        ErrorKind::TokenReused,
    ),
    (
        400,
        "ValidationError",
        "Stack [net] does not exist",
        ErrorKind::NotFound,
    ),
    (
        400,
        "ValidationError",
        "Stack:arn:net is in UPDATE_IN_PROGRESS state and can not be updated.",
        ErrorKind::WrongState,
    ),
    (
        400,
        "ValidationError",
        "This stack is currently in a non-terminal [UPDATE_FAILED] state. To update …",
        ErrorKind::WrongState,
    ),
    (
        400,
        "ValidationError",
        "No updates are to be performed.",
        ErrorKind::NoChanges,
    ),
    (
        400,
        "ValidationError",
        "Stack [net] cannot be deleted while TerminationProtection is enabled",
        ErrorKind::Protected,
    ),
    (
        400,
        "ValidationError",
        "Template format error: Unresolved resource dependencies [X]",
        ErrorKind::Rejected,
    ),
    (
        400,
        "ValidationError",
        "Parameter values specified for a template which does not exist",
        ErrorKind::Rejected,
    ),
    (
        403,
        "AccessDenied",
        "User: x is not authorized",
        ErrorKind::Denied,
    ),
    (
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
        ErrorKind::ExpiredCredentials,
    ),
    (
        403,
        "InvalidClientTokenId",
        "The security token is invalid",
        ErrorKind::InvalidCredentials,
    ),
    (
        403,
        "SignatureDoesNotMatch",
        "check your key",
        ErrorKind::InvalidCredentials,
    ),
    (
        500,
        "InternalFailure",
        "An internal error has occurred",
        ErrorKind::Unavailable,
    ),
    (503, "ServiceUnavailable", "later", ErrorKind::Unavailable),
];

#[tokio::test]
async fn an_error_is_classified_by_variant_then_code_then_text() {
    for (status, code, message, kind) in ERRORS.iter().copied() {
        let (cloud, record) = cloud(move |_| failure(status, code, message)).await;
        let error = cloud
            .execute_change_set(&ExecuteChangeSet {
                change_set: ChangeSetId::new("arn:x").into(),
                rollback: Rollback::Enabled,
                token: token(),
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind, kind, "{code}: {message}");
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(error.message.as_deref(), Some(message));
        assert_eq!(error.request_id.as_deref(), Some("request-1"));
        assert_eq!(record.calls().len(), 1, "{code} was sent again");
    }
}

#[tokio::test]
async fn a_response_without_a_code_is_classified_by_its_status_and_the_call() {
    let page = "<html><body>Bad gateway</body></html>";
    let cases = [
        (502, ErrorKind::Unavailable, ErrorKind::Unavailable),
        (429, ErrorKind::Throttled, ErrorKind::Throttled),
        (
            200,
            ErrorKind::Unreadable { maybe_done: false },
            ErrorKind::Unreadable { maybe_done: true },
        ),
    ];
    for (status, read, changed) in cases {
        let (cloud, _) = cloud(move |_| answer(status, page)).await;
        let stack = StackRef::Name(stack_name("net"));
        let error = cloud.describe_stack(&stack).await.unwrap_err();
        assert_eq!(error.kind, read, "{error:?}");
        let error = cloud
            .create_change_set(&formwork_aws::CreateChangeSet {
                stack,
                name: "fw".to_owned(),
                kind: formwork_aws::ChangeSetKind::Update,
                template: formwork_aws::TemplateSource::Previous,
                parameters: Default::default(),
                tags: Default::default(),
                capabilities: Default::default(),
                role_arn: None,
                notification_arns: Vec::new(),
                description: None,
                token: token(),
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind, changed, "{error:?}");
    }
}

#[tokio::test]
async fn a_message_has_one_line_with_the_services_words() {
    let (cloud, _) = cloud(|_| failure(400, "Throttling", "Rate exceeded")).await;
    let error = cloud.describe_stacks(None).await.unwrap_err();
    insta::assert_snapshot!(error, @"`DescribeStacks` was throttled: Rate exceeded (Throttling)");
    let change_set = ChangeSetRef::Id(ChangeSetId::new("arn:x"));
    let error = cloud.describe_change_set(&change_set).await.unwrap_err();
    insta::assert_snapshot!(error, @"`DescribeChangeSet` was throttled: Rate exceeded (Throttling)");
}
