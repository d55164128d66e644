//! Reminders, whatever becomes of the servers that send them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::{Instant, sleep};

use crate::{
    client::Client,
    command::{run, stdout},
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const LONG_AGO: &str = "2020-01-01T00:00:00Z";

/// Makes a task to be reminded of at that time; its id.
async fn task(ada: &Client, remind_at: &str) -> String {
    let new = json!({"title": "Buy milk", "remind_at": remind_at});
    let task = ada.post("/api/me/tasks", &new).await.is(201);
    task["id"].as_str().unwrap().to_owned()
}

async fn reminders(ada: &Client) -> Vec<Value> {
    let mut log = ada.get("/api/me/changes?limit=1000").await.is(200);
    let Value::Array(mut changes) = log["changes"].take() else {
        panic!("a log has changes");
    };
    changes.retain(|change| change["kind"] == "reminded");
    changes
}

/// Waits until somebody was reminded of that task; all reminders so far.
async fn reminded(ada: &Client, task: &str) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let reminders = reminders(ada).await;
        if reminders.iter().any(|change| change["task_id"] == task) {
            return reminders;
        }
        assert!(begun.elapsed() < Duration::from_secs(15), "no reminder of {task}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// The reminders once everything is sent that waits by now: what has waited longest comes first.
async fn all_reminders(ada: &Client) -> Vec<Value> {
    let last = task(ada, &now().to_rfc3339()).await;
    let mut all = reminded(ada, &last).await;
    all.retain(|change| change["task_id"] != last.as_str());
    all
}

fn instant(time: &Value) -> DateTime<Utc> {
    time.as_str().unwrap().parse().unwrap()
}

/// Now, by the clock that the servers have too.
#[expect(
    clippy::disallowed_methods,
    reason = "the server under test has the clock of the system"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

async fn wait_for(sql: &mut Sql, table: &str, condition: &str) {
    let begun = Instant::now();
    while sql.count(table, condition).await == 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "no {table} where {condition}"
        );
        sleep(Duration::from_millis(20)).await;
    }
}

