//! How often somebody may do something.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    client::{Answer, Client, PASSWORD},
    database::TestDatabase,
    on_both_databases,
    server::Server,
};

/// Two a minute, so four at once.
const FEW_LOGINS: [(&str, &str); 2] = [
    ("TASKWELL__LIMITS__ENABLED", "true"),
    ("TASKWELL__LIMITS__LOGIN_PER_MINUTE", "2"),
];
const AT_ONCE: usize = 4;

/// Tests come as if through a proxy on this machine.
const TRUSTED: (&str, &str) = ("TASKWELL__SERVER__TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1");

fn limited(database: &TestDatabase) -> Server {
    Server::start_with(database.url(), &[&FEW_LOGINS[..], &[TRUSTED]].concat())
}

async fn fail_to_log_in(client: &Client, email: &str) -> Answer {
    client.login(email, "wrong umbrella 42").await
}

/// It was too much, and the headers say of what and for how long.
fn is_limited(answer: Answer, limit: &str, burst: usize, longest_wait: u64) {
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    let wait: u64 = header("retry-after").parse().unwrap();
    assert!((1..=longest_wait).contains(&wait), "{wait}");
    assert_eq!(header("ratelimit"), format!("\"{limit}\";r=0;t={wait}"));
    assert!(header("ratelimit-policy").starts_with(&format!("\"{limit}\";q={burst};w=")));
    answer.fails_with(429, "rate_limited");
}

on_both_databases! {
    async fn logins_from_one_address_are_limited_whoever_is_tried_and_wherever(database: TestDatabase) {
        let (one, two) = (limited(&database), limited(&database));
        let here = one.client().forwarded_for("192.0.2.1");
        for number in 0..AT_ONCE {
            let at = [&one, &two][number % 2];
            let tried = fail_to_log_in(&here.at(at.url()), &format!("user{number}@example.com")).await;
            tried.fails_with(401, "invalid_credentials");
        }
        is_limited(fail_to_log_in(&here, "more@example.com").await, "login", AT_ONCE, 30);
        is_limited(fail_to_log_in(&here.at(two.url()), "more@example.com").await, "login", AT_ONCE, 30);
        let elsewhere = one.client().forwarded_for("192.0.2.2");
        fail_to_log_in(&elsewhere, "more@example.com").await.fails_with(401, "invalid_credentials");
    }

    async fn logins_to_one_account_are_limited_from_everywhere_but_where_its_owner_was(database: TestDatabase) {
        let server = limited(&database);
        let home = server.client().forwarded_for("192.0.2.1");
        let _ = home.clone().signed_up("ada@example.com").await;
        let stranger = |number: usize| server.client().forwarded_for(&format!("198.51.100.{number}"));
        // The owner's login was one of four.
        for number in 1..AT_ONCE {
            let tried = fail_to_log_in(&stranger(number), "ADA@example.com").await;
            tried.fails_with(401, "invalid_credentials");
        }
        is_limited(fail_to_log_in(&stranger(50), "ada@example.com").await, "login", AT_ONCE, 30);
        // Nor does the right password tell itself apart.
        is_limited(stranger(51).login("ada@example.com", PASSWORD).await, "login", AT_ONCE, 30);
        home.login("ada@example.com", PASSWORD).await.is(200);
        // An account that is none is limited as well: so nobody finds out.
        for number in 60..60 + AT_ONCE {
            fail_to_log_in(&stranger(number), "none@example.com").await.fails_with(401, "invalid_credentials");
        }
        is_limited(fail_to_log_in(&stranger(70), "none@example.com").await, "login", AT_ONCE, 30);
    }

    async fn registrations_from_one_address_are_limited(database: TestDatabase) {
        let few = [("TASKWELL__LIMITS__ENABLED", "true"), ("TASKWELL__LIMITS__REGISTER_PER_HOUR", "1"), TRUSTED];
        let server = Server::start_with(database.url(), &few);
        let register = async |from: &str, email: &str| {
            let body = json!({"email": email, "password": PASSWORD});
            server.client().forwarded_for(from).post("/api/auth/register", &body).await
        };
        register("2001:db8:1:2::1", "one@example.com").await.is(201);
        register("2001:db8:1:2::2", "two@example.com").await.is(201);
        is_limited(register("2001:db8:1:2::3", "three@example.com").await, "register", 2, 3600);
        register("2001:db8:1:3::1", "three@example.com").await.is(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_request_came_from_is_told_by_trusted_proxies_alone() {
    let database = TestDatabase::empty_sqlite().await;
    // Nobody is trusted: whatever is claimed, it is all one address.
    let server = Server::start_with(database.url(), &FEW_LOGINS);
    let claiming = |number| server.client().forwarded_for(&format!("192.0.2.{number}"));
    for number in 0..AT_ONCE {
        let tried = fail_to_log_in(&claiming(number), &format!("user{number}@example.com")).await;
        tried.fails_with(401, "invalid_credentials");
    }
    is_limited(
        fail_to_log_in(&claiming(9), "user9@example.com").await,
        "login",
        AT_ONCE,
        30,
    );

    // Of a chain, what stands before the last address that is not a proxy's can be made up.
    let database = TestDatabase::empty_sqlite().await;
    let server = limited(&database);
    for number in 0..AT_ONCE {
        let made_up = format!("192.0.2.{number}, 198.51.100.1, 10.0.0.{number}");
        let client = server.client().forwarded_for(&made_up);
        let tried = fail_to_log_in(&client, &format!("user{number}@example.com")).await;
        tried.fails_with(401, "invalid_credentials");
    }
    let same = server.client().forwarded_for("203.0.113.9, 198.51.100.1");
    is_limited(
        fail_to_log_in(&same, "user9@example.com").await,
        "login",
        AT_ONCE,
        30,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_requests_of_each_user_are_limited_and_the_headers_tell_how_it_stands() {
    let database = TestDatabase::empty_sqlite().await;
    let few = [
        ("TASKWELL__LIMITS__ENABLED", "true"),
        ("TASKWELL__LIMITS__REQUESTS_PER_SECOND", "1"),
    ];
    let server = Server::start_with(database.url(), &few);
    let ada = server.client().signed_up("ada@example.com").await;
    let eve = server.client().signed_up("eve@example.com").await;
    let first = ada.get("/api/tasks").await;
    assert_eq!(first.headers["ratelimit-policy"], "\"requests\";q=2;w=2");
    assert_eq!(first.headers["ratelimit"], "\"requests\";r=1;t=1");
    first.is(200);
    // Some of them can have come when there was room again.
    let started = Instant::now();
    let refused = loop {
        let answer = ada.get("/api/tasks").await;
        if answer.status != 200 {
            break answer;
        }
        assert!(started.elapsed() < Duration::from_secs(5), "nothing is limited");
    };
    is_limited(refused, "requests", 2, 1);
    eve.get("/api/tasks").await.is(200);
    while ada.get("/api/tasks").await.status != 200 {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "it does not get better"
        );
        sleep(Duration::from_millis(50)).await;
    }
}
