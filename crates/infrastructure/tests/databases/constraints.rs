//! What the databases refuse, and what a use case learns of it.

use std::time::Duration;

use sqlx::{Connection, Executor};
use taskwell_application::ports::{Constraint, SessionStore, StoreError, TaskStore, TokenHash, UserStore};
use taskwell_domain::{Session, SessionId, User, UserId};
use taskwell_infrastructure::{SqlSessionStore, SqlTaskStore, SqlUserStore, testing::TestDatabase};
use uuid::Uuid;

use crate::support::{add_user, creation, now, origin, password_hash, user};

on_both_databases! {
    an_email_is_taken_in_any_case,
    accounts_without_an_address_do_not_take_each_others,
    a_user_id_twice_is_a_fault_of_the_program,
    a_session_of_nobody_is_not_found,
    a_task_id_is_taken_however_many_changes_there_are,
    a_change_of_nobody_is_not_found_however_many_changes_there_are,
    a_task_of_somebody_else_is_stale,
    a_row_that_breaks_the_rules_is_corrupt,
}

async fn an_email_is_taken_in_any_case(test: &TestDatabase) {
    let users = SqlUserStore::new(test.database().clone());
    users.add(&user("ada"), &password_hash()).await.unwrap();
    let other = User {
        email: Some("ADA@Example.com".parse().unwrap()),
        ..user("eve")
    };
    let added = users.add(&other, &password_hash()).await;
    assert!(
        matches!(added, Err(StoreError::Conflict(Constraint::Email))),
        "{added:?}"
    );
}

async fn accounts_without_an_address_do_not_take_each_others(test: &TestDatabase) {
    let users = SqlUserStore::new(test.database().clone());
    for id in ["ada", "eve"] {
        let user = User {
            email: None,
            ..user(id)
        };
        users.add(&user, &password_hash()).await.unwrap();
        assert_eq!(users.find(&user.id).await.unwrap(), Some(user));
    }
}

async fn a_user_id_twice_is_a_fault_of_the_program(test: &TestDatabase) {
    let users = SqlUserStore::new(test.database().clone());
    users.add(&user("ada"), &password_hash()).await.unwrap();
    let other = User {
        email: Some("other@example.com".parse().unwrap()),
        ..user("ada")
    };
    let added = users.add(&other, &password_hash()).await;
    assert!(matches!(added, Err(StoreError::Internal(_))), "{added:?}");
}

fn session(user: &UserId, number: u128) -> Session {
    let id = SessionId::from(Uuid::from_u128(number));
    Session::start(id, user.clone(), Duration::from_secs(60), now())
}

async fn a_session_of_nobody_is_not_found(test: &TestDatabase) {
    let sessions = SqlSessionStore::new(test.database().clone());
    let nobody = UserId::parse("nobody").unwrap();
    let started = sessions.start(&session(&nobody, 1), &TokenHash([7; 32])).await;
    assert!(matches!(started, Err(StoreError::NotFound)), "{started:?}");
}

async fn a_task_id_is_taken_however_many_changes_there_are(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let created = tasks
        .record(&ada, vec![creation(&ada, 1, "first")], &origin())
        .await
        .unwrap();
    for changes in [
        vec![creation(&ada, 1, "again")],
        vec![creation(&ada, 2, "new"), creation(&ada, 1, "again")],
    ] {
        let recorded = tasks.record(&ada, changes, &origin()).await;
        assert!(
            matches!(recorded, Err(StoreError::Conflict(Constraint::TaskId))),
            "{recorded:?}"
        );
    }
    // Nothing of it was written, and no number was used up.
    let next = tasks
        .record(&ada, vec![creation(&ada, 2, "new")], &origin())
        .await
        .unwrap();
    assert_eq!(next[0].seq, created[0].seq.next());
}

async fn a_change_of_nobody_is_not_found_however_many_changes_there_are(test: &TestDatabase) {
    let nobody = UserId::parse("nobody").unwrap();
    let tasks = SqlTaskStore::new(test.database().clone());
    let created = creation(&nobody, 1, "first");
    let edited = created.task().delete(now());
    for changes in [
        vec![created.clone()],
        vec![edited.clone()],
        vec![created, creation(&nobody, 2, "second"), edited],
    ] {
        let recorded = tasks.record(&nobody, changes, &origin()).await;
        assert!(matches!(recorded, Err(StoreError::NotFound)), "{recorded:?}");
    }
}

async fn a_task_of_somebody_else_is_stale(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let eve = add_user(test.database(), "eve").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let recorded = tasks
        .record(&ada, vec![creation(&ada, 1, "hers")], &origin())
        .await
        .unwrap();
    let change = recorded[0].task.delete(now());
    let stolen = tasks.record(&eve, vec![change], &origin()).await;
    assert!(matches!(stolen, Err(StoreError::Stale)), "{stolen:?}");
    assert!(tasks.find(&ada, recorded[0].task.id).await.unwrap().is_some());
}

async fn a_row_that_breaks_the_rules_is_corrupt(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let created = tasks
        .record(&ada, vec![creation(&ada, 1, "first")], &origin())
        .await
        .unwrap();
    execute(
        test,
        "UPDATE users SET role = 'root';
         UPDATE tasks SET title = '';
         UPDATE changes SET task = '{\"title\": 7}';",
    )
    .await;
    let users = SqlUserStore::new(test.database().clone());
    let found = users.find(&ada).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = tasks.find(&ada, created[0].task.id).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = tasks.changes(&ada, 0.into(), 10).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = tasks.find_creation(&ada, created[0].task.id).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}

/// Past the stores.
async fn execute(test: &TestDatabase, sql: &'static str) {
    if test.url().starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(test.url()).await.unwrap();
        connection.execute(sql).await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(test.url()).await.unwrap();
        connection.execute(sql).await.unwrap();
    }
}

#[tokio::test]
async fn a_column_of_another_type_is_corrupt() {
    let test = TestDatabase::sqlite().await;
    let ada = add_user(test.database(), "ada").await;
    // SQLite keeps anything anywhere.
    execute(&test, "UPDATE users SET created_at = 'yesterday'").await;
    let found = SqlUserStore::new(test.database().clone()).find(&ada).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}
