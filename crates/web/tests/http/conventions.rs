//! What the contract says of all requests and responses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{BODY_LIMIT, NOTHING, World};

const LOGIN: &str = "/api/auth/login";
const TASKS: &str = "/api/tasks";

mod request_ids {
    use super::*;

    #[actix_web::test]
    async fn a_client_s_request_id_comes_back() {
        let world = World::new();
        for id in ["a", "Az09._-", &"x".repeat(128)] {
            let answer = world.get("/").header("X-Request-Id", id).await;
            assert_eq!(answer.header("X-Request-Id"), Some(id));
            answer.ok();
        }
        let problem = world.get("/nope").header("X-Request-Id", "mine").await;
        assert_eq!(problem.problem("not_found")["request_id"], "mine");
    }

    #[actix_web::test]
    async fn what_is_no_request_id_is_replaced() {
        let world = World::new();
        for id in ["", "a b", "a/b", "é", "{}", &"x".repeat(129)] {
            let answer = world.get("/").header("X-Request-Id", id).await;
            let new = answer.header("X-Request-Id").unwrap();
            assert!(uuid::Uuid::try_parse(new).is_ok(), "{id} became {new}");
            answer.ok();
        }
    }

    #[actix_web::test]
    async fn every_request_without_one_gets_another() {
        let world = World::new();
        let mut ids = BTreeSet::new();
        for _ in 0..3 {
            let answer = world.get("/").await;
            ids.insert(answer.header("X-Request-Id").unwrap().to_owned());
        }
        assert_eq!(ids.len(), 3);
    }
}

#[actix_web::test]
async fn every_answer_has_the_headers_that_keep_browsers_safe() {
    let world = World::new();
    for path in ["/", "/nope", TASKS] {
        let answer = world.get(path).await;
        assert_eq!(answer.header("X-Frame-Options"), Some("DENY"));
        assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
        let policy = answer.header("Content-Security-Policy").unwrap();
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
    }
}

#[actix_web::test]
async fn where_nothing_is_there_is_a_problem() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for path in [
        "/nope",
        "//",
        "/api",
        "/api/",
        "/api/auth",
        "/api/auth/me/",
        "/api/tasks/",
        "/api//tasks",
        "/health",
        "/health/live/",
        "/problems",
        "/problems/",
        "/API/tasks",
        "/openapi.json/",
        "/api/me/tasks/",
        "/%",
        "/%ff",
        "/api/tasks/trash/x",
        "/api/me/changes/",
        "/api/changes/1",
        "/.well-known",
        "/.well-known/jwks",
        "/api/admin",
        "/api/auth/tokens/",
    ] {
        let problem = world.get(path).by(&ada).await.problem("not_found");
        assert_eq!(problem["detail"], "nothing is at this address", "{path}");
    }
}

mod bodies {
    use super::*;

    #[actix_web::test]
    async fn what_is_no_json_is_malformed() {
        let world = World::new();
        let deep = "[".repeat(BODY_LIMIT - 10);
        let texts: [&[u8]; 15] = [
            b"",
            b" ",
            b"{",
            b"{'email': 1}",
            b"{\"email\": }",
            b"{} {}",
            b"{}x",
            b"{\"a\": 1,}",
            b"{\"a\": 1, \"a\": 1}",
            b"{\"a\": {\"b\": [{\"c\": 1, \"c\": 2}]}}",
            b"{\"email\": \"\xff\"}",
            b"{\"email\": \"\\ud800\"}",
            b"{\"email\": \"\n\"}",
            b"{\"a\": 1e999}",
            deep.as_bytes(),
        ];
        for text in texts {
            let answer = world.post(LOGIN).body("application/json", text.to_vec()).await;
            answer.problem("malformed_json");
        }
    }

    #[actix_web::test]
    async fn what_is_no_object_is_of_the_wrong_type_as_a_whole() {
        let world = World::new();
        for body in [json!([]), json!(null), json!("x"), json!(1), json!(true)] {
            world.post(LOGIN).json(&body).await.faults([("", "invalid_type")]);
        }
    }

    #[actix_web::test]
    async fn a_body_is_read_as_what_it_says_it_is() {
        let world = World::new();
        world
            .post(LOGIN)
            .untyped_body("{}")
            .await
            .problem("unsupported_media_type");
        for content_type in [
            "text/plain",
            "application/jsonx",
            "application/problem+json",
            "application/merge-patch+json",
            "multipart/form-data; boundary=x",
            "json",
            "",
            "application/json; charset=utf-16",
            "application/json;x=y;CHARSET=iso-8859-1",
            "application/json; charset=utf-8; charset=utf-16",
            "application/json; charset=",
            "application/json, application/json",
        ] {
            let answer = world.post(LOGIN).body(content_type, "{}").await;
            answer.problem("unsupported_media_type");
        }
        for content_type in [
            "application/json; charset=utf-8",
            "Application/JSON",
            "application/json;x=y",
            "application/json ; x=y;; Charset=\"UTF-8\"",
        ] {
            let answer = world.post(LOGIN).body(content_type, "{}").await;
            answer.problem("validation_failed");
        }
    }

