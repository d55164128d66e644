//! What becomes of many tasks, and of those that are gone.

use std::{ops::Range, time::Duration};

use chrono::{DateTime, SecondsFormat};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    client::{Answer, Client},
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const LONG_AGO: &str = "'2020-01-01T00:00:00+00:00'";

/// Waits until the clean-up at the start has left nothing of that.
async fn gone(sql: &mut Sql, table: &str, condition: &str) {
    let begun = Instant::now();
    while sql.count(table, condition).await > 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{table} where {condition}"
        );
        sleep(Duration::from_millis(20)).await;
    }
}

fn kinds(changes: &Value) -> Vec<&str> {
    let changes = changes.as_array().unwrap();
    changes
        .iter()
        .map(|change| change["kind"].as_str().unwrap())
        .collect()
}

/// Tasks with all kinds of fields, in another order than that of their times.
fn made_elsewhere(numbers: Range<usize>, description: &str) -> Vec<Value> {
    let priorities = ["none", "low", "medium", "high", "urgent"];
    let task = |number: usize| {
        let at = |minutes: usize| {
            let minutes = i64::try_from(number * 7_919 % 100_000 + minutes).unwrap();
            let at = DateTime::from_timestamp_millis(1_500_000_000_123 + minutes * 60_000).unwrap();
            at.to_rfc3339_opts(SecondsFormat::Millis, true)
        };
        json!({
            "id": uuid::Uuid::from_u128(u128::try_from(number).unwrap() + 1),
            "title": format!("=task \"{number}\", 日本\u{1F9C0}"),
            "description": format!("{description}\nline {number}"),
            "completed_at": number.is_multiple_of(3).then(|| at(1)),
            "priority": priorities[number % 5],
            "due_date": number.is_multiple_of(2).then_some("2099-01-31"),
            "due_time": number.is_multiple_of(4).then_some("02:30"),
            "time_zone": number.is_multiple_of(5).then_some("Europe/Berlin"),
            "remind_at": number.is_multiple_of(7).then(|| at(2)),
            "recurrence": number.is_multiple_of(6).then_some("FREQ=MONTHLY;COUNT=9"),
            "tags": (0..number % 4).map(|tag| format!("+tag {tag}, x")).collect::<Vec<_>>(),
            "created_at": at(0),
            "updated_at": at(3),
        })
    };
    numbers.map(task).collect()
}

fn file(tasks: &[Value]) -> Vec<u8> {
    serde_json::to_vec(&json!({"format": "taskwell/1", "tasks": tasks})).unwrap()
}

async fn import(client: &Client, content_type: &str, file: Vec<u8>) -> Value {
    let request = client.request(Method::POST, "/api/me/tasks/import");
    let request = request.header("Content-Type", content_type).body(file);
    Answer::to(request).await.is(200)
}

