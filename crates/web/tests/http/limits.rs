//! How often somebody may ask.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::http::Method;
use serde_json::{Value, json};
use taskwell_application::{identity::TryLimits, ports::MockRequestLimit};
use taskwell_domain::{Allowance, Quota, UserId};

use crate::support::{Answer, ORIGIN, PASSWORD, World};

const LOGIN: &str = "/api/auth/login";
const REGISTER: &str = "/api/auth/register";
const ME: &str = "/api/auth/me";

#[track_caller]
fn limit(answer: &Answer) -> (Option<&str>, Option<&str>) {
    (answer.header("RateLimit-Policy"), answer.header("RateLimit"))
}

mod requests {
    use super::*;

    /// A world in which every user may make so many requests.
    fn world_with(count: u32) -> World {
        World::with(|setup| {
            let left = Mutex::new(HashMap::<UserId, u32>::new());
            let mut requests = MockRequestLimit::new();
            requests.expect_take().returning(move |user| {
                let mut left = left.lock().unwrap();
                let left = left.entry(user.clone()).or_insert(count);
                let remaining = left.checked_sub(1);
                *left = remaining.unwrap_or(0);
                Some(Allowance {
                    quota: Quota::per(count, Duration::from_millis(1_500)),
                    remaining,
                    reset_after: Duration::from_millis(3_001),
                })
            });
            setup.requests = Arc::new(requests);
        })
    }

