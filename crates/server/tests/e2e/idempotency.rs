//! Writes that are sent more than once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    database::TestDatabase,
    on_both_databases,
    server::Server,
};

async fn send(client: &Client, method: Method, path: &str, body: &Value) -> Answer {
    let request = client.request(method, path).header("Idempotency-Key", "key-1");
    Answer::to(request.json(body)).await
}

fn is_replayed(answer: &Answer) -> bool {
    answer
        .headers
        .get("idempotency-replayed")
        .is_some_and(|value| value == "true")
}

on_both_databases! {
    async fn fifty_equal_creates_at_two_servers_make_one_task_and_fifty_equal_answers(database: TestDatabase) {
        let servers = [(); 2].map(|()| Server::start(database.url()));
        let ada = servers[0].client().signed_up("ada@example.com").await;
        let creates = (0..50).map(|number| {
            let ada = ada.at(servers[number % 2].url());
            tokio::spawn(async move {
                let request = ada.request(Method::POST, "/api/me/tasks").header("Idempotency-Key", "key-1");
                let response = request.json(&json!({"title": "Buy milk"})).send().await.unwrap();
                let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
                let is_replayed = header("idempotency-replayed").is_some();
                let headers = ["location", "etag"].map(header);
                let status = response.status().as_u16();
                (is_replayed, (status, headers, response.text().await.unwrap()))
            })
        });
        let mut answers = Vec::new();
        for create in creates.collect::<Vec<_>>() {
            answers.push(create.await.unwrap());
        }
        let first = answers[0].1.clone();
        assert_eq!(first.0, 201, "{first:?}");
        assert!(answers.iter().all(|(_, answer)| *answer == first), "{answers:#?}");
        assert_eq!(answers.iter().filter(|(is_replayed, _)| !is_replayed).count(), 1);
        let task: Value = serde_json::from_str(&first.2).unwrap();
        assert_eq!(ada.get("/api/me/tasks").await.is(200), json!([task]));
    }

    async fn a_write_is_answered_as_before_after_a_restart_whatever_happened_since(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let complete = format!("{task}/complete");
        let toggled = send(&ada, Method::PATCH, &complete, &json!({})).await;
        assert!(!is_replayed(&toggled));
        ada.patch(&task, &json!({"title": "Buy bread", "completed": false})).await.is(200);
        let now = ada.get(&task).await.is(200);
        server.stop().await;

        let server = Server::start(database.url());
        let ada = ada.at(server.url());
        let again = send(&ada, Method::PATCH, &complete, &json!({})).await;
        assert!(is_replayed(&again));
        assert_eq!(again.headers["etag"], toggled.headers["etag"]);
        assert_eq!(again.is(200), toggled.is(200));
        assert_eq!(ada.get(&task).await.is(200), now);
        send(&ada, Method::PATCH, &complete, &json!({"completed": true})).await
            .fails_with(422, "idempotency_key_reused");
    }
}