    #[actix_web::test]
    async fn a_body_that_says_twice_what_it_is_is_not_taken() {
        let world = World::new();
        let json = "application/json";
        for (first, second) in [(json, json), (json, "text/plain"), ("text/plain", json)] {
            let call = world.post(LOGIN).body(first, "{}").header("Content-Type", second);
            call.await.problem("unsupported_media_type");
        }
    }

    #[actix_web::test]
    async fn a_form_is_taken_only_where_one_is_expected() {
        let world = World::new();
        let fields = [("email", "ada@example.com"), ("password", "x")];
        let answer = world.post("/api/auth/register").form(&fields).await;
        answer.problem("unsupported_media_type");
    }

    #[actix_web::test]
    async fn a_merge_patch_is_taken_where_one_is_made() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let task = world.task(&ada, "Buy milk").await;
        let address = format!("{TASKS}/{}", task["id"].as_str().unwrap());
        let patch = "application/merge-patch+json";
        let patched = world
            .patch(address.as_str())
            .by(&ada)
            .body(patch, r#"{"title": "Buy oat milk"}"#)
            .await;
        assert_eq!(patched.ok()["title"], "Buy oat milk");
        let put = world.put(address).by(&ada).body(patch, "{}").await;
        put.problem("unsupported_media_type");
    }

    #[actix_web::test]
    async fn a_compressed_body_is_not_taken() {
        let world = World::new();
        for encoding in ["gzip", "br", "deflate", "gzip, identity"] {
            let answer = world
                .post(LOGIN)
                .header("Content-Encoding", encoding)
                .json(&json!({}))
                .await;
            answer.problem("unsupported_media_type");
        }
        let twice = world
            .post(LOGIN)
            .header("Content-Encoding", "identity")
            .header("Content-Encoding", "gzip")
            .json(&json!({}))
            .await;
        twice.problem("unsupported_media_type");
        let plain = world
            .post(LOGIN)
            .header("Content-Encoding", "identity")
            .json(&json!({}))
            .await;
        plain.problem("validation_failed");
    }

    #[actix_web::test]
    async fn a_body_beyond_the_limit_is_too_large_whether_or_not_it_says_so() {
        let world = World::new();
        let fitting = format!("{:BODY_LIMIT$}", "{}");
        let answer = world.post(LOGIN).body("application/json", fitting).await;
        answer.problem("validation_failed");
        let streamed = vec![b' '; BODY_LIMIT + 1];
        let answer = world.post(LOGIN).body("application/json", streamed).await;
        answer.problem("payload_too_large");
        let declared = (BODY_LIMIT + 1).to_string();
        let answer = world
            .post(LOGIN)
            .header("Content-Length", &declared)
            .json(&json!({}))
            .await;
        answer.problem("payload_too_large");
    }

    #[actix_web::test]
    async fn a_condition_where_no_body_is_taken_is_not_lost() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let task = world.task(&ada, "Buy milk").await;
        let address = format!("{TASKS}/{}", task["id"].as_str().unwrap());
        let stale = world
            .delete(address.as_str())
            .by(&ada)
            .json(&json!({"version": 0}));
        stale.await.faults([("/version", "unknown_field")]);
        assert_eq!(world.get(address.as_str()).by(&ada).await.ok(), task);
        let empty = world.delete(address).by(&ada).json(&json!({}));
        empty.await.no_content();
    }

    #[actix_web::test]
    async fn a_logout_with_a_body_is_none() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let logout = || world.post("/api/auth/logout").by(&ada);
        let wrong = logout().json(&json!({"all": true})).await;
        wrong.faults([("/all", "unknown_field")]);
        world.get("/api/auth/me").by(&ada).await.ok();
        logout().json(&json!({})).await.no_content();
    }
}

mod faults {
    use super::*;

