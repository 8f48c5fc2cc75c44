//! The errors of calls, classified by what the caller can do about them.
//!
//! The SDK's modeled errors decide first ([`modeled`]), then the error's code. Only this file matches message texts, in
//! [`kind_by_message`] and the functions named `is_…_reason`, and only if CloudFormation uses one code
//! (`ValidationError`) or one status (`FAILED`) for outcomes that need different reactions.

mod modeled;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use self::modeled::ModeledError;

/// A call that failed.
#[derive(Clone, Debug)]
pub struct Error {
    /// The API action, such as `CreateStack`.
    pub action: &'static str,
    /// The kind.
    pub kind: ErrorKind,
    /// The service's code, such as `ValidationError`.
    pub code: Option<String>,
    /// The message of the service or of this crate.
    pub message: Option<String>,
    /// The service's id of the request, for AWS Support.
    pub request_id: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The kind of an error, by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Too many calls: nothing was done, and a later call may succeed.
    Throttled,
    /// No response arrived.
    Unreachable {
        /// True if the service may have received the request.
        maybe_sent: bool,
    },
    /// The service failed; it may have executed the request.
    Unavailable,
    /// The response cannot be read, or contains a value that this version does not know.
    Unreadable {
        /// True if the service may have executed the request.
        maybe_done: bool,
    },
    /// The stack, change set, bucket or object does not exist.
    NotFound,
    /// It exists already.
    AlreadyExists,
    /// There is nothing to change.
    NoChanges,
    /// The template needs capabilities that were not acknowledged.
    InsufficientCapabilities,
    /// The stack's or change set's status does not allow it now.
    WrongState,
    /// The stack has termination protection.
    Protected,
    /// The account has reached a quota.
    LimitExceeded,
    /// The client request token was used for another request.
    TokenReused,
    /// The caller has no permission.
    Denied,
    /// The caller has no credentials.
    NoCredentials,
    /// The credentials have expired.
    ExpiredCredentials,
    /// AWS does not know the credentials, or they cannot be fetched.
    InvalidCredentials,
    /// The settings are wrong, as a missing region or an unreadable certificate file.
    Settings,
    /// The service refused the request for another reason, which the message states.
    Rejected,
}

impl ErrorKind {
    /// Returns whether nothing was done and a later call may succeed.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Unreachable { maybe_sent: false }
        )
    }

    /// Returns whether the service may have executed the request, so that a read must resolve it.
    pub fn is_ambiguous(self) -> bool {
        matches!(
            self,
            Self::Unreachable { maybe_sent: true }
                | Self::Unavailable
                | Self::Unreadable { maybe_done: true }
        )
    }

    fn description(self) -> &'static str {
        match self {
            Self::Throttled => "was throttled",
            Self::Unreachable { maybe_sent: false } => "could not be sent",
            Self::Unreachable { maybe_sent: true } => "got no response",
            Self::Unavailable => "failed in AWS",
            Self::Unreadable { .. } => "got an unreadable response",
            Self::NotFound => "did not find the resource",
            Self::AlreadyExists => "failed: it already exists",
            Self::NoChanges => "has nothing to change",
            Self::InsufficientCapabilities => "needs capabilities",
            Self::WrongState => "is not allowed in the current status",
            Self::Protected => "is refused by termination protection",
            Self::LimitExceeded => "exceeds a quota of the account",
            Self::TokenReused => "was already sent with the same token",
            Self::Denied => "is denied to this caller",
            Self::NoCredentials => "has no credentials",
            Self::ExpiredCredentials => "has expired credentials",
            Self::InvalidCredentials => "has no valid credentials",
            Self::Settings => "has invalid settings",
            Self::Rejected => "was refused",
        }
    }
}

impl Error {
    pub(crate) fn new(action: &'static str, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            action,
            kind,
            code: None,
            message: Some(message.into()),
            request_id: None,
            source: None,
        }
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// Returns the error of an unreadable response to a read.
    pub(crate) fn unreadable(action: &'static str, problem: String) -> Self {
        Self::new(action, ErrorKind::Unreadable { maybe_done: false }, problem)
    }

