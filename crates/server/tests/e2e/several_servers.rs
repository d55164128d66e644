//! Several servers on one database.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    database::TestDatabase,
    on_both_databases,
    server::{Server, Starting},
};

on_both_databases! {
    async fn two_servers_that_start_at_once_on_an_empty_database_both_come_up(database: TestDatabase) {
        let starting = [(); 2].map(|()| Server::launch(database.url(), &[]));
        let [one, two] = starting.map(Starting::ready);
        let ada = one.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        assert_eq!(ada.at(two.url()).get(&task).await.is(200)["title"], "Buy milk");
    }

    async fn a_logout_reaches_the_other_server_within_two_seconds(database: TestDatabase) {
        let [one, two] = [(); 2].map(|()| Server::start(database.url()));
        let here = one.client().signed_up("ada@example.com").await;
        let there = here.at(two.url());
        there.get("/api/auth/me").await.is(200);
        here.post("/api/auth/logout", &json!({})).await.is(204);
        let logged_out = Instant::now();
        here.get("/api/auth/me").await.fails_with(401, "session_revoked");
        while there.get("/api/auth/me").await.status == 200 {
            assert!(logged_out.elapsed() < Duration::from_secs(2));
            sleep(Duration::from_millis(50)).await;
        }
        there.get("/api/auth/me").await.fails_with(401, "session_revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_a_new_sqlite_file_agree_on_the_secret_that_one_of_them_makes() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/data/taskwell.db", folder.path().display());
    let starting = [(); 2].map(|()| Server::launch_without_secret(&url, &[]));
    let [one, two] = starting.map(Starting::ready);
    let ada = one.client().signed_up("ada@example.com").await;
    ada.at(two.url()).get("/api/auth/me").await.is(200);
}
