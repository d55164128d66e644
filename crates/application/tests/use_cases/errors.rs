//! What the answers of the ports mean where a use case does not know better.

use std::{collections::HashSet, error::Error as _};

use taskwell_application::{
    Error, ErrorCode,
    ports::{Constraint, HashingError, StoreError},
};

#[test]
fn every_failure_of_a_storage_has_its_code() {
    let codes = [
        (StoreError::Stale, ErrorCode::Conflict),
        (StoreError::Conflict(Constraint::Email), ErrorCode::EmailTaken),
        (StoreError::Conflict(Constraint::TaskId), ErrorCode::IdTaken),
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
fn what_went_wrong_inside_is_kept_for_the_log_and_not_told() {
    let inside = [
        Error::from(StoreError::Unavailable("host db-7 is away".into())),
        Error::from(StoreError::Internal("no such table: db-7".into())),
        Error::from(StoreError::Corrupt("db-7".to_owned())),
        Error::from(HashingError::Internal("db-7".into())),
    ];
    for error in inside {
        assert!(!error.to_string().contains("db-7"), "{error}");
        assert!(error.source().unwrap().to_string().contains("db-7"), "{error}");
    }
}

#[test]
fn only_what_may_do_later_is_worth_another_try() {
    assert!(StoreError::Stale.is_retryable());
    assert!(StoreError::Unavailable("away".into()).is_retryable());
    for failure in [
        StoreError::Conflict(Constraint::TaskId),
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
