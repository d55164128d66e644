//! The schema, made and undone.

use std::time::Duration;

use sqlx::{Connection, Executor};
use taskwell_application::ports::{
    Mark, RefreshToken, SessionStore, Sort, SortKey, Start, StoreError, TaskFilter, TaskQuery, TaskStore,
    UserStore,
};
use taskwell_domain::{
    AuditAction, Client, Issuer, Place, Position, Priority, Seq, Session, Task, TaskEdit, User, UserId,
};
use taskwell_infrastructure::{Database, DatabaseOptions, SqlTaskStore, testing::TestDatabase};

use crate::support::{
    add_user, audit, creation, execute, later, log_in, now, recorded, recording, renew, sessions, token_hash,
    user, users,
};

const INITIAL: &str = "m20261121_000001_initial";
const IDENTITY: &str = "m20261122_000001_identity";
const TASKS: &str = "m20261122_000002_tasks";
const COMPLETION: &str = "m20261122_000003_completion";
const JOBS: &str = "m20261122_000004_jobs";
const LOG: &str = "m20261122_000005_log";

const SCHEMA_AT_FIRST: [&str; 9] = [
    "changes",
    "changes_user_id_task_id_seq_idx",
    "seaql_migrations",
    "sessions",
    "sessions_user_id_idx",
    "tasks",
    "tasks_user_id_created_at_id_idx",
    "users",
    "users_email_key_key",
];

/// The tables and indexes of the database, by name, but for the index of words, which is of another kind in each.
async fn schema(test: &TestDatabase) -> Vec<String> {
    const SQLITE: &str = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'
        AND name NOT LIKE 'tasks_search%' ORDER BY name";
    const POSTGRES: &str = "SELECT relname::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '%pkey'
            AND relname <> 'tasks_search_idx' ORDER BY relname";
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
    assert_eq!(pending, [INITIAL, IDENTITY, TASKS, COMPLETION, JOBS, LOG]);
    assert_eq!(database.migrations().await.unwrap().len(), pending.len());
    assert_eq!(schema(&test).await, Vec::<String>::new());

    database.migrate().await.unwrap();
    assert!(all_applied(database).await);
    assert!(database.pending_migrations().await.unwrap().is_empty());
    let up = schema(&test).await;
    assert_eq!(
        up,
        [
            "answers",
            "answers_at_idx",
            "api_tokens",
            "api_tokens_expires_at_idx",
            "api_tokens_hash_user_id_key",
            "api_tokens_user_id_created_at_id_idx",
            "audit",
            "audit_actor_id_id_idx",
            "audit_at_idx",
            "audit_subject_id_id_idx",
            "changes",
            "changes_at_user_id_seq_idx",
            "changes_user_id_batch_seq_idx",
            "changes_user_id_task_id_seq_idx",
            "jobs",
            "rate_limits",
            "refresh_tokens",
            "refresh_tokens_created_at_idx",
            "refresh_tokens_session_id_user_id_idx",
            "seaql_migrations",
            "sessions",
            "sessions_ended_at_idx",
            "sessions_expires_at_idx",
            "sessions_user_id_created_at_id_idx",
            "tasks",
            "tasks_deleted_at_idx",
            "tasks_due_reminders_idx",
            "tasks_never_due_idx",
            "tasks_trash_idx",
            "tasks_user_id_completed_at_idx",
            "tasks_user_id_created_at_id_idx",
            "tasks_user_id_due_at_id_idx",
            "tasks_user_id_position_key",
            "tasks_user_id_priority_id_idx",
            "tasks_user_id_title_key_id_idx",
            "tasks_user_id_updated_at_id_idx",
            "users",
            "users_admins_idx",
            "users_created_at_id_idx",
            "users_email_key_key",
        ]
    );
    // What is there is no obstacle to going down.
    let ada = add_user(database, "ada").await;
    log_in(database, &ada, 1).await;
    let tasks = SqlTaskStore::new(database.clone());
    recorded(&tasks, &ada, creation(&ada, 1, "first")).await;

    database.migrate_down(Some(5)).await.unwrap();
    assert_eq!(
        database.pending_migrations().await.unwrap(),
        [IDENTITY, TASKS, COMPLETION, JOBS, LOG]
    );
    assert_eq!(schema(&test).await, SCHEMA_AT_FIRST);
    database.migrate_down(Some(1)).await.unwrap();
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

#[tokio::test]
async fn an_account_that_is_deleted_by_hand_takes_its_log_along_on_postgres() {
    let test = TestDatabase::postgres().await;
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    recorded(&tasks, &ada, creation(&ada, 1, "first")).await;
    execute(&test, "DELETE FROM users").await;

    add_user(test.database(), "ada").await;
    assert_eq!(tasks.changes(&ada, Seq::START, 10).await.unwrap().changes, []);
    // The key that the trigger stands for finds nothing wrong.
    test.database().migrate_down(Some(1)).await.unwrap();
    test.database().migrate().await.unwrap();
}

/// The refresh tokens of the sessions, oldest session first, where each has but one.
async fn only_refresh_tokens(test: &TestDatabase) -> Vec<Vec<u8>> {
    const SQL: &str = "SELECT refresh_hash FROM sessions ORDER BY id";
    if test.url().starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(test.url()).await.unwrap();
        sqlx::query_scalar(SQL).fetch_all(&mut connection).await.unwrap()
    } else {
        let mut connection = sqlx::PgConnection::connect(test.url()).await.unwrap();
        sqlx::query_scalar(SQL).fetch_all(&mut connection).await.unwrap()
    }
}

