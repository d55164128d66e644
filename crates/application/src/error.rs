//! The one catalogue of what can go wrong in a use case. It knows nothing of HTTP.

use std::{error::Error as StdError, iter, time::Duration};

use taskwell_domain::{Allowance, FieldFault, Scope, Task, words};

use crate::ports::{Constraint, HashingError, OutsideRefusal, StoreError};

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Values that are not allowed, all of them.
    #[error("the request has values that are not allowed")]
    Validation(Vec<FieldFault>),
    /// The cursor is broken, or belongs to another listing.
    #[error("the cursor is broken or belongs to a listing with another filter or order")]
    InvalidCursor,
    /// No token, a bad token, or an account that is gone.
    #[error("no valid token was sent")]
    Unauthenticated,
    /// The token was good once.
    #[error("the access token has expired")]
    TokenExpired,
    /// The session of the token is over.
    #[error("the session has ended")]
    SessionRevoked,
    /// No such account, or another password: which of them is not told.
    #[error("the credentials are wrong")]
    InvalidCredentials,
    /// Another user's id where only the own one may stand.
    #[error("the user id is not that of the caller")]
    UserMismatch,
    /// Not for this caller, or not at all on this server.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The account is shut out.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The token is for programs and opens other things: it lacks that scope, or what was asked for is open to
    /// nobody but somebody logged in.
    #[error("{}", insufficient(*.0))]
    InsufficientScope(Option<Scope>),
    /// There is no such thing; the word says of which kind.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// An account with this address exists.
    #[error("an account with this email exists already")]
    EmailTaken,
    /// Another task has this id.
    #[error("another task has this id already")]
    IdTaken,
    /// Others changed the same thing again and again at the same time.
    #[error("others kept changing the same thing")]
    Conflict,
    /// Without this account nobody could administer accounts any more.
    #[error("this is the last admin, who must remain")]
    LastAdmin,
    /// The task has another version than was asked for; this is how it stands.
    #[error("the task has changed since it was read")]
    PreconditionFailed(Box<Task>),
    /// An operation of a batch failed, and so none of it was done.
    #[error("operation {index} failed: {error}")]
    InBatch {
        /// Which one, from 0.
        index: usize,
        /// Why: as if it had been alone.
        error: Box<Error>,
    },
    /// A task was changed since, or is gone for good.
    #[error("a task has been changed since, or is gone for good")]
    UndoConflict,
    /// The log does not go back so far, or does not reach so far.
    #[error("the log does not have what came after that number: read everything anew")]
    ResyncRequired,
    /// Another request came under the same key.
    #[error("another request was sent with this idempotency key")]
    IdempotencyKeyReused,
    /// Too many of the same in a short time.
    #[error("too many requests, try again in {} s", whole_seconds(.0.allowance.reset_after))]
    RateLimited(Exceeded),
    /// Something needed is away for the moment; the same request may do later.
    #[error("the service cannot answer at the moment")]
    Unavailable(#[source] Option<Box<dyn StdError + Send + Sync>>),
    /// A fault of the program or its data. The source is for the log alone.
    #[error("something went wrong on the server")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

fn insufficient(scope: Option<Scope>) -> String {
    match scope {
        Some(scope) => format!("the token lacks the scope {scope}"),
        None => "a token for programs does not open this, only a login does".to_owned(),
    }
}

/// Rounded up: who waits that long has waited long enough.
fn whole_seconds(duration: Duration) -> u128 {
    duration.as_millis().div_ceil(1_000)
}

/// A limit that was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Which one.
    pub limit: Limit,
    /// How it stands.
    pub allowance: Allowance,
}

words! {
    /// What is limited.
    pub enum Limit {
        /// Logins, and whatever else tells whether a password is right.
        Login => "login",
        /// New accounts.
        Register => "register",
        /// Renewals of a session.
        Refresh => "refresh",
        /// Requests of a user.
        Requests => "requests",
    }
}

impl Limit {
    /// Whether one more was granted.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if it was one too many.
    pub fn check(self, allowance: Allowance) -> Result<(), Error> {
        match allowance.is_granted() {
            true => Ok(()),
            false => Err(Error::RateLimited(Exceeded {
                limit: self,
                allowance,
            })),
        }
    }
}

