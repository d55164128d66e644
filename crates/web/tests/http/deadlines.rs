//! How long a request may take.

use std::time::Duration;

use actix_web::http::Method;
use tokio::time::{Instant, pause};

use crate::support::World;

const LIMIT: Duration = Duration::from_secs(3);

/// Time stands still but for jumps to the next moment that somebody waits for.
#[actix_web::test]
async fn what_may_be_about_any_number_of_tasks_may_take_six_times_as_long() {
    let world = World::with(|setup| setup.request_timeout = LIMIT);
    let ada = world.sign_up("ada@example.com").await;
    pause();
    for (method, address, times) in [
        (Method::POST, "/api/tasks", 1),
        (Method::POST, "/api/tasks/batch", 1),
        (Method::POST, "/api/tasks/import", 6),
        (Method::DELETE, "/api/tasks/trash", 6),
        (Method::POST, "/api/changes/1/undo", 6),
    ] {
        let begun = Instant::now();
        let answer = world.call(method, address).by(&ada).stalled_body().await;
        answer.problem("request_timeout");
        let took = begun.elapsed();
        assert!(
            LIMIT * times <= took && took < LIMIT * times + Duration::from_secs(1),
            "{address}: {took:?}"
        );
    }
}
