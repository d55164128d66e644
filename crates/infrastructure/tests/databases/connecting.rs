//! Getting at a database, and noticing that one cannot.

use std::time::{Duration, Instant};

use taskwell_application::ports::{Health, StoreError, TaskStore};
use taskwell_infrastructure::{ConnectError, Database, DatabaseOptions, SqlTaskStore, testing::TestDatabase};

use crate::support::{add_user, creation, recording};

async fn error(url: &str) -> ConnectError {
    Database::connect(&DatabaseOptions::new(url)).await.unwrap_err()
}

#[tokio::test]
async fn an_address_of_nothing_is_refused() {
    for url in [
        "",
        "taskwell.db",
        "mysql://localhost/taskwell",
        "postgres://[/taskwell",
        "sqlite://taskwell.db?mode=sideways",
        "postgres://localhost:99999/taskwell",
        "postgres://localhost/taskwell?sslmod=require",
    ] {
        let error = error(url).await;
        assert!(matches!(error, ConnectError::Address(_)), "{url}: {error:?}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_server_that_is_away_may_come_and_the_reason_is_told_at_once() {
    let began = Instant::now();
    // The port of a listener that is closed again.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = error(&format!("postgres://taskwell@127.0.0.1:{port}/taskwell")).await;
    assert!(error.is_retryable(), "{error:?}");
    assert!(format!("{error:?}").contains("refused"), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_not_waited_for_longer_than_allowed() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut options = DatabaseOptions::new(format!(
        "postgres://taskwell@{}/taskwell",
        silent.local_addr().unwrap()
    ));
    options.acquire_timeout = Duration::from_millis(200);
    let began = Instant::now();
    let error = Database::connect(&options).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_final() {
    let test = TestDatabase::empty_postgres().await;
    let url = test.url().replace("taskwell_test_", "taskwell_missing_");
    let error = error(&url).await;
    assert!(matches!(error, ConnectError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_final() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(
        &file,
        "This is not a database, but it is long enough to be looked at.\n".repeat(99),
    )
    .unwrap();
    let error = error(&format!("sqlite://{}", file.display())).await;
    assert!(matches!(error, ConnectError::Refused(_)), "{error:?}");
}

/// The error and what caused it, as text.
fn whole(error: &ConnectError) -> String {
    std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .map(|error| error.to_string() + "\n")
        .collect()
}

#[tokio::test]
async fn an_error_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no folder");
    std::fs::write(
        &file,
        "no database either, and long enough to be looked at\n".repeat(99),
    )
    .unwrap();
    for file in [file.join("taskwell.db"), file] {
        let error = error(&format!("sqlite://{}", file.display())).await;
        assert!(!error.is_retryable());
        let text = whole(&error);
        assert!(text.contains(&file.display().to_string()), "{text}");
    }
}

#[tokio::test]
async fn the_folder_of_the_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not/there/taskwell.db");
    let options = DatabaseOptions::new(format!("sqlite://{}", file.display()));
    Database::connect(&options).await.unwrap();
    assert!(file.exists());
}

#[cfg(unix)]
mod privacy {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    async fn migrate(file: &Path) -> Database {
        let options = DatabaseOptions::new(format!("sqlite://{}", file.display()));
        let database = Database::connect(&options).await.unwrap();
        database.migrate().await.unwrap();
        database
    }

    #[tokio::test]
    async fn what_is_made_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/data/taskwell.db");
        let _open = migrate(&file).await;
        for folder in [folder.path().join("a"), folder.path().join("a/data")] {
            assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        }
        for ending in ["db", "db-wal", "db-shm"] {
            assert_eq!(mode(&file.with_extension(ending)), 0o600, "{ending}");
        }
    }

    #[tokio::test]
    async fn what_was_there_keeps_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let file = data.join("taskwell.db");
        fs::create_dir(&data).unwrap();
        fs::write(&file, "").unwrap();
        for (path, mode) in [(&data, 0o755), (&file, 0o644)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        migrate(&file).await.close().await;
        assert_eq!((mode(&data), mode(&file)), (0o755, 0o644));
    }
}

#[test]
fn a_password_in_the_address_is_not_printed() {
    let options = DatabaseOptions::new("postgres://taskwell:secret@localhost/taskwell");
    assert!(!format!("{options:?}").contains("secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_in_memory_serves_many_at_once() {
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://x?mode=memory"] {
        serves_many_at_once(url).await;
    }
}

async fn serves_many_at_once(url: &str) {
    let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
    database.migrate().await.unwrap();
    let ada = add_user(&database, "ada").await;
    let tasks = SqlTaskStore::new(database);
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let (tasks, ada) = (tasks.clone(), ada.clone());
            tokio::spawn(async move {
                let change = creation(&ada, number, "one of many");
                let id = change.task().id;
                tasks.record(&ada, recording(vec![change])).await.unwrap();
                assert!(tasks.find(&ada, id).await.unwrap().is_some());
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn health_is_told_within_a_bound() {
    let test = TestDatabase::postgres().await;
    let mut options = DatabaseOptions::new(test.url());
    options.max_connections = Some(1);
    options.acquire_timeout = Duration::from_millis(200);
    let database = Database::connect(&options).await.unwrap();
    database.check().await.unwrap();

    database.clone().close().await;
    let gone = database.check().await;
    assert!(matches!(gone, Err(StoreError::Unavailable(_))), "{gone:?}");

    let sqlite = TestDatabase::empty_sqlite().await;
    sqlite.database().check().await.unwrap();
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let test = TestDatabase::postgres().await;
    let ada = add_user(test.database(), "ada").await;
    let mut options = DatabaseOptions::new(test.url());
    options.statement_timeout = Some(Duration::from_millis(100));
    let tasks = SqlTaskStore::new(Database::connect(&options).await.unwrap());

    let mut other = <sqlx::PgConnection as sqlx::Connection>::connect(test.url())
        .await
        .unwrap();
    sqlx::Executor::execute(&mut other, "BEGIN; SELECT FROM users FOR UPDATE")
        .await
        .unwrap();
    let recorded = tasks
        .record(&ada, recording(vec![creation(&ada, 1, "late")]))
        .await;
    assert!(
        matches!(recorded, Err(StoreError::Unavailable(_))),
        "{recorded:?}"
    );

    sqlx::Executor::execute(&mut other, "ROLLBACK").await.unwrap();
    let recorded = tasks
        .record(&ada, recording(vec![creation(&ada, 1, "in time")]))
        .await
        .unwrap();
    assert_eq!(recorded[0].seq.get(), 1);
}
