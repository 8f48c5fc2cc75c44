//! What can go wrong when AWS is asked, sorted by what the caller can do about it.
//!
//! The SDK's modelled errors decide first ([`crate::modelled`]), then the error's code. Message texts are read in this
//! file alone, in [`by_message`] and the functions named `says_…`, and only where CloudFormation gives one code
//! (`ValidationError`) or one state (`FAILED`) to outcomes that call for different steps.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::modelled::Modelled;

/// A call that failed.
#[derive(Clone, Debug)]
pub struct Error {
    /// What was asked, in the API's name for it, like `CreateStack`.
    pub action: &'static str,
    /// What came of it.
    pub kind: Kind,
    /// The service's code, like `ValidationError`.
    pub code: Option<String>,
    /// What the service or this crate says about it.
    pub message: Option<String>,
    /// The service's id for the request, for its support.
    pub request_id: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What came of a call, by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Too many calls: nothing was done, ask again later.
    Throttled,
    /// No answer came.
    Unreachable {
        /// Whether the request may have arrived.
        maybe_sent: bool,
    },
    /// The service failed on its side; the request may have been carried out.
    Unavailable,
    /// An answer came that cannot be read, or says what this version does not know.
    Unreadable {
        /// Whether the request may have been carried out.
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
    /// The stack's or change set's state does not allow it now.
    WrongState,
    /// The stack is protected from deletion.
    Protected,
    /// The account's quota is reached.
    LimitExceeded,
    /// The client request token was used for another request.
    TokenReused,
    /// The caller may not do this.
    Denied,
    /// No credentials were found.
    NoCredentials,
    /// The credentials were valid once.
    ExpiredCredentials,
    /// AWS does not know the credentials, or they could not be fetched.
    InvalidCredentials,
    /// The settings are wrong: no region, an unreadable certificate file.
    Settings,
    /// The request was refused for another reason: the message says which.
    Rejected,
}

impl Kind {
    /// Whether nothing was done and asking again later may succeed.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Unreachable { maybe_sent: false }
        )
    }

    /// Whether it is open if the request was carried out: to be resolved by asking.
    pub fn is_ambiguous(self) -> bool {
        matches!(
            self,
            Self::Unreachable { maybe_sent: true }
                | Self::Unavailable
                | Self::Unreadable { maybe_done: true }
        )
    }

    fn words(self) -> &'static str {
        match self {
            Self::Throttled => "was throttled",
            Self::Unreachable { maybe_sent: false } => "could not be sent",
            Self::Unreachable { maybe_sent: true } => "got no answer",
            Self::Unavailable => "failed on AWS's side",
            Self::Unreadable { .. } => "got an answer that cannot be read",
            Self::NotFound => "found nothing",
            Self::AlreadyExists => "found it existing already",
            Self::NoChanges => "found nothing to change",
            Self::InsufficientCapabilities => "needs capabilities",
            Self::WrongState => "is not allowed in the present state",
            Self::Protected => "is refused by termination protection",
            Self::LimitExceeded => "is over a quota of the account",
            Self::TokenReused => "was asked before with the same token",
            Self::Denied => "is not allowed to this caller",
            Self::NoCredentials => "has no credentials",
            Self::ExpiredCredentials => "has expired credentials",
            Self::InvalidCredentials => "has no valid credentials",
            Self::Settings => "cannot be asked with these settings",
            Self::Rejected => "was refused",
        }
    }
}

