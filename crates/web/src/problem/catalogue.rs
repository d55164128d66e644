use actix_web::http::StatusCode;
use taskwell_application::ErrorCode;

/// Everything that a problem's `code` can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Code {
    /// A use case's.
    Application(ErrorCode),
    /// One that stops a request before any use case.
    Wire(WireCode),
}

/// What stops a request before any use case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WireCode {
    MalformedJson,
    MalformedRequest,
    MethodNotAllowed,
    RequestTimeout,
    PayloadTooLarge,
    UnsupportedMediaType,
}

impl WireCode {
    pub(crate) const ALL: [Self; 6] = [
        Self::MalformedJson,
        Self::MalformedRequest,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
    ];
}

impl From<ErrorCode> for Code {
    fn from(code: ErrorCode) -> Self {
        Self::Application(code)
    }
}

impl From<WireCode> for Code {
    fn from(code: WireCode) -> Self {
        Self::Wire(code)
    }
}

impl Code {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let application = ErrorCode::ALL.iter().copied().map(Self::from);
        application.chain(WireCode::ALL.into_iter().map(Self::from))
    }
}

/// What is the same for every problem of one code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProblemType {
    /// The stable word.
    pub(crate) code: &'static str,
    /// The status that it is answered with.
    pub(crate) status: StatusCode,
    /// In a few words.
    pub(crate) title: &'static str,
    /// What it means and what to do.
    pub(crate) explanation: &'static str,
}