    #[actix_web::test]
    async fn those_of_body_query_and_headers_are_named_together() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let body =
            json!({"title": "", "description": 1, "completed": "yes", "version": null, "tilte": "Buy milk"});
        let address = format!("{TASKS}/{NOTHING}?dry_run=true");
        let call = world.patch(address.as_str()).by(&ada).header("If-Match", "3");
        call.json(&body).await.faults([
            ("/title", "too_short"),
            ("/description", "invalid_type"),
            ("/completed", "invalid_type"),
            ("/version", "required"),
            ("/tilte", "unknown_field"),
            ("?dry_run", "unknown_parameter"),
            ("?If-Match", "invalid_format"),
        ]);
    }

    #[actix_web::test]
    async fn those_of_query_and_headers_are_named_even_if_the_body_is_no_object() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let answer = world
            .post("/api/tasks?dry_run=true")
            .by(&ada)
            .json(&json!(["Buy milk"]))
            .await;
        answer.faults([("", "invalid_type"), ("?dry_run", "unknown_parameter")]);
    }

    #[actix_web::test]
    async fn a_value_is_never_repeated_in_them() {
        let world = World::new();
        let credentials = json!({"email": "hunter2 at example", "password": "hunter2"});
        let answer = world.post("/api/auth/register").json(&credentials).await;
        assert!(!answer.to_string().contains("hunter2"), "{answer}");
        answer.faults([("/email", "invalid_format"), ("/password", "too_short")]);
    }

    #[actix_web::test]
    async fn each_value_of_the_listing_has_its_own() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        for (query, code) in [
            ("limit=0", "out_of_range"),
            ("limit=101", "out_of_range"),
            ("limit=-1", "out_of_range"),
            ("limit=99999999999999999999999", "out_of_range"),
            ("limit=", "invalid_type"),
            ("limit=ten", "invalid_type"),
            ("limit=1e1", "invalid_type"),
            ("limit=%2B1", "invalid_type"),
            ("limit=%00", "invalid_type"),
            ("skip=-1", "out_of_range"),
            ("skip=9223372036854775808", "out_of_range"),
            ("skip=1.0", "invalid_type"),
            ("completed=1", "invalid_value"),
            ("completed=TRUE", "invalid_value"),
            ("completed=", "invalid_value"),
            ("count=yes", "invalid_value"),
            ("sort=id", "invalid_value"),
            ("sort=-", "invalid_value"),
            ("sort=created_at%00", "invalid_value"),
        ] {
            let name = format!("?{}", query.split('=').next().unwrap());
            let answer = world.get(format!("{TASKS}?{query}")).by(&ada).await;
            answer.faults([(&name, code)]);
        }
    }

    #[actix_web::test]
    async fn each_value_of_a_task_has_its_own() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let crabs = |count: usize| "🦀".repeat(count);
        for (field, value, code) in [
            ("title", json!(null), "required"),
            ("title", json!(1), "invalid_type"),
            ("title", json!(" \t "), "too_short"),
            ("title", json!(crabs(201)), "too_long"),
            ("title", json!("a\u{0}b"), "control_character"),
            ("title", json!("a\nb"), "control_character"),
            ("description", json!(["x"]), "invalid_type"),
            ("description", json!(crabs(1_001)), "too_long"),
            ("description", json!("\u{0}"), "control_character"),
            ("completed", json!(null), "required"),
            ("completed", json!("true"), "invalid_type"),
            ("completed", json!(1), "invalid_type"),
            ("id", json!("x"), "invalid_format"),
            ("id", json!(1), "invalid_type"),
            ("id", json!("0192f0c123457abc8def0123456789ab"), "invalid_format"),
        ] {
            let mut body = json!({"title": "Buy milk"});
            body[field] = value;
            let answer = world.post(TASKS).by(&ada).json(&body).await;
            answer.faults([(&format!("/{field}"), code)]);
        }
        let longest = json!({"title": crabs(200), "description": crabs(1_000)});
        world.post(TASKS).by(&ada).json(&longest).await.created();
    }

    #[actix_web::test]
    async fn a_version_is_a_whole_number_however_it_is_written() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let task = world.task(&ada, "Buy milk").await;
        let address = format!("{TASKS}/{}", task["id"].as_str().unwrap());
        let patch = |version: &str| {
            let body = format!(r#"{{"title": "Buy oat milk", "version": {version}}}"#);
            world
                .patch(address.as_str())
                .by(&ada)
                .body("application/json", body)
        };
        for (version, code) in [
            ("\"1\"", "invalid_type"),
            ("1.5", "invalid_type"),
            ("-1", "out_of_range"),
            ("99999999999999999999", "out_of_range"),
            ("1e300", "out_of_range"),
        ] {
            patch(version).await.faults([("/version", code)]);
        }
        for version in ["0", "18446744073709551615"] {
            patch(version).await.problem("precondition_failed");
        }
        assert_eq!(patch("1.0").await.ok()["version"], Value::from(2));
    }
}
