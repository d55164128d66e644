//! What one server changes and another one has seen.

use std::time::Duration;

use sqlx::{Connection, Executor};
use taskwell_application::ports::{SessionStore, StoreError, UserStore};
use taskwell_domain::{AccountChange, AuditAction};
use taskwell_infrastructure::{
    Database, DatabaseOptions, Seen, SqlSessionStore, SqlUserStore, testing::TestDatabase,
};
use tokio::time::Instant;

use crate::support::{add_user, another_server, audit, log_in, now, session};

/// As `Seen` promises.
const KNOWN_EVERYWHERE: Duration = Duration::from_secs(2);

on_both_databases! {
    what_ends_on_one_server_has_ended_on_another_within_two_seconds,
    who_is_shut_out_on_one_server_is_shut_out_on_another_within_two_seconds,
}

async fn what_ends_on_one_server_has_ended_on_another_within_two_seconds(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let session = log_in(test.database(), &ada, 1).await;
    let one = SqlSessionStore::new(test.database().clone(), Seen::default());
    let other = SqlSessionStore::new(another_server(test).await, Seen::default());
    let has_ended = async |server: &SqlSessionStore| {
        let found = server.find(&ada, session.id).await.unwrap().unwrap();
        found.session.ended_at.is_some()
    };
    assert!(!has_ended(&one).await);
    assert!(!has_ended(&other).await);

    assert!(one.end(&ada, session.id, now(), None).await.unwrap());
    let ended = Instant::now();
    assert!(has_ended(&one).await);
    while !has_ended(&other).await {
        assert!(ended.elapsed() < KNOWN_EVERYWHERE);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn who_is_shut_out_on_one_server_is_shut_out_on_another_within_two_seconds(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let one = SqlUserStore::new(test.database().clone(), Seen::default());
    let other = SqlUserStore::new(another_server(test).await, Seen::default());
    let is_disabled =
        async |server: &SqlUserStore| server.find_lately(&ada).await.unwrap().unwrap().is_disabled();
    assert!(!is_disabled(&one).await);
    assert!(!is_disabled(&other).await);

    let change = AccountChange {
        role: None,
        disabled: Some(true),
    };
    let entry = audit(AuditAction::AccountDisabled, &ada);
    one.change(&ada, &change, now(), &[entry]).await.unwrap();
    let changed = Instant::now();
    assert!(is_disabled(&one).await);
    while !is_disabled(&other).await {
        assert!(changed.elapsed() < KNOWN_EVERYWHERE);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn an_end_that_was_given_up_is_known_if_it_happens_after_all() {
    let test = TestDatabase::postgres().await;
    let ada = add_user(test.database(), "ada").await;
    log_in(test.database(), &ada, 1).await;
    let session = session(&ada, 1);
    let mut options = DatabaseOptions::new(test.url());
    options.statement_timeout = Some(Duration::from_millis(100));
    let impatient = Database::connect(&options).await.unwrap();
    let sessions = SqlSessionStore::new(impatient, Seen::default());
    let is_active = async || {
        let found = sessions.find(&ada, session.id).await.unwrap().unwrap();
        found.session.is_active(now())
    };
    assert!(is_active().await);

    let mut other = sqlx::PgConnection::connect(test.url()).await.unwrap();
    other
        .execute("BEGIN; SELECT FROM sessions FOR UPDATE")
        .await
        .unwrap();
    let ended = sessions.end(&ada, session.id, now(), None).await;
    assert!(matches!(ended, Err(StoreError::Unavailable(_))), "{ended:?}");
    assert!(is_active().await);
    // It happens past this server, and a lookup is not kept meanwhile.
    other
        .execute("UPDATE sessions SET ended_at = now(); COMMIT")
        .await
        .unwrap();
    assert!(!is_active().await);
}