words! {
    /// The stable words for what went wrong.
    pub enum ErrorCode {
        /// [`Error::Validation`]
        ValidationFailed => "validation_failed",
        /// [`Error::InvalidCursor`]
        InvalidCursor => "invalid_cursor",
        /// [`Error::Unauthenticated`]
        Unauthenticated => "unauthenticated",
        /// [`Error::TokenExpired`]
        TokenExpired => "token_expired",
        /// [`Error::SessionRevoked`]
        SessionRevoked => "session_revoked",
        /// [`Error::InvalidCredentials`]
        InvalidCredentials => "invalid_credentials",
        /// [`Error::UserMismatch`]
        UserMismatch => "user_mismatch",
        /// [`Error::Forbidden`]
        Forbidden => "forbidden",
        /// [`Error::AccountDisabled`]
        AccountDisabled => "account_disabled",
        /// [`Error::InsufficientScope`]
        InsufficientScope => "insufficient_scope",
        /// [`Error::NotFound`]
        NotFound => "not_found",
        /// [`Error::EmailTaken`]
        EmailTaken => "email_taken",
        /// [`Error::IdTaken`]
        IdTaken => "id_taken",
        /// [`Error::Conflict`]
        Conflict => "conflict",
        /// [`Error::LastAdmin`]
        LastAdmin => "last_admin",
        /// [`Error::PreconditionFailed`]
        PreconditionFailed => "precondition_failed",
        /// [`Error::UndoConflict`]
        UndoConflict => "undo_conflict",
        /// [`Error::ResyncRequired`]
        ResyncRequired => "resync_required",
        /// [`Error::IdempotencyKeyReused`]
        IdempotencyKeyReused => "idempotency_key_reused",
        /// [`Error::RateLimited`]
        RateLimited => "rate_limited",
        /// [`Error::Unavailable`]
        Unavailable => "unavailable",
        /// [`Error::Internal`]
        Internal => "internal",
    }
}

impl Error {
    /// The stable word for a program.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Validation(_) => ErrorCode::ValidationFailed,
            Self::InvalidCursor => ErrorCode::InvalidCursor,
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::TokenExpired => ErrorCode::TokenExpired,
            Self::SessionRevoked => ErrorCode::SessionRevoked,
            Self::InvalidCredentials => ErrorCode::InvalidCredentials,
            Self::UserMismatch => ErrorCode::UserMismatch,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::AccountDisabled => ErrorCode::AccountDisabled,
            Self::InsufficientScope(_) => ErrorCode::InsufficientScope,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::EmailTaken => ErrorCode::EmailTaken,
            Self::IdTaken => ErrorCode::IdTaken,
            Self::Conflict => ErrorCode::Conflict,
            Self::LastAdmin => ErrorCode::LastAdmin,
            Self::PreconditionFailed(_) => ErrorCode::PreconditionFailed,
            Self::InBatch { error, .. } => error.code(),
            Self::UndoConflict => ErrorCode::UndoConflict,
            Self::ResyncRequired => ErrorCode::ResyncRequired,
            Self::IdempotencyKeyReused => ErrorCode::IdempotencyKeyReused,
            Self::RateLimited(_) => ErrorCode::RateLimited,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }
}

/// What a storage's answer means where a use case does not know better.
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Conflict,
            StoreError::Conflict(Constraint::Email) => Self::EmailTaken,
            StoreError::Conflict(Constraint::TaskId) => Self::IdTaken,
            // Whoever writes under a key looks again for the answer.
            StoreError::Conflict(Constraint::IdempotencyKey) => Self::Conflict,
            StoreError::Conflict(Constraint::LastAdmin) => Self::LastAdmin,
            // The owner of what was to be written: the account was deleted meanwhile.
            StoreError::NotFound => Self::Unauthenticated,
            StoreError::Unavailable(source) => Self::Unavailable(Some(source)),
            corrupt @ StoreError::Corrupt(_) => Self::Internal(Box::new(corrupt)),
            StoreError::Internal(source) => Self::Internal(source),
        }
    }
}

impl From<OutsideRefusal> for Error {
    fn from(refusal: OutsideRefusal) -> Self {
        match refusal {
            OutsideRefusal::Invalid => Self::Unauthenticated,
            OutsideRefusal::Expired => Self::TokenExpired,
            OutsideRefusal::Unavailable(source) => Self::Unavailable(Some(source)),
        }
    }
}

impl From<HashingError> for Error {
    fn from(error: HashingError) -> Self {
        match error {
            busy @ HashingError::Busy => Self::Unavailable(Some(Box::new(busy))),
            HashingError::Internal(source) => Self::Internal(source),
        }
    }
}

/// An error in one line, with what caused it. Many errors tell their cause themselves; it is not told twice.
#[must_use]
pub fn told(error: &(dyn StdError + 'static)) -> String {
    let causes = iter::successors(Some(error), |cause: &&(dyn StdError + 'static)| (*cause).source());
    let line = causes.map(ToString::to_string).reduce(|told, cause| {
        if told.contains(&cause) {
            told
        } else {
            format!("{told}: {cause}")
        }
    });
    line.unwrap_or_default().replace(['\n', '\r'], " ")
}