async fn export(client: &Client, format: &str) -> Vec<u8> {
    let request = client.request(Method::GET, &format!("/api/me/tasks/export?format={format}"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().into()
}

fn tasks_of(file: &[u8]) -> Vec<Value> {
    let mut file: Value = serde_json::from_slice(file).unwrap();
    match file["tasks"].take() {
        Value::Array(tasks) => tasks,
        other => panic!("a file has tasks: {other}"),
    }
}

/// The tasks of an export, but for what they get anew where they are imported; and their ids in the user's own order.
fn tasks(export: &[u8]) -> (Vec<Value>, Vec<String>) {
    let mut tasks = tasks_of(export);
    let mut order: Vec<(String, String)> = tasks
        .iter()
        .map(|task| {
            (
                task["position"].as_str().unwrap().to_owned(),
                task["id"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    order.sort();
    for task in &mut tasks {
        for field in ["user_id", "position", "version"] {
            assert!(task.as_object_mut().unwrap().remove(field).is_some(), "{field}");
        }
    }
    (tasks, order.into_iter().map(|(_, id)| id).collect())
}

on_both_databases! {
    async fn a_task_that_was_in_the_trash_for_too_long_is_purged_by_itself(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (old, new) = (ada.task("Old").await, ada.task("New").await);
        for task in [&old, &new] {
            ada.delete(task).await.is(204);
        }
        let latest = ada.get("/api/me/changes/latest").await.is(200);
        server.stop().await;
        let mut sql = Sql::on(&database).await;
        let aged = sql.execute(&format!("UPDATE tasks SET deleted_at = {LONG_AGO} WHERE title = 'Old'")).await;
        assert_eq!(aged, 1);

        let server = Server::start(database.url());
        let ada = ada.at(server.url());
        gone(&mut sql, "tasks", "title = 'Old'").await;
        let since = ada.get(&format!("/api/me/changes?since={}", latest["seq"])).await.is(200);
        let [purged] = since["changes"].as_array().unwrap().as_slice() else { panic!("{since:#}") };
        assert_eq!(purged["kind"], "purged");
        assert_eq!(purged["task"], Value::Null);
        assert_eq!(purged["actor"]["kind"], "system");
        assert_eq!(format!("/api/me/tasks/{}", purged["task_id"].as_str().unwrap()), old);

        ada.post_nothing(&format!("{old}/restore")).await.fails_with(404, "not_found");
        let history = ada.get(&format!("{old}/history")).await.is(200);
        assert_eq!(kinds(&history), ["purged", "deleted", "created"]);
        let trash = ada.get("/api/me/tasks/trash").await.is(200);
        assert_eq!(trash.as_array().unwrap().len(), 1);
        ada.post_nothing(&format!("{new}/restore")).await.is(200);
    }

    async fn a_log_that_has_forgotten_says_so_and_goes_on(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        for title in ["Buy oat milk", "Buy soy milk"] {
            ada.patch(&task, &json!({"title": title})).await.is(200);
        }
        server.stop().await;
        let mut sql = Sql::on(&database).await;
        assert_eq!(sql.execute(&format!("UPDATE changes SET at = {LONG_AGO} WHERE seq < 3")).await, 2);

        let server = Server::start(database.url());
        let ada = ada.at(server.url());
        gone(&mut sql, "changes", "seq = 1").await;
        ada.get("/api/me/changes?since=0").await.fails_with(410, "resync_required");
        let since = ada.get("/api/me/changes?since=2").await.is(200);
        assert_eq!(kinds(&since["changes"]), ["updated"]);
        assert_eq!(ada.get("/api/me/changes/latest").await.is(200), json!({"seq": 3}));
        // What came before the change that is still remembered is known for as long as that.
        let undone = ada.post_nothing("/api/me/changes/3/undo").await.is(200);
        assert_eq!(undone[0]["title"], "Buy oat milk");
    }

    async fn an_answer_is_forgotten_after_a_day(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let create = async |ada: &Client| {
            let request = ada.request(Method::POST, "/api/me/tasks").header("Idempotency-Key", "key-1");
            Answer::to(request.json(&json!({"title": "Buy milk"}))).await.is(201)
        };
        let first = create(&ada).await;
        server.stop().await;
        let mut sql = Sql::on(&database).await;
        assert_eq!(sql.execute(&format!("UPDATE answers SET at = {LONG_AGO}")).await, 1);

        let server = Server::start(database.url());
        gone(&mut sql, "answers", "key = 'key-1'").await;
        assert_ne!(create(&ada.at(server.url())).await["id"], first["id"]);
    }

    async fn two_thousand_tasks_come_back_from_either_file_as_they_were_and_only_once(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let all = json!({"imported": 2_000, "skipped": 0, "errors": []});
        let none = json!({"imported": 0, "skipped": 2_000, "errors": []});
        let mut made = made_elsewhere(0..2_000, "");
        assert_eq!(import(&ada, "application/json", file(&made)).await, all);
        let expected = tasks(&export(&ada, "json").await);
        let ids = made.iter().map(|task| task["id"].as_str().unwrap());
        assert!(expected.1.iter().map(String::as_str).eq(ids), "the order of the file");
        // The oldest first.
        made.sort_by_key(|task| task["created_at"].to_string());
        for (here, there) in expected.0.iter().zip(&made) {
            for (field, value) in there.as_object().unwrap() {
                assert_eq!(here[field], *value, "{field} of {here:#}");
            }
        }

        for (email, format, content_type) in
            [("eve@example.com", "json", "application/json"), ("bob@example.com", "csv", "text/csv")]
        {
            let exported = export(&ada, format).await;
            assert_eq!(import(&ada, content_type, exported.clone()).await, none, "{format}");
            let other = server.client().signed_up(email).await;
            assert_eq!(import(&other, content_type, exported).await, all, "{format}");
            assert!(tasks(&export(&other, "json").await) == expected, "{format}");
        }
    }
}

/// Has ten callers make a task of one id at once, each along with one of their own.
async fn batches_that_make_one_task(ada: &Client, title: impl Fn(usize) -> String) -> Vec<Answer> {
    let id = uuid::Uuid::from_u128(7);
    let batches = (0..10).map(|number| {
        let operations = json!([
            {"op": "create", "title": format!("own {number}")},
            {"op": "create", "id": id, "title": title(number)},
        ]);
        let ada = ada.clone();
        tokio::spawn(async move {
            ada.post("/api/me/tasks/batch", &json!({"operations": operations}))
                .await
        })
    });
    let mut answers = Vec::new();
    for batch in batches.collect::<Vec<_>>() {
        answers.push(batch.await.unwrap());
    }
    answers
}

on_both_databases! {
    async fn of_batches_that_make_the_same_task_all_are_done_and_it_is_made_once(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let answers = batches_that_make_one_task(&ada, |_| "shared".to_owned()).await;
        let made: Vec<Value> = answers.into_iter().map(|answer| answer.is(200)["results"][1].take()).collect();
        assert!(made.iter().all(|task| *task == made[0]), "{made:#?}");
        let tasks = ada.get("/api/me/tasks").await.is(200);
        assert_eq!(tasks.as_array().unwrap().len(), 10 + 1);
    }

    async fn of_batches_that_make_different_tasks_of_one_id_one_is_done(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let answers = batches_that_make_one_task(&ada, |number| format!("of {number}")).await;
        let (done, refused): (Vec<Answer>, _) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(done.len(), 1);
        for answer in refused {
            let problem = answer.fails_with(409, "id_taken");
            assert_eq!(problem["pointer"], "/operations/1");
        }
        let tasks = ada.get("/api/me/tasks").await.is(200);
        assert_eq!(tasks.as_array().unwrap().len(), 2);
    }
}

/// The longest file that an import takes.
const FULL: usize = 10 * 1024 * 1024;

/// As many tasks as a file can hold.
fn a_full_file() -> (usize, Vec<u8>) {
    let made = |count: usize| {
        file(&made_elsewhere(
            0..count,
            &"what there is to say about it ".repeat(10),
        ))
    };
    let count = 1_000 * FULL / made(1_000).len() - 100;
    let full = made(count);
    assert!(
        (FULL * 9 / 10..=FULL).contains(&full.len()),
        "{} bytes",
        full.len()
    );
    (count, full)
}

/// The same tasks whenever they were changed.
fn whenever(mut tasks: Vec<Value>) -> Vec<Value> {
    for task in &mut tasks {
        task.as_object_mut().unwrap().remove("updated_at");
    }
    tasks
}

on_both_databases! {
    // Within the time that the server gives to requests by default.
    async fn a_full_file_goes_in_and_comes_out_the_same_and_is_undone_and_done_again(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (count, full) = a_full_file();
        let mut sent = tasks_of(&full);
        let all = json!({"imported": count, "skipped": 0, "errors": []});
        assert_eq!(import(&ada, "application/json", full).await, all);

        let (mut there, order) = tasks(&export(&ada, "json").await);
        let ids = sent.iter().map(|task| task["id"].as_str().unwrap());
        assert!(order.iter().map(String::as_str).eq(ids), "the order of the file");
        for tasks in [&mut sent, &mut there] {
            tasks.sort_by_key(|task| task["id"].to_string());
        }
        assert_eq!(there.len(), count);
        for (here, there) in there.iter().zip(&sent) {
            for (field, value) in there.as_object().unwrap() {
                assert_eq!(here[field], *value, "{field} of {here:#}");
            }
        }

        let undone = ada.post_nothing("/api/me/changes/1/undo").await.is(200);
        let undone = undone.as_array().unwrap();
        assert_eq!(undone.len(), count);
        assert!(undone.iter().all(|task| task["deleted_at"].is_string()));
        assert_eq!(tasks_of(&export(&ada, "json").await), [] as [Value; 0]);

        let undo = format!("/api/me/changes/{}/undo", count + 1);
        assert_eq!(ada.post_nothing(&undo).await.is(200).as_array().unwrap().len(), count);
        let (mut again, same_order) = tasks(&export(&ada, "json").await);
        again.sort_by_key(|task| task["id"].to_string());
        assert!(whenever(again) == whenever(there));
        assert_eq!(same_order, order);
    }
}

#[cfg(target_os = "linux")]
on_both_databases! {
    async fn a_large_export_takes_hardly_any_memory(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        for piece in 0..20 {
            let made = made_elsewhere(piece * 1_000..(piece + 1) * 1_000, &"x".repeat(900));
            assert_eq!(import(&ada, "application/json", file(&made)).await["imported"], 1_000);
        }
        server.stop().await;

        // What the import took would leave room for the export.
        let server = Server::start(database.url());
        let ada = ada.at(server.url());
        ada.get("/api/me/tasks?limit=100").await.is(200);
        let before = server.resident_mib();
        let mut most = before;
        for format in ["json", "csv", "ics"] {
            let request = ada.request(Method::GET, &format!("/api/me/tasks/export?format={format}"));
            let mut response = request.send().await.unwrap();
            let mut bytes = 0;
            while let Some(piece) = response.chunk().await.unwrap() {
                bytes += piece.len();
                most = most.max(server.resident_mib());
            }
            assert!(bytes > 20_000 * 1_000, "{format}: {bytes} bytes");
        }
        assert!(most < before + 20, "from {before} to {most} MiB");
    }
}
