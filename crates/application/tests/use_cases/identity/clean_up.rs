use taskwell_application::{ErrorCode, identity::CleanedUp, ports::StoreError};

use super::Mocks;
use crate::tasks::{at, now, refused, unavailable};

/// Sessions that were over before then are forgotten, a refresh token's life ago.
fn purging(
    sessions: Result<u64, StoreError>,
    api_tokens: Result<u64, StoreError>,
    limits: Result<u64, StoreError>,
    audit: Result<u64, StoreError>,
) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .sessions
        .expect_purge()
        .withf(|over_before| *over_before == at("2026-10-22T12:00:00.123Z"))
        .times(..=1)
        .return_once(|_| sessions);
    mocks
        .api_tokens
        .expect_purge()
        .withf(|expired_before| *expired_before == at("2026-10-22T12:00:00.123Z"))
        .times(..=1)
        .return_once(|_| api_tokens);
    mocks
        .limits
        .expect_purge()
        .withf(|at| *at == now())
        .times(..=1)
        .return_once(|_| limits);
    mocks
        .audit
        .expect_purge()
        .withf(|before| *before == at("2025-11-21T12:00:00.123Z"))
        .times(..=1)
        .return_once(|_| audit);
    mocks
}

#[tokio::test]
async fn what_nobody_will_ask_for_any_more_is_forgotten() {
    let identity = purging(Ok(3), Ok(4), Ok(5), Ok(7)).identity();
    let expected = CleanedUp {
        sessions: 3,
        api_tokens: 4,
        limits: 5,
        audit_entries: 7,
    };
    assert_eq!(identity.clean_up().await.unwrap(), expected);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let away = [
        purging(unavailable(), Ok(0), Ok(0), Ok(0)),
        purging(Ok(0), unavailable(), Ok(0), Ok(0)),
        purging(Ok(0), Ok(0), unavailable(), Ok(0)),
        purging(Ok(0), Ok(0), Ok(0), unavailable()),
    ];
    for away in away {
        assert_eq!(refused(away.identity().clean_up().await), ErrorCode::Unavailable);
    }
}
