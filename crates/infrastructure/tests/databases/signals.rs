//! How one server hears of what another one writes.

use std::time::Duration;

use taskwell_application::ports::ChangeSignals;
use taskwell_infrastructure::{Database, DatabaseOptions, SqlTaskStore, testing::TestDatabase};
use tokio::time::timeout;

use crate::support::{add_user, creation, recorded};

on_both_databases! {
    what_another_server_writes_is_seen_where_nobody_is_told,
}

async fn what_another_server_writes_is_seen_where_nobody_is_told(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let mut options = DatabaseOptions::new(test.url());
    // Where nobody can listen.
    options.pooler = true;
    let there = Database::connect(&options).await.unwrap();
    let mut signal = there.signals().watch(&ada);
    let store = SqlTaskStore::new(test.database().clone());
    let writing = async {
        for number in 1..=2 {
            recorded(&store, &ada, creation(&ada, number, "Buy milk")).await;
            signal.changed().await;
        }
    };
    let signals = there.signals();
    tokio::select! {
        () = signals.run(&there) => {}
        written = timeout(Duration::from_secs(30), writing) => written.unwrap(),
    }
}
