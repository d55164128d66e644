//! What is cleaned up while a server runs.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const LONG_AGO: &str = "'2020-01-01T00:00:00+00:00'";

on_both_databases! {
    async fn what_nobody_asks_for_any_more_goes_by_itself_and_the_rest_stays(database: TestDatabase) {
        let with_limits = [("TASKWELL__LIMITS__ENABLED", "true")];
        let server = Server::start_with(database.url(), &with_limits);
        let ada = server.client().signed_up("ada@example.com").await;
        let ada = ada.id().await;
        let eve = server.client().signed_up("eve@example.com").await;
        eve.refreshed().await;
        let eve = eve.id().await;
        server.stop().await;

        let (old, kept) = (
            [
                ("sessions", format!("user_id = '{ada}'")),
                ("refresh_tokens", "spent_at IS NOT NULL".to_owned()),
                ("audit", format!("subject_id = '{ada}'")),
                ("rate_limits", "key LIKE '%ada@example.com%'".to_owned()),
            ],
            [
                ("sessions", format!("user_id = '{eve}'")),
                ("refresh_tokens", "spent_at IS NULL".to_owned()),
                ("audit", format!("subject_id = '{eve}'")),
                ("rate_limits", "key LIKE '%eve@example.com%'".to_owned()),
            ],
        );
        let mut sql = Sql::on(&database).await;
        for (table, which) in old.iter().chain(&kept) {
            assert!(sql.count(table, which).await > 0, "{table} where {which}");
        }
        let age = [
            format!("UPDATE sessions SET expires_at = {LONG_AGO} WHERE {}", old[0].1),
            format!("UPDATE refresh_tokens SET created_at = {LONG_AGO} WHERE {}", old[1].1),
            format!("UPDATE audit SET at = {LONG_AGO} WHERE {}", old[2].1),
            format!("UPDATE rate_limits SET tat = 1 WHERE {}", old[3].1),
            // It would be forgotten in some seconds.
            format!("UPDATE rate_limits SET tat = tat + 3600000000 WHERE {}", kept[3].1),
        ];
        for statement in age {
            assert!(sql.execute(&statement).await > 0, "{statement}");
        }

        let _server = Server::start_with(database.url(), &with_limits);
        let started = Instant::now();
        for (table, which) in &old {
            while sql.count(table, which).await > 0 {
                assert!(started.elapsed() < Duration::from_secs(10), "{table} where {which}");
                sleep(Duration::from_millis(20)).await;
            }
        }
        for (table, which) in &kept {
            assert!(sql.count(table, which).await > 0, "{table} where {which}");
        }
    }
}
