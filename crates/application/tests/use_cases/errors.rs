//! What the answers of the ports mean where a use case does not know better, and what is told of it.

use std::{collections::HashSet, error::Error as _, time::Duration};

use taskwell_application::{
    Error, ErrorCode, Exceeded, Limit,
    ports::{Constraint, HashingError, OutsideRefusal, StoreError},
};
use taskwell_domain::{Allowance, Quota, Scope};

use crate::tasks::task;

fn rate_limited(reset_after: Duration) -> Error {
    Error::RateLimited(Exceeded {
        limit: Limit::Login,
        allowance: Allowance {
            quota: Quota::per(10, Duration::from_secs(60)),
            remaining: None,
            reset_after,
        },
    })
}

#[test]
fn every_error_has_a_code_and_every_code_an_error() {
    let errors = [
        (Error::Validation(vec![]), ErrorCode::ValidationFailed),
        (Error::InvalidCursor, ErrorCode::InvalidCursor),
        (Error::Unauthenticated, ErrorCode::Unauthenticated),
        (Error::TokenExpired, ErrorCode::TokenExpired),
        (Error::SessionRevoked, ErrorCode::SessionRevoked),
        (Error::InvalidCredentials, ErrorCode::InvalidCredentials),
        (Error::UserMismatch, ErrorCode::UserMismatch),
        (Error::Forbidden("not for you"), ErrorCode::Forbidden),
        (Error::AccountDisabled, ErrorCode::AccountDisabled),
        (Error::InsufficientScope(None), ErrorCode::InsufficientScope),
        (Error::NotFound("task"), ErrorCode::NotFound),
        (Error::EmailTaken, ErrorCode::EmailTaken),
        (Error::IdTaken, ErrorCode::IdTaken),
        (Error::Conflict, ErrorCode::Conflict),
        (Error::LastAdmin, ErrorCode::LastAdmin),
        (
            Error::PreconditionFailed(Box::new(task())),
            ErrorCode::PreconditionFailed,
        ),
        (
            // What an operation of a batch fails with is what it would fail with alone.
            Error::InBatch {
                index: 7,
                error: Box::new(Error::NotFound("task")),
            },
            ErrorCode::NotFound,
        ),
        (Error::UndoConflict, ErrorCode::UndoConflict),
        (Error::ResyncRequired, ErrorCode::ResyncRequired),
        (Error::IdempotencyKeyReused, ErrorCode::IdempotencyKeyReused),
        (rate_limited(Duration::from_secs(6)), ErrorCode::RateLimited),
        (Error::Unavailable(None), ErrorCode::Unavailable),
        (Error::Internal("no such table".into()), ErrorCode::Internal),
    ];
    for (error, code) in &errors {
        assert_eq!(error.code(), *code, "{error}");
    }
    let told: HashSet<_> = errors.iter().map(|(error, _)| error.code()).collect();
    assert_eq!(told, ErrorCode::ALL.iter().copied().collect());
}

#[test]
fn every_failure_of_a_storage_has_its_code() {
    let codes = [
        (StoreError::Stale, ErrorCode::Conflict),
        (StoreError::Conflict(Constraint::Email), ErrorCode::EmailTaken),
        (StoreError::Conflict(Constraint::TaskId), ErrorCode::IdTaken),
        (
            StoreError::Conflict(Constraint::IdempotencyKey),
            ErrorCode::Conflict,
        ),
        (StoreError::Conflict(Constraint::LastAdmin), ErrorCode::LastAdmin),
        (StoreError::NotFound, ErrorCode::Unauthenticated),
        (StoreError::Unavailable("away".into()), ErrorCode::Unavailable),
        (
            StoreError::Corrupt("a title of nothing".to_owned()),
            ErrorCode::Internal,
        ),
        (StoreError::Internal("no such table".into()), ErrorCode::Internal),
    ];
    for (failure, code) in codes {
        let told = failure.to_string();
        assert_eq!(Error::from(failure).code(), code, "{told}");
    }
}

#[test]
fn every_failure_of_hashing_has_its_code() {
    assert_eq!(Error::from(HashingError::Busy).code(), ErrorCode::Unavailable);
    let internal = HashingError::Internal("not a hash".into());
    assert_eq!(Error::from(internal).code(), ErrorCode::Internal);
}

#[test]
fn every_refusal_of_another_issuers_token_has_its_code() {
    let codes = [
        (OutsideRefusal::Invalid, ErrorCode::Unauthenticated),
        (OutsideRefusal::Expired, ErrorCode::TokenExpired),
        (
            OutsideRefusal::Unavailable("no answer".into()),
            ErrorCode::Unavailable,
        ),
    ];
    for (refusal, code) in codes {
        let told = refusal.to_string();
        assert_eq!(Error::from(refusal).code(), code, "{told}");
    }
}

#[test]
fn what_went_wrong_inside_is_kept_for_the_log_and_not_told() {
    let inside = [
        Error::from(StoreError::Unavailable("host db-7 is away".into())),
        Error::from(StoreError::Internal("no such table: db-7".into())),
        Error::from(StoreError::Corrupt("db-7".to_owned())),
        Error::from(HashingError::Internal("db-7".into())),
        Error::from(OutsideRefusal::Unavailable("no route to db-7".into())),
    ];
    for error in inside {
        assert!(!error.to_string().contains("db-7"), "{error}");
        assert!(error.source().unwrap().to_string().contains("db-7"), "{error}");
    }
}

#[test]
fn whoever_tried_too_often_is_told_a_time_that_is_long_enough() {
    for (reset_after, told) in [(6_000, "in 6 s"), (6_001, "in 7 s"), (1, "in 1 s")] {
        let error = rate_limited(Duration::from_millis(reset_after));
        assert!(error.to_string().ends_with(told), "{error}");
    }
}

#[test]
fn a_program_is_told_the_scope_that_it_lacks_where_there_is_one() {
    for scope in Scope::ALL {
        let lacking = Error::InsufficientScope(Some(*scope)).to_string();
        assert!(lacking.contains(scope.as_str()), "{lacking}");
    }
    let nothing_does = Error::InsufficientScope(None).to_string();
    assert!(nothing_does.contains("login"), "{nothing_does}");
}

#[test]
fn only_what_may_do_later_is_worth_another_try() {
    assert!(StoreError::Stale.is_retryable());
    assert!(StoreError::Unavailable("away".into()).is_retryable());
    for failure in [
        StoreError::Conflict(Constraint::TaskId),
        StoreError::Conflict(Constraint::IdempotencyKey),
        StoreError::Conflict(Constraint::LastAdmin),
        StoreError::NotFound,
        StoreError::Corrupt(String::new()),
        StoreError::Internal("no such table".into()),
    ] {
        assert!(!failure.is_retryable(), "{failure}");
    }
}

#[test]
fn every_code_has_a_word_of_its_own() {
    let words: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(words.len(), ErrorCode::ALL.len());
}