impl ProblemType {
    /// The type of that word.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Code::all().map(Self::of).find(|kind| kind.code == word)
    }

    /// The one table from codes to HTTP.
    pub(crate) fn of(code: Code) -> Self {
        use StatusCode as S;
        let (word, status, title, explanation) = match code {
            Code::Wire(code) => match code {
                WireCode::MalformedJson => (
                    "malformed_json",
                    S::BAD_REQUEST,
                    "The body is not JSON",
                    "The body must be one JSON text in UTF-8 (RFC 8259) in which no object names a key twice.",
                ),
                WireCode::MalformedRequest => (
                    "malformed_request",
                    S::BAD_REQUEST,
                    "The request cannot be read",
                    "The address, its query string, a header or the body breaks the rules of HTTP or its encoding.",
                ),
                WireCode::MethodNotAllowed => (
                    "method_not_allowed",
                    S::METHOD_NOT_ALLOWED,
                    "The address does not take this method",
                    "The header Allow names the methods that it takes.",
                ),
                WireCode::RequestTimeout => (
                    "request_timeout",
                    S::REQUEST_TIMEOUT,
                    "The request took too long to arrive",
                    "The whole request must arrive within the server's time limit. It can be sent again.",
                ),
                WireCode::PayloadTooLarge => (
                    "payload_too_large",
                    S::PAYLOAD_TOO_LARGE,
                    "The body is too large",
                    "The body has more bytes than this server takes.",
                ),
                WireCode::UnsupportedMediaType => (
                    "unsupported_media_type",
                    S::UNSUPPORTED_MEDIA_TYPE,
                    "The body is of a type that is not taken here",
                    "One Content-Type must name a type that the operation takes, mostly application/json, in UTF-8, and the body must not be compressed.",
                ),
            },
            Code::Application(code) => match code {
                ErrorCode::ValidationFailed => (
                    code.as_str(),
                    S::UNPROCESSABLE_ENTITY,
                    "Some values are not allowed",
                    "The member errors names every value that is not allowed: where it stands, and what is wrong with it. Nothing was changed.",
                ),
                ErrorCode::InvalidCursor => (
                    code.as_str(),
                    S::BAD_REQUEST,
                    "The cursor cannot be used here",
                    "A cursor is taken from a Link header as it stands and is good for the same filters and order only. Begin again without one.",
                ),
                ErrorCode::Unauthenticated => (
                    code.as_str(),
                    S::UNAUTHORIZED,
                    "A valid token is needed",
                    "Send a token as Authorization: Bearer TOKEN: the access token that a login gave, a personal access token, or one of another issuer that this server trusts. This one is missing, is none of these, was revoked, or its account is gone. Where a refresh token is asked for, it is one that nobody was given.",
                ),
                ErrorCode::TokenExpired => (
                    code.as_str(),
                    S::UNAUTHORIZED,
                    "The access token has expired",
                    "Get a new access token with POST /api/auth/refresh, or from the issuer that gave this one, and send the request again. A personal access token that has expired is replaced by a new one.",
                ),
                ErrorCode::SessionRevoked => (
                    code.as_str(),
                    S::UNAUTHORIZED,
                    "The session has ended",
                    "The session was ended, here or from another device, was not renewed in time, or its refresh token was used twice, which ends it because somebody may have a copy. It cannot be renewed. Log in again.",
                ),
                ErrorCode::InvalidCredentials => (
                    code.as_str(),
                    S::UNAUTHORIZED,
                    "The credentials are wrong",
                    "At a login, no account has this email and this password; which of them is wrong is not told. Where the password of an account is asked for, it is another one.",
                ),
                ErrorCode::AccountDisabled => (
                    code.as_str(),
                    S::FORBIDDEN,
                    "The account is disabled",
                    "An administrator has shut the account out. Its tokens work again once it is let in again.",
                ),
                ErrorCode::InsufficientScope => (
                    code.as_str(),
                    S::FORBIDDEN,
                    "The token does not open this",
                    "A personal access token opens what its scopes say and nothing else. WWW-Authenticate names the scope that is missing; without one, only somebody logged in gets in here.",
                ),
                ErrorCode::UserMismatch => (
                    code.as_str(),
                    S::FORBIDDEN,
                    "The address names another user",
                    "The user id in an address must be the caller's own, or the word me.",
                ),
                ErrorCode::Forbidden => (
                    code.as_str(),
                    S::FORBIDDEN,
                    "This is not allowed",
                    "It belongs to somebody else, is for admins, or is not offered by this server or to this kind of account.",
                ),
                ErrorCode::NotFound => (
                    code.as_str(),
                    S::NOT_FOUND,
                    "There is no such thing",
                    "Nothing is at this address: it never was, is over, or was deleted.",
                ),
                ErrorCode::EmailTaken => (
                    code.as_str(),
                    S::CONFLICT,
                    "An account with this email exists",
                    "Log in, or register with another email. Upper and lower case make no difference.",
                ),
                ErrorCode::IdTaken => (
                    code.as_str(),
                    S::CONFLICT,
                    "The id is taken",
                    "A task of yours has this id, and was created with other values, is in the trash, or was created and changed too long ago to tell. Use a new UUID for another task.",
                ),
                ErrorCode::Conflict => (
                    code.as_str(),
                    S::CONFLICT,
                    "Others kept changing the same thing",
                    "Many writes of the same task came at once and this one lost. Nothing was changed; it can be sent again.",
                ),
                ErrorCode::LastAdmin => (
                    code.as_str(),
                    S::CONFLICT,
                    "This is the last admin",
                    "One enabled admin must remain: make another account an admin first. Nothing was changed.",
                ),
                ErrorCode::PreconditionFailed => (
                    code.as_str(),
                    S::PRECONDITION_FAILED,
                    "The task has changed since it was read",
                    "The version in If-Match, or in the body, is not the present one. The member current is the task as it stands.",
                ),
                ErrorCode::UndoConflict => (
                    code.as_str(),
                    S::CONFLICT,
                    "A task has changed since",
                    "A task that the change was about has been changed since, or is gone for good. What came later is undone first. Nothing was changed.",
                ),
                ErrorCode::ResyncRequired => (
                    code.as_str(),
                    S::GONE,
                    "The log cannot be followed from there",
                    "What happened since then is forgotten in part, or the log ends before that number: a backup was restored, say. Read GET /api/changes/latest, then all tasks, and follow the changes from there.",
                ),
                ErrorCode::IdempotencyKeyReused => (
                    code.as_str(),
                    S::UNPROCESSABLE_ENTITY,
                    "Another request was sent with this key",
                    "An Idempotency-Key stands for one request: the same method, address and body. Use a new key for another one. Nothing was changed.",
                ),
                ErrorCode::RateLimited => (
                    code.as_str(),
                    S::TOO_MANY_REQUESTS,
                    "Too many requests",
                    "This was too much of the same in a short time. Wait for as many seconds as Retry-After says. RateLimit-Policy names the limit and what it allows: so many at once, all of which come back within so many seconds.",
                ),
                ErrorCode::Unavailable => (
                    code.as_str(),
                    S::SERVICE_UNAVAILABLE,
                    "The service cannot answer at the moment",
                    "The database is away, too much is asked at once, or the server is about to stop. Send the request again after the time in Retry-After.",
                ),
                ErrorCode::Internal => (
                    code.as_str(),
                    S::INTERNAL_SERVER_ERROR,
                    "Something went wrong on the server",
                    "This is a fault of the server. Its log has more under the request_id.",
                ),
            },
        };
        Self {
            code: word,
            status,
            title,
            explanation,
        }
    }
}
