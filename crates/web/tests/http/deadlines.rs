//! How long a request may take.

use std::{sync::Arc, time::Duration};

use actix_web::http::Method;
use tokio::time::{Instant, pause};

use crate::support::{Call, Stalled, World};

const LIMIT: Duration = Duration::from_secs(3);

/// Writes, what they send, and how many times the limit they may take.
const WRITES: [(Method, &str, &str, u32); 5] = [
    (Method::POST, "/api/tasks", r#"{"title": "x"}"#, 1),
    (
        Method::POST,
        "/api/tasks/batch",
        r#"{"operations": [{"op": "create", "title": "x"}]}"#,
        1,
    ),
    (
        Method::POST,
        "/api/tasks/import",
        r#"{"format": "taskwell/1", "tasks": [{"title": "x"}]}"#,
        6,
    ),
    (Method::DELETE, "/api/tasks/trash", "", 6),
    (Method::POST, "/api/changes/1/undo", "", 6),
];

/// Sends each write to a world whose storage of tasks does not answer, and looks at when the answer comes and what it
/// is. Time stands still but for jumps to the next moment that somebody waits for.
async fn each_ends_in_its_time(problem: &str, send: impl for<'w> Fn(Call<'w>, &'static str) -> Call<'w>) {
    let world = World::with(|setup| {
        setup.request_timeout = LIMIT;
        setup.tasks = Arc::new(Stalled);
    });
    let ada = world.sign_up("ada@example.com").await;
    pause();
    for (method, address, body, times) in WRITES {
        let begun = Instant::now();
        let answer = send(world.call(method, address).by(&ada), body).await;
        answer.problem(problem);
        let took = begun.elapsed();
        assert!(
            LIMIT * times <= took && took < LIMIT * times + Duration::from_secs(1),
            "{address}: {took:?}"
        );
    }
}

#[actix_web::test]
async fn what_is_about_any_number_of_tasks_may_take_six_times_as_long_to_arrive() {
    each_ends_in_its_time("request_timeout", |call, _| call.stalled_body()).await;
}

#[actix_web::test]
async fn what_is_about_any_number_of_tasks_may_take_six_times_as_long_to_be_done() {
    each_ends_in_its_time("unavailable", |call, body| match body {
        "" => call,
        body => call.body("application/json", body),
    })
    .await;
}