impl Error {
    pub(crate) fn new(action: &'static str, kind: Kind, message: impl Into<String>) -> Self {
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

    /// An answer to a question that cannot be read.
    pub(crate) fn unreadable(action: &'static str, problem: String) -> Self {
        Self::new(action, Kind::Unreadable { maybe_done: false }, problem)
    }

    /// An answer without a field that every such answer has.
    pub(crate) fn missing(action: &'static str, field: &str, maybe_done: bool) -> Self {
        Self::new(
            action,
            Kind::Unreadable { maybe_done },
            format!("the answer has no `{field}`"),
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` {}", self.action, self.kind.words())?;
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

/// Whether a call changes something, and so what a lost answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Changes,
}

/// Sorts a failed call.
pub(crate) fn sort<E>(
    action: &'static str,
    effect: Effect,
    error: SdkError<E, HttpResponse>,
) -> Error
where
    E: Modelled + ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let mut sorted = Error {
        action,
        kind: Kind::Rejected,
        code: None,
        message: None,
        request_id: error
            .raw_response()
            .and_then(request_id_of)
            .map(str::to_owned),
        source: None,
    };
    let http_status = error.raw_response().map(|raw| raw.status().as_u16());
    sorted.kind = match &error {
        // The SDK takes a success that it cannot read for a failure without a code.
        SdkError::ServiceError(_) | SdkError::ResponseError(_)
            if http_status.is_some_and(|status| status < 300) =>
        {
            Kind::Unreadable {
                maybe_done: effect == Effect::Changes,
            }
        }
        SdkError::ServiceError(service) => {
            let service = service.err();
            sorted.code = service.code().map(str::to_owned);
            sorted.message = service.message().map(str::to_owned);
            service
                .kind()
                .or_else(|| service.code().and_then(by_code))
                .or_else(|| service.message().and_then(by_message))
                .or_else(|| http_status.and_then(by_http_status))
                .unwrap_or(Kind::Rejected)
        }
        SdkError::ResponseError(_) => {
            http_status
                .and_then(by_http_status)
                .unwrap_or(Kind::Unreadable {
                    maybe_done: effect == Effect::Changes,
                })
        }
        SdkError::TimeoutError(_) => Kind::Unreachable { maybe_sent: true },
        SdkError::DispatchFailure(_) => Kind::Unreachable {
            maybe_sent: !find::<hyper_util::client::legacy::Error>(&error)
                .is_some_and(hyper_util::client::legacy::Error::is_connect),
        },
        // A request that could not even be built was not sent.
        _ => Kind::Rejected,
    };
    if !matches!(error, SdkError::ServiceError(_)) {
        if let Some(credentials) = find::<CredentialsError>(&error) {
            sorted.kind = of_credentials(credentials);
        }
        // Only the source is kept: the SDK's own error prints the whole response.
        sorted.source = error.into_source().ok().map(Arc::from);
    }
    sorted
}

/// What kind of failure the lack of credentials is.
pub(crate) fn of_credentials(error: &CredentialsError) -> Kind {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => Kind::NoCredentials,
        _ => Kind::InvalidCredentials,
    }
}

fn request_id_of(response: &HttpResponse) -> Option<&str> {
    ["x-amzn-requestid", "x-amz-request-id"]
        .into_iter()
        .find_map(|name| response.headers().get(name))
}

fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        current = error.source();
    }
    None
}

/// The kinds that a code alone tells. The wire's codes are not always the exceptions' names.
fn by_code(code: &str) -> Option<Kind> {
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
        | "SlowDown" => Kind::Throttled,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "OptInRequired"
        | "UnauthorizedAccess"
        | "AllAccessDisabled" => Kind::Denied,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => {
            Kind::ExpiredCredentials
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
        | "InvalidToken" => Kind::InvalidCredentials,
        "ChangeSetNotFound"
        | "ChangeSetNotFoundException"
        | "NoSuchBucket"
        | "NoSuchKey"
        | "NotFound" => Kind::NotFound,
        "AlreadyExistsException" | "BucketAlreadyExists" => Kind::AlreadyExists,
        "InsufficientCapabilitiesException" | "InsufficientCapabilities" => {
            Kind::InsufficientCapabilities
        }
        "InvalidChangeSetStatus" | "InvalidChangeSetStatusException" => Kind::WrongState,
        "LimitExceededException" | "LimitExceeded" | "TooManyBuckets" => Kind::LimitExceeded,
        "TokenAlreadyExistsException" | "TokenAlreadyExists" => Kind::TokenReused,
        // S3's word for two runs that make one bucket at once; asking again settles it.
        "OperationAborted" => Kind::Unavailable,
        "InternalFailure" | "InternalError" | "ServiceUnavailable" | "InternalServerError" => {
            Kind::Unavailable
        }
        _ => return None,
    };
    Some(kind)
}

/// The kinds that CloudFormation puts under the one code `ValidationError` and tells apart by text only.
fn by_message(message: &str) -> Option<Kind> {
    let of_a_stack = ["Stack with id ", "Stack [", "Stack:", "Stack '"]
        .iter()
        .any(|start| message.starts_with(start));
    if of_a_stack && message.trim_end_matches('.').ends_with("does not exist") {
        Some(Kind::NotFound)
    } else if of_a_stack && message.contains("already exists and cannot be created again") {
        Some(Kind::AlreadyExists)
    } else if of_a_stack && message.contains("cannot be deleted while TerminationProtection") {
        Some(Kind::Protected)
    } else if of_a_stack && message.contains("state and can") {
        // `Stack:<arn> is in <STATE> state and can not be updated.`, also `cannot be deleted …`.
        Some(Kind::WrongState)
    } else if message.starts_with("This stack is currently in a non-terminal [") {
        Some(Kind::WrongState)
    } else if message.starts_with("No updates are to be performed") {
        Some(Kind::NoChanges)
    } else {
        None
    }
}

/// The kinds of an answer that has neither a known code nor a message, such as one to HEAD or one of a proxy.
fn by_http_status(status: u16) -> Option<Kind> {
    match status {
        401 | 403 => Some(Kind::Denied),
        404 => Some(Kind::NotFound),
        429 => Some(Kind::Throttled),
        500..=599 => Some(Kind::Unavailable),
        _ => None,
    }
}

/// Whether a failed change set's reason says that nothing would change: its state and code are those of any other
/// failure.
pub(crate) fn says_no_changes(reason: &str) -> bool {
    reason.starts_with("The submitted information didn't contain changes.")
        || reason.starts_with("No updates are to be performed.")
}

/// Whether a resource's reason says that its work was cancelled because another's failed: its state is the same
/// `CREATE_FAILED` or `UPDATE_FAILED`.
pub(crate) fn says_cancelled(reason: &str) -> bool {
    reason.contains("cancelled")
}

/// Whether a change set's reason says that property values were left out: nothing else tells it.
pub(crate) fn says_values_left_out(reason: &str) -> bool {
    reason.starts_with("[WARN] --include-property-values")
}