    #[actix_web::test]
    async fn whatever_comes_of_them_each_is_told_how_many_are_left() {
        let world = world_with(4);
        let ada = world.sign_up("ada@example.com").await;
        let policy = Some(r#""requests";q=8;w=3"#);
        let expected = |left: u32| format!(r#""requests";r={left};t=4"#);
        let answer = world.get(ME).by(&ada).await;
        assert_eq!(limit(&answer), (policy, Some(&*expected(3))));
        answer.ok();
        let answer = world.post("/api/tasks").by(&ada).json(&json!({})).await;
        assert_eq!(limit(&answer), (policy, Some(&*expected(2))));
        answer.problem("validation_failed");
        let answer = world.get("/api/x/tasks").by(&ada).await;
        assert_eq!(limit(&answer), (policy, Some(&*expected(1))));
        answer.problem("user_mismatch");
        let answer = world.get("/api/admin/users").by(&ada).await;
        assert_eq!(limit(&answer), (policy, Some(&*expected(0))));
        answer.problem("forbidden");
        let answer = world.get(ME).by(&ada).await;
        assert_eq!(limit(&answer), (policy, Some(&*expected(0))));
        assert_eq!(answer.header("Retry-After"), Some("4"));
        answer.problem("rate_limited");
    }

    #[actix_web::test]
    async fn they_are_counted_for_each_user_whatever_the_token() {
        let world = world_with(3);
        let ada = world.sign_up("ada@example.com").await;
        let bob = world.sign_up("bob@example.com").await;
        let program = world.program_of(&ada, &["tasks:read"]).await;
        let other = world.log_in("ada@example.com").await;
        world.get("/api/tasks").by(&program).await.ok();
        world.get("/api/tasks").bearer(&other).await.ok();
        for token in [&ada.token, &program.token, &other] {
            let answer = world.get("/api/tasks").bearer(token).await;
            answer.problem("rate_limited");
        }
        world.get("/api/tasks").by(&bob).await.ok();
    }

    #[actix_web::test]
    async fn a_stranger_is_not_counted() {
        let world = world_with(1);
        let ada = world.sign_up("ada@example.com").await;
        let credentials = json!({"email": "ada@example.com", "password": PASSWORD});
        for answer in [
            world.get(ME).await,
            world.get(ME).bearer("garbage").await,
            world.get(ME).by(&world.ghost()).await,
            world.get("/").by(&ada).await,
            world.get("/nope").by(&ada).await,
            world.put(ME).by(&ada).await,
            world.post(LOGIN).by(&ada).json(&credentials).await,
        ] {
            assert_eq!(limit(&answer), (None, None), "{answer}");
        }
        world.get(ME).by(&ada).await.ok();
    }

    #[actix_web::test]
    async fn without_a_limit_nothing_is_said_of_one() {
        let world = World::with(|setup| {
            let mut requests = MockRequestLimit::new();
            requests.expect_take().returning(|_| None);
            setup.requests = Arc::new(requests);
        });
        let ada = world.sign_up("ada@example.com").await;
        let answer = world.get(ME).by(&ada).await;
        assert_eq!(limit(&answer), (None, None));
        answer.ok();
    }

    #[actix_web::test]
    async fn a_page_of_another_origin_can_read_how_they_stand() {
        let world = world_with(1);
        let ada = world.sign_up("ada@example.com").await;
        for expected in [200, 429] {
            let answer = world.get(ME).by(&ada).header("Origin", ORIGIN).await;
            assert_eq!(answer.status, expected);
            let exposed = answer
                .header("Access-Control-Expose-Headers")
                .unwrap()
                .to_lowercase();
            for name in ["RateLimit", "RateLimit-Policy"] {
                assert!(
                    exposed.split(", ").any(|exposed| exposed == name.to_lowercase()),
                    "{exposed}"
                );
                assert!(answer.header(name).is_some(), "{answer}");
            }
            assert_eq!(answer.header("Retry-After").is_some(), expected == 429);
            assert!(exposed.contains("retry-after"), "{exposed}");
        }
    }
}

mod logins {
    use super::*;

    /// Bursts of four, and after that one in thirty seconds.
    fn world() -> World {
        World::with(|setup| {
            setup.limits = Some(TryLimits {
                login: Quota::per(2, Duration::from_secs(60)),
                register: Quota::per(1_000, Duration::from_secs(60)),
                refresh: Quota::per(1_000, Duration::from_secs(60)),
            });
            setup.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        })
    }

    fn guess(email: &str) -> Value {
        json!({"email": email, "password": "wrong"})
    }

    #[track_caller]
    fn is_too_much(answer: Answer) {
        assert_eq!(
            limit(&answer),
            (Some(r#""login";q=4;w=120"#), Some(r#""login";r=0;t=30"#)),
            "{answer}"
        );
        assert_eq!(answer.header("Retry-After"), Some("30"), "{answer}");
        answer.problem("rate_limited");
    }

    #[actix_web::test]
    async fn from_one_address_are_limited_whatever_the_account() {
        let world = world();
        for email in ["a@example.com", "b@example.com", "no address", ""] {
            let answer = world.post(LOGIN).json(&guess(email)).await;
            answer.problem("invalid_credentials");
        }
        is_too_much(world.post(LOGIN).json(&guess("c@example.com")).await);
        let elsewhere = world.post(LOGIN).from("192.0.2.2").json(&guess("c@example.com"));
        elsewhere.await.problem("invalid_credentials");
        world.wait(Duration::from_secs(30));
        let later = world.post(LOGIN).json(&guess("c@example.com")).await;
        later.problem("invalid_credentials");
        is_too_much(world.post(LOGIN).json(&guess("c@example.com")).await);
    }

    #[actix_web::test]
    async fn into_one_account_are_limited_whatever_the_address_and_its_owner_still_gets_in() {
        let world = world();
        let ada = world.sign_up("ada@example.com").await;
        for last in 2..5 {
            let stranger = world.post(LOGIN).from(&format!("198.51.100.{last}"));
            let answer = stranger.json(&guess("ADA@example.com")).await;
            answer.problem("invalid_credentials");
        }
        let right = json!({"email": "ada@example.com", "password": PASSWORD});
        is_too_much(world.post(LOGIN).from("198.51.100.9").json(&right).await);
        // From where she has logged in before.
        world.post(LOGIN).json(&right).await.ok();
        world.get(ME).by(&ada).await.ok();
    }

    #[actix_web::test]
    async fn an_account_that_does_not_exist_is_limited_in_the_same_way() {
        let world = world();
        for last in 1..5 {
            let stranger = world.post(LOGIN).from(&format!("198.51.100.{last}"));
            let answer = stranger.json(&guess("nobody@example.com")).await;
            answer.problem("invalid_credentials");
        }
        let fifth = world.post(LOGIN).from("198.51.100.9");
        is_too_much(fifth.json(&guess("nobody@example.com")).await);
    }

    #[actix_web::test]
    async fn an_address_that_somebody_makes_up_does_not_help() {
        let world = world();
        for number in 0..4 {
            let call = world
                .post(LOGIN)
                .header("X-Forwarded-For", &format!("198.51.100.{number}"));
            let answer = call.json(&guess(&format!("{number}@example.com"))).await;
            answer.problem("invalid_credentials");
        }
        for (name, value) in [
            ("X-Forwarded-For", "198.51.100.9"),
            ("Forwarded", "for=198.51.100.9"),
        ] {
            let call = world.post(LOGIN).header(name, value);
            is_too_much(call.json(&guess("x@example.com")).await);
        }
        // Behind a proxy, what the client wrote stands before what the proxy knows.
        for number in 0..4 {
            let call = world
                .post(LOGIN)
                .from("10.0.0.1")
                .header("X-Forwarded-For", &format!("198.51.100.{number}, 203.0.113.9"));
            let answer = call.json(&guess(&format!("{number}@example.net"))).await;
            answer.problem("invalid_credentials");
        }
        let call = world
            .post(LOGIN)
            .from("10.0.0.2")
            .header("X-Forwarded-For", "203.0.113.9");
        is_too_much(call.json(&guess("y@example.com")).await);
        let other = world
            .post(LOGIN)
            .from("10.0.0.1")
            .header("X-Forwarded-For", "203.0.113.10");
        other
            .json(&guess("y@example.com"))
            .await
            .problem("invalid_credentials");
    }

    #[actix_web::test]
    async fn so_is_whatever_else_tells_whether_a_password_is_right() {
        let new = "amber umbrella on friday";
        for (method, address, body) in [
            (
                Method::PUT,
                "/api/auth/me/password",
                json!({"current_password": "wrong", "new_password": new}),
            ),
            (Method::DELETE, ME, json!({"password": "wrong"})),
        ] {
            let world = world();
            let ada = world.sign_up("ada@example.com").await;
            // From an address that she never logged in from; her login was the first of four.
            let attempt = || {
                let call = world.call(method.clone(), address).by(&ada);
                call.from("198.51.100.7").json(&body)
            };
            for _ in 0..3 {
                let answer = attempt().await;
                assert_eq!(answer.header("RateLimit"), Some(r#""requests";r=99;t=1"#));
                answer.problem("invalid_credentials");
            }
            is_too_much(attempt().await);
            world.get(ME).by(&ada).await.ok();
        }
    }
}

mod registrations {
    use super::*;

    #[actix_web::test]
    async fn from_one_address_are_limited() {
        let world = World::with(|setup| {
            setup.limits = Some(TryLimits {
                login: Quota::per(1_000, Duration::from_secs(60)),
                register: Quota::per(1, Duration::from_secs(3_600)),
                refresh: Quota::per(1_000, Duration::from_secs(60)),
            });
        });
        let account = |number: u32| json!({"email": format!("{number}@example.com"), "password": PASSWORD});
        for number in 0..2 {
            world.post(REGISTER).json(&account(number)).await.created();
        }
        let answer = world.post(REGISTER).json(&account(2)).await;
        assert_eq!(
            limit(&answer),
            (Some(r#""register";q=2;w=7200"#), Some(r#""register";r=0;t=3600"#))
        );
        assert_eq!(answer.header("Retry-After"), Some("3600"));
        answer.problem("rate_limited");
        let elsewhere = world.post(REGISTER).from("2001:db8::1");
        elsewhere.json(&account(2)).await.created();
        world.wait(Duration::from_secs(3_600));
        world.post(REGISTER).json(&account(3)).await.created();
    }
}

mod renewals {
    use super::*;

    #[actix_web::test]
    async fn of_one_session_are_limited() {
        let world = World::with(|setup| {
            setup.limits = Some(TryLimits {
                login: Quota::per(1_000, Duration::from_secs(60)),
                register: Quota::per(1_000, Duration::from_secs(60)),
                refresh: Quota::per(1, Duration::from_secs(60)),
            });
        });
        let mut tokens = world.tokens_of_new("ada@example.com").await;
        let other = world.tokens("ada@example.com").await;
        let refresh = async |tokens: &Value| {
            let body = json!({"refresh_token": tokens["refresh_token"]});
            world.post("/api/auth/refresh").json(&body).await
        };
        for _ in 0..2 {
            tokens = refresh(&tokens).await.ok();
        }
        let answer = refresh(&tokens).await;
        assert_eq!(
            limit(&answer),
            (Some(r#""refresh";q=2;w=120"#), Some(r#""refresh";r=0;t=60"#))
        );
        assert_eq!(answer.header("Retry-After"), Some("60"));
        answer.problem("rate_limited");
        refresh(&other).await.ok();
        world.wait(Duration::from_secs(60));
        refresh(&tokens).await.ok();
    }
}
