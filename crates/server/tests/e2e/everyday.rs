//! What users do every day.

use serde_json::{Value, json};

use crate::{database::TestDatabase, on_both_databases, server::Server};

on_both_databases! {
    async fn a_user_registers_logs_in_and_manages_tasks(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("Ada@example.com").await;
        let me = ada.get("/api/auth/me").await.is(200);
        assert_eq!(me["email"], "Ada@example.com");

        let created = ada.post("/api/tasks", &json!({"title": " Buy milk "})).await.is(201);
        assert_eq!(created["title"], "Buy milk");
        assert_eq!(created["user_id"], me["id"]);
        assert_eq!(created["version"], 1);
        let task = format!("/api/{}/tasks/{}", me["id"].as_str().unwrap(), created["id"].as_str().unwrap());
        assert_eq!(ada.get(&task).await.is(200), created);

        let completed = ada.toggle(&format!("{task}/complete")).await.is(200);
        assert_eq!(completed["completed"], true);
        let renamed = ada.patch(&task, &json!({"title": "Buy oat milk", "version": 2})).await.is(200);
        assert_eq!(renamed["title"], "Buy oat milk");
        assert_eq!(renamed["completed_at"], completed["completed_at"]);
        ada.patch(&task, &json!({"title": "Lost", "version": 2})).await.fails_with(412, "precondition_failed");

        let listed = ada.get("/api/me/tasks?completed=true&count=true").await;
        assert_eq!(listed.headers["x-total-count"], "1");
        assert_eq!(listed.is(200), json!([renamed]));

        ada.delete(&task).await.is(204);
        ada.get(&task).await.fails_with(404, "not_found");
        assert_eq!(ada.get("/api/me/tasks").await.is(200), json!([]));

        ada.post_nothing("/api/auth/logout").await.is(204);
        ada.get("/api/me/tasks").await.fails_with(401, "session_revoked");
    }

    async fn what_was_written_is_there_after_a_restart(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let before = ada.get(&task).await.is(200);
        server.stop().await;

        let server = Server::start(database.url());
        let ada = ada.at(server.url());
        assert_eq!(ada.get(&task).await.is(200), before);
        let again = server.client().logged_in("ADA@EXAMPLE.COM").await;
        assert_eq!(again.get("/api/me/tasks").await.is(200), json!([before]));
    }

    async fn a_task_of_somebody_else_cannot_be_reached(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let eve = server.client().signed_up("eve@example.com").await;
        let task = ada.task("Buy milk").await;
        eve.get(&task).await.fails_with(403, "forbidden");
        eve.patch(&task, &json!({"title": "Mine"})).await.fails_with(403, "forbidden");
        eve.delete(&task).await.fails_with(403, "forbidden");
        let me = ada.get("/api/auth/me").await.is(200);
        let path = format!("/api/{}/tasks", me["id"].as_str().unwrap());
        eve.get(&path).await.fails_with(403, "user_mismatch");
        assert_eq!(ada.get(&task).await.is(200)["title"], "Buy milk");
    }

    async fn a_walk_by_links_sees_every_task_once_while_others_are_created(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let mut expected = Vec::new();
        for number in 0..10 {
            let address = ada.task(&format!("task {number}")).await;
            expected.push(address.rsplit('/').next().unwrap().to_owned());
        }
        expected.reverse();
        let mut seen = Vec::new();
        let mut next = Some("/api/me/tasks?limit=3".to_owned());
        while let Some(page) = next {
            let answer = ada.get(&page).await;
            let link = answer.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
            next = link.map(|link| {
                let link = link.strip_prefix('<').unwrap();
                link.strip_suffix(">; rel=\"next\"").unwrap().to_owned()
            });
            let Value::Array(tasks) = answer.is(200) else { panic!("a page is an array") };
            seen.extend(tasks.iter().map(|task| task["id"].as_str().unwrap().to_owned()));
            let _ = ada.task("meanwhile").await;
        }
        assert_eq!(seen, expected);
    }

    async fn fifty_clients_toggle_one_task_and_none_is_lost(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let complete = format!("{}/complete", ada.task("Buy milk").await);
        let toggles = (0..50).map(|_| {
            let (ada, complete) = (ada.clone(), complete.clone());
            tokio::spawn(async move { ada.toggle(&complete).await.is(200)["version"].as_u64() })
        });
        let mut versions = Vec::new();
        for toggle in toggles.collect::<Vec<_>>() {
            versions.push(toggle.await.unwrap().unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, (2..=51).collect::<Vec<_>>());
    }
}
