//! What is told of statements and connections.

use std::sync::{Arc, Mutex};

use taskwell_application::ports::TaskStore;
use taskwell_infrastructure::{Connections, SqlTaskStore, testing::TestDatabase};

use crate::support::{add_user, creation, recorded};

on_both_databases! {
    every_statement_is_told_with_placeholders_for_its_values,
    connections_are_seen_while_they_are_open,
}

async fn every_statement_is_told_with_placeholders_for_its_values(test: &TestDatabase) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let watched = test.database().clone().watched({
        let told = Arc::clone(&told);
        move |run| {
            assert!(!run.elapsed.is_zero());
            told.lock()
                .unwrap()
                .push((run.system, run.sql.to_owned(), run.failed));
        }
    });
    let ada = add_user(test.database(), "ada").await;
    assert_eq!(told.lock().unwrap().len(), 0, "only what is asked through it");
    // Each worker of a server has its own share.
    let tasks = SqlTaskStore::new(watched.for_one_of(2));
    let id = recorded(&tasks, &ada, creation(&ada, 1, "Deep Throat")).await.id;
    tasks.find(&ada, id).await.unwrap().unwrap();
    let told = told.lock().unwrap();
    let system = if test.url().starts_with("postgres") {
        "postgresql"
    } else {
        "sqlite"
    };
    assert!(told.len() >= 2, "{told:?}");
    for (said, sql, failed) in told.iter() {
        assert_eq!((*said, *failed), (system, false), "{sql}");
        assert!(sql == "COMMIT" || sql.contains(['?', '$']), "{sql}");
        assert!(!sql.contains("Deep Throat"), "{sql}");
    }
    assert!(told.last().unwrap().1.starts_with("SELECT"), "{told:?}");
    // On PostgreSQL this write is one statement.
    let commits = told.iter().filter(|(_, sql, _)| sql == "COMMIT").count();
    assert_eq!(commits, usize::from(system == "sqlite"), "{told:?}");
}

async fn connections_are_seen_while_they_are_open(test: &TestDatabase) {
    let database = test.database();
    let worker = database.for_one_of(2);
    add_user(&worker, "ada").await;
    let seen = worker.connections();
    let of = |name: &str| *seen.iter().find(|pool| pool.pool == name).unwrap();
    let open = |pool: Connections| pool.idle + pool.used;
    let busy = if test.url().starts_with("postgres") {
        of("workers")
    } else {
        of("write")
    };
    assert_eq!(open(busy), 1, "{seen:?}");
    assert!(seen.iter().all(|pool| open(*pool) <= pool.max), "{seen:?}");
}