/// Down to the schema without rotation, of which then is a database with rows, and up again.
async fn identity_goes_down_and_up_with_what_is_there(test: TestDatabase) {
    let database = test.database();
    let ada = add_user(database, "ada").await;
    let issuer = Issuer::parse("better-auth").unwrap();
    let address = user("ada").email;
    let outsider = User::admitted(UserId::parse("outsider").unwrap(), issuer, address, now());
    let entry = audit(AuditAction::Registered, &outsider.id);
    users(database).admit(&outsider, None, &entry).await.unwrap();
    let tasks = SqlTaskStore::new(database.clone());
    for owner in [&ada, &outsider.id] {
        recorded(&tasks, owner, creation(owner, 1, "first")).await;
    }
    let going_on = log_in(database, &ada, 1).await;
    let renewed = Session {
        last_used_at: later(5),
        expires_at: later(100),
        client: Client::new(Some([192, 0, 2, 1].into()), Some("curl/8")),
        ..going_on.clone()
    };
    renew(database, &renewed, token_hash(1), token_hash(2))
        .await
        .unwrap();
    let over = log_in(database, &ada, 3).await;
    assert!(
        sessions(database)
            .end(&ada, over.id, later(1), None)
            .await
            .unwrap()
    );

    database.migrate_down(Some(5)).await.unwrap();
    // The one that works.
    let kept = [token_hash(2), token_hash(3)].map(|token| token.0.to_vec());
    assert_eq!(only_refresh_tokens(&test).await, kept);

    database.migrate().await.unwrap();
    let found = users(database)
        .find_credentials(&user("ada").email.unwrap())
        .await;
    assert_eq!(found.unwrap().unwrap().user, user("ada"));
    assert!(users(database).find(&outsider.id).await.unwrap().is_some());
    for owner in [&ada, &outsider.id] {
        let id = creation(owner, 1, "first").task().id;
        assert!(tasks.find(owner, id).await.unwrap().is_some());
    }
    let behind = async |token| {
        let found = sessions(database).find_refresh_token(&token_hash(token)).await;
        found
            .unwrap()
            .map(|RefreshToken { held, usage }| (held.session, usage.spent_at))
    };
    let as_begun = Session {
        expires_at: later(100),
        ..going_on
    };
    let ended = Session {
        ended_at: Some(later(1)),
        ..over
    };
    assert_eq!(behind(1).await, None);
    assert_eq!(behind(2).await, Some((as_begun, None)));
    assert_eq!(behind(3).await, Some((ended, None)));
    renew(database, &renewed, token_hash(2), token_hash(4))
        .await
        .unwrap();
    assert_eq!(behind(4).await, Some((renewed, None)));
}

