//! What the databases refuse, and what a use case learns of it.

use taskwell_application::ports::{
    AnsweredTask, ApiTokenStore, AuditQuery, AuditTrail, Constraint, Login, NewAnswer, Recording,
    SessionStore, StoreError, TaskStore, UserStore,
};
use taskwell_domain::{ApiToken, ApiTokenId, AuditAction, Scope, Scopes, TokenName, User, UserId};
use taskwell_infrastructure::{Seen, SqlApiTokenStore, SqlAuditTrail, SqlTaskStore, testing::TestDatabase};
use uuid::Uuid;

use crate::support::{
    add_user, audit, creation, execute, log_in, now, password_hash, recorded, recording, session, sessions,
    start, token_hash, user, users,
};

on_both_databases! {
    an_email_is_taken_in_any_case,
    accounts_without_an_address_do_not_take_each_others,
    a_user_id_twice_is_a_fault_of_the_program,
    a_token_of_nobody_is_stale,
    a_token_hash_twice_is_a_fault_of_the_program,
    a_task_id_is_taken_however_many_changes_there_are,
    a_change_of_nobody_is_not_found_however_many_changes_there_are,
    a_task_of_somebody_else_is_stale,
    a_row_that_breaks_the_rules_is_corrupt,
    rows_around_accounts_that_break_the_rules_are_corrupt,
    every_field_of_a_task_is_checked_when_it_is_read,
}

async fn add(test: &TestDatabase, user: &User) -> Result<(), StoreError> {
    let entry = audit(AuditAction::Registered, &user.id);
    users(test.database()).add(user, &password_hash(), &entry).await
}

async fn an_email_is_taken_in_any_case(test: &TestDatabase) {
    add(test, &user("ada")).await.unwrap();
    let other = User {
        email: Some("ADA@Example.com".parse().unwrap()),
        ..user("eve")
    };
    let added = add(test, &other).await;
    assert!(
        matches!(added, Err(StoreError::Conflict(Constraint::Email))),
        "{added:?}"
    );
}

async fn accounts_without_an_address_do_not_take_each_others(test: &TestDatabase) {
    for id in ["ada", "eve"] {
        let user = User {
            email: None,
            ..user(id)
        };
        add(test, &user).await.unwrap();
        let found = users(test.database()).find(&user.id).await;
        assert_eq!(found.unwrap(), Some(user));
    }
}

async fn a_user_id_twice_is_a_fault_of_the_program(test: &TestDatabase) {
    add(test, &user("ada")).await.unwrap();
    let other = User {
        email: Some("other@example.com".parse().unwrap()),
        ..user("ada")
    };
    let added = add(test, &other).await;
    assert!(matches!(added, Err(StoreError::Internal(_))), "{added:?}");
}

fn api_tokens(test: &TestDatabase) -> SqlApiTokenStore {
    SqlApiTokenStore::new(test.database().clone(), Seen::default())
}

/// The token of that number, and its hash.
async fn add_api_token(
    test: &TestDatabase,
    user: &UserId,
    number: u128,
    hash: u64,
) -> Result<(), StoreError> {
    let token = ApiToken {
        id: ApiTokenId::from(Uuid::from_u128(number)),
        user_id: user.clone(),
        name: TokenName::parse("backup").unwrap(),
        scopes: Scopes::new(&[Scope::TasksRead, Scope::AccountRead]).unwrap(),
        created_at: now(),
        last_used_at: None,
        expires_at: None,
    };
    let entry = audit(AuditAction::TokenCreated, user);
    let login = Login::Outside(None);
    api_tokens(test)
        .add(&token, &token_hash(hash), login, &entry)
        .await
}

async fn a_token_of_nobody_is_stale(test: &TestDatabase) {
    let nobody = UserId::parse("nobody").unwrap();
    let added = add_api_token(test, &nobody, 1, 1).await;
    assert!(matches!(added, Err(StoreError::Stale)), "{added:?}");
}

async fn a_token_hash_twice_is_a_fault_of_the_program(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    log_in(test.database(), &ada, 7).await;
    let started = start(test.database(), &session(&ada, 8), token_hash(7)).await;
    assert!(matches!(started, Err(StoreError::Internal(_))), "{started:?}");

    add_api_token(test, &ada, 1, 7).await.unwrap();
    let added = add_api_token(test, &ada, 2, 7).await;
    assert!(matches!(added, Err(StoreError::Internal(_))), "{added:?}");
}

async fn a_task_id_is_taken_however_many_changes_there_are(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let created = recorded(&tasks, &ada, creation(&ada, 1, "first")).await;
    for changes in [
        vec![creation(&ada, 1, "again")],
        vec![creation(&ada, 2, "new"), creation(&ada, 1, "again")],
    ] {
        let recorded = tasks.record(&ada, recording(changes)).await;
        assert!(
            matches!(recorded, Err(StoreError::Conflict(Constraint::TaskId))),
            "{recorded:?}"
        );
    }
    // Nothing of it was written, and no number was used up.
    let next = recorded(&tasks, &ada, creation(&ada, 2, "new")).await;
    assert_eq!(next.version, created.version.next());
}

