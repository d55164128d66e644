//! A database that goes away and comes back.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{database::TestDatabase, proxy::Proxy, server::Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_503_and_the_server_recovers_by_itself() {
    let database = TestDatabase::empty_postgres().await;
    let proxy = Proxy::to(database.url()).await;
    let server = Server::start_with(proxy.url(), &[("TASKWELL__DATABASE__ACQUIRE_TIMEOUT", "1s")]);
    let ada = server.client().signed_up("ada@example.com").await;
    let task = ada.task("Buy milk").await;

    proxy.set_up(false);
    for path in [task.as_str(), "/api/me/tasks", "/health/ready"] {
        let asked = Instant::now();
        let answer = ada.get(path).await;
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "{path} took {:?}",
            asked.elapsed()
        );
        assert!(answer.headers.contains_key("retry-after"), "{path}");
        answer.fails_with(503, "unavailable");
    }
    ada.post("/api/me/tasks", &json!({"title": "Lost"}))
        .await
        .fails_with(503, "unavailable");
    ada.get("/health/live").await.is(200);

    proxy.set_up(true);
    let back = Instant::now();
    while ada.get("/health/ready").await.status != 200 {
        assert!(
            back.elapsed() < Duration::from_secs(10),
            "the server has not recovered"
        );
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(ada.get(&task).await.is(200)["title"], "Buy milk");
    assert_eq!(
        ada.get("/api/me/tasks").await.is(200).as_array().map(Vec::len),
        Some(1)
    );
}
