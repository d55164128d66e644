//! What a server tells Prometheus.

use reqwest::Method;

use crate::{
    client::Answer,
    database::TestDatabase,
    on_both_databases,
    scrape::{METRICS, Scrape},
    server::Server,
};

const REQUESTS: &str = "http_server_request_duration_seconds_count";

fn of_route<'a>(method: &'a str, route: &'a str, status: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("http_request_method", method),
        ("http_route", route),
        ("http_response_status_code", status),
    ]
}

on_both_databases! {
    async fn requests_are_counted_by_the_template_of_their_route(database: TestDatabase) {
        let server = Server::start_with(database.url(), &[METRICS]);
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let id = ada.id().await;
        for _ in 0..3 {
            ada.get(&task).await.is(200);
        }
        ada.get("/api/me/tasks/018f0000-0000-7000-8000-000000000000").await.is(404);
        ada.get("/nowhere/018f0000-0000-7000-8000-000000000000").await.is(404);
        let unheard_of = Method::from_bytes(b"BREW").unwrap();
        Answer::to(ada.request(unheard_of, "/api/me/tasks")).await.is(405);

        let scrape = Scrape::of(&server).await;
        const TASK: &str = "/api/{user_id}/tasks/{id}";
        assert_eq!(scrape.value(REQUESTS, &of_route("GET", TASK, "200")), Some(3.0));
        assert_eq!(scrape.value(REQUESTS, &of_route("GET", TASK, "404")), Some(1.0));
        assert_eq!(scrape.value(REQUESTS, &of_route("GET", "", "404")), Some(1.0));
        assert_eq!(scrape.value(REQUESTS, &of_route("_OTHER", "/api/{user_id}/tasks", "405")), Some(1.0));
        let took = scrape.value("http_server_request_duration_seconds_sum", &of_route("GET", TASK, "200"));
        assert!((0.0..3.0).contains(&took.unwrap()), "{took:?}");
        for told in [id.as_str(), task.rsplit('/').next().unwrap(), "018f0000", "BREW", "ada@example.com"] {
            assert!(!scrape.text().contains(told), "{told} is a label");
        }
    }
}
