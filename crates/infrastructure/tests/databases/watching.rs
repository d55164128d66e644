//! What is told of statements and connections.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use taskwell_application::ports::TaskStore;
use taskwell_infrastructure::{
    Connections, DatabaseObserver, SqlTaskStore, StatementRun, testing::TestDatabase,
};

use crate::support::{add_user, creation, recorded};

on_both_databases! {
    every_statement_is_told_with_placeholders_for_its_values,
    connections_are_seen_while_they_are_open,
}

/// The system, the text, and whether it failed.
type Run = (&'static str, String, bool);

/// What was told, of connections only how often.
#[derive(Clone, Default)]
struct Told {
    runs: Arc<Mutex<Vec<Run>>>,
    connections: Arc<AtomicUsize>,
}

impl DatabaseObserver for Told {
    fn statement(&self, run: &StatementRun<'_>) {
        assert!(!run.elapsed.is_zero());
        let told = (run.system, run.sql.to_owned(), run.failed);
        self.runs.lock().unwrap().push(told);
    }

    fn connection(&self, _: Duration) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }
}

async fn every_statement_is_told_with_placeholders_for_its_values(test: &TestDatabase) {
    let told = Told::default();
    let watched = test.database().clone().watched(told.clone());
    let ada = add_user(test.database(), "ada").await;
    assert_eq!(
        told.runs.lock().unwrap().len(),
        0,
        "only what is asked through it"
    );
    // Each worker of a server has its own share.
    let tasks = SqlTaskStore::new(watched.for_one_of(2));
    let id = recorded(&tasks, &ada, creation(&ada, 1, "Deep Throat")).await.id;
    tasks.find(&ada, id).await.unwrap().unwrap();
    let connections = told.connections.load(Ordering::Relaxed);
    let told = told.runs.lock().unwrap();
    let system = if test.url().starts_with("postgres") {
        "postgresql"
    } else {
        "sqlite"
    };
    assert!(told.len() >= 2, "{told:?}");
    assert_eq!(connections, 2, "one for each of both");
    for (said, sql, failed) in told.iter() {
        assert_eq!((*said, *failed), (system, false), "{sql}");
        assert!(sql == "COMMIT" || sql.contains(['?', '$']), "{sql}");
        assert!(!sql.contains("Deep Throat"), "{sql}");
    }
    assert!(told.last().unwrap().1.starts_with("SELECT"), "{told:?}");
    // On PostgreSQL this write is one statement, on SQLite one text.
    let commits = told.iter().filter(|(_, sql, _)| sql.ends_with("COMMIT")).count();
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
