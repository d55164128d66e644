//! More requests than connections, and connections that are not given back.

use std::time::Duration;

use futures_util::future::join_all;
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::{Instant, timeout};

use super::{
    ledger::{Ledger, Told},
    load::ask,
};
use crate::{database::TestDatabase, server::Server};

/// `database.acquire_timeout` is a second; the rest is for a machine with much to do.
const REFUSED_WITHIN: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_get_no_connection_are_503_within_the_acquire_timeout_and_do_not_pile_up() {
    let database = TestDatabase::empty_postgres().await;
    let settings = [
        ("TASKWELL__DATABASE__MAX_CONNECTIONS", "2"),
        ("TASKWELL__DATABASE__ACQUIRE_TIMEOUT", "1s"),
        ("TASKWELL__DATABASE__STATEMENT_TIMEOUT", "60s"),
        ("TASKWELL__SERVER__REQUEST_TIMEOUT", "60s"),
        ("TASKWELL__SERVER__WORKERS", "1"),
    ];
    let server = Server::start_with(database.url(), &settings);
    let ada = server.client().signed_up("ada@example.com").await;
    let mut other = PgConnection::connect(database.url()).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    lock.execute("SELECT id FROM users FOR UPDATE").await.unwrap();

    // Two of them get the connections, and wait for the lock.
    let begun = Instant::now();
    let writes = join_all((0..200).map(|number| {
        let ada = ada.clone();
        async move {
            let title = format!("write-{number}");
            let told = ask(&ada, &title).await;
            (title, told, begun.elapsed())
        }
    }));
    tokio::pin!(writes);
    assert!(
        timeout(REFUSED_WITHIN, &mut writes).await.is_err(),
        "nobody waits for the lock"
    );
    lock.commit().await.unwrap();
    let mut ledger = Ledger::default();
    let mut refused_after = Duration::ZERO;
    for (title, told, took) in writes.await {
        if told == Told::Unavailable {
            refused_after = refused_after.max(took);
        }
        ledger.note(title, told, took);
    }
    ledger.tell("200 writes at once, with two connections that wait for a lock");
    assert_eq!((ledger.done(), ledger.unavailable()), (2, 198));
    assert!(refused_after < REFUSED_WITHIN, "{refused_after:?}");
    ledger.has_nothing_refused(&ada).await;
    ledger.is_kept_by(&ada).await;
}
