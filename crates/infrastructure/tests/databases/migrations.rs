//! The schema, made and undone.

use std::time::Duration;

use sqlx::{Connection, Executor};
use taskwell_application::ports::{StoreError, TaskStore};
use taskwell_infrastructure::{Database, DatabaseOptions, SqlTaskStore, testing::TestDatabase};

use crate::support::{add_user, creation, origin};

/// The tables and indexes of the database, by name.
async fn schema(test: &TestDatabase) -> Vec<String> {
    const SQLITE: &str = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name";
    const POSTGRES: &str = "SELECT relname::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '%pkey' ORDER BY relname";
    if test.url().starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(test.url()).await.unwrap();
        sqlx::query_scalar(SQLITE)
            .fetch_all(&mut connection)
            .await
            .unwrap()
    } else {
        let mut connection = sqlx::PgConnection::connect(test.url()).await.unwrap();
        sqlx::query_scalar(POSTGRES)
            .fetch_all(&mut connection)
            .await
            .unwrap()
    }
}

async fn all_applied(database: &Database) -> bool {
    database.migrations().await.unwrap().iter().all(|m| m.applied)
}

async fn up_down_up(test: TestDatabase) {
    let database = test.database();
    // Asking makes nothing.
    let pending = database.pending_migrations().await.unwrap();
    assert_eq!(pending, ["m20261121_000001_initial"]);
    assert_eq!(database.migrations().await.unwrap().len(), pending.len());
    assert_eq!(schema(&test).await, Vec::<String>::new());

    database.migrate().await.unwrap();
    assert!(all_applied(database).await);
    assert!(database.pending_migrations().await.unwrap().is_empty());
    let up = schema(&test).await;
    assert_eq!(
        up,
        [
            "changes",
            "changes_user_id_task_id_seq_idx",
            "seaql_migrations",
            "sessions",
            "sessions_user_id_idx",
            "tasks",
            "tasks_user_id_created_at_id_idx",
            "users",
            "users_email_key_key",
        ]
    );
    // What is there is no obstacle to going down.
    let ada = add_user(database, "ada").await;
    let tasks = SqlTaskStore::new(database.clone());
    tasks
        .record(&ada, vec![creation(&ada, 1, "first")], &origin())
        .await
        .unwrap();

    database.migrate_down(Some(1)).await.unwrap();
    assert_eq!(database.pending_migrations().await.unwrap().len(), 1);
    assert_eq!(schema(&test).await, ["seaql_migrations"]);
    // There is nothing left to undo.
    database.migrate_down(None).await.unwrap();

    database.migrate().await.unwrap();
    database.migrate().await.unwrap();
    assert_eq!(schema(&test).await, up);
    add_user(database, "ada").await;
}

#[tokio::test]
async fn sqlite_goes_up_down_and_up() {
    up_down_up(TestDatabase::empty_sqlite().await).await;
}

#[tokio::test]
async fn postgres_goes_up_down_and_up() {
    up_down_up(TestDatabase::empty_postgres().await).await;
}

/// As servers do that start at the same time: each connects and migrates.
async fn all_at_once(test: TestDatabase) {
    let servers: Vec<_> = (0..6)
        .map(|_| {
            let options = DatabaseOptions::new(test.url());
            tokio::spawn(async move {
                let database = Database::connect(&options).await.unwrap();
                database.migrate().await.unwrap();
                assert!(all_applied(&database).await);
                database.close().await;
            })
        })
        .collect();
    for server in servers {
        server.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_all_come_up_on_sqlite() {
    all_at_once(TestDatabase::empty_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_all_come_up_on_postgres() {
    all_at_once(TestDatabase::empty_postgres().await).await;
}

#[tokio::test]
async fn waiting_for_another_server_may_take_longer_than_a_statement() {
    const WAITS_LONGER_THAN_A_STATEMENT: &str = "SELECT EXISTS (SELECT FROM pg_locks
        JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
            AND clock_timestamp() - waitstart > interval '200 ms')";
    let test = TestDatabase::empty_postgres().await;
    let mut options = DatabaseOptions::new(test.url());
    options.statement_timeout = Some(Duration::from_millis(100));
    let database = Database::connect(&options).await.unwrap();

    let mut other = sqlx::PgConnection::connect(test.url()).await.unwrap();
    other
        .execute("BEGIN; SELECT pg_advisory_xact_lock(x'7461736b77656c6c'::bigint)")
        .await
        .unwrap();
    let waiting = tokio::spawn(async move { database.migrate().await });
    let mut observer = sqlx::PgConnection::connect(test.url()).await.unwrap();
    let has_waited_long = async {
        while !sqlx::query_scalar::<_, bool>(WAITS_LONGER_THAN_A_STATEMENT)
            .fetch_one(&mut observer)
            .await
            .unwrap()
        {
            assert!(!waiting.is_finished());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), has_waited_long)
        .await
        .unwrap();
    other.execute("COMMIT").await.unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_database_from_the_future_is_left_alone() {
    let test = TestDatabase::sqlite().await;
    let mut connection = sqlx::SqliteConnection::connect(test.url()).await.unwrap();
    connection
        .execute(
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_flying_cars', 0)",
        )
        .await
        .unwrap();
    for answer in [
        test.database().migrate().await,
        test.database().pending_migrations().await.map(drop),
    ] {
        assert!(matches!(answer, Err(StoreError::Internal(_))), "{answer:?}");
    }
}