async fn a_change_of_nobody_is_not_found_however_many_changes_there_are(test: &TestDatabase) {
    let nobody = UserId::parse("nobody").unwrap();
    let tasks = SqlTaskStore::new(test.database().clone());
    let created = creation(&nobody, 1, "first");
    let edited = created.task().delete(now()).unwrap();
    for changes in [
        vec![created.clone()],
        vec![edited.clone()],
        vec![created, creation(&nobody, 2, "second"), edited],
    ] {
        let recorded = tasks.record(&nobody, recording(changes)).await;
        assert!(matches!(recorded, Err(StoreError::NotFound)), "{recorded:?}");
    }
}

async fn a_task_of_somebody_else_is_stale(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let eve = add_user(test.database(), "eve").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let hers = recorded(&tasks, &ada, creation(&ada, 1, "hers")).await;
    let change = hers.delete(now()).unwrap();
    let stolen = tasks.record(&eve, recording(vec![change])).await;
    assert!(matches!(stolen, Err(StoreError::Stale)), "{stolen:?}");
    assert!(tasks.find(&ada, hers.id).await.unwrap().is_some());
}

async fn a_row_that_breaks_the_rules_is_corrupt(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let created = recorded(&tasks, &ada, creation(&ada, 1, "first")).await;
    execute(
        test,
        "UPDATE users SET role = 'root';
         UPDATE tasks SET title = '';
         UPDATE changes SET task = '{\"title\": 7}';",
    )
    .await;
    let found = users(test.database()).find(&ada).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = tasks.find(&ada, created.id).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = tasks.changes(&ada, 0.into(), 10).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = tasks.find_creation(&ada, created.id).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}

async fn rows_around_accounts_that_break_the_rules_are_corrupt(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let session = log_in(test.database(), &ada, 1).await;
    add_api_token(test, &ada, 1, 1).await.unwrap();
    execute(
        test,
        "UPDATE sessions SET ip = 'here';
         UPDATE api_tokens SET scopes = 'tasks:read tasks:burn';
         UPDATE audit SET action = 'sung';",
    )
    .await;
    let sessions = sessions(test.database());
    let found = sessions.find(&ada, session.id).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = sessions.list(&ada, now()).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = sessions.find_refresh_token(&token_hash(1)).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let found = api_tokens(test).find(&token_hash(1)).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let query = AuditQuery {
        user_id: None,
        before: None,
        limit: 10,
    };
    let found = SqlAuditTrail::new(test.database().clone()).list(&query).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");

    execute(test, "UPDATE users SET issuer = 'Nobody Knows'").await;
    let found = users(test.database()).find_lately(&ada).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}

async fn every_field_of_a_task_is_checked_when_it_is_read(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let task = recorded(&tasks, &ada, creation(&ada, 1, "first")).await;
    for (broken, mended) in [
        ("UPDATE tasks SET priority = 5", "UPDATE tasks SET priority = 0"),
        (
            "UPDATE tasks SET due_date = 'soon'",
            "UPDATE tasks SET due_date = '2026-11-21'",
        ),
        (
            "UPDATE tasks SET due_time = 'noon'",
            "UPDATE tasks SET due_time = '12:00'",
        ),
        ("UPDATE tasks SET series = '{}'", "UPDATE tasks SET series = NULL"),
        (
            "UPDATE tasks SET time_zone = 'here'",
            "UPDATE tasks SET time_zone = 'UTC'",
        ),
        (
            "UPDATE tasks SET tags = '[\"\"]'",
            "UPDATE tasks SET tags = '[\"a\"]'",
        ),
        (
            "UPDATE tasks SET position = 'first'",
            "UPDATE tasks SET position = '80'",
        ),
    ] {
        execute(test, broken).await;
        let found = tasks.find(&ada, task.id).await;
        assert!(
            matches!(found, Err(StoreError::Corrupt(_))),
            "{broken}: {found:?}"
        );
        execute(test, mended).await;
        assert!(tasks.find(&ada, task.id).await.is_ok(), "{mended}");
    }
    for broken in [
        "UPDATE answers SET tasks = '[-1]'",
        "UPDATE answers SET tasks = '[1]', fingerprint = ''",
    ] {
        let answer = NewAnswer {
            key: broken.to_owned(),
            fingerprint: [7; 32],
            tasks: vec![AnsweredTask::At(task.version)],
            detail: None,
        };
        let recording = Recording {
            answer: Some(answer),
            ..recording(vec![])
        };
        tasks.record(&ada, recording).await.unwrap();
        execute(test, broken).await;
        let found = tasks.find_answer(&ada, broken).await;
        assert!(
            matches!(found, Err(StoreError::Corrupt(_))),
            "{broken}: {found:?}"
        );
    }
}

#[tokio::test]
async fn a_column_of_another_type_is_corrupt() {
    let test = TestDatabase::sqlite().await;
    let ada = add_user(test.database(), "ada").await;
    // SQLite keeps anything anywhere.
    execute(&test, "UPDATE users SET created_at = 'yesterday'").await;
    let found = users(test.database()).find(&ada).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}