    /// Returns the error of a response without a required field.
    pub(crate) fn missing(action: &'static str, field: &str, maybe_done: bool) -> Self {
        Self::new(
            action,
            ErrorKind::Unreadable { maybe_done },
            format!("the response has no `{field}`"),
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` {}", self.action, self.kind.description())?;
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(out, ": {message} ({code})"),
            (None, Some(message)) => write!(out, ": {message}"),
            (Some(code), None) => write!(out, " ({code})"),
            (None, None) => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// The effect of a call, which determines the meaning of a lost response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Changes,
}

/// Classifies the error of a call.
pub(crate) fn classify<E>(
    action: &'static str,
    effect: Effect,
    error: SdkError<E, HttpResponse>,
) -> Error
where
    E: ModeledError + ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let mut classified = Error {
        action,
        kind: ErrorKind::Rejected,
        code: None,
        message: None,
        request_id: error.raw_response().and_then(request_id).map(str::to_owned),
        source: None,
    };
    let http_status = error.raw_response().map(|raw| raw.status().as_u16());
    classified.kind = match &error {
        // The SDK reports a success that it cannot read as an error without a code.
        SdkError::ServiceError(_) | SdkError::ResponseError(_)
            if http_status.is_some_and(|status| status < 300) =>
        {
            ErrorKind::Unreadable {
                maybe_done: effect == Effect::Changes,
            }
        }
        SdkError::ServiceError(service) => {
            let service = service.err();
            classified.code = service.code().map(str::to_owned);
            classified.message = service.message().map(str::to_owned);
            service
                .kind()
                .or_else(|| service.code().and_then(kind_by_code))
                .or_else(|| service.message().and_then(kind_by_message))
                .or_else(|| http_status.and_then(kind_by_http_status))
                .unwrap_or(ErrorKind::Rejected)
        }
        SdkError::ResponseError(_) => {
            http_status
                .and_then(kind_by_http_status)
                .unwrap_or(ErrorKind::Unreadable {
                    maybe_done: effect == Effect::Changes,
                })
        }
        SdkError::TimeoutError(_) => ErrorKind::Unreachable { maybe_sent: true },
        SdkError::DispatchFailure(_) => ErrorKind::Unreachable {
            maybe_sent: !find_source::<hyper_util::client::legacy::Error>(&error)
                .is_some_and(hyper_util::client::legacy::Error::is_connect),
        },
        // The request could not be built and was not sent.
        _ => ErrorKind::Rejected,
    };
    if !matches!(error, SdkError::ServiceError(_)) {
        if let Some(credentials) = find_source::<CredentialsError>(&error) {
            classified.kind = credentials_error_kind(credentials);
        }
        // Only the source is kept, because the SDK's error prints the whole response.
        classified.source = error.into_source().ok().map(Arc::from);
    }
    classified
}

/// Returns the kind of an error about credentials.
pub(crate) fn credentials_error_kind(error: &CredentialsError) -> ErrorKind {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => ErrorKind::NoCredentials,
        _ => ErrorKind::InvalidCredentials,
    }
}

fn request_id(response: &HttpResponse) -> Option<&str> {
    ["x-amzn-requestid", "x-amz-request-id"]
        .into_iter()
        .find_map(|name| response.headers().get(name))
}

fn find_source<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        current = error.source();
    }
    None
}

/// Returns the kind that a code determines. The codes on the wire are not always the exceptions' names.
fn kind_by_code(code: &str) -> Option<ErrorKind> {
    let kind = match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "BandwidthLimitExceeded"
        | "PriorRequestNotComplete"
        | "SlowDown" => ErrorKind::Throttled,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "OptInRequired"
        | "UnauthorizedAccess"
        | "AllAccessDisabled" => ErrorKind::Denied,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => {
            ErrorKind::ExpiredCredentials
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "AuthFailure"
        | "InvalidAccessKeyId"
        | "InvalidToken" => ErrorKind::InvalidCredentials,
        "ChangeSetNotFound"
        | "ChangeSetNotFoundException"
        | "NoSuchBucket"
        | "NoSuchKey"
        | "NotFound" => ErrorKind::NotFound,
        "AlreadyExistsException" | "BucketAlreadyExists" => ErrorKind::AlreadyExists,
        "InsufficientCapabilitiesException" | "InsufficientCapabilities" => {
            ErrorKind::InsufficientCapabilities
        }
        "InvalidChangeSetStatus" | "InvalidChangeSetStatusException" => ErrorKind::WrongState,
        "LimitExceededException" | "LimitExceeded" | "TooManyBuckets" => ErrorKind::LimitExceeded,
        "TokenAlreadyExistsException" | "TokenAlreadyExists" => ErrorKind::TokenReused,
        // S3's code if two runs create a bucket at the same time; a later call succeeds.
        "OperationAborted" => ErrorKind::Unavailable,
        "InternalFailure" | "InternalError" | "ServiceUnavailable" | "InternalServerError" => {
            ErrorKind::Unavailable
        }
        _ => return None,
    };
    Some(kind)
}

/// Returns the kind of an error with the code `ValidationError`, which CloudFormation distinguishes only by text.
fn kind_by_message(message: &str) -> Option<ErrorKind> {
    let is_about_stack = ["Stack with id ", "Stack [", "Stack:", "Stack '"]
        .iter()
        .any(|start| message.starts_with(start));
    if is_about_stack && message.trim_end_matches('.').ends_with("does not exist") {
        Some(ErrorKind::NotFound)
    } else if is_about_stack && message.contains("already exists and cannot be created again") {
        Some(ErrorKind::AlreadyExists)
    } else if is_about_stack && message.contains("cannot be deleted while TerminationProtection") {
        Some(ErrorKind::Protected)
    } else if is_about_stack && message.contains("state and can") {
        // `Stack:<arn> is in <STATE> state and can not be updated.`, also `cannot be deleted …`.
        Some(ErrorKind::WrongState)
    } else if message.starts_with("This stack is currently in a non-terminal [") {
        Some(ErrorKind::WrongState)
    } else if message.starts_with("No updates are to be performed") {
        Some(ErrorKind::NoChanges)
    } else {
        None
    }
}

/// Returns the kind of a response with neither a known code nor a message, as to HEAD or from a proxy.
fn kind_by_http_status(status: u16) -> Option<ErrorKind> {
    match status {
        401 | 403 => Some(ErrorKind::Denied),
        404 => Some(ErrorKind::NotFound),
        429 => Some(ErrorKind::Throttled),
        500..=599 => Some(ErrorKind::Unavailable),
        _ => None,
    }
}

/// Returns whether a failed change set has no changes. Its status and code are those of any other failure.
pub(crate) fn is_no_changes_reason(reason: &str) -> bool {
    reason.starts_with("The submitted information didn't contain changes.")
        || reason.starts_with("No updates are to be performed.")
}

/// Returns whether a resource's work was cancelled because another resource failed. Its status is the same
/// `CREATE_FAILED` or `UPDATE_FAILED`.
pub(crate) fn is_cancellation_reason(reason: &str) -> bool {
    reason.contains("cancelled")
}

/// Returns whether the service omitted property values from a change set. Only the reason shows it.
pub(crate) fn is_values_omitted_reason(reason: &str) -> bool {
    reason.starts_with("[WARN] --include-property-values")
}