on_both_databases! {
    async fn a_reminder_comes_within_two_seconds_of_its_time_and_once(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let remind_at = now() + TimeDelta::seconds(1);
        let id = task(&ada, &remind_at.to_rfc3339()).await;
        let made = ada.get(&format!("/api/me/tasks/{id}")).await.is(200);

        let [reminder] = &reminded(&ada, &id).await[..] else {
            panic!("one reminder");
        };
        let late = instant(&reminder["at"]) - remind_at;
        assert!(late >= TimeDelta::milliseconds(-1) && late < TimeDelta::seconds(2), "{late}");
        assert_eq!(reminder["actor"], json!({"kind": "system", "id": "reminders"}));
        assert_eq!(reminder["batch"], Value::Null);
        let task = ada.get(&format!("/api/me/tasks/{id}")).await.is(200);
        assert_eq!(reminder["task"], task);
        assert_eq!((&task["version"], &task["updated_at"]), (&reminder["seq"], &reminder["at"]));
        // Nothing else has changed that anybody can see.
        let as_before = json!({"version": task["version"], "updated_at": task["updated_at"]});
        let mut expected = made;
        expected.as_object_mut().unwrap().extend(as_before.as_object().unwrap().clone());
        assert_eq!(task, expected);
        assert_eq!(all_reminders(&ada).await.len(), 1);
    }

    async fn what_was_to_be_sent_when_the_server_was_killed_is_sent_by_the_next_one(database: TestDatabase) {
        let mut server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let id = task(&ada, "2099-01-01T00:00:00Z").await;
        let mut sql = Sql::on(&database).await;
        wait_for(&mut sql, "jobs", "name = 'reminders' AND ended_at IS NOT NULL").await;
        server.signal("KILL");
        server.ended(Duration::from_secs(5)).await;
        // The time comes while nobody is there.
        let due = "UPDATE tasks SET remind_at = '2020-01-01T00:00:00+00:00' WHERE remind_at IS NOT NULL";
        assert_eq!(sql.execute(due).await, 1);
        assert_eq!(sql.count("changes", "kind = 'reminded'").await, 0);

        let next = Server::start(database.url());
        let ada = ada.at(next.url());
        assert_eq!(reminded(&ada, &id).await.len(), 1);
        assert_eq!(all_reminders(&ada).await.len(), 1);
    }

    async fn a_server_that_is_killed_while_it_sends_holds_the_others_up_for_no_longer_than_its_lease(
        database: TestDatabase
    ) {
        let mut server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let id = task(&ada, "2099-01-01T00:00:00Z").await;
        let mut sql = Sql::on(&database).await;
        wait_for(&mut sql, "jobs", "name = 'reminders' AND ended_at IS NOT NULL").await;
        server.signal("KILL");
        server.ended(Duration::from_secs(5)).await;
        let lease = now() + TimeDelta::seconds(2);
        let lease_text = lease.format("%Y-%m-%dT%H:%M:%S%.3f+00:00");
        for statement in [
            "UPDATE tasks SET remind_at = '2020-01-01T00:00:00+00:00' WHERE remind_at IS NOT NULL".to_owned(),
            format!("UPDATE jobs SET ended_at = NULL, leased_until = '{lease_text}' WHERE name = 'reminders'"),
        ] {
            assert_eq!(sql.execute(&statement).await, 1, "{statement}");
        }

        let next = Server::start(database.url());
        let ada = ada.at(next.url());
        let [reminder] = &reminded(&ada, &id).await[..] else {
            panic!("one reminder");
        };
        let sent_at = instant(&reminder["at"]);
        assert!(sent_at > lease - TimeDelta::milliseconds(1), "{sent_at}, {lease}");
        assert!(sent_at < lease + TimeDelta::seconds(3), "{sent_at}, {lease}");
        assert_eq!(all_reminders(&ada).await.len(), 1);
    }

    async fn of_three_servers_one_sends_each_reminder(database: TestDatabase) {
        let servers = [(); 3].map(|()| Server::start(database.url()));
        let ada = servers[0].client().signed_up("ada@example.com").await;
        let mut tasks = Vec::new();
        for number in 0..30 {
            let at = ada.at(servers[number % 3].url());
            tasks.push(task(&at, LONG_AGO).await);
        }
        let mut of: Vec<String> = all_reminders(&ada)
            .await
            .iter()
            .map(|change| change["task_id"].as_str().unwrap().to_owned())
            .collect();
        of.sort();
        tasks.sort();
        assert_eq!(of, tasks);
        // Each job was begun, by whichever server.
        assert_eq!(Sql::on(&database).await.count("jobs", "began_at IS NOT NULL").await, 5);
    }

    async fn a_task_that_cannot_be_read_holds_up_none_of_the_others_and_is_told_once(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let broken = task(&ada, "2099-01-01T00:00:00Z").await;
        let breaks = "UPDATE tasks SET time_zone = 'Mars/Olympus', remind_at = '2020-01-01T00:00:00+00:00'";
        assert_eq!(Sql::on(&database).await.execute(breaks).await, 1);
        // At several looks.
        for _ in 0..3 {
            let open = task(&ada, LONG_AGO).await;
            reminded(&ada, &open).await;
        }
        let said = server.stop().await;
        assert_eq!(said.matches(&broken).count(), 1, "{said}");
        assert!(said.contains("tasks.time_zone"), "{said}");
        let doctor = run(database.url(), &["doctor"]);
        let last = stdout(&doctor).lines().find(|line| line.starts_with("job    reminders"));
        let last = last.expect("the job has a line");
        assert!(last.contains("failed") && last.contains(&broken), "{last}");
    }

    async fn nobody_is_reminded_of_what_is_done_or_deleted_or_was_over_when_it_came_here(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let remind_at = (now() + TimeDelta::seconds(1)).to_rfc3339();
        let done = task(&ada, &remind_at).await;
        ada.patch(&format!("/api/me/tasks/{done}/complete"), &json!({"completed": true})).await.is(200);
        let deleted = task(&ada, &remind_at).await;
        ada.delete(&format!("/api/me/tasks/{deleted}")).await.is(204);
        let old: Vec<Value> = (1..=50)
            .map(|n| json!({"id": uuid::Uuid::from_u128(n), "title": "old", "remind_at": LONG_AGO}))
            .collect();
        let imported = ada.post("/api/me/tasks/import", &json!({"format": "taskwell/1", "tasks": old})).await.is(200);
        assert_eq!(imported["imported"], 50, "{imported}");

        let open = task(&ada, &remind_at).await;
        assert_eq!(reminded(&ada, &open).await.len(), 1);
        // What went by meanwhile is not caught up on.
        ada.patch(&format!("/api/me/tasks/{done}/complete"), &json!({"completed": false})).await.is(200);
        ada.post_nothing(&format!("/api/me/tasks/{deleted}/restore")).await.is(200);
        assert_eq!(all_reminders(&ada).await.len(), 1);
    }

    async fn a_reminder_that_was_sent_cannot_be_undone_and_does_not_come_again(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let id = task(&ada, LONG_AGO).await;
        let reminders = reminded(&ada, &id).await;
        let path = format!("/api/me/tasks/{id}");
        let task = ada.get(&path).await.is(200);
        let undone = ada.post_nothing(&format!("/api/me/changes/{}/undo", reminders[0]["seq"])).await.is(200);
        assert_eq!(undone, json!([task]));
        // Sent back as it is, by a form for one, it does not come again either; at another time it does.
        ada.put(&path, &task).await.is(200);
        let of_it = async || {
            let all = all_reminders(&ada).await;
            all.iter().filter(|change| change["task_id"] == id.as_str()).count()
        };
        assert_eq!(of_it().await, 1);
        ada.patch(&path, &json!({"remind_at": "2021-01-01T00:00:00Z"})).await.is(200);
        assert_eq!(of_it().await, 2);
    }
}

/// The next one sends what this one had begun to.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_to_stop_does_not_wait_longer_for_its_jobs_than_its_grace() {
    let database = TestDatabase::empty_postgres().await;
    let mut server = Server::start_with(database.url(), &[("TASKWELL__SERVER__SHUTDOWN_GRACE", "1s")]);
    let ada = server.client().signed_up("ada@example.com").await;
    let mut other = PgConnection::connect(database.url()).await.unwrap();
    let id = task(&ada, &(now() + TimeDelta::seconds(1)).to_rfc3339()).await;
    let mut lock = other.begin().await.unwrap();
    lock.execute("SELECT id FROM users FOR UPDATE").await.unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting)
        .fetch_one(&mut *lock)
        .await
        .unwrap()
        == 0
    {
        sleep(Duration::from_millis(10)).await;
    }
    server.signal("TERM");
    let told = Instant::now();
    assert!(server.ended(Duration::from_secs(5)).await.success());
    assert!(told.elapsed() >= Duration::from_secs(1), "{:?}", told.elapsed());
    lock.commit().await.unwrap();

    let next = Server::start(database.url());
    let ada = ada.at(next.url());
    assert_eq!(reminded(&ada, &id).await.len(), 1);
    assert_eq!(all_reminders(&ada).await.len(), 1);
}
