//! Whom it is time to remind.

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};
use taskwell_application::ports::{StoreError, TaskStore};
use taskwell_domain::{NewTask, Task, TaskChange, TaskEdit, TaskId, UserId};
use taskwell_infrastructure::{SqlTaskStore, testing::TestDatabase};
use uuid::Uuid;

use crate::support::{add_user, execute, later, now, recording};

on_both_databases! {
    a_task_that_cannot_be_read_holds_up_none_of_the_others,
    the_look_for_reminders_is_answered_from_its_index,
}

/// The task of that number, to be reminded of so many seconds later.
fn creation(owner: &UserId, number: u64) -> TaskChange {
    let new = NewTask {
        id: TaskId::from(Uuid::from_u128(number.into())),
        title: format!("task {number}").parse().unwrap(),
        fields: TaskEdit {
            remind_at: Some(Some(later(number))),
            ..TaskEdit::default()
        },
    };
    Task::create(&new, owner.clone(), now()).unwrap()
}

async fn fill(test: &TestDatabase, tasks: u64) -> SqlTaskStore {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    let created = (1..=tasks).map(|number| creation(&ada, number)).collect();
    store.record(&ada, recording(created)).await.unwrap();
    store
}

async fn a_task_that_cannot_be_read_holds_up_none_of_the_others(test: &TestDatabase) {
    let store = fill(test, 3).await;
    // Its words, its numbers, and what the driver makes of a column.
    for broken in [
        "UPDATE tasks SET time_zone = 'Mars/Olympus' WHERE title = 'task 2'",
        "UPDATE tasks SET time_zone = NULL, priority = 9 WHERE title = 'task 2'",
        "UPDATE tasks SET priority = 0, tags = '7' WHERE title = 'task 2'",
    ] {
        execute(test, broken).await;
        let found = store.find_due_reminders(later(10), 100).await.unwrap();
        let [Ok(first), Err(StoreError::Corrupt(what)), Ok(third)] = &found[..] else {
            panic!("{broken}: {found:?}");
        };
        let id = TaskId::from(Uuid::from_u128(2));
        assert!(what.starts_with(&format!("task {id}: ")), "{broken}: {what}");
        assert_eq!((first.title.as_str(), third.title.as_str()), ("task 1", "task 3"));
    }
    execute(test, "UPDATE tasks SET deleted_at = updated_at").await;
    let found = store.find_expired(later(10), 100).await.unwrap();
    let unreadable = found.iter().filter(|task| task.is_err()).count();
    assert_eq!((found.len(), unreadable), (3, 1), "{found:?}");
}

/// How the database goes about the statement.
async fn plan(test: &TestDatabase, statement: &str) -> String {
    let lines: Vec<String> = if test.url().starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(test.url()).await.unwrap();
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let rows = sqlx::query(explain).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get("detail")).collect()
    } else {
        let mut connection = PgConnection::connect(test.url()).await.unwrap();
        let explain = AssertSqlSafe(format!("EXPLAIN (COSTS OFF) {statement}"));
        let rows = sqlx::query(explain).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    lines.join("\n")
}

async fn the_look_for_reminders_is_answered_from_its_index(test: &TestDatabase) {
    let store = fill(test, 3_000).await;
    execute(test, "ANALYZE").await;
    // When nobody is to be reminded, when some are, and when all are.
    for due in [0, 100, 3_000] {
        for limit in [1, 200] {
            let plan = plan(test, &store.due_reminders_statement(later(due), limit)).await;
            assert!(plan.contains("tasks_due_reminders_idx"), "{due}, {limit}: {plan}");
            for detour in ["Sort", "TEMP B-TREE", "Seq Scan", "Bitmap"] {
                assert!(!plan.contains(detour), "{due}, {limit}: {plan}");
            }
        }
    }
}