#[tokio::test]
async fn sqlite_keeps_sessions_and_accounts_while_they_change_their_form() {
    identity_goes_down_and_up_with_what_is_there(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn postgres_keeps_sessions_and_accounts_while_they_change_their_form() {
    identity_goes_down_and_up_with_what_is_there(TestDatabase::postgres().await).await;
}

/// What entries of the log do not have that are older than the fields.
async fn forget_fields(test: &TestDatabase) {
    let sql = match test.url().starts_with("sqlite:") {
        true => {
            "UPDATE changes SET task = json_remove(task, '$.priority', '$.due', '$.time_zone', '$.remind_at',
                '$.tags', '$.position')"
        }
        false => {
            "UPDATE changes SET task = task - '{priority, due, time_zone, remind_at, tags, position}'::text[]"
        }
    };
    execute(test, sql).await;
}

/// Down to the schema of which then is a database with rows, and up again.
async fn tasks_go_down_and_up_with_what_is_there(test: TestDatabase) {
    let database = test.database();
    let store = SqlTaskStore::new(database.clone());
    let ada = add_user(database, "ada").await;
    let first = recorded(&store, &ada, creation(&ada, 1, "first")).await;
    let second = recorded(&store, &ada, creation(&ada, 2, "second")).await;
    let edit = TaskEdit {
        title: Some("Ünïcode first".parse().unwrap()),
        priority: Some(Priority::High),
        ..TaskEdit::default()
    };
    let first = recorded(&store, &ada, first.edit(&edit, later(1)).unwrap().unwrap()).await;
    let third = recorded(&store, &ada, creation(&ada, 3, "third")).await;
    let third = recorded(&store, &ada, third.delete(later(2)).unwrap()).await;
    let deleted_at = third.deleted_at;
    let purge = recording(vec![third.purge(later(3)).unwrap()]);
    store.record(&ada, purge).await.unwrap();
    let second = recorded(&store, &ada, second.move_to(Place::Last, later(4)).unwrap()).await;
    let second = recorded(&store, &ada, second.delete(later(5)).unwrap()).await;
    let second = recorded(&store, &ada, second.restore(later(6)).unwrap()).await;
    // A second task of that id.
    let third = recorded(&store, &ada, creation(&ada, 3, "third")).await;

    database.migrate_down(Some(4)).await.unwrap();
    forget_fields(&test).await;
    execute(&test, "DELETE FROM changes WHERE seq = 1").await;
    database.migrate().await.unwrap();
    // As they had been all along.
    let first = Task {
        priority: Priority::None,
        // For want of the number that it was created with.
        position: Position::last_at(first.version),
        ..first
    };
    let second = Task {
        position: Position::last_at(Seq::from(2)),
        ..second
    };
    let ids = [first.id, second.id, third.id];
    let mut found = store.find_all(&ada, &ids).await.unwrap();
    found.sort_by_key(|task| task.id);
    assert_eq!(found, [first.clone(), second.clone(), third.clone()]);
    let log = store.changes(&ada, Seq::START, 100).await.unwrap().changes;
    let kinds: Vec<&str> = log.iter().map(|change| change.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "created", "updated", "created", "deleted", "deleted", "updated", "deleted", "updated", "created"
        ]
    );
    for task in [&first, &second, &third] {
        let versions = store.find_versions(&ada, &[task.version]).await.unwrap();
        assert_eq!(versions, std::slice::from_ref(task));
    }
    let purged = log[4].task.clone().unwrap();
    assert_eq!((purged.id, purged.deleted_at), (third.id, deleted_at));

    // Found and sorted by what SQL could not know.
    let by_title = |search: Option<&str>, start| TaskQuery {
        filter: TaskFilter {
            search: search.map(str::to_owned),
            ..TaskFilter::default()
        },
        sort: Sort {
            key: SortKey::Title,
            descending: true,
        },
        start,
        limit: 10,
    };
    let query = by_title(Some("unicode fir"), Start::Skip(0));
    let found = store.list(&ada, &query).await.unwrap();
    assert_eq!(found.tasks, std::slice::from_ref(&first));
    let query = by_title(None, Start::After(Mark::of(&first, SortKey::Title)));
    let found = store.list(&ada, &query).await.unwrap();
    assert_eq!(found.tasks, [third, second]);
    let again = first.edit(&edit, later(7)).unwrap().unwrap();
    assert_eq!(recorded(&store, &ada, again).await.version, Seq::from(11));
}

#[tokio::test]
async fn sqlite_keeps_tasks_and_their_log_while_they_change_their_form() {
    tasks_go_down_and_up_with_what_is_there(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn postgres_keeps_tasks_and_their_log_while_they_change_their_form() {
    tasks_go_down_and_up_with_what_is_there(TestDatabase::postgres().await).await;
}

/// Down to the schema without reminders, of which then is a database with rows, and up again.
async fn reminders_go_down_and_up_with_what_is_there(test: TestDatabase) {
    let database = test.database();
    let store = SqlTaskStore::new(database.clone());
    let ada = add_user(database, "ada").await;
    let to_be_reminded_of = async |n, remind_at: &str| {
        let edit = TaskEdit {
            remind_at: Some(Some(remind_at.parse().unwrap())),
            ..TaskEdit::default()
        };
        let task = recorded(&store, &ada, creation(&ada, n, "task")).await;
        recorded(&store, &ada, task.edit(&edit, later(1)).unwrap().unwrap()).await
    };
    // By the clock of the database.
    let over = to_be_reminded_of(1, "2020-01-01T00:00:00Z").await;
    let reminded = to_be_reminded_of(2, "2020-01-01T00:00:00Z").await;
    recorded(&store, &ada, reminded.remind(later(2)).unwrap()).await;
    let to_come = to_be_reminded_of(3, "9999-01-01T00:00:00Z").await;

    database.migrate_down(Some(2)).await.unwrap();
    database.migrate().await.unwrap();
    let log = store.changes(&ada, Seq::START, 100).await.unwrap().changes;
    let kinds: Vec<&str> = log.iter().map(|change| change.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "created", "updated", "created", "updated", "updated", "created", "updated"
        ]
    );
    let last = "9999-12-31T23:59:59Z".parse().unwrap();
    let due = store.find_due_reminders(last, 100).await.unwrap();
    let due: Vec<Task> = due.into_iter().map(Result::unwrap).collect();
    assert_eq!(due, [to_come]);
    let over = store.find(&ada, over.id).await.unwrap().unwrap();
    assert_eq!(over.reminded_at, over.remind_at);
}

#[tokio::test]
async fn sqlite_reminds_nobody_of_what_was_over_before_there_were_reminders() {
    reminders_go_down_and_up_with_what_is_there(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn postgres_reminds_nobody_of_what_was_over_before_there_were_reminders() {
    reminders_go_down_and_up_with_what_is_there(TestDatabase::postgres().await).await;
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
