//! What the cases start from, and how they look at what came of it.

mod identity;
mod tasks;

use std::{sync::Arc, time::Duration};

use taskwell_application::ports::{Constraint, StoreError};
use taskwell_domain::Timestamp;
use tokio::sync::Barrier;

pub(crate) use self::{
    identity::{
        api_token, api_token_id, audit_id, disabled, email, good_login, issuer, outsider, password_hash,
        revocation, role, session, session_id, token_hash, user, user_id, valid_from,
    },
    tasks::{
        Account, Everything, all, all_fields, answer, batch, batch_id, between, by, by_id, completed, date,
        deleted, description, edited, moved, new_task, numbers, open, origin, purged, readable, recording,
        recording_at, renamed, restored, rule, sorts, tag, tags, task_id, tasks_of, title, trash, zone,
    },
};

/// More than any case writes.
pub(crate) const ALL: u32 = 10_000;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instant at which the cases begin.
pub(crate) fn noon() -> Timestamp {
    at("2026-11-21T12:00:00.123Z")
}

pub(crate) fn later(minutes: u64) -> Timestamp {
    noon().after(Duration::from_secs(60 * minutes))
}

fn uuid(n: u64) -> String {
    format!("0199f0c1-2345-7abc-8def-{n:012x}")
}

#[track_caller]
pub(crate) fn assert_stale<T: std::fmt::Debug>(outcome: &Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::Stale)), "{outcome:?}");
}

#[track_caller]
pub(crate) fn assert_taken<T: std::fmt::Debug>(outcome: &Result<T, StoreError>, what: Constraint) {
    assert!(
        matches!(outcome, Err(StoreError::Conflict(taken)) if *taken == what),
        "{outcome:?}"
    );
}

#[track_caller]
pub(crate) fn assert_not_found<T: std::fmt::Debug>(outcome: &Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
}

/// Runs all of them at once, none before the last is ready to; what they answer, in the order given.
pub(crate) async fn at_once<F>(work: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let work: Vec<F> = work.into_iter().collect();
    let start = Arc::new(Barrier::new(work.len()));
    let running: Vec<_> = work
        .into_iter()
        .map(|one| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                one.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}
